package doctree

import (
	"slices"
	"strings"
)

// looseFrame is a map or list that lines still add to.
type looseFrame struct {
	node    *Node
	indent  int
	pending bool // its last entry has no value yet
}

// looseReader reads YAML line by line by indentation: "key: value", "- item",
// block scalars and flow collections that end. It takes every line, well
// formed or not, and looks at each a fixed number of times.
type looseReader struct {
	*yamlReader
	text  string // masked, up to where reading ends
	at    int
	stack []looseFrame
	grow  *Node // the top-level collection to add to
}

// readLines reads src[from:to] into the given collection, or, if that is nil
// or of the other kind, into new roots.
func (r *yamlReader) readLines(from, to int, grow *Node) {
	if grow != nil && grow.Kind != Map && grow.Kind != List {
		grow = nil
	}
	l := &looseReader{yamlReader: r, text: r.maskedText()[:to], at: from, grow: grow}
	for l.at < to {
		if r.full(l.at) {
			break
		}
		l.readLine()
	}
	l.popTo(-1)
}

func (r *yamlReader) maskedText() string {
	if r.masked == "" {
		r.masked = r.src[:r.from] + string(r.clean)
	}
	return r.masked
}

// readLine reads one line, or more if its value goes on.
func (l *looseReader) readLine() {
	start := l.at
	end := l.lineEnd(start)
	l.at = min(end+1, len(l.text))
	i := start
	for i < end && isSpace(l.text[i]) {
		i++
	}
	switch {
	case i == end || l.text[i] == '#' || l.text[i] == '%':
		return
	case isSeparator([]byte(l.text[start:min(end, start+8)])):
		l.popTo(-1)
		l.grow = nil
		return
	}
	l.content(start, i, end)
}

func (l *looseReader) lineEnd(at int) int {
	if n := strings.IndexByte(l.text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(l.text)
}

// content reads what stands at text[i:end] of the line that begins at start:
// any number of dashes, then a key, then a value.
func (l *looseReader) content(start, i, end int) {
	for i < end && l.text[i] == '-' && (i+1 == end || isSpace(l.text[i+1])) && !l.full(i) {
		l.open(List, i-start, i)
		l.entry(Member{}, i+1)
		for i++; i < end && isSpace(l.text[i]); i++ {
		}
	}
	if i == end || l.text[i] == '#' || l.full(i) {
		return
	}
	column := i - start
	if key, after := l.key(i, end); after > 0 {
		l.open(Map, column, i)
		l.entry(key, after)
		for i = after; i < end && isSpace(l.text[i]); i++ {
		}
		if i == end || l.text[i] == '#' {
			return
		}
	}
	l.value(start, column, i, end)
}

// key reads a key and returns where the text behind its colon starts, 0 if
// there is none.
func (l *looseReader) key(i, end int) (Member, int) {
	stop := i
	if c := l.text[i]; c == '"' || c == '\'' {
		stop = min(quotedEnd(l.text[:end], i), end)
	} else if strings.IndexByte("[{|>&*!`@", c) >= 0 {
		return Member{}, 0
	}
	for ; stop < end; stop++ {
		if l.text[stop] == ':' && (stop+1 == end || isSpace(l.text[stop+1])) {
			break
		}
		if l.text[stop] == '#' && isSpace(l.text[stop-1]) {
			return Member{}, 0
		}
	}
	if stop == end || stop == i {
		return Member{}, 0
	}
	span := Span{i, i + len(strings.TrimRight(l.src[i:stop], " \t"))}
	key := l.src[span.Start:span.End]
	if c := key[0]; (c == '"' || c == '\'') && len(key) > 1 && key[len(key)-1] == c {
		var out sink
		decodeFlow(l.src, span.Start+1, span.End-1, c, &out)
		key = string(out.text)
	}
	return Member{Key: key, KeySpan: span}, stop + 1
}

// open makes a collection of that kind and indentation the innermost one.
func (l *looseReader) open(kind Kind, indent, at int) {
	for len(l.stack) > 0 {
		top := &l.stack[len(l.stack)-1]
		inside := top.indent < indent || top.indent == indent && (top.node.Kind == kind || kind == List && top.pending)
		if inside {
			break
		}
		l.popTo(len(l.stack) - 2)
	}
	if len(l.stack) == 0 {
		l.openRoot(kind, indent, at)
		return
	}
	top := &l.stack[len(l.stack)-1]
	if top.node.Kind == kind && (top.indent == indent || !top.pending) {
		return
	}
	if len(l.stack) >= l.lim.Depth {
		l.tooDeep(at)
		return
	}
	n := l.node(kind, Span{at, at})
	l.put(n)
	l.stack = append(l.stack, looseFrame{node: n, indent: indent})
}

func (l *looseReader) openRoot(kind Kind, indent, at int) {
	n := l.grow
	if n == nil || n.Kind != kind {
		n = l.node(kind, Span{at, at})
		l.root(n)
	}
	l.grow = n
	n.Span.Start = min(n.Span.Start, at)
	l.stack = append(l.stack, looseFrame{node: n, indent: indent})
}

// entry adds an entry without a value to the innermost collection.
func (l *looseReader) entry(key Member, at int) {
	top := &l.stack[len(l.stack)-1]
	at = min(at, len(l.text))
	n := l.node(Invalid, Span{at, at})
	if top.node.Kind == Map {
		if key.KeySpan == (Span{}) {
			key.KeySpan = Span{at, at}
		}
		key.Value = n
		top.node.Members = append(top.node.Members, key)
	} else {
		top.node.Items = append(top.node.Items, n)
	}
	n.Kind = Null
	top.pending = true
}

// put gives n to the entry that waits for a value, else to a new one: under
// the last key again in a map, so that stray text is not lost.
func (l *looseReader) put(n *Node) {
	top := &l.stack[len(l.stack)-1]
	if !top.pending {
		key := Member{KeySpan: Span{n.Span.Start, n.Span.Start}}
		if k := len(top.node.Members); k > 0 {
			key.Key = top.node.Members[k-1].Key
		}
		l.entry(key, n.Span.Start)
		top = &l.stack[len(l.stack)-1]
	}
	top.pending = false
	if top.node.Kind == Map {
		top.node.Members[len(top.node.Members)-1].Value = n
	} else {
		top.node.Items[len(top.node.Items)-1] = n
	}
}

// popTo finishes all collections above index keep.
func (l *looseReader) popTo(keep int) {
	for i := len(l.stack) - 1; i > keep; i-- {
		n := l.stack[i].node
		slices.SortStableFunc(n.Members, func(a, b Member) int { return a.KeySpan.Start - b.KeySpan.Start })
		slices.SortStableFunc(n.Items, func(a, b *Node) int { return a.Span.Start - b.Span.Start })
		for _, m := range n.Members {
			n.Span.End = max(n.Span.End, m.KeySpan.End, m.Value.Span.End)
		}
		for _, item := range n.Items {
			n.Span.End = max(n.Span.End, item.Span.End)
		}
		l.adopt(n)
		l.stack = l.stack[:i]
	}
}
