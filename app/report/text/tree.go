package text

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
)

// WriteTree renders the inventory of r for people: integrations by kind, each
// with where it was seen, what it reaches and what it is granted. Its errors are
// those of w.
func WriteTree(w io.Writer, r *scan.Report, opt Options) error {
	p := newPrinter(w, opt)
	p.targets = len(r.Targets)
	for i := range r.Targets {
		t := &r.Targets[i]
		p.print(p.paint.bold(clean(t.Name)), p.paint.faint(" ("+report.Coverage(&t.Coverage)+")"), "\n")
	}
	all := together(report.Inventory(r))
	if len(all) == 0 {
		p.print("No AI integrations.\n")
	}
	for _, kind := range kinds(all) {
		var own []*scan.Integration
		n := 0
		for _, in := range all {
			if in.Kind != kind {
				continue
			}
			n++
			if !exemplary(in) {
				own = append(own, in)
			}
		}
		slices.SortStableFunc(own, func(a, b *scan.Integration) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		p.print("\n", p.paint.bold(plural(kind, n)), p.paint.faint(" "+report.Number(n)), "\n")
		for i, in := range own {
			p.branch(in, i == len(own)-1 && n == len(own))
		}
		if n -= len(own); n > 0 {
			p.print(p.paint.faint("└─ "+report.Number(n)+" in tests, examples and templates only (--format csv lists them)"), "\n")
		}
	}
	return p.flush()
}

// kinds are those of the integrations, what acts before what it is made of.
func kinds(all []*scan.Integration) []scanners.Kind {
	order := []scanners.Kind{
		scanners.KindAgent, scanners.KindPlugin, scanners.KindWorkflow, scanners.KindMCPServer, scanners.KindBuilder, scanners.KindBuilderFlow, scanners.KindModelProvider, scanners.KindGateway, scanners.KindModel,
		scanners.KindRuntime, scanners.KindFramework, scanners.KindVectorStore, scanners.KindService, scanners.KindObservability, scanners.KindEvaluation,
	}
	return slices.DeleteFunc(order, func(k scanners.Kind) bool {
		return !slices.ContainsFunc(all, func(in *scan.Integration) bool { return in.Kind == k })
	})
}

// exemplary says whether nothing of an integration is at work here: it stands
// in tests, examples and templates alone.
func exemplary(in *scan.Integration) bool {
	return !slices.ContainsFunc(in.Sightings, func(s scan.Sighting) bool { return !sample(&s) })
}

// sample says whether a sighting stands in a test, an example or a template.
func sample(s *scan.Sighting) bool { return s.Template || config.Passive(s.Path) }

// instructions is a file of instructions that no agent owns: all of them are
// one line of the tree.
func instructions(in *scan.Integration) bool {
	return in.Kind == scanners.KindAgent && strings.HasPrefix(in.ID, "local:") && (in.Name == "AGENTS.md" || in.Name == "AGENT.md")
}

// together are integrations with the instructions for any agent as one.
func together(all []*scan.Integration) []*scan.Integration {
	var out []*scan.Integration
	var shared *scan.Integration
	for _, in := range all {
		switch {
		case !instructions(in):
			out = append(out, in)
		case shared == nil:
			whole := *in
			whole.Name, whole.Sightings = "any agent that reads AGENTS.md", slices.Clone(in.Sightings)
			shared = &whole
			out = append(out, shared)
		default:
			shared.Sightings = append(shared.Sightings, in.Sightings...)
		}
	}
	return out
}

// plural is a kind's name as a heading.
func plural(kind scanners.Kind, n int) string {
	word := report.KindName(kind)
	word = strings.ToUpper(word[:1]) + word[1:]
	if n == 1 {
		return word
	}
	return word + "s"
}

// branch writes one integration of a tree.
func (p *printer) branch(in *scan.Integration, last bool) {
	fork, stem := "├─ ", "│  "
	if last {
		fork, stem = "└─ ", "   "
	}
	name := clean(in.Name)
	if name == "" {
		name = clean(in.ID)
	}
	about := []string{}
	if in.Vendor != "" {
		about = append(about, clean(in.Vendor))
	}
	about = append(about, string(in.Reputation))
	if v := versions(in); v != "" {
		about = append(about, v)
	}
	if since := introduced(in); since != "" {
		about = append(about, since)
	}
	p.print(p.paint.faint(fork), name, p.paint.faint("  "+strings.Join(about, ", ")), "\n")
	places := atWorkFirst(in)
	most := min(len(places), report.Most(len(places), maxPlaces))
	for _, s := range places[:most] {
		at := report.Location(clean(s.Path), s.Region.Line, 0)
		if s.Path == "" {
			at = clean(s.Name) + ", " + report.ShortCommit(s.Origin.Commit) + " of " + s.Origin.Time.UTC().Format(time.DateOnly)
		}
		if p.targets > 1 {
			at = clean(s.Target) + " " + at
		}
		if m := marks(s); m != "" {
			at += " (" + m + ")"
		}
		p.print(p.paint.faint(stem), report.Truncate("at "+at, p.most-len(stem)), "\n")
	}
	if n := len(places) - most; n > 0 {
		p.print(p.paint.faint(stem+"and "+report.Plural(n, "more place", "more places")), "\n")
	}
	for _, l := range []struct {
		label  string
		values []string
	}{{"reaches ", reached(in)}, {"granted ", granted(in)}} {
		if len(l.values) > 0 {
			p.print(p.paint.faint(stem), report.Truncate(l.label+some(l.values), p.most-len(stem)), "\n")
		}
	}
}

// atWorkFirst are an integration's sightings, one a line, those in tests,
// examples and templates last.
func atWorkFirst(in *scan.Integration) []*scan.Sighting {
	var at, after []*scan.Sighting
	for i := range in.Sightings {
		if s := &in.Sightings[i]; sample(s) {
			after = append(after, s)
		} else {
			at = append(at, s)
		}
	}
	return slices.CompactFunc(append(at, after...), func(a, b *scan.Sighting) bool {
		return a.Path != "" && a.Path == b.Path && a.Region.Line == b.Region.Line && a.Target == b.Target
	})
}

// some is a list in a sentence, cut after maxListed.
func some(values []string) string {
	most := min(len(values), report.Most(len(values), maxListed))
	text := strings.Join(values[:most], ", ")
	if n := len(values) - most; n > 0 {
		text += " and " + report.Number(n) + " more"
	}
	return text
}

const maxListed = 12

// versions are the versions of the integration's packages, at most three.
func versions(in *scan.Integration) string {
	var all []string
	for i := range in.Sightings {
		if s := &in.Sightings[i]; s.Package != "" && s.Version != "" {
			all = append(all, clean(s.Version))
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 3 {
		return report.Number(len(all)) + " versions"
	}
	return strings.Join(all, " ")
}

// introduced is since when it is there and by whom.
func introduced(in *scan.Integration) string {
	var first *scan.Sighting
	for i := range in.Sightings {
		s := &in.Sightings[i]
		if t := s.Origin.Time; !t.IsZero() && (first == nil || t.Before(first.Origin.Time)) {
			first = s
		}
	}
	if first == nil {
		return ""
	}
	return "since " + first.Origin.Time.UTC().Format(time.DateOnly) + " by " + clean(first.Origin.Author)
}

func reached(in *scan.Integration) []string {
	var all []string
	for i := range in.Sightings {
		all = append(all, in.Sightings[i].Reaches...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func granted(in *scan.Integration) []string {
	var all []string
	for i := range in.Sightings {
		for _, g := range in.Sightings[i].Grants {
			all = append(all, clean(g.Name)+": "+g.Level)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// WriteChanges renders what changed between two states, for people. Its errors
// are those of w.
func WriteChanges(w io.Writer, changes []scan.Change, before, after string, opt Options) error {
	p := newPrinter(w, opt)
	counts := map[scan.ChangeKind]int{}
	for _, c := range changes {
		counts[c.Kind]++
		mark := map[scan.ChangeKind]string{scan.Added: p.paint.good("+"), scan.Removed: p.paint.bad("-"), scan.Altered: p.paint.warn("~")}[c.Kind]
		in := c.Integration
		about := []string{report.KindName(in.Kind)}
		if in.Vendor != "" {
			about = append(about, clean(in.Vendor))
		}
		about = append(about, string(in.Reputation))
		p.print(mark, " ", clean(in.Name), p.paint.faint("  "+strings.Join(about, ", ")), "\n")
		if c.Kind == scan.Added {
			for i := range in.Sightings[:min(len(in.Sightings), report.Most(len(in.Sightings), maxPlaces))] {
				s := &in.Sightings[i]
				p.print("    at ", report.Location(clean(s.Path), s.Region.Line, 0), launched(s), "\n")
			}
			for _, l := range [][]string{prefixed("reaches ", reached(in)), prefixed("granted ", granted(in))} {
				if len(l) > 0 {
					p.print("    ", report.Truncate(some(l), p.most-4), "\n")
				}
			}
		}
		p.few(c.Gained, p.paint.good("+ "))
		p.few(c.Lost, p.paint.bad("- "))
	}
	if len(changes) == 0 {
		p.print("No AI comes or goes between ", clean(before), " and ", clean(after), ".\n")
	} else {
		p.print(fmt.Sprintf("\n%s to %s: %d added, %d removed, %d changed.\n", clean(before), clean(after), counts[scan.Added], counts[scan.Removed], counts[scan.Altered]))
	}
	return p.flush()
}

// few writes the first of a list behind a mark.
func (p *printer) few(list []string, mark string) {
	most := min(len(list), report.Most(len(list), maxChanges))
	for _, s := range list[:most] {
		p.print("    ", mark, clean(s), "\n")
	}
	if n := len(list) - most; n > 0 {
		p.print("    ", mark, p.paint.faint("and "+report.Number(n)+" more"), "\n")
	}
}

const maxChanges = 8 // of one integration, either way

func prefixed(label string, values []string) []string {
	if len(values) > 0 {
		values[0] = label + values[0]
	}
	return values
}

func launched(s *scan.Sighting) string {
	switch {
	case s.Package != "" && s.Version != "":
		return "  " + clean(s.Package) + " " + clean(s.Version)
	case s.URL+s.Command != "":
		return "  " + clean(report.Launch(s))
	}
	return ""
}
