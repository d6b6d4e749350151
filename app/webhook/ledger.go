package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Ledger is the inbox in the database. With SQLite deliveries that wait at the
// same time share a transaction and thereby a write to the disk, each behind a
// savepoint of its own.
type Ledger struct {
	store  *db.Store
	queue  chan *entry
	stored chan struct{}
	done   chan struct{}
}

// entry is a delivery on its way to the disk.
type entry struct {
	row    query.InsertDeliveryParams
	result chan error
}

// maxBatch bounds the deliveries of one transaction.
const maxBatch = 128

// NewLedger makes a ledger, which takes deliveries until ctx ends.
func NewLedger(ctx context.Context, store *db.Store) *Ledger {
	l := &Ledger{store: store, queue: make(chan *entry), stored: make(chan struct{}, 1), done: make(chan struct{})}
	if store.Engine() == db.SQLite {
		go l.write(ctx)
	}
	return l
}

// Stored receives after deliveries were stored by this process.
func (l *Ledger) Stored() <-chan struct{} { return l.stored }

// Store implements Inbox.
func (l *Ledger) Store(ctx context.Context, d Delivery) error {
	row, err := rowOf(d)
	if err != nil {
		return err
	}
	e := &entry{row: row, result: make(chan error, 1)}
	if l.store.Engine() == db.SQLite {
		select {
		case l.queue <- e:
			err = <-e.result // once taken it is written, whatever becomes of the request
		case <-l.done:
			err = errors.New("store the delivery: the server is shutting down")
		case <-ctx.Done():
			err = ctx.Err()
		}
	} else {
		err = l.store.InTx(ctx, func(tx *sql.Tx) error { return insert(ctx, db.In(tx), &row) })
	}
	if err == nil {
		select {
		case l.stored <- struct{}{}:
		default:
		}
	}
	return err
}

func rowOf(d Delivery) (query.InsertDeliveryParams, error) {
	facts, err := json.Marshal(&d.Facts)
	if err != nil {
		return query.InsertDeliveryParams{}, fmt.Errorf("store the delivery: %w", err)
	}
	state := "stored"
	if d.Ignored {
		state = "ignored"
	}
	return query.InsertDeliveryParams{
		ID: d.ID, Event: d.Event, Action: d.Facts.Action, BodySha256: d.BodySHA256, InstallationID: d.Facts.Installation,
		RepositoryID: d.Facts.Repository.ID, Facts: string(facts), State: state, ReceivedAt: d.ReceivedAt.UnixMilli(),
	}, nil
}

// insert stores a delivery. One that is there already, by its id or its body,
// is planned again if what it asked for was given up, else left as it is.
func insert(ctx context.Context, q *query.Queries, row *query.InsertDeliveryParams) error {
	n, err := q.InsertDelivery(ctx, *row)
	if err == nil && n == 0 {
		_, err = q.ReviveDelivery(ctx, query.ReviveDeliveryParams{ID: row.ID, Event: row.Event, BodySha256: row.BodySha256})
	}
	if err != nil {
		return fmt.Errorf("store the delivery: %w", err)
	}
	return nil
}

// write commits what has gathered while the last commit went to the disk.
func (l *Ledger) write(ctx context.Context) {
	defer close(l.done)
	for {
		var batch []*entry
		select {
		case e := <-l.queue:
			batch = append(batch, e)
		case <-ctx.Done():
			return
		}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case e := <-l.queue:
				batch = append(batch, e)
			default:
				more = false
			}
		}
		l.commit(context.WithoutCancel(ctx), batch)
	}
}

// commit answers every entry of the batch.
func (l *Ledger) commit(ctx context.Context, batch []*entry) {
	failed := make([]error, len(batch))
	err := l.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		for i, e := range batch {
			if _, err := tx.ExecContext(ctx, "SAVEPOINT delivery"); err != nil {
				return err
			}
			end := "RELEASE delivery"
			if failed[i] = insert(ctx, q, &e.row); failed[i] != nil {
				end = "ROLLBACK TO delivery"
			}
			if _, err := tx.ExecContext(ctx, end); err != nil {
				return err
			}
		}
		return nil
	})
	for i, e := range batch {
		if err != nil {
			e.result <- err
		} else {
			e.result <- failed[i]
		}
	}
}
