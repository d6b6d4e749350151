package doctree

import (
	"fmt"
	"slices"
)

// step is what a map or list under construction expects next.
type step uint8

const (
	wantEntry step = iota // a key or an item
	wantColon
	wantValue // of a member
	wantComma
)

// frame is a map or list under construction.
type frame struct {
	node    *Node
	base    int    // where its entries start in builder.members or builder.items
	key     Member // the member being read; no Value yet
	step    step
	comma   bool // a comma stands before the next entry
	closing byte // '}' or ']', 0 for members that nothing surrounds
}

// jsonReader reads JSON as people write it in one pass, keeping its own stack.
// Every step consumes at least one byte, and no byte is looked at more than a
// fixed number of times.
type jsonReader struct {
	builder
	src    string // ends where reading ends
	pos    int
	last   int // end of the last token
	stack  []frame
	open   [2]int // maps and lists on the stack that need a bracket
	marker bool   // a merge marker stood before the token: no comma needed
	tabbed bool   // a tab in a string was reported
	colon  byte   // between key and value
	stuck  stuck
}

// readJSON reads src[from:to], whose spans it gives relative to src, and
// returns how many nodes it made.
func readJSON(d *Document, src string, from, to int, lim Limits) int {
	r := &jsonReader{builder: builder{doc: d, lim: lim}, src: src[:to], pos: from, last: from, colon: ':'}
	if i := controlAt(r.src, from); i >= 0 {
		r.fail(i, fmt.Sprintf("control character U+%04X", r.src[i]))
	}
	return r.read()
}

// readTOMLFlow reads a broken array or inline table of TOML in the same way.
func readTOMLFlow(d *Document, src string, from, to int, lim Limits) int {
	r := &jsonReader{builder: builder{doc: d, lim: lim}, src: src[:to], pos: from, last: from, colon: '='}
	return r.read()
}

func (r *jsonReader) read() int {
	for r.skipSpace(); r.pos < len(r.src); r.skipSpace() {
		if r.full(r.pos) {
			break
		}
		r.token()
		r.last = r.pos
		r.marker = false
	}
	for len(r.stack) > 0 {
		top := r.top()
		switch {
		case r.stopped:
		case top.closing == 0:
			r.fail(top.node.Span.Start, "members stand outside an object")
		default:
			r.fail(top.node.Span.Start, fmt.Sprintf("%q is never closed", r.src[top.node.Span.Start]))
		}
		r.pop(r.last)
	}
	return r.made
}

func (r *jsonReader) token() {
	switch c := r.src[r.pos]; c {
	case '{', '[':
		if end := r.templateEnd(r.pos); end > 0 {
			r.template(end)
			return
		}
		r.push(c)
	case '}', ']':
		r.close(c)
	case ',':
		r.comma()
	case r.colon:
		if top := r.top(); top != nil && top.step == wantColon {
			top.step = wantValue
		} else {
			r.fail(r.pos, "unexpected colon")
		}
		r.pos++
	case '"', '\'':
		r.quoted(c)
	default:
		r.word()
	}
}

func (r *jsonReader) top() *frame {
	if len(r.stack) == 0 {
		return nil
	}
	return &r.stack[len(r.stack)-1]
}

// add places a value where one is due, or where the next best place is.
func (r *jsonReader) add(n *Node) {
	top := r.top()
	if top == nil {
		r.root(n)
		return
	}
	isMap := top.node.Kind == Map
	switch top.step {
	case wantComma:
		r.missingComma(n.Span.Start)
	case wantColon:
		r.fail(n.Span.Start, "missing colon")
	case wantEntry:
		if isMap {
			r.fail(n.Span.Start, "missing key")
		}
	}
	if !isMap {
		r.items = append(r.items, n)
	} else {
		if top.step == wantComma || top.step == wantEntry {
			top.key = Member{KeySpan: Span{n.Span.Start, n.Span.Start}}
		}
		top.key.Value = n
		r.members = append(r.members, top.key)
	}
	top.step, top.comma = wantComma, false
}

func (r *jsonReader) missingComma(at int) {
	if !r.marker {
		r.fail(at, "missing comma")
	}
}

// addKey starts a member. Outside every map it starts one that has no braces.
func (r *jsonReader) addKey(text string, span Span) {
	top := r.top()
	if top == nil {
		n := r.node(Map, Span{span.Start, span.Start})
		r.root(n)
		r.stack = append(r.stack, frame{node: n, base: len(r.members)})
		top = r.top()
	}
	switch top.step {
	case wantComma:
		r.missingComma(span.Start)
	case wantColon, wantValue:
		r.valueMissing()
	}
	top.key = Member{Key: text, KeySpan: span}
	top.step, top.comma = wantColon, false
}

// keyIsDue reports whether a string or word that ends at r.pos is a key.
func (r *jsonReader) keyIsDue() bool {
	top := r.top()
	switch {
	case top == nil:
		return r.colonFollows()
	case top.node.Kind != Map:
		return false
	case top.step == wantColon || top.step == wantValue:
		return r.colonFollows()
	}
	return true
}

func (r *jsonReader) valueMissing() {
	r.fail(r.last, "missing value")
	top := r.top()
	top.step = wantValue
	r.add(r.node(Invalid, Span{r.last, r.last}))
}

func (r *jsonReader) comma() {
	top := r.top()
	switch {
	case top == nil || top.step == wantEntry:
		r.fail(r.pos, "unexpected comma")
	case top.step == wantColon || top.step == wantValue:
		r.valueMissing()
	}
	if top != nil {
		top.step, top.comma = wantEntry, true
	}
	r.pos++
}

func (r *jsonReader) push(c byte) {
	if top := r.top(); top != nil && top.closing == 0 && top.step != wantValue && top.step != wantColon {
		r.fail(top.node.Span.Start, "members stand outside an object")
		r.pop(r.last)
	}
	kind, closing := Map, byte('}')
	if c == '[' {
		kind, closing = List, ']'
	}
	n := r.node(kind, Span{r.pos, r.pos})
	r.add(n)
	if len(r.stack) >= r.lim.Depth {
		r.tooDeep(r.pos)
		n.Kind = Invalid
		r.skipNested()
		n.Span.End = r.pos
		return
	}
	base := len(r.members)
	if kind == List {
		base = len(r.items)
	}
	r.stack = append(r.stack, frame{node: n, base: base, closing: closing})
	r.open[kind-Map]++
	r.pos++
}

func (r *jsonReader) close(c byte) {
	kind := Map
	if c == ']' {
		kind = List
	}
	if r.open[kind-Map] == 0 {
		r.fail(r.pos, fmt.Sprintf("%q closes nothing", c))
		r.pos++
		return
	}
	for top := r.top(); top.closing != c; top = r.top() {
		r.fail(r.pos, fmt.Sprintf("%q found where %q was due", c, top.closing))
		r.pop(r.last)
	}
	if r.top().comma {
		r.doc.Traits |= TrailingCommas
	}
	r.pos++
	r.pop(r.pos)
}

// pop finishes the innermost map or list, which ends at end.
func (r *jsonReader) pop(end int) {
	top := r.top()
	if top.step == wantColon || top.step == wantValue {
		r.valueMissing()
	}
	n := top.node
	n.Span.End = end
	if n.Kind == Map {
		n.Members = slices.Clone(r.members[top.base:])
		r.members = r.members[:top.base]
	} else {
		n.Items = slices.Clone(r.items[top.base:])
		r.items = r.items[:top.base]
	}
	r.adopt(n)
	if top.closing != 0 {
		r.open[n.Kind-Map]--
	}
	r.stack = r.stack[:len(r.stack)-1]
}

func (r *jsonReader) fail(offset int, message string) { r.doc.fail(r.lim, offset, message) }
