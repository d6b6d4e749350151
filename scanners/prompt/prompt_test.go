package prompt

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
)

func scan(path, content string) scanners.Result {
	return New().Scan(scanners.File{Path: path, Data: []byte(content)}, nil)
}

// sample is a file of an archive: its name's first segment says what it shows,
// the rest is the path.
type sample struct{ archive, name, path, content string }

func samples(t testing.TB, pattern string) []sample {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	var out []sample
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(data).Files {
			_, path, ok := strings.Cut(f.Name, "/")
			if !ok {
				t.Fatalf("%s: %s has no path", name, f.Name)
			}
			out = append(out, sample{strings.TrimSuffix(filepath.Base(name), ".txtar"), f.Name, path, unescape(string(f.Data))})
		}
	}
	return out
}

// unescape puts characters in the place of \u{…}.
func unescape(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, `\u{`)
		if i < 0 {
			return b.String() + s
		}
		hex, rest, _ := strings.Cut(s[i+3:], "}")
		n, err := strconv.ParseInt(hex, 16, 32)
		if err != nil {
			return b.String() + s
		}
		b.WriteString(s[:i] + string(rune(n)))
		s = rest
	}
}

func raised(r scanners.Result, rule string) bool {
	for i := range r.Findings {
		if r.Findings[i].Rule == rule {
			return true
		}
	}
	return false
}

func TestBadSamplesRaiseTheirRule(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/bad/*.txtar") {
		if r := scan(s.path, s.content); !raised(r, s.archive) {
			t.Errorf("%s %s raises nothing of it; %d others:\n%s", s.archive, s.name, len(r.Findings), s.content)
		}
	}
}

func TestBenignSamplesRaiseNothing(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/benign/*.txtar") {
		if New().Candidate(s.path) == scanners.NoInterest {
			t.Errorf("%s %s is no candidate", s.archive, s.name)
		}
		for _, f := range scan(s.path, s.content).Findings {
			t.Errorf("%s %s:%d raises %s (%s): %s", s.archive, s.name, f.Region.Line, f.Rule, f.Severity, f.Message)
		}
	}
}

func TestEveryRuleIsWholeAndItsExamplesHold(t *testing.T) {
	t.Parallel()
	for _, r := range New().Rules() {
		if r.ID == "" || r.Question == "" || r.Why == "" || r.Fix == "" || len(r.Docs) == 0 {
			t.Errorf("%s lacks metadata", r.ID)
		}
		bad := scan(r.Bad.Path, r.Bad.Content)
		if !raised(bad, r.ID) {
			t.Errorf("%s: its bad example raises nothing of it", r.ID)
		}
		for _, f := range bad.Findings {
			if f.Rule == r.ID && f.Severity > r.Severity {
				t.Errorf("%s reports %s, more than it says (%s)", r.ID, f.Severity, r.Severity)
			}
		}
		for _, f := range scan(r.Benign.Path, r.Benign.Content).Findings {
			t.Errorf("%s: its benign example raises %s: %s", r.ID, f.Rule, f.Message)
		}
	}
}
