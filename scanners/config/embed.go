package config

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// part is a document in one of the file's strings.
type part struct {
	holder *doctree.Node
	doc    *doctree.Document
}

// partLimits bound one of them.
func partLimits() doctree.Limits { return doctree.Limits{Bytes: 256 << 10, Depth: 50, Nodes: 20000} }

// mcpWords stand in every text that declares servers for some client.
var mcpWords = []string{"mcpServers", "mcp_servers", "mcp-servers", "context_servers", `"servers"`, "servers:"}

// readText reads the servers of a document in a string: under any client's
// wrapper, as a map or list without one, or a single one.
func (s *File) readText(node *doctree.Node) {
	if syntax := syntaxInside(node); syntax == doctree.JSON || mentions(mcpWords, []byte(node.Text)) {
		s.readPart(node, 0, len(node.Text), syntax)
	}
}

// readPart reads the servers of the document that a part of a string is.
func (s *File) readPart(node *doctree.Node, from, to int, syntax doctree.Syntax) {
	doc := s.embed(node, from, to, syntax)
	if doc == nil {
		return
	}
	before := len(s.Servers)
	for _, pointer := range otherWrappers {
		for _, n := range doc.At(pointer) {
			s.readMany(n.Resolve())
		}
	}
	if len(s.Servers) > before {
		return
	}
	for _, root := range doc.Roots {
		switch root = root.Resolve(); {
		case isServer(root):
			s.addServer(s.nameAround(node), root, root.Span)
		case root.Kind == doctree.List, serverMap(root):
			s.readMany(root)
		}
	}
}

// syntaxInside is what a string holds by its key and its looks: the key is a
// file's name where a manifest mounts it.
func syntaxInside(node *doctree.Node) doctree.Syntax {
	switch path.Ext(node.Key()) {
	case ".toml":
		return doctree.TOML
	case ".yaml", ".yml":
		return doctree.YAML
	}
	if text := strings.TrimLeft(node.Text, " \t\r\n\"'`"); text == "" || text[0] == '{' || text[0] == '[' {
		return doctree.JSON
	}
	return doctree.YAML
}

// embed makes the document in a string a part of the file. A text that is none
// stays a plain value.
func (s *File) embed(node *doctree.Node, from, to int, syntax doctree.Syntax) *doctree.Document {
	if node.Kind != doctree.String || to-from > partLimits().Bytes {
		return nil
	}
	doc := s.Doc.Embed(node, from, to, syntax, partLimits())
	if doc == nil || len(doc.Roots) == 0 || len(doc.Roots[0].Members)+len(doc.Roots[0].Items) == 0 {
		return nil
	}
	if s.holds == nil {
		s.holds = map[*doctree.Node]bool{}
	}
	s.holds[node], s.judged[node] = true, true // its values are judged one by one
	s.parts = append(s.parts, part{node, doc})
	return doc
}

// nameAround names a server that has no name of its own by what it is part of.
func (s *File) nameAround(node *doctree.Node) string {
	for n := node.Parent(); n != nil; n = n.Parent() {
		for _, key := range []string{"label", "name"} {
			if name := text(n.Get(key)); name != "" {
				return name
			}
		}
	}
	return path.Base(s.Path)
}

// configFlags are followed by a document of servers, or by a file's name.
var configFlags = []string{"--mcp-config", "--add-mcp", "--additional-mcp-config"}

// maxFlags bounds the flags of one command line.
const maxFlags = 20

// readFlags finds servers that a command line carries: claude --mcp-config
// '{"mcpServers": …}'. The document must be the last thing between its quotes.
func (s *File) readFlags(node *doctree.Node) {
	if node.Kind != doctree.String || len(node.Text) > partLimits().Bytes {
		return
	}
	for _, flag := range configFlags {
		rest, at := node.Text, 0
		for range maxFlags {
			i := strings.Index(rest, flag)
			if i < 0 {
				break
			}
			from := at + i + len(flag)
			at, rest = from, node.Text[from:]
			if start, end := quoted(node.Text, from); end > start {
				s.readPart(node, start, end, doctree.JSON)
			}
		}
	}
}

// quoted is the JSON object that a flag's value is: behind white space or an
// equals sign, up to the quote that opened it or the bracket that closes it.
func quoted(text string, from int) (start, end int) {
	for from < len(text) && strings.IndexByte(" \t\r\n=", text[from]) >= 0 {
		from++
	}
	if from == len(text) {
		return 0, 0
	}
	if q := text[from]; q == '\'' || q == '"' {
		n := strings.IndexByte(text[from+1:], q)
		if q == '"' { // the document has quotes of its own
			n = strings.LastIndexByte(text[from+1:], q)
		}
		if n < 0 {
			return 0, 0
		}
		return from + 1, from + 1 + n
	}
	if text[from] != '{' {
		return 0, 0
	}
	return from, from + balanced(text[from:])
}

// balanced is the length of the object that a text begins with, 0 if it never
// ends. Brackets within strings do not count.
func balanced(text string) int {
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
