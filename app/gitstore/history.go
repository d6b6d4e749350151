package gitstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// Range reads what the commits reachable from b and not from a bring in,
// oldest first: every wanted path whose content differs from that in all
// parents. A change has no commit where a parent is missing: it may have come
// from there. Links are not followed: a target has changes of its own. v.Entry is
// not used; v.Skip is called once for each content that cannot be read.
func (r *Repository) Range(ctx context.Context, a, b string, v Visit, change func(Change) error) (Stats, error) {
	var st Stats
	from, err := r.resolve(a)
	if err != nil {
		return st, err
	}
	to, err := r.resolve(b)
	if err != nil {
		return st, err
	}
	known, err := r.below(ctx, from.id, to.id)
	if err != nil {
		return st, err
	}
	order, err := r.order(ctx, &v, []plumbing.Hash{to.id}, known, map[plumbing.Hash]bool{})
	if err != nil {
		return st, err
	}
	st.Cut = r.reportCut(&v, order)
	s := r.newSurvey(ctx, &v, change, &st)
	for _, id := range order {
		if err := s.commit(id, func(string, plumbing.Hash) bool { return true }); err != nil {
			return st, err
		}
	}
	return st, nil
}

// History reads what every commit brings in that a head or tag reaches (those
// of origin too in a work tree), parents before children: each content of a
// wanted path the first time it appears. tips are the commits it started from,
// HEAD first.
func (r *Repository) History(ctx context.Context, v Visit, change func(Change) error) ([]Commit, Stats, error) {
	var st Stats
	var tips []Commit
	var starts []plumbing.Hash
	listed := map[plumbing.Hash]bool{}
	heads, damaged := r.heads()
	for _, d := range damaged {
		v.incomplete(".git", d.Error())
	}
	refused := map[plumbing.Hash]bool{}
	for _, id := range heads {
		c, err := r.peel(id)
		if err != nil {
			if _, err := r.object(id, plumbing.CommitObject, maxCommitBytes); err != nil && !r.holdsFiles(id) {
				refused[id] = true
				v.incomplete(".git", unreadable(err, id, maxCommitBytes))
			}
			continue
		}
		if !listed[c.id] {
			listed[c.id] = true
			starts, tips = append(starts, c.id), append(tips, c.public())
		}
	}
	order, err := r.order(ctx, &v, starts, nil, refused)
	if err != nil {
		return tips, st, err
	}
	st.Cut = r.reportCut(&v, order)
	s := r.newSurvey(ctx, &v, change, &st)
	s.once = map[content]bool{}
	trees := map[content]bool{}
	for _, id := range order {
		err := s.commit(id, func(path string, tree plumbing.Hash) bool {
			key := content{path, tree}
			if trees[key] {
				return false
			}
			trees[key] = true
			return true
		})
		if err != nil {
			return tips, st, err
		}
	}
	return tips, st, nil
}

// holdsFiles reports whether a reference names a tree or a blob, which is
// allowed and no commit.
func (r *Repository) holdsFiles(id plumbing.Hash) bool {
	if _, err := r.object(id, plumbing.TreeObject, maxTreeBytes); err == nil {
		return true
	}
	_, err := r.object(id, plumbing.BlobObject, defaultMaxBytes)
	return err == nil
}

// ancestors are all commits that id reaches, itself included.
func (r *Repository) ancestors(ctx context.Context, id plumbing.Hash) (map[plumbing.Hash]bool, error) {
	known := map[plumbing.Hash]bool{id: true}
	for todo := []plumbing.Hash{id}; len(todo) > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := r.commit(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if err != nil {
			continue // what it leads to counts as not known: more is read, not less
		}
		for _, p := range c.parents {
			if !known[p] {
				known[p] = true
				todo = append(todo, p)
			}
		}
	}
	return known, nil
}

// order lists the commits that starts reach outside known, parents before
// children and first parents first. One that cannot be read is skipped, and
// reported unless it is among the refused.
func (r *Repository) order(ctx context.Context, v *Visit, starts []plumbing.Hash, known, refused map[plumbing.Hash]bool) ([]plumbing.Hash, error) {
	type step struct {
		id   plumbing.Hash
		next int // parent to look at
	}
	done := map[plumbing.Hash]bool{}
	var order []plumbing.Hash
	for _, start := range starts {
		if done[start] || known[start] {
			continue
		}
		done[start] = true
		for stack := []step{{id: start}}; len(stack) > 0; {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			top := &stack[len(stack)-1]
			c, err := r.commit(top.id)
			if err != nil {
				if !refused[top.id] {
					v.incomplete(".git", unreadable(err, top.id, maxCommitBytes))
				}
				stack = stack[:len(stack)-1]
				continue
			}
			if top.next == len(c.parents) {
				order = append(order, top.id)
				stack = stack[:len(stack)-1]
				continue
			}
			p := c.parents[top.next]
			top.next++
			if !done[p] && !known[p] {
				done[p] = true
				stack = append(stack, step{id: p})
			}
		}
	}
	return order, nil
}

// reportCut counts the commits whose parents a shallow clone left out, and says
// that what they lead to was not read.
func (r *Repository) reportCut(v *Visit, order []plumbing.Hash) int {
	n, first := 0, ""
	for _, id := range order {
		if c, err := r.commit(id); err == nil && c.cut {
			if n++; n == 1 {
				first = id.String()
			}
		}
	}
	switch n {
	case 0:
		return 0
	case 1:
		v.incomplete(".git", "the history is shallow: what came before commit "+first+" is missing")
	default:
		v.incomplete(".git", fmt.Sprintf("the history is shallow: what came before %d commits, among them %s, is missing", n, first))
	}
	return n
}

// rooted reports whether everything the commit builds on can be read.
func (r *Repository) rooted(c *commit) bool {
	for _, id := range c.parents {
		if _, err := r.commit(id); err != nil {
			return false
		}
	}
	return !c.cut
}

// content is an object at a path.
type content struct {
	path string
	id   plumbing.Hash
}

// survey turns the differences of commits into changes.
type survey struct {
	*Repository
	ctx     context.Context
	v       *Visit
	change  func(Change) error
	st      *Stats
	once    map[content]bool // not nil: each content once
	refused map[content]bool // reported already
}

func (r *Repository) newSurvey(ctx context.Context, v *Visit, change func(Change) error, st *Stats) *survey {
	return &survey{Repository: r, ctx: ctx, v: v, change: change, st: st, refused: map[content]bool{}}
}

func (s *survey) commit(id plumbing.Hash, enter func(string, plumbing.Hash) bool) error {
	c, err := s.Repository.commit(id)
	if err != nil {
		return err
	}
	s.st.Commits++
	var by Commit
	if s.rooted(c) {
		by = c.public()
	}
	var gone map[plumbing.Hash][]string
	return s.diff(s.ctx, c, s.v, enter, func(d changed) error {
		s.st.Files++
		key := content{d.path, d.entry.id}
		if d.entry.kind() != modeFile || !s.v.wants(d.path) || s.once[key] || s.refused[key] {
			return nil
		}
		data, ok := s.blob(d.path, d.entry.id)
		if !ok {
			return nil
		}
		if s.once != nil {
			s.once[key] = true
		}
		s.st.Blobs++
		s.st.Bytes += int64(len(data))
		out := Change{Commit: by, Path: d.path, Blob: d.entry.id.String(), Data: data}
		for _, old := range d.before {
			s.before(&out, d.path, old)
		}
		if len(d.before) == 0 && len(c.parents) > 0 {
			if gone == nil {
				if gone, err = s.deletions(s.ctx, c); err != nil {
					return err
				}
			}
			for _, path := range gone[d.entry.id] {
				out.Before = append(out.Before, Version{Path: path, Blob: out.Blob, Data: data})
			}
		}
		return s.change(out)
	})
}

// before adds an earlier content. One that cannot be read is left out, so that
// what it held counts as new rather than as known.
func (s *survey) before(out *Change, path string, id plumbing.Hash) {
	if data, err := s.object(id, plumbing.BlobObject, s.v.limit(path)); err == nil {
		out.Before = append(out.Before, Version{Path: path, Blob: id.String(), Data: data})
	}
}

func (s *survey) blob(path string, id plumbing.Hash) ([]byte, bool) {
	data, err := s.object(id, plumbing.BlobObject, s.v.limit(path))
	skip := Skip{Path: path, Reason: reasonLFS, Incomplete: true, Beyond: true}
	if err != nil {
		skip.Reason, skip.Beyond = unreadable(err, id, s.v.limit(path)), errors.Is(err, errTooLarge)
	} else if !isLFS(data) {
		return data, true
	}
	s.refused[content{path, id}] = true
	s.v.report(skip)
	return nil, false
}
