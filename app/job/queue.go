package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Options of a queue. Zero values are the defaults.
type Options struct {
	Workers     map[Lane]int  // default 8, 4, 2
	Timeout     time.Duration // of one run; default 2 min
	RescueAfter time.Duration // when a run starts again that nobody ended, while its process seems to live; default 5 min
	Attempts    int           // before a task is given up; default 12
	Poll        time.Duration // between looks for what nothing told of, such as what had to wait; default 500 ms
	Now         func() time.Time
	Log         *slog.Logger
	Ran         func(kind Kind, outcome string, took time.Duration) // outcome: done, again, later, failed, given-up; may be nil
}

func (o *Options) defaults() {
	workers := map[Lane]int{Webhook: 8, User: 4, Backfill: 2}
	for lane, n := range o.Workers {
		workers[lane] = n
	}
	o.Workers = workers
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Minute
	}
	if o.RescueAfter == 0 {
		o.RescueAfter = 5 * time.Minute
	}
	if o.Attempts == 0 {
		o.Attempts = 12
	}
	if o.Poll == 0 {
		o.Poll = 500 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Ran == nil {
		o.Ran = func(Kind, string, time.Duration) {}
	}
}

// Handler does a task. An error with RetryAt() time.Time says when to try again
// without counting the attempt; one with Permanent() true gives the task up.
type Handler func(ctx context.Context, r *Run) error

// Periodic is work that recurs in one of the processes.
type Periodic struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

// Queue inserts tasks and, once started, runs them.
type Queue struct {
	store    *db.Store
	client   *river.Client[*sql.Tx]
	handlers map[Kind]Handler
	periodic map[string]func(context.Context) error
	opt      Options
	life     *life
	nudges   *nudges // nil if the database itself tells of new jobs
}

// New makes a queue that inserts. With handlers it can be started too.
func New(store *db.Store, handlers map[Kind]Handler, periodic []Periodic, opt Options) (*Queue, error) {
	opt.defaults()
	q := &Queue{store: store, handlers: handlers, periodic: map[string]func(context.Context) error{}, opt: opt}
	q.life = newLife(q)
	config := &river.Config{
		ID:            q.life.id(),
		FetchCooldown: 10 * time.Millisecond, FetchPollInterval: opt.Poll,
		JobTimeout: opt.Timeout, RescueStuckJobsAfter: opt.RescueAfter, MaxAttempts: opt.Attempts,
		CompletedJobRetentionPeriod: time.Hour, Logger: slog.New(slog.DiscardHandler), RetryPolicy: retryPolicy{opt.Now},
	}
	if len(handlers) > 0 {
		config.Queues = map[string]river.QueueConfig{}
		for lane, n := range opt.Workers {
			config.Queues[string(lane)] = river.QueueConfig{MaxWorkers: n}
		}
		config.Workers = river.NewWorkers()
		river.AddWorker(config.Workers, &worker{q: q})
		river.AddWorker(config.Workers, &periodicWorker{q: q})
		for _, p := range periodic {
			q.periodic[p.Name] = p.Do
			config.PeriodicJobs = append(config.PeriodicJobs, river.NewPeriodicJob(river.PeriodicInterval(p.Every),
				func() (river.JobArgs, *river.InsertOpts) { return periodicArgs{Name: p.Name}, nil }, &river.PeriodicJobOpts{RunOnStart: true}))
		}
	}
	if store.Engine() == db.SQLite {
		q.nudges = newNudges()
	}
	var err error
	if q.client, err = river.NewClient(driver(store, q.nudges), config); err != nil {
		return nil, fmt.Errorf("set up the job queue: %w", err)
	}
	return q, nil
}

// driver is River's for the database. told is what tells of new jobs with SQLite.
func driver(store *db.Store, told *nudges) riverdriver.Driver[*sql.Tx] {
	if store.Engine() == db.PostgreSQL {
		return riverdatabasesql.NewWithPgxListener(store.Jobs(), store.Pool())
	}
	return nudged{riversqlite.New(store.Jobs()), told}
}

// Migrate brings the queue's own tables up to date. Several processes may do so
// at once.
func Migrate(ctx context.Context, store *db.Store) error {
	m, err := rivermigrate.New(driver(store, newNudges()), nil)
	if err == nil {
		err = store.Alone(ctx, "migrate the job queue", func(ctx context.Context) error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

// Start begins to run tasks until Stop, those first that a process which died
// left running.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.life.start(ctx); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(fmt.Errorf("start the job queue: %w", err), q.life.end())
	}
	return nil
}

// Stop lets running tasks end; when ctx does, they are cancelled.
func (q *Queue) Stop(ctx context.Context) error {
	err := q.client.Stop(ctx)
	if ctx.Err() != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = q.client.StopAndCancel(hard)
	}
	return errors.Join(err, q.life.end())
}

// Want notes what is wanted, in the transaction of what asks for it, and
// returns the tasks in the order of the wishes. Transactions lock tasks in one
// order, so that they do not wait for each other in a circle.
func (q *Queue) Want(ctx context.Context, tx *sql.Tx, wants ...Want) ([]query.Task, error) {
	order := make([]int, len(wants))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return wants[a].compare(&wants[b]) })
	tasks := make([]query.Task, len(wants))
	for _, i := range order {
		w := &wants[i]
		facts, err := w.facts()
		if err != nil {
			return nil, err
		}
		tasks[i], err = db.In(tx).WantTask(ctx, query.WantTaskParams{
			Kind: string(w.Kind), Lane: string(w.Lane), InstallationID: w.Installation, RepositoryID: w.Repository,
			Subject: w.Subject, Facts: facts, Now: q.opt.Now().UnixMilli(),
		})
		if err != nil {
			return nil, fmt.Errorf("want %s %s: %w", w.Kind, w.Subject, err)
		}
		if err := q.insert(ctx, tx, &tasks[i]); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// WantNow is Want in a transaction of its own.
func (q *Queue) WantNow(ctx context.Context, wants ...Want) error {
	return q.store.InTx(ctx, func(tx *sql.Tx) error {
		_, err := q.Want(ctx, tx, wants...)
		return err
	})
}

// unfinished are the states in which a job still has its task before it.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

// insert gives a task to River, unless River has it already.
func (q *Queue) insert(ctx context.Context, tx *sql.Tx, task *query.Task) error {
	open, err := db.In(tx).OpenTasks(ctx, query.OpenTasksParams{InstallationID: task.InstallationID, Lane: task.Lane})
	if err != nil {
		return fmt.Errorf("count the tasks of installation %d: %w", task.InstallationID, err)
	}
	made, err := q.client.InsertTx(ctx, tx, taskArgs{Task: task.ID}, &river.InsertOpts{
		Queue: task.Lane, Priority: priority(open), MaxAttempts: q.opt.Attempts,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished},
	})
	if err == nil && made.UniqueSkippedAsDuplicate && made.Job.State == rivertype.JobStateRetryable {
		_, err = q.client.JobRetryTx(ctx, tx, made.Job.ID) // a new wish does not wait for an old failure
	}
	if err != nil {
		return fmt.Errorf("queue %s %s: %w", task.Kind, task.Subject, err)
	}
	if q.nudges != nil {
		q.store.After(tx, func() { q.nudges.of(Lane(task.Lane)) })
	}
	return nil
}

// priority of a new job of an installation with so many open tasks in its
// lane: 1 is served first, 4 last. An installation that floods the queue waits
// behind those that do not.
func priority(open int64) int {
	switch {
	case open <= 8:
		return 1
	case open <= 64:
		return 2
	case open <= 512:
		return 3
	default:
		return 4
	}
}

// Requeue gives River the tasks that it has lost, if ever. Tasks that were
// touched within the last 15 minutes are left alone.
func (q *Queue) Requeue(ctx context.Context) error {
	before := q.opt.Now().Add(-15 * time.Minute).UnixMilli()
	tasks, err := q.store.Queries().UnfinishedTasks(ctx, query.UnfinishedTasksParams{Before: before, Most: 500})
	if err != nil {
		return fmt.Errorf("list unfinished tasks: %w", err)
	}
	var errs []error
	for i := range tasks {
		errs = append(errs, q.store.InTx(ctx, func(tx *sql.Tx) error { return q.insert(ctx, tx, &tasks[i]) }))
	}
	return errors.Join(errs...)
}
