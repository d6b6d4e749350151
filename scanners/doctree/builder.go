package doctree

import "fmt"

// builder makes the nodes of one document.
type builder struct {
	doc     *Document
	lim     Limits
	made    int
	slab    []Node
	members []Member // entries of maps still open, innermost last
	items   []*Node  // the same for lists
	deep    bool     // the limit on depth was reported
	stopped bool     // the limit on nodes was
}

// node makes a node. Nodes are allocated in growing blocks.
func (b *builder) node(kind Kind, span Span) *Node {
	if len(b.slab) == 0 {
		b.slab = make([]Node, max(8, min(b.made, 512)))
	}
	n := &b.slab[0]
	b.slab = b.slab[1:]
	b.made++
	n.Kind, n.Span = kind, span
	return n
}

func (b *builder) root(n *Node) {
	b.doc.Roots = append(b.doc.Roots, n)
	if len(b.doc.Roots) > 1 {
		b.doc.Traits |= MultipleDocuments
	}
}

// full reports whether the limit on nodes is reached, and records it once.
func (b *builder) full(at int) bool {
	if b.made < b.lim.Nodes {
		return false
	}
	if !b.stopped {
		b.doc.fail(b.lim, at, fmt.Sprintf("reading stopped after %d values", b.lim.Nodes))
	}
	b.stopped, b.doc.Truncated = true, true
	return true
}

func (b *builder) tooDeep(at int) {
	if !b.deep {
		b.doc.fail(b.lim, at, fmt.Sprintf("nested deeper than %d levels; the inner part was not read", b.lim.Depth))
	}
	b.deep, b.doc.Truncated = true, true
}

// adopt makes n the parent of its entries and looks for repeated keys.
func (b *builder) adopt(n *Node) {
	for i := range n.Members {
		n.Members[i].Value.parent, n.Members[i].Value.index = n, int32(i)
	}
	for i, item := range n.Items {
		item.parent, item.index = n, int32(i)
	}
	if b.doc.Traits&DuplicateKeys == 0 && repeats(n.Members) {
		b.doc.Traits |= DuplicateKeys
	}
}

// repeats reports whether two members have the same key. Small maps, which
// most are, need no table.
func repeats(members []Member) bool {
	if len(members) > 8 {
		seen := make(map[string]struct{}, len(members))
		for i := range members {
			seen[members[i].Key] = struct{}{}
		}
		return len(seen) < len(members)
	}
	for i := range members {
		for j := range i {
			if members[i].Key == members[j].Key {
				return true
			}
		}
	}
	return false
}
