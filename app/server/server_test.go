package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func answer(t *testing.T, h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, target, strings.NewReader(body)))
	return rec
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	hook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	full := New(Config{Webhook: hook}).Handler()
	setup := New(Config{Setup: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "setup") })}).Handler()
	broken := New(Config{Ready: func(context.Context) error { return errors.New("the disk\nis full") }}).Handler()
	for name, tc := range map[string]struct {
		h              http.Handler
		method, target string
		code           int
		body           string
	}{
		"webhook":             {full, "POST", "/webhook", 202, ""},
		"webhook read":        {full, "GET", "/webhook", 405, "Method Not Allowed\n"},
		"alive":               {full, "GET", "/healthz", 200, "ok\n"},
		"alive, head":         {full, "HEAD", "/healthz", 200, "ok\n"},
		"ready":               {full, "GET", "/readyz", 200, "ready\n"},
		"not ready":           {broken, "GET", "/readyz", 503, "the disk is full\n"},
		"alive but not ready": {broken, "GET", "/healthz", 200, "ok\n"},
		"root":                {full, "GET", "/", 404, "404 page not found\n"},
		"metrics elsewhere":   {full, "GET", "/metrics", 404, "404 page not found\n"},
		"no setup":            {full, "GET", "/setup", 404, "404 page not found\n"},
		"setup":               {setup, "GET", "/setup", 200, "setup\n"},
		"setup's callback":    {setup, "GET", "/setup/callback?code=1", 200, "setup\n"},
		"setup mode, webhook": {setup, "POST", "/webhook", 404, "404 page not found\n"},
		"below":               {full, "GET", "/webhook/x", 404, "404 page not found\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := answer(t, tc.h, tc.method, tc.target, "{}")
			if rec.Code != tc.code || rec.Body.String() != tc.body {
				t.Errorf("%d %q, want %d %q", rec.Code, rec.Body, tc.code, tc.body)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			} {
				if got := rec.Header().Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

// TestReadinessIsAskedOnceASecond: anybody may ask, and each question writes to
// the database.
func TestReadinessIsAskedOnceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		h := New(Config{Ready: func(context.Context) error { asked.Add(1); return nil }}).Handler()
		for range 50 {
			answer(t, h, "GET", "/readyz", "")
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times in no time", n)
		}
		time.Sleep(readyFor)
		answer(t, h, "GET", "/readyz", "")
		if n := asked.Load(); n != 2 {
			t.Errorf("asked %d times after a second", n)
		}
	})
}

// TestLogHoldsNoQuery and no panic value: both may hold secrets.
func TestLogHoldsNoQuery(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Repeat("Zq", 8)
	var logged bytes.Buffer
	h := New(Config{
		Log:     slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Webhook: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("read " + canary) }),
	}).Handler()
	if rec := answer(t, h, "GET", "/setup?token="+canary, ""); rec.Code != 404 {
		t.Errorf("code %d", rec.Code)
	}
	rec := answer(t, h, "POST", "/webhook?x="+canary, "")
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), canary) {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
	out := logged.String()
	if strings.Contains(out, canary) || !strings.Contains(out, `"path":"/setup"`) || !strings.Contains(out, "handler panicked") || !strings.Contains(out, `"status":500`) {
		t.Errorf("log: %s", out)
	}
}

// TestBodiesAtOnce: many large bodies do not fill the memory.
func TestBodiesAtOnce(t *testing.T) {
	t.Parallel()
	room := &bodyRoom{most: 1000}
	inside, leave := make(chan struct{}), make(chan struct{})
	var first sync.Once
	h := room.bound(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		hold := false
		first.Do(func() { hold = true })
		if hold {
			close(inside)
			<-leave
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	held := make(chan int)
	go func() { held <- answer(t, h, "POST", "/", strings.Repeat("x", 900)).Code }()
	<-inside
	if rec := answer(t, h, "POST", "/", strings.Repeat("x", 200)); rec.Code != http.StatusBadRequest {
		t.Errorf("what does not fit: %d", rec.Code)
	}
	close(leave)
	if code := <-held; code != http.StatusOK {
		t.Errorf("what fits: %d", code)
	}
	if n := room.used.Load(); n != 0 {
		t.Errorf("%d bytes are still counted", n)
	}
	if rec := answer(t, h, "POST", "/", strings.Repeat("x", 200)); rec.Code != http.StatusOK {
		t.Errorf("afterwards: %d", rec.Code)
	}
}

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestStopFinishesRequests: what has begun is answered, nothing new accepted.
func TestStopFinishesRequests(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}), make(chan struct{})
	s := New(Config{Webhook: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(inside)
		<-leave
		if r.Context().Err() != nil {
			t.Error("the request was cancelled by the stop")
		}
		w.WriteHeader(http.StatusAccepted)
	}), Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { text(w, 200, "metrics") })})
	ctx, stop := context.WithCancel(t.Context())
	face, metrics := listener(t), listener(t)
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, face, metrics) }()
	codes := make(chan string)
	go func() {
		resp, err := http.Post("http://"+face.Addr().String()+"/webhook", "application/json", strings.NewReader("{}"))
		if err != nil {
			codes <- err.Error()
			return
		}
		codes <- fmt.Sprint(resp.StatusCode, resp.Body.Close())
	}()
	<-inside
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		resp, err := http.Get("http://" + metrics.Addr().String() + path)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %v %v", path, resp, err)
		}
		resp.Body.Close()
	}
	stop()
	for !s.stopping.Load() {
		time.Sleep(time.Millisecond)
	}
	if rec := answer(t, s.Handler(), "GET", "/readyz", ""); rec.Code != 503 {
		t.Errorf("ready while stopping: %d", rec.Code)
	}
	close(leave)
	if got := <-codes; got != "202 <nil>" {
		t.Errorf("the request under way got %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", face.Addr().String()); err == nil {
		t.Error("a connection was accepted after the stop")
	}
}

func TestTakenPorts(t *testing.T) {
	t.Parallel()
	taken := listener(t)
	defer taken.Close()
	at := taken.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	nothing := http.NotFoundHandler()
	for name, tc := range map[string]struct {
		cfg  Config
		fail bool
	}{
		"deliveries":       {Config{Listen: at}, true},
		"metrics":          {Config{Listen: "127.0.0.1:0", MetricsListen: at, Metrics: nothing}, true},
		"optional metrics": {Config{Listen: "127.0.0.1:0", MetricsListen: at, Metrics: nothing, MetricsOptional: true}, false},
		"no metrics":       {Config{Listen: "127.0.0.1:0"}, false},
		"metrics only":     {Config{MetricsListen: "127.0.0.1:0", Metrics: nothing}, false},
	} {
		got := New(tc.cfg).Run(ctx) != nil
		if d := cmp.Diff(tc.fail, got); d != "" {
			t.Errorf("%s failed: -want +got\n%s", name, d)
		}
	}
}
