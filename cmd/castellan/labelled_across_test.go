package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Workflows and what they run of their repository, scanned as one folder: what
// two files show together is found, and nothing that no label has.
func TestLabelledAcross(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(labelledFolder, "workflow", "*", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	right, missed, extra := 0, 0, 0
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		across := rulesIn(archive, "labels-across.tsv")
		if len(across) == 0 {
			continue
		}
		allowed := append(rulesIn(archive, tableName), across...)
		dir := t.TempDir()
		for _, f := range archive.Files {
			p := filepath.Join(dir, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := scan.Run(t.Context(), []string{dir}, scan.Options{Scanners: scannerList(), Hasher: h, Policy: policy.Defaults(), Now: time.Now(), Jobs: 2})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range r.Findings {
			if strings.HasPrefix(f.Rule, "wf-agent-") {
				got = append(got, f.Path+" "+f.Rule)
			}
		}
		for _, want := range across {
			if slices.Contains(got, strings.TrimSuffix(want, "?")) {
				right++
			} else if !strings.HasSuffix(want, "?") {
				missed++
				fmt.Fprintln(os.Stderr, "   missed", filepath.Base(name), want)
			}
		}
		slices.Sort(got)
		for _, g := range slices.Compact(got) {
			if !slices.Contains(allowed, g) && !slices.Contains(allowed, g+"?") {
				extra++
				fmt.Fprintln(os.Stderr, "   extra ", filepath.Base(name), g)
			}
		}
	}
	fmt.Fprintf(os.Stderr, "workflow across files      labels %4d  recall %.3f  precision %.3f\n", right+missed, rate(right, missed), rate(right, extra))
	if rate(right, missed) < leastRate || rate(right, extra) < leastRate {
		t.Errorf("recall %.3f, precision %.3f", rate(right, missed), rate(right, extra))
	}
}

// rulesIn are the rules that a table of an archive has of each file.
func rulesIn(a *txtar.Archive, table string) []string {
	var out []string
	for _, f := range a.Files {
		if f.Name != table {
			continue
		}
		for row := range strings.Lines(string(f.Data)) {
			if cells := strings.Split(strings.TrimRight(row, "\n"), "\t"); len(cells) == 3 {
				out = append(out, cells[0]+" "+cells[2])
			}
		}
	}
	return out
}
