package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Ledger is the inbox in the database. Deliveries that wait at the same time
// share a transaction and thereby a write to the disk.
type Ledger struct {
	store  *db.Store
	queue  chan *entry
	stored chan struct{}
	stop   context.CancelFunc
	done   chan struct{} // closed once nothing is written any more
}

// entry is a delivery on its way to the disk.
type entry struct {
	row    query.InsertDeliveryParams
	result chan error
}

const (
	maxBatch        = 128              // deliveries of one transaction
	commitTime      = 20 * time.Second // GitHub waits for 10 s, GitHub Enterprise Server for 30 s
	postgresWriters = 2                // one gathers while the other waits for the disk
)

// NewLedger makes a ledger, which takes deliveries until Close or ctx ends.
func NewLedger(ctx context.Context, store *db.Store) *Ledger {
	ctx, stop := context.WithCancel(ctx)
	l := &Ledger{store: store, queue: make(chan *entry), stored: make(chan struct{}, 1), stop: stop, done: make(chan struct{})}
	writers := 1
	if store.Engine() == db.PostgreSQL {
		writers = postgresWriters
	}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() { l.write(ctx) })
	}
	go func() {
		wg.Wait()
		close(l.done)
	}()
	return l
}

// Close ends the ledger, once what it has taken is on the disk.
func (l *Ledger) Close() {
	l.stop()
	<-l.done
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
	select {
	case l.queue <- e:
		err = <-e.result // once taken it is written, whatever becomes of the request
	case <-l.done:
		err = errors.New("store the delivery: the server is shutting down")
	case <-ctx.Done():
		err = ctx.Err()
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

// commit answers every entry of the batch. If the database refuses one, each
// gets a transaction of its own.
func (l *Ledger) commit(ctx context.Context, batch []*entry) {
	limited, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	err := l.store.InTx(limited, func(tx *sql.Tx) error {
		q := db.In(tx)
		for _, e := range batch {
			if err := insert(limited, q, &e.row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && len(batch) > 1 && limited.Err() == nil {
		for i := range batch {
			l.commit(ctx, batch[i:i+1])
		}
		return
	}
	for _, e := range batch {
		e.result <- err
	}
}
