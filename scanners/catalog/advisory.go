package catalog

import "strings"

// Advisory is what is known of versions of a package without asking anybody.
type Advisory struct {
	ID        string
	Ecosystem string // npm or pypi
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

// Affects says whether it is about a version: one that is exact, "1.2.3". Of a
// range, a tag and none it is only known if every version is affected.
func (a *Advisory) Affects(version string) Answer {
	if a.Affected == "*" {
		return Yes
	}
	v, ok := parseVersion(version)
	if !ok {
		return Unknown
	}
	for alternative := range strings.SplitSeq(a.Affected, "||") {
		if holdsAll(alternative, v) {
			return Yes
		}
	}
	return No
}

// holdsAll says whether every comparison of a comma-joined list holds.
func holdsAll(comparisons string, v version) bool {
	for c := range strings.SplitSeq(comparisons, ",") {
		c = strings.TrimSpace(c)
		bare := strings.TrimLeft(c, "<>=")
		bound, ok := parseVersion(strings.TrimSpace(bare))
		if !ok {
			return false
		}
		n := v.compare(bound)
		switch c[:len(c)-len(bare)] {
		case "<":
			ok = n < 0
		case "<=":
			ok = n <= 0
		case ">":
			ok = n > 0
		case ">=":
			ok = n >= 0
		case "", "=", "==":
			ok = n == 0
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}
