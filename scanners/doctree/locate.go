package doctree

import "sort"

// style is how the text of a scalar was written.
type style uint8

const (
	stylePlain    style = iota // Text is the span, or cannot be led back to it
	styleJSON                  // between quotes, with JSON escapes
	styleJSONOpen              // the same, the closing quote missing
	styleYAMLPlain
	styleYAMLSingle
	styleYAMLDouble
	styleYAMLBlock // literal or folded
	styleTOMLBasic
	styleTOMLLiteral
)

// piece is a run of decoded text and the source it was written with. A run as
// long as its source was copied byte by byte; any other is one escape.
type piece struct{ text, src, end int32 }

// sink collects decoded text and, if trace is set, where it came from.
type sink struct {
	text   []byte
	pieces []piece
	trace  bool
}

// copy adds src[from:to] as it stands.
func (s *sink) copy(src string, from, to int) {
	if from < to {
		s.add(src[from:to], from, to, true)
	}
}

// put adds text that src[from:to] stands for.
func (s *sink) put(text string, from, to int) { s.add(text, from, to, false) }

func (s *sink) add(text string, from, to int, verbatim bool) {
	if s.trace && text != "" {
		last := len(s.pieces) - 1
		if verbatim && last >= 0 && s.joins(last, from) {
			s.pieces[last].end = int32(to)
		} else {
			s.pieces = append(s.pieces, piece{int32(len(s.text)), int32(from), int32(to)})
		}
	}
	s.text = append(s.text, text...)
}

// joins reports whether the last piece is verbatim and ends at from.
func (s *sink) joins(last, from int) bool {
	p := s.pieces[last]
	return int(p.end) == from && int(p.end-p.src) == len(s.text)-int(p.text)
}

// Locate returns the bytes of Source that n.Text[from:to] was written with:
// escapes whole, quotes not included. If that cannot be proved by decoding
// the source again it returns the whole node's span. n must belong to d; the
// range is moved into n.Text. It is safe for concurrent use.
func (d *Document) Locate(n *Node, from, to int) Span {
	if n == nil {
		return Span{}
	}
	from = max(0, min(from, len(n.Text)))
	to = max(from, min(to, len(n.Text)))
	if e, ok := d.embedded[n]; ok {
		return d.locateEmbedded(e, from, to)
	}
	if start, ok := d.verbatim(n); ok {
		return Span{start + from, start + to}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.traced != n {
		d.traced, d.pieces = n, d.trace(n)
	}
	if span, ok := mapRange(d.pieces, len(n.Text), from, to); ok {
		return span
	}
	return n.Span
}

// verbatim finds text that stands in the source as it is, quotes aside.
func (d *Document) verbatim(n *Node) (start int, ok bool) {
	content := n.Span
	switch n.style {
	case styleYAMLBlock:
		return 0, false
	case styleJSON, styleYAMLSingle, styleYAMLDouble, styleTOMLBasic, styleTOMLLiteral:
		content.Start++
		content.End--
	case styleJSONOpen:
		content.Start++
	}
	ok = content.Start <= content.End && string(d.Source[content.Start:content.End]) == n.Text
	return content.Start, ok
}

// trace decodes a scalar again and returns its pieces, nil if the result is
// not its text.
func (d *Document) trace(n *Node) []piece {
	out := sink{trace: true, text: make([]byte, 0, len(n.Text))}
	src := string(d.Source[:n.Span.End])
	decodeScalar(src, n, &out)
	if string(out.text) != n.Text {
		return nil
	}
	return out.pieces
}

func decodeScalar(src string, n *Node, out *sink) {
	span := n.Span
	switch n.style {
	case styleJSON:
		unescapeJSON(src, span.Start+1, span.End-1, out)
	case styleJSONOpen:
		unescapeJSON(src, span.Start+1, span.End, out)
	case styleYAMLPlain, styleYAMLSingle, styleYAMLDouble, styleYAMLBlock:
		decodeYAML(src, span, n.style, n.Text, out)
	case styleTOMLBasic, styleTOMLLiteral:
		decodeTOML(src, span, out)
	}
}

// mapRange leads a range of decoded text of the given size back to its source.
func mapRange(pieces []piece, size, from, to int) (Span, bool) {
	if len(pieces) == 0 {
		return Span{}, false
	}
	first := findPiece(pieces, from)
	last := first
	if to > from {
		last = findPiece(pieces, to-1)
	}
	start, _ := pieceSpan(pieces, size, first, from)
	if to == from {
		return Span{start, start}, true
	}
	_, end := pieceSpan(pieces, size, last, to-1)
	return Span{start, end}, true
}

func findPiece(pieces []piece, at int) int {
	return max(0, sort.Search(len(pieces), func(i int) bool { return int(pieces[i].text) > at })-1)
}

// pieceSpan returns the source of the byte of decoded text at offset at.
func pieceSpan(pieces []piece, size, i, at int) (start, end int) {
	p := pieces[i]
	if i+1 < len(pieces) {
		size = int(pieces[i+1].text)
	}
	offset := at - int(p.text)
	switch {
	case offset >= size-int(p.text):
		return int(p.end), int(p.end)
	case int(p.end-p.src) == size-int(p.text):
		return int(p.src) + offset, int(p.src) + offset + 1
	}
	return int(p.src), int(p.end)
}
