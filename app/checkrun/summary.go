package checkrun

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Ranks of what a page holds.
const (
	first = iota // a few thousand bytes at most
	second
	third
)

// summary is what was compared, what to do first, and the findings in a table.
func (v *verdict) summary(limit int) string {
	return page(limit, []block{
		piece(first, v.compared(false), "comparison"),
		piece(first, v.fault(), "reason"),
		piece(first, v.todo(), "list of steps"),
		v.unreadList(),
		v.table(),
		piece(first, v.remarks(), "remark"),
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
	if len(v.Comparisons) < 2 {
		s += " "
	}
	switch {
	case now:
	case v.Touched > 0:
		s += "It touches " + report.Plural(v.Touched, "AI file", "AI files") + "."
	case v.Fault == "" && v.Coverage.Complete && len(v.Incomplete)+len(v.items) == 0:
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
		s, base = "pull request "+strconv.Itoa(c.PullRequest)+" into "+branch, "their merge base "
	case Push:
		s, base = "what was pushed to "+branch, "what it was before, "
	case MergeGroup:
		s, base = "a merge group for "+branch, "its base "
	default:
		s, base = "this branch, which has no pull request, against "+branch, "their merge base "
	}
	switch {
	case c.BaseSHA == "" && c.Kind == Push:
		return s + ", which held nothing before, so all of it counts as new"
	case c.BaseSHA == "":
		return s + ", with no commit in common, so all of it counts as new"
	}
	return s + ", compared with " + base + commit(c.BaseSHA)
}

// fault says that it is not the developer's.
func (v *verdict) fault() string {
	strict := ""
	if v.blocked() == 0 && len(v.Incomplete) == 0 && v.OnIncomplete == policy.Failure {
		strict = " The policy makes that a failure until then."
	}
	switch {
	case v.Fault != "":
		s := "**Castellan could not finish.** The change is not to blame. "
		if len(v.items)+len(v.Incomplete) > 0 {
			s = "**Castellan could not finish**: what stands here is certain, and there may be more. "
		}
		return s + "It tries again by itself; **Re-run** above tries at once." + strict + " The reason: " + report.Code(v.Fault, 2*maxName) + ".\n\n"
	case !v.Coverage.Complete && len(v.Incomplete) == 0:
		return "**Not everything could be read**, so this is not a pass." + strict + " The details list what was not read.\n\n"
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

// maxUnread is how many unreadable files the summary lists; the text has the rest.
const maxUnread = 20

func (v *verdict) unreadList() block {
	skips := v.unread()
	n, closing := len(skips), "\n"
	if n > maxUnread {
		n, closing = maxUnread, "- and "+report.Number(n-maxUnread)+" more\n\n"
	}
	return block{
		rank: second, n: n, one: "unreadable file", many: "unreadable files",
		opening: "### Could not be checked\n\nWhat is in these files is unknown, and an AI client may read them all the same. " +
			"Make each a plain file within the limits, or take it out, and push.\n\n",
		closing: closing,
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
			if c := it.Origin.Commit; it.Gone && c != "" {
				where += " in " + commit(c)
			}
			if it.Gone {
				where += ", removed again"
			}
			return report.Row(report.Number(i+1), it.does(), where, code(it.Rule), code(it.of(names)))
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
	return report.Number(len(v.items)) + " findings: " + report.List(parts) + "."
}

// of is the name of a finding's integration. One that was there before the
// change is called as its place calls it, else by its id.
func (it *item) of(names map[string]string) string {
	return cmp.Or(names[it.Integration], it.Server, it.Integration)
}

// names are the names of the integrations that the change brings in, by id.
func (v *verdict) names() map[string]string {
	names := map[string]string{}
	for i := range v.Integrations {
		names[v.Integrations[i].ID] = v.Integrations[i].Name
	}
	return names
}

// remarks are what else a reader should know.
func (v *verdict) remarks() string {
	var lines []string
	if v.spent > 0 {
		lines = append(lines, report.Plural(v.spent, "key was", "keys were")+" confirmed as revoked and replaced for this pull request: what is left does not block.")
	}
	if v.Backlog > 0 {
		is := "are"
		if v.Backlog == 1 {
			is = "is"
		}
		lines = append(lines, report.Plural(v.Backlog, "older finding", "older findings")+" "+is+" tracked elsewhere, not judged here.")
	}
	if n := v.unmarked; n > 0 {
		lines = append(lines, report.Plural(n, "finding", "findings")+" in files of this head could not be marked at the line.")
	}
	if c := report.Coverage(&v.Coverage); v.Coverage.Complete || v.Coverage.Files > 0 {
		lines = append(lines, "Coverage: "+c+".")
	}
	if v.NotAssessed != "" {
		lines = append(lines, ours(v.NotAssessed+"."))
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
	return "### About this result\n\n- " + strings.Join(lines, "\n- ") + "\n"
}

// ours is a name of the catalogue's.
func ours(s string) string { return prose(scanners.Say(s)) }
