package gitstore

import (
	"container/heap"
	"context"
	"math"

	"github.com/go-git/go-git/v5/plumbing"
)

// Marks of a commit in a walk from two sides.
const (
	fromA uint8 = 1 << iota
	fromB
	common = fromA | fromB
	queued = 1 << 2
)

// painting goes down from two commits, the newest first by the time they were made,
// and ends when all it could still reach is below commits that both sides have,
// and older than what only one has.
// So it reads what differs, not the history. Times that contradict the order of
// commits can hide that a has a commit of b, as they do from git: more is read
// then, not less.
type painting struct {
	*Repository
	marks map[plumbing.Hash]uint8
	todo  newest
	open  int // queued commits that not both sides have
}

// newest is a heap of commits.
type newest []*commit

func (h newest) Len() int           { return len(h) }
func (h newest) Less(i, j int) bool { return h[i].made > h[j].made }
func (h newest) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *newest) Push(x any) { *h = append(*h, x.(*commit)) }

// Pop implements heap.Interface.
func (h *newest) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// below are commits that a reaches: all those, at least, that b reaches without
// passing another of them.
func (r *Repository) below(ctx context.Context, a, b plumbing.Hash) (map[plumbing.Hash]bool, error) {
	w := &painting{Repository: r, marks: map[plumbing.Hash]uint8{}}
	w.mark(a, fromA)
	w.mark(b, fromB)
	oldest := int64(math.MaxInt64) // of the commits that only b is known to have
	for w.open > 0 || len(w.todo) > 0 && w.todo[0].made >= oldest {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := heap.Pop(&w.todo).(*commit)
		m := w.marks[c.id] &^ queued
		w.marks[c.id] = m
		if m != common {
			w.open--
		}
		if m == fromB {
			oldest = min(oldest, c.made)
		}
		for _, p := range c.parents {
			w.mark(p, m)
		}
	}
	known := map[plumbing.Hash]bool{}
	for id, m := range w.marks {
		if m&fromA != 0 {
			known[id] = true
		}
	}
	return known, nil
}

// mark adds marks to a commit and has it looked at if that is news. One that
// cannot be read is marked all the same; what it leads to is not known.
func (w *painting) mark(id plumbing.Hash, add uint8) {
	old := w.marks[id]
	now := old | add
	if now == old {
		return
	}
	if old&queued != 0 {
		if now&common == common {
			w.open--
		}
		w.marks[id] = now
		return
	}
	w.marks[id] = now
	c, err := w.commit(id)
	if err != nil {
		return
	}
	w.marks[id] |= queued
	if now&common != common {
		w.open++
	}
	heap.Push(&w.todo, c)
}
