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
	at    string        // where the file lies if path is a link to it, else ""
	id    plumbing.Hash // in a tree or the index
	local bool
}

// place is where the content lies.
func (c *candidate) place() string {
	if c.at != "" {
		return c.at
	}
	return c.path
}

// candidates are what a walk collects before anything is read, so that files
// come in the order of their paths, and each file once however many links
// lead to it.
type candidates struct {
	files, links []candidate
	exits        []string // links to folders, followed to see where they lead
}

// settle follows the links. A link to a file that would be wanted as a link
// adds nothing, as that is read under its own name; the first link to any other
// regular file, be it wanted for another reason, adds what that file holds under
// the name of the link, which is what its client reads; and one that leads
// nowhere is skipped. complete fills in what is known of the
// place a link leads to, and says whether to read it.
func (c *candidates) settle(v *Visit, look func(string) (node, error), complete func(*candidate) bool) []candidate {
	known := make(map[string]bool, len(c.files))
	for _, f := range c.files {
		known[f.path] = v.WantLink == nil || v.WantLink(f.path)
	}
	files := c.files
	slices.SortFunc(c.links, byPath)
	for _, path := range c.exits {
		_, err := follow(path, look)
		v.exit(path, err)
	}
	for _, l := range c.links {
		target, err := follow(l.path, look)
		switch {
		case v.exit(l.path, err), errors.Is(err, errBroken):
			v.skip(l.path, err.Error())
		case err != nil:
			v.incomplete(l.path, err.Error())
		case !known[target] && !(v.WantLink != nil && v.WantLink(target)):
			known[target] = true
			if l.at = target; complete(&l) {
				files = append(files, l)
			}
		}
	}
	slices.SortFunc(files, byPath)
	return files
}

// exit tells of a link that leads outside, if err says so.
func (v *Visit) exit(path string, err error) bool {
	out, is := errors.AsType[*outside](err)
	if is && v.Exit != nil && out.from != "" {
		v.Exit(Exit{path, out.from, out.target})
	}
	return is
}

func byPath(a, b candidate) int { return strings.Compare(a.path, b.path) }
