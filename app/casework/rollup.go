package casework

import (
	"fmt"
	"slices"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

const (
	// RollUp is the integration that the roll-up issue of a repository counts as: a
	// case that stands for those that get no issue of their own. No scanner gives
	// an id that begins like it.
	RollUp = "castellan:roll-up"
	// KindRollUp is its kind, which is no integration's.
	KindRollUp scanners.Kind = "roll-up"

	mostRolled = 10 // integrations that the roll-up issue lists by name
)

// Holds says whether a roll-up has taken in a case, and tracks its findings for
// it.
func (c *Case) Holds(member *Case) bool {
	return member.Rolled && slices.Contains(c.Rolls, member.Integration)
}

// crowded says why the case gets no issue of its own; "" if it may have one.
func (p *planner) crowded() string {
	most := p.ctx.Policy.Caps.IssuesPerRepository
	if p.c.Kind == KindRollUp || p.ctx.OpenIssues < most {
		return ""
	}
	return fmt.Sprintf("listed in the roll-up issue of the repository: caps.issues_per_repository is %d", most)
}

// gather takes the members' findings into the roll-up, with their history. Those
// of a member it has already are its own to observe, except what the member saw
// by itself since: it had left, and is back.
func (p *planner) gather() {
	if p.c.Kind != KindRollUp {
		return
	}
	before := p.c.Rolls
	p.c.Rolls = nil
	for i := range p.ctx.Members {
		m := &p.ctx.Members[i]
		p.c.Rolls = append(p.c.Rolls, m.Integration)
		had := slices.Contains(before, m.Integration)
		for _, t := range m.Findings {
			switch have := p.find(Key(&t.Finding)); {
			case have == nil && (!had || t.At.After(p.c.Seen.At)):
				t.Joined, t.Told = true, t.Told || p.overflowed
				p.keep(t)
			case have != nil && have.Finding.Integration == t.Finding.Integration && t.At.After(have.At):
				t.Joined = true
				*have = t
			}
		}
	}
	// What has left stays for the record; what of it is outstanding is another
	// case's by now.
	p.c.Findings = slices.DeleteFunc(p.c.Findings, func(t Tracked) bool { return t.outstanding() && !p.tracks(&t) })
	p.index = nil
}

// tracks says whether the case follows a finding: a roll-up does not follow those
// of integrations that have left it.
func (p *planner) tracks(t *Tracked) bool {
	return p.c.Kind != KindRollUp || slices.Contains(p.c.Rolls, t.Finding.Integration)
}

// mirror takes over what became of the case's findings in the roll-up that holds
// it. It leaves the roll-up once nothing of it is outstanding there. What policy
// lowered after a person had closed the roll-up keeps it in: raised again, it
// would open an issue against that decision.
func (p *planner) mirror() bool {
	up := p.ctx.RollUp
	if up == nil || !up.Holds(&p.c) {
		return false
	}
	p.c.Findings, p.c.Rolled = nil, false
	for _, t := range up.Findings {
		if t.Finding.Integration == p.c.Integration {
			t.Joined = false
			p.c.Findings = append(p.c.Findings, t)
			p.c.Rolled = p.c.Rolled || t.outstanding() || t.Status == Lowered && t.Told
		}
	}
	p.c.Untracked, p.c.Seen, p.index = 0, up.Seen, nil
	return true
}

// further is the headline of a roll-up: how many integrations it stands for now
// or, with nothing left to do, stood for, which, and why.
func (v *View) further() (what, why string) {
	ids := integrations(v.Outstanding)
	if len(ids) == 0 {
		ids = integrations(v.Case.Findings)
	}
	shown := make([]string, 0, mostRolled+1)
	for _, id := range ids[:min(len(ids), report.Most(len(ids), mostRolled))] {
		shown = append(shown, short(id))
	}
	if n := len(ids) - len(shown); n > 0 {
		shown = append(shown, report.Number(n)+" more")
	}
	return report.Plural(len(ids), "further integration", "further integrations"),
		"\nThis issue stands for " + report.List(shown) + ", as " + code("caps.issues_per_repository") + " is " + report.Number(v.Cap) + ".\n"
}

// integrations are the ids of those that findings are about, each once.
func integrations(all []Tracked) []string {
	var ids []string
	for i := range all {
		if id := all[i].Finding.Integration; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// of names the integration of a finding where an issue is about several.
func (v *View) of(t *Tracked) string {
	if v.Case.Kind != KindRollUp {
		return ""
	}
	return code(t.Finding.Integration) + ": "
}
