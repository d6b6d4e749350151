package text

import (
	"io"
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

// Explain tells a person all there is to know of one rule; measured is what was
// measured of its precision, "" if nothing. Credentials in its examples are cut.
func Explain(w io.Writer, r scanners.Rule, measured string, opt Options) error {
	p := newPrinter(w, opt)
	p.print(p.paint.bold(r.ID), "  up to ", p.paint.severity(r.Severity, r.Severity.String()), "\n\n")
	p.prose("", 0, report.Prose(r.Question))
	for _, part := range []struct{ head, text string }{{"Why", r.Why}, {"How to fix it", r.Fix}, {"Measured", measured}} {
		if part.text == "" {
			continue
		}
		p.print("\n", p.paint.bold(part.head), "\n")
		p.prose("", 2, report.Prose(part.text))
	}
	for _, e := range []struct {
		head string
		scanners.Example
	}{{"This is reported", r.Bad}, {"This is not", r.Benign}} {
		p.print("\n", p.paint.bold(e.head), "\n  ", p.paint.faint(e.Path), "\n")
		for line := range strings.SplitSeq(strings.TrimRight(report.Specimen(e.Content), "\n"), "\n") {
			p.print("    ", line, "\n")
		}
	}
	if len(r.Docs) > 0 {
		p.print("\n", p.paint.bold("Read on"), "\n")
		for _, d := range r.Docs {
			p.print("  ", d, "\n")
		}
	}
	return p.flush()
}
