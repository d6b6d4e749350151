package compile

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// pattern is one glob of one format, taken apart as catalog.pattern is.
type pattern struct {
	dirs, name   string
	rooted, deep bool
	format, rank int
}

// newPattern takes a path of formats.yaml apart. Such a path matches at any
// depth unless it begins with "/"; it may hold "*" within segments and "**"
// just before the name.
func newPattern(glob string) (p pattern, err error) {
	path, rooted := strings.CutPrefix(glob, "/")
	p = pattern{name: path, rooted: rooted}
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		p.dirs, p.name = path[:i], path[i+1:]
	}
	if dirs, ok := strings.CutSuffix(p.dirs, "/**"); ok {
		p.dirs, p.deep = dirs, true
	}
	ending := p.name[max(0, strings.LastIndexByte(p.name, '.')):]
	switch {
	case p.name == "" || strings.ContainsAny(glob, `\[]{}?`):
		return p, fmt.Errorf("path %q: a file name is needed, and the only wildcard is *", glob)
	case strings.Contains("/"+p.dirs+"/", "//") && p.dirs != "":
		return p, fmt.Errorf("path %q has an empty directory", glob)
	case strings.Contains(p.dirs+p.name, "**") || p.deep && strings.Contains(p.dirs, "*"):
		return p, fmt.Errorf("path %q: ** stands for directories just before the name, below directories without *", glob)
	case strings.Contains(p.name, "*") && (ending[0] != '.' || strings.Contains(ending, "*")):
		return p, fmt.Errorf("path %q: a name with * needs a literal ending", glob)
	}
	p.rank = 4 * len(strings.ReplaceAll(path, "*", ""))
	if !strings.Contains(path, "*") {
		p.rank += 2
	}
	return p, nil
}

// runs parts the name as catalog.pattern has it.
func (p *pattern) runs() (head, middle, tail string) {
	first, last := strings.IndexByte(p.name, '*'), strings.LastIndexByte(p.name, '*')
	if first < 0 {
		return p.name, "", ""
	}
	return p.name[:first], p.name[first : last+1], p.name[last+1:]
}

// glob is the path as Format.Paths has it.
func (p *pattern) glob() string {
	g := p.name
	if p.deep {
		g = "**/" + g
	}
	if p.dirs != "" {
		g = p.dirs + "/" + g
	}
	if !p.rooted {
		g = "**/" + g
	}
	return g
}

// parent is the directory in which the file must lie, "" if any or several will do.
func (p *pattern) parent() string {
	last := p.dirs[strings.LastIndexByte(p.dirs, '/')+1:]
	if p.deep || strings.Contains(last, "*") {
		return ""
	}
	return last
}

// index is the patterns in the order of the table, grouped by what decides them.
type index struct {
	exact        map[string][]pattern // by base name
	wild, within map[string][]pattern // by ending, of two extensions where a glob of wild has two; within asks for a directory
	parents      map[string]bool      // of within
}

func (s *source) index() *index {
	x := &index{map[string][]pattern{}, map[string][]pattern{}, map[string][]pattern{}, map[string]bool{}}
	for i, f := range s.formats {
		if f.Off != "" {
			continue
		}
		for _, glob := range f.Paths {
			p, err := newPattern(glob)
			if err != nil {
				continue // check has refused it
			}
			p.format = i
			if len(f.Gate) > 0 {
				p.rank++
			}
			x.add(p)
		}
	}
	return x
}

func (x *index) add(p pattern) {
	if !strings.Contains(p.name, "*") {
		x.exact[p.name] = append(x.exact[p.name], p)
		return
	}
	_, _, tail := p.runs()
	outer := strings.LastIndexByte(tail, '.')
	if parent := p.parent(); parent != "" {
		x.within[tail[outer:]] = append(x.within[tail[outer:]], p)
		x.parents[parent] = true
		return
	}
	if inner := strings.LastIndexByte(tail[:outer], '.'); inner >= 0 {
		outer = inner
	}
	x.wild[tail[outer:]] = append(x.wild[tail[outer:]], p)
}

// writePatterns writes the table of globs and the switches that find the few
// of them a path's name allows, so that a path no format wants costs three
// look-ups and a handful of comparisons.
func (s *source) writePatterns(b *bytes.Buffer) {
	x := s.index()
	var table, byBase, byEnding bytes.Buffer
	n := 0
	write := func(group []pattern) int {
		for _, p := range group {
			head, middle, tail := p.runs()
			least := len(strings.ReplaceAll(p.name, "*", ""))
			fmt.Fprintf(&table, "{%q, %q, %q, %q, %t, %t, %d, %d, %d},\n", p.dirs, head, middle, tail, p.rooted, p.deep, least, p.format, p.rank)
			n++
		}
		return n
	}
	for _, name := range slices.Sorted(maps.Keys(x.exact)) {
		from := n
		fmt.Fprintf(&byBase, "case %q:\nreturn span{%d, %d}\n", name, from, write(x.exact[name]))
	}
	endings := map[string]bool{}
	for ending := range x.wild {
		endings[ending] = true
	}
	for ending := range x.within {
		endings[ending] = true
	}
	for _, ending := range slices.Sorted(maps.Keys(endings)) {
		from := n
		mid := write(x.wild[ending])
		fmt.Fprintf(&byEnding, "case %q:\nreturn span{%d, %d}, span{%d, %d}\n", ending, from, mid, mid, write(x.within[ending]))
	}
	fmt.Fprintf(b, "\nvar patterns = []pattern{\n%s}\n", table.String())
	fmt.Fprintf(b, "\n// byBase are the patterns for this base name alone.\nfunc byBase(base string) span {\nswitch base {\n%s}\nreturn span{}\n}\n", byBase.String())
	fmt.Fprintf(b, "\n// byEnding are the patterns with wildcards in a base name of this ending, of one\n// extension or two: those of any directory, those of one that hasWild knows.\nfunc byEnding(ending string) (anywhere, within span) {\nswitch ending {\n%s}\nreturn span{}, span{}\n}\n", byEnding.String())
	var parents bytes.Buffer
	for _, parent := range slices.Sorted(maps.Keys(x.parents)) {
		fmt.Fprintf(&parents, "case %q:\nreturn true\n", parent)
	}
	fmt.Fprintf(b, "\n// hasWild says whether a pattern with wildcards in its base name asks for this directory.\nfunc hasWild(parent string) bool {\nswitch parent {\n%s}\nreturn false\n}\n", parents.String())
}

// globs are the paths as Format.Paths has them.
func (f *formatRow) globs() []string {
	out := make([]string, len(f.Paths))
	for i, path := range f.Paths {
		p, _ := newPattern(path) // check has refused what is no glob
		out[i] = p.glob()
	}
	return out
}
