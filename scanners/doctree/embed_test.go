package doctree_test

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// What stands in a document within a document is led back to the bytes it was
// written with.
func TestEmbedLeadsBackToTheOuterSource(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		syntax, inner     doctree.Syntax
		src, holder, want string // want: the source of text[1:] of the value at /a/b
	}{
		"block scalar":      {doctree.YAML, doctree.JSON, "w:\n  with:\n    c: |\n      {\n        \"a\": {\"b\": \"value\"}\n      }\n", "/w/with/c", "alue"},
		"folded scalar":     {doctree.YAML, doctree.JSON, "c: >-\n  {\"a\":\n  {\"b\": \"value\"}}\n", "/c", "alue"},
		"single quotes":     {doctree.YAML, doctree.JSON, "c: '{\"a\": {\"b\": \"it''s\"}}'\n", "/c", "t''s"},
		"escaped":           {doctree.JSON, doctree.JSON, `{"c":"{\"a\":{\"b\":\"va\\u006cue\"}}"}`, "/c", `a\\u006cue`},
		"twice escaped":     {doctree.JSON, doctree.JSON, `{"c":"{\\\"a\\\":{\\\"b\\\":\\\"value\\\"}}"}`, "/c", "alue"},
		"YAML in YAML":      {doctree.YAML, doctree.YAML, "c: |\n  a:\n    b: value\n", "/c", "alue"},
		"TOML in YAML":      {doctree.YAML, doctree.TOML, "c: |\n  [a]\n  b = \"value\"\n", "/c", "alue"},
		"TOML holding JSON": {doctree.TOML, doctree.JSON, "c = '{\"a\": {\"b\": \"value\"}}'\n", "/c", "alue"},
		"part of a string":  {doctree.YAML, doctree.JSON, "c: |\n  --config {\"a\": {\"b\": \"value\"}}\n", "/c", "alue"},
		"double quotes":     {doctree.YAML, doctree.JSON, "c: \"{\\\"a\\\": {\\\"b\\\": \\\"value\\\"}}\"\n", "/c", "alue"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := doctree.Parse(c.syntax, []byte(c.src), doctree.Limits{})
			holder := d.At(c.holder)[0]
			part := d.Embed(holder, max(0, strings.Index(holder.Text, "g {")+1), len(holder.Text), c.inner, doctree.Limits{})
			if part == nil || len(part.At("/a/b")) != 1 {
				t.Fatalf("nothing embedded: %+v", part)
			}
			n := part.At("/a/b")[0]
			got := d.Locate(n, 1, len(n.Text))
			if text := string(d.Source[got.Start:got.End]); text != c.want {
				t.Errorf("located %q, want %q", text, c.want)
			}
			if whole := string(d.Source[n.Span.Start:n.Span.End]); !strings.Contains(whole, c.want) || len(whole) > len(c.want)+10 {
				t.Errorf("the span holds %q", whole)
			}
			if key := n.KeySpan(); !strings.Contains(string(d.Source[key.Start:key.End]), "b") || key.End-key.Start > 9 {
				t.Errorf("the key's span holds %q", d.Source[key.Start:key.End])
			}
			if d.Holder(n) != holder || d.Holder(holder) != holder || n.Pointer() != "/a/b" {
				t.Errorf("holder %v, pointer %q", d.Holder(n), n.Pointer())
			}
			if d.Embed(n, 0, 1, doctree.JSON, doctree.Limits{}) != nil {
				t.Error("a third level is read")
			}
		})
	}
}

func TestEmbedIsBounded(t *testing.T) {
	t.Parallel()
	d := doctree.Parse(doctree.JSON, []byte("["+strings.Repeat(`"{\"a\":1}",`, 1000)+"1]"), doctree.Limits{})
	n := 0
	for _, item := range d.Roots[0].Items {
		if d.Embed(item, 0, len(item.Text), doctree.JSON, doctree.Limits{}) != nil {
			n++
		}
	}
	if n != 200 {
		t.Errorf("%d documents, want 200", n)
	}
	if d.Embed(nil, 0, 0, doctree.JSON, doctree.Limits{}) != nil || d.Embed(d.Roots[0], 0, 0, doctree.JSON, doctree.Limits{}) != nil {
		t.Error("no string is read")
	}
}

func FuzzEmbed(f *testing.F) {
	for _, s := range []string{"c: |\n  {\"a\": 1}\n", `{"c":"{\"a\":\"\"}"}`, "c: >\n  a: b\n", "c = \"\"\"\n{'a'}\"\"\"", "c: '[{},\"x\n"} {
		for syntax := range 3 {
			f.Add(s, uint8(syntax), uint8(syntax))
		}
	}
	f.Fuzz(func(t *testing.T, src string, outer, inner uint8) {
		d := doctree.Parse(doctree.Syntax(outer%3), []byte(src), doctree.Limits{})
		var holders []*doctree.Node
		d.Walk(func(n *doctree.Node) bool { holders = append(holders, n); return true })
		for _, h := range holders {
			part := d.Embed(h, len(h.Text)/9, len(h.Text), doctree.Syntax(inner%3), doctree.Limits{})
			if part == nil {
				continue
			}
			part.Walk(func(n *doctree.Node) bool {
				for _, s := range []doctree.Span{n.Span, n.KeySpan(), d.Locate(n, 0, len(n.Text)), d.Locate(n, 1, 2)} {
					if s.Start < 0 || s.Start > s.End || s.End > len(d.Source) {
						t.Fatalf("span %v of %d bytes", s, len(d.Source))
					}
				}
				return true
			})
		}
	})
}
