package gitstore

import "errors"

// Look says what lies at the paths of a folder, a commit or the index, without
// reading it.
type Look struct {
	at func(path string) (node, error)
}

// LookBelow looks into a folder on disk, whatever git knows of it.
func LookBelow(folder string) Look { return Look{(&walk{root: folder}).look} }

// LookAt looks into a commit, named by any revision.
func (r *Repository) LookAt(commit string) (Look, error) {
	c, err := r.resolve(commit)
	if err != nil {
		return Look{}, err
	}
	return Look{r.lookIn(c.tree)}, nil
}

// LookStaged looks into the index.
func (r *Repository) LookStaged() (Look, error) {
	entries, err := readIndex(r.gitDir)
	if err != nil {
		return Look{}, err
	}
	at, folders := make(map[string]*indexEntry, len(entries)), map[string]bool{}
	for i := range entries {
		at[entries[i].path] = &entries[i]
		above(folders, entries[i].path)
	}
	return Look{r.lookStaged(at, folders)}, nil
}

// File reports whether a file lies at a path below the root, also behind links. What
// lies outside, or cannot be looked at, counts as there.
func (l Look) File(path string) bool {
	_, err := follow(path, l.at)
	return !errors.Is(err, errBroken)
}

// Folder reports whether a folder lies at a path.
func (l Look) Folder(path string) bool {
	n, err := l.at(path)
	return err == nil && n.kind == modeTree
}
