package checkrun

import (
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

// code is a string of strangers in a code span; an empty one is nothing.
func code(s string) string { return report.Code(s, maxName) }

// prose is a sentence of Markdown.
func prose(t scanners.Text) string { return report.Sentence(t, maxName, maxWords) }

// sentence is prose that ends.
func sentence(t scanners.Text) string { return report.Ended(prose(t)) }

// plain is s if a title can carry it as it is: one line of harmless ASCII that
// nothing links, at most limit bytes. It is "" otherwise.
func plain(s string, limit int, signs string) string {
	if len(s) > limit || report.Special(strings.ReplaceAll(s, "_", "")) {
		return ""
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(signs, c) < 0 {
			return ""
		}
	}
	return s
}

// fenced is one line of source as a block of code.
func fenced(s string) string {
	s = report.Clip(report.Visible(report.Clip(s, 2*maxName)), 2*maxName)
	fence := strings.Repeat("`", max(3, report.LongestRun(s, '`')+1))
	return fence + "text\n" + s + "\n" + fence + "\n\n"
}

// place is path:line in a code span. A long path is cut in its middle: its end
// tells more than its folders.
func place(path string, line int) string {
	const room = maxName - 24 // for the colon and the line
	if len(path) > 8*room {
		path = path[:4*room] + path[len(path)-4*room:]
	}
	path = report.Visible(path)
	if len(path) > room {
		tail := len(path) - room*2/3
		for tail < len(path) && !utf8.RuneStart(path[tail]) {
			tail++
		}
		path = report.Clip(path, room/3) + path[tail:]
	}
	return code(report.Location(path, line, 0))
}

// commit is what people need of a commit id.
func commit(hex string) string { return code(report.ShortCommit(hex)) }
