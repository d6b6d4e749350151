// Package judge gives each head commit its check run: created in progress at
// once, completed on every path.
//
// What is judged is what the head brings in: against the merge base with the
// base of each open pull request it is the head of; without one, with the
// default branch; on the default branch, against what the push found there; in
// a merge queue, against the group's base.
package judge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Judge does the tasks that end in a check run.
type Judge struct {
	Keeper *repo.Keeper
	Outbox *outbox.Outbox
	Rules  checkrun.Rules
	Now    func() time.Time
	Log    *slog.Logger
}

// patience is the number of failed attempts after which a check run says that
// Castellan could not finish, while it goes on trying.
const patience = 3

// Check is the handler of job.Check.
func (j *Judge) Check(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	var facts webhook.Facts
	if err := r.Facts(&facts); err != nil {
		return err
	}
	rp, err := j.Keeper.Open(ctx, r.Task.InstallationID, r.Task.RepositoryID, repo.Hint{Owner: facts.Repository.Owner, Name: facts.Repository.Name})
	if repo.Lost(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if rp.Archived { // nothing can be written there
		return nil
	}
	return lostIs(ctx, rp, j.judge(ctx, r, rp, &facts))
}

func (j *Judge) judge(ctx context.Context, r *job.Run, rp *repo.Repo, facts *webhook.Facts) error {
	sha := r.Task.Subject
	row, err := j.begin(ctx, r, rp, sha)
	if err != nil {
		return err
	}
	v, err := j.verdict(ctx, rp, sha, facts)
	if err != nil {
		return j.stumble(ctx, r, rp, row, sha, rp.Failed(err))
	}
	return j.publish(ctx, r, rp, row, v)
}

// lostIs takes GitHub's final no for no failure if the repository has gone
// meanwhile.
func lostIs(ctx context.Context, rp *repo.Repo, err error) error {
	if !github.Permanent(err) {
		return err
	}
	if _, again := rp.Refresh(ctx); repo.Lost(again) {
		return nil
	}
	return err
}

// begin shows the check run in progress, creating it if need be.
func (j *Judge) begin(ctx context.Context, r *job.Run, rp *repo.Repo, sha string) (query.CheckRun, error) {
	var row query.CheckRun
	err := r.Commit(ctx, func(tx *sql.Tx) (err error) {
		row, err = db.In(tx).StartCheckRun(ctx, query.StartCheckRunParams{RepositoryID: rp.ID, HeadSha: sha, Now: j.Now().UnixMilli()})
		if err != nil {
			return fmt.Errorf("record the check run: %w", err)
		}
		shown := checkrun.InProgress(sha, nil)
		w := j.write(&row, rp, kindCreate, fmt.Sprintf("create/%d", row.Generation), shown)
		if row.GithubID != 0 {
			w = j.write(&row, rp, kindUpdate, fmt.Sprintf("restart/%d", r.Task.Wanted), shown)
		}
		return j.Outbox.Plan(ctx, tx, w)
	})
	if err != nil {
		return row, err
	}
	return row, j.Outbox.Flush(ctx, subject(&row))
}

// stumble ends an attempt that failed. The check run does not stay in progress
// for long: after a few attempts it says so, and turns neutral.
func (j *Judge) stumble(ctx context.Context, r *job.Run, rp *repo.Repo, row query.CheckRun, sha string, failure error) error {
	var later interface{ RetryAt() time.Time }
	var permanent interface{ Permanent() bool }
	gone := errors.Is(failure, gitstore.ErrGone)
	final := gone || r.Last || errors.As(failure, &permanent) && permanent.Permanent()
	if !final && (r.Attempt < patience || errors.As(failure, &later)) || errors.Is(failure, job.ErrFenced) {
		return failure
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second) // also when the time is up
	defer cancel()
	v := &verdict{Judgement: checkrun.Judgement{Head: sha, Fault: fault(failure)}}
	if err := j.publish(ctx, r, rp, row, v); err != nil {
		return errors.Join(failure, err)
	}
	if gone {
		return nil
	}
	return failure
}

// fault words a failure of ours for a developer.
func fault(err error) string {
	switch {
	case errors.Is(err, gitstore.ErrGone):
		return "the commit is gone from the repository"
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrUnauthorized):
		return "GitHub refused access"
	}
	return "the repository could not be read"
}

// publish completes the check run.
func (j *Judge) publish(ctx context.Context, r *job.Run, rp *repo.Repo, row query.CheckRun, v *verdict) error {
	out := checkrun.Render(&v.Judgement, j.Rules)
	conclusion := checkrun.Conclude(&v.Judgement)
	err := r.Commit(ctx, func(tx *sql.Tx) error {
		if err := j.propose(ctx, tx, rp, v); err != nil {
			return err
		}
		return j.complete(ctx, tx, rp, &row, fmt.Sprint(r.Task.Fence), conclusion, out)
	})
	if err != nil {
		return err
	}
	return j.Outbox.Flush(ctx, subject(&row))
}

// complete plans the writes that complete a check run: annotations go 50 a
// request, the last one carries the conclusion. GitHub adds annotations to those
// of earlier requests, so a run whose annotations no longer hold is followed by
// a new one of the same name.
func (j *Judge) complete(ctx context.Context, tx *sql.Tx, rp *repo.Repo, row *query.CheckRun, attempt string, conclusion checkrun.Conclusion, out checkrun.Output) error {
	q := db.In(tx)
	digest := digestOf(out.Annotations)
	batches := checkrun.Batches(out)
	var writes []outbox.Write
	if row.Digest != "" && row.Digest != digest {
		next, err := q.NextCheckRun(ctx, row.ID)
		if err != nil {
			return fmt.Errorf("record the check run: %w", err)
		}
		*row = next
		writes = append(writes,
			j.write(row, rp, kindCreate, fmt.Sprintf("create/%d", row.Generation), checkrun.InProgress(row.HeadSha, nil)),
			j.retire(row, rp, conclusion))
	} else if row.Digest == digest && digest != "" {
		batches = [][]checkrun.Annotation{nil}
	}
	for i, batch := range batches {
		part := out
		part.Annotations = batch
		w := j.write(row, rp, kindUpdate, fmt.Sprintf("complete/%s/%d", attempt, i), part)
		if i == len(batches)-1 {
			w = j.concluding(w, conclusion)
		}
		writes = append(writes, w)
	}
	err := q.CompleteCheckRun(ctx, query.CompleteCheckRunParams{
		Conclusion: string(conclusion), Version: j.Keeper.Version, Digest: digest, Now: j.Now().UnixMilli(), ID: row.ID,
	})
	if err != nil {
		return fmt.Errorf("record the check run: %w", err)
	}
	return j.Outbox.Plan(ctx, tx, writes...)
}

// Sweep turns check runs neutral that have been in progress for too long,
// whatever became of their task (lesson 12).
func (j *Judge) Sweep(ctx context.Context) error {
	stale, err := j.Keeper.Store.Queries().StaleCheckRuns(ctx, query.StaleCheckRunsParams{Before: j.Now().Add(-staleAfter).UnixMilli(), Most: 200})
	if err != nil {
		return fmt.Errorf("list stale check runs: %w", err)
	}
	var errs []error
	for i := range stale {
		errs = append(errs, j.sweep(ctx, &stale[i]))
	}
	return errors.Join(errs...)
}

// staleAfter is above the time of a run and its first retries.
const staleAfter = 10 * time.Minute

func (j *Judge) sweep(ctx context.Context, row *query.CheckRun) error {
	repository, err := j.Keeper.Store.Queries().Repository(ctx, row.RepositoryID)
	if err != nil {
		return fmt.Errorf("sweep check run %d: %w", row.ID, err)
	}
	rp, err := j.Keeper.Open(ctx, repository.InstallationID, row.RepositoryID, repo.Hint{})
	if repo.Lost(err) {
		return j.Keeper.Store.InTx(ctx, func(tx *sql.Tx) error { return j.refused(ctx, tx, row.ID) })
	}
	if err != nil {
		return fmt.Errorf("sweep check run %d: %w", row.ID, err)
	}
	v := &checkrun.Judgement{Head: row.HeadSha, Fault: "it took too long"}
	err = j.Keeper.Store.InTx(ctx, func(tx *sql.Tx) error {
		now, err := db.In(tx).TakeStaleCheckRun(ctx, query.TakeStaleCheckRunParams{ID: row.ID, StartedAt: row.StartedAt})
		if err != nil {
			return err
		}
		return j.complete(ctx, tx, rp, &now, fmt.Sprintf("sweep/%d", row.StartedAt), checkrun.Conclude(v), checkrun.Render(v, j.Rules))
	})
	if errors.Is(err, sql.ErrNoRows) { // it was judged meanwhile
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep check run %d: %w", row.ID, err)
	}
	j.Log.Warn("stale check run swept", "repo", row.RepositoryID, "head", row.HeadSha)
	return j.Outbox.Flush(ctx, subject(row))
}
