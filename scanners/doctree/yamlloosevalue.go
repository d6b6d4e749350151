package doctree

import "strings"

// value reads the value at text[i:end]. column is where its key or, without
// one, it itself stands in the line that begins at start.
func (l *looseReader) value(start, column, i, end int) {
	if c := l.text[i]; c == '&' || c == '!' {
		if i = skipProperties(l.text[:end], i); i == end {
			return
		}
	}
	var n *Node
	switch c := l.text[i]; {
	case (c == '|' || c == '>') && isHeader(l.text[i+1:end]):
		n = l.blockScalar(column, i)
	case c == '"' || c == '\'':
		n = l.quoted(i, end)
	case c == '{' || c == '[':
		n = l.flow(column, i, end)
	default:
		n = l.plain(i, end)
	}
	if n == nil {
		return
	}
	if len(l.stack) == 0 {
		if l.grow == nil {
			l.root(n)
			return
		}
		l.openRoot(l.grow.Kind, column, i)
	}
	l.put(n)
}

func isHeader(s string) bool {
	s = strings.TrimLeft(s, "-+0123456789")
	s = strings.TrimSpace(s)
	return s == "" || s[0] == '#'
}

// blockScalar reads all following lines that are indented more than its key.
func (l *looseReader) blockScalar(column, i int) *Node {
	stop := min(l.lineEnd(i)+1, len(l.text))
	for stop < len(l.text) {
		end := l.lineEnd(stop)
		line := l.text[stop:end]
		if strings.TrimSpace(line) != "" && len(line)-len(strings.TrimLeft(line, " \t")) <= column {
			break
		}
		stop = min(end+1, len(l.text))
	}
	l.at = stop
	n := l.node(String, Span{i, i})
	var out sink
	b := blockLayout(l.text[:stop], i, "x")
	n.Span.End = min(b.decode(l.src[:stop], &out), stop)
	n.Text, n.style = string(out.text), styleYAMLBlock
	return n
}

// quoted reads a quoted scalar of one line. If its quote is not closed there,
// the rest of the line is its text.
func (l *looseReader) quoted(i, end int) *Node {
	stop := quotedEnd(l.text[:end], i)
	n := l.node(String, Span{i, min(stop, end)})
	var out sink
	if stop > i+1 && l.text[stop-1] == l.text[i] {
		n.style = yamlStyle(l.text[i])
		decodeYAML(l.src[:stop], n.Span, n.style, "", &out)
	} else {
		n.Span.End = i + len(strings.TrimRight(l.src[i:end], " \t\r"))
		n.style = styleJSONOpen
		unescapeJSON(l.src, i+1, n.Span.End, &out)
	}
	n.Text = string(out.text)
	return n
}

// plain reads the rest of a line up to a comment.
func (l *looseReader) plain(i, end int) *Node {
	text := l.text[i:end]
	if n := strings.Index(text, " #"); n >= 0 {
		text = text[:n]
	}
	size := len(strings.TrimRight(text, " \t\r"))
	n := l.node(String, Span{i, i + size})
	n.Text, n.style = l.src[i:i+size], stylePlain
	if n.Text == "~" {
		n.Kind = Null
	} else {
		n.Kind = wordKind(n.Text)
	}
	return n
}

// flow reads a flow collection with the JSON reader: on its line if it ends
// there, else up to the next line that is not indented more than its key.
func (l *looseReader) flow(column, i, end int) *Node {
	stop := end
	if !closes(l.text[i:end]) {
		for stop < len(l.text) {
			next := min(stop+1, len(l.text))
			line := l.text[next:l.lineEnd(next)]
			bare := strings.TrimLeft(line, " \t\r")
			if bare != "" && len(line)-len(bare) <= column && bare[0] != ']' && bare[0] != '}' {
				break
			}
			stop = next + len(line)
		}
		l.at = min(stop+1, len(l.text))
	}
	sub := &Document{Source: l.doc.Source}
	lim := l.lim
	lim.Nodes = max(1, lim.Nodes-l.made)
	lim.Depth = max(1, lim.Depth-len(l.stack))
	l.made += readJSON(sub, l.src, i, stop, lim)
	for _, e := range sub.Errors {
		l.fail(e.Offset, e.Message)
	}
	l.doc.Truncated = l.doc.Truncated || sub.Truncated
	l.doc.Traits |= sub.Traits & DuplicateKeys
	if len(sub.Roots) == 0 {
		return nil
	}
	return sub.Roots[0]
}

// closes reports whether the brackets of s balance, strings left out of
// account.
func closes(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return depth <= 0
}
