package doctree

// mostMerged bounds the maps one map may draw members from by merge keys.
const mostMerged = 256

// Resolve follows an Alias to its target. Of a node that is no Alias, or an
// Alias without a known target, it returns the node itself. A nil node
// resolves to nil.
func (n *Node) Resolve() *Node {
	if n != nil && n.Kind == Alias && n.Target != nil {
		return n.Target
	}
	return n
}

// Get returns the value of the last member called key, as most decoders do,
// with aliases resolved on both ends: the receiver may be an Alias and the
// result never is, unless its target is unknown. In YAML a key the map does
// not have itself is sought in the maps it merges (<<). Get returns nil if
// there is none, also on a nil node and on one that is no Map.
func (n *Node) Get(key string) *Node {
	n = n.Resolve()
	if v := n.own(key); v != nil || n == nil || !n.merges {
		return v.Resolve()
	}
	for _, m := range n.sources()[1:] {
		if v := m.own(key); v != nil {
			return v.Resolve()
		}
	}
	return nil
}

// NearestKey returns the key the node stands under; an item of a list stands
// under the list's. It is "" at the top of a document.
func (n *Node) NearestKey() string {
	for ; n != nil; n = n.Parent() {
		if k := n.Key(); k != "" {
			return k
		}
	}
	return ""
}

// own returns the last member called key as it stands.
func (n *Node) own(key string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Key == key {
			return n.Members[i].Value
		}
	}
	return nil
}

// All returns the values of every member called key in source order, with
// aliases resolved. Merged maps count only when the map itself has none.
func (n *Node) All(key string) []*Node {
	var all []*Node
	for _, m := range n.sources() {
		for i := range m.Members {
			if m.Members[i].Key == key {
				all = append(all, m.Members[i].Value.Resolve())
			}
		}
		if all != nil {
			return all
		}
	}
	return nil
}

// sources lists the map itself and then the maps it merges, first come first
// served, every map once.
func (n *Node) sources() []*Node {
	n = n.Resolve()
	if n == nil || n.Kind != Map {
		return nil
	}
	if !n.merges {
		return []*Node{n}
	}
	var out []*Node
	seen := map[*Node]bool{}
	for stack := []*Node{n}; len(stack) > 0 && len(out) < mostMerged; {
		top := stack[len(stack)-1].Resolve()
		stack = stack[:len(stack)-1]
		if top == nil || seen[top] {
			continue
		}
		seen[top] = true
		switch top.Kind {
		case Map:
			out = append(out, top)
			stack = pushMerged(stack, top)
		case List:
			for i := min(len(top.Items), mostMerged) - 1; i >= 0; i-- {
				stack = append(stack, top.Items[i])
			}
		}
	}
	return out
}

func pushMerged(stack []*Node, m *Node) []*Node {
	if !m.merges {
		return stack
	}
	pushed := 0
	for i := len(m.Members) - 1; i >= 0 && pushed < mostMerged; i-- {
		if m.isMerge(i) {
			stack = append(stack, m.Members[i].Value)
			pushed++
		}
	}
	return stack
}

func (n *Node) isMerge(i int) bool { return n.merges && n.Members[i].Key == mergeKey }

const mergeKey = "<<"

// Parent returns the Map or List that holds the node, nil for a root.
func (n *Node) Parent() *Node {
	if n == nil {
		return nil
	}
	return n.parent
}

// Key returns the key of the member whose value the node is, "" outside a Map.
func (n *Node) Key() string {
	if m := n.member(); m != nil {
		return m.Key
	}
	return ""
}

// KeySpan returns the span of that key, quotes included; of a node outside a
// Map, an empty span at the start of the node.
func (n *Node) KeySpan() Span {
	if m := n.member(); m != nil {
		return m.KeySpan
	}
	if n == nil {
		return Span{}
	}
	return Span{n.Span.Start, n.Span.Start}
}

// Index returns the node's place in the List that holds it, -1 outside one.
func (n *Node) Index() int {
	if n == nil || n.parent == nil || n.parent.Kind != List {
		return -1
	}
	return int(n.index)
}

func (n *Node) member() *Member {
	if n == nil || n.parent == nil || n.parent.Kind != Map {
		return nil
	}
	return &n.parent.Members[n.index]
}

// Walk visits every node once, parents before children and in source order,
// over all roots. It does not go through aliases. If visit returns false the
// children of that node are left out.
func (d *Document) Walk(visit func(n *Node) bool) {
	stack := make([]*Node, 0, 64)
	for i := len(d.Roots) - 1; i >= 0; i-- {
		stack = append(stack, d.Roots[i])
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !visit(n) {
			continue
		}
		for i := len(n.Members) - 1; i >= 0; i-- {
			stack = append(stack, n.Members[i].Value)
		}
		for i := len(n.Items) - 1; i >= 0; i-- {
			stack = append(stack, n.Items[i])
		}
	}
}
