// Package version orders versions as npm, Go and PyPI order them, and compares
// sets of them: those a command line may fetch, those an advisory is about.
package version

import (
	"cmp"
	"strings"
)

// Scheme is how an ecosystem writes and orders its versions.
type Scheme uint8

const (
	SemVer Scheme = iota // npm and Go: semver.org
	PEP440               // PyPI: packaging.python.org, "Version specifiers"
)

// SchemeOf is the scheme of an ecosystem; ok is false if its versions cannot be
// compared here.
func SchemeOf(ecosystem string) (s Scheme, ok bool) {
	switch ecosystem {
	case "npm", "go":
		return SemVer, true
	case "pypi":
		return PEP440, true
	}
	return 0, false
}

// Bounds on what is read: bytes of a version and of a range, digits of a number.
const (
	maxVersion = 64
	maxRange   = 256
	maxDigits  = 9
)

// Version is one exact version.
type Version struct {
	scheme  Scheme
	epoch   uint32    // of PEP 440
	release [6]uint32 // numbers that are not written are 0
	parts   int       // how many are written
	// stage says where around its release a version stands: for semver 0 before
	// it and 1 at it, for PEP 440 the keys of pre-, post- and development release.
	stage [3]int64
	label string // of a semver pre-release
}

// Parse reads one exact version. Of npm and Go it has three numbers: with fewer
// it is a range. Build metadata and local versions do not count.
func Parse(s Scheme, text string) (v Version, ok bool) {
	if len(text) > maxVersion {
		return v, false
	}
	if s == PEP440 {
		return parsePEP440(text)
	}
	v, rest, ok := parseSemVer(text)
	return v, ok && rest == "" && v.parts == 3
}

// Compare is negative if v comes before w, 0 if they are equal.
func (v Version) Compare(w Version) int {
	if n := cmp.Compare(v.epoch, w.epoch); n != 0 {
		return n
	}
	for i := range v.release {
		if n := cmp.Compare(v.release[i], w.release[i]); n != 0 {
			return n
		}
	}
	for i := range v.stage {
		if n := cmp.Compare(v.stage[i], w.stage[i]); n != 0 {
			return n
		}
	}
	return compareLabels(v.label, w.label)
}

// releaseNumbers reads numbers with dots between them; rest begins behind the last.
func releaseNumbers(s string) (release [6]uint32, n int, rest string, ok bool) {
	for n < len(release) {
		digits, behind, more := number(s)
		if !more {
			return release, n, s, false
		}
		release[n], n = digits, n+1
		if behind == "" || behind[0] != '.' || len(behind) < 2 || !isDigit(behind[1]) {
			return release, n, behind, true
		}
		s = behind[1:]
	}
	return release, n, s, false
}

// number reads the digits at the beginning of a text.
func number(s string) (n uint32, rest string, ok bool) {
	i := 0
	for i < len(s) && isDigit(s[i]) && i <= maxDigits {
		n = n*10 + uint32(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0 && i <= maxDigits
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// oneOf is the first of some words that a text begins with.
func oneOf(s string, words ...string) (word, rest string, ok bool) {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w); ok {
			return w, rest, true
		}
	}
	return "", s, false
}
