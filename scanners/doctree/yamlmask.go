package doctree

import (
	"bytes"
	"unicode/utf8"
)

// mask replaces what the library would refuse by bytes it takes: characters
// that are not printable, template placeholders, merge markers. Lengths do not
// change.
func (r *yamlReader) mask() {
	r.maskUnprintable()
	if bytes.Contains(r.clean, []byte("{{")) || bytes.Contains(r.clean, []byte("{%")) {
		r.maskTemplates()
	}
	maskMarkers(r.doc, r.lim, r.clean, r.from)
}

func (r *yamlReader) maskUnprintable() {
	first := -1
	for i := 0; i < len(r.clean); {
		c := r.clean[i]
		if c >= ' ' && c < 0x7F || c == '\n' || c == '\r' || c == '\t' {
			i++
			continue
		}
		v, size := utf8.DecodeRune(r.clean[i:])
		if yamlPrintable(v) && !(v == utf8.RuneError && size == 1) {
			i += size
			continue
		}
		if first < 0 {
			first = i
		}
		for range size {
			r.clean[i] = 'x'
			i++
		}
	}
	if first >= 0 {
		r.fail(r.from+first, "character that YAML does not allow")
	}
}

func yamlPrintable(v rune) bool {
	switch {
	case v == 0x85, v >= 0xA0 && v <= 0xD7FF, v >= 0xE000 && v <= 0xFFFD && v != 0xFEFF:
		return true
	}
	return v >= 0x10000
}

// maskTemplates masks {{ x }}, but not ${{ x }}, which YAML takes for plain
// text. A line of nothing else becomes a comment, and so does {% x %}.
func (r *yamlReader) maskTemplates() {
	for at := 0; at < len(r.clean); {
		end := at + lineLength(r.clean[at:])
		r.maskLine(r.clean[at:end])
		at = end + 1
	}
}

func lineLength(b []byte) int {
	if n := bytes.IndexByte(b, '\n'); n >= 0 {
		return n
	}
	return len(b)
}

func (r *yamlReader) maskLine(line []byte) {
	start := len(line) - len(bytes.TrimLeft(line, " \t"))
	if bytes.HasPrefix(line[start:], []byte("{%")) {
		comment(line[start:])
		return
	}
	alone := start
	for i := start; i+1 < len(line); i++ {
		if line[i] != '{' || line[i+1] != '{' || i > 0 && line[i-1] == '$' || !opensTemplate(string(line[i+2:min(len(line), i+12)])) {
			continue
		}
		n := bytes.Index(line[i:], []byte("}}"))
		if n < 0 {
			break
		}
		fill(line[i : i+n+2])
		if len(bytes.TrimSpace(line[alone:i])) == 0 {
			alone = i + n + 2
		}
		i += n + 1
	}
	if alone > start && len(bytes.TrimSpace(line[alone:])) == 0 {
		comment(line[start:])
	}
}

func fill(b []byte) {
	for i := range b {
		b[i] = 'x'
	}
}

// comment turns the rest of a line into a comment, its line break kept.
func comment(b []byte) {
	b = bytes.TrimRight(b, "\r\n")
	if len(b) > 0 {
		fill(b)
		b[0] = '#'
	}
}

// maskMarkers makes comments of the lines that git leaves in a conflicting
// file. base is the offset of text in the source.
func maskMarkers(d *Document, lim Limits, text []byte, base int) {
	if !bytes.Contains(text, []byte("<<<<<<<")) && !bytes.Contains(text, []byte(">>>>>>>")) {
		return
	}
	for at := 0; at < len(text); {
		end := at + lineLength(text[at:])
		if isMarker(string(text[at:min(at+8, len(text))]), 0) {
			if d.Traits&MergeMarkers == 0 {
				d.fail(lim, base+at, mergeMessage)
			}
			d.Traits |= MergeMarkers
			comment(text[at:end])
		}
		at = end + 1
	}
}

// spaceTabs makes every tab before the first other character of a line one
// space, and reports whether there was one.
func (r *yamlReader) spaceTabs() bool {
	found, indent := false, true
	for i, c := range r.clean {
		switch {
		case c == '\n':
			indent = true
		case c == '\t' && indent:
			r.clean[i], found = ' ', true
		case c != ' ':
			indent = false
		}
	}
	return found
}
