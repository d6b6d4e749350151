package gitstore

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Resolve finds the commit a revision names: HEAD or @, a branch, tag or
// reference, a full or abbreviated (4 digits or more) commit id, each with any
// number of ~N, ^ and ^N. Errors: ErrEmpty for HEAD of a repository without
// commits, else ErrRevision, with ErrUnborn if HEAD names a branch to come.
func (r *Repository) Resolve(rev string) (Commit, error) {
	c, err := r.resolve(rev)
	if err != nil {
		return Commit{}, err
	}
	return c.public(), nil
}

func (r *Repository) resolve(rev string) (*commit, error) {
	if len(rev) > 1024 {
		return nil, fmt.Errorf("resolve a name of %d bytes: %w", len(rev), ErrRevision)
	}
	base, steps := rev, ""
	if i := strings.IndexAny(rev, "~^"); i >= 0 {
		base, steps = rev[:i], rev[i:]
	}
	if base == "@" || rev == "" {
		base = "HEAD"
	}
	id, ok, err := r.named(base)
	if err == nil && !ok {
		return nil, r.nothing(base, rev)
	}
	var c *commit
	if err == nil {
		c, err = r.peel(id)
	}
	if err == nil {
		c, err = r.step(c, steps)
	}
	if err != nil {
		return nil, fmt.Errorf("resolve %q: %w: %w%s", rev, ErrRevision, err, r.cutHint())
	}
	return c, nil
}

// nothing is the error for a name that nothing has.
func (r *Repository) nothing(base, rev string) error {
	if base != "HEAD" {
		return fmt.Errorf("resolve %q: %w%s", rev, ErrRevision, r.cutHint())
	}
	heads, damaged := r.heads()
	switch {
	case len(damaged) > 0:
		return fmt.Errorf("resolve %q: %w: %w", rev, ErrRevision, damaged[0])
	case len(heads) == 0:
		return ErrEmpty
	}
	return fmt.Errorf("resolve %q: %w: %w", rev, ErrRevision, ErrUnborn)
}

// cutHint says why a revision may be missing in a shallow clone, "" elsewhere.
func (r *Repository) cutHint() string {
	if !r.Shallow() {
		return ""
	}
	return "; the clone is shallow: `git fetch --unshallow` gets the rest (for actions/checkout: `fetch-depth: 0`)"
}

// named looks names up in the order of gitrevisions(7).
func (r *Repository) named(base string) (plumbing.Hash, bool, error) {
	if plumbing.IsHash(base) {
		return plumbing.NewHash(base), true, nil
	}
	names := []string{"refs/tags/" + base, "refs/heads/" + base, "refs/remotes/" + base, "refs/remotes/" + base + "/HEAD"}
	if base == "HEAD" || strings.HasPrefix(base, "refs/") || strings.HasSuffix(base, "_HEAD") {
		names = append([]string{base}, names...)
	}
	for _, name := range names {
		id, ok, err := r.reference(name)
		if ok || err != nil {
			return id, ok, err
		}
	}
	return r.abbreviated(strings.ToLower(base))
}

// abbreviated finds the one commit whose id starts with short.
func (r *Repository) abbreviated(short string) (plumbing.Hash, bool, error) {
	if len(short) < 4 || len(short) > 40 || strings.Trim(short, "0123456789abcdef") != "" {
		return plumbing.ZeroHash, false, nil
	}
	prefix, err := hex.DecodeString(short[:len(short)&^1])
	if err != nil {
		return plumbing.ZeroHash, false, nil
	}
	ids, err := r.store.HashesWithPrefix(prefix)
	if err != nil {
		return plumbing.ZeroHash, false, fmt.Errorf("search the objects: %w", err)
	}
	var found []plumbing.Hash
	seen := map[plumbing.Hash]bool{}
	for _, id := range ids {
		if seen[id] || !strings.HasPrefix(id.String(), short) {
			continue
		}
		seen[id] = true
		if _, err := r.peel(id); err == nil {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return plumbing.ZeroHash, false, nil
	case 1:
		return found[0], true, nil
	}
	return plumbing.ZeroHash, false, errors.New("the abbreviation is ambiguous")
}

// peel follows annotated tags to their commit.
func (r *Repository) peel(id plumbing.Hash) (*commit, error) {
	for range maxSymbolic {
		c, commitErr := r.commit(id)
		if commitErr == nil {
			return c, nil
		}
		data, err := r.object(id, plumbing.TagObject, maxCommitBytes)
		if err != nil {
			return nil, commitErr
		}
		line, _, _ := strings.Cut(string(data), "\n")
		target, ok := strings.CutPrefix(line, "object ")
		if !ok || !plumbing.IsHash(target) {
			return nil, errCorrupt
		}
		id = plumbing.NewHash(target)
	}
	return nil, errors.New("too many nested tags")
}

// step applies ~N, ^ and ^N.
func (r *Repository) step(c *commit, steps string) (*commit, error) {
	for steps != "" {
		op, digits := steps[0], 1
		for digits < len(steps) && steps[digits] >= '0' && steps[digits] <= '9' {
			digits++
		}
		n, err := 1, error(nil)
		if digits > 1 {
			n, err = strconv.Atoi(steps[1:digits])
		}
		if err != nil || op != '~' && op != '^' {
			return nil, errors.New("unsupported syntax")
		}
		steps = steps[digits:]
		which, times := 1, n
		if op == '^' {
			which, times = n, 1
		}
		for i := 0; i < times && which > 0; i++ {
			if which > len(c.parents) {
				return nil, errors.New("no such parent")
			}
			if c, err = r.commit(c.parents[which-1]); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}
