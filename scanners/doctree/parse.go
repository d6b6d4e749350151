package doctree

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

const (
	defaultBytes  = 4 << 20
	defaultDepth  = 200
	defaultNodes  = 500_000
	defaultErrors = 20
	largestBytes  = 1 << 30 // offsets are kept in 32 bits
)

func (l Limits) withDefaults() Limits {
	l.Bytes = min(limit(l.Bytes, defaultBytes), largestBytes)
	l.Depth = limit(l.Depth, defaultDepth)
	l.Nodes = limit(l.Nodes, defaultNodes)
	l.Errors = limit(l.Errors, defaultErrors)
	return l
}

func limit(n, fallback int) int {
	if n <= 0 {
		return fallback
	}
	return n
}

// Parse reads src in the given syntax. It never fails and never returns nil:
// what could not be read is told by Document.Errors and Document.Truncated.
// A source larger than Limits.Bytes is not read at all: it has no Roots.
// Parse keeps src as Document.Source; the caller must not change it.
func Parse(syntax Syntax, src []byte, lim Limits) *Document {
	lim = lim.withDefaults()
	d := &Document{Syntax: syntax, Source: src}
	if len(src) > lim.Bytes {
		d.Truncated = true
		d.fail(lim, lim.Bytes, fmt.Sprintf("the file is larger than %d bytes and was not read", lim.Bytes))
		return d.settle()
	}
	d.Source, d.Traits = decode(src)
	body := 0
	if bytes.HasPrefix(d.Source, []byte("\xEF\xBB\xBF")) {
		body, d.Traits = 3, d.Traits|ByteOrderMark
	}
	text := string(d.Source)
	switch syntax {
	case YAML:
		readYAML(d, text, body, len(text), lim)
	case TOML:
		readTOML(d, text, body, lim)
	case FrontMatter:
		readFrontMatter(d, text, body, lim)
	default:
		readJSON(d, text, body, len(text), lim)
	}
	return d.settle()
}

// fail records a deviation. Its line and column are filled in by settle.
func (d *Document) fail(lim Limits, offset int, message string) {
	if len(d.Errors) < lim.Errors {
		d.Errors = append(d.Errors, SyntaxError{Offset: min(offset, len(d.Source)), Message: message})
	}
}

// settle puts the errors in source order and gives them their places.
func (d *Document) settle() *Document {
	slices.SortStableFunc(d.Errors, func(a, b SyntaxError) int { return cmp.Compare(a.Offset, b.Offset) })
	for i := range d.Errors {
		e := &d.Errors[i]
		e.Line, e.Column = d.Position(e.Offset)
	}
	return d
}
