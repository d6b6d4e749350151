package github

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// budget knows from GitHub's answers how many requests an installation has
// left this hour, and refuses those of a lane that would eat into another's
// reserve, or any once nothing is left. Where GitHub names no limit (a GitHub Enterprise Server by
// default), it refuses nothing.
type budget struct {
	next http.RoundTripper
	now  func() time.Time

	mu        sync.Mutex
	limit     int
	remaining int // as GitHub last said in this window
	inFlight  int // requests it may not have counted yet
	reset     time.Time
}

func (b *budget) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := b.take(laneOf(req.Context())); err != nil {
		return nil, err
	}
	resp, err := b.next.RoundTrip(req)
	b.give(resp)
	return resp, err
}

func (b *budget) take(lane Lane) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	keep := b.limit * lane.reserve() / 100
	short := b.remaining <= 0 || keep > 0 && b.remaining-b.inFlight <= keep
	if short && b.now().Before(b.reset) {
		return &LimitError{Until: b.reset}
	}
	b.inFlight++
	return nil
}

func (b *budget) give(resp *http.Response) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	if resp == nil {
		return
	}
	if r := resp.Header.Get("X-RateLimit-Resource"); r != "" && r != "core" {
		return
	}
	limit, err1 := strconv.Atoi(resp.Header.Get("X-RateLimit-Limit"))
	remaining, err2 := strconv.Atoi(resp.Header.Get("X-RateLimit-Remaining"))
	seconds, err3 := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || limit <= 0 {
		return
	}
	reset := time.Unix(seconds, 0)
	switch {
	case reset.Before(b.reset): // an answer of the window before
	case reset.Equal(b.reset) && limit == b.limit:
		b.remaining = min(b.remaining, remaining) // answers overtake each other
	default:
		b.limit, b.remaining, b.reset = limit, remaining, reset
	}
}

// budgets are those of all installations.
type budgets struct {
	mu  sync.Mutex
	all []*budget
}

func (b *budgets) add(one *budget) {
	if b == nil { // a call without an App
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, one)
}

// Remaining is the number of requests left this hour to the installation that
// has the fewest; ok is false where GitHub names no limit.
func (a *App) Remaining() (n int, ok bool) {
	a.cfg.budgets.mu.Lock()
	defer a.cfg.budgets.mu.Unlock()
	for _, b := range a.cfg.budgets.all {
		b.mu.Lock()
		if b.limit > 0 && b.now().Before(b.reset) && (!ok || b.remaining < n) {
			n, ok = b.remaining, true
		}
		b.mu.Unlock()
	}
	return n, ok
}
