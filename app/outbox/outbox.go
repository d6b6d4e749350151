// Package outbox makes every write to GitHub: it is planned as a row in the
// transaction that decided it, made afterwards, and its outcome recorded. The
// row's key makes a write happen once, however often it is planned.
//
// A process may die between GitHub's yes and the record of it. The row is then
// still in state sending; whoever finds it tells its Sender that an earlier
// attempt is uncertain, and the Sender looks at GitHub before it writes again.
package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Kind names what a write does and thereby its Sender.
type Kind string

// Write is a planned write.
type Write struct {
	Key          string // unique for ever
	Kind         Kind
	Installation int64
	Repository   int64
	Subject      string // writes of one subject are made in their order
	Payload      any    // as JSON; never holds a credential
	Creates      bool   // an issue or a comment, of which GitHub takes so many an hour
}

// Attempt is one try at a write.
type Attempt struct {
	Key          string
	Installation int64
	Repository   int64
	Number       int  // 1 is the first
	Uncertain    bool // an earlier attempt may have reached GitHub
	payload      string
}

// Payload reads the planned payload.
func (a *Attempt) Payload(into any) error {
	if err := json.Unmarshal([]byte(a.payload), into); err != nil {
		return fmt.Errorf("read the payload of %s: %w", a.Key, err)
	}
	return nil
}

// Sender makes the writes of one kind. On success, record (if not nil) runs in
// the transaction that marks the row done. An error with RetryAt() time.Time
// says when to try again; one with Permanent() true gives the write up, and
// GaveUp (if not nil) runs in the transaction that says so.
type Sender struct {
	Send   func(ctx context.Context, a *Attempt) (record func(*sql.Tx) error, err error)
	GaveUp func(ctx context.Context, tx *sql.Tx, a *Attempt, why error) error
}

// Outbox plans and makes writes.
type Outbox struct {
	Store   *db.Store
	Senders map[Kind]Sender
	DryRun  bool // plan, but make no write: rows end as dry-run
	Now     func() time.Time
	Log     *slog.Logger
	Made    func(kind Kind, outcome string) // outcome: done, later, failed; may be nil
}

const (
	lease       = 2 * time.Minute // within which an attempt ends or is uncertain
	maxAttempts = 20              // and an hour: waiting for limits to end counts no attempt against a write
	patience    = time.Hour
	parallel    = 8 // writes made at a time, so that one that hangs holds up no other
)

// Plan notes writes in the transaction of what decided them.
func (o *Outbox) Plan(ctx context.Context, tx *sql.Tx, writes ...Write) error {
	state := "planned"
	if o.DryRun {
		state = "dry-run"
	}
	for i := range writes {
		w := &writes[i]
		if _, ok := o.Senders[w.Kind]; !ok {
			return fmt.Errorf("plan %s: nothing makes writes of kind %q", w.Key, w.Kind)
		}
		payload, err := json.Marshal(w.Payload)
		if err != nil {
			return fmt.Errorf("plan %s: %w", w.Key, err)
		}
		_, err = db.In(tx).PlanWrite(ctx, query.PlanWriteParams{
			Key: w.Key, Kind: string(w.Kind), InstallationID: w.Installation, RepositoryID: w.Repository,
			Subject: w.Subject, Payload: string(payload), Creates: w.Creates, State: state, Now: o.Now().UnixMilli(),
		})
		if err != nil {
			return fmt.Errorf("plan %s: %w", w.Key, err)
		}
		if o.DryRun {
			o.Log.Info("dry run: not written", "write", w.Kind, "key", w.Key, "installation", w.Installation, "repo", w.Repository)
		}
	}
	return nil
}

// Flush makes the planned writes of a subject now. It stops at the first that
// fails. One that is tried again later is Deliver's from then on, and no error;
// that of one given up is returned.
func (o *Outbox) Flush(ctx context.Context, subject string) error {
	rows, err := o.Store.Queries().WritesOfSubject(ctx, subject)
	if err != nil {
		return fmt.Errorf("list the writes of %s: %w", subject, err)
	}
	for i := range rows {
		if rows[i].DueAt > o.Now().UnixMilli() {
			return nil // another attempt is under way, or it has to wait
		}
		made, err := o.make(ctx, &rows[i])
		if err != nil {
			return err
		}
		if !made {
			return nil // another has it or it has to wait, and those behind it with it
		}
	}
	return nil
}

// Deliver makes writes that are due, several at a time but one of a subject:
// those of processes that died, and those that had to wait. It returns how many
// it tried.
func (o *Outbox) Deliver(ctx context.Context) (int, error) {
	const most = 100
	rows, err := o.Store.Queries().DueWrites(ctx, query.DueWritesParams{Now: o.Now().UnixMilli(), Most: most})
	if err != nil {
		return 0, fmt.Errorf("list due writes: %w", err)
	}
	var wg sync.WaitGroup
	free := make(chan struct{}, parallel)
	for i := range rows {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			wg.Wait()
			return i, ctx.Err()
		}
		wg.Go(func() {
			defer func() { <-free }()
			_ = o.Flush(ctx, rows[i].Subject) // recorded in the row, and logged
		})
	}
	wg.Wait()
	return len(rows), nil
}

// Run delivers until ctx ends.
func (o *Outbox) Run(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := o.Deliver(ctx); err != nil && ctx.Err() == nil {
			o.Log.Error("writes not delivered, to be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// make claims a row, writes and records. made is false if it is to be tried again,
// or was not to be had: the claim counts the attempts, so that of two who saw the row due one gets it,
// and is refused while a write of the same subject is before it.
func (o *Outbox) make(ctx context.Context, row *query.Outbox) (made bool, err error) {
	if postponed, err := o.postpone(ctx, row); err != nil || postponed {
		return false, err
	}
	uncertain := row.State == "sending"
	var claimed query.Outbox
	err = o.Store.InTx(ctx, func(tx *sql.Tx) (err error) {
		claimed, err = db.In(tx).ClaimWrite(ctx, query.ClaimWriteParams{
			LeaseUntil: o.Now().Add(lease).UnixMilli(), Now: o.Now().UnixMilli(), ID: row.ID, Attempts: row.Attempts,
		})
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("claim %s: %w", row.Key, err)
	}
	a := &Attempt{
		Key: claimed.Key, Installation: claimed.InstallationID, Repository: claimed.RepositoryID, Number: int(claimed.Attempts),
		Uncertain: uncertain, payload: claimed.Payload,
	}
	sender, ok := o.Senders[Kind(claimed.Kind)]
	if !ok {
		return o.record(ctx, &claimed, a, nil, fmt.Errorf("nothing makes writes of kind %q", claimed.Kind))
	}
	limited, cancel := context.WithTimeout(ctx, lease-15*time.Second)
	defer cancel()
	record, err := sender.Send(limited, a)
	return o.record(ctx, &claimed, a, record, err)
}

// record notes how an attempt ended. A write that failed without an answer
// stays uncertain.
func (o *Outbox) record(ctx context.Context, row *query.Outbox, a *Attempt, record func(*sql.Tx) error, failure error) (made bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	end := query.FinishWriteParams{State: "done", Now: o.Now().UnixMilli(), DueAt: row.DueAt, ID: row.ID, Attempts: row.Attempts}
	outcome := "done"
	giveUp := func(*sql.Tx) error { return nil }
	if failure != nil {
		end.Error, record = db.Clip(failure.Error()), nil
		end.State, end.DueAt, outcome = "sending", o.Now().Add(backoff(row.Attempts)).UnixMilli(), "later"
		var later interface{ RetryAt() time.Time }
		var permanent interface{ Permanent() bool }
		switch {
		case errors.As(failure, &later):
			end.DueAt = max(end.Now+1000, later.RetryAt().UnixMilli())
			if !a.Uncertain {
				end.State = "planned" // refused, so not made
			}
		case errors.As(failure, &permanent) && permanent.Permanent(), row.Attempts >= maxAttempts && o.Now().Sub(time.UnixMilli(row.CreatedAt)) >= patience:
			end.State, outcome = "failed", "failed"
			if gaveUp := o.Senders[Kind(row.Kind)].GaveUp; gaveUp != nil {
				giveUp = func(tx *sql.Tx) error { return gaveUp(ctx, tx, a, failure) }
			}
		}
	}
	if o.Made != nil {
		o.Made(Kind(row.Kind), outcome)
	}
	log := o.Log.With("write", row.Kind, "key", row.Key, "installation", row.InstallationID, "repo", row.RepositoryID, "attempt", row.Attempts)
	switch outcome {
	case "failed":
		log.Error("write given up", "error", failure)
	case "later":
		log.Warn("write failed, to be tried again", "error", failure)
	}
	// Who plans and who records lock the same rows in different orders: of two that
	// meet, PostgreSQL gives up one.
	const tries = 5
	tell := func(tx *sql.Tx) error {
		n, err := db.In(tx).FinishWrite(ctx, end)
		if err != nil || n == 0 { // another process holds the row by now
			return err
		}
		if record != nil {
			if err := record(tx); err != nil {
				return err
			}
		}
		return giveUp(tx)
	}
	err = o.Store.InTx(ctx, tell)
	for try := 1; db.Conflict(err) && try < tries; try++ {
		err = o.Store.InTx(ctx, tell)
	}
	if err != nil {
		log.Error("outcome of a write not recorded, to be looked for when its lease has ended", "error", err)
		return false, errors.Join(failure, fmt.Errorf("record %s: %w", row.Key, err))
	}
	if outcome == "later" {
		return false, nil
	}
	return outcome == "done", failure
}

// backoff is 0.5 s, 1 s, 2 s… to 30 s. It is no longer, as attempts that met a
// limit count too: a check run must not wait for minutes because of one failure
// after many limits.
func backoff(attempts int64) time.Duration {
	return min(30*time.Second, 500*time.Millisecond<<min(max(attempts-1, 0), 10))
}
