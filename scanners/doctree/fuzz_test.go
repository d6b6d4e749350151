package doctree

import "testing"

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"", "{\"a\": [1, 'b', c, {{ d }}], /* e */ \"f\": \"g\\u00e9\\\n", "{\"a\":1}}]{b:[}", "<<<<<<< a\n=======\n>>>>>>> b\n",
		"a: &x {b: [c, 'd''e', \"f\\x41\\\n  g\"]}\nh: *x\n<<: *x\n", "a: |2-\n    b\n\n  c\nd: >+\n  e\n\n  f\n", "- a\n-\n- b: c\n  d:\n  - e\n",
		"a: \"b\nc: [d\ne:\n\tf: g\n---\nh: {{ i }}\n", "? [a, b]\n: c\n? d\n: - e\n", "---\na: b\n---\ntext\n", "a: !!str &b\nc: ! d\n# e\n",
		"[a.b]\nc = [1, {d = \"e\\n\"}]\n[[f]]\ng = '''\nh'''\n[[f]]\ni.j = 1\n", "a = \"\"\"\nb\\\n  c\"\"\"\nd = [1,\n\"e\" 'f'\n[g\nh = = 2\n",
		"\xff\xfea\x00:\x00 \x00b\x00", "\uFEFF{\"a\": \"\xff\x00\"}", "a:\r\n  b: |\r\n    c\r\n", "a: \u0085b\u2028: c\n",
	} {
		for syntax := range byte(4) {
			f.Add(syntax, []byte(src))
		}
	}
	f.Fuzz(func(t *testing.T, syntax byte, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		lim := Limits{Nodes: 1000, Depth: 40}
		d := Parse(Syntax(syntax%4), src, lim)
		checkTree(t, d)
		nodes := 0
		d.Walk(func(n *Node) bool {
			nodes++
			_ = n.Get("a")
			return true
		})
		if nodes > lim.Nodes+4*lim.Depth {
			t.Errorf("%d nodes", nodes)
		}
		if len(d.Errors) > defaultErrors {
			t.Errorf("%d errors", len(d.Errors))
		}
		d.At("/*/*/0/a")
	})
}

func FuzzEmbedded(f *testing.F) {
	for _, text := range []string{`{"k":"v"}`, `"{\"k\":\"v\"}"`, `{\"k\":\"\\u0041\"}`, "'[1,2]'", "{k: v", "[\\n\\\"a\\\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := Embedded(text, Limits{Nodes: 1000})
		if d == nil {
			return
		}
		checkTree(t, d)
		d.Walk(func(n *Node) bool {
			if s := d.Outer(d.Locate(n, 0, len(n.Text))); !inside(s, Span{0, len(text)}) {
				t.Errorf("%s: located at %v in %q", n.Pointer(), s, text)
			}
			return true
		})
	})
}
