package doctree

import "strings"

// block is the layout of a literal or folded scalar.
type block struct {
	body   int // offset of the first line after the header
	indent int
	folded bool
	chomp  byte // '-', '+' or 0
}

// blockLayout reads the header at start. An explicit indentation is relative
// to a parent that is not known here, so text, the decoded scalar, tells what
// it comes to.
func blockLayout(src string, start int, text string) block {
	b := block{folded: src[start] == '>'}
	i := start + 1
	explicit := false
	for ; i < len(src); i++ {
		if c := src[i]; c == '-' || c == '+' {
			b.chomp = c
		} else if isDigit(c) {
			explicit = true
		} else {
			break
		}
	}
	line, _, found := strings.Cut(src[i:], "\n")
	b.body = i + len(line)
	if found {
		b.body++
	}
	b.indent = firstIndent(src[b.body:])
	if strings.Trim(text, "\n") == "" {
		b.indent = len(src) // no line of the source is the scalar's
	} else if explicit {
		b.indent = max(0, b.indent-firstIndent(text))
	}
	return b
}

// firstIndent counts the spaces before the first line that has more.
func firstIndent(s string) int {
	for at := 0; at < len(s); {
		n := spaces(s[at:])
		rest := s[at+n:]
		if rest != "" && breakLength(rest) == 0 {
			return n
		}
		at += n + max(1, breakLength(rest))
	}
	return 0
}

func spaces(s string) int {
	n := 0
	for n < len(s) && s[n] == ' ' {
		n++
	}
	return n
}

// lineBreak is one break that may or may not become text.
type lineBreak struct{ at, end int }

// decode adds the scalar's text and returns the end of its last byte, at
// least that of its header.
func (b block) decode(src string, out *sink) (end int) {
	end = b.body
	if end > 0 && src[end-1] == '\n' {
		end--
	}
	var pending []lineBreak
	begun, blankBefore := false, false
	for at := b.body; at < len(src); {
		start, ok := b.lineStart(src, at)
		if !ok {
			break
		}
		stop := start + len(src[start:])
		if n := strings.IndexByte(src[start:], '\n'); n >= 0 {
			stop = start + n
		}
		next := min(stop+1, len(src))
		text := stop
		if text > start && next > stop && src[text-1] == '\r' {
			text--
		}
		if text > start {
			blank := src[start] == ' ' || src[start] == '\t'
			b.breaks(out, pending, begun && b.folded && !blank && !blankBefore)
			pending = pending[:0]
			out.copy(src, start, text)
			begun, blankBefore, end = true, blank, text
		}
		if next > stop {
			pending = append(pending, lineBreak{text, next})
		}
		at = next
	}
	return max(end, b.last(out, pending, begun))
}

// breaks adds the breaks between two lines of text.
func (b block) breaks(out *sink, pending []lineBreak, fold bool) {
	if fold && len(pending) == 1 {
		out.put(" ", pending[0].at, pending[0].end)
		return
	}
	for i, p := range pending {
		if !fold || i > 0 {
			out.put("\n", p.at, p.end)
		}
	}
}

// last adds the breaks at the end of the scalar that chomping leaves.
func (b block) last(out *sink, pending []lineBreak, begun bool) (end int) {
	keep := 0
	switch {
	case b.chomp == '+':
		keep = len(pending)
	case b.chomp == 0 && begun:
		keep = min(1, len(pending))
	}
	for _, p := range pending[:keep] {
		out.put("\n", p.at, p.end)
		end = p.end
	}
	return end
}

// lineStart skips the indentation of the line at offset at. ok is false if
// the line ends the scalar.
func (b block) lineStart(src string, at int) (start int, ok bool) {
	start = at
	for start < len(src) && start < at+b.indent && src[start] == ' ' {
		start++
	}
	if start == len(src) || breakLength(src[start:]) > 0 || start == at+b.indent {
		marker := b.indent == 0 && (strings.HasPrefix(src[at:], "---") || strings.HasPrefix(src[at:], "..."))
		return start, !marker
	}
	return start, false
}
