package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
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
// for what other processes have stored.
func (d *Dispatcher) Run(ctx context.Context, woken <-chan struct{}) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := d.Dispatch(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.Error("deliveries not dispatched, to be tried again", "error", err)
		}
		if n == batch && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-tick.C:
		}
	}
}

// Dispatch plans the oldest stored deliveries, each in the transaction that
// marks it planned, and returns how many it saw.
func (d *Dispatcher) Dispatch(ctx context.Context) (int, error) {
	rows, err := d.Store.Queries().StoredDeliveries(ctx, batch)
	if err != nil {
		return 0, fmt.Errorf("list stored deliveries: %w", err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return len(rows), d.Store.InTx(ctx, func(tx *sql.Tx) error {
		for i := range rows {
			if err := d.plan(ctx, tx, &rows[i]); err != nil {
				return fmt.Errorf("delivery %s: %w", rows[i].ID, err)
			}
		}
		return nil
	})
}

func (d *Dispatcher) plan(ctx context.Context, tx *sql.Tx, row *query.Delivery) error {
	q := db.In(tx)
	n, err := q.SetDeliveryState(ctx, query.SetDeliveryStateParams{State: "planned", ID: row.ID})
	if err != nil || n == 0 { // another dispatcher has it
		return err
	}
	var f Facts
	if err := json.Unmarshal([]byte(row.Facts), &f); err != nil {
		return fmt.Errorf("read its facts: %w", err)
	}
	tasks, err := d.Queue.Want(ctx, tx, Plan(row.Event, &f)...)
	if err != nil {
		return err
	}
	for i := range tasks {
		if err := q.InsertDeliveryTask(ctx, query.InsertDeliveryTaskParams{DeliveryID: row.ID, TaskID: tasks[i].ID, Wanted: tasks[i].Wanted}); err != nil {
			return err
		}
	}
	return nil
}
