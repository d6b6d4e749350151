package dependency

import (
	"encoding/xml"
	"io"
	"strings"
)

// element is an element of XML that is open: what it is called, its attributes
// and the texts of its children that have no children, with their places.
type element struct {
	name       string
	attributes []xml.Attr
	start, end int // of its start tag
	text       strings.Builder
	textAt     int // where its text begins
	children   map[string]leaf
}

// leaf is an element that holds only text.
type leaf struct {
	text  string // without blanks around it
	start int
}

// walkXML reads the file as XML, tolerant of what is not well formed, and visits
// every element when it ends, with the elements around it, outermost first.
func (f *file) walkXML(visit func(e *element, around []*element)) {
	d := xml.NewDecoder(strings.NewReader(f.text))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var open []*element
	for {
		at := int(d.InputOffset())
		tok, err := d.RawToken()
		if err != nil {
			return
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) >= maxDepth {
				f.result.Incomplete = "too deeply nested to be read whole"
				return
			}
			open = append(open, &element{name: tok.Name.Local, attributes: tok.Copy().Attr, start: at, end: int(d.InputOffset()), textAt: int(d.InputOffset()), children: map[string]leaf{}})
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(tok)
			}
		case xml.EndElement:
			open = closeElement(open, tok.Name.Local, visit)
		}
	}
}

// closeElement ends the innermost element of a name, and those within it that
// were left open.
func closeElement(open []*element, name string, visit func(*element, []*element)) []*element {
	from := len(open) - 1
	for from >= 0 && open[from].name != name {
		from--
	}
	if from < 0 {
		return open
	}
	for len(open) > from {
		e := open[len(open)-1]
		open = open[:len(open)-1]
		if len(open) > 0 && len(e.children) == 0 {
			whole := e.text.String()
			left := strings.TrimLeft(whole, " \t\r\n")
			open[len(open)-1].children[e.name] = leaf{strings.TrimSpace(left), e.textAt + len(whole) - len(left)}
		}
		visit(e, open)
	}
	return open
}

// attribute is the value of an attribute and where it stands; a name is found
// whatever its case, as MSBuild does.
func (f *file) attribute(e *element, name string) (value string, at int) {
	for _, a := range e.attributes {
		if !strings.EqualFold(a.Name.Local, name) {
			continue
		}
		tag := f.text[e.start:e.end]
		i := strings.Index(tag, `"`+a.Value+`"`)
		if i < 0 {
			i = strings.Index(tag, `'`+a.Value+`'`)
		}
		if i < 0 {
			return a.Value, e.start
		}
		return a.Value, e.start + i + 1
	}
	return "", 0
}

// properties are names that a build file gives values to.
type properties map[string]string

// maxProperty bounds what a property may grow to.
const maxProperty = 300

// resolve puts values in the place of references: a mark, a name and an end.
// Values may refer to others, a few times over; what is unknown stays.
func (p properties) resolve(s, mark, end string) string {
	for range 4 {
		from := strings.Index(s, mark)
		if from < 0 || len(s) > maxProperty {
			return s
		}
		length := strings.Index(s[from:], end)
		if length < 0 {
			return s
		}
		value, ok := p[s[from+len(mark):from+length]]
		if !ok {
			return s
		}
		s = s[:from] + value + s[from+length+len(end):]
	}
	return s
}
