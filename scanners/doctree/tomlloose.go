package doctree

import "strings"

// looseLine reads the line at offset at for what it seems to mean and returns
// the start of the next: a header, a key and a value, or nothing. An array or
// inline table may go on over further lines.
func (r *tomlReader) looseLine(at int) int {
	end := r.lineEnd(at)
	next := min(end+1, len(r.src))
	start := at
	for start < end && isSpace(r.src[start]) {
		start++
	}
	switch {
	case start == end || r.src[start] == '#':
		return next
	case isMarker(r.src, start):
		r.doc.Traits |= MergeMarkers
		return next
	case r.src[start] == '[':
		if keys := r.looseKeys(start+1, end, "]"); keys != nil {
			r.header(keys, strings.HasPrefix(r.src[start:end], "[["))
		}
		return next
	}
	n := strings.IndexByte(r.src[start:end], '=')
	if n < 0 {
		return next
	}
	keys := r.looseKeys(start, start+n, "")
	if keys == nil || r.depth+len(keys) > r.lim.Depth {
		return next
	}
	last := len(keys) - 1
	m := keys[last]
	m.Value, next = r.looseValue(start+n+1, end)
	parent := r.descend(r.current, keys[:last])
	parent.Members = append(parent.Members, m)
	return next
}

func (r *tomlReader) lineEnd(at int) int {
	if n := strings.IndexByte(r.src[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(r.src)
}

// looseKeys splits a dotted key, nil if there is none or too many parts.
func (r *tomlReader) looseKeys(from, end int, stop string) []Member {
	var keys []Member
	for from < end && len(keys) < r.lim.Depth/2 {
		part := from
		for part < end && (isSpace(r.src[part]) || r.src[part] == '[') {
			part++
		}
		to := part
		if part < end && (r.src[part] == '"' || r.src[part] == '\'') {
			to = min(quotedEnd(r.src[:end], part), end)
		}
		for to < end && r.src[to] != '.' && (stop == "" || r.src[to] != stop[0]) {
			to++
		}
		bare := strings.TrimSpace(r.src[part:to])
		if bare == "" {
			return keys
		}
		span := Span{part, part + len(bare)}
		keys = append(keys, Member{Key: strings.Trim(bare, `"'`), KeySpan: span})
		if to >= end || r.src[to] != '.' {
			return keys
		}
		from = to + 1
	}
	return nil
}

// looseValue reads a value at src[at:end] and returns where the next line to
// be read starts.
func (r *tomlReader) looseValue(at, end int) (*Node, int) {
	next := min(end+1, len(r.src))
	for at < end && isSpace(r.src[at]) {
		at++
	}
	stop := at + len(strings.TrimRight(r.src[at:end], " \t\r"))
	if at == stop {
		return r.node(Invalid, Span{at, at}), next
	}
	switch c := r.src[at]; c {
	case '[', '{':
		return r.looseFlow(at, end)
	case '"', '\'':
		return r.looseString(at, stop), next
	}
	if n := strings.Index(r.src[at:stop], " #"); n >= 0 {
		stop = at + len(strings.TrimRight(r.src[at:at+n], " \t"))
	}
	n := r.node(wordKind(r.src[at:stop]), Span{at, stop})
	n.Text = r.src[at:stop]
	return n, next
}

// looseString reads a string that may lack its closing quote.
func (r *tomlReader) looseString(at, stop int) *Node {
	to := quotedEnd(r.src[:stop], at)
	n := r.node(String, Span{at, min(to, stop)})
	n.style = styleJSON
	content := n.Span.End - 1
	if content <= at || r.src[content] != r.src[at] {
		n.style, content = styleJSONOpen, n.Span.End
	}
	var out sink
	unescapeJSON(r.src, at+1, content, &out)
	n.Text = string(out.text)
	return n
}

// looseFlow reads an array or inline table with the JSON reader, up to the
// next line that looks like a header or key-value if it does not end before.
func (r *tomlReader) looseFlow(at, end int) (*Node, int) {
	stop := end
	if !closes(r.src[at:end]) {
		for stop < len(r.src) {
			next := min(stop+1, len(r.src))
			lineEnd := r.lineEnd(next)
			if startsExpression(r.src[next:lineEnd]) {
				break
			}
			stop = lineEnd
		}
	}
	sub := &Document{Source: r.doc.Source}
	lim := r.lim
	lim.Nodes = max(1, lim.Nodes-r.made)
	lim.Depth = max(1, lim.Depth-r.depth)
	r.made += readTOMLFlow(sub, r.src, at, stop, lim)
	for _, e := range sub.Errors {
		r.fail(e.Offset, e.Message)
	}
	r.doc.Truncated = r.doc.Truncated || sub.Truncated
	next := min(stop+1, len(r.src))
	if len(sub.Roots) == 0 {
		return r.node(Invalid, Span{at, at}), next
	}
	return sub.Roots[0], next
}

// startsExpression reports whether a line begins a table or key-value.
func startsExpression(line string) bool {
	if line == "" || line[0] == ' ' || line[0] == '\t' {
		return false
	}
	if line[0] == '[' {
		line = strings.TrimLeft(line, "[")
		return line != "" && (isLetter(line[0]) || line[0] == '"') && strings.Contains(line, "]") && !strings.Contains(line, ",")
	}
	n := strings.IndexByte(line, '=')
	return n > 0 && isLetter(line[0]) && !strings.ContainsAny(line[:n], `"'{`)
}
