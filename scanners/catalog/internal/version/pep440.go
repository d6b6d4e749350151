package version

import (
	"math"
	"strings"
)

// Keys of what a version of PEP 440 does not have: a final release comes behind
// its candidates, a development release before all else.
const (
	before = -1
	behind = math.MaxInt64
)

// parsePEP440 reads a version in any of its spellings.
func parsePEP440(text string) (v Version, ok bool) {
	s := strings.TrimPrefix(strings.ToLower(text), "v")
	if n, rest, ok := number(s); ok && strings.HasPrefix(rest, "!") {
		v.epoch, s = n, rest[1:]
	}
	v.scheme = PEP440
	v.release, v.parts, s, ok = releaseNumbers(s)
	if !ok {
		return v, false
	}
	pre, s, isPre := suffix(s, "alpha", "a", "beta", "b", "preview", "pre", "rc", "c")
	post, s, isPost := postRelease(s)
	dev, s, isDev := suffix(s, "dev")
	v.stage = [3]int64{behind, before, behind}
	if isPre {
		v.stage[0] = pre
	} else if isDev && !isPost {
		v.stage[0] = before
	}
	if isPost {
		v.stage[1] = post
	}
	if isDev {
		v.stage[2] = dev
	}
	return v, s == "" || s[0] == '+' && isLocal(s[1:])
}

// suffix reads a word with a number, 0 if it has none. Its key holds the word's
// rank above the number: alpha, beta, candidate.
func suffix(s string, words ...string) (key int64, rest string, ok bool) {
	rest = s
	if rest != "" && strings.IndexByte("-_.", rest[0]) >= 0 {
		rest = rest[1:]
	}
	word, rest, ok := oneOf(rest, words...)
	if !ok {
		return 0, s, false
	}
	rank := int64(0)
	switch word {
	case "beta", "b":
		rank = 1
	case "preview", "pre", "rc", "c":
		rank = 2
	}
	n := uint32(0)
	digits := rest
	if digits != "" && strings.IndexByte("-_.", digits[0]) >= 0 {
		digits = digits[1:]
	}
	if m, behind, ok := number(digits); ok {
		n, rest = m, behind
	}
	return rank<<32 | int64(n), rest, true
}

// postRelease reads .post1 and its short form -1.
func postRelease(s string) (key int64, rest string, ok bool) {
	if short, found := strings.CutPrefix(s, "-"); found {
		if n, rest, ok := number(short); ok {
			return int64(n), rest, true
		}
	}
	return suffix(s, "post", "rev", "r")
}

func isLocal(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}
