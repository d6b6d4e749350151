// Package report holds what the formats of a scan's results share: making
// hostile strings visible, order and grouping, counting, and the words for
// people. Each format is a package below this one, and all have the same shape:
//
//	func Write(w io.Writer, r *scan.Report, rules []scanners.Rule, opt Options) error
//
// No credential reaches these packages: excerpts, arguments and URLs arrive
// masked. Everything else of a report may come from strangers.
package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Index is the rules by id.
func Index(rules []scanners.Rule) map[string]*scanners.Rule {
	byID := make(map[string]*scanners.Rule, len(rules))
	for i := range rules {
		byID[rules[i].ID] = &rules[i]
	}
	return byID
}

// Findings is what a report shows: without those that policy turned off, in
// the order of scan.Compare.
func Findings(r *scan.Report) []*scan.Finding {
	shown := make([]*scan.Finding, 0, len(r.Findings))
	for i := range r.Findings {
		if r.Findings[i].Action != policy.Off {
			shown = append(shown, &r.Findings[i])
		}
	}
	slices.SortStableFunc(shown, scan.Compare)
	return shown
}

// Group is an integration with its findings, worst first.
type Group struct {
	ID          string
	Integration *scan.Integration // nil if the report does not list it
	Findings    []*scan.Finding
}

// Name is what people call the group's integration.
func (g *Group) Name() string {
	if g.Integration != nil && g.Integration.Name != "" {
		return g.Integration.Name
	}
	return g.ID
}

// Groups are the integrations that have findings, in order of danger: the worst
// severity, then what blocks, then how many there are of the worst. rest are the
// integrations without findings, by name.
func Groups(r *scan.Report) (groups []Group, rest []*scan.Integration) {
	at := map[string]int{}
	for _, f := range Findings(r) {
		i, ok := at[f.Integration]
		if !ok {
			i = len(groups)
			at[f.Integration] = i
			groups = append(groups, Group{ID: f.Integration})
		}
		groups[i].Findings = append(groups[i].Findings, f)
	}
	for i := range r.Integrations {
		in := &r.Integrations[i]
		if g, ok := at[in.ID]; ok {
			groups[g].Integration = in
		} else {
			rest = append(rest, in)
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		ta, tb := count(a.Findings), count(b.Findings)
		worst := a.Findings[0].Severity
		return cmp.Or(
			cmp.Compare(b.Findings[0].Severity, worst),
			cmp.Compare(min(tb.Block, 1), min(ta.Block, 1)),
			cmp.Compare(tb.Severity[worst], ta.Severity[worst]),
		)
	})
	slices.SortStableFunc(rest, func(a, b *scan.Integration) int {
		return cmp.Or(
			strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			strings.Compare(a.ID, b.ID),
		)
	})
	return groups, rest
}

// Tally counts findings.
type Tally struct {
	Findings          int
	Severity          [scanners.Critical + 1]int // by scanners.Severity
	Block, Warn, Note int
	Credentials       int // distinct ones to be revoked, not the publishable
}

// Count counts what a report shows.
func Count(r *scan.Report) Tally { return count(Findings(r)) }

func count(findings []*scan.Finding) Tally {
	t := Tally{Findings: len(findings)}
	seen := map[string]bool{}
	for _, f := range findings {
		t.Severity[f.Severity]++
		switch f.Action {
		case policy.Block:
			t.Block++
		case policy.Warn:
			t.Warn++
		default:
			t.Note++
		}
		if c := f.Credential; c != nil && !c.Publishable && !seen[c.Hash] {
			seen[c.Hash] = true
			t.Credentials++
		}
	}
	return t
}

// String is the counts by severity, worst first: "2 critical, 1 low".
func (t Tally) String() string {
	var parts []string
	for s := scanners.Critical; ; s-- {
		if n := t.Severity[s]; n > 0 {
			parts = append(parts, Number(n)+" "+s.String())
		}
		if s == scanners.Info {
			return strings.Join(parts, ", ")
		}
	}
}

// Failure is why a target was not scanned at all; "" if it was.
func Failure(t *scan.Target) string {
	for _, s := range t.Coverage.Skipped {
		if s.Path == "" && s.Incomplete {
			return s.Reason
		}
	}
	return ""
}

// Scanned says that at least one target was.
func Scanned(r *scan.Report) bool {
	for i := range r.Targets {
		if Failure(&r.Targets[i]) == "" {
			return true
		}
	}
	return len(r.Targets) == 0
}

// Complete says that all targets were read completely.
func Complete(r *scan.Report) bool {
	for i := range r.Targets {
		if !r.Targets[i].Coverage.Complete {
			return false
		}
	}
	return true
}
