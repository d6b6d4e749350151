package markdown

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

// prose is a sentence as Markdown: code in spans, our own words escaped, and
// those words that a renderer would link in spans as well.
func prose(t scanners.Text, limit int) string {
	var b strings.Builder
	for _, s := range report.Merge(loose(t)) {
		if s.Code {
			b.WriteString(report.Code(s.Text, limit))
		} else {
			b.WriteString(escape(s.Text))
		}
	}
	return b.String()
}

// loose turns words of our own that would link into code. Words are cut at
// spaces only.
func loose(t scanners.Text) scanners.Text {
	out := make(scanners.Text, 0, len(t))
	for _, s := range t {
		s.Text = report.Clip(s.Text, maxText)
		if s.Code || !report.Linked(s.Text) {
			out = append(out, s)
			continue
		}
		for _, w := range strings.SplitAfter(s.Text, " ") {
			word := strings.TrimSuffix(w, " ")
			out = append(out, scanners.Span{Text: word, Code: report.Linked(word)})
			if word != w {
				out = append(out, scanners.Span{Text: " "})
			}
		}
	}
	return out
}

// escape makes our own words plain text: the characters that mean something in
// Markdown or HTML are escaped, what is not visible is written out.
func escape(s string) string {
	s = report.Visible(s)
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte("\\`*_{}[]<>&|~#$", s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// code is a string of strangers in a span; an empty one is nothing.
func code(s string, limit int) string { return report.Code(s, limit) }
