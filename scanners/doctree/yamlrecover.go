package doctree

import (
	"bytes"
	"slices"
	"strings"
)

// Beyond these a broken file is read line by line as a whole: starting the
// library and adding to a collection have their costs.
const (
	mostEntries = 1000 // tried alone
	mostBad     = 50   // read apart from the others
)

// recover reads what the library refused. Tabs that indent become spaces.
// Then every top-level entry is tried alone; the library reads the file again
// without the ones that fail, and those are read line by line. The library
// sees the file four times at most.
func (r *yamlReader) recover(err error) {
	line, message := errorPlace(err)
	r.failLine(line, message)
	if r.spaceTabs() {
		r.masked = r.src[:r.from] + string(r.clean)
		docs, err := r.load(r.clean)
		if err == nil {
			r.convertAll(docs)
			return
		}
	}
	bad := r.badEntries(line)
	text := bytes.Clone(r.clean)
	for _, s := range bad {
		for at := s.Start; at < s.End; {
			end := at + lineLength(text[at:s.End])
			comment(text[at:end])
			at = end + 1
		}
	}
	if len(bad) == 0 || len(bad) > mostBad {
		r.readLines(r.from, r.to, nil)
		return
	}
	docs, err := r.load(text)
	if err != nil {
		r.readLines(r.from, r.to, nil)
		return
	}
	r.convertAll(docs)
	for _, s := range bad {
		r.readLines(r.from+s.Start, r.from+s.End, r.rootAt(r.from+s.Start))
	}
	r.dropEmptyRoots()
}

// badEntries returns the top-level entries, as spans of clean, that do not
// parse alone, and records their errors but for one in the given line, which
// was recorded before.
func (r *yamlReader) badEntries(known int) []Span {
	var bad []Span
	entries := r.entries()
	if len(entries) > mostEntries {
		return nil
	}
	for _, s := range entries {
		if len(bad) > mostBad {
			break
		}
		_, err := r.load(r.clean[s.Start:s.End])
		if err == nil {
			continue
		}
		line, message := errorPlace(err)
		if strings.Contains(message, "unknown anchor") {
			continue
		}
		bad = append(bad, s)
		first, _ := slices.BinarySearch(r.breaks, s.Start)
		if first+line != known {
			r.failLine(first+line, message)
		}
	}
	return bad
}

// entries splits clean at the lines that begin a top-level entry: those that
// start with neither space, comment nor closing bracket; a dash starts one
// only in a document that is a list.
func (r *yamlReader) entries() []Span {
	var all []Span
	list, fresh := false, true
	for at := 0; at < len(r.clean); {
		end := min(at+lineLength(r.clean[at:])+1, len(r.clean))
		c := r.clean[at]
		switch {
		case isSpace(c) || c == '#' || c == ']' || c == '}' || c == '%':
		case isSeparator(r.clean[at:end]):
			fresh = true
			at = end
			all = append(all, Span{end, end})
			continue
		case fresh || c != '-' || list:
			if fresh {
				list = c == '-'
			}
			fresh = false
			all = append(all, Span{at, at})
		}
		if len(all) > 0 {
			all[len(all)-1].End = end
		}
		at = end
	}
	return slices.DeleteFunc(all, func(s Span) bool { return s.Start == s.End })
}

// isSeparator reports whether a line is --- or ... and nothing else.
func isSeparator(line []byte) bool {
	line = bytes.TrimRight(line, " \t\r\n")
	return string(line) == "---" || string(line) == "..."
}

// rootAt returns the top-level collection an entry at offset belongs to: the
// last that starts before it with no document separator in between, or the
// one that follows it.
func (r *yamlReader) rootAt(offset int) *Node {
	for i, n := range slices.Backward(r.doc.Roots) {
		if n.Span.Start < offset {
			if !r.separated(n.Span.End, offset) {
				return n
			}
			if i+1 < len(r.doc.Roots) && !r.separated(offset, r.doc.Roots[i+1].Span.Start) {
				return r.doc.Roots[i+1]
			}
			return nil
		}
	}
	if len(r.doc.Roots) > 0 && !r.separated(offset, r.doc.Roots[0].Span.Start) {
		return r.doc.Roots[0]
	}
	return nil
}

func (r *yamlReader) separated(from, to int) bool {
	if from >= to {
		return false
	}
	return strings.Contains(r.masked[from:to], "\n---") || strings.HasPrefix(r.masked[from:to], "---")
}

// dropEmptyRoots removes what the library made of documents whose every entry
// was kept from it.
func (r *yamlReader) dropEmptyRoots() {
	if len(r.doc.Roots) < 2 {
		return
	}
	r.doc.Roots = slices.DeleteFunc(r.doc.Roots, func(n *Node) bool { return n.Kind == Null && n.Span.Start == n.Span.End })
	slices.SortStableFunc(r.doc.Roots, func(a, b *Node) int { return a.Span.Start - b.Span.Start })
	if len(r.doc.Roots) < 2 {
		r.doc.Traits &^= MultipleDocuments
	}
}
