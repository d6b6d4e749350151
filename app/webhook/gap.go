package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Log is GitHub's own log of what it delivered.
type Log interface {
	Deliveries(ctx context.Context, since time.Time) ([]github.HookDelivery, error)
	Redeliver(ctx context.Context, id int64) error
}

const (
	sweptSetting = "deliveries swept until" // RFC 3339
	logReaches   = 3 * 24 * time.Hour       // back in time (docs.github.com, "Handling failed webhook deliveries")
	settles      = 2 * time.Minute          // a delivery younger than this may be on its way
)

// Gaps asks GitHub to deliver again what it delivered and is not in the inbox:
// GitHub does not do so by itself (lesson 14). It returns how many it asked for.
func Gaps(ctx context.Context, s *db.Store, log Log, now time.Time) (int, error) {
	since := now.Add(-logReaches)
	text, err := s.Queries().Setting(ctx, sweptSetting)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read when deliveries were swept: %w", err)
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil && at.After(since) {
		since = at
	}
	until := now.Add(-settles)
	all, err := log.Deliveries(ctx, since)
	if err != nil {
		return 0, fmt.Errorf("list GitHub's deliveries: %w", err)
	}
	asked, done := 0, map[string]bool{}
	for _, d := range all {
		if done[d.GUID] || d.DeliveredAt.After(until) || !isWord(d.GUID) {
			continue
		}
		done[d.GUID] = true
		if _, err := s.Queries().Delivery(ctx, d.GUID); !errors.Is(err, sql.ErrNoRows) {
			if err != nil {
				return asked, fmt.Errorf("look for delivery %s: %w", d.GUID, err)
			}
			continue
		}
		if d.StatusCode == dropped {
			continue
		}
		if err := log.Redeliver(ctx, d.ID); err != nil {
			return asked, fmt.Errorf("ask for delivery %s again: %w", d.GUID, err)
		}
		asked++
	}
	return asked, s.InTx(ctx, func(tx *sql.Tx) error {
		return db.In(tx).PutSetting(ctx, query.PutSettingParams{Name: sweptSetting, Value: until.UTC().Format(time.RFC3339)})
	})
}
