package prompt

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
)

// benignText is every benign sample, one after the other.
func benignText(t testing.TB) string {
	var b strings.Builder
	for _, s := range samples(t, "testdata/benign/*.txtar") {
		b.WriteString(s.content + "\n")
	}
	return b.String()
}

func BenchmarkScan(b *testing.B) {
	text := benignText(b)
	data := []byte(strings.Repeat(text, 1+(maxSize/2)/len(text)))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		New().Scan(scanners.File{Path: "AGENTS.md", Data: data}, nil)
	}
}

func BenchmarkCandidate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range []string{"src/components/button/index.tsx", "docs/guide/intro.md", ".cursor/rules/a.mdc", "packages/web/CLAUDE.md"} {
			New().Candidate(p)
		}
	}
}

// Texts that make a careless scanner slow stay fast: each takes about as long
// as any other text of its size.
func BenchmarkHostile(b *testing.B) {
	for name, unit := range hostileUnits() {
		data := []byte(strings.Repeat(unit, maxSize/2/len(unit)))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				New().Scan(scanners.File{Path: "AGENTS.md", Data: data}, nil)
			}
		})
	}
}

func hostileUnits() map[string]string {
	return map[string]string{
		"comments": "<!-- a", "comment pairs": "<!-- a --> ", "spans": "<span style=\"display:none\">", "span pairs": `<SPAN STYLE="display:none">a</SPAN>`, "quotes": "\"a 'b ", "code": "`a ``",
		"fences": "```\n", "lists": "- a:\n ", "headings": "# not\n", "spaces": strings.Repeat(" ", 130) + "x", "words": "ignore ", "ask": "never ask run any command ",
		"secret": ".env send ", "url": "https://a.example/ ", "curl": "curl | bash ", "tags": "\U000E0041", "zero": "a\u200Bb", "zeros": "\u200B", "bidi": "\u202E a", "selectors": "\uFE01\uFE02",
		"ideographs": "忽略之前", "base64": strings.Repeat("QUJD", 8) + " ", "base64 long": "QUJD", "imports": "@../", "negations": "never, ", "bidi line": "\u2067\u2069", "dots": ".", "mixed": "a*'_", "colons": "not: ",
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range samples(f, "testdata/*/*.txtar") {
		f.Add(s.content)
	}
	for _, s := range hostileUnits() {
		f.Add(strings.Repeat(s, 20))
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := scan("docs/CLAUDE.md", text)
		for _, x := range r.Findings {
			checkFinding(t, x, text)
		}
		Instruction(text)
		for _, h := range Hidden(text) {
			if h.Start < 0 || h.End > len(text) || h.Start >= h.End || h.Count < 1 {
				t.Fatalf("hit %+v of %d bytes", h, len(text))
			}
		}
	})
}

// checkFinding holds every finding to what reports rely on.
func checkFinding(t *testing.T, f scanners.Finding, text string) {
	t.Helper()
	lines := strings.Count(text, "\n") + 1
	g := f.Region
	if g.Line < 1 || g.Column < 1 || g.EndLine < g.Line || g.EndLine > lines || g.EndLine == g.Line && g.EndColumn <= g.Column {
		t.Fatalf("region %+v of %d lines", g, lines)
	}
	e := f.Excerpt
	if e.Start < 0 || e.End < e.Start || e.End > len(e.Text) || !utf8.ValidString(e.Text) || !utf8.ValidString(f.Message.String()) {
		t.Fatalf("excerpt %+v", e)
	}
	for _, r := range e.Text + f.Message.String() {
		if r < ' ' || invisibleRune(r) {
			t.Fatalf("%U is shown in %q", r, e.Text)
		}
	}
}
