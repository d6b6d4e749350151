package gitstore

import (
	"bytes"
	"container/heap"
	"context"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Logged is a commit with what it says. Committer is "Name <email>"; Message is
// as it stands, of at most maxCommitBytes.
type Logged struct {
	Commit
	Committer, Message string
}

// Log visits a revision's commits, the youngest first, at most so many; most of
// 0 visits all. Commits that cannot be read are left out, and what only they
// lead to.
func (r *Repository) Log(ctx context.Context, rev string, most int, visit func(Logged)) error {
	start, err := r.resolve(rev)
	if err != nil {
		return err
	}
	seen := map[plumbing.Hash]bool{start.id: true}
	queue := &byAge{start}
	for n := 0; queue.Len() > 0 && (most == 0 || n < most); n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := heap.Pop(queue).(*commit)
		if data, err := r.object(c.id, plumbing.CommitObject, maxCommitBytes); err == nil {
			visit(logged(c, data))
		}
		for _, id := range c.parents {
			if seen[id] {
				continue
			}
			seen[id] = true
			if p, err := r.commit(id); err == nil {
				heap.Push(queue, p)
			}
		}
	}
	return nil
}

func logged(c *commit, data []byte) Logged {
	head, message, _ := bytes.Cut(data, []byte("\n\n"))
	l := Logged{Commit: c.public(), Message: string(message)}
	for line := range strings.Lines(string(head)) {
		if rest, ok := strings.CutPrefix(line, "committer "); ok {
			l.Committer, _ = parseAuthor(strings.TrimSuffix(rest, "\n"))
			break
		}
	}
	return l
}

// byAge is a heap of commits, the youngest at the top.
type byAge []*commit

func (h byAge) Len() int           { return len(h) }
func (h byAge) Less(i, j int) bool { return h[i].made > h[j].made }
func (h byAge) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byAge) Push(x any)        { *h = append(*h, x.(*commit)) }
func (h *byAge) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
