package doctree

import (
	"strings"
	"testing"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		syntax    Syntax
		src       string
		part, got string // a part of the text at /k and what it was written with
	}{
		{"plain", JSON, `{"k":"abcdef"}`, "cd", "cd"},
		{"behind an escape", JSON, `{"k":"a\nbcd"}`, "cd", "cd"},
		{"over an escape", JSON, `{"k":"a\u00e9\tb"}`, "é\t", `\u00e9\t`},
		{"half a rune of an escape", JSON, `{"k":"a\u00e9b"}`, "\xa9", `\u00e9`},
		{"surrogates", JSON, `{"k":"a\ud83d\ude00b"}`, "😀b", `\ud83d\ude00b`},
		{"open string", JSON, "{\"k\":\"a\\tbc\n}", "bc", "bc"},
		{"backslashes that look verbatim", JSON, `{"k":"\\\\x"}`, "x", "x"},
		{"unknown escape", JSON, `{"k":"C:\dir"}`, `\dir`, `\dir`},
		{"plain over lines", YAML, "k: one\n  two\n\n  three\n", "two\nthree", "two\n\n  three"},
		{"double quoted", YAML, "k: \"a\\x41\\\n   b  \n  c\"\n", "Ab c", "\\x41\\\n   b  \n  c"},
		{"single quoted", YAML, "k: 'it''s a\n  b'\n", "s a b", "s a\n  b"},
		{"literal", YAML, "k: |\n  one\n    two\n", "e\n  tw", "e\n    tw"},
		{"literal CRLF", YAML, "k: |\r\n  one\r\n  two\r\n", "two", "two"},
		{"literal with indentation", YAML, "k: |2\n   one\n  two\n", " one\ntwo", " one\n  two"},
		{"folded", YAML, "k: >\n  one\n  two\n\n  three\n   four\n", "two\nthree\n four", "two\n\n  three\n   four"},
		{"keep", YAML, "k: |+\n  one\n\n\n", "one\n\n", "one\n\n"},
		{"masked template", YAML, "k: \"{{ .a }}\\tb\"\n", "b", "b"},
		{"basic", TOML, `k = "a\tbc"`, "bc", "bc"},
		{"multi-line basic", TOML, "k = \"\"\"\na\\\n   \n  b\\u00e9c\"\"\"\n", "béc", `b\u00e9c`},
		{"multi-line literal", TOML, "k = '''\na\n\\b'''\n", "\n\\b", "\n\\b"},
		{"empty range", JSON, `{"k":"a\nb"}`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(c.syntax, []byte(c.src), Limits{})
			n := d.Roots[0].Get("k")
			from := strings.Index(n.Text, c.part)
			if from < 0 {
				t.Fatalf("%q is not in %q", c.part, n.Text)
			}
			s := d.Locate(n, from, from+len(c.part))
			if got := c.src[s.Start:s.End]; got != c.got {
				t.Errorf("%q of %q located at %q, want %q", c.part, n.Text, got, c.got)
			}
		})
	}
}

func TestLocateUnprovable(t *testing.T) {
	t.Parallel()
	d := Parse(JSON, []byte(`{"k":"a\nb"}`), Limits{})
	n := d.Roots[0].Get("k")
	n.Text = "something else"
	if got := d.Locate(n, 2, 5); got != n.Span {
		t.Errorf("text that is not in the source is located at %v", got)
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, value string }{
		{`{"k":"v"}`, `{k:s"v"}`, "v"},
		{"  \n{k: 'v',}\n", `{k:s"v"}`, "v"},
		{`'{"k":"v"}'`, `{k:s"v"}`, "v"},
		{`"{\"k\":\"v\"}"`, `{k:s"v"}`, "v"},
		{`{\"k\":\"v\"}`, `{k:s"v"}`, "v"},
		{`{\n  \"k\": \"v\\nw\"}`, `{k:s"v\nw"}`, `v\\nw`},
		{`{"k":"v"`, `{k:s"v"}`, "v"},
		{`[{"k":"v"}]`, `[{k:s"v"}]`, "v"},
		{"plain", "", ""}, {"", "", ""}, {`""`, "", ""}, {"{{ x }}", "", ""}, {"{name}", "", ""}, {"[a-z]+", "", ""}, {"{", "", ""}, {"${X}", "", ""},
	} {
		d := Embedded(c.text, Limits{})
		if d == nil || c.want == "" {
			if d != nil || c.want != "" {
				t.Errorf("Embedded(%q) = %v, want %q", c.text, d, c.want)
			}
			continue
		}
		if got := outlines(d); got != c.want {
			t.Errorf("Embedded(%q) reads %s, want %s", c.text, got, c.want)
		}
		for _, n := range append(d.At("/k"), d.At("/0/k")...) {
			s := d.Outer(d.Locate(n, 0, len(n.Text)))
			if got := c.text[s.Start:s.End]; got != c.value {
				t.Errorf("value of %q stands at %q, want %q", c.text, got, c.value)
			}
		}
	}
}

func outlines(d *Document) string {
	var all []string
	for _, root := range d.Roots {
		all = append(all, outline(root))
	}
	return strings.Join(all, " ; ")
}

// A secret in JSON in JSON in YAML must be found in the file.
func TestEmbeddedTwice(t *testing.T) {
	t.Parallel()
	src := "env:\n  CONFIG: |\n    {\"outer\":\n     \"\\\"{\\\\\\\"token\\\\\\\": \\\\\\\"ab\\\\u0041\\\\\\\"}\\\"\"}\n"
	file := Parse(YAML, []byte(src), Limits{})
	value := file.Roots[0].Get("env").Get("CONFIG")
	middle := Embedded(value.Text, Limits{})
	if middle == nil {
		t.Fatalf("%q holds no JSON", value.Text)
	}
	outer := middle.Roots[0].Get("outer")
	inner := Embedded(outer.Text, Limits{})
	if inner == nil {
		t.Fatalf("%q holds no JSON", outer.Text)
	}
	token := inner.Roots[0].Get("token")
	if token.Text != "abA" {
		t.Fatalf("token = %q", token.Text)
	}
	s := inner.Outer(inner.Locate(token, 0, 2))
	s = middle.Outer(middle.Locate(outer, s.Start, s.End))
	s = file.Locate(value, s.Start, s.End)
	if got, want := src[s.Start:s.End], "ab"; got != want || s.Start != strings.Index(src, "ab") {
		t.Errorf("token located at %q, offset %d", got, s.Start)
	}
}

func TestFrontMatter(t *testing.T) {
	t.Parallel()
	src := "---\nname: x\ntools: [a, b]\n---\n# Title\n---\nnot: yaml\n---\n"
	d := Parse(FrontMatter, []byte(src), Limits{})
	if got, want := report(d), "{name:s\"x\" tools:[s\"a\" s\"b\"]}\n"; got != want {
		t.Errorf("read %q, want %q", got, want)
	}
	checkTree(t, d)
	checkPlain(t, d)
	for _, src := range []string{"", "# Title\n", "---\nname: x\n", "--- x\n---\n", "\n---\na: b\n---\n"} {
		if d := Parse(FrontMatter, []byte(src), Limits{}); len(d.Roots)+len(d.Errors) > 0 {
			t.Errorf("front matter found in %q: %s", src, report(d))
		}
	}
}
