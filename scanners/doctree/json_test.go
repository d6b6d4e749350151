package doctree

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes a tree on one line: {k:v} for maps, [v v] for lists, "!" for
// a missing value, and for other scalars the letter of their kind and their
// text.
func outline(n *Node) string {
	var b strings.Builder
	writeOutline(&b, n)
	return b.String()
}

func writeOutline(b *strings.Builder, n *Node) {
	gap := func(i int) {
		if i > 0 {
			b.WriteByte(' ')
		}
	}
	switch n.Kind {
	case Map:
		b.WriteByte('{')
		for i, m := range n.Members {
			gap(i)
			b.WriteString(m.Key + ":")
			writeOutline(b, m.Value)
		}
		b.WriteByte('}')
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			gap(i)
			writeOutline(b, item)
		}
		b.WriteByte(']')
	case Alias:
		fmt.Fprintf(b, "*%d", n.Resolve().Span.Start)
	case Invalid, Null:
		b.WriteString([]string{"!", "null"}[n.Kind])
	default:
		fmt.Fprintf(b, "%c%q", "..bns"[n.Kind], n.Text)
	}
}

// report is what a reading comes to: the outlines of the roots, then the
// errors, one a line.
func report(d *Document) string {
	var b strings.Builder
	for _, root := range d.Roots {
		b.WriteString(outline(root) + "\n")
	}
	for _, e := range d.Errors {
		fmt.Fprintf(&b, "%d:%d %s\n", e.Line, e.Column, e.Message)
	}
	return b.String()
}

type readingCase struct {
	name, src, want string
	traits          Trait
}

func checkReadings(t *testing.T, syntax Syntax, cases []readingCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(syntax, []byte(c.src), Limits{})
			if diff := cmp.Diff(c.want, report(d)); diff != "" {
				t.Errorf("reading %q (-want +got):\n%s", c.src, diff)
			}
			if d.Traits != c.traits {
				t.Errorf("traits = %b, want %b", d.Traits, c.traits)
			}
			checkTree(t, d)
		})
	}
}

func TestJSONReading(t *testing.T) {
	t.Parallel()
	checkReadings(t, JSON, []readingCase{
		{"empty", "", "", 0},
		{"scalars", `[1, -2.5e3, true, null, "a"]`, `[n"1" n"-2.5e3" b"true" null s"a"]` + "\n", 0},
		{"escapes", `["\n\u00e9\ud83d\ude00\\", "\ud800"]`, `[s"\né😀\\" s"` + "\uFFFD" + `"]` + "\n", 0},
		{"nesting", `{"a":{"b":[{}, []]}}`, "{a:{b:[{} []]}}\n", 0},
		{"repeated key", `{"a":1,"a":2}`, `{a:n"1" a:n"2"}` + "\n", DuplicateKeys},
		{"comments", "// x\n{/* y */\"a\": 1 # z\n}", `{a:n"1"}` + "\n", Comments},
		{"trailing commas", `{"a":[1,],}`, `{a:[n"1"]}` + "\n", TrailingCommas},
		{"loose words", `{a: 'b', $c: npx -y @x/y, d: http://h:1/p}`, `{a:s"b" $c:s"npx -y @x/y" d:s"http://h:1/p"}` + "\n", LooseStrings},
		{"JSON5 numbers", `[NaN, -Infinity, 0xFF, +1, .5]`, `[n"NaN" n"-Infinity" n"0xFF" n"+1" n".5"]` + "\n", LooseStrings},
		{"byte order mark", "\uFEFF{}", "{}\n", ByteOrderMark},
		{"CRLF", "{\r\n\"a\": 1\r\n}\r\n", `{a:n"1"}` + "\n", 0},
		{"NUL between tokens", "{\x00\"a\"\x00:1}", `{a:n"1"}` + "\n1:2 control character U+0000\n", 0},
		{"form feed", "{\"a\":1}\f", `{a:n"1"}` + "\n1:8 control character U+000C\n", 0},
		{"control character behind a word", "{\"a\":true\x01}", "{a:s\"true\\x01\"}\n1:10 control character U+0001\n", LooseStrings},
		{"control character in a string", "{\"a\":\"b\x1f\"}", "{a:s\"b\\x1f\"}\n1:8 control character U+001F\n", 0},
		{"tabs", "{\t\"a\":\t\"b\tc\td\"}", "{a:s\"b\\tc\\td\"}\n1:10 tab in a string\n", 0},
		{"invalid UTF-8", "[\"\xff\"]", `[s"\xff"]` + "\n", 0},
		{"several documents", "{\"a\":1}\n{\"a\":2}", "{a:n\"1\"}\n{a:n\"2\"}\n", MultipleDocuments},
		{"template", `{"a": {{ .x }}, {{ .k }}: ${P}}`, "{a:s\"{{ .x }}\" {{ .k }}:s\"${P}\"}\n1:7 template placeholder\n1:17 template placeholder\n", LooseStrings},
		{"merge conflict", "{\n<<<<<<< a\n\"k\":1\n=======\n\"k\":2\n>>>>>>> b\n}", "{k:n\"1\" k:n\"2\"}\n2:1 unresolved merge conflict; both sides were read\n", DuplicateKeys | MergeMarkers},
	})
}

func TestJSONRepair(t *testing.T) {
	t.Parallel()
	checkReadings(t, JSON, []readingCase{
		{"missing comma", `{"a":1 "b":2}`, "{a:n\"1\" b:n\"2\"}\n1:8 missing comma\n", 0},
		{"missing colon", `{"a" 1}`, "{a:n\"1\"}\n1:6 missing colon\n", 0},
		{"missing value", `{"a":, "b":1}`, "{a:! b:n\"1\"}\n1:6 missing value\n", 0},
		{"value forgotten before a key", "{\"a\":\n\"b\":1}", "{a:! b:n\"1\"}\n1:6 missing value\n", 0},
		{"missing quote", "{\"a\": \"x,\n\"b\": 1}", "{a:s\"x\" b:n\"1\"}\n1:10 line break in a string\n", 0},
		{"missing last quote", "{\"a\": \"x\n", "{a:s\"x\"}\n1:1 '{' is never closed\n1:9 line break in a string\n", 0},
		{"string over lines", "{\"a\": \"x\n  y\", \"b\": 1}", "{a:s\"x\\n  y\" b:n\"1\"}\n1:9 line break in a string\n", 0},
		{"unclosed", `{"a": [1, {"b": 2`, "{a:[n\"1\" {b:n\"2\"}]}\n1:1 '{' is never closed\n1:7 '[' is never closed\n1:11 '{' is never closed\n", 0},
		{"extra closers", `{"a":1}}]`, "{a:n\"1\"}\n1:8 '}' closes nothing\n1:9 ']' closes nothing\n", 0},
		{"wrong closer", `{"a":[1}`, "{a:[n\"1\"]}\n1:8 '}' found where ']' was due\n", 0},
		{"text around", "{\"a\":1} over here\n{\"b\":2}", "{a:n\"1\"}\n{b:n\"2\"}\n1:9 text outside a value\n", MultipleDocuments},
		{"members without braces", `"s": {"a":1}, "t": 2`, "{s:{a:n\"1\"} t:n\"2\"}\n1:1 members stand outside an object\n", 0},
		{"unknown escape", `["C:\dir"]`, "[s\"C:\\\\dir\"]\n1:5 unknown escape in a string\n", 0},
		{"unclosed comment", "[1, /* 2\n3]", "[n\"1\" n\"3\"]\n1:5 comment is never closed\n", Comments},
	})
}

func TestJSONAgreesWithStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`{"a":[1,2.0,{"b":null}],"c":"\u0041\t\"\/","d":true}`,
		`[[],{},"",0,-0.1e+9,"é\ud83d\ude00\udc00"]`,
		`"top"`, `12`, `null`,
	} {
		var want any
		dec := json.NewDecoder(strings.NewReader(src))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("decode %q: %v", src, err)
		}
		d := Parse(JSON, []byte(src), Limits{})
		if len(d.Roots) != 1 {
			t.Fatalf("%d roots in %q", len(d.Roots), src)
		}
		if diff := cmp.Diff(want, decoded(d.Roots[0])); diff != "" {
			t.Errorf("reading %q (-encoding/json +doctree):\n%s", src, diff)
		}
	}
}

// decoded turns a tree into what encoding/json makes of it.
func decoded(n *Node) any {
	switch n.Kind {
	case Map:
		m := map[string]any{}
		for _, e := range n.Members {
			m[e.Key] = decoded(e.Value)
		}
		return m
	case List:
		l := []any{}
		for _, item := range n.Items {
			l = append(l, decoded(item))
		}
		return l
	case Null:
		return nil
	case Bool:
		return n.Text == "true"
	case Number:
		return json.Number(n.Text)
	}
	return n.Text
}
