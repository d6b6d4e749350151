package catalog

import "github.com/castellan-app/castellan/scanners/catalog/internal/version"

// Advisory is what is known of versions of a package without asking anybody.
type Advisory struct {
	ID        string
	Ecosystem string // npm, pypi or go
	Package   string // as the ecosystem folds it
	Affected  string // comparisons joined by commas, alternatives by ||; "*" is every version
	Fixed     string // "" if no version is
	Severity  string // critical, high, medium, low
	Malicious bool   // the package steals or destroys; else it is only weak
	Summary   string
	URL       string // "" without one
	Aliases   []string
}

// Answer is what can be said of a version.
type Answer uint8

const (
	Unknown Answer = iota
	Yes
	No
)

// Advisories are those of a package, by its name as the ecosystem folds it.
func Advisories(ecosystem, name string) []Advisory {
	var rows span
	switch ecosystem {
	case "npm":
		rows = advisoriesOfNPM(name)
	case "pypi":
		rows = advisoriesOfPyPI(name)
	}
	return advisories[rows.from:rows.to]
}

// Affects says whether it is about what a request may be answered with: an
// exact version ("1.2.3") or a range ("^1.2", "1.2" of npm, ">=1,<2" of PyPI).
// It is Yes if every version the range allows is affected, No if none is, else
// Unknown, for which one is taken only a registry can say. Of a tag and of no
// version it is known only if every version there is is affected.
func (a *Advisory) Affects(requested string) Answer {
	scheme, ok := version.SchemeOf(a.Ecosystem)
	if !ok {
		return Unknown
	}
	if a.Affected == "*" {
		return Yes
	}
	affected, err := version.Affected(scheme, a.Affected)
	if err != nil {
		return Unknown
	}
	allowed, ok := version.Requested(scheme, requested)
	switch {
	case !ok:
		return Unknown
	case affected.Covers(allowed):
		return Yes
	case !affected.Meets(allowed):
		return No
	}
	return Unknown
}
