package doctree

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlReader builds one tree from the expressions of a TOML file.
type tomlReader struct {
	builder
	src     string
	data    []byte // src for the parser, merge markers masked; no spare capacity
	base    int    // offset of the parser's input in src
	parser  unstable.Parser
	root    *Node
	current *Node // the table that key-values go to
	depth   int   // of current
	tables  map[tableKey]*Node
	headed  map[*Node]bool // tables that had a header
	grown   []*Node        // tables and lists of tables, parents first
	spent   int            // bytes that were parsed in vain
}

type tableKey struct {
	parent *Node
	key    string
}

// readTOML reads src[from:]. An expression the parser refuses costs its own
// line, which is then read loosely; reading goes on with the next line.
func readTOML(d *Document, src string, from int, lim Limits) {
	r := &tomlReader{builder: builder{doc: d, lim: lim}, src: src, tables: map[tableKey]*Node{}, headed: map[*Node]bool{}}
	end := r.cut(from)
	r.src = src[:end]
	r.data = slices.Clip([]byte(r.src))
	maskMarkers(d, lim, r.data, 0)
	r.doc.Roots = append(r.doc.Roots, r.node(Map, Span{from, end}))
	r.root = r.doc.Roots[0]
	r.current = r.root
	r.grown = append(r.grown, r.root)
	for at := from; at < end; {
		if r.full(at) {
			break
		}
		if r.spent > 8*len(src)+1<<16 {
			at = r.looseLine(at)
		} else {
			at = r.parse(at)
		}
	}
	r.settle()
	r.root.Span = Span{from, len(src)}
}

// cut returns where reading must end so that the parser, which holds a whole
// expression in memory, sees no more values than the limit.
func (r *tomlReader) cut(from int) int {
	values := 0
	for i, line := from, from; i < len(r.src); i++ {
		switch r.src[i] {
		case '\n':
			line = i + 1
		case ',', '[', '{', '=':
			if values++; values > r.lim.Nodes {
				r.doc.Truncated = true
				r.fail(line, fmt.Sprintf("reading stopped after %d values", r.lim.Nodes))
				r.stopped = true
				return line
			}
		}
	}
	return len(r.src)
}

// parse reads expressions from offset at up to the first that is refused, and
// returns where to go on.
func (r *tomlReader) parse(at int) int {
	data := r.data[at:]
	r.base = at
	r.parser.Reset(data)
	last := at
	for r.parser.NextExpression() {
		if r.full(last) {
			return len(r.src)
		}
		last = r.expression(r.parser.Expression())
	}
	err := r.parser.Error()
	if err == nil {
		return len(r.src)
	}
	start := skipTOML(r.src, last, "")
	place := r.errorOffset(err, data, start)
	r.fail(place, err.Error())
	r.spent += max(0, place-start)
	return r.looseLine(min(start, place))
}

func (r *tomlReader) errorOffset(err error, data []byte, fallback int) int {
	var perr *unstable.ParserError
	if !errors.As(err, &perr) || perr.Highlight == nil {
		return fallback
	}
	n := len(data) - cap(perr.Highlight)
	if n < 0 || n > len(data) {
		return fallback
	}
	return min(r.base+n, len(r.src))
}

func (r *tomlReader) fail(offset int, message string) { r.doc.fail(r.lim, offset, message) }

// skipTOML moves over white space, comments and the given punctuation.
func skipTOML(src string, at int, punctuation string) int {
	for at < len(src) {
		switch c := src[at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			at++
		case c == '#':
			for at < len(src) && src[at] != '\n' {
				at++
			}
		default:
			for i := range len(punctuation) {
				if c == punctuation[i] {
					c = 0
				}
			}
			if c != 0 || src[at] == 0 {
				return at
			}
			at++
		}
	}
	return at
}
