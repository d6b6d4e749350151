package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestMatchAgreesWithGlobs holds the switches and the matcher to what a library
// for globs makes of Format.Paths, on paths near to the globs.
func TestMatchAgreesWithGlobs(t *testing.T) {
	t.Parallel()
	var globs []string
	for _, f := range Formats() {
		globs = append(globs, f.Paths...)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := near(t, rapid.SampledFrom(globs).Draw(t, "glob"))
		if strings.Contains("/"+p+"/", "//") {
			return // no path of a repository
		}
		var want, got []string
		for _, f := range Formats() {
			if f.Off == "" && slices.ContainsFunc(f.Paths, func(glob string) bool { return doublestar.MatchUnvalidated(glob, p) }) {
				want = append(want, f.ID)
			}
		}
		for _, f := range Match(p) {
			got = append(got, f.ID)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Match(%q) (-want +got):\n%s", p, diff)
		}
		if IsCandidate(p) != (len(want) > 0) {
			t.Fatalf("IsCandidate(%q) = %v", p, !IsCandidate(p))
		}
	})
}

// near is a path that glob matches, or one that differs a little.
func near(t *rapid.T, glob string) string {
	var b strings.Builder
	for rest := glob; rest != ""; {
		if tail, ok := strings.CutPrefix(rest, "**/"); ok {
			b.WriteString(rapid.SampledFrom([]string{"", "a/", "x/.claude/", "a/b/.github/", ".mcp/"}).Draw(t, "dirs"))
			rest = tail
			continue
		}
		if rest[0] == '*' {
			b.WriteString(rapid.SampledFrom([]string{"", "x", "mcp", ".example", "_config", "claude", ".mcp", "a.b", "\xff\n"}).Draw(t, "star"))
		} else {
			b.WriteByte(rest[0])
		}
		rest = rest[1:]
	}
	p := b.String()
	switch rapid.IntRange(0, 4).Draw(t, "change") {
	case 0:
		return p[rapid.IntRange(0, len(p)).Draw(t, "cut"):]
	case 1:
		return rapid.SampledFrom([]string{"a/", "a", ".x/.cursor/"}).Draw(t, "prefix") + p
	case 2:
		return p + rapid.SampledFrom([]string{"x", ".example", ".json", "/a"}).Draw(t, "suffix")
	}
	return p
}
