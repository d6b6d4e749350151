package webhook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

const (
	mostTried  = 500 // asked for in one sweep
	mostErrors = 5   // shown of one sweep
)

// note keeps attempts, newest first, whose deliveries are not in the ledger.
func note(ctx context.Context, q *query.Queries, missing []github.HookDelivery) error {
	for _, d := range slices.Backward(missing) {
		var err error
		if d.StatusCode == dropped {
			err = q.ForgetMissedDelivery(ctx, d.GUID)
		} else {
			err = q.PutMissedDelivery(ctx, query.PutMissedDeliveryParams{ID: d.GUID, AttemptID: d.ID, AttemptedAt: d.DeliveredAt.UnixMilli()})
		}
		if err != nil {
			return fmt.Errorf("note delivery %s: %w", d.GUID, err)
		}
	}
	return nil
}

// ask asks for what is due, each at most once in a sweep. One that cannot be
// asked for holds up no other; a limit of GitHub's and the end of ctx do.
func (w *sweep) ask(ctx context.Context) error {
	if w.tried >= mostTried {
		return nil
	}
	due, err := w.store.Queries().MissedDeliveries(ctx, query.MissedDeliveriesParams{AskedBefore: w.now.UnixMilli(), Most: int64(mostTried - w.tried)})
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

// record forgets what GitHub took, which is another attempt then, and what it has
// no more. What it could not do now is asked for in the next sweep, behind the
// others.
func (w *sweep) record(ctx context.Context, m *query.MissedDelivery, answer error) error {
	err := w.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		if answer == nil || gone(answer) {
			return q.ForgetMissedDelivery(ctx, m.ID)
		}
		return q.AskedForDelivery(ctx, query.AskedForDeliveryParams{ID: m.ID, AskedAt: w.now.UnixMilli()})
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
