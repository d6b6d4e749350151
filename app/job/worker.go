package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// taskArgs is all that River knows of a task.
type taskArgs struct {
	Task int64 `json:"task" river:"unique"`
}

// Kind implements river.JobArgs.
func (taskArgs) Kind() string { return "task" }

// ErrFenced is returned by a commit of a worker whose task another has taken
// over.
var ErrFenced = errors.New("the task has been taken over by another worker")

// Run is one attempt at a task.
type Run struct {
	Task    query.Task // as it was when the attempt began
	Attempt int        // 1 is the first
	Last    bool       // a further failure gives the task up
	queue   *Queue
}

// Facts reads the hints of the task.
func (r *Run) Facts(into any) error {
	if err := json.Unmarshal([]byte(r.Task.Facts), into); err != nil {
		return fmt.Errorf("read the facts of %s %s: %w", r.Task.Kind, r.Task.Subject, err)
	}
	return nil
}

// Commit runs do in a transaction in which this attempt still owns the task.
// Otherwise nothing is written and the error is ErrFenced.
func (r *Run) Commit(ctx context.Context, do func(*sql.Tx) error) error {
	return r.queue.store.InTx(ctx, func(tx *sql.Tx) error {
		n, err := db.In(tx).HoldTask(ctx, query.HoldTaskParams{Now: r.queue.opt.Now().UnixMilli(), ID: r.Task.ID, Fence: r.Task.Fence})
		if err != nil {
			return fmt.Errorf("hold the task: %w", err)
		}
		if n == 0 {
			return ErrFenced
		}
		return do(tx)
	})
}

// Want notes a further wish in a transaction of this run.
func (r *Run) Want(ctx context.Context, tx *sql.Tx, wants ...Want) error {
	_, err := r.queue.Want(ctx, tx, wants...)
	return err
}

// Revive wants the tasks of the installation again that were given up, in a
// transaction of this run.
func (r *Run) Revive(ctx context.Context, tx *sql.Tx) error {
	const most = 500
	tasks, err := db.In(tx).ReviveTasks(ctx, query.ReviveTasksParams{InstallationID: r.Task.InstallationID, Now: r.queue.opt.Now().UnixMilli(), Most: most})
	if err != nil {
		return fmt.Errorf("revive the tasks of installation %d: %w", r.Task.InstallationID, err)
	}
	for i := range tasks {
		if err := r.queue.insert(ctx, tx, &tasks[i]); err != nil {
			return err
		}
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[taskArgs]
	q *Queue
}

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, j *river.Job[taskArgs]) error {
	q, began := w.q, time.Now()
	r := &Run{Attempt: j.Attempt, Last: j.Attempt >= j.MaxAttempts, queue: q}
	err := q.store.InTx(ctx, func(tx *sql.Tx) (err error) {
		r.Task, err = db.In(tx).StartTask(ctx, query.StartTaskParams{Now: q.opt.Now().UnixMilli(), ID: j.Args.Task})
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil // purged with its installation
	}
	if err != nil {
		return fmt.Errorf("start task %d: %w", j.Args.Task, err)
	}
	handler, ok := q.handlers[Kind(r.Task.Kind)]
	switch {
	case r.Task.Done >= r.Task.Wanted:
		_, err := w.done(ctx, j, r)
		return err
	case !ok:
		return fmt.Errorf("nothing does tasks of kind %q", r.Task.Kind) // an older process beside a newer one
	}
	outcome, err := w.finish(ctx, j, r, handler(ctx, r))
	q.opt.Ran(Kind(r.Task.Kind), outcome, time.Since(began))
	return err
}

// finish records how an attempt ended and tells River.
func (w *worker) finish(ctx context.Context, j *river.Job[taskArgs], r *Run, failure error) (outcome string, err error) {
	q := w.q
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second) // also when the time of the run is up
	defer cancel()
	log := q.opt.Log.With("job", r.Task.Kind, "task", r.Task.ID, "installation", r.Task.InstallationID, "repo", r.Task.RepositoryID, "attempt", r.Attempt)
	var later interface{ RetryAt() time.Time }
	var permanent interface{ Permanent() bool }
	switch {
	case failure == nil:
		return w.done(ctx, j, r)
	case errors.Is(failure, ErrFenced):
		return "again", w.fenced()
	case db.Conflict(failure):
		log.Info("task met another transaction, to be tried again", "error", failure)
		return "again", river.JobSnooze(time.Second)
	case errors.As(failure, &later):
		wait := max(time.Second, later.RetryAt().Sub(q.opt.Now()))
		log.Info("task waits", "for", wait.Round(time.Second), "because", failure)
		return "later", river.JobSnooze(wait)
	case errors.As(failure, &permanent) && permanent.Permanent(), r.Last:
		log.Error("task given up", "error", failure)
		return "given-up", w.giveUp(ctx, j, r, failure)
	default:
		log.Warn("task failed, to be tried again", "error", failure)
		return "failed", errors.Join(failure, w.fail(ctx, r, failure))
	}
}

// fenced leaves the job to the worker that took it over, whose run ends within
// the time of one: a job that came back earlier would fence that one in turn.
func (w *worker) fenced() error { return river.JobSnooze(w.q.opt.Timeout) }

func (w *worker) fail(ctx context.Context, r *Run, failure error) error {
	return w.q.store.InTx(ctx, func(tx *sql.Tx) error {
		_, err := db.In(tx).FailTask(ctx, query.FailTaskParams{Error: db.Clip(failure.Error()), Now: w.q.opt.Now().UnixMilli(), ID: r.Task.ID, Fence: r.Task.Fence})
		if errors.Is(err, sql.ErrNoRows) {
			return nil // another worker's by now
		}
		return err
	})
}

// giveUp fails task and job in one transaction, for the same reason as done. A
// wish that came during the run is not given up with it.
func (w *worker) giveUp(ctx context.Context, j *river.Job[taskArgs], r *Run, failure error) error {
	return w.end(ctx, j, func(tx *sql.Tx) (query.Task, error) {
		return db.In(tx).FailTask(ctx, query.FailTaskParams{
			Failed: true, Wanted: r.Task.Wanted, Error: db.Clip(failure.Error()), Now: w.q.opt.Now().UnixMilli(), ID: r.Task.ID, Fence: r.Task.Fence,
		})
	}, func(t *query.Task) bool { return !t.Failed })
}

// done completes task and job in one transaction, so that a wish that comes
// later finds no job and makes one, and one that came meanwhile makes one here.
func (w *worker) done(ctx context.Context, j *river.Job[taskArgs], r *Run) (outcome string, err error) {
	outcome = "done"
	err = w.end(ctx, j, func(tx *sql.Tx) (query.Task, error) {
		return db.In(tx).FinishTask(ctx, query.FinishTaskParams{Done: r.Task.Wanted, Now: w.q.opt.Now().UnixMilli(), ID: r.Task.ID, Fence: r.Task.Fence})
	}, func(t *query.Task) bool {
		if t.Wanted > t.Done {
			outcome = "again"
		}
		return t.Wanted > t.Done
	})
	if err != nil {
		outcome = "failed"
	}
	return outcome, err
}

// end records how the task ended, completes the job and, if the task is wanted
// again, makes another.
func (w *worker) end(ctx context.Context, j *river.Job[taskArgs], record func(*sql.Tx) (query.Task, error), again func(*query.Task) bool) error {
	err := w.q.store.InTx(ctx, func(tx *sql.Tx) error {
		task, err := record(tx)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrFenced
		}
		if err != nil {
			return fmt.Errorf("record how the task ended: %w", err)
		}
		if _, err := river.JobCompleteTx[riverdriver.Driver[*sql.Tx]](ctx, tx, j); err != nil {
			return fmt.Errorf("complete the job: %w", err)
		}
		if !again(&task) {
			return nil
		}
		return w.q.insert(ctx, tx, &task)
	})
	if errors.Is(err, ErrFenced) {
		return w.fenced()
	}
	return err
}

// retryPolicy waits 0.5 s, 1 s, 2 s… to 5 min, give or take a quarter.
type retryPolicy struct{ now func() time.Time }

// NextRetry implements river.ClientRetryPolicy.
func (p retryPolicy) NextRetry(j *rivertype.JobRow) time.Time {
	wait := min(5*time.Minute, 500*time.Millisecond<<min(len(j.Errors), 10))
	jitter := time.Duration(rand.Int64N(int64(wait)/2+1)) - wait/4
	return p.now().Add(wait + jitter)
}

// periodicArgs is one round of a Periodic.
type periodicArgs struct {
	Name string `json:"name" river:"unique"`
}

// Kind implements river.JobArgs.
func (periodicArgs) Kind() string { return "periodic" }

// InsertOpts implements river.JobArgsWithInsertOpts: a round that is late is
// not run twice, and one that fails waits for the next.
func (periodicArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: string(User), MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
}

type periodicWorker struct {
	river.WorkerDefaults[periodicArgs]
	q *Queue
}

// Work implements river.Worker.
func (w *periodicWorker) Work(ctx context.Context, j *river.Job[periodicArgs]) error {
	do, ok := w.q.periodic[j.Args.Name]
	if !ok {
		return nil // of another version
	}
	if err := do(ctx); err != nil {
		w.q.opt.Log.Warn("periodic work failed", "job", j.Args.Name, "error", err)
		return err
	}
	return nil
}
