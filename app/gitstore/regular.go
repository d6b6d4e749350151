package gitstore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
)

// regularFS is the repository as go-git sees it: it opens nothing but regular
// files for reading. A FIFO in the place of an object, pack or index would make
// go-git wait for ever, and a device has no end.
type regularFS struct {
	billy.Filesystem
	dir string
}

func newRegularFS(dir string) *regularFS { return &regularFS{osfs.New(dir), dir} }

// Open implements billy.Basic.
func (r *regularFS) Open(name string) (billy.File, error) {
	if !filepath.IsLocal(name) {
		return nil, billy.ErrCrossedBoundary
	}
	f, err := openRegular(filepath.Join(r.dir, name))
	if err != nil {
		return nil, err
	}
	return &regularFile{f, name}, nil
}

// OpenFile implements billy.Basic.
func (r *regularFS) OpenFile(name string, flag int, perm os.FileMode) (billy.File, error) {
	if flag == os.O_RDONLY {
		return r.Open(name)
	}
	return r.Filesystem.OpenFile(name, flag, perm)
}

// regularFile is a file open for reading. Nobody else writes to it, so that
// locks are not needed.
type regularFile struct {
	*os.File
	name string // as it was asked for
}

// Name implements billy.File.
func (f *regularFile) Name() string { return f.name }

// Lock implements billy.File.
func (*regularFile) Lock() error { return nil }

// Unlock implements billy.File.
func (*regularFile) Unlock() error { return nil }

// ReadFile reads a file of at most limit bytes, following links. It refuses
// what is not regular rather than wait for it. Errors name neither path nor
// content.
func ReadFile(name string, limit int64) ([]byte, error) {
	data, err := readBounded(name, limit)
	switch {
	case errors.Is(err, errTooLarge):
		return nil, errors.New(larger(limit))
	case err != nil:
		return nil, cause(err)
	}
	return data, nil
}

// openRegular opens a regular file for reading, following links, and never
// waits for one that is not. Errors: those of os.Open, errIrregular, errFolder.
func openRegular(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil || info.Mode().IsRegular():
	case info.IsDir():
		err = &fs.PathError{Op: "open", Path: name, Err: errFolder}
	default:
		err = &fs.PathError{Op: "open", Path: name, Err: errIrregular}
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}
