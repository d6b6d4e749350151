package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
)

// Cache keeps what was found out: a row for each thing that was asked. It is
// safe for concurrent use, also by several processes.
type Cache interface {
	// Get gives the row of a key, ok false if there is none.
	Get(ctx context.Context, key string) (e Entry, ok bool, err error)
	Put(ctx context.Context, e Entry) error
}

// Entry is one row. Times are zero where there is none.
type Entry struct {
	Key         string    `json:"key"`  // what was asked: "npm/NAME", "osv/npm/NAME@VERSION"…
	Body        string    `json:"body"` // what was answered, as JSON of ours
	FetchedAt   time.Time `json:"fetched_at"`
	FirstAbsent time.Time `json:"first_absent"` // since when the name was absent each time
	LastAbsent  time.Time `json:"last_absent"`
}

// mostBody bounds what is kept of one answer.
const mostBody = 64 << 10

// How long answers hold. One that is older serves all the same, until stale, if
// its source does not answer: it was true a few days ago.
const (
	stale       = 7 * 24 * time.Hour
	forRegistry = 24 * time.Hour
	forOSV      = 6 * time.Hour
	forRest     = 24 * time.Hour
	forGitHub   = 3 * 24 * time.Hour

	// confirmAfter is how long after the first sighting an absent name must be
	// absent again. A registry that fails for a moment looks the same.
	confirmAfter = 10 * time.Minute
	// absentFor is how long a confirmed absence holds: then it is asked again.
	absentFor = time.Hour
)

// cached answers from the cache, or asks and keeps the answer. errNotFound is an
// answer too, and is kept.
func cached[T any](ctx context.Context, l *Looker, key string, hold time.Duration, ask func() (*T, error)) (*T, error) {
	e, ok, err := l.cache.Get(ctx, key)
	if err != nil {
		return nil, errCache
	}
	age := l.now().Sub(e.FetchedAt)
	missing := ok && e.Body == ""
	known := new(T)
	if !ok || missing || json.Unmarshal([]byte(e.Body), known) != nil {
		known = nil
	}
	switch {
	case missing && age < hold:
		return nil, errNotFound
	case known != nil && age < hold:
		return known, nil
	}
	got, err := ask()
	switch {
	case err == nil:
		l.keep(ctx, Entry{Key: key, FetchedAt: l.now()}, got)
		return got, nil
	case errors.Is(err, errNotFound):
		l.keep(ctx, Entry{Key: key, FetchedAt: l.now()}, nil)
		return nil, err
	case known != nil && age < stale:
		return known, nil
	}
	return nil, err
}

var errCache = errors.New("the cache cannot be used")

// keep stores an answer, nil for none. A cache that takes nothing costs requests
// and no more.
func (l *Looker) keep(ctx context.Context, e Entry, body any) {
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil || len(data) > mostBody {
			return
		}
		e.Body = string(data)
	}
	_ = l.cache.Put(context.WithoutCancel(ctx), e)
}

// Memory is a Cache of one process.
type Memory struct {
	mu   sync.Mutex
	rows map[string]Entry
}

// Get implements Cache.
func (m *Memory) Get(_ context.Context, key string) (Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.rows[key]
	return e, ok, nil
}

// Put implements Cache.
func (m *Memory) Put(_ context.Context, e Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil {
		m.rows = map[string]Entry{}
	}
	m.rows[e.Key] = e
	return nil
}
