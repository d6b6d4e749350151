package scan

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
)

// gatherer collects what files, targets and commits say, and makes one Report
// of it. It is safe for concurrent use.
type gatherer struct {
	mu           sync.Mutex
	integrations map[string]*Integration
	findings     []Finding
	launches     []launched                 // to be looked up
	mirrors      map[string]map[string]bool // by target: ecosystems with another registry
}

func newGatherer() *gatherer {
	return &gatherer{integrations: map[string]*Integration{}, mirrors: map[string]map[string]bool{}}
}

func (g *gatherer) sighting(s Sighting) {
	s.redact()
	g.mu.Lock()
	defer g.mu.Unlock()
	in := g.integrations[s.Integration.ID]
	if in == nil {
		in = &Integration{Integration: s.Integration}
		g.integrations[s.Integration.ID] = in
	}
	in.Sightings = append(in.Sightings, s)
}

func (g *gatherer) finding(f Finding) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.findings = append(g.findings, f)
}

// decide lets the baseline and the policy speak and puts everything in order.
func (g *gatherer) decide(r *Report, o *Options) {
	for _, f := range g.findings {
		f.Fingerprint = f.Finding.Fingerprint()
		if o.Baseline != nil && o.Baseline.Has(f.Fingerprint, hashOf(&f.Finding)) {
			r.Known++
			continue
		}
		at := o.rulings[f.Target]
		d := at.policy.Decide(subject(&f, at.repository), o.Now)
		if d.Nearly != "" && !slices.Contains(r.Notices, d.Nearly) {
			r.Notices = append(r.Notices, d.Nearly)
		}
		f.Action = d.Action
		if d.Waiver != nil {
			r.Waived++
			f.Waiver = d.Waiver.String()
		}
		if f.Action != policy.Off || o.Everything {
			f.redact()
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return Compare(&a, &b) })
	for _, in := range g.integrations {
		sort.SliceStable(in.Sightings, func(i, j int) bool { return earlier(&in.Sightings[i], &in.Sightings[j]) })
		in.Integration = in.Sightings[0].Integration
		in.Aliases = aliases(in.Sightings)
		r.Integrations = append(r.Integrations, *in)
	}
	sort.Slice(r.Integrations, func(i, j int) bool { return r.Integrations[i].ID < r.Integrations[j].ID })
	for i := range r.Notices {
		mask(&r.Notices[i])
	}
}

// aliases are the keys by which any of the sightings goes too.
func aliases(sightings []Sighting) []string {
	var all []string
	for i := range sightings {
		all = append(all, sightings[i].Integration.Aliases...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func subject(f *Finding, repository string) policy.Subject {
	return policy.Subject{
		Repository: repository,
		Rule:       f.Rule, Severity: f.Severity, Confidence: f.Confidence, Credential: f.Credential,
		Path: f.Path, Fingerprint: f.Fingerprint, Local: f.Local, Passive: f.Passive, Broad: f.Broad, Host: f.Host,
	}
}

func earlier(a, b *Sighting) bool {
	return cmp.Or(earlierPlace(a.Target, b.Target, a.Path, b.Path, a.Region, b.Region), strings.Compare(a.Name, b.Name)) < 0
}

// earlierPlace compares by target, path, line and column.
func earlierPlace(targetA, targetB, pathA, pathB string, a, b scanners.Region) int {
	return cmp.Or(strings.Compare(targetA, targetB), strings.Compare(pathA, pathB), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// scanFile runs every scanner that wants the file.
func (o *Options) scanFile(f scanners.File) scanners.Result {
	var all scanners.Result
	for _, s := range o.Scanners {
		if s.Candidate(f.Path) == scanners.NoInterest {
			continue
		}
		r := s.Scan(f, o.Hasher)
		all.Sightings = append(all.Sightings, r.Sightings...)
		all.Findings = append(all.Findings, r.Findings...)
		all.Calls, all.Callees = append(all.Calls, r.Calls...), append(all.Callees, r.Callees...)
		if all.Incomplete == "" {
			all.Incomplete = r.Incomplete
		}
	}
	once(&all)
	return all
}

// partly is what is told of a file that was read in part. One that by its path is
// most likely about something else, and of which what was read says nothing, does
// not make a scan incomplete. named says that some scanner knows it by its path.
func partly(path string, named bool, r *scanners.Result) Skip {
	return Skip{Path: path, Reason: r.Incomplete, Incomplete: named || len(r.Sightings)+len(r.Findings) > 0}
}

// once leaves of several findings about one credential at one place the first:
// scanners that know more of a place come before those that read anything. What
// was sighted by such a finding alone, at its very place, goes with it.
func once(all *scanners.Result) {
	var credentials, left []scanners.Region
	all.Findings = slices.DeleteFunc(all.Findings, func(f scanners.Finding) bool {
		if f.Credential == nil {
			return false
		}
		for _, r := range credentials {
			if overlap(r, f.Region) {
				left = append(left, f.Region)
				return true
			}
		}
		credentials = append(credentials, f.Region)
		return false
	})
	for _, r := range left {
		if i := slices.IndexFunc(all.Sightings, func(s scanners.Sighting) bool { return s.Region == r && s.Pointer == "" }); i >= 0 {
			all.Sightings = slices.Delete(all.Sightings, i, i+1)
		}
	}
}

// overlap says whether two regions have a byte in common.
func overlap(a, b scanners.Region) bool {
	return earlierThan(a.Line, a.Column, b.EndLine, b.EndColumn) && earlierThan(b.Line, b.Column, a.EndLine, a.EndColumn)
}

func earlierThan(line, column, otherLine, otherColumn int) bool {
	return line < otherLine || line == otherLine && column < otherColumn
}

// RuleIDs are the rules of all scanners, of surveys, and more.
func RuleIDs(list []scanners.Scanner, more []scanners.Rule) []string {
	var ids []string
	for _, r := range slices.Concat(survey.Rules(), more) {
		ids = append(ids, r.ID)
	}
	for _, s := range list {
		for _, r := range s.Rules() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// reads decides by path whether any scanner would look into a file, if only for
// what may stand anywhere.
func (o *Options) reads(path string) bool { return o.interest(path) != scanners.NoInterest }

// wants decides by path whether a file is a candidate of some scanner's own.
func (o *Options) wants(path string) bool { return o.interest(path) > scanners.Anywhere }

// names decides by path whether a file is one that some scanner knows by it.
func (o *Options) names(path string) bool { return o.interest(path) == scanners.Named }

// limit is how large a file of a path may be to be read, 0 for the usual.
func (o *Options) limit(path string) int64 {
	most := int64(0)
	for _, s := range o.Scanners {
		if sizer, ok := s.(scanners.Sizer); ok {
			most = max(most, sizer.MaxBytes(path))
		}
	}
	return most
}

// interest is the greatest that a scanner has in a file.
func (o *Options) interest(path string) scanners.Interest {
	most := scanners.NoInterest
	for _, s := range o.Scanners {
		most = max(most, s.Candidate(path))
	}
	return most
}
