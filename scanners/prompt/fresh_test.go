package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fresh is a text written before the rules were tried on it. "beyond" ones were
// missed then and still are.
type fresh struct{ file, kind, rule, content string }

// freshTexts reads testdata/fresh: one text a line, below "== bad <rule>",
// "== good", or "== beyond <rule>" for what no rule sees yet.
func freshTexts(t testing.TB, pattern string) []fresh {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	var out []fresh
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind, rule := "", ""
		for line := range strings.Lines(string(data)) {
			line = strings.TrimRight(line, "\n")
			if head, ok := strings.CutPrefix(line, "== "); ok {
				kind, rule, _ = strings.Cut(head, " ")
				continue
			}
			if line != "" {
				out = append(out, fresh{filepath.Base(name), kind, rule, unescape(strings.ReplaceAll(line, `\n`, "\n")) + "\n"})
			}
		}
	}
	return out
}

func TestFresh(t *testing.T) {
	t.Parallel()
	for _, s := range freshTexts(t, "testdata/fresh/*.txt") {
		r := scan("AGENTS.md", s.content)
		switch s.kind {
		case "bad":
			if !raised(r, s.rule) {
				t.Errorf("%s: %s not raised by %q", s.file, s.rule, s.content)
			}
		case "good":
			for _, f := range r.Findings {
				t.Errorf("%s: %q raises %s: %s", s.file, s.content, f.Rule, f.Message)
			}
		case "beyond":
			if raised(r, s.rule) {
				t.Errorf("%s: %s is raised now by %q: move it to the bad ones", s.file, s.rule, s.content)
			}
		default:
			t.Fatalf("%s: unknown kind %q", s.file, s.kind)
		}
	}
}
