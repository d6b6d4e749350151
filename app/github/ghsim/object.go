package ghsim

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Delete as a file's content takes the file away.
const Delete = "\x00ghsim:delete"

// zeroSHA is what a webhook names for "no commit".
const zeroSHA = "0000000000000000000000000000000000000000"

// objects is the object store of one fork network, loose on disk, with trees
// and commits in memory too.
type objects struct {
	dir     string
	trees   map[string][]treeEntry
	commits map[string]*commit
	seen    map[string]bool
	pending []pending
	zlib    *zlib.Writer
}

type treeEntry struct{ mode, name, sha string }

func (e treeEntry) isDir() bool { return e.mode == "40000" }

type commit struct {
	sha, tree, message string
	parents            []string
	author             Person
	when               time.Time
}

// Person is a commit's author. Only an address that belongs to an account
// gives the commit a verified login.
type Person struct{ Name, Email string }

func newObjects(dir string) *objects {
	return &objects{dir: dir, trees: map[string][]treeEntry{}, commits: map[string]*commit{}, seen: map[string]bool{}}
}

func (o *objects) putTree(entries []treeEntry) (string, error) {
	key := func(e treeEntry) string {
		if e.isDir() {
			return e.name + "/"
		}
		return e.name
	}
	slices.SortFunc(entries, func(a, b treeEntry) int { return strings.Compare(key(a), key(b)) })
	var b bytes.Buffer
	for _, e := range entries {
		raw, err := hex.DecodeString(e.sha)
		if err != nil {
			return "", err
		}
		b.WriteString(e.mode + " " + e.name + "\x00")
		b.Write(raw)
	}
	sha := o.put("tree", b.Bytes())
	o.trees[sha] = entries
	return sha, nil
}

func (o *objects) putCommit(c commit) *commit {
	var b strings.Builder
	b.WriteString("tree " + c.tree + "\n")
	for _, p := range c.parents {
		b.WriteString("parent " + p + "\n")
	}
	fmt.Fprintf(&b, "author %s <%s> %d +0000\n", c.author.Name, c.author.Email, c.when.Unix())
	fmt.Fprintf(&b, "committer %s <%s> %d +0000\n\n%s", c.author.Name, c.author.Email, c.when.Unix(), c.message)
	c.sha = o.put("commit", []byte(b.String()))
	o.commits[c.sha] = &c
	return &c
}

// leaf is a file to be: mode and blob, or deleted.
type leaf struct {
	mode, sha string
	deleted   bool
}

// apply returns tree with changes made; emptied directories vanish.
func (o *objects) apply(tree string, changes map[string]leaf) (string, error) {
	entries := map[string]treeEntry{}
	for _, e := range o.trees[tree] {
		entries[e.name] = e
	}
	below := map[string]map[string]leaf{}
	for path, l := range changes {
		first, rest, nested := strings.Cut(path, "/")
		switch {
		case nested:
			if below[first] == nil {
				below[first] = map[string]leaf{}
			}
			below[first][rest] = l
		case l.deleted:
			delete(entries, first)
		default:
			entries[first] = treeEntry{l.mode, first, l.sha}
		}
	}
	for name, sub := range below {
		old := ""
		if e := entries[name]; e.isDir() {
			old = e.sha
		}
		sha, err := o.apply(old, sub)
		if err != nil {
			return "", err
		}
		if len(o.trees[sha]) == 0 {
			delete(entries, name)
			continue
		}
		entries[name] = treeEntry{"40000", name, sha}
	}
	return o.putTree(slices.Collect(maps.Values(entries)))
}

// change is one path that differs between two trees.
type change struct {
	path     string
	old, new treeEntry // zero: absent
}

// diff lists the files that differ, by path.
func (o *objects) diff(a, b string) []change {
	var out []change
	o.walk("", a, b, &out)
	slices.SortFunc(out, func(x, y change) int { return strings.Compare(x.path, y.path) })
	return out
}

func (o *objects) walk(prefix, a, b string, out *[]change) {
	if a == b {
		return
	}
	pairs := map[string]*change{}
	at := func(name string) *change {
		if pairs[name] == nil {
			pairs[name] = &change{path: prefix + name}
		}
		return pairs[name]
	}
	for _, e := range o.trees[a] {
		at(e.name).old = e
	}
	for _, e := range o.trees[b] {
		at(e.name).new = e
	}
	for name, p := range pairs {
		if p.old == p.new {
			continue
		}
		oldTree, newTree := "", ""
		if p.old.isDir() {
			oldTree, p.old = p.old.sha, treeEntry{}
		}
		if p.new.isDir() {
			newTree, p.new = p.new.sha, treeEntry{}
		}
		o.walk(prefix+name+"/", oldTree, newTree, out)
		if p.old != p.new {
			*out = append(*out, *p)
		}
	}
}

// ancestors are all commits reachable from sha, itself included.
func (o *objects) ancestors(sha string) map[string]bool {
	seen := map[string]bool{}
	queue := []string{sha}
	for len(queue) > 0 {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if c := o.commits[at]; c != nil && !seen[at] {
			seen[at] = true
			queue = append(queue, c.parents...)
		}
	}
	return seen
}

// mergeBase is a nearest common ancestor, "" if there is none.
func (o *objects) mergeBase(a, b string) string {
	of := o.ancestors(a)
	seen := map[string]bool{}
	queue := []string{b}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if of[at] {
			return at
		}
		if c := o.commits[at]; c != nil && !seen[at] {
			seen[at] = true
			queue = append(queue, c.parents...)
		}
	}
	return ""
}

// between lists the commits of head that base does not reach, oldest first.
func (o *objects) between(base, head string) []*commit {
	stop := o.ancestors(base)
	seen := map[string]bool{}
	var out []*commit
	queue := []string{head}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		c := o.commits[at]
		if c == nil || stop[at] || seen[at] {
			continue
		}
		seen[at] = true
		out = append(out, c)
		queue = append(queue, c.parents...)
	}
	slices.Reverse(out)
	return out
}
