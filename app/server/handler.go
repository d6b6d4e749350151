package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// smallBody bounds what anything but the webhook may be sent.
const smallBody = 64 << 10

// bodiesAtOnce bounds the bodies of deliveries that are in memory at the same
// time, signed or not.
const bodiesAtOnce = 128 << 20

// Handler is the whole face.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.health(mux)
	if s.cfg.Webhook != nil {
		room := &bodyRoom{most: bodiesAtOnce}
		mux.Handle("POST /webhook", room.bound(s.cfg.Webhook))
	}
	if s.cfg.Setup != nil {
		small := http.MaxBytesHandler(s.cfg.Setup, smallBody)
		mux.Handle("/setup", small)
		mux.Handle("/setup/", small)
	}
	return s.logged(secured(mux))
}

func (s *Server) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	s.health(mux)
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.cfg.Metrics)
	}
	return s.logged(secured(http.MaxBytesHandler(mux, smallBody)))
}

// health: /healthz says that the process lives, /readyz that deliveries can be
// stored, or why not.
func (s *Server) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.ready.check(r.Context()); err != nil {
			w.Header().Set("Retry-After", "5")
			text(w, http.StatusServiceUnavailable, oneLine(err.Error()))
			return
		}
		text(w, http.StatusOK, "ready")
	})
}

func text(w http.ResponseWriter, code int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, line+"\n") // the answer is the code
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	return s[:min(len(s), 300)]
}

// secured sets what every answer carries. Pages loosen the policy themselves.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// readyFor is how long an answer about readiness holds, and how long the
// question may take. Anybody may ask, and each question writes to the database.
const (
	readyFor    = time.Second
	readyWithin = 3 * time.Second
)

type readiness struct {
	ask      func(context.Context) error
	stopping *atomic.Bool
	now      func() time.Time

	mu    sync.Mutex
	asked time.Time
	last  error
}

func (r *readiness) check(ctx context.Context) error {
	if r.stopping.Load() {
		return fmt.Errorf("this process is stopping")
	}
	if r.ask == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked.IsZero() || r.now().Sub(r.asked) >= readyFor {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
		defer cancel()
		r.last, r.asked = r.ask(limit), r.now()
	}
	return r.last
}

// bodyRoom counts the bytes of bodies as they arrive. What does not fit fails
// to be read; GitHub is asked again for such deliveries later.
type bodyRoom struct {
	most int64
	used atomic.Int64
}

func (b *bodyRoom) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := &countedBody{ReadCloser: r.Body, room: b}
		r.Body = body
		defer func() { b.used.Add(-body.read) }()
		next.ServeHTTP(w, r)
	})
}

type countedBody struct {
	io.ReadCloser
	room *bodyRoom
	read int64
}

func (c *countedBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.read += int64(n)
	if c.room.used.Add(int64(n)) > c.room.most {
		return n, fmt.Errorf("more than %d MiB of deliveries are arriving at once", c.room.most>>20)
	}
	return n, err
}
