// Package server is the HTTP face: POST /webhook, GET /healthz, GET /readyz and,
// while no App is known, /setup. Everything else is 404. Metrics have a listener
// of their own, on loopback by default.
//
// The room knows no other room of the app: what it serves and what it measures
// comes in through Config and SetupConfig.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Limits of a connection. GitHub waits ten seconds for an answer, and sends at
// most 25 MB (docs.github.com, "Webhook events and payloads").
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 60 * time.Second
	writeTimeout  = 90 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 32 << 10
	stopWithin    = 10 * time.Second
)

// Config is what to serve. Nil handlers are 404.
type Config struct {
	Listen  string
	Webhook http.Handler
	Setup   http.Handler // of NewSetup; owns /setup and what is below it

	// Ready says why deliveries cannot be stored now, nil if they can. It is
	// asked at most once a second. Nil is always ready.
	Ready func(context.Context) error
	Log   *slog.Logger // nil discards

	// MetricsListen is where /metrics (and /healthz, /readyz, for processes that
	// serve nothing else) are served; "" nowhere. If MetricsOptional, a port that
	// is taken is logged and no reason to stop.
	MetricsListen   string
	MetricsOptional bool
	Metrics         http.Handler // of metric.Metrics.Handler
}

// Server serves until its context ends.
type Server struct {
	cfg      Config
	ready    *readiness
	stopping atomic.Bool
}

// New makes a server; Run or Serve start it.
func New(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg}
	s.ready = &readiness{ask: cfg.Ready, stopping: &s.stopping, now: time.Now}
	return s
}

// Run listens and serves until ctx ends; then it accepts nothing more and lets
// requests finish within ten seconds. Listen "" serves metrics only.
func (s *Server) Run(ctx context.Context) error {
	var face, metrics net.Listener
	var err error
	if s.cfg.Listen != "" {
		if face, err = net.Listen("tcp", s.cfg.Listen); err != nil {
			return fmt.Errorf("listen for deliveries: %w", err)
		}
	}
	if s.cfg.MetricsListen != "" && s.cfg.Metrics != nil {
		metrics, err = net.Listen("tcp", s.cfg.MetricsListen)
		if err != nil && !s.cfg.MetricsOptional {
			return errors.Join(fmt.Errorf("listen for metrics: %w", err), closeAll(face))
		}
		if err != nil {
			metrics = nil
			s.cfg.Log.Warn("metrics are not served: set CASTELLAN_METRICS_LISTEN to a free address, or to off", "error", err)
		}
	}
	return s.Serve(ctx, face, metrics)
}

func closeAll(listeners ...net.Listener) error {
	var errs []error
	for _, l := range listeners {
		if l != nil {
			errs = append(errs, l.Close())
		}
	}
	return errors.Join(errs...)
}

// Serve is Run on given listeners, either of which may be nil.
func (s *Server) Serve(ctx context.Context, face, metrics net.Listener) error {
	ended := make(chan error, 2)
	var servers []*http.Server
	start := func(what string, l net.Listener, h http.Handler) {
		if l == nil {
			return
		}
		hs := s.httpServer(h)
		servers = append(servers, hs)
		s.cfg.Log.Info("listening", "for", what, "address", l.Addr().String())
		go func() { ended <- hs.Serve(l) }()
	}
	start("deliveries", face, s.Handler())
	start("metrics", metrics, s.metricsHandler())
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
		err = fmt.Errorf("serve: %w", err)
	}
	s.stopping.Store(true)
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	for _, hs := range servers {
		if e := hs.Shutdown(limit); e != nil {
			err = errors.Join(err, fmt.Errorf("finish requests: %w", e), hs.Close())
		}
	}
	return err
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
}
