package owner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hmarr/codeowners"
	"pgregory.net/rapid"
)

// deciding is the line and the owners that decide about a path; "" if no rule does.
func deciding(t *testing.T, c *Codeowners, path string) string {
	t.Helper()
	m, err := c.Find(path)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", m.Line, strings.Join(m.Owners, " ")))
}

// TestPatterns holds the examples of GitHub's documentation and what .gitignore
// means by the same signs.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for pattern, paths := range map[string]struct{ yes, no []string }{
		"*":    {yes: []string{"a", "a/b", ".x/y.z"}},
		"**":   {yes: []string{"a", "a/b"}},
		"*.js": {yes: []string{"a.js", "x/y/a.js", "dir.js/x"}, no: []string{"a.jsx", "js"}},
		"/build/logs/": {yes: []string{"build/logs/a", "build/logs/a/b"},
			no: []string{"x/build/logs/a", "build/logs", "build/logsx/a"}},
		"docs/*":       {yes: []string{"docs/a.md"}, no: []string{"docs/b/a.md", "x/docs/a.md", "docs"}},
		"apps/":        {yes: []string{"apps/a", "x/apps/a/b"}, no: []string{"apps", "x/apps"}},
		"/docs/":       {yes: []string{"docs/a/b"}, no: []string{"x/docs/a"}},
		"**/logs":      {yes: []string{"logs/a", "build/logs/a", "a/b/logs", "logs"}, no: []string{"logsx", "xlogs/a"}},
		"/apps/github": {yes: []string{"apps/github", "apps/github/a"}, no: []string{"apps/githubs", "x/apps/github"}},
		"a/**/b":       {yes: []string{"a/b", "a/x/b", "a/x/y/b/c"}, no: []string{"x/a/b", "a/xb"}},
		"a/**":         {yes: []string{"a/b", "a/b/c"}, no: []string{"a", "x/a/b"}},
		"/*":           {yes: []string{"a"}, no: []string{"a/b"}},
		"/*/x":         {yes: []string{"a/x", "a/x/y"}, no: []string{"x", "a/b/x"}},
		"docs/*.md":    {yes: []string{"docs/a.md", "docs/a.md/x"}, no: []string{"docs/x/a.md"}},
		"a?c":          {yes: []string{"abc", "x/aéc"}, no: []string{"ac", "abbc", "a/c"}},
		"Makefile":     {yes: []string{"Makefile", "a/Makefile"}, no: []string{"makefile", "MAKEFILE"}},
		`a\ b.txt`:     {yes: []string{"a b.txt", "x/a b.txt"}, no: []string{`a\ b.txt`, "a"}},
		`/a\*b`:        {yes: []string{"a*b"}, no: []string{"axb"}},
		"/":            {no: []string{"a", "a/b"}},
		"//a":          {no: []string{"a", "x/a"}},
		"**/":          {yes: []string{"a/b", "a/b/c"}, no: []string{"a"}},
		"/a/**/":       {yes: []string{"a/x/y"}, no: []string{"a/x", "x/y/z"}},
		"*/":           {yes: []string{"a/b"}, no: []string{"a"}},
		"**/a/**/b/*":  {yes: []string{"a/b/c", "x/a/y/z/b/c"}, no: []string{"a/b/c/d", "b/c"}},
		"é/":           {yes: []string{"é/x"}, no: []string{"e/x"}},
		"a**b":         {yes: []string{"ab", "axxb"}, no: []string{"a/b"}},
	} {
		c := ParseCodeowners("CODEOWNERS", []byte(pattern+" @o"))
		if len(c.Problems) > 0 {
			t.Errorf("%s: %v", pattern, c.Problems)
		}
		for _, path := range paths.yes {
			if got := deciding(t, c, path); got != "1 @o" {
				t.Errorf("%s does not match %s", pattern, path)
			}
		}
		for _, path := range paths.no {
			if got := deciding(t, c, path); got != "" {
				t.Errorf("%s matches %s", pattern, path)
			}
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	file := "\ufeff# head\r\n" +
		"*  @global\t@org/team-a @GLOBAL # why\r\n" + // 2
		"\r\n" +
		"*.go docs@example.com#inline\r\n" + // 4
		"!*.md @x\r\n" + // 5: negated
		"[ab].c @x\r\n" + // 6: range
		"\\#x @x\r\n" + // 7: escaped comment
		"/free\r\n" + // 8: unowned
		"/none # nobody\r\n" + // 9: unowned
		"/bad @x name\r\n" + // 10: no owner
		"/bot @app[bot]\r\n" + // 11
		"/a\\ b/ @managed_user\r\n" + // 12
		"*** @x\r\n" + // 13
		"/up @a/../b\r\n" + // 14
		"/end\\" // 15
	c := ParseCodeowners(".github/CODEOWNERS", []byte(file))
	var lines []int
	for _, p := range c.Problems {
		lines = append(lines, p.Line)
		if p.Text == "" || p.Quote == "" {
			t.Errorf("line %d: %q, %q", p.Line, p.Quote, p.Text)
		}
	}
	if diff := cmp.Diff([]int{5, 6, 7, 10, 11, 13, 14, 15}, lines); diff != "" {
		t.Errorf("skipped lines (-want +got):\n%s", diff)
	}
	for path, want := range map[string]string{
		"x.md":   "2 @global @org/team-a",
		"x.go":   "4 docs@example.com",
		"a.c":    "2 @global @org/team-a",
		"free/x": "8",
		"none":   "9",
		"bad":    "2 @global @org/team-a",
		"a b/c":  "12 @managed_user",
	} {
		if diff := cmp.Diff(want, deciding(t, c, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestTooLargeIsIgnored(t *testing.T) {
	t.Parallel()
	data := []byte("* @o\n" + strings.Repeat("#", MaxSize-5))
	c := ParseCodeowners("CODEOWNERS", data)
	if m, err := c.Find("a"); c.Ignored == "" || m != nil || err != nil {
		t.Errorf("a file of %d bytes counts: %v %v", len(data), m, err)
	}
	if got := deciding(t, ParseCodeowners("CODEOWNERS", data[:MaxSize-1]), "a"); got != "1 @o" {
		t.Errorf("one byte less: %q", got)
	}
}

func TestEverything(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{"*": true, "**": true, "/**": true, "**/*": true, "/*": false, "*.go": false, "/a/": false} {
		if got := (&Match{Pattern: pattern}).Everything(); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
}

// TestHostilePatternsAreBounded: patterns that make a backtracking matcher
// explode, as many as fit.
func TestHostilePatternsAreBounded(t *testing.T) {
	t.Parallel()
	path := strings.Repeat("a", 200) + strings.Repeat("/a", 1900)
	for _, pattern := range []string{strings.Repeat("*a", 100) + "b", strings.Repeat("**/a/", 300) + "b", strings.Repeat("?*", 90) + "b"} {
		line := "/" + pattern + " @o\n"
		start := time.Now()
		if m, err := ParseCodeowners("CODEOWNERS", []byte(line)).Find(path); m != nil || err != nil {
			t.Errorf("%.20s: %v %v", pattern, m, err)
		}
		if _, err := ParseCodeowners("CODEOWNERS", []byte(strings.Repeat(line, (MaxSize-1)/len(line)))).Find(path); err != nil && !strings.Contains(err.Error(), "steps") {
			t.Error(err)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.20s: %v", pattern, d)
		}
	}
}

// TestAgreesWithAnotherReader compares with an independent implementation where
// both know the pattern.
func TestAgreesWithAnotherReader(t *testing.T) {
	t.Parallel()
	seg := rapid.SampledFrom([]string{"a", "b", "ab", "*", "**", "a*", "*b", "?", "a?", "*.b", `a\ b`, "a.b"})
	name := rapid.SampledFrom([]string{"a", "b", "ab", "a.b", "a b", "aab", "ba"})
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SampledFrom([]string{"", "/"}).Draw(t, "root") + strings.Join(rapid.SliceOfN(seg, 1, 5).Draw(t, "segs"), "/") + rapid.SampledFrom([]string{"", "/"}).Draw(t, "end")
		path := strings.Join(rapid.SliceOfN(name, 1, 6).Draw(t, "path"), "/")
		if strings.HasSuffix(pattern, "**/") || strings.Contains(pattern, "**/**") {
			return // theirs wants an empty folder there
		}
		theirs, err := codeowners.ParseFile(strings.NewReader(pattern + " @o"))
		if err != nil {
			t.Fatal(err)
		}
		rule, err := theirs.Match(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseCodeowners("CODEOWNERS", []byte(pattern+" @o")).Find(path)
		if err != nil {
			t.Fatal(err)
		}
		if (rule != nil) != (m != nil) {
			t.Fatalf("%s and %s: %v, the other reader says %v", pattern, path, m != nil, rule != nil)
		}
	})
}

func FuzzCodeowners(f *testing.F) {
	f.Add("* @a @b/c\n/x/ d@e.example # f\n", "x/y")
	f.Add("\ufeff**/a/*.b\\ c @o\r\n!x\n[y]\n\\#z\n/free\n", "q/a/x.b c")
	f.Add("***\n\\\n/\n//\n**/\n@a @b\n", "@a")
	f.Add(strings.Repeat("*a", 30)+"b @o", strings.Repeat("a", 60))
	f.Fuzz(func(t *testing.T, file, path string) {
		c := ParseCodeowners("CODEOWNERS", []byte(file))
		m, err := c.Find(path)
		if err != nil || m == nil {
			return
		}
		lines := strings.Split(strings.TrimPrefix(file, "\ufeff"), "\n")
		if m.Line < 1 || m.Line > len(lines) || !strings.Contains(lines[m.Line-1], m.Pattern) {
			t.Errorf("line %d does not hold %q", m.Line, m.Pattern)
		}
		for _, o := range m.Owners {
			if _, ok := parseName(o); !ok {
				t.Errorf("owner %q", o)
			}
		}
		for _, p := range c.Problems {
			if p.Line == m.Line {
				t.Errorf("line %d is skipped and decides", p.Line)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var file strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&file, "/services/team-%d/**/*.yaml @acme/team-%d @user-%d\n", i, i, i)
	}
	c := ParseCodeowners("CODEOWNERS", []byte(file.String()))
	b.ReportAllocs()
	for b.Loop() {
		if m, err := c.Find("services/team-7/deploy/config/mcp.yaml"); m == nil || err != nil {
			b.Fatal(m, err)
		}
	}
}
