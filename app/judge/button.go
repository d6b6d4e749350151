package judge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// Button is the handler of job.Button: somebody pressed "Rotated". It counts
// only on our own check run and from a person who may write, as GitHub says now.
func (j *Judge) Button(ctx context.Context, r *job.Run) error {
	ctx = github.WithLane(ctx, github.Lane(r.Task.Lane))
	var facts webhook.Facts
	if err := r.Facts(&facts); err != nil {
		return err
	}
	rp, err := j.Keeper.Open(ctx, r.Task.InstallationID, r.Task.RepositoryID, repo.Hint{})
	if repo.Lost(err) {
		return nil
	}
	if err != nil {
		return err
	}
	row, err := j.Keeper.Store.Queries().CheckRun(ctx, query.CheckRunParams{RepositoryID: rp.ID, HeadSha: facts.Head})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the check run: %w", err)
	}
	if err != nil || row.GithubID != facts.CheckRun || facts.Identifier != checkrun.ActionRotated || facts.Sender.Type == "Bot" {
		j.Log.Info("button ignored", "repo", rp.ID, "identifier", facts.Identifier, "sender", facts.Sender.Login)
		return nil
	}
	level, err := rp.Client().Permission(ctx, rp.Ref(), facts.Sender.Login)
	if err != nil {
		return fmt.Errorf("read the rights of the person who pressed: %w", err)
	}
	if !slices.Contains([]string{"admin", "maintain", "write"}, level) {
		return j.refuse(ctx, r, rp, &facts, level)
	}
	return j.rotate(ctx, r, rp, &facts)
}

// refuse records a press by somebody who may not write.
func (j *Judge) refuse(ctx context.Context, r *job.Run, rp *repo.Repo, facts *webhook.Facts, level string) error {
	return r.Commit(ctx, func(tx *sql.Tx) error {
		return db.Audit(ctx, tx, j.Now(), db.Event{
			Actor: facts.Sender.Login, Action: "rotation.refused", Installation: rp.InstallationID, Repository: rp.ID,
			Subject: facts.Head, Detail: map[string]string{"permission": level},
		})
	})
}

// rotate confirms the credentials that the head no longer holds, on the pull
// requests it is judged for, and judges again.
func (j *Judge) rotate(ctx context.Context, r *job.Run, rp *repo.Repo, facts *webhook.Facts) error {
	v, err := j.verdict(ctx, rp, facts.Head, &webhook.Facts{Head: facts.Head})
	if err != nil {
		return rp.Failed(err)
	}
	hashes := checkrun.Rotatable(&v.Judgement)
	return r.Commit(ctx, func(tx *sql.Tx) error {
		for _, c := range v.Comparisons {
			if c.PullRequest == 0 {
				continue
			}
			for _, hash := range hashes {
				err := db.In(tx).PutRotation(ctx, query.PutRotationParams{
					RepositoryID: rp.ID, PullRequest: int64(c.PullRequest), CredentialHash: hash, Login: facts.Sender.Login, Now: j.Now().UnixMilli(),
				})
				if err != nil {
					return fmt.Errorf("record the rotation: %w", err)
				}
			}
			err := db.Audit(ctx, tx, j.Now(), db.Event{
				Actor: facts.Sender.Login, Action: "rotation.attested", Installation: rp.InstallationID, Repository: rp.ID,
				Subject: fmt.Sprintf("pull request %d", c.PullRequest), Detail: map[string]string{"credentials": fmt.Sprint(len(hashes)), "head": facts.Head},
			})
			if err != nil {
				return err
			}
		}
		return r.Want(ctx, tx, job.Want{
			Kind: job.Check, Lane: job.User, Installation: rp.InstallationID, Repository: rp.ID, Subject: facts.Head,
			Facts: webhook.Facts{Head: facts.Head, Repository: webhook.Repository{ID: rp.ID, Owner: rp.Owner, Name: rp.Name}},
		})
	})
}
