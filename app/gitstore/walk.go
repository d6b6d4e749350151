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
		return w.single(filepath.Base(abs))
	}
	rules := w.inspect(opt)
	if err := w.run(rules); err != nil {
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
	tracked    map[string]bool
	folders    map[string]bool // that hold tracked files
	submodules map[string]bool

	found candidates
	stats Stats
	seen  int
	rules map[string]*folderRules // of the folders that links lead to
	base  *folderRules            // of root
}

func (w *walk) single(name string) (Stats, error) {
	w.stats.Files = 1
	if w.v.wants(name) {
		data, err := readBounded(filepath.Join(w.root, name), w.v.limit())
		if err != nil {
			w.refuse(name, err)
		} else if err := w.v.deliver(Entry{Path: name, Data: data}, &w.stats); err != nil {
			return w.stats, err
		}
	}
	return w.stats, w.ctx.Err()
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
	if p.prefix != "" {
		w.prefix = p.prefix + "/"
	}
	w.list(entries)
	rules := rootRules(p)
	if len(w.tracked) == 0 && rules.ignored() {
		return nil
	}
	w.git, w.everything, w.base = true, opt.IncludeIgnored, rules
	if !w.everything {
		for _, path := range slices.Sorted(maps.Keys(w.submodules)) {
			w.v.skip(path, reasonSubmodule)
		}
	}
	return rules
}

// list keeps what the index says of the files below root.
func (w *walk) list(entries []indexEntry) {
	w.tracked = make(map[string]bool, len(entries))
	w.folders, w.submodules = map[string]bool{}, map[string]bool{}
	for i := range entries {
		path, ok := strings.CutPrefix(entries[i].path, w.prefix)
		if !ok || path == "" {
			continue
		}
		switch entries[i].mode & modeType {
		case modeGitlink:
			w.submodules[path] = true
		case modeTree:
			w.folders[path] = true
		default:
			w.tracked[path] = true
		}
		for i := strings.LastIndexByte(path, '/'); i > 0 && !w.folders[path[:i]]; i = strings.LastIndexByte(path[:i], '/') {
			w.folders[path[:i]] = true
		}
	}
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

// frame is a folder still to be read.
type frame struct {
	path    string // below root
	name    string
	up      *folderRules
	depth   int
	tracked bool // holds tracked files
	ignored bool
}

func (w *walk) run(rules *folderRules) error {
	stack := []frame{{tracked: true}}
	for len(stack) > 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		f := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		list, err := w.entries(f.path)
		if err != nil {
			w.v.incomplete(orDot(f.path), cause(err).Error())
		}
		if w.seen += len(list); w.seen > maxEntries {
			w.v.incomplete(orDot(f.path), reasonTooMany)
			return nil
		}
		here := rules
		if f.path != "" && w.git {
			here = &folderRules{up: f.up, dir: filepath.Join(w.root, f.path), path: w.prefix + f.path}
			if f.ignored {
				here.state = ignored
			}
		}
		hasGit := false
		for _, d := range list {
			hasGit = hasGit || d.Name() == ".git"
			if here != nil && d.Name() == ".gitignore" {
				here.present = true
			}
		}
		if hasGit && !f.tracked && w.nested(f.path) {
			continue
		}
		for _, d := range list {
			if d.Name() != ".git" {
				stack = w.child(stack, f, here, d)
			}
		}
	}
	return nil
}

// nested reports whether a folder is a repository of its own.
func (w *walk) nested(path string) bool {
	if !w.git || w.everything {
		return false
	}
	if _, ok := gitDirOf(filepath.Join(w.root, path)); !ok {
		return false
	}
	w.v.skip(path, nestedRepository)
	return true
}

func (w *walk) entries(path string) ([]os.DirEntry, error) {
	dir, err := os.Open(filepath.Join(w.root, path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.ReadDir(-1)
}

// child decides on one name of a folder and returns the folders still to read.
func (w *walk) child(stack []frame, f frame, here *folderRules, d fs.DirEntry) []frame {
	path := join(f.path, d.Name())
	kind := d.Type()
	switch {
	case kind.IsDir():
		return w.folder(stack, f, here, path, d.Name())
	case kind != 0 && kind != fs.ModeSymlink:
		if w.v.wants(path) {
			w.v.skip(path, reasonIrregular)
		}
		return stack
	}
	local := false
	if w.git && !w.tracked[path] {
		local = f.ignored || here.ignores(w.prefix+path, false)
	}
	if !local || w.everything {
		w.stats.Files++
	}
	if !w.v.wants(path) {
		return stack
	}
	c := candidate{path: path, local: local}
	if kind == fs.ModeSymlink {
		w.found.links = append(w.found.links, c)
	} else {
		w.found.files = append(w.found.files, c)
	}
	return stack
}

func (w *walk) folder(stack []frame, f frame, here *folderRules, path, name string) []frame {
	if f.depth >= maxDepth {
		w.v.incomplete(path, reasonTooDeep)
		return stack
	}
	next := frame{path: path, name: name, up: here, depth: f.depth + 1, tracked: !w.git || w.folders[path]}
	if w.git && !next.tracked {
		if !w.everything && w.submodules[path] {
			return stack
		}
		next.ignored = f.ignored || here.ignores(w.prefix+path, true)
		inside := f.ignored && !f.tracked // of an ignored folder that is wanted
		if next.ignored && !w.everything && !inside && (w.v.WantDir == nil || !w.v.WantDir(path)) {
			return stack
		}
	}
	return append(stack, next)
}

func orDot(path string) string {
	if path == "" {
		return "."
	}
	return path
}

// read delivers what the walk has found.
func (w *walk) read() error {
	files := w.found.settle(w.v, w.look, func(path string, link candidate) candidate {
		return candidate{path: path, local: link.local || w.isLocal(path)}
	})
	for _, c := range files {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		data, err := w.open(c.path)
		if err != nil {
			w.refuse(c.path, err)
			continue
		}
		if err := w.v.deliver(Entry{Path: c.path, Data: data, Local: c.local}, &w.stats); err != nil {
			return err
		}
	}
	return nil
}

// open reads a file that the listing called regular, whatever it is by now.
func (w *walk) open(path string) ([]byte, error) {
	f, err := os.OpenFile(filepath.Join(w.root, path), os.O_RDONLY|openNonblock|openNofollow, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, w.v.limit())
}

func (w *walk) refuse(path string, err error) {
	switch {
	case errors.Is(err, errIrregular):
		w.v.skip(path, reasonIrregular)
	case errors.Is(err, errTooLarge):
		w.v.incomplete(path, larger(w.v.limit()))
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
	if !w.git || w.tracked[path] {
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
