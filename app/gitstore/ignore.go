package gitstore

import (
	"os"
	"path/filepath"
	"strings"
)

// Bounds of an ignore file. What is beyond them does not ignore anything, so
// more is read, never less.
const (
	maxIgnoreBytes = 1 << 20
	maxPatterns    = 10_000
)

// ignorePattern is one line of gitignore(5).
type ignorePattern struct {
	negated, dirOnly, anchored bool
	parts                      []string // the components when anchored, else one
	literal                    bool     // a single part without wildcards
}

// verdict of an ignore file about a path.
type verdict int

const (
	unsaid verdict = iota
	ignored
	kept
)

// readIgnore reads an ignore file; a link is not followed, as git does not.
func readIgnore(name string) []ignorePattern {
	f, err := os.OpenFile(name, os.O_RDONLY|openNonblock|openNofollow, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := readRegular(f, maxIgnoreBytes)
	if err != nil {
		return nil
	}
	return parseIgnore(string(data))
}

func parseIgnore(text string) []ignorePattern {
	var patterns []ignorePattern
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		if len(patterns) == maxPatterns {
			break
		}
		if p, ok := parseIgnoreLine(strings.TrimSuffix(line, "\r")); ok {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

func parseIgnoreLine(line string) (p ignorePattern, ok bool) {
	if line == "" || line[0] == '#' {
		return p, false
	}
	line = trimSpaces(line)
	if strings.HasPrefix(line, "!") {
		p.negated, line = true, line[1:]
	}
	if strings.HasSuffix(line, "/") {
		p.dirOnly, line = true, line[:len(line)-1]
	}
	if strings.Contains(line, "/") {
		p.anchored = true
		p.parts = strings.Split(strings.TrimPrefix(line, "/"), "/")
	} else {
		p.parts = []string{line}
	}
	if line == "" {
		return p, false
	}
	p.literal = len(p.parts) == 1 && !strings.ContainsAny(p.parts[0], `*?[\`)
	return p, true
}

// trimSpaces drops trailing spaces that no backslash quotes.
func trimSpaces(s string) string {
	for strings.HasSuffix(s, " ") {
		slashes := len(s) - 1 - len(strings.TrimRight(s[:len(s)-1], `\`))
		if slashes%2 == 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// judge applies the patterns of one folder to a slash path below it; the last
// that matches decides.
func judge(patterns []ignorePattern, path string, isDir bool) verdict {
	base := path[strings.LastIndexByte(path, '/')+1:]
	var parts []string
	for i := len(patterns) - 1; i >= 0; i-- {
		p := &patterns[i]
		if p.dirOnly && !isDir {
			continue
		}
		switch {
		case p.literal && !p.anchored:
			if p.parts[0] != base {
				continue
			}
		case !p.anchored:
			if !wildcard(p.parts[0], base) {
				continue
			}
		default:
			if parts == nil {
				parts = strings.Split(path, "/")
			}
			if !matchParts(p.parts, parts) {
				continue
			}
		}
		if p.negated {
			return kept
		}
		return ignored
	}
	return unsaid
}

// matchParts matches path components; "**" stands for any number of them, at
// the end for at least one. It backtracks to the last "**" only.
func matchParts(pattern, path []string) bool {
	p, n := 0, 0
	star, mark := -1, 0
	for n < len(path) {
		if p < len(pattern) && pattern[p] == "**" {
			if p == len(pattern)-1 {
				return true
			}
			star, mark = p, n
			p++
			continue
		}
		if p < len(pattern) && wildcard(pattern[p], path[n]) {
			p++
			n++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		p, n = star+1, mark
	}
	return p == len(pattern)
}

// folderRules are the ignore rules that hold in one folder. They are read when
// first asked for: a folder with nothing but tracked files never needs them.
type folderRules struct {
	up      *folderRules
	dir     string // on disk
	path    string // below the top of the work tree, "" at the top
	exclude string // .git/info/exclude, at the top only
	present bool   // there may be an ignore file

	loaded   bool
	patterns []ignorePattern
	state    verdict // of the folder itself: unsaid until asked
}

func (f *folderRules) load() []ignorePattern {
	if f.loaded {
		return f.patterns
	}
	f.loaded = true
	if f.exclude != "" {
		f.patterns = readIgnore(f.exclude)
	}
	if f.present {
		f.patterns = append(f.patterns[:len(f.patterns):len(f.patterns)], readIgnore(filepath.Join(f.dir, ".gitignore"))...)
	}
	return f.patterns
}

// ignores reports whether git ignores a path directly in the folder f, given
// below the top of the work tree. Nothing in an ignored folder can be kept.
func (f *folderRules) ignores(path string, isDir bool) bool {
	if f.ignored() {
		return true
	}
	return f.says(path, isDir)
}

func (f *folderRules) says(path string, isDir bool) bool {
	for at := f; at != nil; at = at.up {
		rel := path
		if at.path != "" {
			rel = path[len(at.path)+1:]
		}
		switch judge(at.load(), rel, isDir) {
		case ignored:
			return true
		case kept:
			return false
		}
	}
	return false
}

// ignored reports whether the folder itself or one above it is ignored. The
// chain is resolved from the top, without recursion.
func (f *folderRules) ignored() bool {
	var open []*folderRules
	at := f
	for ; at != nil && at.state == unsaid; at = at.up {
		open = append(open, at)
	}
	state := kept
	if at != nil {
		state = at.state
	}
	for i := len(open) - 1; i >= 0; i-- {
		if g := open[i]; state != ignored && g.up != nil && g.up.says(g.path, true) {
			state = ignored
		}
		open[i].state = state
	}
	return state == ignored
}
