package doctree

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, syntax := range []Syntax{JSON, YAML, TOML, FrontMatter} {
		d := Parse(syntax, []byte("0123456789"), Limits{Bytes: 9})
		if !d.Truncated || len(d.Roots) != 0 || len(d.Errors) != 1 || d.Errors[0].Column != 10 {
			t.Errorf("syntax %d: a file over the limit yields %+v", syntax, d.Errors)
		}
	}
	for _, c := range []struct {
		syntax    Syntax
		src, want string
		lim       Limits
	}{
		{JSON, `[1,[2,[3,"]"],4],5]`, "[n\"1\" [n\"2\" ! n\"4\"] n\"5\"]\n1:7 nested deeper than 2 levels; the inner part was not read\n", Limits{Depth: 2}},
		{JSON, `[1,2,3,4]`, "[n\"1\" n\"2\"]\n1:5 reading stopped after 3 values\n", Limits{Nodes: 3}},
		{JSON, `]]]]]]`, "1:1 ']' closes nothing\n1:2 ']' closes nothing\n", Limits{Errors: 2}},
		{TOML, "a = [1,[2]]\nb = 2\n", "{a:[n\"1\" !] b:n\"2\"}\n1:8 nested deeper than 2 levels; the inner part was not read\n", Limits{Depth: 2}},
	} {
		d := Parse(c.syntax, []byte(c.src), c.lim)
		if got := report(d); got != c.want {
			t.Errorf("%q with %+v reads\n%swant\n%s", c.src, c.lim, got, c.want)
		}
		checkTree(t, d)
	}
}

// hostile inputs are 256 KiB each: small enough for the race detector, large
// enough for the deadline of TestHostile to tell quadratic from linear.
func hostile() map[string]string {
	const size = 256 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var anchors, deep strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&anchors, "- &a%d x\n- *a%d\n", i, i)
	}
	for i := range 1400 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return map[string]string{
		"brackets": fill("["), "objects": fill(`{"a":`), "list of words": fill("[a,"), "flat list": "[" + fill("a,") + "]",
		"dashes": fill("- "), "alias bomb": "&a [" + fill("*a,") + "]", "anchors": anchors.String(), "indentation": deep.String(),
		"TOML brackets": "a = " + fill("["), "TOML header brackets": fill("[[[["), "inline tables": "a = " + fill("{a="),
		"one line": `{"a":"` + fill("x") + `"}`, "quotes": fill(`"`), "open quotes": fill("\"\n"), "open strings": fill("\"a\nb "),
		"comments": fill("/*"), "templates": fill("{{a"), "shell": fill("${"), "colons": fill(":"), "commas": fill(","),
		"keys": fill("a: "), "question marks": fill("? "), "anchors only": fill("&a "), "tags": fill("!a "), "pipes": fill("a: |\n"),
		"bad lines": fill("= x\n"), "open multi-line": fill("a = \"\"\"\nb = '''\n"), "open arrays": fill("a = [\n"), "dotted": fill("a."),
		"headers": fill("[a.b]\n"), "closers": fill("]}"), "bad entries": fill("a: \"\n"), "tabs": fill("\t\ta:\n"), "markers": fill("<<<<<<< a\n"),
		"NUL": fill("\x00"), "backslashes": fill("\\"), "escaped": `{"a":"` + fill(`\u0041`) + `"}`, "same keys": "{" + fill(`"a":1,`) + "}",
		"merges": "a: &a {}\nb:\n" + fill("  <<: *a\n"), "hashes": fill("#"), "separators": fill("---\n"), "single pairs": "[" + fill("a: b,") + "]",
	}
}

// TestHostile has a generous deadline: it is there to tell linear from
// quadratic, not to measure.
func TestHostile(t *testing.T) {
	t.Parallel()
	for name, src := range hostile() {
		for _, syntax := range []Syntax{JSON, YAML, TOML} {
			t.Run(fmt.Sprintf("%s/%d", name, syntax), func(t *testing.T) {
				start := time.Now()
				d := Parse(syntax, []byte(src), Limits{})
				nodes := 0
				d.Walk(func(*Node) bool { nodes++; return true })
				d.At("/*/*/*/*")
				if n := defaultNodes + 2*defaultDepth; nodes > n {
					t.Errorf("%d nodes, want at most %d", nodes, n)
				}
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}
