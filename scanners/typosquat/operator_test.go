package typosquat

import (
	"slices"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// replaced are bytes of a text, each in turn exchanged for what f gives of it
// and of the one behind it.
func replaced(s string, f func(a, b byte) []string) (out []string) {
	for i := range len(s) {
		next := byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		for _, r := range f(s[i], next) {
			out = append(out, s[:i]+r+s[min(len(s), i+1):])
		}
	}
	return out
}

// exchanged are a text with each place where old stands exchanged for new.
func exchanged(s string, pairs ...[2]string) (out []string) {
	for _, p := range pairs {
		for i := range len(s) {
			if strings.HasPrefix(s[i:], p[0]) {
				out = append(out, s[:i]+p[1]+s[i+len(p[0]):])
			}
		}
	}
	return out
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' }

// operators make squats of a part of a name.
var operators = []struct {
	name  string
	least int // percent of its squats that must be told
	squat func(s string) []string
}{
	{"letter omitted", 85, func(s string) []string {
		return replaced(s, func(a, _ byte) []string { return map[bool][]string{true: {""}}[letter(a)] })
	}},
	{"letter doubled", 85, func(s string) []string {
		return replaced(s, func(a, _ byte) []string { return map[bool][]string{true: {string([]byte{a, a})}}[letter(a)] })
	}},
	{"letters swapped", 85, func(s string) (out []string) {
		for i := range max(0, len(s)-1) {
			if a, b := s[i], s[i+1]; a != b && letter(a) && letter(b) {
				out = append(out, s[:i]+string([]byte{b, a})+s[i+2:])
			}
		}
		return out
	}},
	{"letter replaced", 60, func(s string) []string {
		return replaced(s, func(a, _ byte) []string {
			return map[bool][]string{true: {string(rune('a' + (a-'a'+7)%26))}}[letter(a)]
		})
	}},
	{"letter added", 60, func(s string) []string {
		return replaced(s, func(a, _ byte) []string { return map[bool][]string{true: {string([]byte{a, 'q'})}}[letter(a)] })
	}},
	{"digit for letter", 95, func(s string) []string {
		return exchanged(s, [2]string{"l", "1"}, [2]string{"i", "1"}, [2]string{"o", "0"}, [2]string{"e", "3"}, [2]string{"s", "5"}, [2]string{"a", "4"})
	}},
	{"letters alike", 90, func(s string) []string {
		return exchanged(s, [2]string{"m", "rn"}, [2]string{"w", "vv"}, [2]string{"d", "cl"}, [2]string{"l", "I"}, [2]string{"i", "l"})
	}},
	{"other script", 95, func(s string) []string {
		return exchanged(s, [2]string{"a", "а"}, [2]string{"e", "е"}, [2]string{"o", "о"}, [2]string{"p", "р"}, [2]string{"c", "с"}, [2]string{"i", "і"}, [2]string{"o", "ο"}, [2]string{"v", "ν"}, [2]string{"e", "é"}, [2]string{"i", "ı"})
	}},
	{"separator added", 95, func(s string) (out []string) {
		for i := 3; i+3 <= len(s); i++ {
			if letter(s[i-1]) && letter(s[i]) {
				out = append(out, s[:i]+"-"+s[i:])
			}
		}
		return out
	}},
	{"separator dropped", 90, func(s string) []string {
		return exchanged(s, [2]string{"-", ""}, [2]string{"-", "_"}, [2]string{"-", "."})
	}},
}

// targets are the parts of names that anybody may imitate: a name without a
// scope, or a scope. Its owner alone decides what is in a scope.
func targets(ecosystem string) (out [][3]string) {
	for _, s := range catalog.Servers() {
		if !s.Popular {
			continue
		}
		names := s.NPM
		if ecosystem == "pypi" {
			names = s.PyPI
		}
		for _, name := range names {
			before, part, after := "", name, ""
			if scope, bare := split(name); scope != "" {
				before, part, after = "@", scope, "/"+bare
			}
			out = append(out, [3]string{before, part, after})
		}
	}
	return out
}

// TestOperators is the matrix of operators and what is told of their squats.
// Words of fewer than four letters are left alone on purpose, and of fewer than
// seven where a letter is another: such names are mostly other things.
func TestOperators(t *testing.T) {
	t.Parallel()
	for _, op := range operators {
		for _, ecosystem := range []string{"npm", "pypi"} {
			told, all := 0, 0
			for _, target := range targets(ecosystem) {
				for _, part := range op.squat(target[1]) {
					squat := target[0] + part + target[2]
					if squat == target[0]+target[1]+target[2] || catalog.ServerByPackage(ecosystem, squat) != nil {
						continue
					}
					all++
					if _, _, ok := Similar(ecosystem, squat); ok {
						told++
					}
				}
			}
			if all == 0 {
				t.Fatalf("%s makes no squats of %s", op.name, ecosystem)
			}
			t.Logf("%-18s %-4s %5d of %5d, %3d %%", op.name, ecosystem, told, all, 100*told/all)
			if told*100 < all*op.least {
				t.Errorf("%s of %s: only %d of %d are told", op.name, ecosystem, told, all)
			}
		}
	}
}

// The scope and the names of the protocol's own servers are imitated most.
func TestScopesOfTheProtocol(t *testing.T) {
	t.Parallel()
	var scopes []string
	for _, op := range operators {
		scopes = append(scopes, op.squat("modelcontextprotocol")...)
	}
	scopes = append(scopes, "model-context-protocol", "model-contextprotocol", "modelcontext-protocol", "modelcontextprotcl", "modelcontextprotocols", "modelcontexprotocl")
	for _, scope := range slices.Compact(scopes) {
		for _, bare := range []string{"server-filesystem", "server-of-my-own"} {
			if name := "@" + scope + "/" + bare; scope != "modelcontextprotocol" {
				if _, _, ok := Similar("npm", name); !ok {
					t.Errorf("%s is not told", name)
				}
			}
		}
	}
}

func TestTwoSteps(t *testing.T) {
	t.Parallel()
	letters := []byte("abn")
	word := "modelcontextprotocol"
	seed := uint32(1)
	random := func(n int) int { seed = seed*1664525 + 1013904223; return int(seed>>8) % n }
	for range 20000 {
		b := []byte(word)
		for range random(5) {
			i := 1 + random(len(b)-2)
			switch random(4) {
			case 0:
				b = slices.Delete(b, i, i+1)
			case 1:
				b = slices.Insert(b, i, letters[random(len(letters))])
			case 2:
				b[i] = letters[random(len(letters))]
			case 3:
				b[i], b[i+1] = b[i+1], b[i]
			}
		}
		if got, want := twoSteps(string(b), word), distance(string(b), word) == 2; got != want {
			t.Fatalf("%s: two steps %v, want %v", b, got, want)
		}
	}
}

// distance is the whole table, in which every step costs one and no letter
// moves twice (optimal string alignment).
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j > 0:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}
