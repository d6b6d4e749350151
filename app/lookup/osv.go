package lookup

import (
	"context"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// ecosystemsOfOSV are the names OSV has for ours (ossf.github.io/osv-schema,
// affected[].package).
var ecosystemsOfOSV = map[string]string{npm: "npm", pypi: "PyPI", golang: "Go"}

// Bounds of what is taken from OSV.
const (
	mostAdvisories = 100
	mostAliases    = 10
	osvAnswer      = 16 << 20 // of a package with hundreds of advisories
)

// entry is one vulnerability as OSV describes it (ossf.github.io/osv-schema).
type entry struct {
	ID        text   `json:"id"`
	Summary   text   `json:"summary"`
	Withdrawn text   `json:"withdrawn"`
	Aliases   []text `json:"aliases"`
	Affected  []struct {
		Package struct {
			Name      text `json:"name"`
			Ecosystem text `json:"ecosystem"`
		} `json:"package"`
		Ranges []struct {
			Events []struct {
				Introduced text `json:"introduced"`
				Fixed      text `json:"fixed"`
			} `json:"events"`
		} `json:"ranges"`
	} `json:"affected"`
	Database struct {
		Severity text `json:"severity"` // of GitHub's advisories
	} `json:"database_specific"`
}

// askOSV lists what concerns a version, or with version "" what ever concerned
// the name (google.github.io/osv.dev/post-v1-query). Further pages, which come
// after a thousand, are not read.
func askOSV(ctx context.Context, w *wire, p Package, version string) (*[]Advisory, error) {
	type pkg struct {
		Name      string `json:"name"`
		Ecosystem string `json:"ecosystem"`
	}
	body := struct {
		Version string `json:"version,omitempty"`
		Package pkg    `json:"package"`
	}{strings.TrimPrefix(version, "v"), pkg{p.Name, ecosystemsOfOSV[p.Ecosystem]}}
	var a struct {
		Vulns []entry `json:"vulns"`
	}
	if err := w.ask(ctx, call{host: hostOSV, path: []string{"v1", "query"}, body: body, most: osvAnswer}, &a); err != nil {
		return nil, err
	}
	out := []Advisory{}
	for i := range a.Vulns {
		if v := &a.Vulns[i]; v.Withdrawn == "" && identifier(string(v.ID)) && len(out) < mostAdvisories {
			out = append(out, v.advisory(p, version))
		}
	}
	out = once(out)
	return &out, nil
}

func (v *entry) advisory(p Package, version string) Advisory {
	a := Advisory{ID: string(v.ID), Summary: clip(string(v.Summary)), Severity: severityOf(string(v.Database.Severity)), Malicious: strings.HasPrefix(string(v.ID), "MAL-")}
	for _, alias := range v.Aliases {
		if identifier(string(alias)) && len(a.Aliases) < mostAliases {
			a.Aliases = append(a.Aliases, string(alias))
		}
	}
	for _, affected := range v.Affected {
		if !strings.EqualFold(string(affected.Package.Name), p.Name) || string(affected.Package.Ecosystem) != ecosystemsOfOSV[p.Ecosystem] {
			continue
		}
		for _, r := range affected.Ranges {
			for _, e := range r.Events {
				fixed := string(e.Fixed)
				if fixed != "" && len(fixed) <= longestVersion && older(version, fixed) && (a.Fixed == "" || older(fixed, a.Fixed)) {
					a.Fixed = fixed
				}
			}
		}
	}
	return a
}

// severityOf reads GitHub's words; an advisory without one is medium.
func severityOf(word string) scanners.Severity {
	switch strings.ToUpper(word) {
	case "CRITICAL":
		return scanners.Critical
	case "HIGH":
		return scanners.High
	case "LOW":
		return scanners.LowSeverity
	}
	return scanners.Medium
}

// identifier says whether s may be the id of an advisory.
func identifier(s string) bool {
	if s == "" || len(s) > 60 {
		return false
	}
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.") == ""
}

// once leaves of entries that are aliases of one another the first that GitHub
// rated, else the first.
func once(all []Advisory) []Advisory {
	slices.SortStableFunc(all, func(a, b Advisory) int {
		return boolOrder(strings.HasPrefix(b.ID, "GHSA-"), strings.HasPrefix(a.ID, "GHSA-"))
	})
	seen := map[string]bool{}
	kept := all[:0]
	for _, a := range all {
		same := seen[a.ID]
		for _, alias := range a.Aliases {
			same = same || seen[alias]
		}
		seen[a.ID] = true
		for _, alias := range a.Aliases {
			seen[alias] = true
		}
		if !same || a.Malicious {
			kept = append(kept, a)
		}
	}
	return kept
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// older compares versions by their numbers; what follows a number that is equal
// is a pre-release. It only chooses which fix is named.
func older(a, b string) bool {
	a, b = strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v")
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '-' || r == '+' })
	}
	x, y := split(a), split(b)
	for i := range max(len(x), len(y)) {
		var m, n string
		if i < len(x) {
			m = strings.TrimLeft(x[i], "0")
		}
		if i < len(y) {
			n = strings.TrimLeft(y[i], "0")
		}
		if m == n {
			continue
		}
		if len(m) != len(n) {
			return len(m) < len(n)
		}
		return m < n
	}
	return false
}
