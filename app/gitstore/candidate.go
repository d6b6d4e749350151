package gitstore

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// candidate is a wanted path that a walk has met.
type candidate struct {
	path  string
	id    plumbing.Hash // in a tree or the index
	local bool
}

// candidates are what a walk collects before anything is read, so that files
// come in the order of their paths, and each file once however many links
// lead to it.
type candidates struct {
	files, links []candidate
}

// settle follows the links. A link to a wanted file adds nothing, one to any
// other regular file adds that file, and one that leads nowhere is skipped.
// add completes the candidate of a target.
func (c *candidates) settle(v *Visit, look func(string) (node, error), add func(path string, link candidate) candidate) []candidate {
	known := make(map[string]bool, len(c.files))
	for _, f := range c.files {
		known[f.path] = true
	}
	files := c.files
	for _, l := range c.links {
		target, err := follow(l.path, look)
		switch {
		case errors.Is(err, errOutside), errors.Is(err, errBroken):
			v.skip(l.path, err.Error())
		case err != nil:
			v.incomplete(l.path, err.Error())
		case !known[target]:
			known[target] = true
			files = append(files, add(target, l))
		}
	}
	slices.SortFunc(files, func(a, b candidate) int { return strings.Compare(a.path, b.path) })
	return files
}
