package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// FolderOptions of a reading of a folder.
type FolderOptions struct {
	IncludeIgnored bool // everything but .git
}

// Folder reads the wanted files below root as they lie on disk. In a git work
// tree, of which root may be a part, the files are those that are tracked, those
// that are untracked and not ignored, and the wanted ones that are ignored
// (Entry.Local; not counted in Stats.Files). Ignored folders without a tracked
// file are looked into only if WantDir says so. Elsewhere, and when root itself
// is ignored, every file counts. A root that is a file is read alone, under its
// base name. Entries come in the order of their paths.
func Folder(ctx context.Context, root string, v Visit, opt FolderOptions) (Stats, error) {
	info, err := os.Stat(root)
	if err != nil {
		return Stats{}, fmt.Errorf("read %q: %w", root, cause(err))
	}
	abs, err := filepath.Abs(root)
	if err != nil {
		return Stats{}, fmt.Errorf("read %q: %w", root, err)
	}
	w := &walk{ctx: ctx, v: &v, root: abs, everything: true}
	if !info.IsDir() {
		w.root = filepath.Dir(abs)
		return w.single(filepath.Base(abs), opt)
	}
	rules := w.inspect(opt)
	if err := w.list(rules); err != nil {
		return w.stats, err
	}
	return w.stats, w.read()
}

// walk is one reading of a folder.
type walk struct {
	ctx        context.Context
	v          *Visit
	root       string // absolute
	git        bool   // tracked is known
	everything bool   // ignored files belong to the set
	prefix     string // of root below the top of the work tree, "" or ending in a slash
	tracked    tracked

	found candidates
	stats Stats
	rules map[string]*folderRules // of the folders that links lead to
	base  *folderRules            // of root

	judging sync.Mutex // guards the ignore rules, which are read on demand
}

func (w *walk) single(name string, opt FolderOptions) (Stats, error) {
	local := w.alone(name)
	if !local || opt.IncludeIgnored {
		w.stats.Files = 1
	}
	if w.v.wants(name) {
		data, err := readBounded(filepath.Join(w.root, name), w.v.limit(name))
		if err != nil {
			w.refuse(name, err)
		} else if err := w.v.deliver(Entry{Path: name, Data: data, Local: local}, &w.stats); err != nil {
			return w.stats, err
		}
	}
	return w.stats, w.ctx.Err()
}

// alone reports whether git ignores the one file that is read.
func (w *walk) alone(name string) bool {
	p, err := workTree(w.root, w.root)
	if err != nil {
		return false
	}
	entries, err := readIndex(p.gitDir)
	if err != nil {
		w.v.incomplete(".git/index", err.Error())
		return false
	}
	w.learn(p, entries)
	w.git, w.base = true, rootRules(p)
	return w.isLocal(name)
}

// learn keeps what the index says of the folder.
func (w *walk) learn(p place, entries []indexEntry) {
	if p.prefix != "" {
		w.prefix = p.prefix + "/"
	}
	w.tracked = newTracked(entries, w.prefix)
}

// inspect learns what git knows of the folder, and returns the rules in root.
func (w *walk) inspect(opt FolderOptions) *folderRules {
	p, err := workTree(w.root, w.root)
	if err != nil {
		return nil
	}
	entries, err := readIndex(p.gitDir)
	if err != nil {
		w.v.incomplete(".git/index", err.Error())
		return nil
	}
	w.learn(p, entries)
	rules := rootRules(p)
	if w.tracked.none() && rules.ignored() {
		return nil
	}
	w.git, w.everything, w.base = true, opt.IncludeIgnored, rules
	if !w.everything {
		for _, path := range slices.Sorted(maps.Keys(w.tracked.submodules)) {
			w.v.skip(path, reasonSubmodule)
		}
	}
	return rules
}

// rootRules are the rules of the folder p.prefix, with those above it.
func rootRules(p place) *folderRules {
	at := &folderRules{dir: p.top, exclude: filepath.Join(p.common, "info", "exclude"), present: true}
	if p.prefix == "" {
		return at
	}
	for part := range strings.SplitSeq(p.prefix, "/") {
		at = &folderRules{up: at, dir: filepath.Join(at.dir, part), path: join(at.path, part), present: true}
	}
	return at
}

func orDot(path string) string {
	if path == "" {
		return "."
	}
	return path
}

// read delivers what the walk has found.
func (w *walk) read() error {
	files := w.found.settle(w.v, w.look, func(link *candidate) bool {
		link.local = link.local || w.isLocal(link.at)
		return true
	})
	for _, c := range files {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		data, err := w.open(c.place())
		if err != nil {
			w.refuse(c.path, err)
			continue
		}
		if err := w.v.deliver(Entry{Path: c.path, Data: data, Local: c.local, Link: c.at != ""}, &w.stats); err != nil {
			return err
		}
	}
	return nil
}

// open reads a file that the listing called regular, whatever it is by now.
func (w *walk) open(path string) ([]byte, error) {
	return readPlain(filepath.Join(w.root, path), w.v.limit(path))
}

func (w *walk) refuse(path string, err error) {
	switch {
	case errors.Is(err, errIrregular):
		w.v.skip(path, reasonIrregular)
	case errors.Is(err, errTooLarge):
		w.v.beyond(path, larger(w.v.limit(path)))
	default:
		w.v.incomplete(path, cause(err).Error())
	}
}

// look says what lies at a path of the folder.
func (w *walk) look(path string) (node, error) {
	name := filepath.Join(w.root, path)
	info, err := os.Lstat(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return node{}, nil
		}
		return node{}, cause(err)
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return node{kind: modeFile}, nil
	case mode.IsDir():
		return node{kind: modeTree}, nil
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(name)
		if err != nil {
			return node{}, cause(err)
		}
		return node{kind: modeLink, target: filepath.ToSlash(target)}, nil
	}
	return node{}, nil
}

// isLocal reports whether git ignores the file a link leads to.
func (w *walk) isLocal(path string) bool {
	if !w.git || w.tracked.file(path) {
		return false
	}
	if w.rules == nil {
		w.rules = map[string]*folderRules{"": w.base}
	}
	at := w.base
	for i, c := range path {
		if c != '/' {
			continue
		}
		dir := path[:i]
		if w.rules[dir] == nil {
			w.rules[dir] = &folderRules{up: at, dir: filepath.Join(w.root, dir), path: w.prefix + dir, present: true}
		}
		at = w.rules[dir]
	}
	return at.ignores(w.prefix+path, false)
}
