package sarif

import (
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

const (
	srcRoot        = "%SRCROOT%"
	fingerprintKey = "castellan/v1"
)

func resultOf(f *scan.Finding, rule int) result {
	p := resultProperties{
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
		RuleID: report.UTF8(f.Rule), RuleIndex: rule, Level: level(f.Severity),
		Message:      message{Text: sentence(f.Message)},
		Locations:    locate(f.Path, regionOf(f)),
		Fingerprints: map[string]string{fingerprintKey: f.Fingerprint},
		Properties:   p,
	}
}

func visible(s string) string { return report.Visible(report.Clip(s, maxText)) }

// sentence is a text as a plain message. Viewers resolve links of the form
// [text](target) even in plain messages (SARIF 3.11.6), and some read Markdown:
// code stands in backquotes, and no bracket is followed by a parenthesis.
func sentence(t scanners.Text) string {
	var b strings.Builder
	for _, s := range report.Merge(t) {
		if s.Code {
			b.WriteString(report.Code(s.Text, maxText))
		} else {
			b.WriteString(visible(s.Text))
		}
		if b.Len() > maxText {
			break
		}
	}
	return strings.ReplaceAll(b.String(), "](", "] (")
}

// locate is the one location of a path; none without a path.
func locate(path string, r *region) []location {
	if path == "" {
		return nil
	}
	return []location{{Physical: physicalLocation{Artifact: artifact{URI: escape(path), BaseID: srcRoot}, Region: r}}}
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

// regionOf is the region of a finding, nil for the file as a whole.
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
		return nil
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
