package gitstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// Tree reads the wanted files of a commit, named by any revision, in the order
// of their paths. On a clean checkout it delivers what Folder does.
func (r *Repository) Tree(ctx context.Context, commit string, v Visit) (Stats, error) {
	var st Stats
	c, err := r.resolve(commit)
	if err != nil {
		return st, err
	}
	st.Commits = 1
	var found candidates
	err = r.eachFile(ctx, c.tree, &v, func(path string, e *treeEntry) {
		st.Files++
		switch link := e.kind() == modeLink; {
		case link && v.wantsLink(path):
			found.links = append(found.links, candidate{path: path, id: e.id})
		case link && v.wantsExit(path):
			found.exits = append(found.exits, path)
		case !link && v.wants(path):
			found.files = append(found.files, candidate{path: path, id: e.id})
		}
	})
	if err != nil {
		return st, err
	}
	files := found.settle(&v, r.lookIn(c.tree), func(link *candidate) bool {
		e, _, _ := r.find(c.tree, link.at) // settle has just looked there
		link.id = e.id
		return true
	})
	return st, r.deliver(ctx, files, &v, &st)
}

// treeFrame is a tree that is being read.
type treeFrame struct {
	path    string
	entries []treeEntry
}

// eachFile calls visit for every blob below a tree, in git's order, and skips
// what is none or cannot be read.
func (r *Repository) eachFile(ctx context.Context, root plumbing.Hash, v *Visit, visit func(string, *treeEntry)) error {
	entries, err := r.tree(root)
	if err != nil {
		return fmt.Errorf("read tree %s: %w", root, err)
	}
	stack := []treeFrame{{entries: entries}}
	for seen := 0; len(stack) > 0; seen++ {
		top := &stack[len(stack)-1]
		if len(top.entries) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		e := &top.entries[0]
		top.entries = top.entries[1:]
		path := join(top.path, e.name)
		if seen > maxEntries {
			v.incomplete(path, reasonTooMany)
			return nil
		}
		if seen%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch e.kind() {
		case modeFile, modeLink:
			visit(path, e)
		case modeGitlink:
			v.skip(path, reasonSubmodule)
		case modeTree:
			if len(stack) > maxDepth {
				v.incomplete(path, reasonTooDeep)
				continue
			}
			below, err := r.tree(e.id)
			if err != nil {
				v.incomplete(path, unreadable(err, e.id, maxTreeBytes))
				continue
			}
			stack = append(stack, treeFrame{path, below})
		default:
			v.incomplete(path, fmt.Sprintf("unknown file mode %o", e.mode))
		}
	}
	return nil
}

// deliver reads the blobs of candidates in order.
func (r *Repository) deliver(ctx context.Context, files []candidate, v *Visit, st *Stats) error {
	for _, c := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := r.object(c.id, plumbing.BlobObject, v.limit(c.path))
		if err != nil {
			v.report(Skip{Path: c.path, Reason: unreadable(err, c.id, v.limit(c.path)), Incomplete: true, Beyond: errors.Is(err, errTooLarge)})
			continue
		}
		if err := v.deliver(Entry{Path: c.path, Data: data, Link: c.at != ""}, st); err != nil {
			return err
		}
	}
	return nil
}

// lookIn says what lies at the paths of a tree.
func (r *Repository) lookIn(root plumbing.Hash) func(string) (node, error) {
	return func(path string) (node, error) {
		e, ok, err := r.find(root, path)
		if err != nil || !ok {
			return node{}, err
		}
		return r.nodeOf(e.kind(), e.id)
	}
}

func (r *Repository) nodeOf(kind uint32, id plumbing.Hash) (node, error) {
	if kind != modeLink {
		return node{kind: kind}, nil
	}
	target, err := r.object(id, plumbing.BlobObject, maxLinkBytes)
	if err != nil {
		return node{}, fmt.Errorf("%s", unreadable(err, id, maxLinkBytes))
	}
	return node{kind: modeLink, target: string(target)}, nil
}
