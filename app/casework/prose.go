package casework

import (
	"regexp"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

const (
	maxName  = 200  // bytes of one string of strangers
	maxWords = 1500 // bytes of one sentence, about
)

// code is a string of strangers in a code span; an empty one is nothing. It
// cannot hold a comment of HTML, as our markers are.
func code(s string) string {
	return report.Code(strings.ReplaceAll(report.Clip(s, maxName), "<!--", "<! --"), maxName)
}

// prose is a sentence as Markdown: strings of strangers in code spans, and words
// of our own that a renderer would take for more than words in code spans too.
func prose(t scanners.Text) string {
	var words scanners.Text
	for _, s := range t {
		s.Text = report.Clip(s.Text, maxWords)
		if s.Code || !special(s.Text) {
			words = append(words, s)
			continue
		}
		for _, w := range strings.SplitAfter(s.Text, " ") {
			word := strings.TrimSuffix(w, " ")
			words = append(words, scanners.Span{Text: word, Code: special(word)}, scanners.Span{Text: w[len(word):]})
		}
	}
	var b strings.Builder
	for _, s := range report.Merge(words) {
		if b.Len() > maxWords {
			b.WriteString("…")
			break
		}
		if s.Code {
			b.WriteString(code(s.Text))
		} else {
			b.WriteString(report.Visible(s.Text))
		}
	}
	return strings.TrimSpace(b.String())
}

// sentence is prose that ends.
func sentence(t scanners.Text) string {
	s := prose(t)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// links is what GitHub links beside mentions, numbers and URLs.
var links = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\bwww\.|\b[0-9a-f]{7,64}\b|\b[a-z]+-[0-9]+`)
})

// special says that s could become more than words: Markdown, HTML, a mention,
// an issue number, a commit, a URL, an address.
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
func special(s string) bool {
	return strings.ContainsAny(s, "\\`*_{}[]<>&|~#$@") || strings.Contains(s, "://") || links().MatchString(s)
}

// place is path:line in a code span, the path cut so that the line stays.
func place(t *Tracked) string {
	const room = maxName - 24 // for the colon and the line
	path := report.Clip(report.Visible(report.Clip(t.Finding.Path, room)), room)
	return code(report.Location(path, t.Finding.Region.Line, 0))
}

// commit is what people need of a commit id.
func commit(hex string) string { return code(report.ShortCommit(hex)) }

// list is "a, b and c".
func list(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}
