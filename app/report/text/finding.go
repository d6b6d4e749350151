package text

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

const (
	indent = 2
	body   = indent + 5 // where the text of "Why" and "Fix" begins
)

// group writes an integration and its findings.
func (p *printer) group(g *report.Group) {
	name := clean(g.Name())
	if name == "" {
		name = "No integration"
	}
	p.heading(name)
	if g.Integration != nil {
		p.about(g.Integration)
	}
	for _, f := range g.Findings {
		p.print("\n")
		p.finding(f)
	}
}

// about writes what an integration is, in one line.
func (p *printer) about(in *scan.Integration) {
	t := scanners.Text{{Text: report.KindName(in.Kind)}}
	if in.Reputation != "" && in.Reputation != scanners.Unknown {
		t = append(t, scanners.Span{Text: " · " + string(in.Reputation)})
	}
	if in.Vendor != "" && in.Vendor != in.Name {
		t = append(t, scanners.Span{Text: " · by " + clean(in.Vendor)})
	}
	if len(in.Sightings) > 0 {
		if l := report.Launch(&in.Sightings[0]); l != "" {
			width := min(p.most-indent-2, maxCode)
			t = append(t, scanners.Span{Text: " · "}, scanners.Span{Text: report.Truncate(clean(l), width), Code: true})
		}
	}
	if n := len(in.Sightings); n > 1 {
		t = append(t, scanners.Span{Text: " · in " + report.Plural(n, "place", "places")})
	}
	p.prose("", indent, t)
}

func (p *printer) finding(f *scan.Finding) {
	p.print(repeat(" ", indent), p.paint.severity(f.Severity, strings.ToUpper(f.Severity.String())),
		"  ", p.paint.bold(clean(f.Rule)))
	if f.Action == policy.Block {
		p.print("  ", p.paint.bad("blocks"))
	}
	if f.Confidence != credential.High {
		p.print("  ", p.paint.faint(report.Confidence(f.Confidence)+" confidence"))
	}
	p.print("\n")
	p.prose("", indent, f.Message)
	where := report.Location(clean(f.Path), f.Region.Line, f.Region.Column)
	p.print(repeat(" ", indent), p.paint.code(where))
	if p.targets > 1 {
		p.print(p.paint.faint(" in " + clean(f.Target)))
	}
	p.print("\n")
	p.excerpt(f.Excerpt)
	p.reasons(f)
	p.history(f, where)
}

// reasons writes why a rule matters, the first time it appears, and the fix.
func (p *printer) reasons(f *scan.Finding) {
	rule := p.rules[f.Rule]
	if rule != nil && rule.Why != "" && !p.why[f.Rule] {
		p.why[f.Rule] = true
		p.prose("  Why", body, report.Prose(report.Sentences(rule.Why, 2)))
	}
	switch {
	case len(f.Fix) > 0:
		p.prose("  Fix", body, f.Fix)
	case rule != nil && rule.Fix != "":
		p.prose("  Fix", body, report.Prose(rule.Fix))
	}
}

// history writes where a finding comes from and where else its credential is.
func (p *printer) history(f *scan.Finding, where string) {
	secret := f.Credential != nil && !f.Credential.Publishable
	if f.Credential != nil {
		if first, ok := p.places[f.Credential.Hash]; ok {
			p.prose("  Key", body, scanners.Say("the same as at ", first))
		} else {
			p.places[f.Credential.Hash] = where
		}
	}
	if o := f.Origin; o.Commit != "" {
		t := scanners.Text{{Text: "introduced in " + clean(report.ShortCommit(o.Commit))}}
		if o.Author != "" {
			t = append(t, scanners.Span{Text: " by " + clean(o.Author)})
		}
		if !o.Time.IsZero() {
			t = append(t, scanners.Span{Text: ", " + o.Time.UTC().Format("2006-01-02")})
		}
		p.prose("  Git", body, t)
	}
	switch {
	case f.Gone && secret:
		p.prose("  Git", body, scanners.Say("no longer in the tip: rotate it all the same"))
	case f.Gone:
		p.prose("  Git", body, scanners.Say("no longer in the tip"))
	}
	if f.Local {
		p.prose("  Git", body, scanners.Say("local only: git ignores the file, so it is on this machine and not in the repository"))
	}
}

// excerpt writes the source line with its number and a mark below the region.
func (p *printer) excerpt(e scanners.Excerpt) {
	if e.Line <= 0 || e.Text == "" {
		return
	}
	number := strconv.Itoa(e.Line)
	gutter := indent + max(len(number), 4)
	before, marked, after := cut(e)
	before, marked, after = p.fit(before, marked, after, p.most-gutter-3)
	p.print(repeat(" ", gutter-len(number)), p.paint.faint(number+" │ "), before, p.paint.bold(marked), after, "\n")
	p.print(repeat(" ", gutter), p.paint.faint(" │ "),
		repeat(" ", report.Width(before)), p.paint.bad(repeat("^", max(report.Width(marked), 1))), "\n")
}

// cut splits an excerpt at its region, on rune boundaries.
func cut(e scanners.Excerpt) (before, marked, after string) {
	start := boundary(e.Text, e.Start)
	end := boundary(e.Text, max(e.End, start))
	return tail(e.Text[:start]), clean(e.Text[start:end]), clean(e.Text[end:])
}

// tail is clean for a text of which the end matters.
func tail(s string) string {
	if len(s) <= maxSpan {
		return report.Visible(s)
	}
	return "…" + report.Visible(s[boundary(s, len(s)-maxSpan):])
}

func boundary(s string, i int) int {
	i = min(max(i, 0), len(s))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// fit cuts an excerpt to a width around its region: a little is kept on its
// left, the rest of the line gives way first.
func (p *printer) fit(before, marked, after string, width int) (string, string, string) {
	marked = report.Truncate(marked, max(width-8, 8))
	left := width - report.Width(marked)
	w := report.Width(before)
	if w+report.Width(after) > left {
		keep := max(left-report.Width(after), left*2/3)
		before = report.TruncateLeft(before, keep)
		w = report.Width(before)
	}
	return before, marked, report.Truncate(after, left-w)
}
