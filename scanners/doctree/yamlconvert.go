package doctree

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlFrame is a library node whose content is being converted.
type yamlFrame struct {
	from    *yaml.Node
	node    *Node
	next    int // in from.Content
	members []Member
	items   []*Node
}

func (r *yamlReader) convertAll(docs []*yaml.Node) {
	for _, doc := range docs {
		if n := r.convert(doc); n != nil {
			r.root(n)
		}
	}
}

// convert turns one document into our tree, without recursion. Aliases are
// tied at the end, when every anchored node has its counterpart.
func (r *yamlReader) convert(doc *yaml.Node) *Node {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil
	}
	known := map[*yaml.Node]*Node{}
	aliases := map[*Node]*yaml.Node{}
	top := r.begin(doc.Content[0], known, aliases)
	if !isCollection(doc.Content[0]) {
		r.finishScalar(top)
		return top.node
	}
	for stack := []*yamlFrame{top}; len(stack) > 0; {
		f := stack[len(stack)-1]
		if f.next >= len(f.from.Content) || r.full(f.node.Span.Start) {
			r.finish(f)
			stack = stack[:len(stack)-1]
			continue
		}
		child := r.enter(f, known, aliases)
		if isCollection(child.from) {
			stack = append(stack, child)
		} else {
			r.finishScalar(child)
		}
	}
	for n, target := range aliases {
		if to := known[target]; to != nil && to.Kind != Alias {
			n.Target = to
		}
	}
	return top.node
}

func isCollection(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode
}

// begin makes the node of a library node; its end is not known yet.
func (r *yamlReader) begin(from *yaml.Node, known map[*yaml.Node]*Node, aliases map[*Node]*yaml.Node) *yamlFrame {
	at := r.place(from.Line, from.Column)
	n := r.node(Invalid, Span{at, at})
	switch from.Kind {
	case yaml.MappingNode:
		n.Kind = Map
	case yaml.SequenceNode:
		n.Kind = List
	case yaml.AliasNode:
		n.Kind = Alias
		aliases[n] = from.Alias
	default:
		n.Kind = yamlKind(from)
	}
	if from.Anchor != "" {
		known[from] = n
	}
	return &yamlFrame{from: from, node: n}
}

func yamlKind(n *yaml.Node) Kind {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return String
	}
	switch n.ShortTag() {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}

// enter begins the next entry of f and places it.
func (r *yamlReader) enter(f *yamlFrame, known map[*yaml.Node]*Node, aliases map[*Node]*yaml.Node) *yamlFrame {
	if f.node.Kind == List {
		child := r.begin(f.from.Content[f.next], known, aliases)
		if isEmptyScalar(child.from) {
			at := child.node.Span.Start
			for at > f.node.Span.Start && isSpace(r.src[at-1]) {
				at--
			}
			child.node.Span = Span{at, at}
		}
		f.items = append(f.items, child.node)
		f.next++
		return child
	}
	key := f.from.Content[f.next]
	m := r.key(key, known)
	if key.ShortTag() == "!!merge" {
		f.node.merges = true
	}
	child := r.begin(f.from.Content[f.next+1], known, aliases)
	m.Value = child.node
	if isEmptyScalar(child.from) {
		at := m.KeySpan.End
		if n := strings.IndexByte(r.src[at:min(r.to, max(at, child.node.Span.Start+1))], ':'); n >= 0 {
			at += n + 1
		}
		child.node.Span = Span{at, at}
	}
	f.members = append(f.members, m)
	f.next += 2
	return child
}

func isEmptyScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Anchor == "" && n.Style == 0
}

// key reads a member's key. One that is no scalar is given as written.
func (r *yamlReader) key(from *yaml.Node, known map[*yaml.Node]*Node) Member {
	at := r.place(from.Line, from.Column)
	n := &Node{Span: Span{at, at}}
	switch from.Kind {
	case yaml.ScalarNode:
		r.finishScalar(&yamlFrame{from: from, node: n})
		if from.Anchor != "" {
			n.Kind = yamlKind(from)
			known[from] = n
		}
		return Member{Key: n.Text, KeySpan: n.Span}
	case yaml.AliasNode:
		n.Span.End = at + 1 + len(from.Value)
		if to := known[from.Alias]; to != nil {
			return Member{Key: to.Text, KeySpan: n.Span}
		}
	default:
		n.Span.End = r.keyEnd(at)
	}
	n.Span.End = min(n.Span.End, r.to)
	return Member{Key: r.src[n.Span.Start:n.Span.End], KeySpan: n.Span}
}

// keyEnd ends a key that is a collection: with its line, before a colon.
func (r *yamlReader) keyEnd(at int) int {
	line, _, _ := strings.Cut(r.src[at:min(r.to, at+1024)], "\n")
	if n := strings.Index(line, ": "); n >= 0 {
		line = line[:n]
	}
	return at + len(strings.TrimRight(line, ": \t\r"))
}

// finish closes a collection: the end of a flow one is its bracket, that of a
// block one the end of its last entry.
func (r *yamlReader) finish(f *yamlFrame) {
	n := f.node
	n.Members, n.Items = slices.Clip(f.members), slices.Clip(f.items)
	end := n.Span.Start
	for _, m := range n.Members {
		end = max(end, m.KeySpan.End, m.Value.Span.End)
	}
	for _, item := range n.Items {
		end = max(end, item.Span.End)
	}
	if f.from.Style&yaml.FlowStyle != 0 {
		n.Span.Start, end = r.flowSpan(f, end)
	}
	n.Span.End = end
	r.adopt(n)
}

// flowSpan spans a flow collection whose last entry ends at end. The map in
// [a: b] has no brackets of its own.
func (r *yamlReader) flowSpan(f *yamlFrame, end int) (int, int) {
	start := f.node.Span.Start
	if hasProperties(f.from) {
		start = skipProperties(r.src[:r.to], start)
	}
	if start >= r.to || r.src[start] != '[' && r.src[start] != '{' {
		return f.node.Span.Start, end
	}
	return start, closeFlow(r.src[:r.to], max(end, start+1))
}

// closeFlow moves from the end of the last entry behind the next bracket.
func closeFlow(src string, at int) int {
	for at < len(src) {
		switch c := src[at]; {
		case c == ']' || c == '}':
			return at + 1
		case c == '#' && at > 0 && isSpace(src[at-1]):
			line, _, _ := strings.Cut(src[at:], "\n")
			at += len(line)
		default:
			at++
		}
	}
	return at
}
