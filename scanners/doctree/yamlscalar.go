package doctree

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// finishScalar ends a scalar or alias and gives it its text.
func (r *yamlReader) finishScalar(f *yamlFrame) {
	n := f.node
	start := n.Span.Start
	if n.Kind == Alias {
		n.Span.End = min(start+1+len(f.from.Value), r.to)
		return
	}
	n.Text = f.from.Value
	if isEmptyScalar(f.from) || n.Text == "" && f.from.Style&^yaml.TaggedStyle == 0 {
		return
	}
	if hasProperties(f.from) {
		start = skipProperties(r.masked, start)
	}
	if start >= len(r.masked) {
		return
	}
	n.Span = Span{start, start}
	n.style = yamlStyle(r.masked[start])
	n.Span.End = yamlEnd(r.masked, start, n.style, n.Text)
	if written := r.src[n.Span.Start:n.Span.End]; written != r.masked[n.Span.Start:n.Span.End] {
		r.unmask(n)
	}
}

// unmask gives a scalar the text that stands in src, if decoding the masked
// source proves how it is to be decoded.
func (r *yamlReader) unmask(n *Node) {
	var masked, plain sink
	decodeYAML(r.masked[:n.Span.End], n.Span, n.style, n.Text, &masked)
	if string(masked.text) != n.Text {
		return
	}
	decodeYAML(r.src[:n.Span.End], n.Span, n.style, n.Text, &plain)
	n.Text = string(plain.text)
	if n.style == styleYAMLPlain && strings.HasPrefix(n.Text, "{{") {
		n.Kind = String
		r.fail(n.Span.Start, "template placeholder")
	}
}

func hasProperties(n *yaml.Node) bool {
	return n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 || n.Tag == "!"
}

// skipProperties moves over anchors, tags, white space and comments.
func skipProperties(src string, at int) int {
	for at < len(src) {
		switch c := src[at]; {
		case isSpace(c):
			at++
		case c == '&' || c == '!':
			for at < len(src) && !isSpace(src[at]) {
				at++
			}
		case c == '#':
			line, _, _ := strings.Cut(src[at:], "\n")
			at += len(line)
		default:
			return at
		}
	}
	return at
}

func yamlStyle(first byte) style {
	switch first {
	case '"':
		return styleYAMLDouble
	case '\'':
		return styleYAMLSingle
	case '|', '>':
		return styleYAMLBlock
	}
	return styleYAMLPlain
}

// yamlEnd finds the end of a scalar whose text is known.
func yamlEnd(src string, start int, how style, text string) int {
	switch how {
	case styleYAMLDouble, styleYAMLSingle:
		return quotedEnd(src, start)
	case styleYAMLBlock:
		b := blockLayout(src, start, text)
		return b.decode(src, &sink{})
	}
	return plainEnd(src, start, text)
}

// quotedEnd finds the end of a quoted scalar, the quote included.
func quotedEnd(src string, start int) int {
	quote := src[start]
	for i := start + 1; i < len(src); i++ {
		switch {
		case src[i] == '\\' && quote == '"':
			i++
		case src[i] != quote:
		case quote == '\'' && i+1 < len(src) && src[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(src)
}

// plainEnd walks along text until it is used up. White space of the source
// stands for any white space of the text, as folding has it.
func plainEnd(src string, start int, text string) int {
	i, t := start, 0
	for i < len(src) && t < len(text) {
		if isSpace(text[t]) {
			if !isSpace(src[i]) {
				break
			}
			for t < len(text) && isSpace(text[t]) {
				t++
			}
			for i < len(src) && isSpace(src[i]) {
				i++
			}
			continue
		}
		if src[i] != text[t] {
			break
		}
		i++
		t++
	}
	return i
}

// decodeYAML decodes the scalar at span; text is what it should come to.
func decodeYAML(src string, span Span, how style, text string, out *sink) {
	switch how {
	case styleYAMLPlain:
		decodeFlow(src, span.Start, span.End, 0, out)
	case styleYAMLSingle, styleYAMLDouble:
		decodeFlow(src, span.Start+1, span.End-1, src[span.Start], out)
	case styleYAMLBlock:
		b := blockLayout(src, span.Start, text)
		b.decode(src, out)
	}
}

// decodeFlow decodes a plain (quote 0) or quoted scalar: white space with one
// line break is a space, with more it is one break less.
func decodeFlow(src string, from, to int, quote byte, out *sink) {
	for from < to {
		c := src[from]
		switch {
		case isSpace(c):
			from = out.fold(src, from, to)
		case c == '\'' && quote == c:
			end := min(from+2, to)
			out.put("'", from, end)
			from = end
		case c == '\\' && quote == '"':
			from += out.yamlEscape(src[:to], from)
		default:
			end := from + 1
			for end < to && !isSpace(src[end]) && src[end] != '\'' && src[end] != '\\' {
				end++
			}
			out.copy(src, from, end)
			from = end
		}
	}
}

// fold adds a run of white space and returns its end.
func (s *sink) fold(src string, from, to int) int {
	end, breaks, first := from, 0, 0
	for ; end < to && isSpace(src[end]); end++ {
		if src[end] == '\n' {
			if breaks == 0 {
				first = end + 1
			}
			breaks++
		}
	}
	switch {
	case breaks == 0:
		s.copy(src, from, end)
	case breaks == 1:
		s.put(" ", from, end)
	default:
		s.put(strings.Repeat("\n", breaks-1), first, end)
	}
	return end
}

// yamlEscape adds the escape at src[at] and returns its size, at least 1.
func (s *sink) yamlEscape(src string, at int) int {
	if at+1 >= len(src) {
		s.copy(src, at, at+1)
		return 1
	}
	const plain, meant = "0abt\tnvfre \"/\\", "\x00\a\b\t\t\n\v\f\r\x1b \"/\\"
	c := src[at+1]
	if i := strings.IndexByte(plain, c); i >= 0 {
		s.put(meant[i:i+1], at, at+2)
		return 2
	}
	if i := strings.IndexByte("N_LP", c); i >= 0 {
		s.put([]string{"\u0085", "\u00A0", "\u2028", "\u2029"}[i], at, at+2)
		return 2
	}
	if i := strings.IndexByte("xuU", c); i >= 0 {
		if v, ok := hex(src, at+2, 2<<i); ok {
			s.put(string(v), at, at+2+2<<i)
			return 2 + 2<<i
		}
	}
	if end := at + 1 + breakLength(src[at+1:]); end > at+1 {
		for end < len(src) && (src[end] == ' ' || src[end] == '\t') {
			end++
		}
		s.put("", at, end)
		return end - at
	}
	s.copy(src, at, at+2)
	return 2
}

// breakLength returns the size of the \n or \r\n s starts with.
func breakLength(s string) int {
	switch {
	case strings.HasPrefix(s, "\n"):
		return 1
	case strings.HasPrefix(s, "\r\n"):
		return 2
	}
	return 0
}
