package doctree

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

const (
	yamlBytes  = 1 << 20 // read by the library; larger files line by line
	yamlTokens = 150_000 // indicators the library may see: about half a second
)

// yamlReader reads src[from:to]. The library sees clean, a copy of the same
// length in which what it would choke on is masked; spans and texts come from
// src.
type yamlReader struct {
	builder
	src      string
	from, to int
	clean    []byte
	masked   string // src with clean in its place
	breaks   []int  // offsets of line starts as the library counts them
	line     int    // cursor: the last place looked up
	column   int
	offset   int
}

func readYAML(d *Document, src string, from, to int, lim Limits) {
	r := &yamlReader{builder: builder{doc: d, lim: lim}, src: src, from: from, to: to}
	r.clean = []byte(src[from:to])
	r.mask()
	if reason := r.tooMuch(); reason != "" {
		d.Truncated = true
		r.fail(from, reason+"; it was read line by line")
		r.readLines(from, to, nil)
		return
	}
	docs, err := r.load(r.clean)
	r.masked = src[:from] + string(r.clean)
	if err == nil {
		r.convertAll(docs)
		return
	}
	r.recover(err)
}

// tooMuch tells why the library must not see the file, "" if it may.
func (r *yamlReader) tooMuch() string {
	if len(r.clean) > yamlBytes {
		return fmt.Sprintf("the YAML is larger than %d bytes", yamlBytes)
	}
	most, tokens := min(r.lim.Nodes, yamlTokens), 0
	for i, c := range r.clean {
		switch c {
		case ',', '[', '{', '&', '*', '?':
			tokens++
		case ':', '-':
			if i+1 == len(r.clean) || isSpace(r.clean[i+1]) {
				tokens++
			}
		}
	}
	if tokens > most {
		return fmt.Sprintf("the YAML has more than %d values", most)
	}
	return ""
}

// load parses text and returns its documents up to the first error.
func (r *yamlReader) load(text []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the parser gave up") // what it says may quote the document
		}
	}()
	limits := loaderlimits.New(loaderlimits.DepthValue(min(r.lim.Depth, defaultDepth*4)), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(strings.NewReader(string(text)), yaml.WithUniqueKeys(false), yaml.WithPlugin(limits))
	if err != nil {
		return nil, fmt.Errorf("start YAML loader: %w", err)
	}
	for {
		var doc yaml.Node
		if err := loader.Load(&doc); err != nil {
			if isEOF(err) {
				return docs, nil
			}
			return docs, err
		}
		docs = append(docs, &doc)
	}
}

// errorPlace leads a library error back to its line and message. What is never
// closed is better found where it was opened.
func errorPlace(err error) (line int, message string) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return 1, unquoted(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	line = load.Mark.Line
	if at := load.ContextMark.Line; at > 0 && strings.Contains(load.Message, "end of stream") {
		line = at
	}
	return max(line, 1), unquoted(load.Message)
}

// unquoted drops what a message of the library quotes of the document, such as
// the name of an anchor: a credential may stand anywhere. A single character
// stays.
func unquoted(message string) string {
	const quotes = "'\"`"
	from, to := strings.IndexAny(message, quotes), strings.LastIndexAny(message, quotes)
	if from < 0 || len([]rune(message[from:to])) <= 2 {
		return message
	}
	return strings.TrimSpace(strings.TrimSpace(message[:from]) + message[to+1:])
}

func (r *yamlReader) fail(offset int, message string) { r.doc.fail(r.lim, offset, message) }

// failLine records an error at the first byte of a line that is no space.
func (r *yamlReader) failLine(line int, message string) {
	r.indexBreaks()
	at := r.breaks[min(line, len(r.breaks))-1]
	for at < len(r.clean) && (r.clean[at] == ' ' || r.clean[at] == '\t') {
		at++
	}
	r.fail(r.from+at, message)
}
