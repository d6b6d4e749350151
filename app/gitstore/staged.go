package gitstore

import (
	"context"
	"errors"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Staged reads the wanted files of the index whose content is not that of HEAD
// at the same path, nor that of a path that is no longer there: a pure rename.
// Stats.Files counts all that differ. Paths are those of the whole work tree.
func (r *Repository) Staged(ctx context.Context, v Visit) (Stats, error) {
	entries, err := readIndex(r.gitDir)
	if err != nil {
		return Stats{}, err
	}
	head, err := r.headFiles(ctx)
	if err != nil {
		return Stats{}, err
	}
	left := leftover(head, entries)
	return r.readStaged(ctx, v, entries, func(e *indexEntry) bool {
		old, ok := head[e.path]
		return ok && old == e.id || !ok && left[e.id]
	})
}

// Index reads the wanted files of the whole index, as Tree does those of a commit.
func (r *Repository) Index(ctx context.Context, v Visit) (Stats, error) {
	entries, err := readIndex(r.gitDir)
	if err != nil {
		return Stats{}, err
	}
	for i := range entries {
		if e := &entries[i]; e.mode&modeType == modeGitlink {
			v.skip(e.path, reasonSubmodule)
		}
	}
	return r.readStaged(ctx, v, entries, func(*indexEntry) bool { return false })
}

// readStaged reads the wanted files of the index that are not the same as before.
func (r *Repository) readStaged(ctx context.Context, v Visit, entries []indexEntry, same func(*indexEntry) bool) (Stats, error) {
	var st Stats
	var found candidates
	at := make(map[string]*indexEntry, len(entries))
	folders := map[string]bool{}
	for i := range entries {
		e := &entries[i]
		kind := e.mode & modeType
		if e.stage != 0 && v.wants(e.path) {
			v.incomplete(e.path, "unmerged")
		}
		if e.stage != 0 || e.intended || kind != modeFile && kind != modeLink {
			continue
		}
		at[e.path] = e
		above(folders, e.path)
		changed := !same(e)
		if changed {
			st.Files++
		}
		c := candidate{path: e.path, id: e.id}
		switch {
		case kind == modeLink && v.wantsLink(e.path):
			found.links = append(found.links, c)
		case kind == modeLink && v.wantsExit(e.path):
			found.exits = append(found.exits, e.path)
		case kind == modeFile && changed && v.wants(e.path):
			found.files = append(found.files, c)
		}
	}
	look := r.lookStaged(at, folders)
	files := found.settle(&v, look, func(link *candidate) bool {
		link.id = at[link.at].id
		return !same(at[link.path]) || !same(at[link.at])
	})
	return st, r.deliver(ctx, files, &v, &st)
}

// above adds the folders above a path.
func above(folders map[string]bool, path string) {
	for i := strings.LastIndexByte(path, '/'); i > 0 && !folders[path[:i]]; i = strings.LastIndexByte(path[:i], '/') {
		folders[path[:i]] = true
	}
}

// lookStaged says what lies at the paths of the index.
func (r *Repository) lookStaged(at map[string]*indexEntry, folders map[string]bool) func(string) (node, error) {
	return func(path string) (node, error) {
		if e := at[path]; e != nil {
			return r.nodeOf(e.mode&modeType, e.id)
		}
		if folders[path] {
			return node{kind: modeTree}, nil
		}
		return node{}, nil
	}
}

// leftover are the contents of HEAD whose paths the index no longer has.
func leftover(head map[string]plumbing.Hash, entries []indexEntry) map[plumbing.Hash]bool {
	here := make(map[string]bool, len(entries))
	for i := range entries {
		here[entries[i].path] = true
	}
	left := map[plumbing.Hash]bool{}
	for path, id := range head {
		if !here[path] {
			left[id] = true
		}
	}
	return left
}

// headFiles are the blobs of HEAD by path, none before the first commit.
func (r *Repository) headFiles(ctx context.Context) (map[string]plumbing.Hash, error) {
	files := map[string]plumbing.Hash{}
	c, err := r.resolve("HEAD")
	if errors.Is(err, ErrEmpty) || errors.Is(err, ErrUnborn) {
		return files, nil
	}
	if err != nil {
		return nil, err
	}
	err = r.eachFile(ctx, c.tree, &Visit{}, func(path string, e *treeEntry) { files[path] = e.id })
	return files, err
}
