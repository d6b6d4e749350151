package doctree

import (
	"bytes"
	"sort"
)

// Position gives the 1-based line and column of a byte offset into Source.
// The column counts bytes. Offsets outside Source are moved to its nearest
// end. Lines end with "\n"; the offset of a line break belongs to the line it
// ends. It is safe for concurrent use.
func (d *Document) Position(offset int) (line, column int) {
	d.once.Do(d.indexLines)
	offset = max(0, min(offset, len(d.Source)))
	line = sort.Search(len(d.lines), func(i int) bool { return d.lines[i] > offset })
	return line, offset - d.lines[line-1] + 1
}

func (d *Document) indexLines() {
	lines := make([]int, 1, bytes.Count(d.Source, []byte{'\n'})+1)
	for at := 0; ; {
		n := bytes.IndexByte(d.Source[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		lines = append(lines, at)
	}
	d.lines = lines
}
