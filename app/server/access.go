package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// logged writes a line for every request, without its query (which may hold a
// token or a code), and answers 500 where a handler panics. The panic's value
// is not logged, as it may quote what was read; its type and stack are.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler { //nolint:errorlint // the value itself, as net/http documents
					panic(v)
				}
				s.cfg.Log.Error("handler panicked", "type", typeName(v), "stack", string(debug.Stack()))
				if rec.code == 0 {
					text(rec, http.StatusInternalServerError, "an error of Castellan's own: see its log")
				}
			}
			s.line(r, rec, time.Since(start))
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) line(r *http.Request, rec *recorder, took time.Duration) {
	level := slog.LevelInfo
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics" {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("method", clip(r.Method)), slog.String("path", clip(r.URL.Path)), slog.Int("status", rec.status()),
		slog.Int64("bytes", rec.bytes), slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if id := r.Header.Get("X-GitHub-Delivery"); id != "" {
		attrs = append(attrs, slog.String("delivery", clip(id)), slog.String("event", clip(r.Header.Get("X-GitHub-Event"))))
	}
	s.cfg.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

func clip(s string) string { return s[:min(len(s), 80)] }

func typeName(v any) string {
	switch v.(type) {
	case error:
		return "error"
	case string:
		return "string"
	default:
		return "other"
	}
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

func (r *recorder) status() int {
	if r.code == 0 {
		return http.StatusOK
	}
	return r.code
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
