package dependency

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Lock files in JSON are walked instead of being made into trees: of a file of
// megabytes a few members matter.

// frame is a container that is open.
type frame struct {
	list       bool
	index      int // of the item being read in a list
	start, end int // of the key being read in a map, without quotes
}

// jsonEvent is what a walk meets: a scalar or the beginning or end of a
// container. start and end are the scalar's bytes, without quotes.
type jsonEvent struct {
	kind       byte // 's' a string, 'w' a number or word, '{', '}', '[', ']'
	start, end int
}

// jsonWalk is a walk over a text. Its path is the way to what it has met.
type jsonWalk struct {
	text  string
	at    int
	open  []frame
	skip  int  // containers below maxDepth that are open
	deep  bool // there were such
	key   bool // a key is expected
	visit func(*jsonWalk, jsonEvent)
}

// walk visits the values of a file in JSON from first to last. Comments, commas
// too many and what is no JSON are passed over.
func (f *file) walk(visit func(*jsonWalk, jsonEvent)) {
	w := &jsonWalk{text: f.text, visit: visit}
	for w.at < len(w.text) {
		w.step()
	}
	if w.deep {
		f.result.Incomplete = "too deeply nested to be read whole"
	}
}

func (w *jsonWalk) step() {
	start := w.at
	switch c := w.text[w.at]; c {
	case ' ', '\t', '\n', '\r':
		w.at++
	case '"':
		w.at = stringEnd(w.text, w.at)
		w.scalar('s', start+1, max(start+1, w.at-1))
	case '{', '[':
		w.at++
		w.begin(c, start)
	case '}', ']':
		w.at++
		w.finish(c, start)
	case ',':
		w.at++
		w.next()
	case ':':
		w.at++
	case '/':
		w.at = commentEnd(w.text, w.at)
	default:
		for w.at < len(w.text) && strings.IndexByte(" \t\r\n{}[],:\"/", w.text[w.at]) < 0 {
			w.at++
		}
		w.scalar('w', start, w.at)
	}
}

// top is the innermost container that is open, nil for none.
func (w *jsonWalk) top() *frame {
	if len(w.open) == 0 {
		return nil
	}
	return &w.open[len(w.open)-1]
}

func (w *jsonWalk) scalar(kind byte, start, end int) {
	top := w.top()
	switch {
	case w.skip > 0:
	case w.key && top != nil && !top.list:
		top.start, top.end, w.key = start, end, false
	default:
		w.visit(w, jsonEvent{kind, start, end})
	}
}

func (w *jsonWalk) begin(c byte, at int) {
	if w.skip > 0 || len(w.open) >= maxDepth {
		w.skip, w.deep = w.skip+1, true
		return
	}
	w.visit(w, jsonEvent{c, at, at + 1})
	w.open = append(w.open, frame{list: c == '['})
	w.key = c == '{'
}

func (w *jsonWalk) finish(c byte, at int) {
	if w.skip > 0 {
		w.skip--
		return
	}
	if len(w.open) > 0 {
		w.open = w.open[:len(w.open)-1]
		w.visit(w, jsonEvent{c, at, at + 1})
	}
	w.key = false
}

func (w *jsonWalk) next() {
	if top := w.top(); top != nil && w.skip == 0 {
		w.key = !top.list
		top.index++
	}
}

// stringEnd is the offset behind a string that begins at a quote. One that is
// not closed ends with its line.
func stringEnd(text string, at int) int {
	for at++; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		case '\n':
			return at
		}
	}
	return len(text)
}

// commentEnd is the offset behind a comment, or behind a slash that begins none.
func commentEnd(text string, at int) int {
	rest, end := text[at:], -1
	switch {
	case strings.HasPrefix(rest, "//"):
		end = strings.IndexByte(rest, '\n')
	case strings.HasPrefix(rest, "/*"):
		if end = strings.Index(rest[2:], "*/"); end >= 0 {
			end += 4
		}
	default:
		return at + 1
	}
	if end < 0 {
		return len(text)
	}
	return at + end
}

// depth is how many containers are open.
func (w *jsonWalk) depth() int { return len(w.open) }

// keyAt is the key, as written, that the walk stands under at a depth; "" in a list.
func (w *jsonWalk) keyAt(depth int) string {
	f := w.open[depth]
	return w.text[f.start:f.end]
}

// leads says whether the way to what was met begins with the keys.
func (w *jsonWalk) leads(keys ...string) bool {
	if len(w.open) < len(keys) {
		return false
	}
	for i, k := range keys {
		if w.keyAt(i) != k {
			return false
		}
	}
	return true
}

// value is an event's text, escapes resolved.
func (w *jsonWalk) value(e jsonEvent) string { return unescape(w.text[e.start:e.end]) }

func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var out string
	if json.Unmarshal([]byte(`"`+s+`"`), &out) != nil {
		return s
	}
	return out
}

// pointer is the RFC 6901 pointer to what was met.
func (w *jsonWalk) pointer() string {
	var b strings.Builder
	for i := range w.open {
		b.WriteByte('/')
		if w.open[i].list {
			b.WriteString(strconv.Itoa(w.open[i].index))
			continue
		}
		b.WriteString(segment(unescape(w.keyAt(i))))
	}
	return b.String()
}

// segment is a key as a part of a pointer.
func segment(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
