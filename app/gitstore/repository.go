package gitstore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Bounds of a repository's own files and of what is kept in memory.
const (
	maxConfigBytes = 1 << 20
	objectCache    = 96 << 20
	treeCache      = 400_000 // entries of parsed trees
	commitCache    = 1_000_000
)

// Repository is an open repository. It is only read. One goroutine may use it
// at a time.
type Repository struct {
	place
	mu      sync.Mutex
	store   *filesystem.Storage
	loose   map[string]map[string]bool // file names by two-digit folder, nil until listed
	shallow map[plumbing.Hash]bool
	trees   map[plumbing.Hash][]treeEntry
	kept    int // entries in trees
	commits map[plumbing.Hash]*commit

	origin   string                 // as its configuration has it
	lacking  func(plumbing.Hash)    // told of blobs that are not here; may be nil
	broken   func()                 // told that an object could not be read; may be nil
	received bool                   // its pack came through fetch, which checks it
	chains   map[plumbing.Hash]bool // packed objects whose deltas end
}

// Open opens the repository at dir: a bare one, a .git folder, or any folder
// inside a work tree. Errors: ErrNotRepository, or a clear one for what is not
// supported (alternates, SHA-256, reftable).
func Open(dir string) (*Repository, error) {
	p, err := locate(dir)
	if err != nil {
		return nil, err
	}
	r, err := openPlace(p)
	if err != nil {
		return nil, fmt.Errorf("open the repository at %q: %w", dir, err)
	}
	return r, nil
}

func openPlace(p place) (*Repository, error) {
	for _, name := range []string{"alternates", "http-alternates"} {
		if _, err := os.Lstat(filepath.Join(p.common, "objects", "info", name)); err == nil {
			return nil, errors.New("it borrows objects from another repository (objects/info/" + name + "), which is not followed")
		}
	}
	set, err := readSettings(filepath.Join(p.common, "config"))
	if err != nil {
		return nil, err
	}
	if f := strings.ToLower(set["extensions.objectformat"]); f != "" && f != "sha1" {
		return nil, fmt.Errorf("object format %q is not supported", plain(f))
	}
	if f := strings.ToLower(set["extensions.refstorage"]); f != "" && f != "files" {
		return nil, fmt.Errorf("reference storage %q is not supported", plain(f))
	}
	if p.top != "" && p.prefix == "" && strings.EqualFold(set["core.bare"], "true") {
		p.top = ""
	}
	r := &Repository{
		place:  p,
		origin: set[`remote "origin".url`],
		store: filesystem.NewStorageWithOptions(newRegularFS(p.common), cache.NewObjectLRU(objectCache),
			filesystem.Options{KeepDescriptors: true, ExclusiveAccess: true}),
		loose:   map[string]map[string]bool{},
		shallow: map[plumbing.Hash]bool{},
		trees:   map[plumbing.Hash][]treeEntry{},
		commits: map[plumbing.Hash]*commit{},
		chains:  map[plumbing.Hash]bool{},
	}
	return r, r.readShallow()
}

// Close releases the files held open.
func (r *Repository) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.store.Close()
}

// Prefix is the slash path of the opened folder inside its work tree, "" at
// the top or when bare.
func (r *Repository) Prefix() string { return r.prefix }

// Name is owner/name on the host that the repository was cloned from, "" if
// its remote "origin" does not tell.
func (r *Repository) Name() string { return NameOf(r.origin) }

// Bare reports whether the repository has no work tree.
func (r *Repository) Bare() bool { return r.top == "" }

// Inside reports whether the opened folder is the one in which git keeps the
// repository, bare or not, rather than a folder of a work tree.
func (r *Repository) Inside() bool { return r.inside }

// Shallow reports whether some commits were left out when it was cloned.
func (r *Repository) Shallow() bool { return len(r.shallow) > 0 }

// readShallow notes the commits whose parents were left out on purpose.
func (r *Repository) readShallow() error {
	data, err := readBounded(filepath.Join(r.common, "shallow"), 64<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the shallow file: %w", cause(err))
	}
	for line := range bytes.Lines(data) {
		if s := strings.TrimSpace(string(line)); plumbing.IsHash(s) {
			r.shallow[plumbing.NewHash(s)] = true
		}
	}
	return nil
}

// readSettings reads a repository's config by "section.key" in lower case; a
// subsection stands in the section as it does in the file. It knows just enough
// of git-config(1): no includes, no escapes.
func readSettings(name string) (map[string]string, error) {
	set := map[string]string{}
	data, err := readBounded(name, maxConfigBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return set, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the repository's config: %w", cause(err))
	}
	section := ""
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxConfigBytes+1)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if rest, ok := strings.CutPrefix(line, "["); ok {
			name, after, _ := strings.Cut(rest, "]")
			section, line = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(after)
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		set[section+"."+strings.ToLower(strings.TrimSpace(key))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return set, nil
}
