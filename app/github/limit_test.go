package github

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	reset := strconv.FormatInt(now.Add(17*time.Minute).Unix(), 10)
	for _, tt := range []struct {
		name    string
		status  int
		headers map[string]string
		body    string
		wait    time.Duration
		kind    limitKind
	}{
		{"primary 403", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "API rate limit exceeded", 17 * time.Minute, primaryLimit},
		{"primary 429", 429, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "API rate limit exceeded", 17 * time.Minute, primaryLimit},
		{"primary with retry-after", 429, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset, "Retry-After": "3600"}, "", time.Hour, primaryLimit},
		{"primary without a reset", 403, map[string]string{"X-RateLimit-Remaining": "0"}, "", 0, primaryLimit},
		{"primary by its message only", 403, nil, "API rate limit exceeded for installation", 0, primaryLimit},
		{"secondary 403 retry-after", 403, map[string]string{"X-RateLimit-Remaining": "4000", "Retry-After": "30"}, "You have exceeded a secondary rate limit", 30 * time.Second, secondaryLimit},
		{"secondary 429 retry-after", 429, map[string]string{"Retry-After": "2"}, "", 2 * time.Second, secondaryLimit},
		{"secondary 403 by message, reset is the hour's", 403, map[string]string{"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": reset}, "You have exceeded a secondary rate limit.", 0, secondaryLimit},
		{"secondary while exhausted", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "You have exceeded a secondary rate limit.", 0, secondaryLimit},
		{"secondary by documentation", 403, nil, `{"documentation_url":"https://docs.example/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`, 0, secondaryLimit},
		{"abuse detection, an older server", 403, nil, "You have triggered an abuse detection mechanism", 0, secondaryLimit},
		{"bare 429", 429, nil, "", 0, secondaryLimit},
		{"retry-after as a date", 429, map[string]string{"Retry-After": now.Add(90 * time.Second).UTC().Format(http.TimeFormat)}, "", 90 * time.Second, secondaryLimit},
		{"retry-after of zero", 429, map[string]string{"Retry-After": "0"}, "", time.Second, secondaryLimit},
		{"retry-after that is no time", 403, map[string]string{"Retry-After": "soon"}, "", 0, secondaryLimit},
		{"a right is missing", 403, map[string]string{"X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": reset}, "Resource not accessible by integration", 0, notLimited},
		{"archived", 403, nil, "Repository was archived so is read-only.", 0, notLimited},
		{"success with nothing left", 200, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "", 0, notLimited},
		{"not found with nothing left", 404, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "", 0, notLimited},
		{"overload", 503, map[string]string{"Retry-After": "5"}, "", 0, notLimited},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := &http.Response{StatusCode: tt.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(tt.body))}
			for k, v := range tt.headers {
				resp.Header.Set(k, v)
			}
			wait, kind := classify(resp, now)
			if wait != tt.wait || kind != tt.kind {
				t.Errorf("got %v %v, want %v %v", wait, kind, tt.wait, tt.kind)
			}
			if body, _ := io.ReadAll(resp.Body); string(body) != tt.body {
				t.Errorf("the body is now %q", body)
			}
		})
	}
}

func TestAfterALimitCallsFailFast(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 429} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			until := f.clock.now().Add(10 * time.Minute)
			limited := true
			f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) {
				if limited {
					refuse(w, status, "API rate limit exceeded", "X-RateLimit-Limit", "5000", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", strconv.FormatInt(until.Unix(), 10))
					return
				}
				answer(w, map[string]any{"id": 9, "number": 1})
			})
			a := f.app(t)
			c := a.Installation(1)
			for i := range 3 {
				_, err := c.Issue(ctx(t), acme, 1)
				var limit *LimitError
				if !errors.As(err, &limit) || !limit.Until.Equal(until) || limit.Secondary {
					t.Fatalf("call %d: %v", i, err)
				}
			}
			if n, _ := f.count(); n != 1 {
				t.Errorf("%d requests were sent, want 1", n)
			}
			limited = false
			if _, err := a.Installation(2).Issue(ctx(t), acme, 1); err != nil {
				t.Errorf("another installation: %v", err)
			}
			f.clock.move(11 * time.Minute)
			if _, err := c.Issue(ctx(t), acme, 1); err != nil {
				t.Errorf("after the limit: %v", err)
			}
		})
	}
}

func TestASecondaryLimitWithoutATimeGrows(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	bad := true
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) {
		if bad {
			refuse(w, 403, "You have exceeded a secondary rate limit.", "X-RateLimit-Remaining", "4999", "X-RateLimit-Reset", strconv.FormatInt(f.clock.now().Add(time.Hour).Unix(), 10))
			return
		}
		answer(w, map[string]any{"id": 9})
	})
	c := f.app(t).Installation(1)
	wait := func() time.Duration {
		_, err := c.Issue(ctx(t), acme, 1)
		var limit *LimitError
		if !errors.As(err, &limit) || !limit.Secondary {
			t.Fatalf("got %v", err)
		}
		d := limit.Until.Sub(f.clock.now())
		f.clock.move(d)
		return d
	}
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if got := wait(); got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
	}
	bad = false
	if _, err := c.Issue(ctx(t), acme, 1); err != nil {
		t.Fatal(err)
	}
	bad = true
	if got := wait(); got != time.Minute {
		t.Errorf("after a success waited %v, want a minute", got)
	}
}

func TestWaitingCreationsAreNotSentAfterALimit(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("POST /repos/acme/shop/issues", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(20 * time.Millisecond)
		refuse(w, 429, "", "Retry-After", "60")
	})
	c := f.app(t).Installation(1)
	if _, err := c.tokens.get(ctx(t), callCreateIssue.on(acme).scope(), ""); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := c.CreateIssue(ctx(t), acme, IssueDraft{Title: "x"})
			if limit := (*LimitError)(nil); !errors.As(err, &limit) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if n, _ := f.count(); n != 1 {
		t.Errorf("%d creations were sent, want 1", n)
	}
}

func TestNoAnswerSilencesAnInstallationForLong(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	for name, headers := range map[string][2]string{
		"reset far away":     {"X-RateLimit-Reset", "9999999999"},
		"retry-after":        {"Retry-After", "999999999999"},
		"retry-after a date": {"Retry-After", now.AddDate(5, 0, 0).UTC().Format(http.TimeFormat)},
	} {
		l := &limit{now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler), next: roundTrip(func(*http.Request) (*http.Response, error) {
			resp := &http.Response{StatusCode: 403, Header: http.Header{}, Body: http.NoBody}
			resp.Header.Set("X-RateLimit-Remaining", "0")
			resp.Header.Set(headers[0], headers[1])
			return resp, nil
		})}
		req, _ := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1", nil)
		_, err := l.RoundTrip(req)
		var limit *LimitError
		if !errors.As(err, &limit) || limit.Until.Sub(now) > limitWaitMax {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAShorterLimitDoesNotEndALongerOne(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := &limit{now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1", nil)
	for _, after := range []string{"600", "30"} { // answers to requests sent together
		resp := &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {after}}, Body: http.NoBody}
		if l.judge(req, resp) == nil {
			t.Fatal("no limit")
		}
	}
	var limit *LimitError
	if err := l.blocked(); !errors.As(err, &limit) || !limit.Until.Equal(now.Add(10*time.Minute)) {
		t.Errorf("got %v", err)
	}
}

func TestALimitedCreationDoesNotWaitForItsTurn(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("POST /repos/acme/shop/issues", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 1}) })
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 429, "", "Retry-After", "60") })
	a, err := New(Config{WebURL: f.url, AppID: appID, PrivateKey: newKey(), CreationGap: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	c := a.Installation(1)
	if _, err := c.CreateIssue(ctx(t), acme, IssueDraft{Title: "x"}); err != nil {
		t.Fatal(err)
	}
	var limit *LimitError
	if _, err := c.Issue(ctx(t), acme, 1); !errors.As(err, &limit) {
		t.Fatal(err)
	}
	if _, err := c.CreateIssue(ctx(t), acme, IssueDraft{Title: "y"}); !errors.As(err, &limit) {
		t.Errorf("got %v", err)
	}
}
