package gitstore

import (
	"slices"
	"strings"
)

// tracked is what the index says of the files below a folder. Paths are below
// that folder.
type tracked struct {
	names      map[string][]string // of the files in each folder, sorted; a folder that holds files only further down has none
	submodules map[string]bool
}

// newTracked keeps the entries below prefix, which is "" or ends in a slash.
func newTracked(entries []indexEntry, prefix string) tracked {
	t := tracked{names: map[string][]string{}, submodules: map[string]bool{}}
	last, names := "", []string(nil) // the folder being filled: entries of one mostly stand together
	for i := range entries {
		path, ok := strings.CutPrefix(entries[i].path, prefix)
		if !ok || path == "" {
			continue
		}
		dir, name := "", path
		if slash := strings.LastIndexByte(path, '/'); slash > 0 {
			dir, name = path[:slash], path[slash+1:]
		}
		if dir != last {
			t.keep(last, names)
			t.above(dir)
			last, names = dir, t.names[dir]
		}
		switch entries[i].mode & modeType {
		case modeGitlink:
			t.submodules[path] = true
		case modeTree: // a folder of a sparse index
			t.above(path)
		default:
			names = append(names, name)
		}
	}
	t.keep(last, names)
	for _, names := range t.names {
		if !slices.IsSorted(names) { // git sorts by whole paths, a hostile index not at all
			slices.Sort(names)
		}
	}
	return t
}

func (t *tracked) keep(dir string, names []string) {
	if dir != "" || len(names) > 0 {
		t.names[dir] = names
	}
}

// above notes a folder and those that hold it.
func (t *tracked) above(dir string) {
	for dir != "" {
		if _, known := t.names[dir]; known {
			return
		}
		t.names[dir] = nil
		dir = dir[:max(0, strings.LastIndexByte(dir, '/'))]
	}
}

// folder reports whether a folder holds tracked files at any depth.
func (t *tracked) folder(dir string) bool {
	_, ok := t.names[dir]
	return ok
}

func (t *tracked) file(path string) bool {
	slash := strings.LastIndexByte(path, '/')
	_, ok := slices.BinarySearch(t.names[path[:max(0, slash)]], path[slash+1:])
	return ok
}

// none reports that no file is tracked.
func (t *tracked) none() bool { return len(t.names) == 0 }
