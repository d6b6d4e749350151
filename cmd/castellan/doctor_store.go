package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// How long something may wait before it is worth a line.
const (
	waitWarn   = 5 * time.Minute
	waitFail   = time.Hour
	staleAfter = 15 * time.Minute // of a check run in progress; jobs take two minutes
)

// mostShown bounds what is listed of one kind.
const mostShown = 5

// database opens the store and examines what is in it. What needs GitHub too
// finds it in d.store.
func (d *checkup) database(ctx context.Context) error {
	if file := d.set.SQLiteFile(); file != "" {
		if _, err := os.Stat(file); err != nil { // opening would make one
			d.add("database", healthWarn, "start castellan serve, or run castellan migrate", "%s does not exist yet", file)
			return nil
		}
	}
	store, err := db.Open(ctx, string(d.set.DatabaseURL))
	if err != nil {
		d.add("database", healthFail, "check CASTELLAN_DATABASE_URL, and that the database runs and can be reached from here", "%v", err)
		return nil
	}
	pending, err := store.Pending(ctx)
	switch {
	case err != nil:
		d.add("database", healthFail, "check the database's log, and that its user may read and create tables", "%v", err)
	case pending:
		d.add("database", healthFail, "run castellan migrate, with castellan serve of the same version", "the schema of %s is older than this version", store.Engine())
	default:
		d.store = store
		d.stored(ctx)
		return nil
	}
	return store.Close()
}

// stored examines a database whose schema is known.
func (d *checkup) stored(ctx context.Context) {
	if err := d.store.Ping(ctx); err != nil {
		d.add("database", healthFail, "check space and rights; castellan serve cannot store deliveries", "%s cannot be written: %v", d.store.Engine(), err)
	} else {
		d.ok("database", "%s, schema up to date, can be written", d.store.Engine())
	}
	if n, err := d.store.VerifyAudit(ctx); err != nil {
		d.add("audit", healthFail, "somebody changed the database by hand, or it was restored in part: compare it with a backup", "%v", err)
	} else {
		d.ok("audit", "%d rows, unbroken", n)
	}
	d.queue(ctx)
	d.outbox(ctx)
	d.checkRuns(ctx)
	d.policy(ctx)
}

// age judges how long something has waited since ms, in milliseconds.
func (d *checkup) age(ms int64) (time.Duration, string) {
	age := d.now().Sub(time.UnixMilli(ms)).Round(time.Second)
	switch {
	case age > waitFail:
		return age, healthFail
	case age > waitWarn:
		return age, healthWarn
	}
	return age, healthOK
}

const busy = "see that a process with role worker or all runs, and its log; add workers if it is only busy"

func (d *checkup) queue(ctx context.Context) {
	q := d.store.Queries()
	var jobs int64
	if err := d.store.Jobs().QueryRowContext(ctx, "SELECT COUNT(*) FROM river_job WHERE state = 'running'").Scan(&jobs); err != nil {
		d.add("queue", healthFail, "run castellan migrate", "the tables of the job queue cannot be read: %v", err)
		return
	}
	waiting, err := q.CountDeliveries(ctx)
	if d.unread("queue", err) {
		return
	}
	bad := false
	if waiting.Waiting > 0 {
		if age, status := d.age(waiting.Oldest); status != healthOK {
			d.add("queue", status, busy, "%d deliveries wait to be planned, the oldest for %v", waiting.Waiting, age)
			bad = true
		}
	}
	lanes, err := q.LaneDepth(ctx)
	if d.unread("queue", err) {
		return
	}
	open := int64(0)
	for _, l := range lanes {
		open += l.N
		if age, status := d.age(l.Oldest); status != healthOK && l.Lane != "backfill" {
			d.add("queue", status, busy, "%d tasks wait in lane %s, the oldest for %v", l.N, l.Lane, age)
			bad = true
		}
	}
	failed, err := q.FailedTasks(ctx, 1000)
	if d.unread("queue", err) {
		return
	}
	for _, t := range failed[:min(len(failed), mostShown)] {
		d.add("queue", healthWarn, "mend the cause; then any new event for it, or a redelivery at GitHub, runs it again",
			"task %d (%s, installation %d, repository %d) was given up: %s", t.ID, t.Kind, t.InstallationID, t.RepositoryID, t.Error)
	}
	if n := len(failed) - mostShown; n > 0 {
		d.add("queue", healthWarn, "look at the first ones; the others may have the same cause", "%d more tasks were given up", n)
	}
	if !bad && len(failed) == 0 {
		d.ok("queue", "%d deliveries and %d tasks wait, none for long; %d run", waiting.Waiting, open, jobs)
	}
}

func (d *checkup) outbox(ctx context.Context) {
	states, err := d.store.Queries().OutboxDepth(ctx)
	if d.unread("outbox", err) {
		return
	}
	bad, open := false, int64(0)
	for _, s := range states {
		if s.State == "failed" {
			d.add("outbox", healthWarn, "see the log for the reasons: often a missing permission, disabled issues or an archived repository", "%d writes to GitHub failed for good", s.N)
			bad = true
			continue
		}
		open += s.N
		if age, status := d.age(s.Oldest); status != healthOK {
			d.add("outbox", status, "see that a worker runs, and castellan_github_rate_limit_remaining: GitHub may be limiting the App", "%d writes to GitHub are %s, the oldest for %v", s.N, s.State, age)
			bad = true
		}
	}
	if !bad {
		d.ok("outbox", "%d writes to GitHub wait, none failed", open)
	}
}

func (d *checkup) checkRuns(ctx context.Context) {
	stale, err := d.store.Queries().StaleCheckRuns(ctx, query.StaleCheckRunsParams{Before: d.now().Add(-staleAfter).UnixMilli(), Most: 1000})
	if d.unread("checks", err) {
		return
	}
	if len(stale) == 0 {
		d.ok("checks", "no check run hangs")
		return
	}
	age, _ := d.age(stale[0].StartedAt)
	d.add("checks", healthFail, "see that a worker runs: it completes them as neutral", "%d check runs are in progress for too long, the oldest (repository %d, commit %.12s) for %v",
		len(stale), stale[0].RepositoryID, stale[0].HeadSha, age)
}

func (d *checkup) policy(ctx context.Context) {
	installations, err := d.store.Queries().Installations(ctx)
	if d.unread("policy", err) {
		return
	}
	for i := range installations {
		in := &installations[i]
		p, err := d.store.Queries().PolicyFile(ctx, in.ID)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			d.add("policy", healthSkip, "", "%s: not read yet", in.AccountLogin)
		case d.unread("policy", err):
		case p.State == "ok":
			d.ok("policy", "%s: %s, read %v ago", in.AccountLogin, p.Source, d.now().Sub(time.UnixMilli(p.ReadAt)).Round(time.Second))
		case p.State == "absent":
			d.ok("policy", "%s: %s has no castellan.yml, the built-in defaults hold", in.AccountLogin, p.Source)
		default:
			d.add("policy", healthWarn, "mend the file, or let the App see the repository; until then the last good policy holds", "%s: %s is %s: %s", in.AccountLogin, p.Source, p.State, p.Problem)
		}
	}
}

// unread adds a line for what could not be read.
func (d *checkup) unread(check string, err error) bool {
	if err != nil {
		d.add(check, healthFail, "check the database's log", "%v", err)
	}
	return err != nil
}
