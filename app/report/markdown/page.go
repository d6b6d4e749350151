package markdown

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
)

// reserve is kept free for the note on what was left out: five counts below a
// trillion with their words.
const reserve = 320

// page is a text that never grows beyond its limit.
type page struct {
	b     strings.Builder
	limit int    // bytes; 0: none
	revs  string // the range that was asked for
	left  []omission
	empty bool // not even the head fitted
}

type omission struct {
	n         int
	one, many string
}

// add appends a piece whole or not at all. after is what must still fit behind
// it: the end of an open block.
func (p *page) add(piece string, after int) bool {
	if p.limit > 0 && p.b.Len()+len(piece)+after+reserve > p.limit {
		return false
	}
	p.b.WriteString(piece)
	return true
}

// rows appends a block of n rows between opening and closing, as many from the
// first on as fit, and notes how many did not. Without a single row the block is
// left out.
func (p *page) rows(opening, closing string, n int, row func(i int) string, one, many string) {
	done := 0
	for ; done < n; done++ {
		piece := row(done)
		if done == 0 {
			piece = opening + piece
		}
		if !p.add(piece, len(closing)) {
			break
		}
	}
	if done > 0 {
		p.b.WriteString(closing)
	}
	if done < n {
		p.left = append(p.left, omission{n - done, one, many})
	}
}

// end is the whole text. One too small for even the head says only the verdict,
// and less than that is cut: it is our own ASCII.
func (p *page) end(r *scan.Report) string {
	if p.empty {
		short := "Castellan: " + report.Verdict(r) + ".\n"
		return short[:min(len(short), p.limit)]
	}
	if len(p.left) > 0 {
		parts := make([]string, len(p.left))
		for i, o := range p.left {
			parts[i] = report.Plural(o.n, o.one, o.many)
		}
		p.b.WriteString("Left out to stay within " + report.Number(p.limit) + " bytes: " + strings.Join(parts, ", ") +
			". `castellan scan` shows all.\n")
	}
	return p.b.String()
}
