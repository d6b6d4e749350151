package doctree

import "strings"

// Embedded reads the JSON object or array that a string value holds: the text
// itself, the text between a pair of stray quotes, or the text of a JSON
// string literal, with or without its quotes ({\"a\":1}). It returns nil if
// the text looks like neither object nor array.
//
// Spans of the result index into its own Source; Outer leads them back to
// bytes of text.
func Embedded(text string, lim Limits) *Document {
	lim = lim.withDefaults()
	if len(text) > lim.Bytes {
		return nil
	}
	from, to := trimSpace(text, 0, len(text))
	if from == to {
		return nil
	}
	if q := text[from]; to-from > 2 && (q == '"' || q == '\'' || q == '`') && text[to-1] == q {
		from, to = trimSpace(text, from+1, to-1)
	}
	d := &Document{Syntax: JSON}
	if isEscaped(text[from:to]) {
		out := sink{trace: true}
		unescapeJSON(text, from, to, &out)
		d.outer = out.pieces
		text = string(out.text)
		from, to = trimSpace(text, 0, len(text))
	}
	if !looksStructured(text[from:to]) {
		return nil
	}
	d.Source = []byte(text)
	readJSON(d, text, from, to, lim)
	return d.settle()
}

func trimSpace(s string, from, to int) (int, int) {
	for from < to && isSpace(s[from]) {
		from++
	}
	for to > from && isSpace(s[to-1]) {
		to--
	}
	return from, to
}

// isEscaped reports whether the first token after the opening brackets is a
// quote written as \" or a line break written as \n.
func isEscaped(s string) bool {
	if s == "" || s[0] != '{' && s[0] != '[' {
		return false
	}
	s = strings.TrimLeft(s, "{[ \t\r\n")
	if len(s) < 2 || s[0] != '\\' {
		return false
	}
	switch s[1] {
	case '"', 'n', 'r', 't', 'u', '\'':
		return true
	}
	return false
}

// looksStructured keeps out what only starts with a bracket, as patterns,
// placeholders and table headers do.
func looksStructured(s string) bool {
	if len(s) < 2 {
		return false
	}
	next := strings.TrimLeft(s[1:], " \t\r\n")
	if next == "" {
		return false
	}
	switch c := next[0]; s[0] {
	case '{':
		if isLetter(c) {
			return s[len(s)-1] == '}' && strings.IndexByte(next, ':') > 0
		}
		return strings.IndexByte("\"'}/#", c) >= 0
	case '[':
		return strings.IndexByte("{[\"']/-", c) >= 0 || isDigit(c)
	}
	return false
}

// Outer leads a span of this document's Source back to a byte range of the
// text given to Embedded. Of every other document, and where the text was not
// decoded again, it returns the span unchanged.
func (d *Document) Outer(s Span) Span {
	if d.outer == nil {
		return s
	}
	size := len(d.Source)
	from := max(0, min(s.Start, size))
	to := max(from, min(s.End, size))
	if span, ok := mapRange(d.outer, size, from, to); ok {
		return span
	}
	return s
}
