package gitstore

import (
	"encoding/binary"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"pgregory.net/rapid"
)

func number(n int) (id plumbing.Hash) {
	binary.BigEndian.PutUint32(id[:], uint32(n+1))
	return id
}

// What b has and a has not is found whatever the shape of the history; times out
// of order may add to it, and never take away.
func TestWalkFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "commits")
		skewed := rapid.Bool().Draw(t, "skewed")
		r := &Repository{commits: map[plumbing.Hash]*commit{}}
		for i := range n {
			c := &commit{id: number(i), made: int64(i / 2)} // equal times too
			if skewed {
				c.made = rapid.Int64Range(0, 50).Draw(t, "made")
			}
			for range rapid.IntRange(0, min(i, 3)).Draw(t, "parents") {
				c.parents = append(c.parents, number(rapid.IntRange(max(0, i-6), i-1).Draw(t, "parent")))
			}
			r.commits[c.id] = c
		}
		a, b := number(rapid.IntRange(0, n-1).Draw(t, "a")), number(rapid.IntRange(0, n-1).Draw(t, "b"))
		all, err := r.ancestors(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		known, err := r.below(t.Context(), a, b)
		if err != nil {
			t.Fatal(err)
		}
		reached := func(known map[plumbing.Hash]bool) map[plumbing.Hash]bool {
			out := map[plumbing.Hash]bool{}
			for todo := []plumbing.Hash{b}; len(todo) > 0; todo = todo[1:] {
				if id := todo[0]; !known[id] && !out[id] {
					out[id] = true
					todo = append(todo, r.commits[id].parents...)
				}
			}
			return out
		}
		want, got := reached(all), reached(known)
		for id := range want {
			if !got[id] {
				t.Fatalf("%s is b's alone and was missed", id)
			}
		}
		if !skewed && len(got) != len(want) {
			t.Fatalf("%d commits, want %d", len(got), len(want))
		}
		for id := range known {
			if !all[id] {
				t.Fatalf("a does not reach %s", id)
			}
		}
	})
}

// The walk reads what differs, not the history.
func TestWalkLeavesTheHistoryAlone(t *testing.T) {
	t.Parallel()
	r := &Repository{commits: map[plumbing.Hash]*commit{}}
	const n = 10000
	for i := range n {
		c := &commit{id: number(i), made: int64(i)}
		if i > 0 {
			c.parents = []plumbing.Hash{number(i - 1)}
		}
		r.commits[c.id] = c
	}
	branch := &commit{id: number(n), made: n, parents: []plumbing.Hash{number(n - 20)}}
	r.commits[branch.id] = branch
	known, err := r.below(t.Context(), number(n-1), branch.id)
	if err != nil || len(known) > 25 {
		t.Errorf("%d commits, %v", len(known), err)
	}
}
