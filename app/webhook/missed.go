package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// How often GitHub is asked. Each time is another attempt in its log: without
// bounds a webhook secret that is wrong for a day would multiply what fails.
const (
	mostTried  = 500 // in one sweep
	mostMissed = 10  // for a delivery that got no answer, or one of a server that failed
	mostTaken  = 3   // for a delivery that was answered 2xx or 4xx: it may get the same answer for ever
	mostErrors = 5   // shown of one sweep

	// askAgain is the wait after the first time, doubled each time: with it
	// mostMissed reaches further than GitHub's log. Once any later delivery
	// arrives nothing waits any more.
	askAgain = 9 * time.Minute
)

// note keeps attempts, newest first, whose deliveries are not in the ledger.
func note(ctx context.Context, q *query.Queries, missing []github.HookDelivery) error {
	for _, d := range slices.Backward(missing) {
		var err error
		if d.StatusCode == dropped {
			err = q.ForgetMissedDelivery(ctx, d.GUID)
		} else {
			refused, most := d.StatusCode >= 400 && d.StatusCode < 500, int64(mostMissed)
			if refused || d.StatusCode >= 200 && d.StatusCode < 300 {
				most = mostTaken
			}
			err = q.PutMissedDelivery(ctx, query.PutMissedDeliveryParams{
				ID: d.GUID, AttemptID: d.ID, AttemptedAt: d.DeliveredAt.UnixMilli(), Refused: refused, Most: most,
			})
		}
		if err != nil {
			return fmt.Errorf("note delivery %s: %w", d.GUID, err)
		}
	}
	return nil
}

// ask asks for what is due, each at most once in a sweep, and a second time only
// if the newest attempts are known: else how the last one ended may be on a page
// to come. What was refused is not due while refusals go on: only after a
// delivery has been taken since. One that cannot be asked for holds up no other;
// a limit of GitHub's and the end of ctx do.
func (w *sweep) ask(ctx context.Context, newest bool) error {
	if w.tried >= mostTried {
		return nil
	}
	before := int64(1) // those never asked for
	if newest {
		before = w.now.UnixMilli()
	}
	due, err := w.store.Queries().MissedDeliveries(ctx, query.MissedDeliveriesParams{
		AskedBefore: before, Now: w.now.UnixMilli(), Succeeded: w.at.Succeeded.UnixMilli(), Most: int64(mostTried - w.tried),
	})
	if err != nil {
		return fmt.Errorf("list missed deliveries: %w", err)
	}
	for i := range due {
		err := w.log.Redeliver(ctx, due[i].AttemptID)
		if limit := (*github.LimitError)(nil); errors.As(err, &limit) || err != nil && ctx.Err() != nil {
			return fmt.Errorf("ask for delivery %s again: %w", due[i].ID, err)
		}
		w.tried++
		if err == nil {
			w.asked++
		} else if w.vain++; len(w.errs) < mostErrors {
			w.errs = append(w.errs, fmt.Errorf("delivery %s: %w", due[i].ID, err))
		}
		if err := w.record(ctx, &due[i], err); err != nil {
			return err
		}
	}
	return nil
}

// record keeps how GitHub answered: what it has no more is forgotten, what it
// could not do now is asked for in the next sweep, behind the others.
func (w *sweep) record(ctx context.Context, m *query.MissedDelivery, answer error) error {
	err := w.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		if gone(answer) {
			return q.ForgetMissedDelivery(ctx, m.ID)
		}
		asked := query.AskedForDeliveryParams{ID: m.ID, Asked: m.Asked, AskedAt: w.now.UnixMilli(), AgainAt: m.AgainAt}
		if answer == nil {
			asked.Asked++
			asked.AgainAt = w.now.Add(askAgain << m.Asked).UnixMilli()
		}
		return q.AskedForDelivery(ctx, asked)
	})
	if err != nil {
		return fmt.Errorf("record that delivery %s was asked for: %w", m.ID, err)
	}
	return nil
}

// gone tells GitHub's answers that a delivery cannot be made again.
func gone(err error) bool {
	var status *github.StatusError
	return errors.As(err, &status) && slices.Contains([]int{http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}, status.Code)
}
