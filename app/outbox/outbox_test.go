package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// github answers the n-th attempt of a key with the n-th error, and notes what
// it saw.
type github struct {
	mu      sync.Mutex
	answers map[string][]error
	seen    []string
}

func (g *github) send(_ context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var text string
	if err := a.Payload(&text); err != nil {
		return nil, err
	}
	g.seen = append(g.seen, fmt.Sprintf("%s#%d %s uncertain=%v", a.Key, a.Number, text, a.Uncertain))
	var err error
	if all := g.answers[a.Key]; len(all) > 0 {
		err, g.answers[a.Key] = all[0], all[1:]
	}
	return func(tx *sql.Tx) error {
		return db.In(tx).PutSetting(context.Background(), query.PutSettingParams{Name: "recorded " + a.Key, Value: "yes"})
	}, err
}

func setup(s *db.Store) (*outbox.Outbox, *github, *clock) {
	g, c := &github{answers: map[string][]error{}}, &clock{t: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	gaveUp := func(ctx context.Context, tx *sql.Tx, a *outbox.Attempt, why error) error {
		return db.In(tx).PutSetting(ctx, query.PutSettingParams{Name: "gave up " + a.Key, Value: why.Error()})
	}
	return &outbox.Outbox{Store: s, Senders: map[outbox.Kind]outbox.Sender{"say": {Send: g.send, GaveUp: gaveUp}}, Now: c.now, Log: slog.New(slog.DiscardHandler)}, g, c
}

func plan(t *testing.T, o *outbox.Outbox, keys ...string) {
	t.Helper()
	err := o.Store.InTx(t.Context(), func(tx *sql.Tx) error {
		for _, k := range keys {
			subject, _, _ := strings.Cut(k, "/")
			if err := o.Plan(t.Context(), tx, outbox.Write{Key: k, Kind: "say", Installation: 1, Subject: subject, Payload: "hello " + k}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func row(t *testing.T, o *outbox.Outbox, key string) query.Outbox {
	t.Helper()
	r, err := o.Store.Queries().Write(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type permanent struct{ error }

func (permanent) Permanent() bool { return true }

type later struct{ at time.Time }

func (l later) Error() string      { return "limited" }
func (l later) RetryAt() time.Time { return l.at }

// Lesson 4: intent is written under a unique key before the call, and planned
// twice it is made once.
func TestPlannedTwiceIsMadeOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, _ := setup(s)
		plan(t, o, "a/1", "a/1", "a/2")
		plan(t, o, "a/1")
		for range 3 {
			if err := o.Flush(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"a/1#1 hello a/1 uncertain=false", "a/2#1 hello a/2 uncertain=false"}
		if !slices.Equal(g.seen, want) {
			t.Errorf("sent %q", g.seen)
		}
		if v, err := s.Queries().Setting(t.Context(), "recorded a/1"); v != "yes" || err != nil {
			t.Errorf("recorded %q, %v", v, err)
		}
	})
}

func TestFailuresWaitAndKeepTheOrderOfTheirSubject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, c := setup(s)
		g.answers["a/1"] = []error{errors.New("connection reset"), later{c.now().Add(time.Hour)}}
		g.answers["c/1"] = []error{permanent{errors.New("410 issues are disabled")}}
		plan(t, o, "a/1", "a/2", "b/1", "c/1", "c/2")
		deliver := func() {
			t.Helper()
			if _, err := o.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		deliver()
		if r := row(t, o, "c/1"); r.State != "failed" {
			t.Errorf("c/1 %+v", r)
		}
		if v, _ := s.Queries().Setting(t.Context(), "gave up c/1"); v != "410 issues are disabled" {
			t.Errorf("gave up: %q", v)
		}
		deliver() // c/2 comes after what was given up; a waits
		c.advance(2 * time.Second)
		deliver() // a/1 is tried again, and is limited
		c.advance(time.Minute)
		deliver()
		c.advance(time.Hour)
		deliver()
		deliver()
		want := []string{
			"a/1#1 hello a/1 uncertain=false", "b/1#1 hello b/1 uncertain=false", "c/1#1 hello c/1 uncertain=false", "c/2#1 hello c/2 uncertain=false",
			"a/1#2 hello a/1 uncertain=true", "a/1#3 hello a/1 uncertain=true", "a/2#1 hello a/2 uncertain=false",
		}
		slices.SortStableFunc(g.seen, bySubject) // several subjects go out at a time
		slices.SortStableFunc(want, bySubject)
		if !slices.Equal(g.seen, want) {
			t.Errorf("sent\n%s", strings.Join(g.seen, "\n"))
		}
	})
}

func bySubject(a, b string) int { return strings.Compare(a[:1], b[:1]) }

// While one process makes a write, another that flushes the same subject makes
// none of those behind it.
func TestNothingOvertakesAWriteUnderWay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, _ := setup(s)
		under, proceed := make(chan struct{}), make(chan struct{})
		o.Senders["say"] = outbox.Sender{Send: func(ctx context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
			if a.Key == "a/1" {
				close(under)
				<-proceed
			}
			return g.send(ctx, a)
		}}
		plan(t, o, "a/1", "a/2")
		first := row(t, o, "a/2")
		done := make(chan error, 1)
		go func() { done <- o.Flush(context.Background(), "a") }()
		<-under
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := db.In(tx).ClaimWrite(t.Context(), query.ClaimWriteParams{LeaseUntil: first.DueAt + 1000, Now: first.DueAt, ID: first.ID, Attempts: first.Attempts})
			return err
		})
		if !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("the second write was to be had: %v", err)
		}
		if err := o.Flush(t.Context(), "a"); err != nil || len(g.seen) != 0 {
			t.Errorf("sent %q, %v", g.seen, err)
		}
		close(proceed)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if want := []string{"a/1#1 hello a/1 uncertain=false", "a/2#1 hello a/2 uncertain=false"}; !slices.Equal(g.seen, want) {
			t.Errorf("sent %q", g.seen)
		}
	})
}

// Waiting for limits counts no attempt: a write that has waited often is still
// tried again after a failure, for an hour. What was given up is made when it is
// planned anew.
func TestGivenUpAfterAnHourOfFailures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, c := setup(s)
		for range 25 {
			g.answers["a/1"] = append(g.answers["a/1"], later{c.now()})
		}
		for range 40 {
			g.answers["a/1"] = append(g.answers["a/1"], errors.New("502"))
		}
		plan(t, o, "a/1")
		for step := time.Second; row(t, o, "a/1").State != "failed"; c.advance(step) {
			if _, err := o.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(g.seen) >= 25 {
				step = 5 * time.Minute
			}
		}
		if n := len(g.seen); n < 25+10 {
			t.Errorf("given up after %d attempts", n)
		}
		g.answers["a/1"] = nil
		plan(t, o, "a/1")
		if err := o.Flush(t.Context(), "a"); err != nil || row(t, o, "a/1").State != "done" || !strings.HasSuffix(g.seen[len(g.seen)-1], "uncertain=true") {
			t.Errorf("planned anew: %+v, %v", row(t, o, "a/1"), err)
		}
	})
}

// A process that died while sending leaves a row that the next one finds
// uncertain, once the lease is over.
func TestDiedWhileSending(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, c := setup(s)
		plan(t, o, "a/1")
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			r := row(t, o, "a/1")
			_, err := db.In(tx).ClaimWrite(t.Context(), query.ClaimWriteParams{LeaseUntil: c.now().Add(2 * time.Minute).UnixMilli(), Now: c.now().UnixMilli(), ID: r.ID, Attempts: r.Attempts})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := o.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := o.Flush(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		if len(g.seen) != 0 {
			t.Errorf("sent while another may be sending: %q", g.seen)
		}
		c.advance(3 * time.Minute)
		if _, err := o.Deliver(t.Context()); err != nil || !slices.Equal(g.seen, []string{"a/1#2 hello a/1 uncertain=true"}) {
			t.Errorf("sent %q, %v", g.seen, err)
		}
	})
}

func TestManyProcessesMakeEachWriteOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, _ := setup(s)
		var keys []string
		for i := range 30 {
			keys = append(keys, fmt.Sprintf("s%d/1", i))
		}
		plan(t, o, keys...)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := o.Deliver(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		slices.Sort(g.seen)
		if len(g.seen) != 30 || len(slices.Compact(g.seen)) != 30 {
			t.Errorf("%d writes", len(g.seen))
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, _ := setup(s)
		o.DryRun = true
		plan(t, o, "a/1")
		if err := o.Flush(t.Context(), "a"); err != nil || len(g.seen) != 0 || row(t, o, "a/1").State != "dry-run" {
			t.Errorf("%v, %q, %+v", err, g.seen, row(t, o, "a/1"))
		}
		// What is wanted still when it is over is made, and was never made before.
		o.DryRun = false
		plan(t, o, "a/1")
		if err := o.Flush(t.Context(), "a"); err != nil || !slices.Equal(g.seen, []string{"a/1#1 hello a/1 uncertain=false"}) {
			t.Errorf("%v, %q", err, g.seen)
		}
	})
}
