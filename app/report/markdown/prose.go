package markdown

import (
	"regexp"
	"strings"
	"sync"

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
		if s.Code || !linkable(s.Text) {
			out = append(out, s)
			continue
		}
		for _, w := range strings.SplitAfter(s.Text, " ") {
			word := strings.TrimSuffix(w, " ")
			out = append(out, scanners.Span{Text: word, Code: linkable(word)})
			if word != w {
				out = append(out, scanners.Span{Text: " "})
			}
		}
	}
	return out
}

// links is what a renderer of GitHub links besides mentions, numbers and URLs.
var links = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\bwww\.|\b[0-9a-f]{7,64}\b|\b[a-z]+-[0-9]+`)
})

// linkable says that a renderer of GitHub could make a link of something in s:
// mentions, issue numbers, commit ids, URLs, addresses.
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
func linkable(s string) bool {
	return strings.ContainsAny(s, "@#") || strings.Contains(s, "://") || links().MatchString(s)
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

// cell makes a piece of Markdown fit for a table: a table is cut into cells
// before code spans are read (GFM 4.10), so a pipe must be escaped even there.
// Renderers differ on a pipe behind a backslash; it is written as \x7c.
func cell(s string) string {
	if !strings.Contains(s, "|") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch {
		case s[i] != '|':
			b.WriteByte(s[i])
		case i > 0 && s[i-1] == '\\':
			b.WriteString(`\x7c`)
		default:
			b.WriteString(`\|`)
		}
	}
	return b.String()
}

func row(cells ...string) string {
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}
