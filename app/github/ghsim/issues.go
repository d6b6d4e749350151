package ghsim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Issue is an issue as tests see it.
type Issue struct {
	ID                         int64
	NodeID                     string
	Number                     int
	Title, Body                string
	State, StateReason         string // reason: completed, not_planned, duplicate, reopened or ""
	Labels, Assignees          []string
	Author, ClosedBy           string
	Ours                       bool // made by the simulated App
	Created, Updated, ClosedAt time.Time
	Comments                   []Comment
}

// Comment is a comment on an issue or a pull request.
type Comment struct {
	ID        int64
	Author    string
	Body      string
	Ours      bool
	Reactions []string // content, ours and others'
}

// Issues are the repository's issues, without pull requests and deleted
// ones, by number.
func (s *Sim) Issues(r *Repo) []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Issue
	for _, n := range sortedKeys(r.issues) {
		if i := r.issues[n]; i.pull == nil && !i.gone {
			out = append(out, s.seen(i))
		}
	}
	return out
}

func (s *Sim) seen(i *issue) Issue {
	out := Issue{
		ID: i.id, NodeID: nodeID("I", i.id), Number: i.number, Title: i.title, Body: i.body, State: i.state, StateReason: i.reason,
		Author: i.author.login, Ours: i.app == s.app.id, Created: i.created, Updated: i.updated, ClosedAt: i.closed,
	}
	for _, l := range i.labels {
		out.Labels = append(out.Labels, l.name)
	}
	for _, a := range i.assignees {
		out.Assignees = append(out.Assignees, a.login)
	}
	if i.closedBy != nil {
		out.ClosedBy = i.closedBy.login
	}
	for _, m := range s.commentsOf(i) {
		c := Comment{ID: m.id, Author: m.author.login, Body: m.body, Ours: m.app == s.app.id}
		for _, x := range m.reactions {
			c.Reactions = append(c.Reactions, x.content)
		}
		out.Comments = append(out.Comments, c)
	}
	return out
}

// PRComments are the comments on a pull request.
func (s *Sim) PRComments(p *PR) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen(p.issue).Comments
}

// OpenIssue opens an issue as a person: issues.opened.
func (s *Sim) OpenIssue(r *Repo, user, title, body string) int {
	var i *issue
	s.change(func(ev *events) {
		i = s.newIssue(r, s.user(user), title, body)
		s.issueEvent(ev, r, i, "opened", i.author, nil)
	})
	return i.number
}

// CloseIssue closes an issue as a person; reason is completed (""),
// not_planned or duplicate.
func (s *Sim) CloseIssue(r *Repo, number int, user, reason string) {
	s.change(func(ev *events) {
		i := s.mustIssue(r, number)
		i.close(s.now(), s.user(user), cmp.Or(reason, "completed"))
		s.issueEvent(ev, r, i, "closed", s.user(user), nil)
	})
}

// ReopenIssue opens a closed issue again as a person.
func (s *Sim) ReopenIssue(r *Repo, number int, user string) {
	s.change(func(ev *events) {
		i := s.mustIssue(r, number)
		i.reopen(s.now())
		s.issueEvent(ev, r, i, "reopened", s.user(user), nil)
	})
}

// EditIssue changes title and body as a person.
func (s *Sim) EditIssue(r *Repo, number int, user, title, body string) {
	s.change(func(ev *events) {
		i := s.mustIssue(r, number)
		changes := object{"title": object{"from": i.title}, "body": object{"from": i.body}}
		i.title, i.body, i.updated = title, body, s.now()
		s.issueEvent(ev, r, i, "edited", s.user(user), object{"changes": changes})
	})
}

// AssignIssue and UnassignIssue change the assignees as a person, without
// asking whether they are assignable.
func (s *Sim) AssignIssue(r *Repo, number int, user, assignee string) {
	s.change(func(ev *events) {
		i, a := s.mustIssue(r, number), s.user(assignee)
		i.assignees = append(i.assignees, a)
		i.updated = s.now()
		s.issueEvent(ev, r, i, "assigned", s.user(user), object{"assignee": s.userJSON(a)})
	})
}

// UnassignIssue takes an assignee away as a person.
func (s *Sim) UnassignIssue(r *Repo, number int, user, assignee string) {
	s.change(func(ev *events) {
		i, a := s.mustIssue(r, number), s.user(assignee)
		i.assignees = slices.DeleteFunc(i.assignees, func(o *account) bool { return o == a })
		i.updated = s.now()
		s.issueEvent(ev, r, i, "unassigned", s.user(user), object{"assignee": s.userJSON(a)})
	})
}

// LabelIssue puts a label on an issue as a person.
func (s *Sim) LabelIssue(r *Repo, number int, user, name string) {
	s.change(func(ev *events) {
		i, l := s.mustIssue(r, number), s.labelNamed(r, name)
		i.addLabel(l)
		i.updated = s.now()
		s.issueEvent(ev, r, i, "labeled", s.user(user), object{"label": s.labelJSON(r, l)})
	})
}

// DeleteIssue deletes an issue; its number answers 410 from then on.
func (s *Sim) DeleteIssue(r *Repo, number int, user string) {
	s.change(func(ev *events) {
		i := s.mustIssue(r, number)
		s.issueEvent(ev, r, i, "deleted", s.user(user), nil)
		i.gone = true
	})
}

// TransferIssue moves an issue to another repository and returns its number
// there.
func (s *Sim) TransferIssue(r *Repo, number int, to *Repo, user string) int {
	var moved *issue
	s.change(func(ev *events) {
		i := s.mustIssue(r, number)
		moved = s.newIssue(to, i.author, i.title, i.body)
		moved.state, moved.reason, moved.closed, moved.closedBy, moved.app = i.state, i.reason, i.closed, i.closedBy, i.app
		s.issueEvent(ev, r, i, "transferred", s.user(user), object{"changes": object{
			"new_issue": s.issueJSON(to, moved), "new_repository": s.repoJSON(to),
		}})
		i.gone, i.home, i.heir = true, to, moved
		s.issueEvent(ev, to, moved, "opened", s.user(user), object{"changes": object{
			"old_issue": s.issueJSON(r, i), "old_repository": s.repoJSON(r),
		}})
	})
	return moved.number
}

// Comment comments on an issue or pull request as a person:
// issue_comment.created. It returns the comment's id.
func (s *Sim) Comment(r *Repo, number int, user, body string) int64 {
	var m *comment
	s.change(func(ev *events) {
		m = s.newComment(r, s.mustIssue(r, number), s.user(user), body)
		s.commentEvent(ev, r, m, "created", m.author, nil)
	})
	return m.id
}

// EditComment changes a comment as a person: issue_comment.edited.
func (s *Sim) EditComment(r *Repo, id int64, user, body string) {
	s.change(func(ev *events) {
		m := s.mustComment(r, id)
		from := m.body
		m.body, m.updated = body, s.now()
		s.commentEvent(ev, r, m, "edited", s.user(user), object{"changes": object{"body": object{"from": from}}})
	})
}

// DeleteComment deletes a comment: issue_comment.deleted.
func (s *Sim) DeleteComment(r *Repo, id int64, user string) {
	s.change(func(ev *events) {
		m := s.mustComment(r, id)
		s.commentEvent(ev, r, m, "deleted", s.user(user), nil)
		m.gone = true
	})
}

// React adds a person's reaction to a comment; GitHub sends no webhook.
func (s *Sim) React(r *Repo, id int64, user, content string) {
	s.locked(func() {
		m := s.mustComment(r, id)
		m.reactions = append(m.reactions, reaction{id: s.nextID(), user: s.user(user), content: content, created: s.now()})
	})
}

func (s *Sim) mustIssue(r *Repo, number int) *issue {
	i := r.issues[number]
	if i == nil || i.gone {
		s.fatalf("no issue %s#%d", r.fullName(), number)
	}
	return i
}

func (s *Sim) mustComment(r *Repo, id int64) *comment {
	m := r.comments[id]
	if m == nil || m.gone {
		s.fatalf("no comment %d in %s", id, r.fullName())
	}
	return m
}

// Assignable says whether GitHub would take the login as an assignee.
func (s *Sim) Assignable(r *Repo, login string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.assignable(r, strings.TrimPrefix(login, "@"))
}
