// Package typosquat says whether a name is almost, but not quite, that of a
// known MCP server: a letter left out, doubled or changed places, a look-alike,
// a scope that only looks like the right one.
//
// It is made to be quiet: many names that differ little are different things
// (mcp-server-git and mcp-server-gif, one package and its second edition), and
// both orders of "mcp", "server" and a word are used by honest people. What is
// near to only few known names, in a word long enough to be mistyped, is told.
package typosquat

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// maxName is npm's bound of a package's name, in bytes; longer ones are near
// to nothing.
const maxName = 214

// Similar is the known package that a name of npm or PyPI, folded as its
// ecosystem folds it, is almost, and how it differs.
func Similar(ecosystem, name string) (known, how string, ok bool) {
	if len(name) > maxName || len(name) < 6 || catalog.ServerByPackage(ecosystem, name) != nil {
		return "", "", false
	}
	lower := strings.ToLower(name)
	servers := catalog.Servers()
	for i := range servers {
		s := &servers[i]
		if !s.Popular {
			continue
		}
		targets := s.NPM
		if ecosystem == "pypi" {
			targets = s.PyPI
		} else if ecosystem != "npm" {
			return "", "", false
		}
		for _, target := range targets {
			if how := compare(lower, target); how != "" {
				return target, how, true
			}
		}
	}
	return "", "", false
}

// compare says how a name is almost a target; "" if it is not.
func compare(name, target string) string {
	scope, bare := split(name)
	wantScope, wantBare := split(target)
	switch {
	case scope != "" && scope == wantScope:
		return compareBare(bare, wantBare)
	case scope != "" && wantScope != "":
		if bare == wantBare || len(wantScope) >= longWord && speaksOfMCP(bare) {
			return compareScopes(scope, wantScope, bare == wantBare && telling(bare) > 0)
		}
		return ""
	case scope == "" && wantScope != "":
		// acme-mcp is what anybody calls a server for @acme/mcp: only a scope and
		// a name that both tell make a name that is taken from somebody.
		if len(wantScope) >= longWord && telling(wantBare) > 0 && sameLetters(bare, wantScope, wantBare) {
			return "without its scope"
		}
		return ""
	case scope != "":
		return "" // somebody's own copy says whose it is
	}
	return compareBare(bare, wantBare)
}

// longWord is how long a word is, in letters, that nobody hits by chance. With
// it none of 1.1 million names of npm and PyPI (2026-11) is told.
const longWord = 10

func speaksOfMCP(name string) bool {
	return strings.Contains(name, "mcp") || strings.Contains(name, "server")
}

// telling is how many words of a name say what it is, not that it is a server.
func telling(name string) (n int) {
	for word := range strings.SplitSeq(name, "-") {
		if word != "" && word != "mcp" && word != "server" {
			n++
		}
	}
	return n
}

// split parts @scope/name.
func split(name string) (scope, bare string) {
	if scoped, ok := strings.CutPrefix(name, "@"); ok {
		scope, bare, _ = strings.Cut(scoped, "/")
		return scope, bare
	}
	return "", name
}

// compareScopes says how a scope is almost a target; sure says that what stands
// in them is the same and nothing that anybody might call so.
func compareScopes(scope, target string, sure bool) string {
	switch {
	case len(target) < 5:
		return ""
	case alike(scope, target):
		return "look-alike letters in its scope"
	case sameLetters(scope, target, ""):
		return "its scope is parted differently"
	}
	if e := edit(scope, target); e != none && (sure || e != other && len(target) >= 6 || len(target) >= longWord) {
		return "its scope: " + words[e]
	}
	if twoSteps(scope, target) {
		return "its scope: two letters are wrong"
	}
	return ""
}

func compareBare(name, target string) string {
	if len(target) < 8 {
		return ""
	}
	if alike(name, target) {
		return "look-alike letters"
	}
	if len(target) >= 10 && sameLetters(name, target, "") {
		return "parted differently"
	}
	if swapped(name, target) {
		return "words changed places"
	}
	e, at := editAt(name, target)
	if e == none && oneWordOff(name, target) {
		return "two letters are wrong"
	}
	if e == none || suffixOnly(name, target) || !isParted(target) && len(target) < longWord {
		return ""
	}
	switch word := wordAt(target, at); {
	case word == "mcp" && e == other:
		return "" // acp, mcx: other things
	case word == "mcp" || word == "server":
	case len(word) < 4 || e == other && len(word) < 7:
		return ""
	}
	return words[e]
}

// suffixOnly says whether a name is another with a digit or a plural at its end.
func suffixOnly(name, target string) bool {
	longer, shorter := name, target
	if len(longer) < len(shorter) {
		longer, shorter = shorter, longer
	}
	rest, ok := strings.CutPrefix(longer, shorter)
	return ok && (rest == "s" || rest == "x" || rest == "-" || rest >= "0" && rest <= "9") || sameButDigit(name, target)
}

// sameButDigit says whether two names of one length differ only in a digit.
func sameButDigit(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && !(isDigit(a[i]) && isDigit(b[i])) {
			return false
		}
	}
	return true
}

// isParted says whether a name has several words.
func isParted(name string) bool { return strings.ContainsAny(name, "-_.") }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// wordAt is the word of a name around a place.
func wordAt(name string, at int) string {
	at = min(at, len(name)-1)
	from := strings.LastIndexAny(name[:at], "-_.") + 1
	to := len(name)
	if i := strings.IndexAny(name[at:], "-_."); i == 0 && at > from {
		to = at
	} else if i > 0 {
		to = at + i
	}
	return name[from:to]
}

// sameLetters says whether two texts, of which the second comes in two parts,
// are the same but for what parts their words.
func sameLetters(a, b, more string) bool {
	i := 0
	next := func(c byte) bool {
		for i < len(a) && isSeparator(a[i]) {
			i++
		}
		i++
		return i <= len(a) && a[i-1] == c
	}
	for _, part := range [2]string{b, more} {
		for j := range len(part) {
			if !isSeparator(part[j]) && !next(part[j]) {
				return false
			}
		}
	}
	return strings.Trim(a[min(i, len(a)):], "-_.") == ""
}

// swapped says whether two names have the same words in another order, of which
// at least two say what it is.
func swapped(name, target string) bool {
	if len(name) != len(target) || name == target {
		return false
	}
	left := "-" + target + "-"
	for word := range strings.SplitSeq(name, "-") {
		if word == "" || !strings.Contains(left, "-"+word+"-") {
			return false
		}
		left = strings.Replace(left, "-"+word+"-", "-", 1)
	}
	return left == "-" && telling(target) >= 2
}
