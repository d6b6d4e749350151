package doctree

import "strings"

// decodeTOML decodes the string at span: basic or literal, of one line or,
// with three quotes, of several.
func decodeTOML(src string, span Span, out *sink) {
	quotes := 1
	if strings.HasPrefix(src[span.Start:span.End], strings.Repeat(src[span.Start:span.Start+1], 3)) && span.End-span.Start >= 6 {
		quotes = 3
	}
	from, to := span.Start+quotes, span.End-quotes
	if quotes == 3 {
		from = min(from+breakLength(src[from:to]), to)
	}
	if src[span.Start] == '\'' {
		out.copy(src, from, to)
		return
	}
	for from < to {
		n := strings.IndexByte(src[from:to], '\\')
		if n < 0 {
			out.copy(src, from, to)
			return
		}
		out.copy(src, from, from+n)
		from += n
		from += out.tomlEscape(src[:to], from)
	}
}

// tomlEscape adds the escape at src[at] and returns its size, at least 1. A
// backslash at the end of a line takes all white space behind it along.
func (s *sink) tomlEscape(src string, at int) int {
	if at+1 >= len(src) {
		s.copy(src, at, at+1)
		return 1
	}
	const plain, meant = `btnfre"\`, "\b\t\n\f\r\x1b\"\\"
	c := src[at+1]
	if i := strings.IndexByte(plain, c); i >= 0 {
		s.put(meant[i:i+1], at, at+2)
		return 2
	}
	if i := strings.IndexByte("xuU", c); i >= 0 {
		if v, ok := hex(src, at+2, 2<<i); ok {
			s.put(string(v), at, at+2+2<<i)
			return 2 + 2<<i
		}
	}
	if isSpace(c) {
		end := at + 1
		for end < len(src) && isSpace(src[end]) {
			end++
		}
		s.put("", at, end)
		return end - at
	}
	s.copy(src, at, at+2)
	return 2
}
