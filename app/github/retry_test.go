package github

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// flaky fails n times in the way given, then works.
func flaky(n int, how string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if n--; n < 0 {
			w.Header().Set("Content-Type", "application/json")
			answer(w, map[string]any{"id": 9, "number": 1})
			return
		}
		switch how {
		case "500", "502", "503", "504":
			refuse(w, map[string]int{"500": 500, "502": 502, "503": 503, "504": 504}[how], "broken")
		case "501":
			refuse(w, 501, "never")
		case "reset":
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		case "cut":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte(`{"id":`))
			w.(http.Flusher).Flush()
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		case "garbage":
			w.Write([]byte(`{"id":`))
		}
	}
}

func TestOnlyReadsAreRepeated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method   string
		failures int
		how      string
		requests int
		ok       bool
	}{
		{"GET", 2, "500", 3, true}, {"GET", 2, "502", 3, true}, {"GET", 1, "503", 2, true}, {"GET", 2, "504", 3, true},
		{"GET", 3, "502", 3, false},
		{"GET", 2, "cut", 3, true}, {"GET", 3, "cut", 3, false},
		{"GET", 1, "501", 1, false},
		{"GET", 1, "garbage", 1, false},
		{"POST", 1, "500", 1, false}, {"POST", 1, "502", 1, false}, {"POST", 1, "cut", 1, false}, {"POST", 1, "reset", 1, false},
		{"PATCH", 1, "503", 1, false}, {"PATCH", 1, "reset", 1, false},
	} {
		t.Run(strings.Join([]string{tt.method, tt.how}, " "), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.handle("GET /repos/acme/shop/issues/1", flaky(tt.failures, tt.how))
			f.handle("PATCH /repos/acme/shop/issues/1", flaky(tt.failures, tt.how))
			f.handle("POST /repos/acme/shop/issues", flaky(tt.failures, tt.how))
			c := f.app(t).Installation(1)
			var err error
			switch tt.method {
			case "GET":
				_, err = c.Issue(ctx(t), acme, 1)
			case "PATCH":
				_, err = c.UpdateIssue(ctx(t), acme, 1, IssueUpdate{State: "closed"})
			case "POST":
				_, err = c.CreateIssue(ctx(t), acme, IssueDraft{Title: "x"})
			}
			if (err == nil) != tt.ok {
				t.Errorf("got %v, want success %v", err, tt.ok)
			}
			if Permanent(err) && tt.how != "501" {
				t.Errorf("%v counts as permanent", err)
			}
			if n, _ := f.count(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}

func TestARetryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c, cancel := context.WithCancel(t.Context())
	attempts := 0
	r := &retry{pause: func(int) time.Duration { cancel(); return time.Hour }, next: roundTrip(func(*http.Request) (*http.Response, error) {
		attempts++
		return nil, errors.New("reset")
	})}
	req, _ := http.NewRequestWithContext(c, "GET", "http://127.0.0.1", nil)
	if _, err := r.RoundTrip(req); !errors.Is(err, context.Canceled) || attempts != 1 {
		t.Errorf("got %v after %d attempts", err, attempts)
	}
}

func TestSlowAnswersEnd(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{"id":`))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	a, err := New(Config{WebURL: f.url, AppID: appID, PrivateKey: newKey(), Timeout: 250 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Installation(1).Issue(ctx(t), acme, 1)
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no complete answer") {
		t.Errorf("got %v", err)
	}
	if n, _ := f.count(); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, r *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for sent := 0; sent <= bodyBytes; sent += len(chunk) {
			w.Write(chunk)
		}
		w.(http.Flusher).Flush()
		<-r.Context().Done() // never ends by itself
	})
	if _, err := f.app(t).Installation(1).Issue(ctx(t), acme, 1); !errors.Is(err, errTooLarge) {
		t.Errorf("got %v", err)
	}
	if n, _ := f.count(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}
