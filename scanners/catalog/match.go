package catalog

import (
	"sort"
	"strings"
)

// pattern is a glob of a format. The higher its rank, the more specific it is.
type pattern struct {
	glob         string
	format, rank int
}

// IsCandidate says whether any format's path matches, in constant time and
// without allocating. It is Match(p) != nil.
func IsCandidate(p string) bool {
	exact, wild := candidates(p)
	return matches(exact, p) || matches(wild, p)
}

// Match are the formats whose paths match a repository-relative path, the most
// specific first. Which of them a file is, its content decides (Format.Gate).
func Match(p string) []*Format {
	exact, wild := candidates(p)
	var hits []pattern
	for _, group := range [][]pattern{exact, wild} {
		for _, c := range group {
			if glob(c.glob, p) {
				hits = append(hits, c)
			}
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].rank > hits[j].rank })
	var out []*Format
	seen := map[int]bool{}
	for _, h := range hits {
		if !seen[h.format] {
			seen[h.format] = true
			out = append(out, &formats[h.format])
		}
	}
	return out
}

// candidates are the patterns that the base name allows.
func candidates(p string) (exact, wild []pattern) {
	base := p[strings.LastIndexByte(p, '/')+1:]
	from, to := byBase(base)
	exact = patterns[from:to]
	if dot := strings.LastIndexByte(base, '.'); dot >= 0 {
		from, to = byEnding(base[dot:])
		wild = patterns[from:to]
	}
	return exact, wild
}

// matches says whether one of the patterns matches.
func matches(group []pattern, p string) bool {
	for i := range group {
		if glob(group[i].glob, p) {
			return true
		}
	}
	return false
}

// glob matches from the end, segment by segment. A pattern that begins with
// "/" must reach the root; any other may end at any directory. "**" stands for
// any number of directories.
func glob(pattern, p string) bool {
	rooted := strings.HasPrefix(pattern, "/")
	pattern = strings.TrimPrefix(pattern, "/")
	for {
		dirs, segment := cut(pattern)
		if segment == "**" {
			return someDir(dirs, rooted, p)
		}
		rest, name := cut(p)
		if !segmentMatches(segment, name) {
			return false
		}
		if dirs == "" {
			return !rooted || rest == ""
		}
		if rest == "" {
			return false
		}
		pattern, p = dirs, rest
	}
}

// someDir says whether dirs matches p or a directory above it.
func someDir(dirs string, rooted bool, p string) bool {
	for p != "" {
		if globDir(dirs, rooted, p) {
			return true
		}
		p, _ = cut(p)
	}
	return false
}

func globDir(dirs string, rooted bool, p string) bool {
	for {
		head, segment := cut(dirs)
		rest, name := cut(p)
		if !segmentMatches(segment, name) {
			return false
		}
		if head == "" {
			return !rooted || rest == ""
		}
		if rest == "" {
			return false
		}
		dirs, p = head, rest
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

// segmentMatches takes "*" for any text. Each fixed part is taken where it
// stands first, which loses no match as the last one is tied to the end.
func segmentMatches(pattern, name string) bool {
	star := strings.IndexByte(pattern, '*')
	if star < 0 {
		return pattern == name
	}
	last := strings.LastIndexByte(pattern, '*')
	head, tail := pattern[:star], pattern[last+1:]
	if len(name) < len(head)+len(tail) || !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
		return false
	}
	name = name[len(head) : len(name)-len(tail)]
	for star < last {
		pattern = pattern[star+1:]
		last -= star + 1
		star = strings.IndexByte(pattern, '*')
		at := strings.Index(name, pattern[:star])
		if at < 0 {
			return false
		}
		name = name[at+star:]
	}
	return true
}
