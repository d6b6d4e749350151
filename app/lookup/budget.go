package lookup

import (
	"sync"
	"time"
)

// Requests in any hour, of the process. GitHub gives 60 an hour to an address
// without a token (docs.github.com, rate limits for the REST API), which others
// behind that address need too.
const (
	hourly       = 2000
	hourlyGitHub = 40
)

// budget bounds how many requests are made, and leaves hosts alone that failed.
type budget struct {
	now   func() time.Time
	mu    sync.Mutex
	since time.Time // start of the present hour
	all   int
	of    map[string]int
	rests map[string]time.Time // until when, by host
}

func newBudget(now func() time.Time) *budget {
	return &budget{now: now, of: map[string]int{}, rests: map[string]time.Time{}}
}

// take counts a request, or refuses it.
func (b *budget) take(host string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if now.Before(b.rests[host]) {
		return errResting
	}
	if now.Sub(b.since) >= time.Hour {
		b.since, b.all = now, 0
		clear(b.of)
	}
	if b.all >= hourly || host == hostGitHub && b.of[host] >= hourlyGitHub {
		return errBudget
	}
	b.all++
	b.of[host]++
	return nil
}

// rest leaves a host alone for a while.
func (b *budget) rest(host string, d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until := b.now().Add(d); until.After(b.rests[host]) {
		b.rests[host] = until
	}
}
