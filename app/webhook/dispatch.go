package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Dispatcher turns stored deliveries into tasks. Any number may run, in any
// number of processes.
type Dispatcher struct {
	Store *db.Store
	Queue *job.Queue
	Log   *slog.Logger
}

// batch is how many deliveries one transaction plans.
const batch = 64

// Run dispatches until ctx ends: at once after woken receives, and every 200 ms
// for what other processes have stored. After a failure it pauses for a second.
func (d *Dispatcher) Run(ctx context.Context, woken <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-timer.C:
		}
		pause := 200 * time.Millisecond
		for more := true; more; {
			n, err := d.Dispatch(ctx)
			if more = n == batch && err == nil; err != nil && ctx.Err() == nil {
				pause = time.Second
				d.Log.Error("deliveries not dispatched, to be tried again", "error", err)
			}
		}
		timer.Reset(pause)
	}
}

// Dispatch plans the oldest stored deliveries, each in the transaction that
// marks it planned, and returns how many it saw. One that cannot be planned
// holds up no other.
func (d *Dispatcher) Dispatch(ctx context.Context) (int, error) {
	rows, err := d.Store.Queries().StoredDeliveries(ctx, batch)
	if err != nil {
		return 0, fmt.Errorf("list stored deliveries: %w", err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	err = d.plan(ctx, rows)
	if err == nil || len(rows) == 1 || ctx.Err() != nil || db.Conflict(err) {
		return len(rows), err
	}
	var errs []error
	for i := range rows {
		if err := d.plan(ctx, rows[i:i+1]); err != nil {
			errs = append(errs, fmt.Errorf("delivery %s: %w", rows[i].ID, err))
		}
	}
	return len(rows), errors.Join(errs...)
}

// plan takes deliveries and then wants their tasks, all in one transaction.
func (d *Dispatcher) plan(ctx context.Context, rows []query.Delivery) error {
	return d.Store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		var wants []job.Want
		var of []string // the delivery of each
		for i := range rows {
			n, err := q.SetDeliveryState(ctx, query.SetDeliveryStateParams{State: "planned", ID: rows[i].ID})
			if err != nil {
				return err
			}
			if n == 0 { // another dispatcher has it
				continue
			}
			var f Facts
			if err := json.Unmarshal([]byte(rows[i].Facts), &f); err != nil {
				d.Log.Error("delivery refused: its facts cannot be read", "delivery", rows[i].ID, "error", err)
				if err := q.RefuseDelivery(ctx, rows[i].ID); err != nil {
					return err
				}
				continue
			}
			for _, w := range Plan(rows[i].Event, &f) {
				wants, of = append(wants, w), append(of, rows[i].ID)
			}
		}
		tasks, err := d.Queue.Want(ctx, tx, wants...)
		if err != nil {
			return err
		}
		for i := range tasks {
			if err := q.InsertDeliveryTask(ctx, query.InsertDeliveryTaskParams{DeliveryID: of[i], TaskID: tasks[i].ID, Wanted: tasks[i].Wanted}); err != nil {
				return err
			}
			w := &wants[i]
			d.Log.Info("delivery planned", "delivery", of[i], "job", string(w.Kind), "task", tasks[i].ID, "installation", w.Installation, "repo", w.Repository)
		}
		return nil
	})
}
