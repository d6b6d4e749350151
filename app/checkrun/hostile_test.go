package checkrun

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// hostile are strings as a stranger would choose them. All hold the word EVIL
// or only marks.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b]0;EVIL\x07", "\u009b31mEVIL", "EVIL\r\n::error::x\n# EVIL\n", "EVIL\u202egnp.exe\u2066\u200b\ufeff", "EVIL\x00\x7f\xff\xfe",
		"`EVIL` `` ``` ```` EVIL`", "`", "``EVIL", "```\nEVIL", " EVIL ", "EVIL | a \\| b \\\\| c |", "\\EVIL\\", "EVIL\\", "|EVIL", "\\",
		"@EVIL/team #1 GH-1 EVIL/repo#2 " + head, "<script>EVIL</script><img src=x onerror=EVIL><!-- EVIL",
		"![EVIL](https://evil.example/x.png) [EVIL](javascript:1) www.evil.example https://evil.example/ evil@evil.example",
		"/EVIL approve\n/approve", "</details></details>EVIL\n\n---\n\n| a | b |\n|---|---|\n", "EVIL &lt; &#64; :EVIL: $EVIL$ ~~EVIL~~ _EVIL_",
		strings.Repeat("EVIL ", 400), strings.Repeat("`", 5000) + "EVIL", "e" + strings.Repeat("\u0301", 2000) + "EVIL", "検索EVIL🧨👩‍💻",
		strings.Repeat("EVIL`|\n", 1<<17), strings.Repeat("\x00", 1<<17) + "EVIL", "- EVIL", "1. EVIL", "    EVIL", "~~~\nEVIL",
	}
}

// outside is what is left of one line of Markdown without its code spans, read
// as CommonMark 6.1 says.
func outside(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		n := ticks(s[i:])
		if n == 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := closing(s[i+n:], n)
		if end < 0 {
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		i += n + end + n
		b.WriteByte(' ')
	}
	return b.String()
}

func ticks(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// closing is the offset in s of the first run of exactly n backquotes, -1 without.
func closing(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if m := ticks(s[i:]); m == n {
			return i
		} else if m > 0 {
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

var (
	own    = regexp.MustCompile(`^### |<details><summary>|</summary>|</details>|<https://docs\.example/mcp>|^_Left out|\._ |\*\*`)
	titles = regexp.MustCompile(`^[A-Z0-9][A-Za-z0-9 ._/+,:;()%=-]*$`)
	active = regexp.MustCompile("[`@#<>\\[\\]{}\\\\|&~$*_\x00-\x1f\x7f\u0080-\u009f\u202e\u2066\u200b\ufeff]|EVIL|://|www\\.|\\b[0-9a-f]{7,64}\\b|\\b[A-Za-z]+-[0-9]|^/")
)

// harmless reports what of a text could be more than words outside of code.
func harmless(text string) string {
	if !utf8.ValidString(text) {
		return "not UTF-8"
	}
	fence, columns := "", 0
	seen := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			} else if ticks(line) >= len(fence) {
				return "the fence ends early: " + line
			}
			continue
		case strings.HasPrefix(line, "```") && strings.HasSuffix(line, "`text"):
			fence = line[:ticks(line)]
			continue
		}
		parts := []string{line}
		if strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "|--") {
			if parts = cells(line); columns > 0 && len(parts) != columns {
				return "a row has other cells than its table: " + line
			}
			columns = len(parts)
		} else {
			columns = 0
		}
		for _, part := range parts {
			rest := outside(part)
			if seen[rest] {
				continue
			}
			seen[rest] = true
			if hit := active.FindString(own.ReplaceAllString(rest, "")); hit != "" {
				return hit + " stands outside of code in " + part
			}
		}
	}
	if fence != "" {
		return "a fence is not closed"
	}
	return ""
}

// faults is everything wrong with an output, in words.
func faults(o Output) []string {
	var out []string
	check := func(what, s string, limit int) {
		if len(s) > limit {
			out = append(out, what+" is too long")
		}
		if why := harmless(s); why != "" {
			out = append(out, what+": "+report.Clip(why, 300))
		}
		for _, secret := range []string{"k0a1b2c3d", "48271", "48,271"} {
			if strings.Contains(s, secret) {
				out = append(out, what+" holds a hash or a length")
			}
		}
	}
	check("title", strings.ReplaceAll(strings.ReplaceAll(o.Title, "EVIL", ""), "_", ""), 255) // words and plain paths
	if !titles.MatchString(o.Title) {
		out = append(out, "title holds signs: "+o.Title)
	}
	check("summary", o.Summary, 65_535)
	check("text", o.Text, 65_535)
	if strings.Count(o.Text, "\n<details>") > strings.Count(o.Text, "\n</details>\n") {
		out = append(out, "details are not closed")
	}
	for _, a := range o.Annotations {
		check("annotation title", a.Title, 255)
		check("annotation message", a.Message, 64<<10)
		if a.StartLine < 1 || a.EndLine < a.StartLine || a.StartColumn > a.EndColumn || a.StartLine != a.EndLine && a.StartColumn+a.EndColumn > 0 || a.Message == "" {
			out = append(out, "annotation has a bad range or no message")
		}
		if !utf8.ValidString(a.Path) || strings.ContainsAny(a.Path, "\n\x00\x1b") {
			out = append(out, "annotation has a bad path")
		}
	}
	for _, b := range o.Actions {
		if len(b.Label) > 20 || len(b.Description) > 40 || len(b.Identifier) > 20 {
			out = append(out, "button is too long: "+b.Description)
		}
	}
	return out
}

func TestHarmlessSeesWhatIsNot(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"EVIL", "a `b", "``a` b", "@team", "see #1", "<b>", "[a](b)", "1a2b3c4d", "https://a", "| `a|b` | c |\n| d |", "```text\na", "```text\n````\n```", "\\", "a\x1b", "\xff", "/approve",
	} {
		if harmless(s) == "" {
			t.Errorf("%q passes", s)
		}
	}
	for _, s := range []string{"", "plain words", "`EVIL`", "`` ` ``", "### 1. Blocks: `@x`", "````text\n```\n````", "| `a\\|b` |\n|---|", "see <https://docs.example/mcp>"} {
		if why := harmless(s); why != "" {
			t.Errorf("%q: %s", s, why)
		}
	}
}

// variants are the situations in which a string of strangers reaches each part
// of an output.
func variants(s string) []*Judgement {
	return []*Judgement{
		everywhere(s),
		with(everywhere(s), func(j *Judgement) {
			j.Rotated = map[string]bool{hash("a"): true, hash("b"): true}
			j.Findings = j.Findings[:2]
		}),
		with(everywhere(s), func(j *Judgement) { j.Findings = nil }),
		with(everywhere(s), func(j *Judgement) { j.Findings, j.Incomplete, j.Comparisons = nil, nil, j.Comparisons[:1] }),
		with(everywhere(s), func(j *Judgement) { j.Findings, j.Incomplete, j.Policy.Source = j.Findings[3:], nil, "" }),
		judged(key(1, at(s), gone), key(2, at(s))),
	}
}

func TestHostileStringsStayInCode(t *testing.T) {
	t.Parallel()
	for _, s := range hostile() {
		for i, j := range variants(s) {
			for _, f := range faults(Render(j, rules())) {
				t.Errorf("%.40q in variant %d: %s", s, i, f)
			}
			for _, f := range faults(InProgress(j.Head, j.Comparisons)) {
				t.Errorf("%.40q in progress: %s", s, f)
			}
		}
	}
}

func TestAnyStringStaysInCode(t *testing.T) {
	t.Parallel()
	alphabet := rapid.StringOfN(rapid.RuneFrom([]rune("`|\\ @#<>[]!*_~$&\n\r\tEVIL\u202e\x00é.-/1a")), 0, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := alphabet.Draw(t, "s")
		if !strings.Contains(s, "EVIL") {
			s += "EVIL"
		}
		for _, j := range variants(s) {
			if f := faults(Render(j, rules())); len(f) > 0 {
				t.Fatalf("%q: %s", s, f[0])
			}
		}
	})
}

// TestOwnWordsDoNotLink: messages, rules and providers are ours, and still
// cannot become more than words.
func TestOwnWordsDoNotLink(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"ask @acme/team about #12", "see https://a.example now", "in 1a2b3c4d5e or GH-3", "a *b* _c_ <d> [e](f) `g` |", "a\nb\u202e", strings.Repeat("<b> ", 3000)} {
		f := key(1, as(s, "c"))
		f.Message, f.Fix = scanners.Say(s), nil
		rule := scanners.Rule{ID: f.Rule, Why: s, Fix: s, Docs: []string{"https://docs.example/mcp", "javascript:1", "https://x <b>"}}
		for _, bad := range faults(Render(judged(f), report.Index([]scanners.Rule{rule}))) {
			t.Errorf("%.40q: %s", s, bad)
		}
	}
}

func TestLimitsAtTheLimit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 40, 60, 200, 5000} {
		j := large(n)
		o := Render(j, rules())
		for _, f := range faults(o) {
			t.Errorf("%d findings: %s", n, f)
		}
		if n == 5000 && (len(o.Summary) < MaxBytes-2000 || len(o.Text) < MaxBytes-2000) {
			t.Errorf("%d findings: only %d and %d bytes used", n, len(o.Summary), len(o.Text))
		}
		shown := strings.Count(o.Text, "\n### ") + strings.Count(o.Text, "\n- No. ")
		if n == 5000 && (!strings.Contains(o.Text, "_Left out because GitHub takes no more: ") || shown < 100) {
			t.Errorf("%d findings: %d shown, ends %q", n, shown, o.Text[len(o.Text)-300:])
		}
		if n == 1 && strings.Contains(o.Summary+o.Text, "_Left out") {
			t.Error("one finding is left out")
		}
	}
}

// TestOmissionsAddUp counts what is shown and what is said to be left out.
func TestOmissionsAddUp(t *testing.T) {
	t.Parallel()
	left := regexp.MustCompile(`(?:: | and |, )([0-9,]+) findings?[,. _]`)
	for _, n := range []int{100, 1234, 5000} {
		o := Render(large(n), rules())
		for what, shown := range map[string]int{o.Summary: strings.Count(o.Summary, "`mcp-secret-in-env`"), o.Text: strings.Count(o.Text, "\nRule `mcp-secret") + strings.Count(o.Text, "\n- No. ")} {
			said := "0"
			if i := strings.LastIndex(what, "_Left out"); i >= 0 {
				if m := left.FindStringSubmatch(what[i:]); m != nil {
					said = m[1]
				}
			}
			if want := report.Number(n - shown); said != want {
				t.Errorf("%d findings, %d shown: says %s are left out, want %s", n, shown, said, want)
			}
		}
	}
}

func TestAnyBudgetIsKept(t *testing.T) {
	t.Parallel()
	for name, j := range map[string]*Judgement{"large": large(300), "hostile": everywhere(strings.Repeat("`", 300) + "EVIL"), "small": judged(key(9))} {
		v := weigh(j)
		for limit := reserve; limit < 70_000; limit += 1 + limit/9 {
			for _, s := range []string{v.summary(limit), v.text(rules(), limit)} {
				if len(s) > limit {
					t.Errorf("%s: %d bytes, limit %d", name, len(s), limit)
				}
				if why := harmless(s); why != "" {
					t.Errorf("%s at %d: %.200s", name, limit, why)
				}
			}
		}
	}
}

// TestCanary: what identifies a credential, and what it could be guessed from,
// appears nowhere, not even in what is handed to the caller beside Rotatable.
func TestCanary(t *testing.T) {
	t.Parallel()
	for name, j := range situations() {
		for _, f := range faults(Render(j, rules())) {
			t.Errorf("%s: %s", name, f)
		}
	}
	for _, f := range faults(Render(large(2000), rules())) {
		t.Error(f)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range hostile() {
		if len(s) < 1000 {
			f.Add(s, "main", 3, false)
		}
	}
	f.Fuzz(func(t *testing.T, s, branch string, line int, removed bool) {
		// Hash, length and EVIL are what faults looks for; they may be typed.
		if strings.Contains(s+branch, "k0a1b2c3d") || strings.Contains(s+branch, "48271") || strings.Contains(s+branch, "48,271") {
			return
		}
		j := judged(key(line, at(s), func(f *scan.Finding) { f.Gone, f.Region.EndLine = removed, line+1 }))
		j.Comparisons[0].Against = branch
		j.Incomplete = []scan.Skip{{Path: s, Reason: branch, Incomplete: true}}
		for _, bad := range faults(Render(j, rules())) {
			t.Errorf("%q %q: %s", s, branch, bad)
		}
	})
}
