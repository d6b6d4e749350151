package trace

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// cell is a string of a notebook's code, and where it stands in the text that is
// read of it.
type cell struct {
	start int
	node  *doctree.Node
}

// notebook reads the code of a notebook's cells, not what they put out or say
// (nbformat.readthedocs.io, formats 3 and 4).
func (s *search) notebook() {
	doc := doctree.Parse(doctree.JSON, s.data, doctree.Limits{Bytes: maxFile, Depth: 20, Nodes: 400000})
	var text strings.Builder
	var cells []cell
	take := func(n *doctree.Node) {
		if n = n.Resolve(); n.Kind == doctree.String {
			cells = append(cells, cell{text.Len(), n})
			text.WriteString(n.Text)
		}
	}
	for _, at := range []struct{ cells, code string }{{"/cells/*", "source"}, {"/worksheets/*/cells/*", "input"}} {
		for _, n := range doc.At(at.cells) {
			if scalar(n.Get("cell_type")) != "code" {
				continue
			}
			code := n.Get(at.code).Resolve()
			if code == nil {
				continue
			}
			take(code)
			for _, item := range code.Items {
				take(item)
			}
			text.WriteByte('\n')
		}
	}
	s.text = text.String()
	s.data = []byte(s.text)
	s.mark = marks.Next(s.data, 0)
	s.run()
	starts := []int{0}
	for i := range len(s.text) {
		if s.text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	place := func(at scanners.Region) scanners.Region {
		from, to := starts[at.Line-1]+at.Column-1, starts[at.EndLine-1]+at.EndColumn-1
		return regionOf(doc, located(doc, cells, from, to))
	}
	for i := range s.out {
		s.out[i].Region = place(s.out[i].Region)
	}
	for i := range s.findings {
		f := &s.findings[i]
		f.Region = place(f.Region)
		f.Excerpt.Line = f.Region.Line
	}
}

// located is where a range of the cells' text stands in the notebook.
func located(doc *doctree.Document, cells []cell, from, to int) doctree.Span {
	last := 0
	for i, c := range cells {
		if c.start <= from {
			last = i
		}
	}
	c := cells[last]
	return doc.Locate(c.node, from-c.start, min(to-c.start, len(c.node.Text)))
}

func scalar(n *doctree.Node) string {
	if n = n.Resolve(); n == nil {
		return ""
	}
	return n.Text
}
