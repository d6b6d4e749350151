package settle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// kindIssue is every write about an issue; the action says which.
const kindIssue outbox.Kind = "issue"

// payload is a planned write about the issue of a case.
type payload struct {
	Case    int64
	At      int64     // repository of the issue
	Planned time.Time // first: a write that was given up and is planned again keeps it
	Action  casework.Action
}

func subject(caseID int64) string { return fmt.Sprintf("case/%d", caseID) }

// places are where the actions are to be done. They are found before the
// transaction: GitHub may be asked, and what it says is recorded.
func (w *world) places(ctx context.Context, actions []casework.Action) ([]*repo.Repo, error) {
	all := make([]*repo.Repo, len(actions))
	for i, a := range actions {
		at, err := w.place(ctx, a.Repository)
		if err != nil {
			return nil, err
		}
		if at == nil {
			at = w.rp
		}
		all[i] = at
	}
	return all, nil
}

// home is the repository in which the issue of a case is, 0 if there is none.
func (w *world) home(ctx context.Context, c *casework.Case) (int64, error) {
	if c.Issue.Number == 0 {
		return 0, nil
	}
	at, err := w.place(ctx, c.Issue.Repository)
	if err != nil || at == nil {
		return 0, err
	}
	return at.ID, nil
}

// plan turns actions into writes.
func (s *Settler) plan(ctx context.Context, tx *sql.Tx, r *job.Run, w *world, f *file, actions []casework.Action, places []*repo.Repo) error {
	var writes []outbox.Write
	for i, a := range actions {
		if a.Kind == casework.Verify {
			if err := r.Want(ctx, tx, job.Want{Kind: job.Settle, Lane: job.User, Installation: w.rp.InstallationID, Repository: w.rp.ID}); err != nil {
				return err
			}
			continue
		}
		at := places[i]
		writes = append(writes, outbox.Write{
			Key: a.Key, Kind: kindIssue, Installation: w.rp.InstallationID, Repository: at.ID, Subject: subject(f.row.ID),
			Payload: payload{Case: f.row.ID, At: at.ID, Planned: s.Now(), Action: a}, Creates: a.Kind == casework.Create || a.Kind == casework.Comment,
		})
	}
	return s.Outbox.Plan(ctx, tx, writes...)
}

// Senders make the writes of cases.
func (s *Settler) Senders() map[outbox.Kind]outbox.Sender {
	return map[outbox.Kind]outbox.Sender{kindIssue: {Send: s.send, GaveUp: s.gaveUp}}
}

func (s *Settler) send(ctx context.Context, a *outbox.Attempt) (func(*sql.Tx) error, error) {
	var p payload
	if err := a.Payload(&p); err != nil {
		return nil, err
	}
	at, err := s.Keeper.Open(ctx, a.Installation, p.At, repo.Hint{})
	if err != nil {
		return nil, err
	}
	if p.Action.Kind == casework.Create {
		return s.create(ctx, a, &p, at)
	}
	number := p.Action.Number
	if number == 0 {
		row, err := s.Keeper.Store.Queries().CaseByID(ctx, p.Case)
		if err != nil {
			return nil, fmt.Errorf("read case %d: %w", p.Case, err)
		}
		if number = int(row.IssueNumber); number == 0 {
			return nil, errNoIssue{}
		}
	}
	return s.change(ctx, a, &p, at, number)
}

// errNoIssue is a write whose issue was never made.
type errNoIssue struct{}

// Error implements error.
func (errNoIssue) Error() string { return "the issue was never created" }

// Permanent tells the outbox to give up.
func (errNoIssue) Permanent() bool { return true }

// create makes the issue, or finds the one that an attempt without an answer
// made: by the marker in its body, in the list of our issues to its end.
func (s *Settler) create(ctx context.Context, a *outbox.Attempt, p *payload, at *repo.Repo) (func(*sql.Tx) error, error) {
	var made github.Issue
	if a.Uncertain {
		since := p.Planned.Add(-time.Minute).Truncate(time.Second) // clocks differ
		issues, err := at.Client().Issues(ctx, at.Ref(), since)
		if err != nil {
			return nil, err
		}
		for _, i := range issues {
			if id, ok := casework.Marked(i.Body); ok && i.ByUs && id == fmt.Sprint(p.Case) && !i.CreatedAt.Before(since) {
				made = i
			}
		}
	}
	if made.Number == 0 {
		for _, l := range p.Action.Labels {
			if err := at.Client().EnsureLabel(ctx, at.Ref(), label(l)); err != nil {
				return nil, err
			}
		}
		var err error
		made, err = at.Client().CreateIssue(ctx, at.Ref(), github.IssueDraft{Title: p.Action.Title, Body: p.Action.Body, Labels: p.Action.Labels})
		if err != nil {
			return nil, err
		}
	}
	ctx = context.WithoutCancel(ctx)
	return func(tx *sql.Tx) error { return s.opened(ctx, tx, p, at, &made) }, nil
}

// opened notes in the case where its issue is.
func (s *Settler) opened(ctx context.Context, tx *sql.Tx, p *payload, at *repo.Repo, made *github.Issue) error {
	row, c, err := s.hold(ctx, tx, p.Case)
	if err != nil {
		return err
	}
	c.Done(&p.Action, made.Number)
	c.Issue.Repository = at.FullName()
	row.IssueRepository, row.IssueNumber, row.IssueID, row.IssueNode = at.ID, int64(made.Number), made.ID, made.NodeID
	if err := s.put(ctx, tx, &row, &c); err != nil {
		return err
	}
	return db.Audit(ctx, tx, s.Now(), db.Event{
		Actor: "castellan", Action: "issue.created", Installation: at.InstallationID, Repository: at.ID,
		Subject: fmt.Sprintf("case %d", p.Case), Detail: map[string]string{"issue": fmt.Sprint(made.Number)},
	})
}

// closed notes in the case that its issue is, so that a person who opens it
// again at once is seen as one.
func (s *Settler) closed(ctx context.Context, tx *sql.Tx, p *payload, number int) error {
	row, c, err := s.hold(ctx, tx, p.Case)
	if err != nil {
		return err
	}
	c.Done(&p.Action, number)
	return s.put(ctx, tx, &row, &c)
}

// put stores a case with where its issue is.
func (s *Settler) put(ctx context.Context, tx *sql.Tx, row *query.Case, c *casework.Case) error {
	detail, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("store case %d: %w", row.ID, err)
	}
	err = db.In(tx).SetCaseIssue(ctx, query.SetCaseIssueParams{
		IssueRepository: row.IssueRepository, IssueNumber: row.IssueNumber, IssueID: row.IssueID, IssueNode: row.IssueNode,
		Detail: string(detail), Now: s.Now().UnixMilli(), ID: row.ID,
	})
	if err != nil {
		return fmt.Errorf("store case %d: %w", row.ID, err)
	}
	return nil
}

// change makes a write on an issue that exists. All but comments can be made
// twice without harm; a comment that may have been made is looked for.
func (s *Settler) change(ctx context.Context, a *outbox.Attempt, p *payload, at *repo.Repo, number int) (func(*sql.Tx) error, error) {
	act := &p.Action
	client, ref := at.Client(), at.Ref()
	switch act.Kind {
	case casework.Update:
		_, err := client.UpdateIssue(ctx, ref, number, github.IssueUpdate{Title: act.Title, Body: act.Body})
		return nil, err
	case casework.Close:
		_, err := client.UpdateIssue(ctx, ref, number, github.IssueUpdate{State: "closed", StateReason: act.StateReason})
		return func(tx *sql.Tx) error { return s.closed(context.WithoutCancel(ctx), tx, p, number) }, err
	case casework.Reopen:
		_, err := client.UpdateIssue(ctx, ref, number, github.IssueUpdate{State: "open", StateReason: "reopened"})
		return nil, err
	case casework.Assign:
		_, err := client.AddAssignees(ctx, ref, number, act.Assignees...)
		return nil, err
	case casework.Label:
		for _, l := range act.Labels {
			if err := client.EnsureLabel(ctx, ref, label(l)); err != nil {
				return nil, err
			}
		}
		_, err := client.AddLabels(ctx, ref, number, act.Labels...)
		return nil, err
	case casework.Comment:
		if a.Uncertain {
			all, err := client.Comments(ctx, ref, number)
			if err != nil {
				return nil, err
			}
			for _, c := range all {
				if c.ByUs && strings.TrimSpace(c.Body) == strings.TrimSpace(act.Body) {
					return nil, nil
				}
			}
		}
		_, err := client.Comment(ctx, ref, number, act.Body)
		return nil, err
	}
	return nil, fmt.Errorf("an action of kind %q cannot be written", act.Kind)
}

// label gives our labels one look.
func label(name string) github.Label {
	return github.Label{Name: name, Color: "5319e7", Description: "Kept by Castellan"}
}

// gaveUp records a write that GitHub refuses for good: a permission is missing,
// the repository archived. A case whose issue was refused is planned anew at the
// next event, perhaps elsewhere. One that may have been made stays what it is.
func (s *Settler) gaveUp(ctx context.Context, tx *sql.Tx, a *outbox.Attempt, why error) error {
	var p payload
	if err := a.Payload(&p); err != nil {
		return err
	}
	if p.Action.Kind == casework.Create && github.Permanent(why) {
		if err := s.unmade(ctx, tx, p.Case, why); err != nil {
			return err
		}
	}
	return db.Audit(ctx, tx, s.Now(), db.Event{
		Actor: "castellan", Action: "issue.refused", Installation: a.Installation, Repository: a.Repository,
		Subject: fmt.Sprintf("case %d", p.Case), Detail: map[string]string{"action": string(p.Action.Kind), "why": why.Error()},
	})
}

// unmade puts a case back to where it has no issue.
func (s *Settler) unmade(ctx context.Context, tx *sql.Tx, id int64, why error) error {
	row, c, err := s.hold(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.Issue.Number != 0 || c.State == casework.Closed {
		return nil
	}
	c.State, c.Reason, c.Asked = casework.Planned, refusal(why), nil
	detail, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("store case %d: %w", id, err)
	}
	return db.In(tx).PutCase(ctx, query.PutCaseParams{
		State: string(c.State), Reason: c.Reason, Owner: row.Owner, OwnerSource: row.OwnerSource, ClosedBy: row.ClosedBy, ClosedAt: row.ClosedAt,
		ObservedCommit: row.ObservedCommit, ObservedAt: row.ObservedAt, Detail: string(detail), WakeAt: row.WakeAt, Now: s.Now().UnixMilli(), ID: id,
	})
}

// refusal says for people why GitHub took no issue.
func refusal(why error) string {
	switch {
	case errors.Is(why, github.ErrGone):
		return "GitHub takes no issue: they are disabled"
	case errors.Is(why, github.ErrArchived):
		return "GitHub takes no issue: the repository is archived"
	case errors.Is(why, github.ErrForbidden), errors.Is(why, github.ErrNotFound), errors.Is(why, github.ErrUnauthorized):
		return "GitHub takes no issue: the App needs the permission issues: write in the repository"
	}
	return "GitHub takes no issue"
}
