package casework

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

const (
	maxName  = 200  // bytes of one string of strangers
	maxShort = 100  // of one of many in a line
	maxWords = 1500 // bytes of one sentence, about
)

// code is a string of strangers in a code span; an empty one is nothing. It
// cannot hold a comment of HTML, as our markers are.
func code(s string) string { return span(s, maxName) }

// short is code of at most 102 bytes: GitHub takes 256 characters in a title.
func short(s string) string { return span(strings.ReplaceAll(s, "`", "'"), maxShort) }

func span(s string, most int) string {
	return report.Code(strings.ReplaceAll(report.Clip(s, most), "<!--", "<! --"), most)
}

// prose is a sentence of Markdown. Like code, it cannot hold a comment of HTML.
func prose(t scanners.Text) string {
	words := make(scanners.Text, len(t))
	for i, s := range t {
		words[i] = scanners.Span{Text: strings.ReplaceAll(s.Text, "<!--", "<! --"), Code: s.Code}
	}
	return report.Sentence(words, maxName, maxWords)
}

// sentence is prose that ends.
func sentence(t scanners.Text) string { return report.Ended(prose(t)) }

// place is path:line in a code span, the path cut so that the line stays.
func place(t *Tracked) string {
	const room = maxName - 24 // for the colon and the line
	path := report.Clip(report.Visible(report.Clip(t.Finding.Path, room)), room)
	return code(report.Location(path, t.Finding.Region.Line, 0))
}

// commit is what people need of a commit id.
func commit(hex string) string { return code(report.ShortCommit(hex)) }
