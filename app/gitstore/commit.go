package gitstore

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// commit is what a walk needs of a commit object.
type commit struct {
	id, tree plumbing.Hash
	parents  []plumbing.Hash
	author   string
	time     time.Time
	made     int64 // by the committer, seconds since 1970
	cut      bool  // it has parents that a shallow clone left out
}

func (c *commit) public() Commit {
	return Commit{Hash: c.id.String(), Author: c.author, Time: c.time}
}

// commit reads a commit object. One at a shallow boundary has no parents.
func (r *Repository) commit(id plumbing.Hash) (*commit, error) {
	if c, ok := r.commits[id]; ok {
		return c, nil
	}
	data, err := r.object(id, plumbing.CommitObject, maxCommitBytes)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", id, err)
	}
	c, err := parseCommit(data)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", id, err)
	}
	c.id = id
	if r.shallow[id] {
		c.cut, c.parents = len(c.parents) > 0, nil
	}
	if len(r.commits) >= commitCache {
		clear(r.commits)
	}
	r.commits[id] = c
	return c, nil
}

// maxParents bounds the parents of one commit; git itself octopuses far fewer.
const maxParents = 1024

func parseCommit(data []byte) (*commit, error) {
	c := &commit{}
	head, _, _ := bytes.Cut(data, []byte("\n\n"))
	for i, line := range strings.Split(string(head), "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch {
		case i == 0:
			if key != "tree" || !plumbing.IsHash(value) {
				return nil, errCorrupt
			}
			c.tree = plumbing.NewHash(value)
		case key == "parent" && c.author == "" && plumbing.IsHash(value):
			if len(c.parents) == maxParents {
				return nil, errCorrupt
			}
			c.parents = append(c.parents, plumbing.NewHash(value))
		case key == "author" && c.author == "":
			c.author, c.time = parseAuthor(value)
		case key == "committer" && c.made == 0:
			if _, at := parseAuthor(value); !at.IsZero() {
				c.made = at.Unix()
			}
		}
	}
	return c, nil
}

// parseAuthor reads "Name <email> seconds zone"; what is missing stays empty.
func parseAuthor(s string) (string, time.Time) {
	who, when, _ := cutLast(s, "> ")
	if who == s {
		return plain(s), time.Time{}
	}
	seconds, _, _ := strings.Cut(when, " ")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n < 0 || n > 253402300799 { // the year 9999
		return plain(who + ">"), time.Time{}
	}
	return plain(who + ">"), time.Unix(n, 0).UTC()
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
