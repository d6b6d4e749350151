package github

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func TestBackfillLeavesTheReserve(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		lane      Lane
		remaining int
		refused   bool
	}{
		{"backfill with plenty", LaneBackfill, 1001, false},
		{"backfill at a fifth", LaneBackfill, 1000, true},
		{"backfill below", LaneBackfill, 3, true},
		{"an unknown lane is backfill", "spare time", 1000, true},
		{"user below", LaneUser, 3, false},
		{"webhook below", LaneWebhook, 3, false},
		{"webhook with nothing left", LaneWebhook, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			reset := f.clock.now().Add(30 * time.Minute)
			f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-RateLimit-Limit", "5000")
				w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(tt.remaining))
				w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
				answer(w, map[string]any{"id": 9})
			})
			c := f.app(t).Installation(1)
			lane := WithLane(ctx(t), tt.lane)
			if _, err := c.Issue(lane, acme, 1); err != nil {
				t.Fatalf("the first call knows nothing yet: %v", err)
			}
			_, err := c.Issue(lane, acme, 1)
			var limit *LimitError
			if got := errors.As(err, &limit); got != tt.refused || got && !limit.Until.Equal(reset) {
				t.Fatalf("got %v, want refused %v until %v", err, tt.refused, reset)
			}
			if _, err := c.Issue(WithLane(ctx(t), LaneWebhook), acme, 1); (err != nil) != (tt.remaining == 0) {
				t.Errorf("a webhook after it: %v", err)
			}
			f.clock.move(31 * time.Minute)
			if _, err := c.Issue(lane, acme, 1); err != nil {
				t.Errorf("in the next hour: %v", err)
			}
		})
	}
}

// roundTrip is a RoundTripper made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRequestsUnderWayCountAgainstTheBudget(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	var sent atomic.Int64
	hold := make(chan struct{})
	b := &budget{now: func() time.Time { return now }, limit: 100, remaining: 25, reset: now.Add(time.Hour),
		next: roundTrip(func(*http.Request) (*http.Response, error) {
			sent.Add(1)
			<-hold
			return nil, errors.New("lost")
		})}
	req, _ := http.NewRequestWithContext(WithLane(context.Background(), LaneBackfill), "GET", "http://127.0.0.1", nil)
	results := make(chan error, 40)
	for range 40 {
		go func() { _, err := b.RoundTrip(req); results <- err }()
	}
	for range 35 { // those that do not hold
		if limit := (*LimitError)(nil); !errors.As(<-results, &limit) {
			t.Error("let through")
		}
	}
	close(hold)
	for range 5 {
		<-results
	}
	if sent.Load() != 5 {
		t.Errorf("%d were sent, want the 5 above the reserve", sent.Load())
	}
}

func TestOldAnswersDoNotRaiseTheBudget(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	b := &budget{now: func() time.Time { return now }}
	give := func(resource string, remaining int, reset time.Time) {
		h := http.Header{}
		h.Set("X-RateLimit-Limit", "5000")
		h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
		h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
		h.Set("X-RateLimit-Resource", resource)
		b.give(&http.Response{Header: h})
	}
	for _, tt := range []struct {
		name      string
		resource  string
		remaining int
		reset     time.Time
		want      int
	}{
		{"first", "core", 900, now.Add(time.Hour), 900},
		{"overtaken", "core", 905, now.Add(time.Hour), 900},
		{"window before", "core", 10, now.Add(-time.Hour), 900},
		{"another bucket", "search", 3, now.Add(time.Hour), 900},
		{"spent", "core", 890, now.Add(time.Hour), 890},
		{"next window", "core", 4999, now.Add(2 * time.Hour), 4999},
	} {
		give(tt.resource, tt.remaining, tt.reset)
		if b.remaining != tt.want {
			t.Errorf("%s: %d remain, want %d", tt.name, b.remaining, tt.want)
		}
	}
}

func TestRemainingIsTheLeastOfAll(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	clock := func() time.Time { return now }
	a := &App{cfg: Config{budgets: &budgets{}}}
	if _, ok := a.Remaining(); ok {
		t.Error("a limit that nobody named")
	}
	a.cfg.budgets.add(&budget{now: clock})
	a.cfg.budgets.add(&budget{now: clock, limit: 100, remaining: 40, reset: now.Add(time.Hour)})
	a.cfg.budgets.add(&budget{now: clock, limit: 100, remaining: 7, reset: now.Add(time.Minute)})
	a.cfg.budgets.add(&budget{now: clock, limit: 100, remaining: 1, reset: now.Add(-time.Minute)}) // over
	if n, ok := a.Remaining(); n != 7 || !ok {
		t.Errorf("%d, %v", n, ok)
	}
}
