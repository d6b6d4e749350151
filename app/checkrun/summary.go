package checkrun

import (
	"cmp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Ranks of what a page holds.
const (
	first = iota // never left out
	second
	third
)

// summary is what was compared, what to do first, and the findings in a table.
func (v *verdict) summary(limit int) string {
	return page(limit, []block{
		piece(first, v.compared(false), ""),
		piece(first, v.fault(), ""),
		piece(first, v.todo(), ""),
		v.unreadList(),
		v.table(),
		piece(first, v.remarks(), ""),
	})
}

// compared says what was compared with what, and how much of AI it touches.
func (v *verdict) compared(now bool) string {
	judged := "Judged "
	if now {
		judged = "Reading "
	}
	s := judged + cmp.Or(commit(v.Head), "the head")
	const shown = 10
	switch n := len(v.Comparisons); n {
	case 0:
		s += "."
	case 1:
		s += ": " + v.Comparisons[0].words() + "."
	default:
		s += ", the head of " + report.Number(n) + " comparisons; what one of them brings in counts:\n\n"
		for i := range min(n, shown) {
			s += "- " + v.Comparisons[i].words() + "\n"
		}
		if n > shown {
			s += "- and " + report.Number(n-shown) + " more\n"
		}
		s += "\n"
	}
	if now {
		return s + "\n\n"
	}
	if n := len(v.Comparisons); n < 2 {
		s += " "
	}
	switch {
	case v.Touched > 0:
		s += "It touches " + report.Plural(v.Touched, "file of AI", "files of AI") + "."
	case v.Fault == "" && len(v.Incomplete) == 0:
		s += "It touches no file that configures AI."
	}
	return strings.TrimRight(s, " \n") + "\n\n"
}

// words is a comparison in words.
func (c *Comparison) words() string {
	var s, base string
	branch := cmp.Or(code(c.Against), "the base branch")
	switch c.Kind {
	case PullRequest:
		s, base = "pull request "+report.Number(c.PullRequest)+" into "+branch, "their merge base "
	case Push:
		s, base = "what was pushed to "+branch, "what it was before, "
	case MergeGroup:
		s, base = "a merge group for "+branch, "its base "
	default:
		s, base = "this branch, which has no pull request, against "+branch, "their merge base "
	}
	if c.BaseSHA == "" {
		return s + ", with no commit in common, so all of it counts as new"
	}
	return s + ", compared with " + base + commit(c.BaseSHA)
}

// fault says that it is not the developer's.
func (v *verdict) fault() string {
	switch {
	case v.Fault != "":
		return "**Castellan could not finish.** The change is not to blame and there is nothing to do: it tries again by itself, **Re-run** above tries at once. The reason: " +
			code(v.Fault) + ".\n\n"
	case !v.Coverage.Complete && len(v.Incomplete) == 0:
		return "**Not everything could be read**, so this is not a pass. What was not read was there before this change.\n\n"
	}
	return ""
}

// unread are the files that the change made unreadable, in order.
func (v *verdict) unread() []scan.Skip {
	skips := slices.Clone(v.Incomplete)
	slices.SortFunc(skips, func(a, b scan.Skip) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Reason, b.Reason))
	})
	return skips
}

func (v *verdict) unreadList() block {
	skips := v.unread()
	return block{
		rank: second, n: len(skips), one: "unreadable file", many: "unreadable files",
		opening: "### Could not be checked\n\nWhat is in these files is unknown, and an AI client may read them all the same. " +
			"Make each a plain file within the limits, or take it out, and push.\n\n",
		closing: "\n",
		item:    func(i int) string { return skipped(&skips[i]) },
	}
}

func skipped(s *scan.Skip) string {
	return "- " + cmp.Or(code(s.Path), "the root") + ": " + cmp.Or(code(s.Reason), "unknown reason") + "\n"
}

// table is the findings, a row each.
func (v *verdict) table() block {
	names := v.names()
	return block{
		rank: second, n: len(v.items), one: "finding", many: "findings",
		opening: "### Findings\n\n" + v.counts() + "\n\n| No. | Action | Where | Rule | Integration |\n|---|---|---|---|---|\n",
		closing: "\n",
		item: func(i int) string {
			it := &v.items[i]
			where := place(it.Path, it.Region.Line)
			if it.Gone {
				where += ", removed again"
				if it.Origin.Commit != "" {
					where = place(it.Path, it.Region.Line) + " in " + commit(it.Origin.Commit) + ", removed again"
				}
			}
			return row(report.Number(i+1), it.does(), where, code(it.Rule), code(names[it.Integration]))
		},
	}
}

// does is the word for what is done about a finding.
func (it *item) does() string {
	switch {
	case it.rotated:
		return "rotated"
	case it.action == policy.Block:
		return "**blocks**"
	case it.action == policy.Warn:
		return "warns"
	}
	return "note"
}

// counts is "2 block, 1 warns, 3 notes".
func (v *verdict) counts() string {
	blocks, spent := 0, 0
	for i := range v.items {
		switch it := &v.items[i]; {
		case it.rotated:
			spent++
		case it.action == policy.Block:
			blocks++
		}
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{blocks, "blocks", "block"}, {v.warns, "warns", "warn"}, {spent, "is rotated", "are rotated"}, {v.notes, "is a note", "are notes"}} {
		if p.n > 0 {
			parts = append(parts, report.Plural(p.n, p.one, p.many))
		}
	}
	if len(v.items) == 1 {
		return "1 finding " + strings.TrimPrefix(parts[0], "1 ") + "."
	}
	return report.Number(len(v.items)) + " findings: " + list(parts) + "."
}

// names are the names of integrations by id. A finding may belong to one that
// was there before: then its id is its name.
func (v *verdict) names() map[string]string {
	names := map[string]string{}
	for i := range v.items {
		names[v.items[i].Integration] = v.items[i].Integration
	}
	for i := range v.Integrations {
		if in := &v.Integrations[i]; in.Name != "" {
			names[in.ID] = in.Name
		}
	}
	return names
}

// remarks are what else a reader should know.
func (v *verdict) remarks() string {
	var lines []string
	if v.spent > 0 {
		lines = append(lines, report.Plural(v.spent, "key was", "keys were")+" confirmed as revoked and replaced for this pull request: what remains of it does not block.")
	}
	if v.Backlog > 0 {
		is := "are"
		if v.Backlog == 1 {
			is = "is"
		}
		lines = append(lines, report.Plural(v.Backlog, "older finding", "older findings")+" "+is+" tracked elsewhere, not judged here.")
	}
	if c := report.Coverage(&v.Coverage); v.Coverage.Complete || v.Coverage.Files > 0 {
		lines = append(lines, "Read: "+c+".")
	}
	source := "the built-in defaults"
	if v.Policy.Source != "" {
		source = code(v.Policy.Source)
	}
	switch {
	case v.Policy.Problem == "":
		lines = append(lines, "Policy: "+source+".")
	case v.Policy.Source == "":
		lines = append(lines, "Policy: "+source+", because the policy could not be used: "+report.Code(v.Policy.Problem, 2*maxName)+".")
	default:
		lines = append(lines, "Policy: the last good one, "+source+", because the present one could not be used: "+report.Code(v.Policy.Problem, 2*maxName)+".")
	}
	return "- " + strings.Join(lines, "\n- ") + "\n"
}

// ours is a name of the catalogue's.
func ours(s string) string { return prose(scanners.Say(s)) }
