// Package text renders a report for a person at a terminal: what was scanned and
// how completely, the findings by integration in order of danger, what else is
// there, and the verdict with what to do next.
package text

import (
	"bufio"
	"fmt"
	"io"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Options says how to render.
type Options struct {
	Color bool   // colours by ANSI escapes; without it the output has no escape at all
	Width int    // columns to fill. Less than 40 counts as 40, more than 400 as 400; 0, no terminal: prose is wrapped at 100 and nothing is cut
	Quiet bool   // findings, notices and verdict only
	Range string // that was asked for, as given; "" if none
}

const (
	defaultWidth = 100
	minWidth     = 40
	maxWidth     = 400
	maxProse     = 120 // longer lines are hard to read
)

// Write renders r. Paths, code and links are never wrapped; prose is, at Width.
// Its errors are those of w.
func Write(w io.Writer, r *scan.Report, rules []scanners.Rule, opt Options) error {
	p := newPrinter(w, opt)
	p.rules, p.why, p.places, p.targets, p.revs = report.Index(rules), map[string]bool{}, map[string]string{}, len(r.Targets), opt.Range
	groups, rest := report.Groups(r)
	if calm(r, groups, rest) {
		p.calm(r)
		return p.flush()
	}
	p.scanned(r, opt.Quiet)
	for i := range groups {
		p.group(&groups[i])
	}
	if !opt.Quiet {
		p.inventory(rest, len(groups) > 0)
	}
	p.verdict(r, opt.Quiet)
	return p.flush()
}

// printer writes one report. Write errors are kept by w until it is flushed.
type printer struct {
	w       *bufio.Writer
	paint   paint
	width   int // of prose and rules
	most    int // columns of a line that is cut rather than wrapped
	rules   map[string]*scanners.Rule
	why     map[string]bool   // rules that were explained
	places  map[string]string // hash of a credential → where it was first shown
	targets int
	revs    string // the range that was asked for
}

func newPrinter(w io.Writer, opt Options) *printer {
	p := &printer{w: bufio.NewWriter(w), paint: paint{on: opt.Color}, width: min(max(opt.Width, minWidth), maxWidth)}
	p.most = p.width
	if opt.Width == 0 {
		p.width, p.most = defaultWidth, maxSpan
	}
	return p
}

func (p *printer) flush() error {
	if err := p.w.Flush(); err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	return nil
}

func (p *printer) print(parts ...string) {
	for _, s := range parts {
		p.w.WriteString(s)
	}
}

// heading is a name in a rule that spans the width.
func (p *printer) heading(name string) {
	name = report.Truncate(name, p.most-8)
	p.print("\n", p.paint.faint("── "), p.paint.bold(name), " ",
		p.paint.faint(repeat("─", max(p.width-4-report.Width(name), 0))), "\n")
}
