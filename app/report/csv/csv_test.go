package csv

import (
	"bytes"
	"encoding/csv"
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, r *scan.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, fixture.Rules(), Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	fixture.Golden(t, "full.csv", render(t, fixture.Full()), *update)
	fixture.Golden(t, "empty.csv", render(t, fixture.Empty()), *update)
}

func TestCell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                    "",
		"plain":               "plain",
		"a=b":                 "a=b",
		"=1+1":                "'=1+1",
		"+1":                  "'+1",
		"-1":                  "'-1",
		"@SUM(A1)":            "'@SUM(A1)",
		"  =1":                "'  =1",
		"＝1":                  "'＝1",
		"\t=1":                `\t=1`,
		"\r=1":                `\r=1`,
		"\n=1":                `\n=1`,
		"\x1b[2J\u202e":       `\x1b[2J\u202e`,
		"=" + long(maxCell+1): "'=" + long(maxCell-2-len("…")) + "…",
	} {
		if diff := cmp.Diff(want, Cell(in)); diff != "" {
			t.Errorf("Cell(%.20q) (-want +got):\n%s", in, diff)
		}
	}
}

func long(n int) string { return strings.Repeat("a", n) }

func TestHostileStrings(t *testing.T) {
	t.Parallel()
	hostile := append(fixture.Hostile(), strings.Repeat("=A\n", 4<<20))
	for _, s := range hostile {
		r := fixture.With(s)
		got := render(t, r)
		rows, err := csv.NewReader(bytes.NewReader(got)).ReadAll()
		if err != nil {
			t.Fatalf("%.40q: %v", s, err)
		}
		if want := len(r.Findings) + 3; len(rows) != want { // and a header, and two paths that were not read
			t.Errorf("%.40q: %d rows, want %d", s, len(rows), want)
		}
		if n := bytes.Count(got, []byte("\n")); n != len(rows) {
			t.Errorf("%.40q: %d lines for %d rows", s, n, len(rows))
		}
		for _, row := range rows {
			for _, cell := range row {
				check(t, cell)
			}
		}
	}
}

func check(t *testing.T, cell string) {
	t.Helper()
	if len(cell) > maxCell {
		t.Errorf("a cell of %d bytes", len(cell))
	}
	if report.Visible(cell) != cell {
		t.Errorf("%.40q is not safe to show", cell)
	}
	if strings.IndexAny(strings.TrimLeft(cell, " \t\r\n"), "=+-@＝＋－＠") == 0 {
		t.Errorf("%.40q is a formula", cell)
	}
}

func TestFindingsTurnedOffAreNotWritten(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	r.Targets[0].Coverage.Skipped = nil
	r.Findings[0].Action = policy.Off
	if n := bytes.Count(render(t, r), []byte("\r\n")); n != len(r.Findings) {
		t.Errorf("%d lines, want %d", n, len(r.Findings))
	}
}

func TestWhatWasNotReadIsWritten(t *testing.T) {
	t.Parallel()
	r := &scan.Report{Targets: []scan.Target{
		{Name: "lost", Coverage: scan.Coverage{Skipped: []scan.Skip{{Reason: "no such folder", Incomplete: true}}}},
		{Name: "app", Coverage: scan.Coverage{Skipped: []scan.Skip{{Path: "a.bin", Reason: "large"}, {Path: ".mcp.json", Reason: "unreadable", Incomplete: true}}}},
	}}
	rows, err := csv.NewReader(bytes.NewReader(render(t, r))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, row := range rows[1:] {
		got = append(got, []string{row[1], row[6], row[7], row[11]})
	}
	want := [][]string{{"error", "lost", "", "Not scanned: no such folder"}, {"error", "app", ".mcp.json", "Not read: unreadable"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestColumnsMatchRows(t *testing.T) {
	t.Parallel()
	f := scan.Finding{Finding: scanners.Finding{}}
	if diff := cmp.Diff(len(Columns()), len(row(&f))); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

func BenchmarkWrite(b *testing.B) {
	r := fixture.Large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(render(b, r))))
	}
}
