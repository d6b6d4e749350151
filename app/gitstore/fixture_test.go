package gitstore

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// wanted is what the tests look for: names that start with "ai", in any folder.
func wanted(path string) bool {
	return strings.HasPrefix(path[strings.LastIndexByte(path, '/')+1:], "ai")
}

// reading is what one visit delivered.
type reading struct {
	Files map[string]string // content by path, "local:" before those of this machine only
	Order []string
	Skips map[string]string // reason by path, "!" before what makes it incomplete
	Stats Stats
}

// collect runs a reading.
func collect(t *testing.T, read func(Visit) (Stats, error)) reading {
	t.Helper()
	got := reading{Files: map[string]string{}, Skips: map[string]string{}}
	st, err := read(Visit{
		Want:    wanted,
		WantDir: func(dir string) bool { return strings.HasPrefix(filepath.Base(dir), ".") },
		Entry: func(e Entry) error {
			text := string(e.Data)
			if e.Local {
				text = "local:" + text
			}
			got.Files[e.Path] = text
			got.Order = append(got.Order, e.Path)
			return nil
		},
		Skip: func(s Skip) {
			reason := s.Reason
			if s.Incomplete {
				reason = "!" + reason
			}
			got.Skips[s.Path] = reason
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(got.Order) {
		t.Errorf("entries are not in the order of their paths: %q", got.Order)
	}
	got.Stats = st
	return got
}

func folder(t *testing.T, dir string) reading {
	t.Helper()
	return collect(t, func(v Visit) (Stats, error) { return Folder(context.Background(), dir, v, FolderOptions{}) })
}

func tree(t *testing.T, r *Repository, rev string) reading {
	t.Helper()
	return collect(t, func(v Visit) (Stats, error) { return r.Tree(context.Background(), rev, v) })
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func symlink(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// sandbox is a repository in a temporary folder.
type sandbox struct {
	t    *testing.T
	dir  string
	repo *git.Repository
	tick int64
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	dir := t.TempDir()
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	return &sandbox{t: t, dir: dir, repo: repo, tick: 1_700_000_000}
}

func (s *sandbox) work() *git.Worktree {
	w, err := s.repo.Worktree()
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

// commit writes files ("" deletes), stages them and commits.
func (s *sandbox) commit(files map[string]string, parents ...string) string {
	s.t.Helper()
	s.stage(files)
	return s.record(parents...)
}

func (s *sandbox) stage(files map[string]string) {
	s.t.Helper()
	w := s.work()
	for name, text := range files {
		if text == "" {
			if _, err := w.Remove(name); err != nil {
				s.t.Fatal(err)
			}
			continue
		}
		write(s.t, s.dir, map[string]string{name: text})
		s.add(name)
	}
}

func (s *sandbox) add(name string) {
	s.t.Helper()
	if _, err := s.work().Add(name); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sandbox) record(parents ...string) string {
	s.t.Helper()
	s.tick += 60
	who := &object.Signature{Name: "Ada\x1b[31m", Email: "ada@example.org", When: time.Unix(s.tick, 0)}
	opt := &git.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true}
	for _, p := range parents {
		opt.Parents = append(opt.Parents, plumbing.NewHash(p))
	}
	id, err := s.work().Commit("change", opt)
	if err != nil {
		s.t.Fatal(err)
	}
	return id.String()
}

func (s *sandbox) checkout(rev, branch string) {
	s.t.Helper()
	opt := &git.CheckoutOptions{Hash: plumbing.NewHash(rev), Force: true}
	if branch != "" {
		opt.Branch, opt.Create = plumbing.NewBranchReferenceName(branch), true
	}
	if err := s.work().Checkout(opt); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sandbox) open() *Repository {
	s.t.Helper()
	return mustOpen(s.t, s.dir)
}

func mustOpen(t *testing.T, dir string) *Repository {
	t.Helper()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}
