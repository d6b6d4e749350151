package version

import (
	"cmp"
	"strings"
)

// first is the label of the least pre-release of a version.
const first = "0"

// parseSemVer reads numbers, one to three, and a pre-release behind three.
func parseSemVer(s string) (v Version, rest string, ok bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "="), "v")
	v.release, v.parts, rest, ok = releaseNumbers(s)
	if !ok || v.parts > 3 {
		return v, rest, false
	}
	v.stage[0] = 1
	if v.parts < 3 {
		return v, rest, true
	}
	rest, _, _ = strings.Cut(rest, "+") // build metadata
	if label, ok := strings.CutPrefix(rest, "-"); ok {
		if !isLabel(label) {
			return v, rest, false
		}
		v.stage[0], v.label, rest = 0, label, ""
	}
	return v, rest, true
}

// isLabel says whether a text is identifiers of a pre-release.
func isLabel(s string) bool {
	for id := range strings.SplitSeq(s, ".") {
		if id == "" {
			return false
		}
	}
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && c != '-' && c != '.' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// compareLabels orders pre-releases: identifier by identifier, numbers by value
// and before words, fewer identifiers first.
func compareLabels(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if n := compareIdentifiers(x, y); n != 0 {
			return n
		}
	}
	return cmp.Compare(len(a), len(b))
}

func compareIdentifiers(x, y string) int {
	switch nx, ny := isNumber(x), isNumber(y); {
	case nx && ny:
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
	case nx:
		return -1
	case ny:
		return 1
	}
	return strings.Compare(x, y)
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }
