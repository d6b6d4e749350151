package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/google/go-cmp/cmp"
)

// rich is a repository with everything a tree can hold.
func rich(t *testing.T) *sandbox {
	t.Helper()
	s := newSandbox(t)
	s.stage(map[string]string{
		"ai": "one", "a.b/ai": "2", "a/ai": "3", "a0/ai": "4", ".hidden/ai.json": "5", "plain": "linked", "sub/x": "y",
		"ai-lfs": lfsPrefix + "v1\n", "ai-big": strings.Repeat("x", 4<<20+1), "ai-empty-not": "e",
	})
	for name, target := range map[string]string{"ai-link": "plain", "sub/ai-up": "../a/ai", "ai-broken": "nothing", "ai-out": "../../x", "dirlink": "a", "ai-via": "dirlink/../plain"} {
		symlink(t, target, filepath.Join(s.dir, name))
		s.add(name)
	}
	s.record()
	return s
}

func TestTreeAndFolderAgree(t *testing.T) {
	t.Parallel()
	s := rich(t)
	disk := folder(t, s.dir)
	want := map[string]string{
		"ai": "one", "a.b/ai": "2", "a/ai": "3", "a0/ai": "4", ".hidden/ai.json": "5", "ai-link": "linked",
		"ai-empty-not": "e",
	}
	if d := cmp.Diff(want, disk.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	skips := map[string]string{
		"ai-lfs": "!Git LFS pointer", "ai-big": "!larger than 4 MiB", "ai-broken": reasonBroken, "ai-out": reasonOutside,
	}
	if d := cmp.Diff(skips, disk.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
	bare := t.TempDir()
	if err := os.CopyFS(bare, os.DirFS(filepath.Join(s.dir, ".git"))); err != nil {
		t.Fatal(err)
	}
	file, done, err := Clone(context.Background(), "file://"+s.dir, CloneOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(done(), file.Close()) }()
	for name, r := range map[string]*Repository{"work tree": s.open(), "bare": mustOpen(t, bare), "file URL": file} {
		got := tree(t, r, "HEAD")
		disk.Stats.Commits = 1
		if d := cmp.Diff(disk, got); d != "" {
			t.Errorf("%s (-folder +tree) %s", name, d)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"x/y/ai": "1"})
	linked := t.TempDir()
	admin := filepath.Join(s.dir, ".git/worktrees/l")
	write(t, admin, map[string]string{"HEAD": "ref: refs/heads/master\n", "commondir": "../..\n"})
	write(t, linked, map[string]string{".git": "gitdir: " + admin + "\n", "in/z": ""})
	for _, c := range []struct {
		dir, prefix string
		bare        bool
	}{
		{s.dir, "", false}, {filepath.Join(s.dir, ".git"), "", false}, {filepath.Join(s.dir, "x/y"), "x/y", false},
		{linked, "", false}, {filepath.Join(linked, "in"), "in", false},
	} {
		r := mustOpen(t, c.dir)
		if r.Prefix() != c.prefix || r.Bare() != c.bare {
			t.Errorf("%s: prefix %q, bare %v", c.dir, r.Prefix(), r.Bare())
		}
		if got := tree(t, r, "HEAD").Files["x/y/ai"]; got != "1" {
			t.Errorf("%s: read %q", c.dir, got)
		}
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNotRepository) {
		t.Errorf("no repository: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"alternates": {".git/objects/info/alternates": "/elsewhere\n"},
		"sha256":     {".git/config": "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"},
		"reftable":   {".git/config": "[extensions] refStorage = reftable\n"},
	} {
		s := newSandbox(t)
		write(t, s.dir, files)
		if r, err := Open(s.dir); err == nil {
			_ = r.Close()
			t.Errorf("%s: opened", name)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	if _, err := s.open().Resolve("HEAD"); !errors.Is(err, ErrEmpty) {
		t.Fatalf("empty: %v", err)
	}
	one := s.commit(map[string]string{"a": "1"})
	two := s.commit(map[string]string{"a": "2"})
	s.checkout(one, "side")
	three := s.commit(map[string]string{"b": "3"})
	merge := s.commit(map[string]string{"c": "4"}, two, three)
	if _, err := s.repo.CreateTag("v1", plumbing.NewHash(two), nil); err != nil {
		t.Fatal(err)
	}
	write(t, s.dir, map[string]string{".git/packed-refs": "# pack-refs\n" + three + " refs/heads/packed\n"})
	r := s.open()
	for rev, want := range map[string]string{
		"HEAD": merge, "@": merge, "": merge, "HEAD~1": two, "HEAD^2": three, "HEAD^2~1": one, "HEAD~2": one, "v1": two, "refs/tags/v1^": one,
		"side": merge, "packed": three, one: one, one[:7]: one, one[:8]: one, "HEAD^0": merge, "master": two,
	} {
		c, err := r.Resolve(rev)
		if err != nil || c.Hash != want {
			t.Errorf("%q = %q, %v; want %q", rev, c.Hash, err, want)
		}
	}
	for _, rev := range []string{"nope", "HEAD~9", "HEAD^3", "HEAD^{tree}", "../../etc/passwd", strings.Repeat("a", 40), "HEAD~99999999999999999999", "-x"} {
		if _, err := r.Resolve(rev); !errors.Is(err, ErrRevision) {
			t.Errorf("%q: %v", rev, err)
		}
	}
	c, err := r.Resolve(one)
	want := Commit{Hash: one, Author: "Ada[31m <ada@example.org>", Time: time.Unix(1_700_000_060, 0).UTC()}
	if d := cmp.Diff(want, c); err != nil || d != "" {
		t.Error(err, "(-want +got)", d)
	}
}

func TestDamagedObjects(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai-bad": "corrupt me", "ai-gone": "delete me", "ai-good": "fine", "ai-swap": "swapped", "d/ai": "in a lost folder"})
	objectFile := func(path string) (string, string) {
		r := s.open()
		c, err := r.resolve("HEAD")
		if err != nil {
			t.Fatal(err)
		}
		e, ok, err := r.find(c.tree, path)
		if err != nil || !ok {
			t.Fatal(path, err)
		}
		id := e.id.String()
		return filepath.Join(s.dir, ".git/objects", id[:2], id[2:]), id
	}
	bad, badID := objectFile("ai-bad")
	gone, goneID := objectFile("ai-gone")
	swap, swapID := objectFile("ai-swap")
	good, _ := objectFile("ai-good")
	lost, lostID := objectFile("d")
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{bad, swap} {
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.WriteFile(bad, []byte("not zlib"), 0o644), os.WriteFile(swap, data, 0o644), os.Remove(gone), os.Remove(lost)); err != nil {
		t.Fatal(err)
	}
	r := s.open()
	for range 2 { // damage must not be cached as content
		got := tree(t, r, "HEAD")
		if d := cmp.Diff(map[string]string{"ai-good": "fine"}, got.Files); d != "" {
			t.Error("(-want +got)", d)
		}
		want := map[string]string{
			"ai-bad": "!corrupt object " + badID, "ai-gone": "!missing object " + goneID, "ai-swap": "!corrupt object " + swapID,
			"d": "!missing object " + lostID,
		}
		if d := cmp.Diff(want, got.Skips); d != "" {
			t.Error("(-want +got)", d)
		}
	}
}

func TestHostileTree(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai": "1"})
	r := s.open()
	head, err := r.resolve("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := r.find(head.tree, "ai")
	if err != nil {
		t.Fatal(err)
	}
	raw := func(entries ...treeEntry) plumbing.Hash {
		enc := s.repo.Storer.NewEncodedObject()
		enc.SetType(plumbing.TreeObject)
		w, err := enc.Writer()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if _, err := fmt.Fprintf(w, "%o %s\x00%s", e.mode, e.name, e.id[:]); err != nil {
				t.Fatal(err)
			}
		}
		id, err := s.repo.Storer.SetEncodedObject(enc)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	file := func(name string) treeEntry { return treeEntry{name, 0o100644, e.id} }
	inner := raw(file("ai"))
	root := raw(file("z/../../ai"), file("ai\n\x1b[2J"), file("ai\xff"), treeEntry{"..", 0o40000, inner}, treeEntry{".git", 0o40000, inner},
		treeEntry{"ai-odd", 0o010644, e.id}, treeEntry{"d", 0o40000, inner})
	deep := inner
	for range maxDepth + 5 {
		deep = raw(treeEntry{"n", 0o40000, deep})
	}
	got := tree(t, s.open(), s.store(&object.Commit{TreeHash: root, Message: "m"}).String())
	if d := cmp.Diff(map[string]string{"ai\n\x1b[2J": "1", "ai\xff": "1", "d/ai": "1"}, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if d := cmp.Diff(map[string]string{"ai-odd": "!unknown file mode 10644"}, got.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
	got = tree(t, s.open(), s.store(&object.Commit{TreeHash: deep, Message: "m"}).String())
	if len(got.Files) != 0 || len(got.Skips) != 1 {
		t.Errorf("deep tree: %v, skipped %v", got.Files, got.Skips)
	}
}

func TestSubmodules(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai": "1"})
	r := s.open()
	head, err := r.resolve("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := r.find(head.tree, "ai")
	if err != nil {
		t.Fatal(err)
	}
	id := s.store(&object.Tree{Entries: []object.TreeEntry{
		{Name: "ai", Mode: filemode.Regular, Hash: e.id}, {Name: "lib", Mode: filemode.Submodule, Hash: head.id},
	}})
	c := s.store(&object.Commit{TreeHash: id, Message: "m"})
	got := tree(t, s.open(), c.String())
	if d := cmp.Diff(map[string]string{"lib": reasonSubmodule}, got.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
	write(t, s.dir, map[string]string{
		"lib/ai": "theirs", ".git/index": string(buildIndex(2, []indexEntry{{path: "ai", mode: 0o100644}, {path: "lib", mode: 0o160000}})),
	})
	disk := folder(t, s.dir)
	disk.Stats.Commits = 1
	if d := cmp.Diff(got, disk); d != "" {
		t.Error("folder (-tree +folder)", d)
	}
}

// store writes an object as it is and returns its id.
func (s *sandbox) store(o interface {
	Encode(plumbing.EncodedObject) error
}) plumbing.Hash {
	s.t.Helper()
	enc := s.repo.Storer.NewEncodedObject()
	if err := o.Encode(enc); err != nil {
		s.t.Fatal(err)
	}
	id, err := s.repo.Storer.SetEncodedObject(enc)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func TestStaged(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.stage(map[string]string{"ai": "first"})
	if d := cmp.Diff(map[string]string{"ai": "first"}, staged(t, s).Files); d != "" {
		t.Error("before the first commit (-want +got)", d)
	}
	s.commit(map[string]string{"ai": "1", "ai-same": "s", "other": "o", "ai-del": "d"})
	s.stage(map[string]string{"ai": "2", "ai-new": "n", "other": "changed", "target": "t", "ai-del": ""})
	symlink(t, "target", filepath.Join(s.dir, "ai-link"))
	s.add("ai-link")
	write(t, s.dir, map[string]string{"ai": "not staged", "ai-untracked": "u"})
	got := staged(t, s)
	if d := cmp.Diff(map[string]string{"ai": "2", "ai-new": "n", "ai-link": "t"}, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if got.Stats.Files != 5 { // ai ai-new other target ai-link
		t.Errorf("files = %d, want 5", got.Stats.Files)
	}
}

func staged(t *testing.T, s *sandbox) reading {
	t.Helper()
	r := s.open()
	return collect(t, func(v Visit) (Stats, error) { return r.Staged(context.Background(), v) })
}
