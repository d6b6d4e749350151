package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// Folder reads the files of a folder as they lie there, in order of their
// paths: every file but those of .git. Symbolic links are not followed, and
// nothing that is no regular file is opened. A file given as root is read under
// its base name.
func Folder(ctx context.Context, root string, v Visit) (Stats, error) {
	info, err := os.Stat(root)
	if err != nil {
		return Stats{}, fmt.Errorf("read folder: %w", err)
	}
	w := &walker{ctx: ctx, root: root, Visit: v}
	if !info.IsDir() {
		w.root = filepath.Dir(root)
		w.Stats.Files++
		return w.Stats, w.file(filepath.Base(root))
	}
	for dirs := []string{""}; len(dirs) > 0; { // a stack: depth is chosen by strangers
		dir := dirs[len(dirs)-1]
		more, err := w.dir(dir)
		if err != nil {
			return w.Stats, err
		}
		dirs = append(dirs[:len(dirs)-1], more...)
	}
	return w.Stats, w.deliver()
}

type walker struct {
	Visit
	Stats
	ctx    context.Context
	root   string
	wanted []string
}

// dir notes what one directory holds and returns the directories in it.
func (w *walker) dir(dir string) ([]string, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	name := filepath.Join(w.root, filepath.FromSlash(dir))
	f, err := os.Open(name)
	if err != nil {
		if dir == "" {
			return nil, fmt.Errorf("read folder: %w", err)
		}
		w.skip(dir, reasonOf(err), true)
		return nil, nil
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		w.skip(dir, reasonOf(err), true)
	}
	var dirs []string
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if e.Name() != ".git" {
				dirs = append(dirs, p)
			}
		case e.Name() == ".git" && dir == "": // of a work tree elsewhere
		case e.Type().IsRegular():
			w.Stats.Files++
			if w.Want(p) {
				w.wanted = append(w.wanted, p)
			}
		case w.Want(p):
			reason := (&notRegular{e.Type()}).Error()
			if e.Type()&fs.ModeSymlink != 0 {
				reason = "symbolic link"
			}
			w.skip(p, reason, false)
		}
	}
	return dirs, nil
}

func (w *walker) deliver() error {
	sort.Strings(w.wanted)
	for _, p := range w.wanted {
		if err := w.file(p); err != nil {
			return err
		}
	}
	return nil
}

// lfs begins a file that stands for one kept elsewhere (git-lfs, spec v1).
const lfs = "version https://git-lfs.github.com/spec/"

// file reads one wanted file.
func (w *walker) file(p string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	data, err := readFile(filepath.Join(w.root, filepath.FromSlash(p)), w.limit())
	var special *notRegular
	switch {
	case errors.As(err, &special):
		w.skip(p, err.Error(), false)
		return nil
	case err != nil:
		w.skip(p, reasonOf(err), true)
		return nil
	case strings.HasPrefix(string(data[:min(len(data), len(lfs))]), lfs):
		w.skip(p, "Git LFS pointer", true)
		return nil
	}
	w.Stats.Bytes += int64(len(data))
	return w.Entry(Entry{Path: p, Data: data})
}
