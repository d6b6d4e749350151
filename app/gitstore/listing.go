package gitstore

import (
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"
)

// frame is a folder still to be read.
type frame struct {
	path    string // below root
	up      *folderRules
	depth   int
	tracked bool // holds tracked files
	ignored bool
}

// listing is what one folder holds.
type listing struct {
	folders []frame // still to be read
	found   candidates
	skips   []Skip
	names   int // all of them
	files   int // of the set
}

// lister hands folders to the goroutines that read them. Most of the time of a
// walk goes into listing folders, which the kernel does on all cores at once.
type lister struct {
	*walk
	mu      sync.Mutex
	more    sync.Cond // there may be another folder, or the end
	open    []frame
	reading int // folders being read
	names   int // seen
	full    bool
}

// maxListers bounds the goroutines of one walk.
const maxListers = 8

// list finds the wanted files of all folders.
func (w *walk) list(rules *folderRules) error {
	l := &lister{walk: w, open: []frame{{tracked: true}}}
	l.more.L = &l.mu
	var wg sync.WaitGroup
	for range min(maxListers, runtime.GOMAXPROCS(0)) {
		wg.Go(func() { l.work(rules) })
	}
	wg.Wait()
	return w.ctx.Err()
}

func (l *lister) work(rules *folderRules) {
	var names direntReader
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for len(l.open) == 0 && l.reading > 0 && !l.full {
			l.more.Wait()
		}
		if len(l.open) == 0 || l.full || l.ctx.Err() != nil {
			return
		}
		f := l.open[len(l.open)-1]
		l.open = l.open[:len(l.open)-1]
		l.reading++
		l.mu.Unlock()
		got := l.folder(&names, f, rules)
		l.mu.Lock()
		l.reading--
		l.take(f.path, got)
		l.more.Broadcast()
	}
}

// take keeps what one folder holds.
func (l *lister) take(path string, got *listing) {
	l.open = append(l.open, got.folders...)
	l.found.files = append(l.found.files, got.found.files...)
	l.found.links = append(l.found.links, got.found.links...)
	l.found.exits = append(l.found.exits, got.found.exits...)
	l.stats.Files += got.files
	for _, s := range got.skips {
		l.v.report(s)
	}
	if l.names += got.names; l.names > maxEntries && !l.full {
		l.full = true
		l.v.incomplete(orDot(path), reasonTooMany)
	}
}

// folder reads one folder. rules are those of the root.
func (w *walk) folder(names *direntReader, f frame, rules *folderRules) *listing {
	got := &listing{}
	list, err := names.read(filepath.Join(w.root, f.path))
	if err != nil {
		got.skips = append(got.skips, Skip{Path: orDot(f.path), Reason: cause(err).Error(), Incomplete: true})
	}
	got.names = len(list)
	here := rules
	if f.path != "" && w.git {
		here = &folderRules{up: f.up, dir: filepath.Join(w.root, f.path), path: w.prefix + f.path}
		if f.ignored {
			here.state = ignored
		}
	}
	hasGit := false
	for _, d := range list {
		hasGit = hasGit || d.name == ".git"
		if here != nil && d.name == ".gitignore" {
			here.present = true
		}
	}
	if hasGit && !f.tracked && w.nested(f.path) {
		got.skips = append(got.skips, Skip{Path: f.path, Reason: nestedRepository})
		return got
	}
	tracked := w.tracked.names[f.path]
	for _, d := range list { // both sorted
		for len(tracked) > 0 && tracked[0] < d.name {
			tracked = tracked[1:]
		}
		if d.name != ".git" {
			w.child(got, f, here, d, len(tracked) > 0 && tracked[0] == d.name)
		}
	}
	return got
}

// nested reports whether a folder is a repository of its own.
func (w *walk) nested(path string) bool {
	if !w.git || w.everything {
		return false
	}
	_, ok := gitDirOf(filepath.Join(w.root, path))
	return ok
}

// child decides on one name of a folder.
func (w *walk) child(got *listing, f frame, here *folderRules, d dirent, tracked bool) {
	path := join(f.path, d.name)
	kind := d.kind
	switch {
	case kind.IsDir():
		w.below(got, f, here, path)
		return
	case kind != 0 && kind != fs.ModeSymlink:
		if w.v.wants(path) {
			got.skips = append(got.skips, Skip{Path: path, Reason: reasonIrregular})
		}
		return
	}
	local := w.git && !tracked && (f.ignored || w.ignores(here, path, false))
	if !local || w.everything {
		got.files++
	}
	c := candidate{path: path, local: local}
	switch {
	case kind == fs.ModeSymlink && w.v.wantsLink(path):
		got.found.links = append(got.found.links, c)
	case kind == fs.ModeSymlink && !local && w.v.wantsExit(path):
		got.found.exits = append(got.found.exits, path)
	case kind == 0 && local && w.v.wantsLocal(path), kind == 0 && !local && w.v.wants(path):
		got.found.files = append(got.found.files, c)
	}
}

// below decides whether to read a folder.
func (w *walk) below(got *listing, f frame, here *folderRules, path string) {
	if f.depth >= maxDepth {
		got.skips = append(got.skips, Skip{Path: path, Reason: reasonTooDeep, Incomplete: true})
		return
	}
	next := frame{path: path, up: here, depth: f.depth + 1, tracked: !w.git || w.tracked.folder(path)}
	if w.git && !next.tracked {
		if !w.everything && w.tracked.submodules[path] {
			return
		}
		next.ignored = f.ignored || w.ignores(here, path, true)
		inside := f.ignored && !f.tracked // of an ignored folder that is wanted
		if next.ignored && !w.everything && !inside && (w.v.WantDir == nil || !w.v.WantDir(path)) {
			return
		}
	}
	got.folders = append(got.folders, next)
}

// ignores asks the rules of the folder that holds path.
func (w *walk) ignores(rules *folderRules, path string, isDir bool) bool {
	w.judging.Lock()
	defer w.judging.Unlock()
	return rules.ignores(w.prefix+path, isDir)
}
