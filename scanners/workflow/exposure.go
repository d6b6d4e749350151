package workflow

import (
	"regexp"
	"slices"
	"strings"
)

// outside are events that people without rights in the repository can cause
// while the job has its secrets and a token that may write; of each, who wrote
// the text that comes with it. pull_request is not among them: for a fork it
// has neither (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows).
var outside = map[string]who{
	"issues": author, "issue_comment": commenter | author, "pull_request_target": author, "discussion": author, "discussion_comment": commenter | author,
	"workflow_run": author, "pull_request_review": commenter | author, "pull_request_review_comment": commenter | author, "fork": author, "watch": nobody, "gollum": commenter,
}

// byHand are activity types that only somebody who may triage or write causes.
var byHand = []string{"labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned", "pinned", "unpinned", "locked", "unlocked", "transferred", "deleted", "review_requested", "review_request_removed", "answered", "unanswered", "category_changed", "enqueued", "dequeued", "auto_merge_enabled"}

// exposure is how a step can be reached by an event from outside.
type exposure struct {
	event   string
	trusted who  // of whom something vouches before the step runs
	fresh   bool // it happens only when its author makes it: opened, not labeled or edited
}

// open says that somebody from outside can make the step run.
func (e exposure) open() bool {
	switch e.event {
	case "issues", "pull_request_target", "discussion", "workflow_run", "fork":
		return e.trusted&(actor|author|maintainer) == 0
	case "watch", "gollum":
		return e.trusted&actor == 0
	}
	return e.trusted&(actor|commenter|maintainer) == 0
}

// wrote says whether text of such an author may come from outside.
func (e exposure) wrote(of who) bool {
	theirs := outside[e.event]
	trusted := e.trusted
	if trusted&actor != 0 {
		switch e.event {
		case "issue_comment", "discussion_comment", "pull_request_review", "pull_request_review_comment":
			trusted |= commenter // whoever comments causes the event
		case "issues", "pull_request_target", "discussion":
			if e.fresh {
				trusted |= author // whoever opens it does
			}
		}
	}
	return of&theirs&^trusted != 0
}

// exposures are the events from outside that reach a step.
func (s *step) exposures() []exposure {
	var out []exposure
	cond := s.job.cond.and(s.cond)
	for _, e := range s.job.file.events {
		if _, ok := outside[e.name]; !ok {
			continue
		}
		trusted, reached := cond.gates(e.name, func(a atom) who { return s.vouched(a, e.name) })
		if !reached {
			continue
		}
		trusted |= s.stopped(e.name)
		if len(e.types) > 0 && !slices.ContainsFunc(e.types, func(t string) bool { return !slices.Contains(byHand, strings.ToLower(t)) }) {
			trusted |= maintainer
		}
		if s.job.node.Get("environment") != nil {
			trusted |= maintainer // which may ask for a review
		}
		out = append(out, exposure{e.name, trusted, e.fresh()})
	}
	return out
}

// byAuthor are activity types that the author of an issue or change causes.
var byAuthor = []string{"opened", "synchronize", "created", "ready_for_review", "reopened"}

// fresh says whether an event happens only when the author makes or changes
// what it is about. A pull request's default types are such.
func (e event) fresh() bool {
	if len(e.types) == 0 {
		return e.name == "pull_request_target"
	}
	return !slices.ContainsFunc(e.types, func(t string) bool { return !slices.Contains(byAuthor, strings.ToLower(t)) })
}

// vouched are the people for whom an output stands that a condition asks for:
// of a step or job that looked up what they may do.
func (s *step) vouched(a atom, event string) who {
	m := outputOf.FindStringSubmatch(a.text)
	if m == nil || a.not && !strings.Contains(a.text, "!=") && !strings.Contains(a.text, "'false'") {
		return nobody
	}
	switch {
	case m[1] == "steps" || m[3] == "steps":
		if other := s.job.step(m[2] + m[4]); other != nil && other != s {
			if does, _ := other.checks(); does {
				return actor
			}
			return gatedBy(other.cond, event)
		}
	case m[1] == "needs" || m[3] == "needs":
		if j := s.job.file.job(m[2] + m[4]); j != nil {
			return j.vouches(event, true)
		}
	}
	return nobody
}

func gatedBy(c condition, event string) who {
	trusted, reached := c.gates(event, func(atom) who { return nobody })
	if !reached {
		return nobody
	}
	return trusted
}

// vouches are the people for whom it stands that the job ran: through its own
// condition, or since it looks them up. asked says that its outputs are looked
// at, so that it need not fail.
func (j *job) vouches(event string, asked bool) who {
	trusted := gatedBy(j.cond, event)
	for _, s := range j.steps {
		if does, alone := s.checks(); does && (alone || asked) {
			trusted |= actor
		}
	}
	return trusted
}

// refusal is a condition that an earlier check of rights said no, and giveUp a
// script that ends the job for it.
var (
	refusal = regexp.MustCompile(`(?i)^\s*(?:\$\{\{)?\s*(?:!\s*steps\.([\w-]+)\.outputs\.[\w-]+|steps\.([\w-]+)\.outputs\.[\w-]+\s*(?:==\s*'false'|!=\s*'(?:true|write|admin)'))\s*(?:\}\})?\s*$`)
	giveUp  = regexp.MustCompile(`\bexit\s+[1-9]`)
)

// refuses says whether a step ends the job where a look-up of rights before it
// had a bad answer.
func (s *step) refuses() bool {
	m := refusal.FindStringSubmatch(s.cond.text)
	if m == nil || !giveUp.MatchString(s.run) {
		return false
	}
	check := s.job.step(m[1] + m[2])
	if check == nil {
		return false
	}
	does, _ := check.checks()
	return does
}

// stopped are the people for whom it stands that the step was not stopped: by
// an earlier step of its job that fails, or by a job it needs.
func (s *step) stopped(event string) who {
	trusted := nobody
	for _, other := range s.before() {
		if _, alone := other.checks(); alone && other.cond.branches[0] == nil {
			trusted |= actor
		}
		if other.refuses() {
			trusted |= actor
		}
	}
	if strings.Contains(s.job.cond.text, "always()") || strings.Contains(s.job.cond.text, "!cancelled()") || strings.Contains(s.job.cond.text, "failure()") {
		return trusted
	}
	seen := map[string]bool{}
	for queue := slices.Clone(s.job.needs); len(queue) > 0 && len(seen) < maxJobs; {
		id := queue[0]
		queue = queue[1:]
		j := s.job.file.job(id)
		if j == nil || seen[j.id] {
			continue
		}
		seen[j.id] = true
		trusted |= j.vouches(event, false)
		queue = append(queue, j.needs...)
	}
	return trusted
}
