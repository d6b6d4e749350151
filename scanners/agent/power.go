package agent

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// place is where a rule was raised.
type place struct {
	rule string
	node *doctree.Node
}

// powers evaluates the catalogue's settings of the file's client. Of two that
// hold at one place the first counts.
func (c *check) powers() {
	rows := catalog.Powers()
	for i := range rows {
		p := &rows[i]
		if !slices.Contains(p.Clients, c.client()) {
			continue
		}
		for _, pointer := range p.At {
			for _, n := range c.at(pointer) {
				n = n.Resolve()
				culprit := holds(p, n)
				if culprit == nil || c.powered[place{p.Rule, culprit}] {
					continue
				}
				c.powered[place{p.Rule, culprit}] = true
				c.power(p, culprit)
			}
		}
	}
}

func (c *check) power(p *catalog.Power, n *doctree.Node) {
	h := config.Hit{Rule: p.Rule, Node: n, Slot: n.NearestKey(), Severity: scanners.SeverityOf(p.Severity), Broad: p.Broad, Message: c.words(p.Says), Fix: spans(p.Fix)}
	if shown := c.Text(n); shown != "" && len(shown) <= 60 {
		h.Message = c.words(p.Says+": ", n.NearestKey()+" = "+shown)
	} else if n.NearestKey() != "" {
		h.Message = c.words(p.Says+": ", n.NearestKey())
	}
	c.say(h)
}

// spans makes code of what stands between backquotes.
func spans(s string) scanners.Text {
	var out scanners.Text
	for i, part := range strings.Split(s, "`") {
		if part != "" {
			out = append(out, scanners.Span{Text: part, Code: i%2 == 1})
		}
	}
	return out
}

// holds is the value that makes a row hold, nil if it does not.
func holds(p *catalog.Power, n *doctree.Node) *doctree.Node {
	switch {
	case n == nil:
		return nil
	case len(p.Is) > 0:
		if isScalar(n) && slices.ContainsFunc(p.Is, func(w string) bool { return strings.EqualFold(w, strings.TrimSpace(n.Text)) }) {
			return n
		}
	case len(p.Has) > 0:
		return has(n, p.Has)
	case p.Set:
		if len(n.Items) > 0 || len(n.Members) > 0 || isScalar(n) && n.Text != "" && n.Text != "false" && n.Kind != doctree.Null {
			return n
		}
	case len(p.Map) > 0:
		if n.Kind == doctree.Map && matches(n, p.Map) {
			return n
		}
	}
	return nil
}

// has is the item of a list, the word of a comma-separated text or the member
// of a map that is one of the words. A member counts if it is true, "allow" or
// says so within.
func has(n *doctree.Node, words []string) *doctree.Node {
	for _, item := range n.Items {
		if item = item.Resolve(); item != nil && isScalar(item) && slices.Contains(words, strings.TrimSpace(item.Text)) {
			return item
		}
	}
	for _, m := range n.Members {
		if v := m.Value.Resolve(); v != nil && slices.Contains(words, m.Key) && allows(v) {
			return v
		}
	}
	if n.Kind == doctree.String {
		for word := range strings.SplitSeq(n.Text, ",") {
			if slices.Contains(words, strings.TrimSpace(word)) {
				return n
			}
		}
	}
	return nil
}

// allows says whether a value switches something on.
func allows(n *doctree.Node) bool {
	if isScalar(n) {
		return strings.EqualFold(n.Text, "true") || strings.EqualFold(n.Text, "allow") || strings.EqualFold(n.Text, "always")
	}
	return strings.EqualFold(text(n.Get("approve")), "true") || strings.EqualFold(text(n.Get("approveRequest")), "true")
}

// matches says whether a map has all of the members; "" asks for none.
func matches(n *doctree.Node, want []catalog.Member) bool {
	for _, m := range want {
		at := n
		for key := range strings.SplitSeq(m.Pointer[1:], "/") {
			at = at.Get(key)
		}
		if !strings.EqualFold(text(at), m.Value) {
			return false
		}
	}
	return true
}

func isScalar(n *doctree.Node) bool {
	switch n.Kind {
	case doctree.String, doctree.Number, doctree.Bool:
		return true
	}
	return false
}
