package gitstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of references.
const (
	maxRefs        = 1_000_000
	maxPackedRefs  = 256 << 20
	maxSymbolic    = 5 // git's own limit
	maxRefBytes    = 4096
	maxDamaged     = 100 // told of one place
	remotesWatched = "refs/remotes/origin/"
)

// damagedRef is a reference that is there and cannot be read.
type damagedRef struct{ name, why string }

// Error implements error.
func (d *damagedRef) Error() string { return fmt.Sprintf("reference %q is damaged: %s", d.name, d.why) }

// reference reads one reference, following symbolic ones. The second result is
// false when it does not exist. Errors: *damagedRef.
func (r *Repository) reference(name string) (plumbing.Hash, bool, error) {
	asked := name
	for range maxSymbolic {
		if !validRef(name) {
			return plumbing.ZeroHash, false, nil
		}
		data, err := readBounded(filepath.Join(r.refDir(name), filepath.FromSlash(name)), maxRefBytes)
		if absent(err) {
			packed, damaged := r.readPackedRefs()
			id, ok := packed[name]
			if !ok && len(damaged) > 0 {
				return id, false, damaged[0]
			}
			return id, ok, nil
		}
		if err != nil {
			return plumbing.ZeroHash, false, &damagedRef{name, cause(err).Error()}
		}
		text := strings.TrimSpace(string(data))
		if target, ok := strings.CutPrefix(text, "ref:"); ok {
			target = strings.TrimSpace(target)
			if !validRef(target) {
				return plumbing.ZeroHash, false, &damagedRef{name, "it points nowhere"}
			}
			name = target
			continue
		}
		if !plumbing.IsHash(text) {
			return plumbing.ZeroHash, false, &damagedRef{name, "it holds no object id"}
		}
		return plumbing.NewHash(text), true, nil
	}
	return plumbing.ZeroHash, false, &damagedRef{asked, "too many symbolic references"}
}

// absent says that there is no file of a reference, only perhaps a folder of
// the references below its name.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errFolder) || errors.Is(err, syscall.ENOTDIR)
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
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}

// readPackedRefs reads the packed-refs file: "id SP name" a line, "^id" for what
// the tag before it leads to, "#" for comments. What cannot be read of it comes
// second.
func (r *Repository) readPackedRefs() (map[string]plumbing.Hash, []*damagedRef) {
	const file = "packed-refs"
	refs := map[string]plumbing.Hash{}
	data, err := readBounded(filepath.Join(r.common, file), maxPackedRefs)
	if errors.Is(err, fs.ErrNotExist) {
		return refs, nil
	}
	if err != nil {
		return refs, []*damagedRef{{file, cause(err).Error()}}
	}
	var damaged []*damagedRef
	n := 0
	for line := range bytes.Lines(data) {
		n++
		text := strings.TrimSpace(string(line))
		id, name, _ := strings.Cut(text, " ")
		switch {
		case text == "", text[0] == '#', text[0] == '^' && plumbing.IsHash(text[1:]):
		case !plumbing.IsHash(id) || !validRef(name):
			if len(damaged) < maxDamaged {
				damaged = append(damaged, &damagedRef{file, fmt.Sprintf("line %d is no reference", n)})
			}
		case len(refs) == maxRefs:
			return refs, append(damaged, &damagedRef{file, fmt.Sprintf("it has more than %d references", maxRefs)})
		default:
			refs[name] = plumbing.NewHash(id)
		}
	}
	return refs, damaged
}

// packedRefs are the references of the packed-refs file that can be read.
func (r *Repository) packedRefs() map[string]plumbing.Hash {
	refs, _ := r.readPackedRefs()
	return refs
}

// heads are the objects a history starts from, each once, in the order of the
// names that lead to them, HEAD first. The references that cannot be read come
// second.
func (r *Repository) heads() ([]plumbing.Hash, []*damagedRef) {
	all, damaged := r.readPackedRefs()
	for _, dir := range []string{"refs/heads", "refs/tags", strings.TrimSuffix(remotesWatched, "/")} {
		damaged = append(damaged, r.looseRefs(dir, all)...)
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
	seen := map[plumbing.Hash]bool{}
	keep := func(id plumbing.Hash) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	head, ok, err := r.reference("HEAD")
	if ok {
		keep(head)
	}
	var bad *damagedRef
	if errors.As(err, &bad) && !slices.ContainsFunc(damaged, func(d *damagedRef) bool { return *d == *bad }) {
		damaged = append(damaged, bad)
	}
	for _, name := range names {
		keep(all[name])
	}
	return ids, damaged
}

// looseRefs adds the references that lie as files below dir to all, and
// returns those that cannot be read. A name that git does not allow is none.
func (r *Repository) looseRefs(dir string, all map[string]plumbing.Hash) []*damagedRef {
	var damaged []*damagedRef
	base := filepath.Join(r.common, filepath.FromSlash(dir))
	_ = filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error { // the function returns no error
		rel, relErr := filepath.Rel(r.common, path)
		name := filepath.ToSlash(rel)
		switch {
		case errors.Is(err, fs.ErrNotExist) || relErr != nil:
			return nil
		case err == nil && (d.IsDir() || !validRef(name)):
			return nil
		case len(damaged) == maxDamaged || len(all) >= maxRefs:
			return fs.SkipAll
		}
		var id plumbing.Hash
		ok := false
		if err == nil {
			id, ok, err = r.reference(name)
		}
		var bad *damagedRef
		switch {
		case errors.As(err, &bad):
			damaged = append(damaged, bad)
		case err != nil:
			damaged = append(damaged, &damagedRef{name, cause(err).Error()})
		case ok:
			all[name] = id
		}
		return nil
	})
	if len(all) >= maxRefs {
		damaged = append(damaged, &damagedRef{dir, fmt.Sprintf("more than %d references", maxRefs)})
	}
	return damaged
}
