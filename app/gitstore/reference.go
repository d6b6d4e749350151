package gitstore

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of references.
const (
	maxRefs        = 1_000_000
	maxPackedRefs  = 256 << 20
	maxSymbolic    = 5 // git's own limit
	maxRefBytes    = 4096
	remotesWatched = "refs/remotes/origin/"
)

// reference reads one reference, following symbolic ones. The second result is
// false when it does not exist or is damaged.
func (r *Repository) reference(name string) (plumbing.Hash, bool) {
	for range maxSymbolic {
		if !validRef(name) {
			return plumbing.ZeroHash, false
		}
		data, err := readBounded(filepath.Join(r.refDir(name), filepath.FromSlash(name)), maxRefBytes)
		if err != nil {
			id, ok := r.packedRefs()[name]
			return id, ok
		}
		text := strings.TrimSpace(string(data))
		if target, ok := strings.CutPrefix(text, "ref:"); ok {
			name = strings.TrimSpace(target)
			continue
		}
		return plumbing.NewHash(text), plumbing.IsHash(text)
	}
	return plumbing.ZeroHash, false
}

// refDir: a linked work tree has its own HEAD and shares refs/.
func (r *Repository) refDir(name string) string {
	if strings.HasPrefix(name, "refs/") {
		return r.common
	}
	return r.gitDir
}

// validRef keeps names inside the repository (git-check-ref-format(1)).
func validRef(name string) bool {
	if name == "" || strings.ContainsAny(name, "\\\x00\n:?*[~^ ") || strings.Contains(name, "..") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' {
			return false
		}
	}
	return true
}

// packedRefs reads the packed-refs file: "id SP name" a line.
func (r *Repository) packedRefs() map[string]plumbing.Hash {
	refs := map[string]plumbing.Hash{}
	data, err := readBounded(filepath.Join(r.common, "packed-refs"), maxPackedRefs)
	if err != nil {
		return refs
	}
	for line := range bytes.Lines(data) {
		id, name, ok := strings.Cut(strings.TrimSpace(string(line)), " ")
		if ok && plumbing.IsHash(id) && validRef(name) && len(refs) < maxRefs {
			refs[name] = plumbing.NewHash(id)
		}
	}
	return refs
}

// heads are the references a history starts from, in the order of their names,
// HEAD first.
func (r *Repository) heads() []plumbing.Hash {
	all := r.packedRefs()
	for _, dir := range []string{"refs/heads", "refs/tags", strings.TrimSuffix(remotesWatched, "/")} {
		base := filepath.Join(r.common, filepath.FromSlash(dir))
		_ = filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error { // no such folder: no such refs
			if err != nil || !d.Type().IsRegular() || len(all) >= maxRefs {
				return nil
			}
			rel, err := filepath.Rel(r.common, path)
			if err != nil {
				return nil
			}
			name := filepath.ToSlash(rel)
			if id, ok := r.reference(name); ok {
				all[name] = id
			}
			return nil
		})
	}
	var names []string
	for name := range all {
		if strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/tags/") ||
			strings.HasPrefix(name, remotesWatched) && !r.Bare() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var ids []plumbing.Hash
	if id, ok := r.reference("HEAD"); ok {
		ids = append(ids, id)
	}
	for _, name := range names {
		ids = append(ids, all[name])
	}
	return ids
}
