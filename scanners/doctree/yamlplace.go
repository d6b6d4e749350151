package doctree

import (
	"errors"
	"io"
	"unicode/utf8"
)

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

// indexBreaks notes line starts. The library also counts a lone CR, NEL and
// the Unicode line and paragraph separators as breaks.
func (r *yamlReader) indexBreaks() {
	if r.breaks != nil {
		return
	}
	r.breaks = []int{0}
	for i := 0; i < len(r.clean); {
		size := breakSize(r.clean[i:])
		if size == 0 {
			i++
			continue
		}
		i += size
		r.breaks = append(r.breaks, i)
	}
	r.line, r.column, r.offset = 1, 1, 0
}

// breakSize returns the size of the line break b starts with, 0 if none.
func breakSize(b []byte) int {
	switch {
	case b[0] == '\n':
		return 1
	case b[0] == '\r':
		if len(b) > 1 && b[1] == '\n' {
			return 2
		}
		return 1
	case b[0] == 0xC2 && len(b) > 1 && b[1] == 0x85:
		return 2
	case b[0] == 0xE2 && len(b) > 2 && b[1] == 0x80 && (b[2] == 0xA8 || b[2] == 0xA9):
		return 3
	}
	return 0
}

// place turns a line and a column in runes into an offset of src. Places
// asked for in source order cost time linear in the source.
func (r *yamlReader) place(line, column int) int {
	r.indexBreaks()
	if line < 1 || line > len(r.breaks) {
		return r.to
	}
	if line != r.line || column < r.column {
		r.line, r.column, r.offset = line, 1, r.breaks[line-1]
	}
	for r.column < column && r.offset < len(r.clean) {
		_, size := utf8.DecodeRune(r.clean[r.offset:])
		r.offset += size
		r.column++
	}
	return r.from + r.offset
}
