package doctree

import "strings"

// quoted reads a string, as a key or as a value.
func (r *jsonReader) quoted(quote byte) {
	start := r.pos
	if quote == '\'' {
		r.doc.Traits |= LooseStrings
	}
	s := r.scanString(quote)
	text := r.src[start+1 : s.end]
	if s.escaped {
		var out sink
		if r.unescape(&out, start+1, s.end) {
			r.doc.Traits |= LooseStrings
		}
		text = string(out.text)
	}
	span := Span{start, r.pos}
	if r.keyIsDue() {
		r.addKey(text, span)
		return
	}
	n := r.node(String, span)
	n.Text, n.style = text, styleJSON
	if !s.closed {
		n.style = styleJSONOpen
	}
	r.add(n)
}

// unescape decodes a string and reports escapes that are not of JSON.
func (r *jsonReader) unescape(out *sink, from, to int) (loose bool) {
	bad, loose := unescapeJSON(r.src, from, to, out)
	if bad >= 0 {
		r.fail(bad, "unknown escape in a string")
	}
	return loose
}

type scanned struct {
	end             int // of the content
	closed, escaped bool
}

// scanString moves behind the string that starts at r.pos. A line break ends
// a string whose closing quote seems to have been forgotten: the next line
// starts like JSON, or no such quote follows in the file. Else it belongs to
// the string. Both are errors.
func (r *jsonReader) scanString(quote byte) scanned {
	start, broken := r.pos, 0
	s := scanned{}
	for i := start + 1; i < len(r.src); i++ {
		switch c := r.src[i]; {
		case c == quote:
			r.pos = i + 1
			s.end, s.closed = i, true
			return s
		case c == '\\':
			s.escaped = true
			i++
		case c == '\t':
			if !r.tabbed && r.colon == ':' { // TOML allows it
				r.fail(i, "tab in a string")
			}
			r.tabbed = true
		case c == '\n':
			if broken == 0 {
				broken = i
				r.fail(i, "line break in a string")
			}
			next := r.afterSpace(i)
			if r.stuck.noQuote[quote&1] || r.startsToken(next) {
				return r.cutString(start, i, s)
			}
			i = next - 1
		}
	}
	if broken > 0 {
		r.stuck.noQuote[quote&1] = true
		return r.cutString(start, broken, s)
	}
	r.fail(start, "string is never closed")
	r.pos = len(r.src)
	s.end = len(r.src)
	return s
}

// cutString ends a string at a line break, in front of a comma that stands
// last on the line.
func (r *jsonReader) cutString(start, at int, s scanned) scanned {
	text := strings.TrimRight(r.src[start+1:at], " \t\r")
	text = strings.TrimRight(strings.TrimSuffix(text, ","), " \t")
	r.pos = start + 1 + len(text)
	s.end = r.pos
	return s
}

func (r *jsonReader) afterSpace(i int) int {
	for i < len(r.src) && isSpace(r.src[i]) {
		i++
	}
	return i
}

func (r *jsonReader) startsToken(i int) bool {
	if i >= len(r.src) {
		return true
	}
	switch r.src[i] {
	case '"', '\'', '}', ']':
		return true
	}
	return isMarker(r.src, i)
}

// word reads what stands without quotes: numbers, true, null, loose keys and
// values.
func (r *jsonReader) word() {
	start := r.pos
	top := r.top()
	asValue := top != nil && (top.node.Kind == List || top.step == wantValue)
	end := r.wordEnd(start, asValue)
	kind := wordKind(r.src[start:end])
	if asValue && kind == String {
		end = r.phraseEnd(start, end)
	}
	r.pos = end
	text, span := r.src[start:end], Span{start, end}
	if r.keyIsDue() {
		r.doc.Traits |= LooseStrings
		r.addKey(text, span)
		return
	}
	if top == nil && kind == String {
		r.fail(start, "text outside a value")
		r.pos = r.garbageEnd(end)
		return
	}
	if kind == String || kind == Number && !isJSONNumber(text) {
		r.doc.Traits |= LooseStrings
	}
	n := r.node(kind, span)
	n.Text = text
	r.add(n)
}

// garbageEnd finds where reading can go on after text outside every value: at
// a bracket or the end of the line.
func (r *jsonReader) garbageEnd(i int) int {
	if n := strings.IndexAny(r.src[i:], "{[\n"); n >= 0 {
		return i + n
	}
	return len(r.src)
}

// wordEnd finds the end of the word at i, which has at least one byte. In a
// value a colon belongs to the word unless white space follows.
func (r *jsonReader) wordEnd(i int, value bool) int {
	for start := i; i < len(r.src); {
		c := r.src[i]
		if c == '{' || c == '$' {
			if end := r.templateEnd(i); end > 0 {
				i = end
				continue
			}
		}
		switch {
		case i == start:
		case isSpace(c) || strings.IndexByte(",{}[]\"", c) >= 0:
			return i
		case c == r.colon && (!value || i+1 == len(r.src) || isSpace(r.src[i+1])):
			return i
		case c == '#' && i-start <= 32 && wordKind(r.src[start:i]) != String:
			return i
		case c == '/' && r.src[i-1] != ':' && i+1 < len(r.src) && (r.src[i+1] == '/' || r.src[i+1] == '*'):
			return i
		}
		i++
	}
	return i
}

// phraseEnd extends a loose value over further words of its line.
func (r *jsonReader) phraseEnd(start, end int) int {
	for {
		next := end
		for next < len(r.src) && (r.src[next] == ' ' || r.src[next] == '\t') {
			next++
		}
		if next == end || next == len(r.src) || strings.IndexByte(",:{}[]\"'/#\r\n", r.src[next]) >= 0 {
			return end
		}
		end = r.wordEnd(next, true)
	}
}

// template reads a placeholder of a template language: one that prints as a
// key or value, one that only steers as nothing.
func (r *jsonReader) template(end int) {
	r.fail(r.pos, "template placeholder")
	if c := r.src[r.pos+2]; r.src[r.pos+1] == '%' || c == '#' || c == '/' {
		r.pos = end
		return
	}
	r.word()
}

// templateEnd returns the end of a placeholder that starts at i and ends on
// the same line: {{ .x }}, {% x %} or ${x}. It returns 0 if there is none.
func (r *jsonReader) templateEnd(i int) int {
	if i+2 >= len(r.src) {
		return 0
	}
	which, closing := 0, "}}"
	switch r.src[i : i+2] {
	case "{{":
		if !opensTemplate(r.src[i+2:]) {
			return 0
		}
	case "{%":
		which, closing = 1, "%}"
	case "${":
		which, closing = 2, "}"
	default:
		return 0
	}
	if i < r.stuck.noTemplate[which] {
		return 0
	}
	n := strings.Index(r.src[i+2:], closing)
	if n < 0 {
		n = len(r.src) - i - 2
	} else if strings.IndexByte(r.src[i+2:i+2+n], '\n') < 0 {
		return i + 2 + n + len(closing)
	}
	r.stuck.noTemplate[which] = i + 2 + n
	return 0
}

// opensTemplate tells {{ name from {{"key", braces doubled by mistake.
func opensTemplate(rest string) bool {
	rest = strings.TrimLeft(rest[:min(len(rest), 8)], " \t-")
	return rest != "" && (isLetter(rest[0]) || strings.IndexByte(".$#/(", rest[0]) >= 0)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
