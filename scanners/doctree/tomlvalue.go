package doctree

import (
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlFrame is an array or inline table that is being converted.
type tomlFrame struct {
	node *Node
	it   unstable.Iterator
	at   int // end of what was converted of it
}

// keyValue adds a member to the current table. end is where its expression
// ends.
func (r *tomlReader) keyValue(keys []Member, e *unstable.Node, end int) {
	if r.depth+len(keys) > r.lim.Depth {
		r.tooDeep(keys[0].KeySpan.Start)
		return
	}
	last := len(keys) - 1
	parent := r.descend(r.current, keys[:last])
	m := keys[last]
	m.Value = r.value(e.Value(), m.KeySpan.End, end, r.lim.Depth-r.depth-len(keys))
	parent.Members = append(parent.Members, m)
}

// value converts a value that starts behind offset at, without recursion. If
// a limit is met the rest of the expression, up to end, is left out.
func (r *tomlReader) value(v *unstable.Node, at, end, depth int) *Node {
	top, open := r.begin(v, at)
	if !open {
		return top.node
	}
	for stack := []*tomlFrame{top}; len(stack) > 0; {
		f := stack[len(stack)-1]
		if len(stack) > depth || r.made >= r.lim.Nodes {
			if len(stack) > depth {
				r.tooDeep(f.node.Span.Start)
				f.node.Kind = Invalid
			}
			r.abandon(stack, end)
			break
		}
		if !f.it.Next() {
			f.node.Span.End = closeFlow(r.src[:end], f.at)
			r.adopt(f.node)
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				stack[len(stack)-1].at = f.node.Span.End
			}
			continue
		}
		child, open := r.child(f)
		f.at = child.node.Span.End
		if open {
			stack = append(stack, child)
		}
	}
	return top.node
}

// abandon ends all open values where their expression ends.
func (r *tomlReader) abandon(stack []*tomlFrame, end int) {
	for _, f := range stack {
		f.node.Span.End = end
		r.adopt(f.node)
	}
}

// child begins the next entry of f and adds it.
func (r *tomlReader) child(f *tomlFrame) (*tomlFrame, bool) {
	v := f.it.Node()
	if f.node.Kind == List {
		child, open := r.begin(v, f.at)
		f.node.Items = append(f.node.Items, child.node)
		return child, open
	}
	var keys []Member
	for it := v.Key(); it.Next(); {
		keys = append(keys, r.member(it.Node()))
	}
	last := len(keys) - 1
	m := keys[last]
	child, open := r.begin(v.Value(), m.KeySpan.End)
	m.Value = child.node
	r.inline(f.node, keys[:last], r.base+int(v.Raw.Offset+v.Raw.Length), m)
	return child, open
}

// inline adds m to an inline table, through the tables of a dotted key.
func (r *tomlReader) inline(n *Node, dotted []Member, end int, m Member) {
	if len(dotted) > r.lim.Depth {
		r.tooDeep(m.KeySpan.Start)
		return
	}
	for _, key := range dotted {
		id := tableKey{n, key.Key}
		inner := r.tables[id]
		if inner == nil {
			inner = r.node(Map, key.KeySpan)
			r.tables[id] = inner
			r.grown = append(r.grown, inner)
			key.Value = inner
			n.Members = append(n.Members, key)
			inner.parent, inner.index = n, int32(len(n.Members)-1)
		}
		inner.Span.End = max(inner.Span.End, end)
		n = inner
	}
	n.Members = append(n.Members, m)
}

// begin makes the node of a value that starts behind offset at. open reports
// whether it has entries to be converted.
func (r *tomlReader) begin(v *unstable.Node, at int) (f *tomlFrame, open bool) {
	switch v.Kind {
	case unstable.Array, unstable.InlineTable:
		kind := List
		if v.Kind == unstable.InlineTable {
			kind = Map
		}
		start := skipTOML(r.src, at, "=,")
		return &tomlFrame{node: r.node(kind, Span{start, start + 1}), it: v.Children(), at: start + 1}, true
	}
	start := r.base + int(v.Raw.Offset)
	n := r.node(tomlKind(v.Kind), Span{start, start + int(v.Raw.Length)})
	n.Text = r.src[n.Span.Start:n.Span.End]
	if v.Kind == unstable.String {
		n.style = styleTOMLBasic
		if n.Text[0] == '\'' {
			n.style = styleTOMLLiteral
		}
		n.Text = r.text(n.Span, v.Data)
	}
	return &tomlFrame{node: n}, false
}

// text returns data, from the source itself if it stands there as it is.
func (r *tomlReader) text(span Span, data []byte) string {
	if inner := r.src[span.Start+1 : span.End-1]; inner == string(data) {
		return inner
	}
	return string(data)
}

func tomlKind(k unstable.Kind) Kind {
	switch k {
	case unstable.Bool:
		return Bool
	case unstable.Integer, unstable.Float:
		return Number
	}
	return String // dates and times are words
}
