package doctree

import (
	"slices"
	"strconv"
	"strings"
)

// Pointer returns the RFC 6901 pointer of the node within its own top-level
// value: "" for a root, "/servers/0/env" for a node below one. Members of the
// same key share their pointer.
func (n *Node) Pointer() string {
	if n == nil || n.parent == nil {
		return ""
	}
	var path []*Node
	size := 0
	for ; n.parent != nil; n = n.parent {
		path = append(path, n)
		size += 4 + len(n.Key())
	}
	out := make([]byte, 0, size)
	for _, n := range slices.Backward(path) {
		out = append(out, '/')
		if n.parent.Kind == List {
			out = strconv.AppendInt(out, int64(n.index), 10)
		} else {
			out = appendSegment(out, n.Key())
		}
	}
	return string(out)
}

func appendSegment(out []byte, key string) []byte {
	for i := 0; i < len(key); i++ {
		switch key[i] {
		case '~':
			out = append(out, "~0"...)
		case '/':
			out = append(out, "~1"...)
		default:
			out = append(out, key[i])
		}
	}
	return out
}

// At returns the nodes an RFC 6901 pointer leads to in any of the roots, in
// source order. A segment "*" stands for every member value or item. Aliases
// are resolved and YAML merge keys applied; every member of a repeated key is
// followed; no node is returned twice. It returns nil if there is none, or if
// the pointer is neither empty nor begins with "/".
func (d *Document) At(pointer string) []*Node {
	found := slices.Clone(d.Roots)
	if pointer == "" {
		return found
	}
	if pointer[0] != '/' {
		return nil
	}
	for segment := range strings.SplitSeq(pointer[1:], "/") {
		segment = strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
		var next []*Node
		for _, n := range found {
			next = append(next, n.children(segment)...)
		}
		if found = distinct(next); len(found) == 0 {
			return nil
		}
	}
	return found
}

func (n *Node) children(segment string) []*Node {
	n = n.Resolve()
	switch {
	case n.Kind == Map && segment == "*":
		return n.values()
	case n.Kind == Map:
		return n.All(segment)
	case n.Kind == List && segment == "*":
		all := make([]*Node, len(n.Items))
		for i, item := range n.Items {
			all[i] = item.Resolve()
		}
		return all
	case n.Kind == List:
		i, err := strconv.Atoi(segment)
		if err == nil && i >= 0 && i < len(n.Items) && strconv.Itoa(i) == segment {
			return []*Node{n.Items[i].Resolve()}
		}
	}
	return nil
}

// values lists what the members of a map amount to: its own, then those of
// merged maps whose key no earlier map has.
func (n *Node) values() []*Node {
	var all []*Node
	from := n.sources()
	seen := map[string]*Node{}
	for _, m := range from {
		for i := range m.Members {
			if m.isMerge(i) {
				continue
			}
			if len(from) > 1 {
				if owner := seen[m.Members[i].Key]; owner != nil && owner != m {
					continue
				}
				seen[m.Members[i].Key] = m
			}
			all = append(all, m.Members[i].Value.Resolve())
		}
	}
	return all
}

func distinct(nodes []*Node) []*Node {
	if len(nodes) < 2 {
		return nodes
	}
	seen := make(map[*Node]bool, len(nodes))
	return slices.DeleteFunc(nodes, func(n *Node) bool {
		again := seen[n]
		seen[n] = true
		return again
	})
}
