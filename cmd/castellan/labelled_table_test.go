package main

import (
	"bytes"
	"cmp"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
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

// readOnly says whether a program only reads the variable that was seen, which the
// tables leave out.
func readOnly(f scanners.File, s scanners.Sighting) bool {
	if ending := path.Ext(f.Path); !slices.Contains([]string{".py", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".go", ".java", ".kt", ".cs", ".rb", ".php", ".rs"}, ending) {
		return false
	}
	lines := strings.Split(string(f.Data), "\n")
	rest := lines[s.Region.Line-1][s.Region.EndColumn-1:]
	return !setsIt.MatchString(rest)
}

var setsIt = regexp.MustCompile(`^["']?\]?\s*(?:=[^=]|,\s*["'])`)

// tracesIn are the traces of a file in the words of trace/tsv, beside its labels.
// Of Java's artefacts the group is compared: which of a family's a class is in is
// not in its name.
func tracesIn(f scanners.File, h *credential.Hasher, want []label) (labels, got []label) {
	for i, l := range want {
		if group, _, ok := strings.Cut(strings.TrimPrefix(l.what, "maven:"), ":"); ok && strings.HasPrefix(l.what, "maven:") {
			want[i].what = "maven:" + group
		}
	}
	scanner := trace.New()
	if scanner.Candidate(f.Path) == scanners.NoInterest {
		return want, nil
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
			if readOnly(f, s) {
				continue
			}
			what = "baseurl:" + name
		case "maven":
			group, _, _ := strings.Cut(name, ":")
			what = "maven:" + group
		case "npm", "pypi", "go", "nuget", "gem", "composer", "cargo":
		default:
			continue
		}
		out = append(out, label{f.Path, s.Region.Line, what})
	}
	return want, sortedLabels(out)
}

func sortedLabels(all []label) []label {
	slices.SortFunc(all, func(a, b label) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.what, b.what)) })
	return slices.Compact(all)
}

// countTables adds the archives with tables of one folder.
func countTables(t *testing.T, kinds map[string]*tally, folder string, seen func(scanners.File, *credential.Hasher, []label) ([]label, []label), h *credential.Hasher) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(labelledFolder, folder, "*.txtar"))
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
			if f.Name == tableName || f.Name == "labels-across.tsv" {
				continue
			}
			var firm, open []label
			for _, l := range labels[f.Name] {
				l.what = strings.TrimPrefix(l.what, "import:")
				if ecosystem, name, ok := strings.Cut(l.what, ":"); ok {
					l.what = ecosystem + ":" + catalog.FoldName(ecosystem, name)
				}
				if what, arguable := strings.CutSuffix(l.what, "?"); arguable {
					l.what = what
					open = append(open, l)
				} else {
					firm = append(firm, l)
				}
			}
			want, got := seen(scanners.File{Path: f.Name, Data: []byte(written(string(f.Data)))}, h, firm)
			arguable, _ := seen(scanners.File{Path: f.Name}, h, open)
			got = slices.DeleteFunc(got, func(l label) bool { return slices.Contains(arguable, l) && !slices.Contains(want, l) })
			count(kinds, folder, "", filepath.Base(name), want, got)
			delete(labels, f.Name)
		}
		for path := range labels {
			t.Errorf("%s: labels of %s, which is not in it", filepath.Base(name), path)
		}
	}
}

// risksIn are the rules about workflows that a file's findings are of, and those
// of its labels. They are compared by file: a label stands at one of several lines
// that show a risk.
func risksIn(f scanners.File, h *credential.Hasher, want []label) (labels, got []label) {
	for _, l := range want {
		labels = append(labels, label{f.Path, 0, l.what})
	}
	for _, x := range found(scannerList(), f, h) {
		if strings.HasPrefix(x.Rule, "wf-agent-") {
			got = append(got, label{f.Path, 0, x.Rule})
		}
	}
	return sortedLabels(labels), sortedLabels(got)
}
