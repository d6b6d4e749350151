package doctree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes a tree on one line: m{"k":s"v"} for maps, l[...] for lists,
// and a letter for the kind of every scalar.
func outline(n *Node) string {
	var b strings.Builder
	writeOutline(&b, n)
	return b.String()
}

func writeOutline(b *strings.Builder, n *Node) {
	switch n.Kind {
	case Map:
		b.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(m.Key + ":")
			writeOutline(b, m.Value)
		}
		b.WriteByte('}')
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(' ')
			}
			writeOutline(b, item)
		}
		b.WriteByte(']')
	case Alias:
		fmt.Fprintf(b, "*%d", n.Resolve().Span.Start)
	default:
		b.WriteString(string("!zbns"[min(int(n.Kind), 4)]))
		if n.Kind != Invalid && n.Kind != Null {
			fmt.Fprintf(b, "%q", n.Text)
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

func messages(d *Document) []string {
	var all []string
	for _, e := range d.Errors {
		all = append(all, fmt.Sprintf("%d:%d %s", e.Line, e.Column, e.Message))
	}
	return all
}

func TestScratch(t *testing.T) {
	for _, src := range []string{`{"a":1}`, `{"a": "x,` + "\n" + ` "b": [1,2,]}`, `{a: npx -y foo, b: 'c', "d": {{ .x }}, e: ${PORT}}`,
		`"mcpServers": {"a": 1}, "b": 2`, `{"a" "b" "c": 1, "d": , "e"}`, `[1 2 {"a":1}] ]} {"b":[}`, "{\n<<<<<<< a\n\"a\":1\n=======\n\"a\":2\n>>>>>>> b\n}"} {
		d := Parse(JSON, []byte(src), Limits{})
		t.Log(outlines(d), messages(d), d.Traits)
	}
	if diff := cmp.Diff(1, 1); diff != "" {
		t.Error(diff)
	}
	d := Embedded(`"{\"k\":\"v\"}"`, Limits{})
	t.Log(outlines(d), d.Outer(d.Roots[0].Get("k").Span))
}

func BenchmarkJSON(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"mcpServers":{`)
	for i := 0; s.Len() < 512<<10; i++ {
		fmt.Fprintf(&s, "\n    \"server-%d\": {\"command\": \"npx\", \"args\": [\"-y\", \"@acme/server\"], \"env\": {\"TOKEN\": \"${TOKEN}\", \"N\": 12}},", i)
	}
	s.WriteString(`"x":1}}`)
	src := []byte(s.String())
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(JSON, src, Limits{})
	}
}
