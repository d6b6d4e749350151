package job_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

// start runs a queue for the time of a test.
func start(t *testing.T, s *db.Store, handlers map[job.Kind]job.Handler, opt job.Options) *job.Queue {
	t.Helper()
	if err := job.Migrate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	q, err := job.New(s, handlers, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

func want(t *testing.T, q *job.Queue, wants ...job.Want) {
	t.Helper()
	if err := q.WantNow(t.Context(), wants...); err != nil {
		t.Fatal(err)
	}
}

// until waits for a channel; a test that would hang fails.
func until[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func check(subject string) job.Want {
	return job.Want{Kind: job.Check, Lane: job.Webhook, Installation: 1, Repository: 2, Subject: subject, Facts: map[string]string{"ref": "main"}}
}

// Nothing has to be asked for new work, on either engine.
func TestWishStartsItsTaskWithoutAPoll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		ran := make(chan string, 1)
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(_ context.Context, r *job.Run) error {
			ran <- r.Task.Subject
			return nil
		}}, job.Options{Poll: time.Hour})
		for _, subject := range []string{"first", "second"} {
			want(t, q, check(subject))
			if got := until(t, ran); got != subject {
				t.Errorf("%s ran, want %s", got, subject)
			}
		}
	})
}

// Lesson 16: an event that comes during the run causes one more run, however
// many there are.
func TestEventDuringTheRunCausesOneMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		started, proceed := make(chan struct{}), make(chan struct{})
		var runs atomic.Int32
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(_ context.Context, r *job.Run) error {
			var facts map[string]string
			if err := r.Facts(&facts); err != nil || facts["ref"] != "main" {
				t.Errorf("facts %v, %v", facts, err)
			}
			runs.Add(1)
			started <- struct{}{}
			<-proceed
			return nil
		}}, job.Options{})
		want(t, q, check("a"))
		until(t, started)
		for range 5 {
			want(t, q, check("a"))
		}
		proceed <- struct{}{}
		until(t, started)
		proceed <- struct{}{}
		want(t, q, check("b")) // another task passes through after the last of a
		until(t, started)
		proceed <- struct{}{}
		if n := runs.Load(); n != 3 {
			t.Errorf("%d runs, want 2 of a and 1 of b", n)
		}
	})
}

type permanent struct{ error }

func (permanent) Permanent() bool { return true }

type later struct{ at time.Time }

func (l later) Error() string      { return "limited" }
func (l later) RetryAt() time.Time { return l.at }

func TestFailuresAreTriedAgainOrGivenUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		var mu sync.Mutex
		seen := map[string]int{}
		outcomes := make(chan string, 100)
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(_ context.Context, r *job.Run) error {
			mu.Lock()
			defer mu.Unlock()
			seen[r.Task.Subject]++
			switch {
			case r.Task.Subject == "gone":
				return permanent{errors.New("not found")}
			case r.Task.Subject == "flaky" && seen["flaky"] == 1:
				return errors.New("502")
			case r.Task.Subject == "limited" && seen["limited"] == 1:
				return later{time.Now().Add(time.Second)}
			}
			return nil
		}}, job.Options{Ran: func(_ job.Kind, outcome string, _ time.Duration) { outcomes <- outcome }})
		want(t, q, check("gone"), check("flaky"), check("limited"))
		var got []string
		for range 5 {
			got = append(got, until(t, outcomes))
		}
		slices.Sort(got)
		if !slices.Equal(got, []string{"done", "done", "failed", "given-up", "later"}) {
			t.Errorf("outcomes %q", got)
		}
		failed, err := s.Queries().FailedTasks(t.Context(), 10)
		if err != nil || len(failed) != 1 || failed[0].Subject != "gone" || failed[0].Error != "not found" {
			t.Errorf("given up: %+v, %v", failed, err)
		}
		want(t, q, check("gone")) // asked again, it runs again
		if o := until(t, outcomes); o != "given-up" {
			t.Errorf("outcome %q", o)
		}
	})
}

// A worker that lost its task to another writes nothing.
func TestLateWorkerWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		result := make(chan error, 10)
		var runs atomic.Int32
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(ctx context.Context, r *job.Run) error {
			if runs.Add(1) == 1 { // somebody else starts it meanwhile
				err := s.InTx(ctx, func(tx *sql.Tx) error {
					_, err := db.In(tx).StartTask(ctx, query.StartTaskParams{ID: r.Task.ID})
					return err
				})
				if err != nil {
					return err
				}
			}
			err := r.Commit(ctx, func(tx *sql.Tx) error {
				return db.In(tx).PutSetting(ctx, query.PutSettingParams{Name: "run", Value: "written"})
			})
			result <- err
			return err
		}}, job.Options{Timeout: 2 * time.Second})
		want(t, q, check("a"))
		if err := until(t, result); !errors.Is(err, job.ErrFenced) {
			t.Errorf("the late worker: %v", err)
		}
		if err := until(t, result); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}

// Lesson 15: a backfill does not hold up a push.
func TestBackfillDoesNotStarveAPush(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		release, pushed := make(chan struct{}), make(chan struct{}, 1)
		q := start(t, s, map[job.Kind]job.Handler{
			job.Settle: func(ctx context.Context, _ *job.Run) error {
				select {
				case <-release:
				case <-ctx.Done():
				}
				return nil
			},
			job.Check: func(context.Context, *job.Run) error { pushed <- struct{}{}; return nil },
		}, job.Options{})
		for i := range int64(50) {
			want(t, q, job.Want{Kind: job.Settle, Lane: job.Backfill, Installation: 1, Repository: i})
		}
		want(t, q, check("a"))
		until(t, pushed)
		close(release)
	})
}

// Within a lane, an installation that floods it waits behind one that does not.
func TestFloodOfOneInstallationDoesNotDelayAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		order := make(chan int64, 400)
		started, release := make(chan struct{}, 1), make(chan struct{})
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(_ context.Context, r *job.Run) error {
			select {
			case started <- struct{}{}:
			default:
			}
			<-release
			order <- r.Task.InstallationID
			return nil
		}}, job.Options{Workers: map[job.Lane]int{job.Webhook: 1}})
		var flood []job.Want
		for i := range int64(200) {
			flood = append(flood, job.Want{Kind: job.Check, Lane: job.Webhook, Installation: 1, Repository: i})
		}
		want(t, q, flood...)
		until(t, started)
		want(t, q, job.Want{Kind: job.Check, Lane: job.Webhook, Installation: 2, Repository: 1000})
		close(release)
		for n := 0; ; n++ {
			if until(t, order) == 2 {
				if n > 20 {
					t.Errorf("the other installation waited for %d tasks", n)
				}
				return
			}
		}
	})
}

// A task is given up and its job ended at once: a wish that comes during the run
// or right after it is not lost.
func TestWishDuringAFailingRunIsNotLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		started, proceed := make(chan int32), make(chan struct{})
		var runs atomic.Int32
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(context.Context, *job.Run) error {
			n := runs.Add(1)
			started <- n
			<-proceed
			if n < 3 {
				return permanent{errors.New("gone")}
			}
			return nil
		}}, job.Options{})
		want(t, q, check("a"))
		until(t, started)
		want(t, q, check("a")) // during the run
		proceed <- struct{}{}
		until(t, started)
		proceed <- struct{}{}
		for {
			failed, err := s.Queries().FailedTasks(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(failed) == 1 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		want(t, q, check("a")) // right after it
		until(t, started)
		proceed <- struct{}{}
	})
}

// A new wish does not wait until a failed attempt is due again.
func TestNewWishHurriesAFailedTask(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		outcomes := make(chan string, 10)
		var runs atomic.Int32
		q := start(t, s, map[job.Kind]job.Handler{job.Check: func(context.Context, *job.Run) error {
			if runs.Add(1) == 1 {
				return errors.New("502")
			}
			return nil
		}}, job.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }, Ran: func(_ job.Kind, outcome string, _ time.Duration) { outcomes <- outcome }})
		want(t, q, check("a")) // its second attempt is due in an hour
		if o := until(t, outcomes); o != "failed" {
			t.Fatal(o)
		}
		for {
			var n int
			if err := s.Jobs().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job WHERE state = 'retryable'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n == 1 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		want(t, q, check("a"))
		if o := until(t, outcomes); o != "done" {
			t.Error(o)
		}
	})
}

// What a killed process left running starts again at once, in whichever process
// is there or comes. What kills each process it runs in is given up.
func TestKilledRunStartsAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		if err := job.Migrate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		inserter, err := job.New(s, nil, nil, job.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want(t, inserter, check("a"), check("poison"))
		dead := `attempted_by = '["castellan-77"]'`
		if s.Engine() == db.PostgreSQL {
			dead = "attempted_by = ARRAY['someone', 'castellan-77']"
		}
		for _, statement := range []string{
			"UPDATE river_job SET state = 'running', attempt = 1, " + dead,
			"UPDATE river_job SET attempt = max_attempts WHERE id = (SELECT MAX(id) FROM river_job)",
		} {
			if _, err := s.Jobs().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		ran := make(chan string, 10)
		start(t, s, map[job.Kind]job.Handler{job.Check: func(_ context.Context, r *job.Run) error { ran <- r.Task.Subject; return nil }}, job.Options{})
		if got := until(t, ran); got != "a" {
			t.Errorf("ran %s", got)
		}
		failed, err := s.Queries().FailedTasks(t.Context(), 10)
		if err != nil || len(failed) != 1 || failed[0].Subject != "poison" {
			t.Errorf("given up: %+v, %v", failed, err)
		}
		want(t, inserter, check("poison")) // asked again, it runs again
		if got := until(t, ran); got != "poison" {
			t.Errorf("ran %s", got)
		}
	})
}

// On PostgreSQL a process that starts leaves alone what another one, alive, runs.
func TestTakeoverSparesTheLiving(t *testing.T) {
	t.Parallel()
	s := dbtest.Open(t, db.PostgreSQL)
	var runs atomic.Int32
	started, proceed := make(chan struct{}), make(chan struct{})
	handlers := map[job.Kind]job.Handler{job.Check: func(context.Context, *job.Run) error {
		runs.Add(1)
		started <- struct{}{}
		<-proceed
		return nil
	}}
	q := start(t, s, handlers, job.Options{})
	want(t, q, check("a"))
	until(t, started)
	start(t, s, handlers, job.Options{})
	var n int
	if err := s.Jobs().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job WHERE state = 'running'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d jobs run, %v", n, err)
	}
	proceed <- struct{}{}
	if runs.Load() != 1 {
		t.Errorf("%d runs", runs.Load())
	}
}

// Processes that start together on an empty database migrate one after the
// other.
func TestMigrateByMany(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, db.PostgreSQL)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			s, err := db.Open(context.Background(), url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(job.Migrate(context.Background(), s), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
