// Package doctree reads configuration files into one positioned tree, whatever
// their syntax: JSON (with comments, trailing commas and other habits of
// people), YAML, TOML and Markdown front matter.
//
// The tree is tolerant: broken input yields what could be read and a
// SyntaxError with its place. Nothing in it is evaluated. Every key and value
// knows its byte span in Document.Source, so a finding can always be led back
// to the bytes it is about. All work is bounded by Limits and iterative or
// depth-capped: hostile nesting ends in a SyntaxError, never in a crash.
package doctree

import "sync"

// Syntax is the grammar a file is read with.
type Syntax uint8

const (
	JSON        Syntax = iota // JSON, JSONC and JSON5 habits: one tolerant reader
	YAML                      // YAML 1.2, several documents, anchors, merge keys
	TOML                      // TOML 1.0
	FrontMatter               // YAML between --- lines at the head of a Markdown file
)

// Kind is what a Node is.
type Kind uint8

const (
	Invalid Kind = iota // a place where a value was expected and none could be read
	Null
	Bool
	Number
	String
	Map
	List
	Alias // a YAML alias; Node.Target is the anchored node
)

// Span is a half-open range of byte offsets into Document.Source.
type Span struct{ Start, End int }

// Member is one key and value of a Map, in source order; duplicates are kept.
type Member struct {
	Key     string // decoded
	KeySpan Span   // in the source, quotes included
	Value   *Node
}

// Node is one value.
type Node struct {
	Kind    Kind
	Span    Span     // the whole value in the source, quotes and brackets included
	Text    string   // decoded text of a scalar: string content, number or word as written
	Members []Member // of a Map
	Items   []*Node  // of a List
	Target  *Node    // of an Alias; never an Alias itself; nil if unknown

	parent *Node
	index  int32 // place among the parent's Members or Items
	style  style // how Text was written, for Locate
	merges bool  // a YAML map with a plain << key
}

// Trait is a habit of the source that a strict reader would refuse or a
// reviewer might stumble over.
type Trait uint16

const (
	Comments          Trait = 1 << iota // comments in JSON
	TrailingCommas                      // in JSON
	LooseStrings                        // single-quoted strings or unquoted keys in JSON
	DuplicateKeys                       // the same key twice in one map
	MergeMarkers                        // <<<<<<< ======= >>>>>>> lines
	MultipleDocuments                   // more than one top-level value
	ByteOrderMark                       // U+FEFF at the start
	UTF16                               // transcoded from UTF-16 or UTF-32; Source is the UTF-8 text
)

// SyntaxError is one deviation that loses or may lose meaning. Line and
// Column are 1-based, Column in bytes.
type SyntaxError struct {
	Offset       int
	Line, Column int
	Message      string
}

// Document is one file, read.
type Document struct {
	Syntax Syntax
	Source []byte        // as given (or transcoded, see UTF16); spans index into it
	Roots  []*Node       // top-level values: one, or more for YAML streams and concatenated JSON
	Errors []SyntaxError // in source order, at most Limits.Errors
	Traits Trait
	// Truncated says that a limit stopped the reading; Errors says which.
	Truncated bool

	once  sync.Once
	lines []int // offset of the first byte of every line, made on first use

	outer []piece // of an Embedded document that was decoded again

	embedded map[*Node]embedding // nodes of the documents in its strings
	parts    int                 // how many there are

	mu     sync.Mutex
	traced *Node   // the node pieces belongs to
	pieces []piece // the last trace Locate made
}

// Limits bound the reading of one document. Zero fields take the defaults.
type Limits struct {
	Bytes  int // largest source; default 4 MiB
	Depth  int // deepest nesting of maps and lists; default 200
	Nodes  int // most nodes; default 500,000
	Errors int // most errors kept; default 20
}
