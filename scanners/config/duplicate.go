package config

import (
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// maxDuplicates bounds the list; a file with more is hostile.
const maxDuplicates = 100

// Duplicate is a key that stands twice in one map: reviewers may see the first,
// most clients take the last.
type Duplicate struct {
	First, Again doctree.Member
}

// Duplicates are the repeated keys of the file, in source order of the second:
// a key that stands three times is there twice. Documents in strings count too.
func (s *File) Duplicates() []Duplicate {
	var all []Duplicate
	docs := []*doctree.Document{s.Doc}
	for _, p := range s.parts {
		docs = append(docs, p.doc)
	}
	for _, doc := range docs {
		front := s.Format.Syntax == catalog.FrontMatter
		if doc.Traits&doctree.DuplicateKeys == 0 || front && len(doc.Errors) > 0 {
			continue // prose that only looks like keys
		}
		doc.Walk(func(n *doctree.Node) bool {
			if n.Kind == doctree.Map && (!front || n.Parent() == nil) {
				all = duplicates(all, n)
			}
			return len(all) < maxDuplicates
		})
	}
	return all
}

func duplicates(all []Duplicate, n *doctree.Node) []Duplicate {
	at := make(map[string]int, len(n.Members))
	for i, m := range n.Members {
		if len(all) >= maxDuplicates {
			break
		}
		if first, again := at[m.Key]; again {
			all = append(all, Duplicate{n.Members[first], m})
			continue
		}
		at[m.Key] = i
	}
	return all
}
