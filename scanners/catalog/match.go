package catalog

import (
	"slices"
	"strings"
)

// pattern is a glob of a format, taken apart by the compiler. Its name is head,
// or, where it has wildcards, head*tail, or head*, the runs of middle and tail.
type pattern struct {
	dirs               string // directories before the name, with slashes and "*"
	head, middle, tail string // middle is "*run*run*", "*" with one wildcard, "" without
	rooted             bool   // dirs, or the name without dirs, begin at the root
	deep               bool   // any number of directories may lie between dirs and name
	least              int16  // bytes of the name without its wildcards
	format             int16  // index in formats
	rank               int16  // the more a glob says literally, the higher
}

// IsCandidate says whether any format's path matches, in constant time and
// without allocating but for a path of chezmoi. It is Match(p) != nil.
func IsCandidate(p string) bool {
	dir, base := cut(deployed(p))
	for _, r := range candidates(dir, base) {
		for i := r.from; i < r.to; i++ {
			if patterns[i].matches(dir, base) {
				return true
			}
		}
	}
	return false
}

// IsNamed says whether a path is that of a format by itself, and not only one
// of a Wide format, most of whose files are something else.
func IsNamed(p string) bool {
	dir, base := cut(deployed(p))
	for _, r := range candidates(dir, base) {
		for i := r.from; i < r.to; i++ {
			if !formats[patterns[i].format].Wide && patterns[i].matches(dir, base) {
				return true
			}
		}
	}
	return false
}

// MatchNamed is Match without Wide formats.
func MatchNamed(p string) []*Format {
	return slices.DeleteFunc(Match(p), func(f *Format) bool { return f.Wide })
}

// Match are the formats whose paths match a repository-relative path, the most
// specific first: the longest literal path, then names without wildcards, then
// formats with a gate. Which of them a file is, its content decides
// (Format.Gate). Names are compared exactly: a client on a file system that
// folds case may read more; those of a source folder of chezmoi count as it puts
// them. The path may hold any bytes and be of any length.
func Match(p string) []*Format {
	dir, base := cut(deployed(p))
	var hits []*pattern
	for _, r := range candidates(dir, base) {
		for i := r.from; i < r.to; i++ {
			if patterns[i].matches(dir, base) {
				hits = append(hits, &patterns[i])
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b *pattern) int { return int(b.rank) - int(a.rank) })
	var out []*Format
	for _, h := range hits {
		if f := &formats[h.format]; !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// span is a half-open range of patterns.
type span struct{ from, to int16 }

// candidates are the patterns that a path's name allows: those with just this
// base name, those with wildcards and its ending, of one extension and of two,
// and those that ask for its directory besides.
func candidates(dir, base string) (c [4]span) {
	c[0] = byBase(base)
	dot := strings.LastIndexByte(base, '.')
	if dot < 0 {
		return c
	}
	c[1], c[2] = byEnding(base[dot:])
	if c[2].from < c[2].to {
		if _, parent := cut(dir); !hasWild(parent) {
			c[2] = span{}
		}
	}
	if inner := strings.LastIndexByte(base[:dot], '.'); inner >= 0 {
		c[3], _ = byEnding(base[inner:])
	}
	return c
}

func (p *pattern) matches(dir, base string) bool {
	switch {
	case !p.names(base):
		return false
	case p.dirs == "":
		return !p.rooted || dir == ""
	case p.deep:
		return above(p.dirs, dir, p.rooted)
	default:
		return endsIn(p.dirs, dir, p.rooted)
	}
}

// names says whether base is a name of the pattern.
func (p *pattern) names(base string) bool {
	if p.middle == "" {
		return base == p.head
	}
	return len(base) >= int(p.least) && strings.HasPrefix(base, p.head) && strings.HasSuffix(base, p.tail) &&
		(p.middle == "*" || runs(p.middle, base[len(p.head):len(base)-len(p.tail)]))
}

// above says whether dirs, which hold no wildcard, are dir or lie above it.
func above(dirs, dir string, rooted bool) bool {
	for at := 0; ; at++ {
		i := strings.Index(dir[at:], dirs)
		if i < 0 {
			return false
		}
		at += i
		end := at + len(dirs)
		if (at == 0 || !rooted && dir[at-1] == '/') && (end == len(dir) || dir[end] == '/') {
			return true
		}
	}
}

// endsIn says whether dir ends in the segments of dirs.
func endsIn(dirs, dir string, rooted bool) bool {
	for {
		wantDir, want := cut(dirs)
		restDir, segment := cut(dir)
		switch {
		case segment == "" || !star(want, segment):
			return false
		case wantDir == "":
			return !rooted || restDir == ""
		}
		dirs, dir = wantDir, restDir
	}
}

// cut parts the last segment from the directories before it.
func cut(p string) (dirs, segment string) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return "", p
	}
	return p[:i], p[i+1:]
}

// star matches a glob of one segment, in which "*" is any run of bytes.
func star(glob, name string) bool {
	first, last := strings.IndexByte(glob, '*'), strings.LastIndexByte(glob, '*')
	if first < 0 {
		return glob == name
	}
	head, tail := glob[:first], glob[last+1:]
	return len(name) >= len(head)+len(tail) && strings.HasPrefix(name, head) && strings.HasSuffix(name, tail) &&
		runs(glob[first:last+1], name[len(head):len(name)-len(tail)])
}

// runs says whether the texts between the stars of middle stand in name in
// their order. Each is taken where it first stands, so that time is linear.
func runs(middle, name string) bool {
	for middle = middle[1:]; middle != ""; {
		run, rest, _ := strings.Cut(middle, "*")
		i := strings.Index(name, run)
		if i < 0 {
			return false
		}
		name, middle = name[i+len(run):], rest
	}
	return true
}
