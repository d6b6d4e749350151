package sarif

import (
	"strconv"

	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

const srcRoot = "%SRCROOT%"

// roots are the targets in the order of the report, each once. Paths are relative
// to their target.
type roots []string

func rootsOf(r *scan.Report) roots {
	var out roots
	seen := map[string]bool{}
	for i := range r.Targets {
		if name := r.Targets[i].Name; !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// baseIDs are the base ids by target.
type baseIDs map[string]string

// of is the base id of a target. One that the report does not list, which no scan
// gives, is taken for the only one.
func (ids baseIDs) of(target string) string {
	if id, ok := ids[target]; ok {
		return id
	}
	return srcRoot
}

func (t roots) index() baseIDs {
	ids := make(baseIDs, len(t))
	for i, name := range t {
		ids[name] = t.id(i)
	}
	return ids
}

// id is %SRCROOT%, which GitHub takes for the repository, if there is one target.
func (t roots) id(i int) string {
	if len(t) <= 1 {
		return srcRoot
	}
	return "%TARGET" + strconv.Itoa(i+1) + "%"
}

// bases are the base ids with the targets they mean (SARIF 3.14.14).
func (t roots) bases() map[string]base {
	if len(t) <= 1 {
		return map[string]base{srcRoot: {Description: message{Text: "The root of the scanned target."}}}
	}
	out := make(map[string]base, len(t))
	for i, name := range t {
		out[t.id(i)] = base{Description: message{Text: sentence(scanners.Say("The root of ", name), maxText) + "."}}
	}
	return out
}
