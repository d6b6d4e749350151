package lookup

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Stored is a Cache in the App's database, shared by its processes. What it
// stores are names and what registries say of them in public.
type Stored struct{ Store *db.Store }

// Get implements Cache.
func (s Stored) Get(ctx context.Context, key string) (Entry, bool, error) {
	row, err := s.Store.Queries().Lookup(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, false, nil
	}
	if err != nil {
		return Entry{}, false, fmt.Errorf("read look-up: %w", err)
	}
	return Entry{Key: row.Name, Body: row.Body, FetchedAt: at(row.FetchedAt), FirstAbsent: at(row.FirstAbsentAt), LastAbsent: at(row.LastAbsentAt)}, true, nil
}

// Put implements Cache.
func (s Stored) Put(ctx context.Context, e Entry) error {
	row := query.PutLookupParams{Name: e.Key, Body: e.Body, FetchedAt: ms(e.FetchedAt), FirstAbsentAt: ms(e.FirstAbsent), LastAbsentAt: ms(e.LastAbsent)}
	err := s.Store.InTx(ctx, func(tx *sql.Tx) error { return db.In(tx).PutLookup(ctx, row) })
	if err != nil {
		return fmt.Errorf("store look-up: %w", err)
	}
	return nil
}

// Waiting are the keys of names that were absent once, long enough ago to be
// looked up again.
func (s Stored) Waiting(ctx context.Context, now time.Time) ([]string, error) {
	const most = 100
	names, err := s.Store.Queries().AbsentOnce(ctx, query.AbsentOnceParams{Before: ms(now.Add(-confirmAfter)), Apart: confirmAfter.Milliseconds(), Most: most})
	if err != nil {
		return nil, fmt.Errorf("list absent names: %w", err)
	}
	return names, nil
}

// Forget is how long a row is kept.
const Forget = 30 * 24 * time.Hour

func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
