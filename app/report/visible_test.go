package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/scanners"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                         "",
		"plain é 検索 🧨 ~`|<":        "plain é 検索 🧨 ~`|<",
		`C:\dir`:                   `C:\dir`,
		"a\nb\r\tc":                `a\nb\r\tc`,
		"\x1b[31m\x07\x00\x7f":     `\x1b[31m\x07\x00\x7f`,
		"\u009b31m":                `\u009b31m`,
		"\xff\xc3(":                `\xff\xc3(`,
		"a\u202eb\u2066c\u200fd":   `a\u202eb\u2066c\u200fd`,
		"a\u200bb\ufeffc\u00add":   `a\u200bb\ufeffc\u00add`,
		"a\u2028b\u2029c\u00a0d":   `a\u2028b\u2029c\u00a0d`,
		"a\U000e0041b\ufe0fc":      `a\U000e0041b\ufe0fc`,
		"a\u3164b\u115fc":          `a\u3164b\u115fc`,
		"\ue000\U0010ffff\u0378.":  `\ue000\U0010ffff\u0378.`,
		"\ufffd":                   "\ufffd",
		strings.Repeat("é\x1b", 3): strings.Repeat(`é\x1b`, 3),
	} {
		if diff := cmp.Diff(want, Visible(in)); diff != "" {
			t.Errorf("Visible(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[2J", "\u202e\u2066", "\xff\xfe", "a\U000e0041", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if Visible(got) != got {
			t.Errorf("%q is not safe to show", got)
		}
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x1b\u202e\u2028") {
			t.Errorf("Visible(%q) = %q", s, got)
		}
		if n := Truncate(got, 20); Width(n) > 20 {
			t.Errorf("Truncate(%q, 20) = %q: %d columns", got, n, Width(n))
		}
		if n := TruncateLeft(got, 20); Width(n) > 20 {
			t.Errorf("TruncateLeft(%q, 20) = %q: %d columns", got, n, Width(n))
		}
		if c := Clip(got, 20); len(c) > 20 || !utf8.ValidString(c) {
			t.Errorf("Clip(%q, 20) = %q", got, c)
		}
	})
}

func TestWidth(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{"": 0, "abc": 3, "検索": 4, "é": 1, "e\u0301": 1, "🧨": 2, "─│…": 3} {
		if got := Width(in); got != want {
			t.Errorf("Width(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in          string
		n           int
		right, left string
	}{
		{"abcdef", 6, "abcdef", "abcdef"},
		{"abcdef", 4, "abc…", "…def"},
		{"abcdef", 1, "…", "…"},
		{"abcdef", 0, "", ""},
		{"abcdef", -1, "", ""},
		{"検索検索", 5, "検索…", "…検索"},
		{"検索検索", 4, "検…", "…索"},
		{"", 3, "", ""},
	} {
		if got := Truncate(c.in, c.n); got != c.right {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.n, got, c.right)
		}
		if got := TruncateLeft(c.in, c.n); got != c.left {
			t.Errorf("TruncateLeft(%q, %d) = %q, want %q", c.in, c.n, got, c.left)
		}
	}
}

func TestUTF8(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"é\x1b\ufffd": "é\x1b\ufffd", "a\xffb\xc3": `a\xffb\xc3`} {
		if got := UTF8(in); got != want {
			t.Errorf("UTF8(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":          "",
		"a":         "`a`",
		"a`b":       "``a`b``",
		"`":         "`` ` ``",
		"``a":       "``` ``a ```",
		" a ":       "`  a  `",
		" a":        "` a`",
		"  ":        "`  `",
		"a\nb":      "`a\\nb`",
		"123456789": "`12345…`",
	} {
		if diff := cmp.Diff(want, Code(in, 8)); diff != "" {
			t.Errorf("Code(%q) (-want +got):\n%s", in, diff)
		}
	}
}

// TestCodeReadsBack reads spans as CommonMark 6.1 does.
func TestCodeReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("`` ab\n\u202e|")), 1, 30, -1).Draw(t, "s")
		span := Code(s, 1000)
		fence := len(span) - len(strings.TrimLeft(span, "`"))
		inner := span[fence : len(span)-fence]
		if LongestRun(inner, '`') >= fence || strings.HasPrefix(inner, "`") || strings.HasSuffix(inner, "`") {
			t.Fatalf("%q ends early", span)
		}
		if strings.HasPrefix(inner, " ") && strings.HasSuffix(inner, " ") && strings.Trim(inner, " ") != "" {
			inner = inner[1 : len(inner)-1]
		}
		if inner != Visible(s) {
			t.Fatalf("Code(%q) reads %q", s, inner)
		}
	})
}

func TestMerge(t *testing.T) {
	t.Parallel()
	got := Merge(scanners.Text{{Text: "a", Code: true}, {}, {Text: "b", Code: true}, {Text: " "}, {Text: "c", Code: true}})
	want := scanners.Text{{Text: "ab", Code: true}, {Text: " "}, {Text: "c", Code: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Merge (-want +got):\n%s", diff)
	}
}

func TestNarrowIsOneColumn(t *testing.T) {
	t.Parallel()
	for r := rune(' '); r < 0x3000; r++ {
		if s := string(r); narrow(s) && cells().StringWidth(s) != 1 {
			t.Errorf("%U takes %d columns", r, cells().StringWidth(s))
		}
	}
}
