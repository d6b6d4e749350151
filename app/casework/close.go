package casework

import (
	"cmp"
	"slices"
	"time"
)

// follow takes what people did to the issue into the case.
func (p *planner) follow() {
	l := p.live
	if l == nil || p.c.Issue.Number == 0 {
		return
	}
	if l.Gone {
		p.gone()
		return
	}
	if l.Repository != "" {
		p.c.Issue.Repository, p.c.Issue.Number = l.Repository, l.Number
	}
	switch open := l.State == "open"; {
	case open && p.c.State == Closed && p.c.Closure.Confirmed:
		// A person reopened it. It is theirs until something is found again.
		p.c.State, p.c.Held, p.c.Closure = Open, true, Closure{}
		p.c.Cycle++
	case open:
	case p.c.State != Closed && !l.ClosedAt.Equal(p.c.Closure.Shown):
		p.closedBy(l)
	case p.c.State != Closed:
		p.pending = true
	case p.c.Closure.By != "" && l.ClosedAt.After(p.c.Closure.Shown):
		p.closedAgain(l)
	default:
		p.c.Closure.Confirmed, p.c.Closure.Shown = true, l.ClosedAt
	}
}

// gone is an issue that was deleted. That is a decision of whoever did it, as
// closing is: only newer evidence makes another one. If issues were disabled it
// is none, and the case goes on elsewhere.
func (p *planner) gone() {
	r := &p.ctx.Repository
	disabled := !r.HasIssues && equal(r.Name)(p.c.Issue.Repository)
	p.c.Issue, p.c.Held = Issue{Generation: p.c.Issue.Generation}, false
	if disabled && p.c.State != Closed {
		p.c.State = Planned
		return
	}
	if p.c.State != Closed {
		p.c.State = Closed
		p.c.Closure = Closure{Kind: Deleted, At: p.ctx.Now, Commit: p.c.Seen.Commit}
		p.tell()
	}
	p.c.Closure.Confirmed, p.c.Closure.Answered = true, true
}

// closedBy takes a close that we did not plan. People's are decisions; a bot
// can neither confirm a rotation nor accept a risk, and is not fought either.
func (p *planner) closedBy(l *Live) {
	c := Closure{Kind: Completed, By: cmp.Or(l.ClosedBy.Login, "ghost"), At: l.ClosedAt, Shown: l.ClosedAt, Commit: p.c.Seen.Commit, Confirmed: true}
	switch {
	case l.ClosedBy.Us:
		c.By, c.Kind, p.late = "", Resolved, true
	case l.StateReason == "duplicate":
		c.Kind = Duplicate
	case l.StateReason == "not_planned" || l.ClosedBy.Bot:
		c.Kind = Declined
	case p.c.State == Rotation:
		c.Kind = Attested
		p.attest()
	}
	if !p.late {
		p.tell()
	}
	p.c.State, p.c.Closure, p.c.Held = Closed, c, false
}

// closedAgain is a person who reopened and closed before we looked. Whoever was
// asked to confirm a rotation that way has; nobody is answered twice.
func (p *planner) closedAgain(l *Live) {
	old := p.c.Closure
	if old.Kind == Unconfirmed {
		p.c.State = Rotation
	}
	p.c.Cycle++
	p.closedBy(l)
	p.late = false
	p.c.Closure.Answered = old.Answered
}

// tell marks what was known when a person decided.
func (p *planner) tell() {
	for i := range p.c.Findings {
		if t := &p.c.Findings[i]; p.pursues(t) {
			t.Told = true
		}
	}
}

// attest marks the credentials whose rotation was asked for.
func (p *planner) attest() {
	for i := range p.c.Findings {
		if t := &p.c.Findings[i]; t.Status == Leaked && p.pursues(t) {
			t.Status = Rotated
		}
	}
}

// closed looks after a closed case: it answers a person once, and reopens on
// newer evidence only.
func (p *planner) closed() {
	p.c.Reason = ""
	fresh := p.fresh()
	if p.late {
		fresh = p.pursued()
	}
	if len(fresh) > 0 && p.unpursued() == "" {
		p.reopen(fresh)
		return
	}
	c := &p.c.Closure
	if !c.Confirmed {
		// Ours, and not done yet.
		reason := "completed"
		if c.Kind == Accepted {
			reason = "not_planned"
		}
		p.closeIssue(reason)
		return
	}
	if c.Answered || c.By == "" || p.live == nil || p.readOnly() {
		return
	}
	switch c.Kind {
	case Completed:
		p.verify()
	case Declined:
		p.answer(declined(p.pursued(), c))
	}
}

// verify checks once whether what was closed as completed is gone.
func (p *planner) verify() {
	c := &p.c.Closure
	if !p.c.Seen.At.After(c.At) {
		p.add(Action{Kind: Verify, Why: "closed as completed: look once"}, c.At)
		return
	}
	c.Verified = true
	by := map[Status][]*Tracked{}
	for _, t := range p.pursued() {
		by[t.Status] = append(by[t.Status], t)
	}
	switch {
	case len(by[Present]) > 0:
		p.answer(persisting(by[Present], c, p.c.Seen.Commit))
	case len(by[Leaked]) > 0:
		c.Kind = Unconfirmed
		p.answer(unconfirmed(by[Leaked], c))
	default:
		c.Answered = true
	}
}

// answer is the one comment on a close. Whoever closes again for the same reason
// has read it; in public it would tell too much.
func (p *planner) answer(body string) {
	c := &p.c.Closure
	c.Answered = true
	if body != "" && !p.exposed() && !slices.Contains(p.c.Answered, c.Kind) {
		p.c.Answered = append(p.c.Answered, c.Kind)
		p.add(Action{Kind: Comment, Body: body, Why: "answer a close once"}, "closed", p.c.Closure.At)
	}
}

// fresh is the evidence that is newer than the close: what was not known then,
// seen after it on another commit than the last one before it, back because a
// waiver ended, or new to the roll-up.
func (p *planner) fresh() []*Tracked {
	var all []*Tracked
	for _, t := range p.pursued() {
		c := &p.c.Closure
		if t.Status != RuleChanged && !t.Told && t.At.After(c.At) && (t.Lapsed || t.Joined || t.Commit != c.Commit) {
			all = append(all, t)
		}
	}
	return all
}

func (p *planner) reopen(fresh []*Tracked) {
	at := p.c.Closure.Shown
	if p.c.Issue.Number == 0 {
		// The issue was deleted, or never made: another one, by the rules of any.
		if p.c.Closure.Confirmed {
			p.c.State, p.c.Closure, p.c.Mentioned = Planned, Closure{}, nil
			p.open()
			return
		}
		p.c.State, p.c.Closure = p.due(), Closure{}
		return
	}
	if p.live == nil {
		return
	}
	wasClosed := p.c.Closure.Confirmed
	body := reopened(fresh, &p.c.Closure)
	p.c.State, p.c.Held = p.due(), false
	p.c.Closure, p.c.Answered = Closure{}, nil
	if !wasClosed {
		return // our own close is not done yet: GitHub still shows it open
	}
	p.c.Closure.Shown = at
	p.c.Cycle++
	p.pending = true
	if p.readOnly() {
		return
	}
	p.add(Action{Kind: Reopen, StateReason: "reopened", Why: "newer evidence"}, at)
	if !p.exposed() {
		p.add(Action{Kind: Comment, Body: body, Why: "say why it is open again"}, "reopened", at)
	}
}

// day is a date for people.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
