package judge

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

const (
	kindCreate outbox.Kind = "check.create"
	kindUpdate outbox.Kind = "check.update"
	kindRetire outbox.Kind = "check.retire"
)

// payload is a planned write of a check run.
type payload struct {
	Row        int64
	Generation int64
	Head       string
	Run        github.CheckRun
}

// subject groups the writes of one check run.
func subject(row *query.CheckRun) string { return fmt.Sprintf("check/%d", row.ID) }

func (j *Judge) write(row *query.CheckRun, rp *repo.Repo, kind outbox.Kind, key string, out checkrun.Output) outbox.Write {
	run := github.CheckRun{
		Name: checkrun.Name, HeadSHA: row.HeadSha, ExternalID: fmt.Sprintf("%d.%d", row.ID, row.Generation),
		Status: "in_progress", Title: out.Title, Summary: out.Summary, Text: out.Text,
	}
	if kind == kindCreate {
		run.StartedAt = time.UnixMilli(row.StartedAt).UTC()
	}
	for _, a := range out.Annotations {
		run.Annotations = append(run.Annotations, github.Annotation{
			Path: a.Path, StartLine: a.StartLine, EndLine: a.EndLine, StartColumn: a.StartColumn, EndColumn: a.EndColumn,
			Level: string(a.Level), Title: a.Title, Message: a.Message,
		})
	}
	for _, a := range out.Actions {
		run.Actions = append(run.Actions, github.Action{Label: a.Label, Description: a.Description, Identifier: a.Identifier})
	}
	return outbox.Write{
		Key: subject(row) + "/" + key, Kind: kind, Installation: rp.InstallationID, Repository: rp.ID, Subject: subject(row),
		Payload: payload{Row: row.ID, Generation: row.Generation, Head: row.HeadSha, Run: run},
	}
}

// concluding makes a write of a check run one that completes it.
func (j *Judge) concluding(w outbox.Write, conclusion checkrun.Conclusion) outbox.Write {
	p := w.Payload.(payload)
	p.Run.Status, p.Run.Conclusion, p.Run.CompletedAt = "completed", string(conclusion), j.Now()
	w.Payload = p
	return w
}

// retire completes the runs that this one follows. GitHub goes by the newest of
// a name; the older ones must not stand there as in progress for ever.
func (j *Judge) retire(row *query.CheckRun, rp *repo.Repo, conclusion checkrun.Conclusion) outbox.Write {
	w := j.write(row, rp, kindRetire, fmt.Sprintf("retire/%d", row.Generation), checkrun.Output{
		Title: "Judged again", Summary: "This commit was judged again: the newer check run of this name holds.\n",
	})
	return j.concluding(w, conclusion)
}

// retired finds those runs on GitHub: which they are, none of our rows says any
// more.
func (j *Judge) retired(ctx context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
	var p payload
	rp, err := j.open(ctx, a, &p)
	if err != nil {
		return nil, err
	}
	runs, err := rp.Client().CheckRuns(ctx, rp.Ref(), p.Head)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		row, generation, ok := strings.Cut(run.ExternalID, ".")
		n, err := strconv.ParseInt(generation, 10, 64)
		if !ok || err != nil || row != strconv.FormatInt(p.Row, 10) || n >= p.Generation || run.Status == "completed" {
			continue
		}
		old := p.Run
		old.ExternalID = run.ExternalID
		if err := rp.Client().UpdateCheckRun(ctx, rp.Ref(), run.ID, old); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func digestOf(annotations []checkrun.Annotation) string {
	if len(annotations) == 0 {
		return ""
	}
	data, err := json.Marshal(annotations)
	if err != nil { // strings and numbers always can
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// Senders make the writes of check runs.
func (j *Judge) Senders() map[outbox.Kind]outbox.Sender {
	return map[outbox.Kind]outbox.Sender{
		kindCreate: {Send: j.create, GaveUp: j.gaveUp},
		kindUpdate: {Send: j.update, GaveUp: j.gaveUp},
		kindRetire: {Send: j.retired},
	}
}

// create makes the run, or finds the one that an attempt without an answer made.
func (j *Judge) create(ctx context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
	var p payload
	rp, err := j.open(ctx, a, &p)
	if err != nil {
		return nil, err
	}
	id := int64(0)
	if a.Uncertain {
		runs, err := rp.Client().CheckRuns(ctx, rp.Ref(), p.Head)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if run.ExternalID == p.Run.ExternalID {
				id = run.ID
			}
		}
	}
	if id == 0 {
		if id, err = rp.Client().CreateCheckRun(ctx, rp.Ref(), p.Run); err != nil {
			return nil, err
		}
	}
	return func(tx *sql.Tx) error {
		return db.In(tx).SetCheckRunID(context.WithoutCancel(ctx), query.SetCheckRunIDParams{GithubID: id, ID: p.Row, Generation: p.Generation})
	}, nil
}

// update changes the run. Annotations that an attempt without an answer may
// have added are not sent again: they would stand there twice.
func (j *Judge) update(ctx context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
	var p payload
	rp, err := j.open(ctx, a, &p)
	if err != nil {
		return nil, err
	}
	row, err := j.Keeper.Store.Queries().CheckRun(ctx, query.CheckRunParams{RepositoryID: rp.ID, HeadSha: p.Head})
	if err != nil {
		return nil, fmt.Errorf("read check run %d: %w", p.Row, err)
	}
	if row.Generation != p.Generation {
		return nil, nil // another run has followed it
	}
	if row.GithubID == 0 {
		return nil, errNoRun{}
	}
	if a.Uncertain && len(p.Run.Annotations) > 0 {
		if p.Run.Annotations, err = j.unsent(ctx, rp, row.GithubID, p.Run.Annotations); err != nil {
			return nil, err
		}
	}
	return nil, rp.Client().UpdateCheckRun(ctx, rp.Ref(), row.GithubID, p.Run)
}

// errNoRun is an update whose run was never made.
type errNoRun struct{}

// Error implements error.
func (errNoRun) Error() string { return "the check run was never created" }

// Permanent tells the outbox to give up.
func (errNoRun) Permanent() bool { return true }

// unsent are the annotations that the run does not have yet.
func (j *Judge) unsent(ctx context.Context, rp *repo.Repo, id int64, all []github.Annotation) ([]github.Annotation, error) {
	shown, err := rp.Client().Annotations(ctx, rp.Ref(), id)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, a := range shown {
		has[fmt.Sprint(a.Path, "\x00", a.StartLine, "\x00", a.Title, "\x00", a.Message)] = true
	}
	var left []github.Annotation
	for _, a := range all {
		if !has[fmt.Sprint(a.Path, "\x00", a.StartLine, "\x00", a.Title, "\x00", a.Message)] {
			left = append(left, a)
		}
	}
	return left, nil
}

func (j *Judge) open(ctx context.Context, a *outbox.Attempt, p *payload) (*repo.Repo, error) {
	if err := a.Payload(p); err != nil {
		return nil, err
	}
	return j.Keeper.Open(ctx, a.Installation, a.Repository, repo.Hint{})
}

// gaveUp ends a check run that GitHub does not take: its commit or repository
// is gone.
func (j *Judge) gaveUp(ctx context.Context, tx *sql.Tx, a *outbox.Attempt, _ error) error {
	var p payload
	if err := a.Payload(&p); err != nil {
		return err
	}
	return j.refused(ctx, tx, p.Row)
}

// refused ends a check run here that cannot be written there.
func (j *Judge) refused(ctx context.Context, tx *sql.Tx, row int64) error {
	return db.In(tx).CompleteCheckRun(ctx, query.CompleteCheckRunParams{Conclusion: "refused", Version: j.Keeper.Version, Now: j.Now().UnixMilli(), ID: row})
}

// branchPatience is how long a credential on a branch without a pull request
// waits before its case opens all the same.
const branchPatience = 24 * time.Hour

// propose records the credentials of a change that is not on the default
// branch: they open a case if it closes unmerged, or stays without a pull
// request for a day.
func (j *Judge) propose(ctx context.Context, tx *sql.Tx, rp *repo.Repo, v *verdict) error {
	if v.report == nil || v.settled {
		return nil
	}
	p := inventory.Proposal{Ref: v.branch, Version: j.Keeper.Version, Commit: v.Head}
	for _, c := range v.Comparisons {
		switch c.Kind {
		case checkrun.MergeGroup:
			return nil
		case checkrun.PullRequest:
			p.PullRequest = c.PullRequest
		}
	}
	switch {
	case v.merged:
		p.Due = j.Now()
	case p.PullRequest == 0:
		p.Due = j.Now().Add(branchPatience)
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Credential == nil || f.Credential.Publishable || f.Action != policy.Block {
			continue
		}
		if err := inventory.Propose(ctx, tx, rp.InstallationID, rp.ID, inventory.Find(v.report, f.Integration), f, p, j.Now()); err != nil {
			return err
		}
	}
	return nil
}
