package checkrun

import (
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
	switch {
	case v.others > 0 && len(steps) > 0:
		steps = append(steps, "Repair what else blocks: the details below say how.")
	case v.others > 0:
		steps = append(steps, "Repair what blocks: the details below say how.")
	}
	var b strings.Builder
	b.WriteString("### What to do first\n\n")
	for i, s := range steps {
		b.WriteString(strconv.Itoa(i+1) + ". " + s + "\n")
	}
	switch v.kind() {
	case MergeGroup:
		b.WriteString("\nThen queue the pull request again.\n\n")
	default:
		b.WriteString("\nThe next push is judged by itself.\n\n")
	}
	return b.String()
}

// pronouns are the words for one key or several.
type pronouns struct{ it, its, value string }

func (v *verdict) pronouns() pronouns {
	if len(v.keys) == 1 {
		return pronouns{"it", "It no longer stands", "a new one"}
	}
	return pronouns{"them", "They no longer stand", "new ones"}
}

// rotation is the way out of a leak.
func (v *verdict) rotation() []string {
	p, present := v.pronouns(), len(v.keys)-v.gone()
	revoke := "**Revoke " + v.leaked() + " and issue " + p.value + ".** Whoever can read this repository may have " + p.it + "; "
	if v.kind() == Push {
		return []string{
			revoke + "a further commit does not take that back.",
			"Replace " + p.it + " in the files: the details below say how, for each client.",
		}
	}
	steps := []string{revoke + "neither a further commit nor closing the pull request takes that back."}
	if present > 0 {
		steps = append(steps, "Keep what replaces "+p.it+" out of the files: the details below say how, for each client.")
	}
	whose := "the branch"
	if v.kind() == MergeGroup {
		whose = "the pull request's branch"
	}
	out := "Take " + p.it + " out of the history of " + whose + ": " + v.rewrite() + "."
	if present == 0 {
		out += " " + p.its + " in the files, yet everyone who fetches the branch gets " + p.it + "."
	}
	steps = append(steps, out)
	if v.pulls() == 0 {
		return steps
	}
	const unless = "Or, if the history has to stay: "
	terms := " That needs write access, goes for this pull request only, and is recorded."
	if v.pulls() > 1 {
		terms = " That needs write access, goes for these pull requests only, and is recorded."
	}
	switch n := len(v.rotatable()); {
	case n == 0:
		out = "remove " + p.it + " with a further commit and press **Rotated**, which this check then offers."
	case n < len(v.keys):
		out = "remove them with a further commit. **Rotated** at the top of this page clears those that no file holds any more, once they are revoked."
	case n == 1:
		out = "once it is revoked, press **Rotated** at the top of this page."
	default:
		out = "once they are revoked, press **Rotated** at the top of this page."
	}
	return append(steps, unless+out+terms)
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
	switch {
	case len(parts) == 0:
		return s + " where they were issued"
	case len(providers) == 1:
		return s + " at " + ours(providers[0])
	}
	return s + " (" + report.List(parts) + ")"
}

// rewrite names the commits that brought the keys in, and the command that
// reaches them.
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
	if n := len(seen) - len(names); n > 0 {
		names = append(names, report.Number(n)+" more")
	}
	what := "amend or drop the commits that added " + v.pronouns().it
	switch len(names) {
	case 0:
	case 1:
		what = "amend or drop commit " + names[0]
	default:
		what = "amend or drop commits " + report.List(names)
	}
	with := ""
	if len(v.Comparisons) == 1 && v.kind() != MergeGroup && v.Comparisons[0].BaseSHA != "" {
		with = " (" + code("git rebase -i "+report.ShortCommit(v.Comparisons[0].BaseSHA)) + ")"
	}
	return what + with + " and push with `--force-with-lease`"
}
