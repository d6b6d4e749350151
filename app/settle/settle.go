// Package settle keeps what is recorded of a repository's default branch true:
// its integrations, and the case of each that has findings. It reads the head
// of the branch anew each time, whatever event asked for it.
package settle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

// Settler does the tasks about default branches and cases.
type Settler struct {
	Keeper *repo.Keeper
	Outbox *outbox.Outbox
	Rules  map[string]*scanners.Rule
	Now    func() time.Time
	Log    *slog.Logger
}

// Settle is the handler of job.Settle.
func (s *Settler) Settle(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	var facts webhook.Facts
	if err := r.Facts(&facts); err != nil {
		return err
	}
	rp, err := s.Keeper.Open(ctx, r.Task.InstallationID, r.Task.RepositoryID, repo.Hint{Owner: facts.Repository.Owner, Name: facts.Repository.Name})
	if err == nil {
		rp, err = rp.Refresh(ctx)
	}
	if repo.Lost(err) {
		return s.lost(ctx, r)
	}
	if err != nil {
		return err
	}
	if rp.HoldsPolicy() {
		if err := s.policies(ctx, r, rp.Owner, rp.Name); err != nil {
			return err
		}
	}
	pol, _, err := rp.Policy(ctx)
	if err != nil {
		return err
	}
	seen, err := s.look(ctx, r, rp, pol)
	if err != nil {
		return rp.Failed(err)
	}
	return s.cases(ctx, r, rp, seen.pol, seen)
}

// cases brings every case of the repository to its desired state, one after
// the other: each is planned and stored in a transaction of its own, and its
// writes are made at once. One that fails does not hold up the others.
func (s *Settler) cases(ctx context.Context, r *job.Run, rp *repo.Repo, pol *policy.Policy, seen *sight) error {
	if err := s.record(ctx, r, rp, seen); err != nil {
		return err
	}
	files, err := s.files(ctx, r, rp, seen)
	if err != nil {
		return err
	}
	w, err := s.world(ctx, rp, pol, seen)
	if err != nil {
		return err
	}
	o := inOrder(files)
	failed, err := s.each(ctx, r, w, o.first, func(f *file) []*casework.Observation {
		return seen.of(func(id string) bool { return id == f.integration.Identity }, f.stored.Findings)
	})
	if err != nil {
		return err
	}
	more, err := s.rollUp(ctx, r, w, o, seen)
	if err != nil {
		return err
	}
	if err := s.worth(append(failed, more...)); err != nil {
		return err
	}
	return s.settled(ctx, r, rp, seen)
}

// each plans cases with what was seen of each. Those that failed do not hold up
// the others; err ends the run.
func (s *Settler) each(ctx context.Context, r *job.Run, w *world, files []*file, see func(*file) []*casework.Observation) (failed []error, err error) {
	for _, f := range files {
		err := s.one(ctx, r, w, f, see(f))
		if errors.Is(err, job.ErrFenced) {
			return nil, err
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("case %d: %w", f.row.ID, err))
		}
	}
	return failed, nil
}

// worth is the error of cases for which another try makes sense: one that GitHub
// refuses for good must not end the tries of the others (lesson 25).
func (s *Settler) worth(errs []error) error {
	final := func(err error) bool { return github.Permanent(err) }
	if !slices.ContainsFunc(errs, func(err error) bool { return !final(err) }) {
		return errors.Join(errs...)
	}
	for _, err := range errs {
		if final(err) {
			s.Log.Error("a case is given up until its next event", "error", err)
		}
	}
	return errors.Join(slices.DeleteFunc(errs, final)...)
}

// record stores the inventory of the head.
func (s *Settler) record(ctx context.Context, r *job.Run, rp *repo.Repo, seen *sight) error {
	if seen.report == nil || !seen.complete {
		return nil
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		return inventory.See(ctx, tx, rp.InstallationID, rp.ID, seen.report, s.Now())
	})
}

// settled notes the commit, so that the next push is compared with it, and what
// leaked elsewhere, which has its case by now.
func (s *Settler) settled(ctx context.Context, r *job.Run, rp *repo.Repo, seen *sight) error {
	return r.Commit(ctx, func(tx *sql.Tx) error {
		for i := range seen.leaked {
			if err := db.In(tx).LeakFinding(ctx, seen.leaked[i].row.ID); err != nil {
				return fmt.Errorf("note what leaked: %w", err)
			}
		}
		if !seen.complete || seen.commit == "" {
			return nil
		}
		return db.In(tx).SetRepositorySettled(ctx, query.SetRepositorySettledParams{
			SettledCommit: seen.commit, SettledVersion: s.Keeper.Version, Now: s.Now().UnixMilli(), ID: rp.ID,
		})
	})
}

// file is a case with its row, and the integration it is about.
type file struct {
	row         query.Case
	integration query.Integration
	stored      casework.Case
}

// files are the cases of the repository: those that exist, and those of
// integrations that now have findings.
func (s *Settler) files(ctx context.Context, r *job.Run, rp *repo.Repo, seen *sight) ([]file, error) {
	err := r.Commit(ctx, func(tx *sql.Tx) error {
		for _, in := range seen.integrations() {
			row, err := inventory.Ensure(ctx, tx, rp.InstallationID, in, s.Now())
			if err != nil {
				return err
			}
			if _, err := db.In(tx).OpenCase(ctx, query.OpenCaseParams{IntegrationID: row.ID, RepositoryID: rp.ID, Now: s.Now().UnixMilli()}); err != nil {
				return fmt.Errorf("open a case of %s: %w", in.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.Keeper.Store.Queries().CasesOfRepository(ctx, rp.ID)
	if err != nil {
		return nil, fmt.Errorf("list the cases of repository %d: %w", rp.ID, err)
	}
	var out []file
	for _, row := range rows {
		in, err := s.Keeper.Store.Queries().Integration(ctx, row.IntegrationID)
		if err != nil {
			return nil, fmt.Errorf("read integration %d: %w", row.IntegrationID, err)
		}
		f := file{integration: in}
		if err := f.read(row, rp.FullName()); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// read takes in a row, of the repository so named.
func (f *file) read(row query.Case, repository string) error {
	c, err := caseOf(&row)
	if err != nil {
		return err
	}
	c.Integration, c.Name, c.Kind = f.integration.Identity, f.integration.Name, scanners.Kind(f.integration.Kind)
	c.Repository = repository
	f.row, f.stored = row, c
	return nil
}

// caseOf is the case in a row.
func caseOf(row *query.Case) (casework.Case, error) {
	var c casework.Case
	if err := json.Unmarshal([]byte(row.Detail), &c); err != nil {
		return c, fmt.Errorf("read case %d: %w", row.ID, err)
	}
	c.ID = fmt.Sprint(row.ID)
	return c, nil
}

// one plans a case with each thing that was seen of it, stores it and makes its
// writes.
func (s *Settler) one(ctx context.Context, r *job.Run, w *world, f *file, observations []*casework.Observation) error {
	if len(observations) == 0 {
		observations = []*casework.Observation{nil}
	}
	for _, obs := range observations {
		if err := s.advance(ctx, r, w, f, obs); err != nil {
			return err
		}
		err := s.Outbox.Flush(ctx, subject(f.row.ID))
		if github.Permanent(err) { // recorded, and planned again at the next event
			break
		}
		if err != nil {
			return err
		}
		if err := s.reload(ctx, f); err != nil {
			return err
		}
	}
	w.note(f)
	return nil
}

// advance plans a case with one observation and stores it. If a write recorded
// something in the case meanwhile, it is planned again with that.
func (s *Settler) advance(ctx context.Context, r *job.Run, w *world, f *file, obs *casework.Observation) error {
	const tries = 5
	for try := 1; ; try++ {
		live, err := s.live(ctx, w, f)
		if err != nil {
			return err
		}
		around, err := w.around(ctx, f, obs)
		if err != nil {
			return err
		}
		actions, next := casework.Plan(f.stored, obs, live, around)
		err = s.keep(ctx, r, w, f, next, actions, around)
		if !errors.Is(err, errChanged) || try == tries {
			return err
		}
		if err := s.reload(ctx, f); err != nil {
			return err
		}
	}
}

// errChanged is a case that a write has changed since it was read.
var errChanged = errors.New("the case has changed meanwhile")

// hold locks a case until the end of the transaction, and reads it.
func (s *Settler) hold(ctx context.Context, tx *sql.Tx, id int64) (query.Case, casework.Case, error) {
	q := db.In(tx)
	row, err := q.CaseByID(ctx, id)
	if err == nil {
		row, err = q.OpenCase(ctx, query.OpenCaseParams{IntegrationID: row.IntegrationID, RepositoryID: row.RepositoryID, Now: s.Now().UnixMilli()})
	}
	if err != nil {
		return row, casework.Case{}, fmt.Errorf("read case %d: %w", id, err)
	}
	c, err := caseOf(&row)
	return row, c, err
}

// reload reads what a write recorded in the case: the number of its issue.
func (s *Settler) reload(ctx context.Context, f *file) error {
	row, err := s.Keeper.Store.Queries().CaseByID(ctx, f.row.ID)
	if err != nil {
		return fmt.Errorf("read the case: %w", err)
	}
	return f.read(row, f.stored.Repository)
}

// keep stores a case and plans its writes, in one transaction.
func (s *Settler) keep(ctx context.Context, r *job.Run, w *world, f *file, next casework.Case, actions []casework.Action, around *casework.Context) error {
	detail, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("store the case: %w", err)
	}
	places, err := w.places(ctx, actions)
	if err != nil {
		return err
	}
	home, err := w.home(ctx, &next)
	if err != nil {
		return err
	}
	who := ""
	if len(around.Owner.Assignees) > 0 {
		who = around.Owner.Assignees[0].Name
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		row, _, err := s.hold(ctx, tx, f.row.ID)
		if err != nil {
			return err
		}
		if row.Detail != f.row.Detail {
			return errChanged
		}
		put := query.PutCaseParams{
			State: string(next.State), Reason: next.Reason, Owner: who, OwnerSource: string(around.Owner.Source), ClosedBy: next.Closure.By,
			ObservedCommit: next.Seen.Commit, Detail: string(detail), Now: s.Now().UnixMilli(), ID: f.row.ID,
		}
		if !next.Closure.At.IsZero() {
			put.ClosedAt = next.Closure.At.UnixMilli()
		}
		if !next.Wake.IsZero() {
			put.WakeAt = next.Wake.UnixMilli()
		}
		if !next.Seen.At.IsZero() {
			put.ObservedAt = next.Seen.At.UnixMilli()
		}
		if err := db.In(tx).PutCase(ctx, put); err != nil {
			return fmt.Errorf("store the case: %w", err)
		}
		if number := int64(next.Issue.Number); number != row.IssueNumber || home != row.IssueRepository { // gone, moved, or about to be made
			row.IssueRepository, row.IssueNumber, row.IssueID, row.IssueNode = home, number, 0, ""
			if err := s.put(ctx, tx, &row, &next); err != nil {
				return err
			}
		}
		if next.State != f.stored.State {
			if err := s.audit(ctx, tx, w, f, &next); err != nil {
				return err
			}
		}
		return s.plan(ctx, tx, r, w, f, actions, places)
	})
}

func (s *Settler) audit(ctx context.Context, tx *sql.Tx, w *world, f *file, next *casework.Case) error {
	actor := "castellan"
	if next.State == casework.Closed && next.Closure.By != "" {
		actor = next.Closure.By
	}
	return db.Audit(ctx, tx, s.Now(), db.Event{
		Actor: actor, Action: "case." + string(next.State), Installation: w.rp.InstallationID, Repository: w.rp.ID, Subject: fmt.Sprintf("case %d", f.row.ID),
		Detail: map[string]string{"integration": f.integration.Identity, "reason": next.Reason, "closure": string(next.Closure.Kind), "commit": next.Seen.Commit},
	})
}
