package survey

import (
	"errors"
	"strconv"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
)

// mostNamed bounds the paths that one finding names.
const mostNamed = 5

// unowned is one finding about all agent files that CODEOWNERS leaves without an
// owner, itself among them. A part of a repository does not show that.
func (t *Tree) unowned() []scanners.Finding {
	if t.Codeowners == nil || !t.Whole {
		return nil
	}
	var paths []string
	for i := range t.Files {
		if controls(&t.Files[i]) {
			paths = append(paths, t.Files[i].Path)
		}
	}
	if len(paths) == 0 {
		return nil // nothing here steers an agent: who owns CODEOWNERS is no question of ours
	}
	var open []string
	for _, p := range append(paths, t.Codeowners.Path) {
		owned, err := t.owned(p)
		if err != nil { // what was found so far is so all the same
			break
		}
		if !owned {
			open = append(open, p)
		}
	}
	if len(open) == 0 {
		return nil
	}
	f := about(ruleUnowned, scanners.Medium, t.Codeowners.Path)
	f.Passive, f.Severity = false, scanners.Medium // docs/CODEOWNERS is no documentation
	f.Message = say(append([]string{"This file names no owner for "}, append(list(open), ": nobody is asked to review a change of what agents may do, or of who reviews it")...)...)
	f.Fix = say("Add lines with owners at the end of this file, such as ", "/"+open[0]+" @your-org/your-team", ". The last line that matches a path decides, also one without an owner.")
	return []scanners.Finding{f}
}

// list names some paths, as parts for say that begin and end with a path's place.
func list(paths []string) []string {
	var parts []string
	for i, p := range paths[:min(len(paths), mostNamed)] {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, p)
	}
	if more := len(paths) - mostNamed; more > 0 {
		parts = append(parts, " and "+strconv.Itoa(more)+" more", "")
	}
	return parts
}

// mostSteps bounds the bytes of CODEOWNERS that are matched with bytes of paths over
// all paths of a survey: a file of 20 KiB with 1,600 paths of 64 bytes.
const mostSteps = 1 << 31

var errCostly = errors.New("CODEOWNERS is too large to be matched with so many paths")

// owned says whether the rule of CODEOWNERS that decides about a path names an
// owner.
func (t *Tree) owned(path string) (bool, error) {
	if t.spent += t.Codeowners.Size * len(path); t.spent > mostSteps {
		return false, errCostly
	}
	m, err := t.Codeowners.Find(path)
	return m != nil && len(m.Owners) > 0, err
}

// controls says that a file steers an agent from where it lies: it declares
// servers, grants powers or instructs.
func controls(f *File) bool {
	if config.Passive(f.Path) {
		return false
	}
	if instructs(f.Path) {
		return true
	}
	for i := range f.Sightings {
		s := &f.Sightings[i]
		format := formatOf(s)
		if s.Template || format == nil || s.Integration.Kind != scanners.KindMCPServer && s.Integration.Kind != scanners.KindAgent {
			continue
		}
		switch format.Role {
		case catalog.RoleServers, catalog.RolePower, catalog.RoleGenerator:
			return true
		}
	}
	return false
}
