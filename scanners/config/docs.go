package config

import (
	"bytes"
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// searched says whether the file is documentation or code. It declares no
// servers; only credentials are looked for in it.
func (s *File) searched() bool {
	return s.Format.Role == catalog.RoleDocs || s.Format.Role == catalog.RoleCode
}

// wholeText is a document whose one value is the text itself.
func wholeText(data []byte) *doctree.Document {
	root := &doctree.Node{Kind: doctree.String, Span: doctree.Span{End: len(data)}, Text: string(data)}
	return &doctree.Document{Syntax: doctree.FrontMatter, Source: data, Roots: []*doctree.Node{root}}
}

// counts says whether a credential is to be said. Prose, programs and files with
// a wide path are full of examples and other people's matters: in their running
// text (n is nil) a vendor's shape counts, and in a block that shows a
// configuration also what stands under a credential's name.
func (s *File) counts(n *doctree.Node, j *credential.Judgement) bool {
	switch {
	case n == nil && s.Format.Wide:
		return j.Class == credential.Literal && j.Confidence == credential.High
	case !s.searched():
		return true
	default:
		return j.Class == credential.Literal && j.Confidence >= credential.Medium
	}
}

// readBlocks makes the fenced blocks that show a configuration parts of the
// file, so that their values are judged under their names. None of their
// servers is one.
func (s *File) readBlocks() {
	if !s.searched() {
		return
	}
	root := s.Doc.Roots[0]
	s.holds = map[*doctree.Node]bool{root: true}
	s.judged[root] = true
	if s.Format.Role != catalog.RoleDocs {
		return
	}
	for _, b := range blocks(s.Data) {
		if mentions(mcpWords, s.Data[b.start:b.end]) {
			s.embed(root, b.start, b.end, b.syntax)
		}
	}
	for _, p := range s.parts {
		p.doc.Walk(func(n *doctree.Node) bool {
			if n.Kind == doctree.List && (n.Key() == "args" || n.Key() == "command") {
				s.judgeWords(n)
			}
			return true
		})
	}
}

// judgeWords judges a list as the words of a command line.
func (s *File) judgeWords(list *doctree.Node) {
	words := (&Server{}).with(list).Args
	argv := make([]string, len(words))
	for i, w := range words {
		argv[i] = w.Text
	}
	for i, judgements := range credential.JudgeArgs(s.context(nil), "", argv) {
		if n := words[i]; !s.judged[n] {
			s.judged[n] = true
			s.record(nil, n, credential.InArgs, judgements)
		}
	}
}

// block is what stands between two fences of Markdown.
type block struct {
	start, end int
	syntax     doctree.Syntax
}

// maxBlocks bounds the blocks of one file.
const maxBlocks = 200

// blocks are the fenced blocks of a configuration language, one pass over the
// lines. A fence may be indented, as in a list; one that is never closed ends
// with the file.
func blocks(data []byte) []block {
	var out []block
	var fence []byte // that opened the block we are in
	var open block
	known := false
	for at := 0; at < len(data) && len(out) < maxBlocks; {
		line, _, _ := bytes.Cut(data[at:], []byte{'\n'})
		next := min(at+len(line)+1, len(data))
		bare := bytes.TrimSpace(line)
		switch {
		case fence == nil && (bytes.HasPrefix(bare, []byte("```")) || bytes.HasPrefix(bare, []byte("~~~"))):
			fence = bare[:len(bare)-len(bytes.TrimLeft(bare, string(bare[:1])))]
			open.start = next
			open.syntax, known = blockSyntax(string(bare[len(fence):]))
		case fence != nil && bytes.HasPrefix(bare, fence) && len(bytes.TrimLeft(bare, string(fence[:1]))) == 0:
			if open.end = at; known && open.end > open.start {
				out = append(out, open)
			}
			fence = nil
		}
		at = next
	}
	if open.end = len(data); fence != nil && known && open.end > open.start && len(out) < maxBlocks {
		out = append(out, open)
	}
	return out
}

// blockSyntax is the grammar that a fence names. One that names none is taken
// for JSON: what is not is not parsed.
func blockSyntax(info string) (syntax doctree.Syntax, ok bool) {
	word, _, _ := strings.Cut(strings.TrimSpace(info), " ")
	switch strings.ToLower(strings.Trim(word, "{}")) {
	case "json", "jsonc", "json5", "":
		return doctree.JSON, true
	case "yaml", "yml":
		return doctree.YAML, true
	case "toml":
		return doctree.TOML, true
	}
	return doctree.JSON, false
}
