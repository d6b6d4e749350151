package text

import (
	"slices"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

const maxSkips = 8 // listed, incomplete ones first

// calm says that there is nothing to tell: nothing found, nothing there, all read.
func calm(r *scan.Report, groups []report.Group, rest []*scan.Integration) bool {
	hidden := r.Known + r.Waived + len(r.Notices)
	for i := range r.Targets {
		hidden += len(r.Targets[i].Coverage.Skipped)
	}
	return len(groups) == 0 && len(rest) == 0 && hidden == 0 && len(r.Targets) == 1 && report.Complete(r)
}

func (p *printer) calm(r *scan.Report) {
	t := &r.Targets[0]
	p.prose(p.paint.good("✓")+" ", 2, scanners.Say("No AI integrations and no leaked keys in ", clean(t.Name),
		" ("+report.ModeName(t, p.revs)+": "+report.Coverage(&t.Coverage)+")."))
}

// scanned writes what was scanned, one line a target, and what was not read.
func (p *printer) scanned(r *scan.Report, quiet bool) {
	for i := range r.Targets {
		t := &r.Targets[i]
		if why := report.Failure(t); why != "" {
			p.prose(p.paint.bad("✗")+" ", 2, scanners.Say("Not scanned: ", clean(t.Name), ": "+clean(why)))
			continue
		}
		p.prose("", 0, scanners.Say("Scanned ", clean(t.Name), " ("+report.ModeName(t, p.revs)+"): "+report.Coverage(&t.Coverage)+"."))
		p.skips(t.Coverage.Skipped, quiet)
	}
	for _, n := range r.Notices {
		p.prose("Note:", 6, scanners.Say(clean(n)))
	}
}

// skips lists paths that were not read; if quiet only those that make the scan
// incomplete.
func (p *printer) skips(all []scan.Skip, quiet bool) {
	var shown []scan.Skip
	for _, s := range all {
		if s.Incomplete || !quiet {
			shown = append(shown, s)
		}
	}
	slices.SortStableFunc(shown, func(a, b scan.Skip) int {
		switch {
		case a.Incomplete == b.Incomplete:
			return 0
		case a.Incomplete:
			return -1
		}
		return 1
	})
	most := report.Most(len(shown), maxSkips)
	for _, s := range shown[:min(len(shown), most)] {
		label := p.paint.faint("  skipped  ")
		if s.Incomplete {
			label = p.paint.warn("  not read ")
		}
		p.print(label, report.TruncateLeft(clean(s.Path), p.most), ": ", report.Truncate(clean(s.Reason), p.most), "\n")
	}
	if n := len(shown) - most; n > 0 {
		p.print(p.paint.faint("  and "+report.Number(n)+" more"), "\n")
	}
}

// verdict writes the counts, what blocks and what to do next.
func (p *printer) verdict(r *scan.Report, quiet bool) {
	t := report.Count(r)
	p.print("\n")
	if !report.Scanned(r) {
		p.prose(p.paint.bad("✗")+" ", 2, scanners.Say("Nothing was scanned."))
		return
	}
	switch {
	case t.Findings == 0 && report.Complete(r):
		p.prose(p.paint.good("✓")+" ", 2, scanners.Say("No findings. "+present(r)))
	case t.Findings == 0:
		p.prose(p.paint.warn("!")+" ", 2, scanners.Say("No findings in what was read. "+present(r)))
	case t.Block == 0:
		p.prose(p.paint.warn("!")+" ", 2, scanners.Say(report.Plural(t.Findings, "finding", "findings")+": "+t.String()+". Nothing blocks."))
	default:
		p.prose(p.paint.bad("✗")+" ", 2, scanners.Say(report.Plural(t.Findings, "finding", "findings")+": "+t.String()+". "+
			blocks(t)))
	}
	if !report.Complete(r) {
		p.prose(p.paint.warn("!")+" ", 2, scanners.Say("The scan is not complete: what was not read may hold more."))
	}
	if s := report.Hidden(r); s != "" {
		p.prose("", 2, scanners.Say(s))
	}
	if !quiet && t.Findings > 0 {
		p.next(t)
	}
}

func blocks(t report.Tally) string {
	if t.Block == t.Findings && t.Findings == 1 {
		return "It blocks."
	}
	return report.Plural(t.Block, "blocks", "block") + "."
}

func present(r *scan.Report) string {
	n := len(r.Integrations)
	return report.Plural(n, "integration", "integrations") + " found."
}

func (p *printer) next(t report.Tally) {
	switch t.Credentials {
	case 0:
	case 1:
		p.prose("", 2, scanners.Say("Next: revoke the credential where it was issued, then put a reference in its place. "+
			"Deleting the line does not undo the leak."))
	default:
		p.prose("", 2, scanners.Say("Next: revoke the "+report.Number(t.Credentials)+" credentials where they were issued, then put references in their place. "+
			"Deleting the lines does not undo the leak."))
	}
	p.prose("", 2, scanners.Say("More on a rule: ", "castellan explain RULE"))
}
