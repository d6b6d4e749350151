package catalog

import (
	"cmp"
	"strings"
)

// maxVersion bounds what is read as a version, in bytes.
const maxVersion = 64

// version is an exact version of npm (semver.org) or PyPI (PEP 440): release
// numbers, and how far before or behind the release it is. Epochs are not read.
type version struct {
	release [6]uint32
	stage   int // -1 before the release (alpha, beta, candidate, dev), 1 behind it (post), 0 the release
	label   string
}

// parseVersion reads an exact version; build metadata does not count.
func parseVersion(s string) (v version, ok bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "="), "v")
	if s == "" || len(s) > maxVersion || s[0] < '0' || s[0] > '9' {
		return v, false
	}
	s, _, _ = strings.Cut(strings.ToLower(s), "+")
	end := 0
	for n := 0; ; n++ {
		start := end
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if start == end || n == len(v.release) || end-start > 9 {
			return v, false
		}
		for _, c := range s[start:end] {
			v.release[n] = v.release[n]*10 + uint32(c-'0')
		}
		if end == len(s) || s[end] != '.' || end+1 == len(s) || s[end+1] < '0' || s[end+1] > '9' {
			break
		}
		end++
	}
	rest := s[end:]
	if rest != "" && strings.IndexByte("-._", rest[0]) >= 0 {
		rest = rest[1:]
	}
	return v, (rest != "" || end == len(s)) && v.suffix(rest)
}

// suffix reads what follows the release numbers.
func (v *version) suffix(s string) bool {
	if s == "" {
		return true
	}
	if strings.IndexByte("-._", s[0]) >= 0 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || s == "x" || strings.HasSuffix(s, ".x") {
		return false
	}
	v.stage, v.label = -1, s
	if strings.HasPrefix(s, "post") || strings.HasPrefix(s, "rev") {
		v.stage = 1
	}
	return true
}

// compare is negative if v is before w. Two versions before one release compare
// by their labels, numbers within them by their value.
func (v version) compare(w version) int {
	for i := range v.release {
		if n := cmp.Compare(v.release[i], w.release[i]); n != 0 {
			return n
		}
	}
	if n := cmp.Compare(v.stage, w.stage); n != 0 {
		return n
	}
	return compareLabels(v.label, w.label)
}

// compareLabels compares runs of digits by value and everything else by bytes.
func compareLabels(a, b string) int {
	for a != "" && b != "" {
		x, y := leadingDigits(a), leadingDigits(b)
		if x == "" || y == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		a, b = a[len(x):], b[len(y):]
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if n := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); n != 0 {
			return n
		}
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(s string) string {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}
