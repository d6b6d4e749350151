package policy

import (
	"strings"
	"testing"
	"time"
)

func TestMatchCovers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		match, repository, path string
		want                    bool
	}{
		{"acme/lab:**", "acme/lab", ".mcp.json", true},
		{"acme/lab:**", "acme/lab", "a/b/.mcp.json", true},
		{"acme/lab:**", "ACME/Lab", "a", true},
		{"Acme/Lab:**", "acme/lab", "a", true},
		{"acme/lab:**", "acme/lab2", "a", false},
		{"acme/lab:**", "acme", "a", false},
		{"acme/lab:**", "", "a", false},
		{"acme/*:docs/**", "acme/x", "docs/a.md", true},
		{"acme/*:docs/**", "acme/x", "src/docs/a.md", false},
		{"acme/*:**/docs/**", "acme/x", "src/docs/a.md", true},
		{"acme/pay-?:a", "acme/pay-1", "a", true},
		{"acme/pay-?:a", "acme/pay-12", "a", false},
		{"*/*:a", "x/y", "a", true},
		{"*/*:a", "", "a", false},
		{"docs/*.md", "", "docs/a.md", true},
		{"docs/*.md", "acme/x", "docs/a.md", true},
		{"docs/*.md", "", "docs/b/a.md", false},
		{"docs/*.md", "", "Docs/a.md", false},
		{".cursor/mcp.json", "", ".cursor/mcp.json", true},
		{"**/mcp.json", "", ".cursor/mcp.json", true},
		{"**/mcp.json", "", "mcp.json", true},
		{`app/\[id\]/mcp.json`, "", "app/[id]/mcp.json", true},
		{"a?b", "", "a:b", true},
		{"[a-c]/x", "", "b/x", true},
		{"acme/lab:a:b", "acme/lab", "a:b", true},
	} {
		m, err := ParseMatch(tc.match)
		if err != nil {
			t.Errorf("%s: %v", tc.match, err)
			continue
		}
		if got := m.Covers(tc.repository, tc.path); got != tc.want {
			t.Errorf("%s covers %s:%s = %v", tc.match, tc.repository, tc.path, got)
		}
	}
}

func TestMatchRefuses(t *testing.T) {
	t.Parallel()
	for match, want := range map[string]string{
		"":                        "the pattern is empty: write ** for everything",
		"acme/lab:":               "the pattern is empty: write ** for everything",
		"acme:**":                 `"acme" is no repository: write owner/name, as in acme/lab`,
		":a":                      `"" is no repository: write owner/name, as in acme/lab`,
		"acme/:a":                 `"acme/" is no repository: write owner/name, as in acme/lab`,
		"a/b/c:d":                 `"a/b/c" is no repository: write owner/name, as in acme/lab`,
		"acme/**:a":               `"acme/**" is no repository: write owner/name, as in acme/lab`,
		"a b/c:d":                 `"a b/c" is no repository: write owner/name, as in acme/lab`,
		"/docs/**":                `the path "/docs/**" begins with a slash: paths are relative to the repository, write "docs/**"`,
		"docs/":                   `the path "docs/" ends with a slash: for all below a folder write "docs/**"`,
		"a//b":                    `the path "a//b" has an empty, . or .. part: write it without`,
		"./a":                     `the path "./a" has an empty, . or .. part: write it without`,
		"a/../b":                  `the path "a/../b" has an empty, . or .. part: write it without`,
		"a/**.md":                 `the path "a/**.md" has ** within a name: ** stands between slashes, within a name write *`,
		"{a,b}":                   `"{a,b}" has braces: write one entry for each alternative, or \{ for a brace`,
		"[a":                      `"[a" is no pattern: close every [ and put no \ last`,
		`a\`:                      `"a\\" is no pattern: close every [ and put no \ last`,
		strings.Repeat("a/", 200): "the pattern is longer than 256 bytes: shorten it",
	} {
		if _, err := ParseMatch(match); err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", match, err, want)
		}
	}
}

// The costliest pattern that is allowed against the longest path git knows.
func TestMatchIsBounded(t *testing.T) {
	t.Parallel()
	m, err := ParseMatch(strings.Repeat("**/a*/", 42) + "b")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if m.Covers("", strings.Repeat("aaa/", 1024)+"c") {
		t.Error("covered")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("acme/lab:**", "acme/lab", "a/b")
	f.Add("**/[!a-z]*/x?y", "", "q/1/xzy")
	f.Add(`\[a\]/*`, "a/b", "[a]/b")
	f.Fuzz(func(t *testing.T, match, repository, path string) {
		m, err := ParseMatch(match)
		if err != nil {
			return
		}
		m.Covers(repository, path)
		again, err := ParseMatch(m.String())
		if err != nil || again != m {
			t.Errorf("%q became %q: %v", match, m, err)
		}
		if m.Repository != "" && m.Covers("", path) {
			t.Error("covers an unknown repository")
		}
	})
}
