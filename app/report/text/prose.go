package text

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

const (
	maxSpan = 2000 // bytes of a string of strangers that are looked at
	maxCode = 240  // columns of one code span or word that are shown
)

// word is what a line is never broken in: text up to a space, or code.
type word struct {
	shown string // with colours
	width int
}

// words cuts a sentence where lines may break. Code is never cut, and what
// touches it without a space stays with it.
func (p *printer) words(t scanners.Text) []word {
	var out []word
	open := false // the last word goes on
	add := func(shown string, width int) {
		if !open {
			out = append(out, word{})
		}
		last := &out[len(out)-1]
		last.shown += shown
		last.width += width
		open = true
	}
	for _, s := range t {
		if s.Code {
			code := "`" + report.Truncate(clean(s.Text), maxCode) + "`"
			add(p.paint.code(code), report.Width(code))
			continue
		}
		for i, piece := range strings.Split(clean(s.Text), " ") {
			if i > 0 {
				open = false
			}
			if piece != "" {
				piece = report.Truncate(piece, maxCode)
				add(piece, report.Width(piece))
			}
		}
	}
	return out
}

// prose writes a sentence below a label, wrapped to the width. All lines are
// indented by indent columns, the first holds the label there.
func (p *printer) prose(label string, indent int, t scanners.Text) {
	p.print(p.paint.faint(label), repeat(" ", indent-report.Width(label)))
	width := min(p.width, maxProse)
	at, fresh := indent, true
	for _, w := range p.words(t) {
		if !fresh && at+1+w.width > width {
			p.print("\n", repeat(" ", indent))
			at, fresh = indent, true
		}
		if !fresh {
			p.print(" ")
			at++
		}
		p.print(w.shown)
		at += w.width
		fresh = false
	}
	p.print("\n")
}

// clean makes a string of strangers fit to be shown.
func clean(s string) string { return report.Visible(report.Clip(s, maxSpan)) }
