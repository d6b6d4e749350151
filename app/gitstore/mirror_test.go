package gitstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// mirror opens the mirror of a sandbox served over HTTP.
func mirror(t *testing.T, m *Mirrors, s *sandbox) *Mirror {
	t.Helper()
	git := filepath.Join(s.dir, ".git", "config")
	f, err := os.OpenFile(git, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("[uploadpack]\n\tallowFilter = true\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	url := serve(t, filepath.Dir(s.dir)).URL + "/" + filepath.Base(s.dir) + "/.git"
	r, err := m.Open(t.Context(), "7", Remote{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mirrors(t *testing.T, opt MirrorOptions) *Mirrors {
	t.Helper()
	m, err := NewMirrors(filepath.Join(t.TempDir(), "git"), opt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *Mirror) blobsHere() int {
	n := 0
	iter, err := m.store.IterEncodedObjects(plumbing.BlobObject)
	if err != nil {
		return -1
	}
	_ = iter.ForEach(func(plumbing.EncodedObject) error { n++; return nil })
	return n
}

func TestMirrorFetchesOnlyTheBlobsThatAreRead(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	base := s.commit(map[string]string{"ai": "one", "other": "big", "d/ai": "x", "noise/a": "1", "noise/b": "2"})
	m := mirrors(t, MirrorOptions{})
	r := mirror(t, m, s)
	if err := r.Fetch(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	if n := r.blobsHere(); n != 0 {
		t.Errorf("%d blobs came with the commit", n)
	}
	read := func() reading {
		return collect(t, func(v Visit) (Stats, error) { return r.Tree(t.Context(), base, v) })
	}
	if err := r.Complete(t.Context(), func() error { read(); return nil }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"ai": "one", "d/ai": "x"}, read().Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if n := r.blobsHere(); n != 2 {
		t.Errorf("%d blobs are here, want the 2 that are read", n)
	}

	symlink(t, "other", filepath.Join(s.dir, "ai-link"))
	s.add("ai-link")
	next := s.commit(map[string]string{"ai": "two"})
	if err := r.Fetch(t.Context(), next, base); err != nil {
		t.Fatal(err)
	}
	tree := func() reading {
		return collect(t, func(v Visit) (Stats, error) { return r.Tree(t.Context(), next, v) })
	}
	if err := r.Complete(t.Context(), func() error { tree(); return nil }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"ai": "two", "d/ai": "x", "ai-link": "big"}, tree().Files); d != "" {
		t.Error("(-want +got)", d)
	}
	var seen []string
	_, err := r.Range(t.Context(), base, next, Visit{Want: wanted}, func(c Change) error {
		seen = append(seen, c.Path+"="+string(c.Data))
		return nil
	})
	if err != nil || len(seen) != 1 || seen[0] != "ai=two" {
		t.Errorf("range %q, %v", seen, err)
	}
	named, err := r.FetchRefs(t.Context(), []string{"refs/heads/master", "refs/heads/none"})
	if d := cmp.Diff(map[string]string{"refs/heads/master": next}, named); d != "" || err != nil {
		t.Error(err, "(-want +got)", d)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := m.Open(t.Context(), "7", Remote{URL: "https://127.0.0.1:1/never"})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Fetch(t.Context(), next); err != nil {
		t.Errorf("what is here was asked for again: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestMirrorOfAServerWithoutFilter(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c := s.commit(map[string]string{"ai": "one"})
	m := mirrors(t, MirrorOptions{})
	url := serve(t, filepath.Dir(s.dir)).URL + "/" + filepath.Base(s.dir) + "/.git"
	r, err := m.Open(t.Context(), "7", Remote{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Fetch(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"ai": "one"}, tree(t, r.Repository, c).Files); d != "" {
		t.Error("(-want +got)", d)
	}
}

func TestMirrorSaysThatACommitIsGone(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai": "one"})
	r := mirror(t, mirrors(t, MirrorOptions{}), s)
	defer r.Close()
	if err := r.Fetch(t.Context(), strings.Repeat("12", 20)); !errors.Is(err, ErrGone) {
		t.Errorf("a commit that never was: %v", err)
	}
	if err := r.Fetch(t.Context(), "main"); !errors.Is(err, ErrRevision) {
		t.Errorf("a name: %v", err)
	}
}

func TestMirrorFindsWhatAHeadIsComparedWith(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	first := s.commit(map[string]string{"ai": "one"})
	second := s.commit(map[string]string{"ai": "two"})
	head := s.commit(map[string]string{"ai": "three"})
	r := mirror(t, mirrors(t, MirrorOptions{}), s)
	defer r.Close()
	if err := r.Fetch(t.Context(), head); err != nil {
		t.Fatal(err)
	}
	gone := strings.Repeat("12", 20)
	for _, c := range []struct{ name, commit, head, want string }{
		{"one that is there", first, head, first},
		{"one that is gone", gone, head, second},
		{"none", "", head, second},
		{"one that is gone, of the first commit", gone, first, ""},
		{"one that is gone, of nothing", gone, "", ""},
	} {
		if got, err := r.Base(t.Context(), c.commit, c.head); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := r.Base(ctx, gone, head); !errors.Is(err, context.Canceled) || got != "" {
		t.Errorf("a commit that could not be asked for: %q, %v", got, err)
	}
}

// A process that is killed while it fetches may leave an index without its pack:
// the next one takes it away. Damage of any other kind is found when it is read,
// and the mirror made anew.
func TestMirrorSurvivesKillAndDamage(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c := s.commit(map[string]string{"ai": "one"})
	m := mirrors(t, MirrorOptions{})
	r := mirror(t, m, s)
	if err := r.Fetch(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	read := func(r *Mirror) error {
		_, err := r.Resolve(c)
		return err
	}
	packs := filepath.Join(r.gitDir, "objects", "pack")
	if err := r.begin(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pack-" + strings.Repeat("ab", 20) + ".idx", "tmp_pack_1"} {
		if err := os.WriteFile(filepath.Join(packs, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r = mirror(t, m, s)
	if names, err := packFiles(r.gitDir); err != nil || len(names) != 2 {
		t.Errorf("after a kill: %q, %v", names, err)
	}
	if err := read(r); err != nil {
		t.Error(err)
	}
	files, err := filepath.Glob(filepath.Join(packs, "*.pack"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := errors.Join(r.Close(), os.Chmod(files[0], 0o600), os.WriteFile(files[0], []byte("PACK"), 0o600)); err != nil {
		t.Fatal(err)
	}
	r = mirror(t, m, s)
	if err := read(r); err == nil {
		t.Error("a damaged pack was read")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r = mirror(t, m, s)
	defer r.Close()
	if err := errors.Join(r.Fetch(t.Context(), c), read(r)); err != nil {
		t.Errorf("after damage: %v", err)
	}
}

func TestMirrorHasOneUserAtATime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "git")
	var all [2]*Mirrors // as two processes have them
	for i := range all {
		m, err := NewMirrors(dir, MirrorOptions{})
		if err != nil {
			t.Fatal(err)
		}
		all[i] = m
	}
	first, err := all[0].Open(t.Context(), "7", Remote{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if second, err := m.Open(ctx, "7", Remote{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second user: %v, %v", second, err)
		}
		cancel()
	}
	if n, err := all[1].Evict(t.Context(), time.Now().Add(1000*time.Hour)); n != 0 || err != nil {
		t.Errorf("a mirror in use was evicted: %d, %v", n, err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if n, err := all[1].Evict(t.Context(), time.Now().Add(1000*time.Hour)); n != 1 || err != nil {
		t.Errorf("evicted %d, %v", n, err)
	}
	if _, err := all[0].Open(t.Context(), "../x", Remote{}); err == nil {
		t.Error("a mirror outside its folder")
	}
}

func TestMergeBase(t *testing.T) {
	t.Parallel()
	s, names := branched(t)
	r := s.open()
	for _, c := range []struct{ a, b, want string }{{"c3", "c4", "c1"}, {"c1", "c5", "c1"}, {"c5", "c5", "c5"}} {
		base, ok, err := r.MergeBase(t.Context(), hashOf(names, c.a).String(), hashOf(names, c.b).String())
		if err != nil || !ok || names[base.Hash] != c.want {
			t.Errorf("%s, %s: %s, %v, %v; want %s", c.a, c.b, names[base.Hash], ok, err, c.want)
		}
	}
}
