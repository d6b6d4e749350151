package gitstore

import (
	"context"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// Version is one content of a path.
type Version struct {
	Path, Blob string // Blob is the object id
	Data       []byte
}

// Change is a content that a commit brings to a path. Before is what each
// parent has there and, if none has anything, what the commit deletes
// elsewhere with the same content: a pure rename. The zero Commit is unknown.
type Change struct {
	Commit     Commit
	Path, Blob string
	Data       []byte
	Before     []Version
}

// diffFrame compares a tree with those of the parents at the same path.
type diffFrame struct {
	path    string
	id      plumbing.Hash
	parents []plumbing.Hash // zero where a parent has no such folder
	depth   int
}

// changed is a blob that no parent has at its path.
type changed struct {
	path   string
	entry  treeEntry
	before []plumbing.Hash // the parents' blobs there, without repetition
}

// diff calls visit for every blob of a commit that differs from all parents.
// enter may refuse trees by path and id. Trees a parent has are not read.
func (r *Repository) diff(ctx context.Context, c *commit, v *Visit, enter func(string, plumbing.Hash) bool, visit func(changed) error) error {
	stack := []diffFrame{{id: c.tree, parents: r.parentTrees(c)}}
	for seen := 0; len(stack) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if slices.Contains(f.parents, f.id) || !enter(f.path, f.id) {
			continue
		}
		entries, err := r.tree(f.id)
		if err != nil {
			v.incomplete(orDot(f.path), unreadable(err, f.id, maxTreeBytes))
			continue
		}
		if seen += len(entries); seen > maxEntries {
			v.incomplete(orDot(f.path), reasonTooMany)
			return nil
		}
		below, err := r.diffTree(f, entries, v, visit)
		if err != nil {
			return err
		}
		slices.Reverse(below)
		stack = append(stack, below...)
	}
	return nil
}

func (r *Repository) diffTree(f diffFrame, entries []treeEntry, v *Visit, visit func(changed) error) ([]diffFrame, error) {
	sides := make([][]treeEntry, len(f.parents))
	for i, id := range f.parents {
		side, err := r.tree(id)
		if err != nil {
			v.incomplete(orDot(f.path), unreadable(err, id, maxTreeBytes))
		}
		sides[i] = side
	}
	var below []diffFrame
	for i := range entries {
		e := &entries[i]
		same, old := matchSides(sides, e)
		if same || e.kind() == modeGitlink {
			continue
		}
		path := join(f.path, e.name)
		switch {
		case e.kind() == modeTree && f.depth >= maxDepth:
			v.incomplete(path, reasonTooDeep)
		case e.kind() == modeTree:
			below = append(below, diffFrame{path, e.id, old, f.depth + 1})
		default:
			if err := visit(changed{path, *e, old}); err != nil {
				return nil, err
			}
		}
	}
	return below, nil
}

// matchSides moves every side up to the entry e, and says whether one has the
// same content, or what those have that differ.
func matchSides(sides [][]treeEntry, e *treeEntry) (same bool, old []plumbing.Hash) {
	for i, side := range sides {
		for len(side) > 0 && side[0].before(e) {
			side = side[1:]
		}
		sides[i] = side
		if len(side) == 0 || side[0].name != e.name || (side[0].kind() == modeTree) != (e.kind() == modeTree) || side[0].kind() == modeGitlink {
			continue
		}
		if side[0].id == e.id {
			same = true
		}
		if !slices.Contains(old, side[0].id) {
			old = append(old, side[0].id)
		}
	}
	return same, old
}

// parentTrees are the root trees of the parents that can be read.
func (r *Repository) parentTrees(c *commit) []plumbing.Hash {
	var trees []plumbing.Hash
	for _, id := range c.parents {
		if p, err := r.commit(id); err == nil {
			trees = append(trees, p.tree)
		}
	}
	return trees
}

// maxRenames bounds the sources named for one renamed file.
const maxRenames = 16

// deletions are the paths that a parent has and the commit has not, by blob.
func (r *Repository) deletions(ctx context.Context, c *commit) (map[plumbing.Hash][]string, error) {
	gone := map[plumbing.Hash][]string{}
	for _, root := range r.parentTrees(c) {
		// The parent plays the commit, and the commit its only parent.
		reverse := &commit{id: c.id, tree: root, parents: []plumbing.Hash{c.id}}
		always := func(string, plumbing.Hash) bool { return true }
		err := r.diff(ctx, reverse, &Visit{}, always, func(d changed) error {
			if paths := gone[d.entry.id]; len(d.before) == 0 && len(paths) < maxRenames && !slices.Contains(paths, d.path) {
				gone[d.entry.id] = append(paths, d.path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return gone, nil
}
