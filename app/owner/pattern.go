package owner

import (
	"strings"
	"unicode/utf8"
)

// mostSteps bounds the work for one path over all patterns of a file, about
// 0.2 s. A pattern costs at most its length times that of the path; an honest
// file of 3 MiB stays below a twentieth.
const mostSteps = 1 << 26

// matcher matches patterns with one path.
type matcher struct {
	path  []string
	segs  []string // of the pattern, reused
	steps int      // left
}

// match says whether a pattern covers the path. A pattern without a slash
// before its end matches at any depth, others from the root. ** is any number
// of folders. What lies below a match is covered too, except of a final *.
func (m *matcher) match(pattern string) bool {
	if pattern == "/" {
		return false
	}
	below := m.split(pattern)
	p, t := 0, 0
	star, mark := -1, 0 // the last **, and the segment after those it took
	for m.steps > 0 {
		m.steps--
		switch {
		case p == len(m.segs) && (below || t == len(m.path)):
			return true
		case p < len(m.segs) && m.segs[p] == "**":
			star, mark = p, t
			p++
		case p < len(m.segs) && t < len(m.path) && m.glob(m.segs[p], m.path[t]):
			p, t = p+1, t+1
		case star >= 0 && mark < len(m.path):
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return false
}

// split cuts a pattern into segments of one folder each, and says whether what
// lies below the last is covered. No ** is left at the end: what it stands for
// there is one segment and all below.
func (m *matcher) split(pattern string) (below bool) {
	m.segs = m.segs[:0]
	rest, rooted := strings.CutPrefix(pattern, "/")
	if body := strings.TrimSuffix(rest, "/"); !rooted && body != "**" && !strings.Contains(body, "/") {
		m.segs = append(m.segs, "**")
	}
	for seg := range strings.SplitSeq(rest, "/") {
		m.segs = append(m.segs, seg)
	}
	last := len(m.segs) - 1
	switch m.segs[last] {
	case "*":
		return false
	case "**":
		m.segs[last] = "*"
	case "": // a folder: something must lie in it
		if m.segs[last] = "*"; last > 0 && m.segs[last-1] == "**" {
			m.segs = append(m.segs, "*")
		}
	}
	return true
}

// glob matches one segment: * is any run of characters, ? any one, \ takes the
// next as it is. Going back only to the last * is enough, since an earlier one
// could take no text that the last cannot.
func (m *matcher) glob(pattern, name string) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for {
		m.steps--
		if m.steps <= 0 {
			return false
		}
		switch {
		case p == len(pattern) && t == len(name):
			return true
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
			continue
		case p < len(pattern) && t < len(name):
			if np, nt := one(pattern, name, p, t); nt > t {
				p, t = np, nt
				continue
			}
		}
		if star < 0 || mark == len(name) {
			return false
		}
		mark++
		p, t = star+1, mark
	}
}

// one matches a single character and returns the offsets behind it, those it
// was given if it does not match.
func one(pattern, name string, p, t int) (int, int) {
	switch c := pattern[p]; {
	case c == '?':
		_, size := utf8.DecodeRuneInString(name[t:])
		return p + 1, t + size
	case c == '\\' && p+1 < len(pattern) && pattern[p+1] == name[t]:
		return p + 2, t + 1
	case c != '\\' && c == name[t]:
		return p + 1, t + 1
	}
	return p, t
}
