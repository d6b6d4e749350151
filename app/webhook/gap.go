package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Log is GitHub's own log of what it delivered.
type Log interface {
	DeliveryPages(ctx context.Context, from string) iter.Seq2[github.DeliveryPage, error]
	Redeliver(ctx context.Context, id int64) error
}

const (
	sweptSetting = "deliveries swept"
	logReaches   = 3 * 24 * time.Hour // back in time (docs.github.com, "Handling failed webhook deliveries")
	settles      = 2 * time.Minute    // a delivery younger than this may be on its way
)

// sweep is one round of Gaps.
type sweep struct {
	store *db.Store
	log   Log
	now   time.Time
	at    position

	tried int // how often GitHub was asked, also in vain
	asked int
	vain  int
	errs  []error // the first few of those in vain
}

// position is how far the log was read. It is read from the newest attempt back
// to where the last reading began, and kept after every page.
type position struct {
	Until     time.Time `json:"until"`          // attempts up to then have been looked at
	Succeeded time.Time `json:"succeeded"`      // the newest attempt known to have been taken
	Page      string    `json:"page,omitempty"` // where a reading that was interrupted goes on, "" for none
	Top       time.Time `json:"top"`            // what Until becomes once that one is through
}

// Gaps asks GitHub to deliver again what it tried to deliver and is not in the
// ledger: GitHub does not do so by itself (lesson 14). It returns how many it
// asked for, also with an error: what it has read and asked for is kept, and the
// next call goes on there.
func Gaps(ctx context.Context, s *db.Store, log Log, now time.Time) (int, error) {
	w := &sweep{store: s, log: log, now: now}
	if err := w.begin(ctx); err != nil {
		return 0, err
	}
	resumed := w.at.Page != ""
	err := w.read(ctx)
	if err == nil && resumed {
		err = w.read(ctx) // what came since that reading began
	}
	if w.vain > 0 {
		err = errors.Join(err, fmt.Errorf("%d deliveries could not be asked for again, among them: %w", w.vain, errors.Join(w.errs...)))
	}
	return w.asked, err
}

// begin finds the place to go on, and forgets what is missing no more and what
// GitHub keeps no longer.
func (w *sweep) begin(ctx context.Context) error {
	text, err := w.store.Queries().Setting(ctx, sweptSetting)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read how far deliveries were swept: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &w.at); err != nil {
		w.at = position{} // none yet: all that GitHub keeps
	}
	return w.store.InTx(ctx, func(tx *sql.Tx) error {
		_, err := db.In(tx).ForgetMissedDeliveries(ctx, w.now.Add(-logReaches).UnixMilli())
		return err
	})
}

// read reads the log back to where the last reading began, and asks for what it
// finds on the way: a log too long for one round holds up nothing.
func (w *sweep) read(ctx context.Context) error {
	newest := w.at.Page == ""
	if newest {
		w.at.Top = w.now.Add(-settles)
	}
	since := w.at.Until
	if oldest := w.now.Add(-logReaches); since.Before(oldest) {
		since = oldest
	}
	for page, err := range w.log.DeliveryPages(ctx, w.at.Page) {
		if err != nil {
			if github.Permanent(err) || errors.Is(err, github.ErrRepeats) { // no way on from that page
				next := w.at
				next.Page = ""
				err = errors.Join(err, w.keep(ctx, next, nil))
			}
			return fmt.Errorf("list GitHub's deliveries: %w", err)
		}
		if err := w.take(ctx, page, since); err != nil {
			return err
		}
		through := w.at.Page == ""
		if err := w.ask(ctx, newest && through); err != nil {
			return err
		}
		if through {
			return nil
		}
	}
	return nil
}

// take looks at a page, down to since.
func (w *sweep) take(ctx context.Context, page github.DeliveryPage, since time.Time) error {
	next := w.at
	next.Page = page.Next
	var missing []github.HookDelivery
	for _, d := range page.Attempts {
		if d.DeliveredAt.Before(since) {
			next.Page = ""
			break
		}
		if d.StatusCode >= 200 && d.StatusCode < 300 && d.DeliveredAt.After(next.Succeeded) {
			next.Succeeded = d.DeliveredAt
		}
		if d.DeliveredAt.After(next.Top) || !isWord(d.GUID) {
			continue
		}
		_, err := w.store.Queries().Delivery(ctx, d.GUID)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			missing = append(missing, d)
		case err != nil:
			return fmt.Errorf("look for delivery %s: %w", d.GUID, err)
		}
	}
	if next.Page == "" {
		next.Until, next.Top = next.Top, time.Time{}
	}
	return w.keep(ctx, next, missing)
}

// keep stores how far the log was read together with what is missing of it.
func (w *sweep) keep(ctx context.Context, at position, missing []github.HookDelivery) error {
	text, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("keep how far deliveries were swept: %w", err)
	}
	err = w.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		if err := note(ctx, q, missing); err != nil {
			return err
		}
		return q.PutSetting(ctx, query.PutSettingParams{Name: sweptSetting, Value: string(text)})
	})
	if err != nil {
		return fmt.Errorf("keep how far deliveries were swept: %w", err)
	}
	w.at = at
	return nil
}
