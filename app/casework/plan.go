package casework

import (
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// planner is one run of Plan.
type planner struct {
	c       Case
	obs     *Observation
	live    *Live
	ctx     *Context
	actions []Action

	index      map[string]int // Findings by Key
	overflowed bool           // the stored case had more findings than it tracks
	pending    bool           // our reopening is planned and not done yet
	late       bool           // a close of ours that we no longer want was done after all
}

// Plan says what is to be done about a case, and what of it is to be stored
// first. obs is nil if nothing was scanned. live is nil if there is no issue yet
// or it was not read: nothing is planned against an issue that was not read.
// The same observation may be given again.
func Plan(stored Case, obs *Observation, live *Live, ctx *Context) ([]Action, Case) {
	p := &planner{c: stored, obs: obs, live: live, ctx: ctx, overflowed: stored.Untracked > 0}
	p.c.Findings = slices.Clone(stored.Findings)
	p.c.Asked = slices.Clone(stored.Asked)
	p.c.Mentioned = slices.Clone(stored.Mentioned)
	p.c.Answered = slices.Clone(stored.Answered)
	if p.c.State == "" {
		p.c.State = Planned
	}
	if !p.c.Wake.After(ctx.Now) {
		p.c.Wake = time.Time{}
	}
	p.follow()
	p.gather()
	if !p.mirror() {
		p.observe()
		p.c.Rolled = p.c.Rolled && p.due() != Closed
	}
	p.classify()
	p.remind()
	making := p.c.State != Planned && p.c.State != Closed && p.c.Issue.Number == 0
	switch p.c.State {
	case Planned:
		p.open()
	case Closed:
		p.closed()
	default:
		p.work()
	}
	if making && p.c.State != Closed {
		p.say() // with what is known now, if it was not made yet
	}
	p.express()
	if p.c.Rolled {
		p.c.Wake = time.Time{} // the roll-up's to know
	}
	return p.actions, p.c
}

// wake has the case looked at again at a time, or before it.
func (p *planner) wake(at time.Time) {
	if p.c.Wake.IsZero() || at.Before(p.c.Wake) {
		p.c.Wake = at
	}
}

// remind wakes the case when a waiver ends, as no event tells of that.
func (p *planner) remind() {
	for i := range p.c.Findings {
		if t := &p.c.Findings[i]; t.Status == Waived {
			if end := p.ctx.Policy.WaiverEnds(t.Finding.Rule, p.ctx.Now); !end.IsZero() {
				p.wake(end)
			}
		}
	}
}

// classify keeps in mind that the case holds what no public place may tell.
func (p *planner) classify() {
	for i := range p.c.Findings {
		t := &p.c.Findings[i]
		if t.Finding.Credential != nil || t.Finding.Gone || grant(t.Finding.Rule) {
			p.c.Sensitive = true
		}
	}
}

// grant says whether a rule is about what an app or token may do.
func grant(rule string) bool { return strings.HasPrefix(rule, "ai-grant-") }

// pursues says whether a finding counts now.
func (p *planner) pursues(t *Tracked) bool {
	return t.outstanding() && (!t.Backlog || p.ctx.Published)
}

// pursued is what somebody has to act upon.
func (p *planner) pursued() []*Tracked {
	var all []*Tracked
	for i := range p.c.Findings {
		if t := &p.c.Findings[i]; p.pursues(t) {
			all = append(all, t)
		}
	}
	return all
}

// due is the state that the findings call for: Open, Rotation, or Closed.
func (p *planner) due() State {
	s := Closed
	for _, t := range p.pursued() {
		if t.Status != Leaked {
			return Open
		}
		s = Rotation
	}
	return s
}

// open opens a planned case if its time has come. One that is rolled up gets no
// issue before it has left the roll-up, even if there is room by then.
func (p *planner) open() {
	if p.c.Rolled {
		return
	}
	need := p.due()
	if need == Closed {
		p.c.Reason = ""
		if p.backlog() > 0 {
			p.c.Reason = "found before Castellan watched: waits until the backlog is published"
		}
		return
	}
	if why := p.unpursued(); why != "" {
		p.c.Reason = why
		return
	}
	target, why := p.target()
	if why != "" {
		p.c.Reason = why
		return
	}
	if why := p.crowded(); why != "" {
		p.c.Rolled, p.c.Reason = true, why
		return
	}
	asked, why := p.capped()
	if why != "" {
		p.c.Reason = why
		p.wake(p.ctx.Now.Add(time.Hour))
		return
	}
	p.c.State, p.c.Reason = need, ""
	if p.c.Opened.IsZero() {
		p.c.Opened = p.ctx.Now
	}
	p.create(target, asked)
}

// create plans the issue; it is assigned after it was made.
func (p *planner) create(target string, asked []string) {
	p.c.Issue = Issue{Repository: target, Generation: p.c.Issue.Generation + 1}
	p.live = nil // it shows another issue
	p.c.Mentioned = names(p.ctx.Owner.Mentions)
	p.c.Asked = nil
	p.say()
	p.assign(asked)
}

func (p *planner) say() {
	title, body, labels := Render(p.view(maxBody))
	p.c.Issue.Title = title
	p.add(Action{Kind: Create, Title: title, Body: body, Labels: labels, Why: "open the case"})
}

func (p *planner) assign(logins []string) {
	if len(logins) == 0 {
		return
	}
	p.c.Asked = append(p.c.Asked, logins...)
	p.add(Action{Kind: Assign, Assignees: logins, Why: "ask who answers"}, sum(logins...))
}

func (p *planner) backlog() int {
	n := 0
	for i := range p.c.Findings {
		if t := &p.c.Findings[i]; t.outstanding() && !p.pursues(t) {
			n++
		}
	}
	return n
}

// work moves an open case on.
func (p *planner) work() {
	if why := p.unpursued(); why != "" {
		p.c.Reason = why
		return
	}
	p.c.Reason = ""
	need := p.due()
	if need != Closed {
		if need == Rotation && p.c.State == Open && p.reachable() {
			p.add(Action{Kind: Label, Labels: []string{LabelRotation}, Why: "removed, rotation to confirm"}, p.c.Cycle)
		}
		p.c.Held = false
		p.c.State = need
		return
	}
	if p.pending {
		return
	}
	if p.c.Held {
		p.c.State = Open
		return
	}
	kind, reason := Accepted, "not_planned"
	for i := range p.c.Findings {
		if s := p.c.Findings[i].Status; s == Fixed || s == Rotated {
			kind, reason = Resolved, "completed"
		}
	}
	p.c.State = Closed
	p.c.Closure = Closure{Kind: kind, At: p.ctx.Now, Commit: p.c.Seen.Commit}
	p.closeIssue(reason)
}

func (p *planner) closeIssue(reason string) {
	if p.reachable() {
		p.add(Action{Kind: Close, StateReason: reason, Why: "nothing is left to do"}, p.c.Closure.At)
	}
}

// reachable says whether writes to the issue may be planned: it was read, or
// its creation is under way.
func (p *planner) reachable() bool {
	return p.c.Issue.Generation > 0 && (p.live != nil && !p.live.Gone || p.c.Issue.Number == 0)
}

// express brings what the issue says in line with the case.
func (p *planner) express() {
	if p.live == nil || p.live.Gone || p.c.Issue.Number == 0 || p.readOnly() {
		return
	}
	if p.exposed() {
		p.move()
		return
	}
	p.write()
	if p.c.State == Closed || p.pending {
		return
	}
	var logins []string
	if len(p.live.Assignees) == 0 || len(p.c.Asked) == 0 {
		known := slices.Concat(p.c.Asked, p.live.Assignees)
		for _, person := range p.ctx.Owner.Assignees {
			if !slices.ContainsFunc(known, equal(person.Name)) {
				logins = append(logins, person.Name)
			}
		}
	}
	p.assign(logins)
}

// write plans the new title and body if they differ from what is there. A title
// that a person chose stays.
func (p *planner) write() {
	title, body, ok := p.desired()
	if !ok {
		p.c.Reason = "the text that people wrote leaves no room in the issue"
		return
	}
	a := Action{Kind: Update, Why: "say where the case stands"}
	if title != p.live.Title && p.live.Title == p.c.Issue.Title {
		a.Title = title
		p.c.Issue.Title = title
	}
	if !same(body, p.live.Body) {
		a.Body = body
	}
	if a.Title != "" || a.Body != "" {
		p.add(a, sum(a.Title, a.Body), p.live.UpdatedAt)
	}
}

// desired is the title and the whole body with what people wrote around ours.
func (p *planner) desired() (title, body string, ok bool) {
	room := maxBody - outside(p.live.Body, p.c.ID)
	if room < minBody {
		return "", "", false
	}
	title, ours, _ := Render(p.view(room))
	return title, Merge(p.live.Body, ours, p.c.ID), true
}

func (p *planner) view(room int) *View {
	v := &View{
		Case: &p.c, Owner: &p.ctx.Owner, Rules: p.ctx.Rules, Bytes: room, Backlog: p.backlog(), Public: p.visibility() == public,
		Cap: p.ctx.Policy.Caps.IssuesPerRepository,
	}
	for _, t := range p.pursued() {
		v.Outstanding = append(v.Outstanding, *t)
	}
	slices.SortStableFunc(v.Outstanding, func(a, b Tracked) int { return scan.Compare(&a.Finding, &b.Finding) })
	if sla := p.ctx.Policy.SLA[worst(v.Outstanding)]; sla > 0 && len(v.Outstanding) > 0 {
		v.Due = p.c.Opened.Add(sla)
	}
	return v
}

func worst(all []Tracked) scanners.Severity {
	w := scanners.Info
	for i := range all {
		w = max(w, all[i].Finding.Severity)
	}
	return w
}
