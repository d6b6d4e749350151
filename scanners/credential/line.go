package credential

import "strings"

// line judges a text as the command line it may be.
func (r *argReader) line(text string) []Judgement {
	part, ok := r.ctx.deeper()
	if !ok {
		return nil
	}
	part.Place, part.AnyReference = InArgs, true // a shell reads it
	inner := argReader{ctx: part, inLine: true}
	var out []Judgement
	for _, w := range split(text) {
		for _, j := range inner.next(w.text) {
			j.Start, j.End = w.offsets[j.Start], w.offsets[j.End-1]+1
			out = append(out, j)
		}
	}
	return out
}

// word is one word of a command line without its quotes, and where it stands.
type word struct {
	text    string
	offsets []int // of every byte of text in the line
}

// maxWords bounds the words of one line.
const maxWords = 2000

// split parts a line into words as a shell would, without expanding anything.
// Quotes that are never closed end with the line.
func split(line string) []word {
	var out []word
	text, offsets := make([]byte, 0, len(line)), make([]int, 0, len(line)) // of all words
	quote, open, from := byte(0), false, 0
	flush := func() {
		if open {
			out = append(out, word{string(text[from:]), offsets[from:len(offsets):len(offsets)]})
		}
		from, open = len(text), false
	}
	for i := 0; i < len(line) && len(out) < maxWords; i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote, open = c, true
			continue
		case quote == 0 && (isSpace(c) || strings.IndexByte(";|&()<>", c) >= 0):
			flush()
			continue
		case c == '\\' && quote != '\'' && i+1 < len(line) && strings.IndexByte("\"'\\ ", line[i+1]) >= 0:
			i++
			c = line[i]
		}
		open = true
		text, offsets = append(text, c), append(offsets, i)
	}
	flush()
	return out
}
