package ghsim

import (
	"slices"
	"strings"
	"time"
)

// Check is a check run as tests see it.
type Check struct {
	ID                                    int64
	Name, HeadSHA, ExternalID, DetailsURL string
	Status, Conclusion                    string
	Title, Summary, Text                  string
	Started, Completed                    time.Time
	Annotations                           []Annotation
	Actions                               []Action
	Ours                                  bool // created by the simulated App
	Updates                               int  // PATCH requests that took effect
}

// Annotation is one annotation of a check run; absent columns are 0.
type Annotation struct {
	Path                                       string
	StartLine, EndLine, StartColumn, EndColumn int
	Level, Title, Message, RawDetails          string
}

// Action is a button of a check run.
type Action struct{ Label, Description, Identifier string }

func deref[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// Checks are the check runs of a commit, the oldest first; "" all.
func (s *Sim) Checks(r *Repo, sha string) []Check {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Check
	for _, k := range r.checks {
		if sha != "" && k.headSHA != sha {
			continue
		}
		c := Check{
			ID: k.id, Name: k.name, HeadSHA: k.headSHA, ExternalID: k.externalID, DetailsURL: k.details, Status: k.status,
			Conclusion: k.conclusion, Title: deref(k.title), Summary: deref(k.summary), Text: deref(k.text), Started: k.started,
			Completed: k.completed, Ours: k.app == s.app.id, Updates: k.updates,
		}
		for _, a := range k.annotations {
			c.Annotations = append(c.Annotations, Annotation{
				a.Path, a.StartLine, a.EndLine, deref(a.StartColumn), deref(a.EndColumn), a.Level, deref(a.Title), a.Message, deref(a.RawDetails),
			})
		}
		for _, a := range k.actions {
			c.Actions = append(c.Actions, Action(a))
		}
		out = append(out, c)
	}
	return out
}

// ForeignCheck makes a check run of another App, for tests that ours leaves
// it alone. It returns its id.
func (s *Sim) ForeignCheck(r *Repo, sha, name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &checkRun{id: s.nextID(), name: name, headSHA: sha, status: "in_progress", app: s.nextID(), suite: s.nextID(), started: s.now()}
	r.checks = append(r.checks, k)
	return k.id
}

// Rerequest presses "Re-run" on a check run: check_run.rerequested.
func (s *Sim) Rerequest(r *Repo, id int64, user string) {
	s.change(func(ev *events) {
		s.checkEvent(ev, r, s.mustCheck(r, id), "rerequested", s.user(user), nil)
	})
}

// RerequestSuite presses "Re-run all checks": check_suite.rerequested.
func (s *Sim) RerequestSuite(r *Repo, sha, user string) {
	s.change(func(ev *events) {
		ev.repo(r, "check_suite", "rerequested", s.user(user), object{"check_suite": s.suiteJSON(r, sha)})
	})
}

// RequestAction presses a button of a check run:
// check_run.requested_action.
func (s *Sim) RequestAction(r *Repo, id int64, identifier, user string) {
	s.change(func(ev *events) {
		k := s.mustCheck(r, id)
		if !slices.ContainsFunc(k.actions, func(a action) bool { return a.Identifier == identifier }) {
			s.fatalf("check run %d has no action %q", id, identifier)
		}
		s.checkEvent(ev, r, k, "requested_action", s.user(user), object{"requested_action": object{"identifier": identifier}})
	})
}

func (s *Sim) mustCheck(r *Repo, id int64) *checkRun {
	k := r.check(id)
	if k == nil {
		s.fatalf("no check run %d in %s", id, r.fullName())
	}
	return k
}

func cutHeads(name string) (string, bool) { return strings.CutPrefix(name, "refs/heads/") }
