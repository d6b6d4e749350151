package policy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/castellan-app/castellan/scanners"
)

// Use is one integration in one place, which an approval may cover.
type Use struct {
	IDs        []string // every name the integration goes by, as `castellan scan` prints its id
	Version    string   // as it is pinned; "" if it is not
	Repository string   // owner/name; "" if unknown, as on a laptop: scopes are not judged
}

// Registers says whether the organisation keeps a register of what may be used.
func (p *Policy) Registers() bool { return len(p.Approved) > 0 }

// Approves is the first approval that covers a use. Without one, why says in what
// the nearest entry does not fit: one that is for the integration and misses only
// by its end, by the version, or by its scope, in that order of nearness; nil if no
// entry is for the integration.
func (p *Policy) Approves(u Use, now time.Time) (covers *Approval, why scanners.Text) {
	nearest := 0
	for i := range p.Approved {
		a := &p.Approved[i]
		if !slices.ContainsFunc(u.IDs, func(id string) bool { return strings.EqualFold(id, a.Integration) }) {
			continue
		}
		reason, near := a.misses(u, now)
		if reason == nil {
			return a, nil
		}
		if near > nearest {
			why, nearest = reason, near
		}
	}
	return nil, why
}

// misses says in what an approval of the integration does not cover a use, and how
// near it is: the higher, the nearer.
func (a *Approval) misses(u Use, now time.Time) (why scanners.Text, near int) {
	switch {
	case u.Repository != "" && len(a.Scope) > 0 && !slices.ContainsFunc(a.Scope, func(glob string) bool {
		return doublestar.MatchUnvalidated(glob, strings.ToLower(u.Repository))
	}):
		return scanners.Say("it is approved for ", strings.Join(a.Scope, " "), " only"), 1
	case a.Version != "" && u.Version == "":
		return scanners.Say("it is approved in version ", a.Version, " only, and no version is pinned here"), 2
	case a.Version != "" && !within(u.Version, a.Version):
		return scanners.Say("version ", u.Version, " is outside ", a.Version, ", which is approved"), 2
	case a.Until.Ended(now):
		return scanners.Say("its approval ended on " + a.Until.String()), 3
	}
	return nil, 0
}

// within says whether a version fits all terms of a range that checkVersion let
// through: 1.4.2, =1.4.2, >=1.4, <2, ^1.4, ~1.4, joined by commas or blanks. Numbers
// that are left out are 0; in a term without an operator they match any.
func within(version, constraint string) bool {
	v, ok := parseVersion(version)
	if !ok {
		return false
	}
	for _, term := range strings.FieldsFunc(constraint, func(c rune) bool { return c == ',' || c == ' ' }) {
		text := strings.TrimLeft(term, "<>=^~")
		want, ok := parseVersion(text)
		if !ok || !v.fits(term[:len(term)-len(text)], want) {
			return false
		}
	}
	return true
}

// release is a version as semver.org and PEP 440 share it: numbers, and whatever
// marks a pre-release.
type release struct {
	numbers []string // without leading zeros
	pre     string   // "" for a release
}

func parseVersion(s string) (release, bool) {
	s, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s, "="), "v"), "+")
	var r release
	for {
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end == 0 {
			break
		}
		r.numbers = append(r.numbers, cmp.Or(strings.TrimLeft(s[:end], "0"), "0"))
		s = s[end:]
		if len(s) < 2 || s[0] != '.' || s[1] < '0' || s[1] > '9' {
			break
		}
		s = s[1:]
	}
	if r.pre = strings.TrimLeft(s, "-."); strings.HasPrefix(r.pre, "post") { // PEP 440: a release after the release
		r.pre = ""
	}
	return r, len(r.numbers) > 0 && !strings.ContainsAny(s, "*xX^~<>, ")
}

// fits compares with one term.
func (r release) fits(operator string, want release) bool {
	c := r.compare(want)
	switch operator {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "^": // up to the next of the first number that is not 0
		same := 1
		for same < len(want.numbers) && want.numbers[same-1] == "0" {
			same++
		}
		return c >= 0 && r.starts(want, same)
	case "~": // up to the next of the second number
		return c >= 0 && r.starts(want, min(2, len(want.numbers)))
	default:
		return r.pre == want.pre && r.starts(want, len(want.numbers))
	}
}

// starts says whether the first n numbers are the same.
func (r release) starts(want release, n int) bool {
	for i := range n {
		if number(r.numbers, i) != number(want.numbers, i) {
			return false
		}
	}
	return true
}

func number(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "0"
}

// compare orders versions; a pre-release comes before its release.
func (r release) compare(o release) int {
	for i := range max(len(r.numbers), len(o.numbers)) {
		a, b := number(r.numbers, i), number(o.numbers, i)
		if c := cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)); c != 0 {
			return c
		}
	}
	switch {
	case r.pre == o.pre:
		return 0
	case r.pre == "":
		return 1
	case o.pre == "":
		return -1
	}
	return strings.Compare(r.pre, o.pre)
}
