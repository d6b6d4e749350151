package settle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Issue is the handler of job.Issue: a person changed an issue. If it is the
// issue of a case, the case's repository is settled again.
func (s *Settler) Issue(ctx context.Context, r *job.Run) error {
	number, err := strconv.ParseInt(r.Task.Subject, 10, 64)
	if err != nil {
		return fmt.Errorf("read the number of an issue: %w", err)
	}
	row, err := s.Keeper.Store.Queries().CaseOfIssue(ctx, query.CaseOfIssueParams{IssueRepository: r.Task.RepositoryID, IssueNumber: number})
	if errors.Is(err, sql.ErrNoRows) {
		return nil // not ours
	}
	if err != nil {
		return fmt.Errorf("find the case of issue %d: %w", number, err)
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		return r.Want(ctx, tx, job.Want{Kind: job.Settle, Lane: job.User, Installation: r.Task.InstallationID, Repository: row.RepositoryID})
	})
}

// PullRequest is the handler of job.PullRequest: it was closed. What it leaked
// stays leaked, unless a person confirmed its rotation; if it was merged, the
// default branch has it, or had it on the way, but for what was taken out of its
// history before, as the check advises.
func (s *Settler) PullRequest(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	number, err := strconv.Atoi(r.Task.Subject)
	if err != nil {
		return fmt.Errorf("read the number of a pull request: %w", err)
	}
	var facts webhook.Facts
	if err := r.Facts(&facts); err != nil {
		return err
	}
	rp, err := s.Keeper.Open(ctx, r.Task.InstallationID, r.Task.RepositoryID, repo.Hint{Owner: facts.Repository.Owner, Name: facts.Repository.Name})
	if repo.Lost(err) {
		return s.lost(ctx, r)
	}
	if err != nil {
		return err
	}
	pr, err := rp.Client().PullRequest(ctx, rp.Ref(), number)
	if errors.Is(err, github.ErrNotFound) {
		pr.State = "closed"
	} else if err != nil {
		return fmt.Errorf("read pull request %d: %w", number, err)
	}
	if pr.State != "closed" {
		return nil
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		if _, err := q.DeleteRotatedProposals(ctx, query.DeleteRotatedProposalsParams{RepositoryID: rp.ID, PullRequest: int64(number)}); err != nil {
			return fmt.Errorf("drop what was rotated: %w", err)
		}
		if pr.Merged {
			if err := s.rewritten(ctx, q, rp.ID, &pr); err != nil {
				return err
			}
		}
		n, err := q.DueFindingsOfPullRequest(ctx, query.DueFindingsOfPullRequestParams{RepositoryID: rp.ID, PullRequest: int64(number), Now: s.Now().UnixMilli()})
		if err != nil {
			return fmt.Errorf("note what leaked: %w", err)
		}
		if n == 0 {
			return nil
		}
		return r.Want(ctx, tx, job.Want{Kind: job.Settle, Lane: job.Webhook, Installation: rp.InstallationID, Repository: rp.ID})
	})
}

// rewritten forgets what the head of a merged pull request no longer brings, if
// that head was judged.
func (s *Settler) rewritten(ctx context.Context, q *query.Queries, repository int64, pr *github.PullRequest) error {
	run, err := q.CheckRun(ctx, query.CheckRunParams{RepositoryID: repository, HeadSha: pr.HeadSHA})
	if errors.Is(err, sql.ErrNoRows) || err == nil && run.Conclusion != "success" && run.Conclusion != "failure" {
		return nil
	}
	if err == nil {
		_, err = q.DeleteRewrittenProposals(ctx, query.DeleteRewrittenProposalsParams{RepositoryID: repository, PullRequest: int64(pr.Number), HeadSha: pr.HeadSHA})
	}
	if err != nil {
		return fmt.Errorf("drop what was rewritten: %w", err)
	}
	return nil
}

// Due wants those repositories settled whose credentials on branches without a
// pull request are a day old, and those with cases that are to be looked at again
// without an event.
func (s *Settler) Due(ctx context.Context, q *job.Queue) error {
	const most = 500
	rows, err := s.Keeper.Store.Queries().DueFindings(ctx, query.DueFindingsParams{Now: s.Now().UnixMilli(), Most: most})
	if err != nil {
		return fmt.Errorf("list due findings: %w", err)
	}
	waking, err := s.Keeper.Store.Queries().WakingCases(ctx, query.WakingCasesParams{Now: s.Now().UnixMilli(), Most: most})
	if err != nil {
		return fmt.Errorf("list waking cases: %w", err)
	}
	done := map[int64]bool{}
	var errs []error
	want := func(installation, repository int64, lane job.Lane) {
		if !done[repository] {
			done[repository] = true
			errs = append(errs, q.WantNow(ctx, job.Want{Kind: job.Settle, Lane: lane, Installation: installation, Repository: repository}))
		}
	}
	for _, row := range rows {
		rp, err := s.Keeper.Store.Queries().Repository(ctx, row.RepositoryID)
		if err == nil && rp.RemovedAt == 0 {
			want(rp.InstallationID, rp.ID, job.Webhook)
		}
		errs = append(errs, err)
	}
	for _, row := range waking {
		want(row.InstallationID, row.RepositoryID, job.Backfill)
	}
	return errors.Join(errs...)
}

// Repository is the handler of job.Repository: renamed, transferred, archived,
// deleted, of another visibility. Its cases follow.
func (s *Settler) Repository(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	var facts webhook.Facts
	if err := r.Facts(&facts); err != nil {
		return err
	}
	row, err := s.Keeper.Store.Queries().Repository(ctx, r.Task.RepositoryID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nothing is recorded of it
	}
	if err != nil {
		return fmt.Errorf("read repository %d: %w", r.Task.RepositoryID, err)
	}
	rp, err := s.Keeper.Open(ctx, r.Task.InstallationID, row.ID, repo.Hint{Owner: facts.Repository.Owner, Name: facts.Repository.Name})
	if err == nil {
		_, err = rp.Refresh(ctx)
	}
	if repo.Lost(err) {
		if err := s.policies(ctx, r, row.Owner, row.Name); err != nil { // it may have held one
			return err
		}
		return s.lost(ctx, r)
	}
	if err != nil {
		return err
	}
	return r.Commit(ctx, func(tx *sql.Tx) error {
		return r.Want(ctx, tx, job.Want{Kind: job.Settle, Lane: job.User, Installation: r.Task.InstallationID, Repository: row.ID})
	})
}

// lost notes that the repository of a task is out of reach of its installation.
func (s *Settler) lost(ctx context.Context, r *job.Run) error {
	return r.Commit(ctx, func(tx *sql.Tx) error {
		row, err := db.In(tx).Repository(ctx, r.Task.RepositoryID)
		if errors.Is(err, sql.ErrNoRows) || err == nil && row.InstallationID != r.Task.InstallationID {
			return nil // never known, or another installation's by now
		}
		if err == nil {
			_, err = db.In(tx).RemoveRepository(ctx, query.RemoveRepositoryParams{Now: s.Now().UnixMilli(), ID: row.ID, InstallationID: r.Task.InstallationID})
		}
		return err
	})
}

// Installation is the handler of job.Installation: what we may reach changed.
// What was given up because of that is tried again: work that met a suspension, or
// a permission that was not granted yet.
func (s *Settler) Installation(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	id := r.Task.InstallationID
	s.Keeper.App.Installation(id).Forget()
	there, err := s.Keeper.SyncInstallation(ctx, id)
	if err != nil || !there {
		return err
	}
	row, err := s.Keeper.Store.Queries().Installation(ctx, id)
	if err != nil || row.Suspended {
		return err
	}
	now, err := s.Keeper.App.Installation(id).Repositories(ctx)
	if err != nil {
		return fmt.Errorf("list the repositories of installation %d: %w", id, err)
	}
	reach := map[int64]bool{}
	for i := range now {
		reach[now[i].ID] = true
	}
	if err := s.Keeper.RecordAll(ctx, id, now); err != nil {
		return err
	}
	known, err := s.Keeper.Store.Queries().Repositories(ctx, id)
	if err != nil {
		return fmt.Errorf("list the repositories of installation %d: %w", id, err)
	}
	err = r.Commit(ctx, func(tx *sql.Tx) error {
		for _, k := range known {
			if reach[k.ID] {
				continue
			}
			if _, err := db.In(tx).RemoveRepository(ctx, query.RemoveRepositoryParams{Now: s.Now().UnixMilli(), ID: k.ID, InstallationID: id}); err != nil {
				return err
			}
		}
		return r.Revive(ctx, tx)
	})
	if err != nil {
		return err
	}
	if owner, name := s.Keeper.PolicyRepository(row.AccountLogin); strings.EqualFold(owner, row.AccountLogin) {
		return s.policies(ctx, r, owner, name) // within reach now, or not any more
	}
	return s.policy(ctx, r, &row)
}
