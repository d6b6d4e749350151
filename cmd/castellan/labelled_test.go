package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

const labelledFolder = "../../testdata/labelled"

// leastRate is the recall and the precision that every kind of label must have.
const leastRate = 0.98

// marker is a label: the line before it names what stands between the marks.
var marker = regexp.MustCompile(`[ \t]*«([^«»\n]+)»`)

// label is what is named at one line of one file.
type label struct {
	path string
	line int
	what string
}

// unmarked is a file without its labels, and the labels.
func unmarked(path string, data []byte) ([]byte, []label) {
	var labels []label
	lines := bytes.SplitAfter(data, []byte("\n"))
	for i, l := range lines {
		for _, m := range marker.FindAllSubmatch(l, -1) {
			labels = append(labels, label{path, i + 1, string(m[1])})
		}
		lines[i] = marker.ReplaceAll(l, nil)
	}
	return bytes.Join(lines, nil), labels
}

// whatOf is a sighting in the words of the labels, "" for one that only says
// more about another at the same place.
func whatOf(s scanners.Sighting) string {
	name := func(prefix string) string { return prefix + ":" + s.Name }
	in := s.Integration
	switch {
	case in.Kind == scanners.KindBuilderFlow:
		what := name("node")
		if s.Name == in.Name {
			what = "flow"
		}
		for _, g := range s.Grants {
			what += " " + g.Name + "=" + g.Level
		}
		return what
	case strings.HasPrefix(in.ID, "local:") && in.Kind == scanners.KindAgent:
		return name("agent")
	case in.Kind == scanners.KindMCPServer && (s.LaunchHash != "" || s.Command != "" || s.URL != "" || s.Transport != ""):
		return name("server")
	case s.Package != "":
		for _, id := range append([]string{in.ID}, in.Aliases...) {
			if ecosystem, _, ok := strings.Cut(id, ":"); ok && ecosystem != "product" && ecosystem != "host" {
				return id
			}
		}
		return "package:" + s.Package
	case in.Kind == scanners.KindModel:
		return "model:" + in.Name
	case s.Name == strings.ToUpper(s.Name) && strings.Contains(s.Name, "_"):
		return name("variable")
	case s.URL != "":
		return name("address")
	case s.Client != "" && in.Kind == scanners.KindAgent:
		return "client:" + s.Client
	case in.Product != "":
		return "product:" + in.Product
	}
	return in.ID
}

// tally is how one kind of label fared.
type tally struct {
	right         int
	missed, extra []string
}

func (c tally) recall() float64 { return rate(c.right, len(c.missed)) }

func (c tally) precision() float64 { return rate(c.right, len(c.extra)) }

func rate(right, wrong int) float64 {
	if wrong == 0 {
		return 1
	}
	return float64(right) / float64(right+wrong)
}

// Files with a label at every line that names AI, in each ecosystem, builder and
// language: testdata/labelled/README.md. What is not labelled must not be found.
func TestLabelled(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(labelledFolder, "*", "*.txtar"))
	blind, err2 := filepath.Glob(filepath.Join(labelledFolder, "*", "blind", "*.txtar"))
	if err != nil || err2 != nil || len(names) == 0 || len(blind) == 0 {
		t.Fatalf("no archives in %s: %v", labelledFolder, errors.Join(err, err2))
	}
	names = append(names, blind...)
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	all := scannerList()
	kinds := map[string]*tally{}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		within, err := filepath.Rel(labelledFolder, filepath.Dir(name))
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.ToSlash(within)
		group, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".txtar"), "-")
		for _, f := range archive.Files {
			data, labels := unmarked(f.Name, f.Data)
			got := sighted(all, scanners.File{Path: f.Name, Data: []byte(written(string(data)))}, h)
			count(kinds, folder, group, filepath.Base(name), labels, got)
		}
	}
	countTables(t, kinds, "builder/tsv", flowsIn, h)
	for _, set := range []string{"workflow/tsv", "workflow/second"} {
		countTables(t, kinds, set, risksIn, h)
	}
	for _, set := range []string{"trace/tsv", "trace/second", "trace/third"} {
		countTables(t, kinds, set, tracesIn, h)
	}
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		c := kinds[k]
		fmt.Fprintf(os.Stderr, "%-26s labels %4d  recall %.3f  precision %.3f\n", k, c.right+len(c.missed), c.recall(), c.precision())
		for _, m := range c.missed {
			fmt.Fprintln(os.Stderr, "   missed", m)
		}
		for _, m := range c.extra {
			fmt.Fprintln(os.Stderr, "   extra ", m)
		}
		if c.recall() < leastRate || c.precision() < leastRate {
			t.Errorf("%s: recall %.3f, precision %.3f", k, c.recall(), c.precision())
		}
	}
}

// sighted is what all scanners see in a file, in the words of the labels, each
// once a line.
func sighted(all []scanners.Scanner, f scanners.File, h *credential.Hasher) []label {
	var out []label
	for _, s := range all {
		if s.Candidate(f.Path) == scanners.NoInterest {
			continue
		}
		seen := s.Scan(f, h).Sightings
		for _, x := range seen {
			byModel := x.Integration.Kind != scanners.KindModel && x.Integration.Kind != scanners.KindAgent && slices.ContainsFunc(seen, func(o scanners.Sighting) bool {
				return o.Integration.Kind == scanners.KindModel && o.Region == x.Region
			})
			if !byModel {
				out = append(out, label{f.Path, x.Region.Line, whatOf(x)})
			}
		}
	}
	return sortedLabels(out)
}

// count adds one file's labels and what was seen to the kinds: of flows one a
// builder, else one an ecosystem or sort of trace.
func count(kinds map[string]*tally, folder, group, archive string, labels, got []label) {
	kind := func(l label) *tally {
		what, _, _ := strings.Cut(l.what, ":")
		what, _, _ = strings.Cut(what, " ") // the systems of a flow, or the number of one
		key := folder + " " + what
		if folder == "builder" {
			key = folder + " " + group
		}
		if kinds[key] == nil {
			kinds[key] = &tally{}
		}
		return kinds[key]
	}
	for i, l := range labels {
		if ecosystem, name, ok := strings.Cut(l.what, ":"); ok {
			labels[i].what = ecosystem + ":" + catalog.FoldName(ecosystem, name)
		}
		if l = labels[i]; slices.Contains(got, l) {
			kind(l).right++
			continue
		}
		c := kind(l)
		c.missed = append(c.missed, fmt.Sprintf("%s %s:%d %s", archive, l.path, l.line, l.what))
	}
	for _, l := range got {
		if !slices.Contains(labels, l) {
			c := kind(l)
			c.extra = append(c.extra, fmt.Sprintf("%s %s:%d %s", archive, l.path, l.line, l.what))
		}
	}
}
