package config

import (
	"bytes"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// maxHits bounds what is said of one file; a file with more is hostile.
const maxHits = 2000

// File is one file on its way through the scanner.
type File struct {
	scanners.File
	Format  *catalog.Format
	Client  *catalog.Client // that reads the format; nil if nobody's
	Doc     *doctree.Document
	Servers []*Server
	Class   Class

	foreign     *doctree.Node          // the wrapper of another client under which the servers stand; nil if they stand where the client looks
	parts       []part                 // documents in strings
	holds       map[*doctree.Node]bool // the strings that hold one
	inputs      map[string]bool        // ids of VS Code's inputs; nil where the format has none
	hasher      *credential.Hasher
	judged      map[*doctree.Node]bool                   // scalars that were judged
	credentials map[*doctree.Node][]credential.Judgement // what was found in them
	safeTexts   map[*doctree.Node]string                 // scalars as they may be said, by now
	secret      []doctree.Span                           // of every credential, said or not
	hits        []Hit
	overfull    bool // there was more to say than maxHits
	crowded     bool // there were more servers than maxServers
}

// open parses the file and finds the format that claims it; nil if none does.
func open(f scanners.File) *File {
	formats := catalog.Match(f.Path)
	if len(formats) == 0 {
		return nil
	}
	parsed := map[doctree.Syntax]*doctree.Document{}
	for _, format := range formats {
		if !mentions(format.Words, f.Data) {
			continue
		}
		if format.Role == catalog.RoleDocs || format.Role == catalog.RoleCode {
			return newFile(f, format, wholeText(f.Data))
		}
		syntax := syntaxOf(format, f.Path)
		doc := parsed[syntax]
		if doc == nil {
			doc = doctree.Parse(syntax, f.Data, doctree.Limits{})
			parsed[syntax] = doc
		}
		if gateOpens(format, doc) {
			return newFile(f, format, doc)
		}
	}
	return nil
}

func newFile(f scanners.File, format *catalog.Format, doc *doctree.Document) *File {
	return &File{
		File: f, Format: format, Client: catalog.ClientByID(format.Client), Doc: doc, Class: classOf(f.Path, format),
		judged: map[*doctree.Node]bool{}, credentials: map[*doctree.Node][]credential.Judgement{}, safeTexts: map[*doctree.Node]string{},
	}
}

// mentions says whether a text holds one of the words, or none is asked for.
func mentions(words []string, text []byte) bool {
	for _, w := range words {
		if holds(text, w) {
			return true
		}
	}
	return len(words) == 0
}

// common are the bytes of source text, the most frequent first. What is not
// among them is rare.
const common = " etanirsoldcup\n\tm.fhg(),=\"_:-/{};ybvTSwI0CEAkPRN1DLFMx"

// holds is bytes.Contains for long texts: it looks for the word's rarest byte,
// not for its first.
func holds(text []byte, word string) bool {
	at, rank := 0, -1
	for i := range len(word) {
		r := strings.IndexByte(common, word[i])
		if r < 0 {
			r = len(common)
		}
		if r > rank {
			at, rank = i, r
		}
	}
	for from := at; from < len(text); {
		i := bytes.IndexByte(text[from:], word[at])
		if i < 0 {
			return false
		}
		start := from + i - at
		if start+len(word) <= len(text) && string(text[start:start+len(word)]) == word {
			return true
		}
		from += i + 1
	}
	return false
}

// syntaxOf is the grammar a file is read with. Where a format allows several,
// the name's ending decides.
func syntaxOf(format *catalog.Format, name string) doctree.Syntax {
	if format.Syntax == catalog.Plain {
		return doctree.FrontMatter // without a head there is nothing to parse
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonc", ".json5":
		return doctree.JSON
	case ".yaml", ".yml":
		return doctree.YAML
	case ".toml":
		return doctree.TOML
	}
	switch format.Syntax {
	case catalog.YAML:
		return doctree.YAML
	case catalog.TOML:
		return doctree.TOML
	case catalog.FrontMatter:
		return doctree.FrontMatter
	default:
		return doctree.JSON
	}
}

// add keeps a hit, up to the bound.
func (s *File) add(h Hit) {
	if len(s.hits) >= maxHits {
		s.overfull = true
		return
	}
	s.hits = append(s.hits, h)
}

// addCredential keeps a credential's hit, up to the bound; one that is not said
// is masked all the same.
func (s *File) addCredential(srv *Server, n *doctree.Node, origin credential.Place, span doctree.Span, j *credential.Judgement) {
	s.secret = append(s.secret, span)
	if !s.counts(n, j) {
		return
	}
	if n != nil {
		s.credentials[n] = append(s.credentials[n], *j)
		delete(s.safeTexts, n)
	}
	if len(s.hits) >= maxHits {
		s.overfull = true
		return
	}
	s.add(s.credentialHit(srv, n, origin, span, j))
}

// region is the span as lines and columns.
func (s *File) region(span doctree.Span) scanners.Region {
	line, column := s.Doc.Position(span.Start)
	endLine, endColumn := s.Doc.Position(span.End)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

// result turns hits into findings and adds the sightings.
func (s *File) result() scanners.Result {
	sort.SliceStable(s.hits, func(i, j int) bool { return s.hits[i].Span.Start < s.hits[j].Span.Start })
	r := scanners.Result{Sightings: s.sightings()}
	mask := newMasker(s)
	ordinals := map[string]int{}
	for i := range s.hits {
		f := s.finding(&s.hits[i], mask)
		scanners.Distinguish(&f, ordinals)
		r.Findings = append(r.Findings, f)
		if owner := s.ownerSighting(&s.hits[i]); owner != nil {
			r.Sightings = append(r.Sightings, *owner)
		}
	}
	switch {
	case s.Doc.Truncated && len(s.Doc.Errors) > 0:
		r.Incomplete = s.Doc.Errors[len(s.Doc.Errors)-1].Message
	case s.Doc.Truncated:
		r.Incomplete = "too large or too deeply nested to be read whole"
	case s.overfull:
		r.Incomplete = "more than " + strconv.Itoa(maxHits) + " findings in one file"
	case s.crowded:
		r.Incomplete = "more than " + strconv.Itoa(maxServers) + " servers in one file"
	}
	return r
}
