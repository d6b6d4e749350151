// Package csv renders the findings of a report as RFC 4180 CSV, a row each below
// a header, for spreadsheets and scripts.
package csv

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Options is empty: there is nothing to choose.
type Options struct{}

// maxCell is how many characters a cell of Excel holds; counted in bytes here.
// https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
const maxCell = 32767

// Columns is the header.
func Columns() []string {
	return []string{
		"severity", "action", "rule", "confidence", "integration", "server", "target", "path", "line", "column", "pointer",
		"message", "fix", "commit", "author", "time", "provider", "kind", "hash", "length", "publishable", "fingerprint",
		"end_line", "end_column", "local", "gone",
	}
}

// Write renders the findings of r, and behind them a row with the action "error"
// for each target and each path that was not read. Cells hold one line each, control characters
// as visible escapes, and never begin as a formula does. What is unknown or does
// not apply is empty. Errors are those of w.
func Write(w io.Writer, r *scan.Report, _ []scanners.Rule, _ Options) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(Columns()); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for _, f := range report.Findings(r) {
		if err := out.Write(row(f)); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	for i := range r.Targets {
		t := &r.Targets[i]
		for _, s := range t.Coverage.Skipped {
			if !s.Incomplete {
				continue
			}
			if err := out.Write(unread(t, s)); err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func row(f *scan.Finding) []string {
	cells := []string{
		f.Severity.String(), string(f.Action), f.Rule, report.Confidence(f.Confidence), f.Integration, f.Server, f.Target,
		f.Path, number(f.Region.Line), number(f.Region.Column), f.Pointer, f.Message.String(), f.Fix.String(),
		f.Origin.Commit, f.Origin.Author, stamp(f.Origin.Time),
	}
	if c := f.Credential; c != nil {
		cells = append(cells, c.Provider, c.Kind, c.Hash, number(c.Length), strconv.FormatBool(c.Publishable))
	} else {
		cells = append(cells, "", "", "", "", "")
	}
	cells = append(cells, f.Fingerprint, number(f.Region.EndLine), number(f.Region.EndColumn), strconv.FormatBool(f.Local), strconv.FormatBool(f.Gone))
	for i := range cells {
		cells[i] = Cell(cells[i])
	}
	return cells
}

// unread is the row of what could not be read.
func unread(t *scan.Target, s scan.Skip) []string {
	what := "Not read: "
	if s.Path == "" {
		what = "Not scanned: "
	}
	cells := make([]string, len(Columns()))
	for i, name := range Columns() {
		switch name {
		case "action":
			cells[i] = "error"
		case "target":
			cells[i] = Cell(t.Name)
		case "path":
			cells[i] = Cell(s.Path)
		case "message":
			cells[i] = Cell(what + s.Reason)
		}
	}
	return cells
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Cell is s as a cell that no spreadsheet takes for a formula: one that begins,
// after spaces, with = + - @ or their full-width forms gets a single quote in
// front. Tabs and carriage returns are escapes by then.
// https://owasp.org/www-community/attacks/CSV_Injection
func Cell(s string) string {
	s = report.Visible(report.Clip(s, maxCell))
	if t := strings.TrimLeft(s, " "); t != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(report.Clip(t, 8))[0]) {
		s = "'" + s
	}
	return report.Clip(s, maxCell)
}
