package doctree

import (
	"strings"
	"testing"
)

// checkTree fails if a promise about spans, parents or pointers is broken.
func checkTree(t testing.TB, d *Document) {
	t.Helper()
	whole := Span{0, len(d.Source)}
	d.Walk(func(n *Node) bool {
		outer := whole
		if p := n.Parent(); p != nil {
			outer = p.Span
			k := n.KeySpan()
			if n.Kind != Invalid && p.Kind == Map && !inside(k, outer) {
				t.Errorf("%s: key %v outside its map %v", n.Pointer(), k, outer)
			}
		}
		if !inside(n.Span, outer) {
			t.Errorf("%s: span %v outside %v", n.Pointer(), n.Span, outer)
		}
		for _, m := range n.Members {
			if m.Value.Parent() != n || m.Value.Key() != m.Key {
				t.Errorf("%s: member %q does not know its place", n.Pointer(), m.Key)
			}
		}
		for i, item := range n.Items {
			if item.Parent() != n || item.Index() != i {
				t.Errorf("%s: item %d does not know its place", n.Pointer(), i)
			}
		}
		if s := d.Locate(n, 0, len(n.Text)); !inside(s, n.Span) {
			t.Errorf("%s: text located at %v, outside %v", n.Pointer(), s, n.Span)
		}
		return true
	})
	for i, e := range d.Errors {
		if line, column := naivePosition(d.Source, e.Offset); line != e.Line || column != e.Column {
			t.Errorf("error %d at %d:%d, want %d:%d", i, e.Line, e.Column, line, column)
		}
		if i > 0 && e.Offset < d.Errors[i-1].Offset {
			t.Errorf("error %d is out of order", i)
		}
	}
}

func inside(s, outer Span) bool {
	return outer.Start <= s.Start && s.Start <= s.End && s.End <= outer.End
}

func naivePosition(src []byte, offset int) (line, column int) {
	before := string(src[:offset])
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndexByte(before, '\n')
}

func TestPosition(t *testing.T) {
	t.Parallel()
	d := Parse(JSON, []byte("{\n\n \"é\": 1\r\n}"), Limits{})
	for offset := range len(d.Source) + 1 {
		line, column := d.Position(offset)
		wantLine, wantColumn := naivePosition(d.Source, offset)
		if line != wantLine || column != wantColumn {
			t.Errorf("Position(%d) = %d:%d, want %d:%d", offset, line, column, wantLine, wantColumn)
		}
	}
	if line, column := d.Position(-5); line != 1 || column != 1 {
		t.Errorf("Position(-5) = %d:%d, want 1:1", line, column)
	}
	if line, column := d.Position(1 << 20); line != 4 || column != 2 {
		t.Errorf("position behind the end = %d:%d, want 4:2", line, column)
	}
}

func TestPointer(t *testing.T) {
	t.Parallel()
	d := Parse(JSON, []byte(`{"a/b":{"m~n":[0,{"":1}]},"a/b":2}`), Limits{})
	var got []string
	d.Walk(func(n *Node) bool {
		got = append(got, n.Pointer())
		for _, found := range d.At(n.Pointer()) {
			if found == n {
				return true
			}
		}
		t.Errorf("At(%q) does not lead back", n.Pointer())
		return true
	})
	want := " /a~1b /a~1b/m~0n /a~1b/m~0n/0 /a~1b/m~0n/1 /a~1b/m~0n/1/ /a~1b"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("pointers = %q, want %q", s, want)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	src := "base: &b {url: u, env: {K: v}}\nservers:\n  one: *b\n  two:\n    <<: [*b, {extra: e}]\n    url: own\n---\nservers: [{url: z}]\n"
	d := Parse(YAML, []byte(src), Limits{})
	for pointer, want := range map[string]string{
		"/servers/*/url": "u own z", "/servers/two/env/K": "v", "/servers/two/*": "own e", "/servers/0/url": "z",
		"/nothing": "", "servers": "", "/servers/00": "",
	} {
		var got []string
		for _, n := range d.At(pointer) {
			if n.Kind != Map {
				got = append(got, n.Text)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("At(%q) = %q, want %q", pointer, s, want)
		}
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	d := Parse(JSON, []byte(`{"a":1,"a":2,"<<":{"m":3}}`), Limits{})
	root := d.Roots[0]
	if got := root.Get("a").Text; got != "2" {
		t.Errorf("Get returns %q, want the last member", got)
	}
	if got := len(root.All("a")); got != 2 {
		t.Errorf("All returns %d members, want 2", got)
	}
	if root.Get("m") != nil {
		t.Error("a JSON key << is taken for a merge")
	}
	var none *Node
	if none.Get("x") != nil || none.All("x") != nil || none.Resolve() != nil || none.Parent() != nil || none.Index() != -1 || none.Key() != "" || none.Pointer() != "" {
		t.Error("a nil node is not empty")
	}
	loop := Parse(YAML, []byte("a: &x\n  <<: *x\n  b: 1\n"), Limits{})
	if n := loop.Roots[0].Get("a"); n != nil && n.Get("zzz") != nil {
		t.Error("a merge cycle yields a value")
	}
}

func TestWalkSkipsChildren(t *testing.T) {
	t.Parallel()
	d := Parse(JSON, []byte(`{"a":[1,2],"b":3}`), Limits{})
	seen := 0
	d.Walk(func(n *Node) bool {
		seen++
		return n.Kind != List
	})
	if seen != 3 {
		t.Errorf("visited %d nodes, want 3", seen)
	}
}
