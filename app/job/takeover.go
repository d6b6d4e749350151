package job

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/castellan-app/castellan/db"
)

// life tells the other processes on a PostgreSQL database that this one lives:
// an advisory lock that ends with its connection, however the process ends. What
// a process without its lock left running is free again within seconds. Should a
// lock be lost while its process lives on, a task may run twice: the fence lets
// only one of them commit.
type life struct {
	q    *Queue
	key  int32
	conn *sql.Conn
	stop context.CancelFunc
	done chan struct{}
}

const (
	lockClass     = 0x4341 // of our advisory locks, beside which others may be in the database
	takeoverEvery = 5 * time.Second
)

func newLife(q *Queue) *life {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return &life{q: q, key: int32(binary.BigEndian.Uint32(b[:]) >> 1), done: make(chan struct{})}
}

// id is the client id in River's rows.
func (l *life) id() string { return fmt.Sprintf("castellan-%d", l.key) }

// start takes the lock and frees what dead processes left. With SQLite, whose
// file one process owns, all other processes are dead.
func (l *life) start(ctx context.Context) error {
	if l.q.store.Engine() == db.PostgreSQL {
		if err := l.hold(ctx); err != nil {
			return err
		}
	}
	if err := l.takeover(ctx); err != nil {
		return errors.Join(err, l.release())
	}
	if l.q.store.Engine() == db.SQLite {
		close(l.done)
		return nil
	}
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	go l.beat(ctx)
	return nil
}

// end lets the others take over what still runs.
func (l *life) end() error {
	if l.stop != nil {
		l.stop()
		<-l.done
	}
	return l.release()
}

func (l *life) release() error {
	if l.conn == nil {
		return nil
	}
	_, err := l.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1, $2)", lockClass, l.key)
	err = errors.Join(err, l.conn.Close())
	l.conn = nil
	return err
}

func (l *life) beat(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(takeoverEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, takeoverEvery)
		err := l.hold(limited)
		if err == nil {
			err = l.takeover(limited)
		}
		cancel()
		if err != nil && ctx.Err() == nil {
			l.q.opt.Log.Warn("what dead processes left is not taken over, to be tried again", "error", err)
		}
	}
}

// hold takes the lock, unless its connection lives and has it.
func (l *life) hold(ctx context.Context) error {
	if l.conn != nil {
		if l.conn.PingContext(ctx) == nil {
			return nil
		}
		_ = l.conn.Close() // broken
		l.conn = nil
	}
	conn, err := l.q.store.Jobs().Conn(ctx)
	if err != nil {
		return fmt.Errorf("tell that this process lives: %w", err)
	}
	var got bool
	err = conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, $2)", lockClass, l.key).Scan(&got)
	if err == nil && !got { // by our own broken connection, for a while
		err = errors.New("the lock is not free yet")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("tell that this process lives: %w", err), conn.Close())
	}
	l.conn = conn
	return nil
}

// dead are conditions on a client id in River's rows: its process has ended.
const (
	deadPostgres = ` LIKE 'castellan-%%' AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
		AND l.classid = %d AND 'castellan-' || l.objid = %s AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
	lastOwner = "attempted_by[array_upper(attempted_by, 1)]"
)

// takeover frees jobs and leadership of dead processes. A task may be what killed
// them: from the third attempt on it waits, 8 s to 5 min, and once it has been
// tried as often as it may it is given up.
func (l *life) takeover(ctx context.Context) error {
	worn, free, leader := "state = 'running' AND attempt >= max_attempts", "state = 'running'", "TRUE"
	args, skip, now := "json_extract(args, '$.task')", "", "datetime('now', 'subsec')"
	available, retryable := "'available'", "'retryable'"
	due := "datetime('now', 'subsec', '+' || MIN(300, 1 << attempt) || ' seconds')"
	if l.q.store.Engine() == db.PostgreSQL {
		owner := lastOwner + fmt.Sprintf(deadPostgres, lockClass, lastOwner)
		worn, free = worn+" AND "+owner, free+" AND "+owner
		leader = "leader_id" + fmt.Sprintf(deadPostgres, lockClass, "leader_id")
		args, skip, now = "CAST(args ->> 'task' AS BIGINT)", " FOR UPDATE SKIP LOCKED", "now()"
		available, retryable = "CAST('available' AS river_job_state)", "CAST('retryable' AS river_job_state)"
		due = "now() + LEAST(300, 1 << attempt) * INTERVAL '1 second'"
	}
	if err := l.giveUp(ctx, "SELECT id, "+args+" FROM river_job WHERE kind = 'task' AND "+worn, now); err != nil {
		return err
	}
	return l.q.store.InTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE river_job SET state = CASE WHEN attempt < 3 THEN "+available+" ELSE "+retryable+" END,"+
			" scheduled_at = CASE WHEN attempt < 3 THEN scheduled_at ELSE "+due+" END WHERE id IN (SELECT id FROM river_job WHERE "+free+skip+")")
		if err == nil {
			if n, countErr := result.RowsAffected(); countErr == nil && n > 0 {
				l.q.opt.Log.Info("tasks of a process that has died start again", "count", n)
			}
			_, err = tx.ExecContext(ctx, "DELETE FROM river_leader WHERE "+leader)
		}
		if err != nil {
			return fmt.Errorf("free the jobs of dead processes: %w", err)
		}
		return nil
	})
}

// giveUp fails the tasks of the jobs that a query lists.
func (l *life) giveUp(ctx context.Context, list, now string) error {
	rows, err := l.q.store.Jobs().QueryContext(ctx, list)
	if err != nil {
		return fmt.Errorf("list the jobs of dead processes: %w", err)
	}
	defer rows.Close()
	var all [][2]int64
	for rows.Next() {
		var id [2]int64
		if err := rows.Scan(&id[0], &id[1]); err != nil {
			return fmt.Errorf("list the jobs of dead processes: %w", err)
		}
		all = append(all, id)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("list the jobs of dead processes: %w", err)
	}
	for _, id := range all {
		err := l.q.store.InTx(ctx, func(tx *sql.Tx) error {
			_, err1 := tx.ExecContext(ctx, "UPDATE task SET failed = TRUE, error = 'the process died each time', fence = fence + 1 WHERE id = $1 AND done < wanted", id[1])
			_, err2 := tx.ExecContext(ctx, "UPDATE river_job SET state = 'discarded', finalized_at = "+now+" WHERE id = $1 AND state = 'running'", id[0])
			return errors.Join(err1, err2)
		})
		if err != nil {
			return fmt.Errorf("give up task %d: %w", id[1], err)
		}
		l.q.opt.Log.Error("task given up", "task", id[1], "error", "the process died each time it was tried")
	}
	return nil
}
