package policy

import (
	"fmt"
	"maps"
	"slices"
)

// Tighten is the policy with a repository's own on top, for findings of that
// repository only: it may raise actions (off < note < warn < block) and add
// owners. What it would lower stays as it is and is told in the notices, one
// line each, in order of rule ids. A nil repo changes nothing.
func (p *Policy) Tighten(repo *Policy) (*Policy, []string) {
	if repo == nil {
		return p, nil
	}
	t := *p
	t.Owners = slices.Concat(p.Owners, repo.Owners)
	t.raised = maps.Clone(p.raised)
	if t.raised == nil {
		t.raised = map[string]Action{}
	}
	notices := slices.Clone(repo.Notices)
	for _, rule := range slices.Sorted(maps.Keys(repo.Rules)) {
		a := repo.Rules[rule]
		if t.raised[rule].Below(a) {
			t.raised[rule] = a
		}
		if most := p.most(rule); a.Below(most) {
			notices = append(notices, fmt.Sprintf(
				"%s: %q for %s counts only where it raises: the organisation's policy may go up to %q", repo.Name, a, rule, most))
		}
	}
	return &t, notices
}

// most is the strongest action that findings of a rule may get.
func (p *Policy) most(rule string) Action {
	if a, ok := p.Rules[rule]; ok {
		return a
	}
	_, blocks := blocking[rule]
	switch {
	case blocks || withCredential[rule]:
		return Block
	case noted[rule]:
		return Note
	default:
		return Warn
	}
}
