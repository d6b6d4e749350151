package doctree

import "strings"

// stuck remembers searches that ran to an end in vain, so that hostile input
// cannot make them run again from every byte.
type stuck struct {
	noComment  bool    // no "*/" ahead
	noQuote    [2]bool // no closing " or ' ahead
	noTemplate [3]int  // no "}}", "%}", "}" before this offset
	marked     bool    // a merge marker was reported
}

// skipSpace moves to the next token: over white space, comments and merge
// markers.
func (r *jsonReader) skipSpace() {
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c <= ' ' && isSpace(c):
			r.pos++
		case c == '#':
			r.doc.Traits |= Comments
			r.pos = r.lineEnd(r.pos)
		case c == '/':
			if !r.skipComment() {
				return
			}
		case c == '<' || c == '=' || c == '>' || c == '|':
			if !isMarker(r.src, r.pos) {
				return
			}
			r.mergeMarker()
		case c == 0xC2 && strings.HasPrefix(r.src[r.pos:], "\u00A0"):
			r.pos += 2
		case c == 0xEF && strings.HasPrefix(r.src[r.pos:], "\uFEFF"):
			r.pos += 3
		default:
			return
		}
	}
}

// isSpace counts control characters that mean nothing between tokens, NUL
// among them.
func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == '\v' || c == '\f'
}

// controlAt is the offset of the first byte from there on that JSON allows
// nowhere (RFC 8259, sections 2 and 7), -1 without one. A tab is allowed between
// tokens; in strings scanString reports it.
func controlAt(src string, from int) int {
	for i := from; i < len(src); i++ {
		if c := src[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return i
		}
	}
	return -1
}

func (r *jsonReader) lineEnd(from int) int {
	if n := strings.IndexByte(r.src[from:], '\n'); n >= 0 {
		return from + n
	}
	return len(r.src)
}

// skipComment skips a comment that starts with a slash, if one does. One that
// is never closed ends with its line.
func (r *jsonReader) skipComment() bool {
	rest := r.src[r.pos:]
	switch {
	case strings.HasPrefix(rest, "//"):
		r.pos = r.lineEnd(r.pos)
	case strings.HasPrefix(rest, "/*"):
		end := -1
		if !r.stuck.noComment {
			end = strings.Index(rest[2:], "*/")
		}
		if end < 0 {
			r.stuck.noComment = true
			r.fail(r.pos, "comment is never closed")
			r.pos = r.lineEnd(r.pos)
		} else {
			r.pos += end + 4
		}
	default:
		return false
	}
	r.doc.Traits |= Comments
	return true
}

func (r *jsonReader) mergeMarker() {
	r.doc.Traits |= MergeMarkers
	if !r.stuck.marked {
		r.fail(r.pos, mergeMessage)
	}
	r.stuck.marked, r.marker = true, true
	r.pos = r.lineEnd(r.pos)
}

const mergeMessage = "unresolved merge conflict; both sides were read"

// isMarker reports whether a line that git leaves in a conflicting file
// starts at pos: seven equal characters, then white space or the end.
func isMarker(src string, pos int) bool {
	const width = 7
	if pos > 0 && src[pos-1] != '\n' || len(src) < pos+width {
		return false
	}
	switch src[pos : pos+width] {
	case "<<<<<<<", "=======", "|||||||", ">>>>>>>":
		return len(src) == pos+width || isSpace(src[pos+width])
	}
	return false
}

// skipNested moves behind the bracket that closes the one at r.pos, whatever
// its kind, heeding strings and comments.
func (r *jsonReader) skipNested() {
	for depth := 0; r.pos < len(r.src); {
		switch c := r.src[r.pos]; c {
		case '{', '[':
			depth++
			r.pos++
		case '}', ']':
			depth--
			r.pos++
			if depth == 0 {
				return
			}
		case '"', '\'':
			r.scanString(c)
		case '/', '#':
			before := r.pos
			if r.skipSpace(); r.pos == before {
				r.pos++
			}
		default:
			r.pos++
		}
	}
}

// colonFollows reports whether the next token is a colon.
func (r *jsonReader) colonFollows() bool {
	for i := r.pos; i < len(r.src); i++ {
		if c := r.src[i]; !isSpace(c) {
			return c == r.colon
		}
	}
	return false
}
