package checkrun

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
)

// todo is what to do about what blocks, in order.
func (v *verdict) todo() string {
	if v.blocked() == 0 {
		return ""
	}
	var steps []string
	if len(v.keys) > 0 {
		steps = v.rotation()
	}
	if v.others > 0 {
		steps = append(steps, "Repair what else blocks; the details below say how.")
	}
	var b strings.Builder
	b.WriteString("### What to do first\n\n")
	for i, s := range steps {
		b.WriteString(strconv.Itoa(i+1) + ". " + s + "\n")
	}
	b.WriteString("\nThe next push is judged by itself.\n\n")
	return b.String()
}

// rotation is the way out of a leak.
func (v *verdict) rotation() []string {
	present, gone := 0, 0
	for _, g := range v.keys {
		if g {
			gone++
		} else {
			present++
		}
	}
	it, its, one := "it", "It", "a new one"
	if len(v.keys) > 1 {
		it, its, one = "them", "They", "new ones"
	}
	steps := []string{"**Revoke " + v.leaked() + " and issue " + one + ".** Whoever can read this repository may have " + it +
		"; neither a further commit nor closing the pull request takes that back."}
	if v.kind() == Push {
		return append(steps, "Replace "+it+" in the files as the details below say, for each client.")
	}
	if present > 0 {
		steps = append(steps, "Keep the new value out of the file: the details below say how, for each client.")
	}
	out := "Take " + it + " out of the branch's history: " + v.rewrite() + "."
	if present == 0 {
		out += " " + its + " no longer stand" + map[bool]string{true: "s"}[len(v.keys) == 1] + " in the files, yet everyone who fetches this branch gets " + it + "."
	}
	steps = append(steps, out)
	if slices.ContainsFunc(v.Comparisons, func(c Comparison) bool { return c.Kind == PullRequest }) {
		button := "Or, if the history has to stay: "
		if present > 0 {
			button += "remove " + it + " with a further commit and press **Rotated**, which this check then offers."
		} else {
			button += "once revoked, press **Rotated** at the top of this page."
		}
		steps = append(steps, button+" That needs write access, goes for this pull request only, and is recorded.")
	}
	return steps
}

// leaked names the keys that block by their providers.
func (v *verdict) leaked() string {
	by := map[string]map[string]bool{}
	for i := range v.items {
		if it := &v.items[i]; it.secret && it.action == policy.Block {
			p := it.Credential.Provider
			if by[p] == nil {
				by[p] = map[string]bool{}
			}
			by[p][it.key()] = true
		}
	}
	providers := slices.Sorted(maps.Keys(by))
	if len(v.keys) == 1 {
		if p := providers[0]; p != "" {
			return "the leaked key at " + ours(p)
		}
		return "the leaked key where it was issued"
	}
	const shown = 8
	var parts []string
	rest := len(v.keys)
	for _, p := range providers {
		if p == "" || len(parts) == shown {
			continue
		}
		rest -= len(by[p])
		parts = append(parts, report.Number(len(by[p]))+" at "+ours(p))
	}
	if rest > 0 && len(parts) > 0 {
		parts = append(parts, report.Number(rest)+" elsewhere")
	}
	s := "the " + report.Number(len(v.keys)) + " leaked keys"
	if len(parts) > 0 {
		s += " (" + list(parts) + ")"
	}
	return s
}

// rewrite names the commits that brought the keys in.
func (v *verdict) rewrite() string {
	const shown = 5
	seen := map[string]bool{}
	var names []string
	for i := range v.items {
		it := &v.items[i]
		if c := it.Origin.Commit; it.secret && it.action == policy.Block && c != "" && !seen[c] {
			seen[c] = true
			if len(names) < shown {
				names = append(names, commit(c))
			}
		}
	}
	more := ""
	if n := len(seen) - len(names); n > 0 {
		names = append(names, report.Number(n)+" more")
	}
	what := "amend or drop the commit that added it"
	switch {
	case len(names) == 1:
		what = "amend or drop commit " + names[0]
	case len(names) > 1:
		what = "amend or drop commits " + list(names)
	case len(v.keys) > 1:
		what = "amend or drop the commits that added them"
	}
	return what + more + cmp.Or(v.onto(), " with an interactive rebase") + " and push with `--force-with-lease`"
}

// onto is the command that reaches the commits, if there is one base to rebase on.
func (v *verdict) onto() string {
	if len(v.Comparisons) != 1 || v.Comparisons[0].BaseSHA == "" {
		return ""
	}
	return " (" + code("git rebase -i "+report.ShortCommit(v.Comparisons[0].BaseSHA)) + ")"
}
