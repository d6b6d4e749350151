package markdown

import (
	"cmp"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// head writes the verdict and the coverage behind it.
func (p *page) head(r *scan.Report) {
	if !p.add("## Castellan: "+report.Verdict(r)+"\n\n", 0) {
		p.empty = true
		return
	}
	if t := report.Count(r); t.Findings > 0 {
		line := "**" + t.String() + "**."
		if t.Credentials > 0 {
			line += " Revoke " + report.Plural(t.Credentials, "credential", "credentials") + " first: deleting a line does not undo the leak."
		}
		p.add(line+"\n\n", 0)
	}
	p.rows("", "\n", len(r.Targets), func(i int) string { return p.target(&r.Targets[i]) }, "target", "targets")
	if s := report.Hidden(r); s != "" {
		p.add(s+"\n\n", 0)
	}
	p.rows("", "\n", len(r.Notices), func(i int) string { return "- " + code(r.Notices[i], maxDetail) + "\n" }, "notice", "notices")
}

// target is a list item: what was scanned and what was not read.
func (p *page) target(t *scan.Target) string {
	if why := report.Failure(t); why != "" {
		return "- **Not scanned** " + code(t.Name, maxDetail) + ": " + code(why, maxDetail) + "\n"
	}
	var b strings.Builder
	mode := scanners.Say(report.ModeName(t, ""))
	if t.Mode == scan.ModeRange && p.revs != "" {
		mode = scanners.Say("range ", p.revs, " at "+report.ShortCommit(t.Commit))
	}
	b.WriteString("- Scanned " + code(t.Name, maxDetail) + " (" + prose(mode, maxDetail) + "): " + report.Coverage(&t.Coverage) + ".\n")
	shown, most := 0, report.Most(len(t.Coverage.Skipped), maxSkips)
	for _, incomplete := range []bool{true, false} {
		for _, s := range t.Coverage.Skipped {
			if s.Incomplete != incomplete || shown == most {
				continue
			}
			shown++
			word := "skipped "
			if incomplete {
				word = "**not read** "
			}
			b.WriteString("  - " + word + code(s.Path, maxDetail) + ": " + code(s.Reason, maxDetail) + "\n")
		}
	}
	if n := len(t.Coverage.Skipped) - shown; n > 0 {
		b.WriteString("  - and " + report.Number(n) + " more\n")
	}
	return b.String()
}

// findings writes the table of findings, worst first.
func (p *page) findings(list []*scan.Finding, names map[string]string, targets bool) {
	if p.empty {
		return
	}
	const opening = "### Findings\n\n| Severity | Rule | Where | What | Fix |\n|---|---|---|---|---|\n"
	p.rows(opening, "\n", len(list), func(i int) string {
		f := list[i]
		severity := f.Severity.String()
		if f.Action == policy.Block {
			severity = "**" + severity + "**, blocks"
		}
		where := code(place(f), maxCell)
		if targets {
			where += " in " + code(f.Target, maxCell)
		}
		if name := names[f.Integration]; name != "" {
			where += " (" + code(name, maxCell) + ")"
		}
		return report.Row(severity, code(f.Rule, maxCell), where, prose(f.Message, maxCell), prose(f.Fix, maxCell))
	}, "finding", "findings")
}

// place is path:line, the path cut on the right so that the line stays.
func place(f *scan.Finding) string {
	return report.Location(report.Clip(report.Visible(report.Clip(f.Path, maxCell)), maxCell-24), f.Region.Line, 0)
}

// inventory writes the integrations without findings.
func (p *page) inventory(list []*scan.Integration, others bool) {
	if p.empty {
		return
	}
	opening := "### Integrations"
	if others {
		opening += " without findings"
	}
	opening += "\n\n| Name | Kind | Where | Runs | Client |\n|---|---|---|---|---|\n"
	p.rows(opening, "\n", len(list), func(i int) string { return integration(list[i]) }, "integration", "integrations")
}

const maxPlaces = 4 // of one integration

// integration is a row for each of the first places of an integration.
func integration(in *scan.Integration) string {
	var b strings.Builder
	name, kind := code(cmp.Or(in.Name, in.ID), maxCell), prose(scanners.Say(report.KindName(in.Kind)), maxCell)
	if len(in.Sightings) == 0 {
		return report.Row(name, kind, "", "", "")
	}
	most := report.Most(len(in.Sightings), maxPlaces)
	for i := range in.Sightings {
		s := &in.Sightings[i]
		if i == most {
			b.WriteString(report.Row("", "", "and "+report.Plural(len(in.Sightings)-i, "more place", "more places"), "", ""))
			break
		}
		client := code(s.Client, maxCell)
		for _, m := range []struct {
			set  bool
			word string
		}{{s.Disabled, "disabled"}, {s.Template, "template"}} {
			if m.set {
				client = strings.TrimPrefix(client+", "+m.word, ", ")
			}
		}
		path := report.Clip(report.Visible(report.Clip(s.Path, maxCell)), maxCell-24)
		b.WriteString(report.Row(name, kind, code(report.Location(path, s.Region.Line, 0), maxCell), code(report.Launch(s), maxCell), client))
		name, kind = "", ""
	}
	return b.String()
}

// details writes, for each rule in order of danger, why it matters and what else
// is known of its findings.
func (p *page) details(list []*scan.Finding, rules map[string]*scanners.Rule) {
	if p.empty {
		return
	}
	order, by := []string{}, map[string][]*scan.Finding{}
	for _, f := range list {
		if by[f.Rule] == nil {
			order = append(order, f.Rule)
		}
		by[f.Rule] = append(by[f.Rule], f)
	}
	const opening = "<details><summary>Why, and where it comes from</summary>\n\n"
	p.rows(opening, "</details>\n", len(order), func(i int) string {
		return detail(order[i], rules[order[i]], by[order[i]])
	}, "rule's details", "rules' details")
}

const maxListed = 20 // findings of one rule in its details

func detail(id string, rule *scanners.Rule, findings []*scan.Finding) string {
	var b strings.Builder
	b.WriteString("#### " + code(id, maxDetail) + "\n\n")
	if rule != nil {
		if rule.Why != "" {
			b.WriteString(prose(report.Prose(rule.Why), maxDetail) + "\n\n")
		}
		for _, d := range rule.Docs {
			if strings.HasPrefix(d, "https://") && !strings.ContainsAny(d, "<> \n") {
				b.WriteString("Read on: <" + d + ">\n\n")
			}
		}
	}
	most := report.Most(len(findings), maxListed)
	for i, f := range findings {
		if i == most {
			b.WriteString("- and " + report.Number(len(findings)-i) + " more\n")
			break
		}
		b.WriteString("- " + code(place(f), maxDetail) + facts(f) + "\n")
	}
	return b.String() + "\n"
}

// facts is what is known of a finding beyond the table: excerpt, origin, marks.
func facts(f *scan.Finding) string {
	var parts []string
	if f.Confidence != credential.High {
		parts = append(parts, report.Confidence(f.Confidence)+" confidence")
	}
	if o := f.Origin; o.Commit != "" {
		s := "introduced in " + code(report.ShortCommit(o.Commit), maxDetail)
		if o.Author != "" {
			s += " by " + code(o.Author, maxDetail)
		}
		if !o.Time.IsZero() {
			s += ", " + o.Time.UTC().Format("2006-01-02")
		}
		parts = append(parts, s)
	}
	switch secret := f.Credential != nil && !f.Credential.Publishable; {
	case f.Gone && secret:
		parts = append(parts, "no longer in the tip: rotate it all the same")
	case f.Gone:
		parts = append(parts, "no longer in the tip")
	}
	if f.Local {
		parts = append(parts, "local only")
	}
	out := ""
	if len(parts) > 0 {
		out = ": " + strings.Join(parts, "; ")
	}
	if e := f.Excerpt; e.Line > 0 && e.Text != "" {
		out += "\n  " + code(strings.TrimSpace(e.Text), maxDetail)
	}
	return out
}
