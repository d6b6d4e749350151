package gitstore

import (
	"bytes"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// File modes as git stores them (gitformat-index(5), git-fast-import(1)).
const (
	modeType    = 0o170000
	modeTree    = 0o040000
	modeFile    = 0o100000
	modeLink    = 0o120000
	modeGitlink = 0o160000
)

// treeEntry is one name of a tree object.
type treeEntry struct {
	name string
	mode uint32
	id   plumbing.Hash
}

func (e *treeEntry) kind() uint32 { return e.mode & modeType }

// before is git's order of names: folders sort as if they ended in a slash.
func (e *treeEntry) before(o *treeEntry) bool {
	n := min(len(e.name), len(o.name))
	if c := strings.Compare(e.name[:n], o.name[:n]); c != 0 {
		return c < 0
	}
	return e.next(n) < o.next(n)
}

func (e *treeEntry) next(n int) byte {
	switch {
	case n < len(e.name):
		return e.name[n]
	case e.kind() == modeTree:
		return '/'
	}
	return 0
}

// tree reads a tree object. Names that cannot be a path component are left
// out: git writes none of them.
func (r *Repository) tree(id plumbing.Hash) ([]treeEntry, error) {
	if id.IsZero() {
		return nil, nil
	}
	if entries, ok := r.trees[id]; ok {
		return entries, nil
	}
	data, err := r.object(id, plumbing.TreeObject, maxTreeBytes)
	if err != nil {
		return nil, err
	}
	entries, err := parseTree(data)
	if err != nil {
		return nil, err
	}
	if r.kept += len(entries) + 1; r.kept > treeCache {
		clear(r.trees)
		r.kept = len(entries) + 1
	}
	r.trees[id] = entries
	return entries, nil
}

// parseTree reads "mode SP name NUL id" repeated.
func parseTree(data []byte) ([]treeEntry, error) {
	text := string(data)
	entries := make([]treeEntry, 0, len(data)/36)
	for at := 0; at < len(data); {
		space := bytes.IndexByte(data[at:], ' ')
		if space < 1 || space > 7 {
			return nil, errCorrupt
		}
		var mode uint32
		for _, c := range data[at : at+space] {
			if c < '0' || c > '7' {
				return nil, errCorrupt
			}
			mode = mode<<3 | uint32(c-'0')
		}
		at += space + 1
		end := bytes.IndexByte(data[at:], 0)
		if end < 0 || at+end+1+20 > len(data) {
			return nil, errCorrupt
		}
		e := treeEntry{name: text[at : at+end], mode: mode}
		at += end + 1
		copy(e.id[:], data[at:at+20])
		at += 20
		if validName(e.name) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func validName(s string) bool {
	return s != "" && s != "." && s != ".." && s != ".git" && strings.IndexByte(s, '/') < 0
}

// find is the entry at a slash path below a tree.
func (r *Repository) find(root plumbing.Hash, path string) (treeEntry, bool, error) {
	at := treeEntry{mode: modeTree, id: root}
	for rest, more := path, true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		if at.kind() != modeTree {
			return treeEntry{}, false, nil
		}
		entries, err := r.tree(at.id)
		if err != nil {
			return treeEntry{}, false, err
		}
		found := false
		for i := range entries {
			if entries[i].name == name {
				at, found = entries[i], true
				break
			}
		}
		if !found {
			return treeEntry{}, false, nil
		}
	}
	return at, true, nil
}
