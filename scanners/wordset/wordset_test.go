package wordset

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHas(t *testing.T) {
	t.Parallel()
	const set = " npx bunx uvx docker+run x "
	for word, want := range map[string]bool{
		"npx": true, "bunx": true, "docker+run": true, "x": true, "px": false, "np": false, "docker": false, "run": false, "": false, " ": false, "npx bunx": false, "uvxdocker": false,
	} {
		if got := Has(set, word); got != want {
			t.Errorf("Has(%q) = %v", word, got)
		}
	}
	if Has("", "x") || Has(" ", "x") || Has("x", "x") {
		t.Error("a set without blanks around its words holds none")
	}
}

// TestHasAgrees holds it to the plain way.
func TestHasAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[ab]{1,3}`)).Draw(t, "words")
		word := rapid.StringMatching(`[ab]{0,3}`).Draw(t, "word")
		set := " " + strings.Join(words, " ") + " "
		if got, want := Has(set, word), word != "" && strings.Contains(set, " "+word+" "); got != want {
			t.Fatalf("Has(%q, %q) = %v, want %v", set, word, got, want)
		}
	})
}

func TestHasAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Has(" npx bunx uvx docker+run ", "podman") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
