package scan

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
)

// Lookup finds out what registries and advisory databases say of the packages
// that servers are launched from.
type Lookup interface {
	// Look judges the subjects. It never fails: what is not found out is not
	// assessed. done is told how many are through.
	Look(ctx context.Context, subjects []Subject, done func(n int)) Looked
}

// Subject is a server that is launched from a package.
type Subject struct {
	scanners.Sighting
	Ecosystem  string // npm, pypi, oci…; "" if unknown
	Repository string // owner/name, "" if unknown
	Policy     *policy.Policy
	Registry   Registry
}

// Registry is whose registry a launch asks.
type Registry string

const (
	OfEcosystem  Registry = ""           // its ecosystem's own
	OfRepository Registry = "repository" // maybe another: a file of the repository names one
	OfLaunch     Registry = "launch"     // another: the launch itself names one
)

// Looked is what look-ups gave, each by the subject's index.
type Looked struct {
	Findings [][]scanners.Finding
	Pending  []bool // something was not found out that may be the next time
	Notice   string // the one line that says what was not assessed and why; "" for nothing
}

// launched is a server to be looked up, as it stands in a target.
type launched struct {
	scanners.Sighting
	target string
	local  bool
	origin Origin
}

// looksUp says whether a sighting is looked up.
func (o *Options) looksUp(s *scanners.Sighting) bool {
	return o.Lookup != nil && s.Integration.Kind == scanners.KindMCPServer && s.Package != ""
}

// launched notes a server of a target for being looked up.
func (t *target) launched(s scanners.Sighting, local bool, origin Origin) {
	if !t.looksUp(&s) {
		return
	}
	t.g.mu.Lock()
	defer t.g.mu.Unlock()
	t.g.launches = append(t.g.launches, launched{s, t.Name, local, origin})
}

// launchKey identifies what a server launches within a file. No finding has it.
func launchKey(s *scanners.Sighting) string {
	return strings.Join([]string{"launch", s.Name, s.Integration.ID, s.Package, s.Version}, "\x00")
}

// launchKeys are the keys of what is looked up.
func (o *Options) launchKeys(list []scanners.Sighting) []string {
	var keys []string
	for i := range list {
		if o.looksUp(&list[i]) {
			keys = append(keys, launchKey(&list[i]))
		}
	}
	return keys
}

func (g *gatherer) mirrored(target string, ecosystems map[string]bool) {
	g.mirrors[target] = ecosystems
}

// lookUp adds what look-ups find. A finding that a scanner made too, of the same
// rule and server, stands once.
func (o *Options) lookUp(ctx context.Context, r *Report, g *gatherer) {
	if o.Lookup == nil || len(g.launches) == 0 {
		return
	}
	slices.SortStableFunc(g.launches, func(a, b launched) int {
		return earlierPlace(a.target, b.target, a.Path, b.Path, a.Region, b.Region)
	})
	var subjects []Subject
	for i := range g.launches {
		l := &g.launches[i]
		at := o.rulings[l.target]
		s := Subject{Sighting: l.Sighting, Repository: at.repository, Policy: at.policy}
		s.Ecosystem, s.Registry = fetched(&l.Sighting)
		if s.Registry == OfEcosystem && g.mirrors[l.target][s.Ecosystem] {
			s.Registry = OfRepository
		}
		subjects = append(subjects, s)
	}
	o.Progress.Phase("looking up packages", len(subjects))
	looked := o.Lookup.Look(ctx, subjects, o.Progress.Step)
	if looked.Notice != "" {
		r.NotAssessed = looked.Notice
		r.Notices = append(r.Notices, looked.Notice)
	}
	stands := map[string]int{}
	for i := range g.findings {
		stands[standing(g.findings[i].Target, &g.findings[i].Finding)] = -1
	}
	for i := range g.launches {
		l := &g.launches[i]
		if looked.Pending[i] {
			p := Place{Target: l.target, Path: l.Path, Server: l.Name}
			mask(&p.Target, &p.Path)
			r.Pending = append(r.Pending, p)
		}
		for _, f := range looked.Findings[i] {
			id := standing(l.target, &f)
			if stands[id] < 0 {
				continue
			}
			if stands[id]++; stands[id] > 1 { // servers of one name in one file
				f.Slot = "#" + strconv.Itoa(stands[id])
			}
			g.finding(Finding{Finding: f, Target: l.target, Local: l.local, Origin: l.origin})
		}
	}
}

func standing(target string, f *scanners.Finding) string {
	return strings.Join([]string{target, f.Rule, f.Path, f.Server}, "\x00")
}
