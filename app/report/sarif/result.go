package sarif

import (
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

const fingerprintKey = "castellan/v1"

func resultOf(f *scan.Finding, id string, rule int, root string) result {
	p := resultProperties{
		Rule:     report.UTF8(f.Rule),
		Severity: f.Severity.String(), Confidence: report.Confidence(f.Confidence), Action: string(f.Action),
		Integration: visible(f.Integration), Server: visible(f.Server), Pointer: visible(f.Pointer), Target: visible(f.Target),
		Commit: f.Origin.Commit, Author: visible(f.Origin.Author), Local: f.Local, Gone: f.Gone,
	}
	if !f.Origin.Time.IsZero() {
		p.Time = f.Origin.Time.UTC().Format(time.RFC3339)
	}
	if c := f.Credential; c != nil {
		p.Provider, p.Publishable = visible(c.Provider), c.Publishable
	}
	return result{
		RuleID: report.UTF8(id), RuleIndex: rule, Level: levelOf(f.Action), Rank: rank(f.Severity),
		Message:      message{Text: told(f)},
		Locations:    locate(f.Path, root, regionOf(f)),
		Fingerprints: map[string]string{fingerprintKey: f.Fingerprint},
		Properties:   p,
	}
}

// rank is the priority of a result from 0 to 100 (SARIF 3.27.25).
func rank(s scanners.Severity) float64 { return float64(s) * 25 }

// told is what is wrong, whether it still stands there, and what to do. It is one
// line: GitHub shows a result's text, and no Markdown of it.
func told(f *scan.Finding) string {
	parts := []string{report.Ended(sentence(f.Message, maxText/2))}
	switch secret := f.Credential != nil && !f.Credential.Publishable; {
	case f.Gone && secret:
		parts = append(parts, "It is gone from the tip but not from the history: rotate it all the same.")
	case f.Gone:
		parts = append(parts, "It is gone from the tip but not from the history.")
	}
	if f.Local {
		parts = append(parts, "The file is on this machine only: git ignores it.")
	}
	if len(f.Fix) > 0 {
		parts = append(parts, "Fix: "+report.Ended(sentence(f.Fix, maxText/2)))
	}
	return strings.Join(parts, " ")
}

func visible(s string) string { return report.Visible(report.Clip(s, maxText)) }

// sentence is a text as a plain message. Viewers resolve links of the form
// [text](target) even in plain messages (SARIF 3.11.6), and some read Markdown:
// code stands in backquotes, and no bracket is followed by a parenthesis.
func sentence(t scanners.Text, most int) string {
	var b strings.Builder
	for _, s := range report.Merge(t) {
		if s.Code {
			b.WriteString(report.Code(s.Text, most))
		} else {
			b.WriteString(report.Visible(report.Clip(s.Text, most)))
		}
		if b.Len() > most {
			break
		}
	}
	return strings.ReplaceAll(b.String(), "](", "] (")
}

// locate is the one location of a path below a root; none without a path.
func locate(path, root string, r *region) []location {
	if path == "" {
		return nil
	}
	return []location{{Physical: physicalLocation{Artifact: artifact{URI: escape(path), BaseID: root}, Region: r}}}
}

const hexDigits = "0123456789ABCDEF"

// escape is a path as a relative URI reference (RFC 3986): all but unreserved
// characters and inner slashes percent-encoded, byte by byte, so that nothing in
// it reads as a scheme, a host, a query or a fragment.
func escape(path string) string {
	inner := strings.TrimLeft(path, "/")
	b := strings.Builder{}
	b.WriteString(strings.Repeat("%2F", len(path)-len(inner)))
	path = inner
	for i := range len(path) {
		switch c := path[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return b.String()
}

// regionOf is the region of a finding; of one about a file as a whole its first
// line, as viewers and GitHub show no result without a line.
//
// Our columns are bytes, those of SARIF code points, and a masked excerpt is all
// there is of the line. A column is given where the excerpt proves that both
// counts agree: it begins where the line does and is ASCII up to the column. The
// end column is given only where the marked text is as long as the region, so
// not for a credential behind a mask of another length. Else whole lines are
// meant, which is what SARIF 3.30 says of a region without columns.
func regionOf(f *scan.Finding) *region {
	r, e := f.Region, f.Excerpt
	if r.Line <= 0 {
		return &region{StartLine: 1}
	}
	out := &region{StartLine: r.Line}
	if r.EndLine > r.Line {
		out.EndLine = r.EndLine
	}
	switch {
	case r.Column == 1:
		out.StartColumn = 1
	case e.Line == r.Line && r.Column > 1 && e.Start == r.Column-1 && e.Start <= len(e.Text) && ascii(e.Text[:e.Start]):
		out.StartColumn = r.Column
	default:
		return out
	}
	same := e.Start == r.Column-1 && e.End-e.Start == r.EndColumn-r.Column && e.End <= len(e.Text)
	if r.EndLine == r.Line && same && r.EndColumn > r.Column && ascii(e.Text[e.Start:e.End]) {
		out.EndLine, out.EndColumn = r.EndLine, r.EndColumn
	}
	return out
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
