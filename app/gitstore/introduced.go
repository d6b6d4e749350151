package gitstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// Introduced finds, for each wanted item of the file at path in commit, the
// commit that brought it in. items lists the items of one content of a file;
// what an item is, only the caller knows. An item that a parent has at the same
// path came from there; so did all if the file was renamed unchanged. Items
// the file does not hold at all are left out of the result. Of a link, the file
// it leads to in commit is traced, and items is asked with the link's path. An
// item that is traced to where the history is cut or cannot be read has the zero
// Commit: whoever brought it in is not known.
func (r *Repository) Introduced(ctx context.Context, commit, path string, items func(path string, data []byte) map[string]bool, want []string) (map[string]Commit, error) {
	c, err := r.resolve(commit)
	if err != nil {
		return nil, err
	}
	t := &tracing{Repository: r, ctx: ctx, items: items, read: map[content]map[string]bool{}, out: map[string]Commit{}}
	at, ok, err := r.find(c.tree, path)
	if err == nil && ok && at.kind() == modeLink {
		t.link = path
		if path, err = follow(path, r.lookIn(c.tree)); err != nil {
			return t.out, nil // nobody reads it
		}
		at, ok, err = r.find(c.tree, path)
	}
	if err != nil {
		return nil, fmt.Errorf("find %q: %w", path, err)
	}
	if !ok || at.kind() != modeFile {
		return t.out, nil
	}
	has, _, err := t.itemsOf(path, at.id)
	if err != nil {
		return nil, err
	}
	todo := map[string]bool{}
	for _, item := range want {
		if has[item] {
			todo[item] = true
		}
	}
	if len(todo) == 0 {
		return t.out, nil
	}
	t.stack = []trace{{c, path, at.id, todo}}
	for len(t.stack) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		if err := t.step(next); err != nil {
			return nil, err
		}
	}
	return t.out, nil
}

// trace is where a set of items has been followed to.
type trace struct {
	at    *commit
	path  string
	blob  plumbing.Hash
	items map[string]bool
}

type tracing struct {
	*Repository
	ctx   context.Context
	items func(string, []byte) map[string]bool
	link  string // the name under which content is read, "" for its own
	read  map[content]map[string]bool
	out   map[string]Commit
	stack []trace
}

// step hands the items on to the parents that have them. Each goes to one
// parent only, so the number of traces never exceeds that of the items.
func (t *tracing) step(at trace) error {
	var parents []trace
	known := !at.at.cut
	for _, id := range at.at.parents {
		p, err := t.commit(id)
		if err != nil {
			known = false
			continue
		}
		e, ok, err := t.find(p.tree, at.path)
		known = known && err == nil
		if err == nil && ok && e.kind() == modeFile {
			if e.id == at.blob {
				t.stack = append(t.stack, trace{p, at.path, at.blob, at.items})
				return nil
			}
			parents = append(parents, trace{at: p, path: at.path, blob: e.id})
		}
	}
	if len(parents) == 0 {
		moved, err := t.renamed(at)
		if moved || err != nil {
			return err
		}
	}
	left := maps.Clone(at.items)
	for _, p := range parents {
		has, readable, err := t.itemsOf(p.path, p.blob)
		if err != nil {
			return err
		}
		known = known && readable
		p.items = map[string]bool{}
		for item := range left {
			if has[item] {
				p.items[item] = true
				delete(left, item)
			}
		}
		if len(p.items) > 0 {
			t.stack = append(t.stack, p)
		}
	}
	var by Commit
	if known {
		by = at.at.public()
	}
	for item := range left {
		t.out[item] = by
	}
	return nil
}

// renamed follows a file that no parent has at its path to the path from which
// the commit moved it unchanged.
func (t *tracing) renamed(at trace) (bool, error) {
	if len(at.at.parents) == 0 {
		return false, nil
	}
	gone, err := t.deletions(t.ctx, at.at)
	if err != nil {
		return false, err
	}
	sources := slices.Sorted(slices.Values(gone[at.blob]))
	for _, path := range sources {
		for _, id := range at.at.parents {
			p, err := t.commit(id)
			if err != nil {
				continue
			}
			if e, ok, err := t.find(p.tree, path); err == nil && ok && e.id == at.blob && e.kind() == modeFile {
				t.stack = append(t.stack, trace{p, path, at.blob, at.items})
				return true, nil
			}
		}
	}
	return false, nil
}

// itemsOf lists the items of a blob once. One that is too large or damaged has
// none and is not readable.
func (t *tracing) itemsOf(path string, blob plumbing.Hash) (has map[string]bool, readable bool, err error) {
	key := content{path, blob}
	if has, ok := t.read[key]; ok {
		return has, true, nil
	}
	data, err := t.object(blob, plumbing.BlobObject, defaultMaxBytes)
	if err != nil {
		if errors.Is(err, errTooLarge) || errors.Is(err, errCorrupt) || errors.Is(err, errMissing) {
			return nil, false, nil
		}
		return nil, false, fmt.Errorf("trace %q: %w", path, err)
	}
	if t.link != "" {
		path = t.link
	}
	has = t.items(path, data)
	t.read[key] = has
	return has, true, nil
}
