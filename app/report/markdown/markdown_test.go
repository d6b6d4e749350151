package markdown

import (
	"bytes"
	"flag"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, r *scan.Report, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, fixture.Rules(), opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAFailedTargetIsTold(t *testing.T) {
	t.Parallel()
	r := &scan.Report{Targets: []scan.Target{
		{Name: "app", Mode: scan.ModeRange, Commit: "1234567890abcdef", Coverage: scan.Coverage{Files: 1, Complete: true}},
		{Name: "lost", Mode: scan.ModeRange, Coverage: scan.Coverage{Skipped: []scan.Skip{{Reason: "no such folder", Incomplete: true}}}},
	}}
	want := "## Castellan: no findings, scan not complete\n\n" +
		"- Scanned `app` (range `main..HEAD` at `1234567890`): 1 file, 0 candidates read.\n" +
		"- **Not scanned** `lost`: `no such folder`\n\n"
	if diff := cmp.Diff(want, render(t, r, Options{Range: "main..HEAD"})); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	r.Targets = r.Targets[1:]
	if got := render(t, r, Options{}); !strings.HasPrefix(got, "## Castellan: nothing was scanned\n") {
		t.Errorf("page %q", got)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		report *scan.Report
		opt    Options
	}{
		"full.md":   {fixture.Full(), Options{}},
		"clean.md":  {fixture.Clean(), Options{}},
		"empty.md":  {fixture.Empty(), Options{}},
		"budget.md": {fixture.Full(), Options{Bytes: 2000}},
	} {
		fixture.Golden(t, name, []byte(render(t, c.report, c.opt)), *update)
	}
}

// outside is what is left of one block of Markdown without its code spans, read
// as CommonMark 6.1 says, and without escaped characters.
func outside(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]<>()#+-.!|&~$@\"'", s[i+1]) >= 0:
			i += 2
		case s[i] == '`':
			n := run(s[i:])
			if end := closing(s[i+n:], n); end >= 0 {
				i += n + end + n
				b.WriteByte(' ')
			} else {
				b.WriteString(s[i : i+n])
				i += n
			}
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func run(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// closing is the offset in s of the first run of exactly n backquotes, -1 without.
func closing(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '`' {
			m := run(s[i:])
			if m == n {
				return i
			}
			i += m - 1
		}
	}
	return -1
}

// cells are the cells of a row as GFM 4.10 cuts them: at pipes that no backslash
// stands before.
func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	return strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
}

// harmless checks that hostile strings, which all hold EVIL or only marks, stand
// nowhere but in code.
func harmless(t *testing.T, hostile, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%.40q: not UTF-8", hostile)
	}
	columns := 0
	for line := range strings.SplitSeq(text, "\n") {
		parts := []string{line}
		if strings.HasPrefix(line, "|") {
			parts = cells(line)
			if columns > 0 && len(parts) != columns {
				t.Errorf("%.40q: %d cells, want %d, in %.300q", hostile, len(parts), columns, line)
			}
			columns = len(parts)
		} else {
			columns = 0
		}
		for _, part := range parts {
			rest := outside(part)
			for _, own := range []string{"<details><summary>", "</summary>", "</details>", "<https://docs.example/mcp>", "## Castellan", "#### ", "### "} {
				rest = strings.ReplaceAll(rest, own, "")
			}
			if strings.Contains(rest, "EVIL") || strings.ContainsAny(rest, "`@#<>[]\x1b\x00\r") || strings.Contains(rest, "://") {
				t.Errorf("%.40q: %.200q outside code in %.300q", hostile, rest, part)
			}
		}
	}
}

func TestHostileStringsStayInCode(t *testing.T) {
	t.Parallel()
	for _, s := range append(fixture.Hostile(), strings.Repeat("EVIL`|\n", 1<<20)) {
		harmless(t, s, render(t, fixture.With(s), Options{}))
	}
}

func TestAnyStringStaysInCode(t *testing.T) {
	t.Parallel()
	alphabet := rapid.StringOfN(rapid.RuneFrom([]rune("`|\\ @#<>[]!*_~$\n\r\tEVIL\u202e\x00é")), 0, 40, -1)
	rapid.Check(t, func(rt *rapid.T) {
		s := alphabet.Draw(rt, "s")
		harmless(t, s, render(t, fixture.With(s), Options{}))
		if t.Failed() {
			rt.Fatalf("%q escapes", s)
		}
	})
}

func TestOwnWordsDoNotLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain words":                "plain words",
		"ask @acme/team about #12":   "ask `@acme/team` about `#12`",
		"see https://a.example now":  "see `https://a.example` now",
		"in 1a2b3c4d5e or GH-3":      "in `1a2b3c4d5e` or `GH-3`",
		"a *b* _c_ <d> [e](f) `g` |": "a \\*b\\* \\_c\\_ \\<d\\> \\[e\\](f) \\`g\\` \\|",
		"a\nb\u202e":                 "a\\\\nb\\\\u202e",
	} {
		if diff := cmp.Diff(want, prose(scanners.Say(in), 100)); diff != "" {
			t.Errorf("prose(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestBudgetIsNeverExceeded(t *testing.T) {
	t.Parallel()
	reports := map[string]*scan.Report{"large": fixture.Large(1000), "full": fixture.Full(), "hostile": fixture.With(strings.Repeat("`", 300) + "EVIL"), "empty": fixture.Empty()}
	for name, r := range reports {
		whole := render(t, r, Options{})
		for limit := 1; limit < 70_000; limit += 1 + limit/9 {
			got := render(t, r, Options{Bytes: limit})
			if len(got) > limit {
				t.Errorf("%s: %d bytes, limit %d", name, len(got), limit)
			}
			if len(got) < len(whole) && limit > 600 && !strings.Contains(got, "Left out to stay within ") {
				t.Errorf("%s at %d: does not say what was left out", name, limit)
			}
			if strings.Count(got, "<details>") != strings.Count(got, "</details>") {
				t.Errorf("%s at %d: details are not closed", name, limit)
			}
			harmless(t, name, got)
		}
	}
}

// TestCheckSummaryLimit is lesson 12: GitHub refuses more than 65,535 characters.
func TestCheckSummaryLimit(t *testing.T) {
	t.Parallel()
	got := render(t, fixture.Large(10_000), Options{Bytes: 65_535})
	if len(got) > 65_535 || len(got) < 60_000 {
		t.Errorf("%d bytes of 65,535", len(got))
	}
	if !strings.HasPrefix(got, "## Castellan: 10,000 findings block, scan not complete\n") {
		t.Errorf("begins %.80q", got)
	}
	harmless(t, "large", got)
}

func TestSameReportSameOutput(t *testing.T) {
	t.Parallel()
	one, two := fixture.Large(500), fixture.Large(500)
	slices.Reverse(two.Findings)
	if render(t, one, Options{}) != render(t, two, Options{}) {
		t.Error("the order of findings in the report changes the output")
	}
}

func TestNeitherHashNorLengthIsWritten(t *testing.T) {
	t.Parallel()
	if strings.Contains(render(t, fixture.Full(), Options{}), fixture.Hash("a")[10:20]) {
		t.Error("the hash of a credential is in the text")
	}
}

func BenchmarkWrite(b *testing.B) {
	r := fixture.Large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(render(b, r, Options{}))))
	}
}
