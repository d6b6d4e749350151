package checkrun

import (
	"cmp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// text is a section for each finding, then what the change brings in and what
// was not read.
func (v *verdict) text(rules Rules, limit int) string {
	return page(limit, []block{v.sections(rules), v.inventory(), v.skips()})
}

func (v *verdict) sections(rules Rules) block {
	names := v.names()
	reasons, keys := map[string]int{}, map[string]int{} // where each stands first
	for i := range v.items {
		it := &v.items[i]
		if _, ok := reasons[it.Rule]; !ok && !it.rotated {
			reasons[it.Rule] = i
		}
		if it.secret {
			if _, ok := keys[it.key()]; !ok {
				keys[it.key()] = i
			}
		}
	}
	rotatable := map[string]bool{}
	for _, h := range v.rotatable() {
		rotatable[h] = true
	}
	return block{
		rank: first, n: len(v.items), one: "finding", many: "findings",
		item: func(i int) string {
			it := &v.items[i]
			s := section{item: it, i: i, rule: rules[it.Rule], reasons: reasons[it.Rule], integration: it.of(names), same: i}
			if it.secret {
				s.same = keys[it.key()]
				s.button = rotatable[it.Credential.Hash]
			}
			return s.String()
		},
		briefOpening: "### Further findings\n\n", briefClosing: "\n",
		brief: func(i int) string {
			it := &v.items[i]
			return "- No. " + report.Number(i+1) + " " + it.does() + ": " + code(it.Rule) + " at " + place(it.Path, it.Region.Line) + "\n"
		},
	}
}

// section tells of one finding: what, where, why it matters, how to fix it.
type section struct {
	*item
	i           int
	rule        *scanners.Rule // nil if unknown
	reasons     int            // index of the section that tells why the rule matters
	same        int            // index of the first section about the same credential
	integration string
	button      bool // the button Rotated clears it
}

func (s *section) String() string {
	var b strings.Builder
	b.WriteString("### " + report.Number(s.i+1) + ". " + s.verb() + ": " + place(s.Path, s.Region.Line) + "\n\n")
	if what := sentence(s.Message); what != "" {
		b.WriteString(what)
		if s.same != s.i {
			b.WriteString(" It is the same key as in no. " + report.Number(s.same+1) + ".")
		}
		b.WriteString("\n\n")
	}
	if e := s.Excerpt; e.Line > 0 && strings.TrimSpace(e.Text) != "" {
		b.WriteString(fenced(strings.TrimSpace(e.Text)))
	}
	b.WriteString(s.leak())
	if !s.rotated && s.reasons == s.i && s.rule != nil && s.rule.Why != "" {
		b.WriteString("**Why it matters.** " + prose(report.Prose(s.rule.Why)) + "\n\n")
	}
	fix := s.Fix
	if len(fix) == 0 && s.rule != nil {
		fix = report.Prose(s.rule.Fix)
	}
	if how := prose(fix); how != "" && !(s.rotated && s.Gone) {
		b.WriteString("**How to fix it.** " + how + "\n\n")
	}
	b.WriteString(s.facts() + "\n\n")
	return b.String()
}

func (it *item) verb() string {
	switch {
	case it.rotated:
		return "Rotated"
	case it.action == policy.Block:
		return "Blocks"
	case it.action == policy.Warn:
		return "Warning"
	}
	return "Note"
}

// leak says how a credential stands that is rotated or no longer in the files.
func (s *section) leak() string {
	switch {
	case s.rotated:
		return "**Confirmed as revoked and replaced**, so it does not block any more.\n\n"
	case !s.Gone || !s.secret:
		return ""
	}
	out := "**Leaked, although it is gone from this file.** It was added"
	if c := s.Origin.Commit; c != "" {
		out += " by commit " + commit(c)
	}
	out += " and removed again; the history of the branch still holds it. Drop that commit and force-push"
	if s.button {
		out += ", or revoke the key and press **Rotated**"
	}
	return out + ".\n\n"
}

// facts is the small print of a finding.
func (s *section) facts() string {
	parts := []string{"Rule " + code(s.Rule), s.Severity.String()}
	if s.Confidence != credential.High {
		parts = append(parts, report.Confidence(s.Confidence)+" confidence")
	}
	if s.integration != "" {
		parts = append(parts, "integration "+code(s.integration))
	}
	if s.Client != "" {
		parts = append(parts, "client "+code(s.Client))
	}
	if c := s.Origin.Commit; c != "" && (s.rotated || !s.Gone) {
		parts = append(parts, "added by "+commit(c))
	}
	switch {
	case s.rule == nil || s.rotated:
	case s.reasons != s.i:
		parts = append(parts, "why it matters: no. "+report.Number(s.reasons+1))
	default:
		for _, d := range s.rule.Docs {
			if strings.HasPrefix(d, "https://") && !strings.ContainsAny(d, "<> \n") {
				parts = append(parts, "read on: <"+d+">")
			}
		}
	}
	return strings.Join(parts, " · ")
}

// inventory is what the change brings in.
func (v *verdict) inventory() block {
	list := slices.Clone(v.Integrations)
	slices.SortStableFunc(list, func(a, b scan.Integration) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return block{
		rank: second, n: len(list), one: "integration", many: "integrations",
		opening: "### What this change connects\n\n| Integration | Kind | Known as | Where | Runs | Client |\n|---|---|---|---|---|---|\n",
		closing: "\n",
		item:    func(i int) string { return integration(&list[i]) },
	}
}

const maxPlaces = 4 // of one integration

func integration(in *scan.Integration) string {
	name, kind, known := code(cmp.Or(in.Name, in.ID)), ours(report.KindName(in.Kind)), ours(string(in.Reputation))
	if len(in.Sightings) == 0 {
		return report.Row(name, kind, known, "", "", "")
	}
	var b strings.Builder
	for i := range in.Sightings {
		if i == maxPlaces {
			b.WriteString(report.Row("", "", "", "and "+report.Plural(len(in.Sightings)-i, "more place", "more places"), "", ""))
			break
		}
		s := &in.Sightings[i]
		client := code(s.Client)
		if s.Disabled {
			client += " (disabled)"
		}
		if s.Template {
			client += " (template)"
		}
		b.WriteString(report.Row(name, kind, known, place(s.Path, s.Region.Line), code(report.Launch(s)), strings.TrimSpace(client)))
		name, kind, known = "", "", ""
	}
	return b.String()
}

// skips are the paths that were not read and that the summary does not list.
func (v *verdict) skips() block {
	unread := v.unread()
	told := map[scan.Skip]bool{}
	for _, s := range unread {
		told[scan.Skip{Path: s.Path, Reason: s.Reason}] = true
	}
	list := slices.Clone(unread[min(len(unread), maxUnread):])
	for _, s := range v.Coverage.Skipped {
		if !told[scan.Skip{Path: s.Path, Reason: s.Reason}] {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b scan.Skip) int {
		if a.Incomplete != b.Incomplete {
			return map[bool]int{true: -1, false: 1}[a.Incomplete]
		}
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Reason, b.Reason))
	})
	return block{
		rank: third, n: len(list), one: "skipped file", many: "skipped files",
		opening: "<details><summary>Skipped files</summary>\n\n", closing: "\n</details>\n",
		item: func(i int) string { return skipped(&list[i]) },
	}
}
