package checkrun

import (
	"cmp"
	"slices"
	"strings"

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
	told := map[string]int{} // where a rule's reasons stand
	for i := range v.items {
		if _, ok := told[v.items[i].Rule]; !ok {
			told[v.items[i].Rule] = i
		}
	}
	return block{
		rank: first, n: len(v.items), one: "finding", many: "findings",
		item: func(i int) string {
			it := &v.items[i]
			return it.section(i, names[it.Integration], rules[it.Rule], told[it.Rule])
		},
		briefOpening: "### Further findings\n\n",
		brief: func(i int) string {
			it := &v.items[i]
			return "- " + report.Number(i+1) + ". " + it.does() + " " + code(it.Rule) + " at " + place(it.Path, it.Region.Line) + "\n"
		},
	}
}

// section tells of one finding: what, where, why it matters, how to fix it. The
// reasons of a rule are told once, in the section told.
func (it *item) section(i int, integration string, rule *scanners.Rule, told int) string {
	var b strings.Builder
	b.WriteString("### " + report.Number(i+1) + ". " + it.verb() + ": " + place(it.Path, it.Region.Line) + "\n\n")
	if what := sentence(it.Message); what != "" {
		b.WriteString(what + "\n\n")
	}
	if e := it.Excerpt; e.Line > 0 && strings.TrimSpace(e.Text) != "" {
		b.WriteString(fenced(strings.TrimSpace(e.Text)))
	}
	if it.secret {
		b.WriteString(it.leak())
	}
	if rule != nil && rule.Why != "" {
		if told == i {
			b.WriteString("**Why it matters.** " + prose(report.Prose(rule.Why)) + "\n\n")
		} else {
			b.WriteString("**Why it matters.** As in no. " + report.Number(told+1) + ".\n\n")
		}
	}
	fix := it.Fix
	if len(fix) == 0 && rule != nil {
		fix = report.Prose(rule.Fix)
	}
	if s := prose(fix); s != "" {
		b.WriteString("**How to fix it.** " + s + "\n\n")
	}
	b.WriteString(it.facts(integration, rule, told == i) + "\n\n")
	return b.String()
}

func (it *item) verb() string {
	switch it.does() {
	case "**blocks**":
		return "Blocks"
	case "warns":
		return "Warning"
	case "rotated":
		return "Rotated"
	}
	return "Note"
}

// leak says how a credential stands.
func (it *item) leak() string {
	added := ""
	if c := it.Origin.Commit; c != "" {
		added = " by commit " + commit(c)
	}
	switch {
	case it.rotated:
		return "**Confirmed as revoked and replaced**, so it does not block any more.\n\n"
	case it.Gone:
		return "**Leaked, although it is gone from the files.** It was added" + added + " and removed again; the branch still carries it. " +
			"Drop that commit and force-push, or revoke the key and press **Rotated**.\n\n"
	}
	return ""
}

// facts is the small print of a finding.
func (it *item) facts(integration string, rule *scanners.Rule, docs bool) string {
	parts := []string{"Rule " + code(it.Rule), it.Severity.String()}
	if it.Confidence != credential.High {
		parts = append(parts, report.Confidence(it.Confidence)+" confidence")
	}
	if integration != "" {
		parts = append(parts, "integration "+code(integration))
	}
	if it.Client != "" {
		parts = append(parts, "client "+code(it.Client))
	}
	if c := it.Origin.Commit; c != "" && (it.rotated || !it.Gone) {
		parts = append(parts, "added by "+commit(c))
	}
	if docs && rule != nil {
		for _, d := range rule.Docs {
			if strings.HasPrefix(d, "https://") && !strings.ContainsAny(d, "<> \n") {
				parts = append(parts, "see <"+d+">")
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
		return row(name, kind, known, "", "", "")
	}
	var b strings.Builder
	for i := range in.Sightings {
		if i == maxPlaces {
			b.WriteString(row("", "", "", "and "+report.Plural(len(in.Sightings)-i, "more place", "more places"), "", ""))
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
		b.WriteString(row(name, kind, known, place(s.Path, s.Region.Line), code(report.Launch(s)), strings.TrimSpace(client)))
		name, kind, known = "", "", ""
	}
	return b.String()
}

// skips are the paths that were not read for reasons other than the change's.
func (v *verdict) skips() block {
	told := map[scan.Skip]bool{}
	for _, s := range v.Incomplete {
		told[scan.Skip{Path: s.Path, Reason: s.Reason}] = true
	}
	var list []scan.Skip
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
