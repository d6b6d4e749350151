package gitstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// place is where a repository lies on disk.
type place struct {
	gitDir string // HEAD and index
	common string // objects and refs; differs from gitDir in a linked work tree
	top    string // of the work tree, "" when bare
	prefix string // slash path of the asked folder below top
	inside bool   // the asked folder is gitDir itself
}

// locate finds the repository dir is in. Only dir itself may be a bare
// repository or a .git folder; above it only .git counts, so that a folder
// that looks like a bare repository is not taken for one by accident.
func locate(dir string) (place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return place{}, fmt.Errorf("locate the repository of %q: %w", dir, err)
	}
	if info, err := os.Stat(abs); err != nil {
		return place{}, fmt.Errorf("open %q: %w", dir, cause(err))
	} else if !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	if isGitDir(abs) {
		p := place{gitDir: abs, common: commonDir(abs), inside: true}
		if filepath.Base(abs) == ".git" {
			p.top = filepath.Dir(abs)
		}
		return p, nil
	}
	if IsGitFolder(abs) {
		return place{}, fmt.Errorf("%q looks like a repository, yet a part of it (HEAD, objects or refs) is missing", dir)
	}
	return workTree(abs, dir)
}

// IsGitFolder reports whether dir is, or was before it was damaged, the folder
// in which git keeps a repository: a bare one or a .git. Nobody has files of
// his own in it.
func IsGitFolder(dir string) bool {
	if isGitDir(dir) {
		return true
	}
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		return false
	}
	if info, err := os.Stat(filepath.Join(dir, "objects")); err != nil || !info.IsDir() {
		return false
	}
	parts := 0
	for _, name := range []string{"HEAD", "config", "packed-refs", "refs"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() == (name == "refs") {
			parts++
		}
	}
	return parts >= 2
}

// WorkTree finds the git work tree around a folder or file: its top and the
// slash path of the folder (of a file: of the one that holds it) below it, "" at
// the top. ok is false outside git.
func WorkTree(name string) (top, prefix string, ok bool) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", "", false
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	p, err := workTree(abs, name)
	return p.top, p.prefix, err == nil
}

// workTree finds the work tree that holds the absolute folder abs.
func workTree(abs, asked string) (place, error) {
	for at := abs; ; {
		if gitDir, ok := gitDirOf(at); ok {
			rel, err := filepath.Rel(at, abs)
			if err != nil {
				return place{}, fmt.Errorf("locate the repository of %q: %w", asked, err)
			}
			if rel == "." {
				rel = ""
			}
			return place{gitDir: gitDir, common: commonDir(gitDir), top: at, prefix: filepath.ToSlash(rel)}, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return place{}, fmt.Errorf("%q: %w", asked, ErrNotRepository)
		}
		at = up
	}
}

// gitDirOf is the git folder of the work tree at top: its .git folder, or the
// one a "gitdir:" file names (gitrepository-layout(5)).
func gitDirOf(top string) (string, bool) {
	name := filepath.Join(top, ".git")
	info, err := os.Stat(name)
	if err != nil {
		return "", false
	}
	if info.IsDir() {
		return name, isGitDir(name)
	}
	data, err := readBounded(name, maxLinkBytes)
	target, ok := bytes.CutPrefix(data, []byte("gitdir:"))
	if err != nil || !ok {
		return "", false
	}
	dir := strings.TrimSpace(string(target))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(top, dir)
	}
	return dir, isGitDir(dir)
}

// isGitDir reports whether dir has what every repository has.
func isGitDir(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	common := commonDir(dir)
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(common, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// commonDir is where a linked work tree keeps its objects and refs.
func commonDir(gitDir string) string {
	data, err := readBounded(filepath.Join(gitDir, "commondir"), maxLinkBytes)
	if err != nil {
		return gitDir
	}
	dir := strings.TrimSpace(string(data))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(gitDir, dir)
	}
	return dir
}

var errTooLarge = errors.New("too large")

// readBounded reads a regular file of at most limit bytes, following links.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, limit)
}

var (
	errIrregular = errors.New(reasonIrregular)
	errFolder    = fmt.Errorf("%w but a folder", errIrregular)
)

func readRegular(f *os.File, limit int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errIrregular
	}
	if info.Size() > limit {
		return nil, errTooLarge
	}
	data := make([]byte, info.Size()+1) // one more, to see growth
	n, err := io.ReadFull(f, data)
	switch {
	case err == nil:
		return nil, errTooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return data[:n:n], nil
	}
	return nil, err
}

// cause drops the path from a file system error: callers name it themselves.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
