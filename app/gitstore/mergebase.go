package gitstore

import (
	"context"
	"maps"

	"github.com/go-git/go-git/v5/plumbing"
)

// MergeBase is the commit that both a and b reach and no other such commit
// reaches; ok is false if they have none. Of several (a criss-cross merge) it is
// the one nearest to b by steps.
func (r *Repository) MergeBase(ctx context.Context, a, b string) (base Commit, ok bool, err error) {
	from, err := r.resolve(a)
	if err != nil {
		return base, false, err
	}
	to, err := r.resolve(b)
	if err != nil {
		return base, false, err
	}
	known, err := r.below(ctx, from.id, to.id)
	if err != nil {
		return base, false, err
	}
	common, err := r.frontier(ctx, to.id, known)
	if err != nil || len(common) == 0 {
		return base, false, err
	}
	older := map[plumbing.Hash]bool{} // reached by another of them
	if len(common) > 1 {
		for _, c := range common {
			for _, p := range c.parents {
				below, err := r.ancestors(ctx, p)
				if err != nil {
					return base, false, err
				}
				maps.Copy(older, below)
			}
		}
	}
	for _, c := range common {
		if !older[c.id] {
			return c.public(), true, nil
		}
	}
	return base, false, nil
}

// frontier are the first commits of known on every way down from b, breadth
// first.
func (r *Repository) frontier(ctx context.Context, b plumbing.Hash, known map[plumbing.Hash]bool) ([]*commit, error) {
	var common []*commit
	seen := map[plumbing.Hash]bool{b: true}
	for todo := []plumbing.Hash{b}; len(todo) > 0; todo = todo[1:] {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := r.commit(todo[0])
		if err != nil {
			continue // shallow or damaged: the walk goes on elsewhere
		}
		if known[c.id] {
			common = append(common, c)
			continue
		}
		for _, p := range c.parents {
			if !seen[p] {
				seen[p] = true
				todo = append(todo, p)
			}
		}
	}
	return common, nil
}
