package doctree

import (
	"strings"
	"testing"
)

func TestYAMLReading(t *testing.T) {
	t.Parallel()
	checkReadings(t, YAML, []readingCase{
		{"empty", "", "", 0},
		{"kinds", "a: 1\nb: 1.5\nc: true\nd: ~\ne: x\nf: \"1\"\ng:\n", `{a:n"1" b:n"1.5" c:b"true" d:null e:s"x" f:s"1" g:null}` + "\n", 0},
		{"lists", "- a\n-\n- - b\n  - c\n- d: e\n", `[s"a" null [s"b" s"c"] {d:s"e"}]` + "\n", 0},
		{"flow", "a: [x, {y: z}, ]\nb: {}\nc: [k: v]\n", `{a:[s"x" {y:s"z"}] b:{} c:[{k:s"v"}]}` + "\n", 0},
		{"alias and merge", "a: &x {k: 1}\nb:\n  <<: *x\n", `{a:{k:n"1"} b:{<<:*6}}` + "\n", 0},
		{"block scalars", "a: |\n  x\n   y\n\nb: >-\n  p\n  q\n", `{a:s"x\n y\n" b:s"p q"}` + "\n", 0},
		{"documents", "a: 1\n---\nb: 2\n", "{a:n\"1\"}\n{b:n\"2\"}\n", MultipleDocuments},
		{"repeated key", "a: 1\na: 2\n", `{a:n"1" a:n"2"}` + "\n", DuplicateKeys},
		{"tags", "a: !!str 1\nb: !x y\n", `{a:s"1" b:s"y"}` + "\n", 0},
		{"key that is a list", "? [a, b]\n: c\n", `{[a, b]:s"c"}` + "\n", 0},
		{"byte order mark and CRLF", "\uFEFFa: 1\r\nb:\r\n  - c\r\n", `{a:n"1" b:[s"c"]}` + "\n", ByteOrderMark},
		{"expression", "a: ${{ secrets.X }}\n", `{a:s"${{ secrets.X }}"}` + "\n", 0},
	})
}

func TestYAMLRepair(t *testing.T) {
	t.Parallel()
	checkReadings(t, YAML, []readingCase{
		{"templates", "a: {{ .x }}\nb: \"{{ y }}-z\"\n{{- if q }}\nc: 1\n{{- end }}\n", "{a:s\"{{ .x }}\" b:s\"{{ y }}-z\" c:n\"1\"}\n1:4 template placeholder\n", 0},
		{"tabs", "a:\n\tb: 1\n\tc: 2\n", "{a:{b:n\"1\" c:n\"2\"}}\n2:2 found character that cannot start any token\n", 0},
		{"two colons", "a: b: c\nd: 1\n", "{a:s\"b: c\" d:n\"1\"}\n1:1 mapping values are not allowed in this context\n", 0},
		{"missing quote", "a: 1\nb: \"open\nc: {d: e}\n", "{a:n\"1\" b:s\"open\" c:{d:s\"e\"}}\n2:1 found unexpected end of stream\n", 0},
		{"long unknown alias", "a: 1\nb: *named\n", "{a:n\"1\" b:s\"*named\"}\n2:1 unknown anchor referenced\n", 0},
		{"unknown alias", "a: 1\n---\nb: *x\n---\nc: 3\n", "{a:n\"1\"}\n{b:s\"*x\"}\n{c:n\"3\"}\n3:1 unknown anchor 'x' referenced\n", MultipleDocuments},
		{"merge conflict", "<<<<<<< H\na: 1\n=======\na: 2\n>>>>>>> x\n", "{a:n\"1\" a:n\"2\"}\n1:1 unresolved merge conflict; both sides were read\n", DuplicateKeys | MergeMarkers},
		{"control character", "a: x\x01y\nb: 1\n", "{a:s\"x\\x01y\" b:n\"1\"}\n1:5 character that YAML does not allow\n", 0},
		{"invalid UTF-8", "a: \"\xff\"\n", "{a:s\"\\xff\"}\n1:5 character that YAML does not allow\n", 0},
		{"all in one entry", "m:\n  s:\n    command: \"npx\n    args: [-y, foo]\n    note: |\n      l1\n      l2\n", "{m:{s:{command:s\"npx\" args:[s\"-y\" s\"foo\"] note:s\"l1\\nl2\\n\"}}}\n3:5 found unexpected end of stream\n", 0},
	})
}

func TestYAMLPlaces(t *testing.T) {
	t.Parallel()
	src := "é: {ü: [a, 'b']} # c\nlist:\n  - &anchor x\n  - *anchor\nempty:\nlast: !!str \"q\"\n"
	d := Parse(YAML, []byte(src), Limits{})
	for pointer, want := range map[string]string{
		"/é": "{ü: [a, 'b']}", "/é/ü": "[a, 'b']", "/é/ü/1": "'b'", "/list/0": "x", "/empty": "", "/last": `"q"`,
	} {
		found := d.At(pointer)
		if len(found) != 1 {
			t.Errorf("At(%q) finds %d nodes", pointer, len(found))
			continue
		}
		s := found[0].Span
		if got := src[s.Start:s.End]; got != want {
			t.Errorf("span of %s holds %q, want %q", pointer, got, want)
		}
	}
	alias := d.Roots[0].Get("list").Items[1]
	if got := src[alias.Span.Start:alias.Span.End]; alias.Kind != Alias || got != "*anchor" {
		t.Errorf("alias spans %q", got)
	}
	if k := d.Roots[0].Get("empty").KeySpan(); src[k.Start:k.End] != "empty" {
		t.Errorf("key spans %q", src[k.Start:k.End])
	}
}

func TestYAMLTooLarge(t *testing.T) {
	t.Parallel()
	src := strings.Repeat("key: value\n", yamlBytes/10)
	d := Parse(YAML, []byte(src), Limits{})
	if !d.Truncated || len(d.Roots) != 1 || len(d.Roots[0].Members) < 100_000 {
		t.Errorf("truncated = %v, %d roots", d.Truncated, len(d.Roots))
	}
	checkPlain(t, d)
}

// checkPlain fails if a text that was written without escapes is not found
// where it stands.
func checkPlain(t testing.TB, d *Document) {
	t.Helper()
	d.Walk(func(n *Node) bool {
		if s := d.Locate(n, 0, len(n.Text)); n.Text != "" && string(d.Source[s.Start:s.End]) != n.Text {
			t.Errorf("%s: %q located at %q", n.Pointer(), n.Text, d.Source[s.Start:s.End])
		}
		return true
	})
}
