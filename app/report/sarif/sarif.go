// Package sarif renders a report as SARIF 2.1.0 for code scanning: one run with
// all rules, results worst first, and what could not be read as notifications.
// Several targets are told apart by the base of their paths, not by runs: GitHub
// refuses several runs of one tool and category in one upload
// (https://github.blog/changelog/2024-05-06-code-scanning-will-stop-combining-runs-from-a-single-upload/).
// Hashes and lengths of credentials are left out: the log is made for upload.
//
// Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
// What GitHub reads of it and its limits:
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
package sarif

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Options says what the report does not know.
type Options struct {
	InformationURI string // a page about the tool; "" leaves it out
}

const (
	maxResults = 25_000 // GitHub refuses a run with more
	maxNotices = 1_000  // notifications; more say only how many
	maxText    = 4_000  // bytes of a message
)

// Write renders r. Errors are those of w.
func Write(w io.Writer, r *scan.Report, rules []scanners.Rule, opt Options) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetIndent("", " ")
	if err := enc.Encode(newLog(r, rules, opt)); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	return nil
}

func newLog(r *scan.Report, rules []scanners.Rule, opt Options) *log {
	findings := report.Findings(r)
	left := max(len(findings)-maxResults, 0)
	findings = findings[:len(findings)-left]
	d := driver{Name: "Castellan", Version: r.Version, InformationURI: opt.InformationURI}
	var index map[string]int
	byID, roots := report.Index(rules), rootsOf(r)
	ids := roots.index()
	d.Rules, index = descriptors(byID, findings)
	results := make([]result, len(findings))
	for i, f := range findings {
		id := ruleID(f, byID)
		results[i] = resultOf(f, id, index[id], ids.of(f.Target))
	}
	return &log{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs: []run{{
			Tool:        tool{Driver: d},
			Bases:       roots.bases(),
			ColumnKind:  "unicodeCodePoints",
			Invocations: []invocation{{Successful: report.Complete(r), Notifications: notifications(r, left, ids)}},
			Results:     results,
		}},
	}
}

// notifications tell what was not read, what was left out and what else a person
// should know.
func notifications(r *scan.Report, left int, ids baseIDs) []notification {
	out := []notification{}
	if left > 0 {
		out = append(out, notification{Level: "warning", Message: message{Text: "Left out to stay within " + report.Number(maxResults) + " results: " +
			report.Plural(left, "finding", "findings") + ", the least severe."}})
	}
	if s := report.Hidden(r); s != "" {
		out = append(out, notification{Level: "note", Message: message{Text: s}})
	}
	for _, n := range r.Notices {
		out = append(out, notification{Level: "note", Message: message{Text: sentence(scanners.Say(n), maxText)}})
	}
	more := 0
	for i := range r.Targets {
		t := &r.Targets[i]
		for _, s := range t.Coverage.Skipped {
			if !s.Incomplete {
				continue
			}
			if len(out) >= maxNotices {
				more++
				continue
			}
			what := scanners.Say("Not read: ", s.Path, ": ", s.Reason)
			if s.Path == "" {
				what = scanners.Say("Not scanned: ", t.Name, ": ", s.Reason)
			}
			out = append(out, notification{Level: "error", Locations: locate(s.Path, ids.of(t.Name), nil), Message: message{Text: sentence(what, maxText)}})
		}
	}
	if more > 0 {
		out = append(out, notification{Level: "error", Message: message{Text: "Not read: " + report.Plural(more, "more path", "more paths") + "."}})
	}
	return out
}
