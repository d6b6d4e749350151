package main

import (
	"bytes"
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/trace"
)

// tableName is the file of an archive that has the labels of the others.
const tableName = "labels.tsv"

// tableLabels are the labels in an archive's table: path, line, what.
func tableLabels(t *testing.T, a *txtar.Archive) map[string][]label {
	t.Helper()
	labels := map[string][]label{}
	for _, f := range a.Files {
		if f.Name != tableName {
			continue
		}
		for row := range bytes.Lines(f.Data) {
			cells := strings.Split(strings.TrimRight(string(row), "\r\n"), "\t")
			if len(cells) != 3 {
				t.Fatalf("%s: no row of three cells: %q", tableName, row)
			}
			line, err := strconv.Atoi(cells[1])
			if err != nil {
				t.Fatalf("%s: %v", tableName, err)
			}
			labels[cells[0]] = append(labels[cells[0]], label{cells[0], line, cells[2]})
		}
	}
	return labels
}

// keyVariable is the name of a variable for a credential, which the tables leave
// out.
var keyVariable = regexp.MustCompile(`KEY|TOKEN|SECRET|PASSWORD`)

// tracesIn are the traces of a file in the words of trace/tsv.
func tracesIn(f scanners.File, h *credential.Hasher) []label {
	scanner := trace.New()
	if scanner.Candidate(f.Path) == scanners.NoInterest {
		return nil
	}
	var out []label
	for _, s := range scanner.Scan(f, h).Sightings {
		what := whatOf(s)
		switch kind, name, _ := strings.Cut(what, ":"); kind {
		case "model", "server":
		case "address":
			what = "endpoint:" + name
		case "variable":
			if keyVariable.MatchString(name) {
				continue
			}
			what = "baseurl:" + name
		case "npm", "pypi", "go", "maven", "nuget", "gem", "composer", "cargo":
		default:
			continue
		}
		out = append(out, label{f.Path, s.Region.Line, what})
	}
	return sortedLabels(out)
}

func sortedLabels(all []label) []label {
	slices.SortFunc(all, func(a, b label) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.what, b.what)) })
	return slices.Compact(all)
}

// countTables adds the archives with tables of one folder.
func countTables(t *testing.T, kinds map[string]*tally, folder string, seen func(scanners.File, *credential.Hasher, []label) ([]label, []label), h *credential.Hasher) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(labelledFolder, folder, "tsv", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in %s: %v", folder, err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		labels := tableLabels(t, archive)
		for _, f := range archive.Files {
			if f.Name == tableName {
				continue
			}
			for i, l := range labels[f.Name] {
				labels[f.Name][i].what = strings.TrimPrefix(l.what, "import:")
			}
			want, got := seen(scanners.File{Path: f.Name, Data: []byte(written(string(f.Data)))}, h, labels[f.Name])
			count(kinds, folder+"/tsv", "", filepath.Base(name), want, got)
			delete(labels, f.Name)
		}
		for path := range labels {
			t.Errorf("%s: labels of %s, which is not in it", filepath.Base(name), path)
		}
	}
}
