package doctree

// mostEmbedded bounds the documents that one document can hold in its strings.
const mostEmbedded = 200

// embedding leads a node of an embedded document back to where it was written.
type embedding struct {
	holder *Node     // the string in the outer document
	from   int       // where in its text the document begins
	doc    *Document // the document, read by itself
	node   *Node     // the same node in doc
}

// Embed reads the document that n.Text[from:to], of a string of d, is, as JSON
// inside a workflow or YAML inside a manifest, and makes it a part of d: spans
// of its nodes and places of its errors are those of d.Source, Locate takes its
// nodes, and Holder gives the string back. Pointers of its nodes begin at its
// own root. It returns nil if the text is no such document, if n is no string of
// d itself, or if d holds too many already. JSON that was escaped again is found
// as Embedded finds it.
func (d *Document) Embed(n *Node, from, to int, syntax Syntax, lim Limits) *Document {
	if n == nil || n.Kind != String || d.embedded[n].holder != nil || d.parts >= mostEmbedded || from < 0 || from > to || to > len(n.Text) {
		return nil
	}
	text := n.Text[from:to]
	tree, plain := embedded(text, syntax, lim), embedded(text, syntax, lim)
	if tree == nil || plain == nil {
		return nil
	}
	d.parts++
	if d.embedded == nil {
		d.embedded = map[*Node]embedding{}
	}
	nodes := flat(tree)
	for i, p := range flat(plain) {
		d.embedded[nodes[i]] = embedding{n, from, plain, p}
	}
	lead := func(s Span) Span {
		s = plain.Outer(s)
		return d.Locate(n, from+s.Start, from+s.End)
	}
	for _, t := range nodes {
		t.Span = lead(t.Span)
		for i := range t.Members {
			t.Members[i].KeySpan = lead(t.Members[i].KeySpan)
		}
	}
	for i := range tree.Errors {
		e := &tree.Errors[i]
		e.Offset = lead(Span{e.Offset, e.Offset}).Start
		e.Line, e.Column = d.Position(e.Offset)
	}
	tree.Source, tree.outer = d.Source, nil
	return tree
}

func embedded(text string, syntax Syntax, lim Limits) *Document {
	if syntax == JSON {
		return Embedded(text, lim)
	}
	return Parse(syntax, []byte(text), lim)
}

func flat(d *Document) []*Node {
	var all []*Node
	d.Walk(func(n *Node) bool {
		all = append(all, n)
		return true
	})
	return all
}

// Holder is the string of the document itself that holds an embedded node; of
// any other node it is the node.
func (d *Document) Holder(n *Node) *Node {
	if e, ok := d.embedded[n]; ok {
		return e.holder
	}
	return n
}

// locateEmbedded is Locate of an embedded node.
func (d *Document) locateEmbedded(e embedding, from, to int) Span {
	inner := e.doc.Outer(e.doc.Locate(e.node, from, to))
	return d.Locate(e.holder, e.from+inner.Start, e.from+inner.End)
}
