package gitstore

// BlobAt is the id of the file at a path of a commit; ok is false if there is
// none.
func (r *Repository) BlobAt(commit, path string) (id string, ok bool, err error) {
	c, err := r.resolve(commit)
	if err != nil {
		return "", false, err
	}
	e, ok, err := r.find(c.tree, path)
	if err != nil || !ok || e.kind() == modeTree || e.kind() == modeGitlink {
		return "", false, err
	}
	return e.id.String(), true, nil
}
