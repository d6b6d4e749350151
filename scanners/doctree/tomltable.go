package doctree

import (
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// expression adds a header or key-value to the tree and returns its end.
func (r *tomlReader) expression(e *unstable.Node) int {
	var keys []Member
	for it := e.Key(); it.Next(); {
		keys = append(keys, r.member(it.Node()))
	}
	end := keys[len(keys)-1].KeySpan.End
	switch e.Kind {
	case unstable.KeyValue:
		end = r.base + int(e.Raw.Offset+e.Raw.Length)
		r.keyValue(keys, e, end)
	case unstable.Table, unstable.ArrayTable:
		end = skipTOML(r.src, end, "]")
		end = lastByte(r.src, end)
		r.header(keys, e.Kind == unstable.ArrayTable)
	}
	return end
}

// lastByte moves back over white space.
func lastByte(src string, at int) int {
	for at > 0 && isSpace(src[at-1]) {
		at--
	}
	return at
}

func (r *tomlReader) member(key *unstable.Node) Member {
	start := r.base + int(key.Raw.Offset)
	span := Span{start, start + int(key.Raw.Length)}
	if raw := r.src[span.Start:span.End]; raw == string(key.Data) {
		return Member{Key: raw, KeySpan: span}
	}
	return Member{Key: string(key.Data), KeySpan: span}
}

// header opens the table that keys lead to. A list of tables gets a new item.
// A table opened twice goes on; anything else in its place is kept beside it.
func (r *tomlReader) header(keys []Member, list bool) {
	if len(keys) > r.lim.Depth/2 {
		r.tooDeep(keys[0].KeySpan.Start)
		r.current, r.depth = r.detached(keys[0].KeySpan), len(keys)
		return
	}
	last := len(keys) - 1
	parent := r.descend(r.root, keys[:last])
	if !list {
		r.current = r.table(parent, keys[last], Map)
	} else {
		items := r.table(parent, keys[last], List)
		r.current = r.node(Map, Span{keys[0].KeySpan.Start, keys[last].KeySpan.End})
		items.Items = append(items.Items, r.current)
		r.grown = append(r.grown, r.current)
	}
	if r.headed[r.current] {
		r.doc.Traits |= DuplicateKeys
	}
	r.headed[r.current] = true
	r.depth = 2 * len(keys)
}

// detached is a table that takes members and is not part of the tree.
func (r *tomlReader) detached(span Span) *Node { return r.node(Map, span) }

// descend follows keys through tables, making those that do not exist. In a
// list of tables it goes on with the last.
func (r *tomlReader) descend(from *Node, keys []Member) *Node {
	for _, key := range keys {
		from = r.table(from, key, Map)
	}
	return from
}

// table returns the table or list of tables called key, made if need be.
func (r *tomlReader) table(parent *Node, key Member, kind Kind) *Node {
	id := tableKey{parent, key.Key}
	n := r.tables[id]
	if n != nil && n.Kind == List && kind == Map {
		return n.Items[len(n.Items)-1]
	}
	if n != nil && n.Kind == kind {
		return n
	}
	n = r.node(kind, key.KeySpan)
	r.tables[id] = n
	r.grown = append(r.grown, n)
	key.Value = n
	parent.Members = append(parent.Members, key)
	return n
}

// settle gives tables their spans, which enclose everything in them, and
// their entries their parents. Tables further down come first.
func (r *tomlReader) settle() {
	for _, n := range slices.Backward(r.grown) {
		for _, m := range n.Members {
			n.Span.Start = min(n.Span.Start, m.KeySpan.Start, m.Value.Span.Start)
			n.Span.End = max(n.Span.End, m.KeySpan.End, m.Value.Span.End)
		}
		for _, item := range n.Items {
			n.Span.Start = min(n.Span.Start, item.Span.Start)
			n.Span.End = max(n.Span.End, item.Span.End)
		}
		r.adopt(n)
	}
}
