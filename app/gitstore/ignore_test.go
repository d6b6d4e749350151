package gitstore

import (
	"strings"
	"testing"
	"time"
)

func TestIgnore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules, path string
		dir         bool
		want        verdict
	}{
		{"*.log", "a/b.log", false, ignored}, {"*.log", "a/b.txt", false, unsaid},
		{"/a", "a", false, ignored}, {"/a", "b/a", false, unsaid}, {"a/b", "a/b", false, ignored}, {"a/b", "x/a/b", false, unsaid},
		{"d/", "d", true, ignored}, {"d/", "d", false, unsaid}, {"d/", "x/d", true, ignored},
		{"*.log\n!b.log", "b.log", false, kept}, {"!b.log\n*.log", "b.log", false, ignored},
		{"**/x", "x", false, ignored}, {"**/x", "a/b/x", false, ignored}, {"a/**", "a", true, unsaid}, {"a/**", "a/b/c", false, ignored},
		{"a/**/z", "a/z", false, ignored}, {"a/**/z", "a/b/c/z", false, ignored}, {"a/**/z", "b/z", false, unsaid},
		{"# c", "# c", false, unsaid}, {`\#c`, "#c", false, ignored}, {`\!c`, "!c", false, ignored},
		{"x  ", "x", false, ignored}, {`x\ `, "x ", false, ignored}, {`x\ `, "x", false, unsaid}, {"x\r\n", "x", false, ignored},
		{"[a-c]1", "b1", false, ignored}, {"[!a-c]1", "b1", false, unsaid}, {"[]x]", "]", false, ignored}, {"[[:digit:]]", "7", false, ignored},
		{"[[:digit:]]", "a", false, unsaid}, {"[a", "[a", false, unsaid}, {"a?c", "abc", false, ignored}, {"a?c", "a/c", false, unsaid},
		{"*", "a", false, ignored}, {"/*", "a/b", false, unsaid}, {"a**b", "axxb", false, ignored}, {"\ufeffx", "x", false, ignored},
		{"/", "a", false, unsaid}, {"", "a", false, unsaid}, {`a\`, "a", false, unsaid},
	} {
		if got := judge(parseIgnore(c.rules), c.path, c.dir); got != c.want {
			t.Errorf("%q on %q (folder %v) = %v, want %v", c.rules, c.path, c.dir, got, c.want)
		}
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add("*.log\n!a/**/[a-z]?\\ \nd/", "a/b/c.log")
	f.Add(strings.Repeat("*a", 50), strings.Repeat("a", 200))
	f.Add(strings.Repeat("**/a*/", 30), strings.Repeat("a/", 100)+"b")
	f.Fuzz(func(t *testing.T, rules, path string) {
		if len(rules) > 4096 || len(path) > 1024 {
			return
		}
		start := time.Now()
		judge(parseIgnore(rules), path, false)
		judge(parseIgnore(rules), path, true)
		if took := time.Since(start); took > 5*time.Second {
			t.Fatalf("took %v", took)
		}
	})
}
