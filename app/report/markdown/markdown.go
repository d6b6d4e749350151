// Package markdown renders a report as GitHub Flavored Markdown for a job
// summary, a comment or a wiki: the verdict, the coverage, a table of findings,
// what else is there, and the details.
//
// Strings from repositories stand only in code spans, and our own words that a
// renderer could link (@, #, URLs, commit ids) do too, so nothing of a report
// can become a link, a mention, an image, HTML or a command.
package markdown

import (
	"fmt"
	"io"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Options says how to render.
type Options struct {
	// Bytes is the most that is written; 0 is no limit. What does not fit is left
	// out by whole rows, the least severe first, and the end says what. GitHub
	// takes 65,535 characters in a comment, an issue and a check's summary.
	Bytes int
	Range string // that was asked for, as given; "" if none
}

const (
	maxCell   = 240  // bytes of one string of strangers in a table
	maxDetail = 400  // bytes of one elsewhere
	maxText   = 2000 // bytes of one span of our own words
	maxSkips  = 8    // listed a target
)

// Write renders r. Errors are those of w.
func Write(w io.Writer, r *scan.Report, rules []scanners.Rule, opt Options) error {
	p := &page{limit: opt.Bytes, revs: opt.Range}
	groups, rest := report.Groups(r)
	findings := report.Findings(r)
	p.head(r)
	p.findings(findings, names(groups), len(r.Targets) > 1)
	p.inventory(rest, len(groups) > 0)
	p.details(findings, report.Index(rules))
	if _, err := io.WriteString(w, p.end(r)); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// names are the names of integrations by id.
func names(groups []report.Group) map[string]string {
	m := make(map[string]string, len(groups))
	for i := range groups {
		m[groups[i].ID] = groups[i].Name()
	}
	return m
}
