package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// tree is a file read as a document.
type tree struct {
	*file
	doc *doctree.Document
}

// parse reads the file as a document. A file that was cut is not read: half a
// document says little.
func (f *file) parse(syntax doctree.Syntax) *tree {
	t := &tree{file: f, doc: &doctree.Document{}}
	if f.result.Incomplete != "" {
		return t
	}
	t.doc = doctree.Parse(syntax, []byte(f.text), doctree.Limits{Bytes: 2 * maxManifest, Depth: maxDepth, Nodes: maxNodes})
	if t.doc.Truncated {
		f.result.Incomplete = "too large or too deeply nested to be read whole"
	}
	f.text, f.starts = string(t.doc.Source), nil
	return t
}

// scalar is a scalar's text, "" for anything else.
func scalar(n *doctree.Node) string {
	if n = n.Resolve(); n == nil || n.Kind != doctree.String && n.Kind != doctree.Number && n.Kind != doctree.Bool {
		return ""
	}
	return n.Text
}

// maps visits the maps that the pointers lead to.
func (t *tree) maps(visit func(*doctree.Node), pointers ...string) {
	for _, p := range pointers {
		for _, n := range t.doc.At(p) {
			if n.Kind == doctree.Map {
				visit(n)
			}
		}
	}
}

// members visits the members of all maps that the pointers lead to.
func (t *tree) members(visit func(*doctree.Member), pointers ...string) {
	t.maps(func(n *doctree.Node) {
		for i := range n.Members {
			visit(&n.Members[i])
		}
	}, pointers...)
}

// strings visits the strings that the pointers lead to, and those of lists.
func (t *tree) strings(visit func(*doctree.Node), pointers ...string) {
	for _, p := range pointers {
		for _, n := range t.doc.At(p) {
			if n.Kind == doctree.String {
				visit(n)
			}
			for _, item := range n.Items {
				if item = item.Resolve(); item.Kind == doctree.String {
					visit(item)
				}
			}
		}
	}
}

// addKey adds a mention of what a member's key, or a part of it, names.
func (t *tree) addKey(m *doctree.Member, ecosystem, name, version string) {
	span := m.KeySpan
	written := string(t.doc.Source[span.Start:span.End])
	if i := strings.LastIndex(written, name); i >= 0 {
		span = doctree.Span{Start: span.Start + i, End: span.Start + i + len(name)}
	}
	t.add(mention{ecosystem: ecosystem, name: name, start: span.Start, end: span.End, version: version, pointer: m.Value.Pointer()})
}

// addText adds a mention of what n.Text[from:to] names.
func (t *tree) addText(n *doctree.Node, from, to int, ecosystem, name, version string) {
	span := t.doc.Locate(n, from, to)
	t.add(mention{ecosystem: ecosystem, name: name, start: span.Start, end: span.End, version: version, pointer: n.Pointer()})
}

// addAll adds a mention of what all of a scalar's text names.
func (t *tree) addAll(n *doctree.Node, ecosystem, version string) {
	if n = n.Resolve(); scalar(n) != "" {
		t.addText(n, 0, len(n.Text), ecosystem, n.Text, version)
	}
}

// wanted reads what a member of a table of dependencies asks for: a range, or a
// map with one, or with where it is to be had. own says that it is a folder of
// the repository.
func (t *tree) wanted(n *doctree.Node) (version string, own bool) {
	n = n.Resolve()
	if n != nil && n.Kind == doctree.List && len(n.Items) > 0 {
		n = n.Items[0].Resolve()
	}
	if n == nil || n.Kind != doctree.Map {
		return scalar(n), false
	}
	if p := scalar(n.Get("path")); p != "" && t.within(p) {
		return "", true
	}
	for _, key := range []string{"version", "git", "url", "ref"} {
		if version = scalar(n.Get(key)); version != "" {
			return version, false
		}
	}
	return scalar(n.Get("git").Get("url")), false
}

// addTable adds the keys of tables of dependencies.
func (t *tree) addTable(ecosystem string, pointers ...string) {
	t.members(func(m *doctree.Member) {
		if version, own := t.wanted(m.Value); !own {
			t.addKey(m, ecosystem, m.Key, version)
		}
	}, pointers...)
}
