// Package dependency finds the AI that a project is built from or runs on,
// where the project names it: manifests and lock files of package managers,
// container files, and templates of infrastructure.
//
// A name is looked up in the catalogue as its ecosystem folds it; what the
// catalogue does not know as AI is left out. Nothing is resolved, fetched or
// run: a version is what the file says. Every format has a small reader of its
// own that is linear in the file and tolerant of what it does not understand.
// It raises no findings.
package dependency

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Bounds of one file. A lock file of 12,000 packages has about 5 MB.
const (
	maxManifest  = 4 << 20 // bytes
	maxLock      = 32 << 20
	maxSightings = 5000
	maxDepth     = 100
	maxNodes     = 200_000
)

const tooLarge = "too large to be read whole"

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of dependencies.
func New() Scanner { return Scanner{} }

// Rules are none: it only says what is there.
func (Scanner) Rules() []scanners.Rule { return nil }

// Candidate decides by path alone: Chance for manifests, lock files, container
// files and templates, for none of them is a file of AI by its name. Copies of
// others' code are of no interest.
func (Scanner) Candidate(p string) scanners.Interest {
	if formatOf(p) != nil {
		return scanners.Chance
	}
	return scanners.NoInterest
}

// Scan reads one file.
func (Scanner) Scan(in scanners.File, _ *credential.Hasher) scanners.Result {
	how := formatOf(in.Path)
	if how == nil {
		return scanners.Result{}
	}
	f := &file{path: in.Path, large: how.large, seen: map[mentionKey]bool{}}
	most := maxManifest
	if how.large {
		most = maxLock
	}
	data := in.Data
	if len(data) > most {
		if !mentionsAny(string(data), how.marks) {
			return scanners.Result{}
		}
		data = data[:most]
		data, f.result.Incomplete = data[:bytes.LastIndexByte(data, '\n')+1], tooLarge
	}
	f.text = decodeText(data)
	if mentionsAny(f.text, how.marks) {
		how.read(f)
	}
	slices.SortStableFunc(f.result.Sightings, func(a, b scanners.Sighting) int {
		return cmp.Or(cmp.Compare(a.Region.Line, b.Region.Line), cmp.Compare(a.Region.Column, b.Region.Column))
	})
	return f.result
}

// mentionsAny says whether one of the marks stands in a text, or there are none.
func mentionsAny(text string, marks []string) bool {
	for _, m := range marks {
		if strings.Contains(text, m) {
			return true
		}
	}
	return len(marks) == 0
}
