package gitstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/google/go-cmp/cmp"
)

// brief is a change in one line: commit, path, content, then what was before.
func brief(names map[string]string, c Change) string {
	line := names[c.Commit.Hash] + " " + c.Path + "=" + string(c.Data)
	for _, b := range c.Before {
		line += " <" + b.Path + "=" + string(b.Data)
	}
	return line
}

// branched is a history with an edit, a rename, a side branch and a merge that
// changes something of its own.
func branched(t *testing.T) (*sandbox, map[string]string) {
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "1", "d/ai": "x", "plain": "p"})
	c2 := s.commit(map[string]string{"ai": "2", "plain": "q"})
	c3 := s.commit(map[string]string{"d/ai": "", "e/ai": "x"})
	s.checkout(c1, "side")
	c4 := s.commit(map[string]string{"ai": "3", "ai-side": "s"})
	s.checkout(c3, "main")
	s.stage(map[string]string{"ai": "merged", "ai-side": "s"})
	c5 := s.record(c3, c4)
	return s, map[string]string{c1: "c1", c2: "c2", c3: "c3", c4: "c4", c5: "c5"}
}

func TestRange(t *testing.T) {
	t.Parallel()
	s, names := branched(t)
	at := map[string]string{}
	for id, name := range names {
		at[name] = id
	}
	r := s.open()
	for _, c := range []struct {
		a, b string
		want []string
	}{
		{"c1", "c2", []string{"c2 ai=2 <ai=1"}},
		{"c1", "c3", []string{"c2 ai=2 <ai=1", "c3 e/ai=x <d/ai=x"}},
		{"c1", "c5", []string{"c2 ai=2 <ai=1", "c3 e/ai=x <d/ai=x", "c4 ai=3 <ai=1", "c4 ai-side=s", "c5 ai=merged <ai=2 <ai=3"}},
		{"c3", "c5", []string{"c4 ai=3 <ai=1", "c4 ai-side=s", "c5 ai=merged <ai=2 <ai=3"}},
		{"c5", "c1", nil},
	} {
		var got []string
		_, err := r.Range(context.Background(), at[c.a], at[c.b], Visit{Want: wanted}, func(x Change) error {
			got = append(got, brief(names, x))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s..%s (-want +got) %s", c.a, c.b, d)
		}
	}
}

func history(t *testing.T, r *Repository, names map[string]string) ([]string, []Commit, Stats) {
	t.Helper()
	var got []string
	tips, st, err := r.History(context.Background(), Visit{Want: wanted, Skip: func(s Skip) { got = append(got, s.Path+": "+s.Reason) }},
		func(c Change) error {
			got = append(got, brief(names, c))
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return got, tips, st
}

func TestHistory(t *testing.T) {
	t.Parallel()
	s, names := branched(t)
	orphan := s.store(mustCommit(t, s, "HEAD"))
	names[orphan.String()] = "c6"
	ref := plumbing.NewHashReference("refs/remotes/origin/lone", orphan)
	if err := s.repo.Storer.SetReference(ref); err != nil {
		t.Fatal(err)
	}
	got, tips, st := history(t, s.open(), names)
	want := []string{
		"c1 ai=1", "c1 d/ai=x", "c2 ai=2 <ai=1", "c3 e/ai=x <d/ai=x", "c4 ai=3 <ai=1", "c4 ai-side=s", "c5 ai=merged <ai=2 <ai=3",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error("(-want +got)", d)
	}
	if st.Commits != 6 || st.Blobs != 7 || len(tips) != 4 || names[tips[0].Hash] != "c5" {
		t.Errorf("stats %+v, tips %v", st, tips)
	}
}

func TestShallowHistory(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "1", "ai-old": "o"})
	c2 := s.commit(map[string]string{"ai": "2"})
	write(t, s.dir, map[string]string{".git/shallow": c2 + "\n"})
	if err := os.Remove(filepath.Join(s.dir, ".git/objects", c1[:2], c1[2:])); err != nil {
		t.Fatal(err)
	}
	got, _, st := history(t, s.open(), map[string]string{c2: "c2"})
	cut := ".git: the history is shallow: what came before commit " + c2 + " is missing"
	if d := cmp.Diff([]string{cut, " ai=2", " ai-old=o"}, got); d != "" || st.Commits != 1 || st.Cut != 1 {
		t.Error(st, "(-want +got)", d)
	}
	if by := introducer(t, s.open(), "ai", "2"); by != "" {
		t.Errorf("the boundary %s is blamed", by)
	}
	write(t, s.dir, map[string]string{".git/shallow": "\n"})
	got, _, _ = history(t, s.open(), map[string]string{c2: "c2"})
	if d := cmp.Diff([]string{".git: missing object " + c1, " ai=2", " ai-old=o"}, got); d != "" {
		t.Error("a lost parent (-want +got)", d)
	}
	if by := introducer(t, s.open(), "ai", "2"); by != "" {
		t.Errorf("%s is blamed, whose parent is lost", by)
	}
}

// introducer is the commit that brought in a line that HEAD has, "" if that is
// not known.
func introducer(t *testing.T, r *Repository, path, line string) string {
	t.Helper()
	got, err := r.Introduced(context.Background(), "HEAD", path, lines, []string{line})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := got[line]
	if !ok {
		t.Fatalf("%s of %s was not traced", line, path)
	}
	return c.Hash
}

// TestRootIsNoBoundary: git lists a commit without parents as shallow too when
// it was asked for it alone; nothing is cut there.
func TestRootIsNoBoundary(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "1"})
	write(t, s.dir, map[string]string{".git/shallow": c1 + "\n"})
	got, _, st := history(t, s.open(), map[string]string{c1: "c1"})
	if d := cmp.Diff([]string{"c1 ai=1"}, got); d != "" || st.Cut != 0 {
		t.Error(st, "(-want +got)", d)
	}
	if by := introducer(t, s.open(), "ai", "1"); by != c1 {
		t.Errorf("introduced in %q, want %s", by, c1)
	}
}

// TestUnreadableBlobBlamesNobody: a partial clone or a damaged one lacks what
// the parent had at the path.
func TestUnreadableBlobBlamesNobody(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai": "a"})
	blob := plumbing.ComputeHash(plumbing.BlobObject, []byte("a")).String()
	s.commit(map[string]string{"ai": "a\nb"})
	c3 := s.commit(map[string]string{"ai": "a\nb\nc"})
	if err := os.Remove(filepath.Join(s.dir, ".git/objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	if by := introducer(t, s.open(), "ai", "b"); by != "" {
		t.Errorf("b: %s is blamed", by)
	}
	if by := introducer(t, s.open(), "ai", "c"); by != c3 {
		t.Errorf("c: introduced in %q, want %s", by, c3)
	}
}

// TestDamagedReferences: one that is there and cannot be read is neither an
// empty repository nor overlooked.
func TestDamagedReferences(t *testing.T) {
	t.Parallel()
	garbage := map[string]string{"HEAD": "garbage\n", "refs/heads/master": "garbage\n", "packed-refs": "# pack-refs with: sorted\ngarbage\n"}
	for name, content := range garbage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			c1 := s.commit(map[string]string{"ai": "1"})
			if name == "packed-refs" {
				if err := os.Remove(filepath.Join(s.dir, ".git/refs/heads/master")); err != nil {
					t.Fatal(err)
				}
			}
			write(t, s.dir, map[string]string{".git/" + name: content})
			r := s.open()
			if _, err := r.Resolve("HEAD"); !errors.Is(err, ErrRevision) || !strings.Contains(err.Error(), name) {
				t.Errorf("HEAD: %v, want it to name %s", err, name)
			}
			got, _, _ := history(t, r, map[string]string{c1: "c1"})
			if len(got) == 0 || !strings.HasPrefix(got[0], `.git: reference "`+name+`" is damaged`) {
				t.Errorf("history: %q", got)
			}
		})
	}
}

// TestTransientFilesAreNoReferences: git leaves locks and others leave files of
// names that no reference has.
func TestTransientFilesAreNoReferences(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "1"})
	write(t, s.dir, map[string]string{".git/refs/heads/master.lock": "", ".git/refs/heads/.DS_Store": "x", ".git/refs/heads/a b": "x"})
	got, _, _ := history(t, s.open(), map[string]string{c1: "c1"})
	if d := cmp.Diff([]string{"c1 ai=1"}, got); d != "" {
		t.Error("(-want +got)", d)
	}
}

func TestUnreadableTipIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "1"})
	c2 := s.commit(map[string]string{"ai": "2"})
	write(t, s.dir, map[string]string{".git/refs/heads/again": c1 + "\n", ".git/refs/heads/more": c1 + "\n"})
	if err := os.Remove(filepath.Join(s.dir, ".git/objects", c1[:2], c1[2:])); err != nil {
		t.Fatal(err)
	}
	got, _, _ := history(t, s.open(), map[string]string{c2: "c2"})
	if d := cmp.Diff([]string{".git: missing object " + c1, " ai=2"}, got); d != "" {
		t.Error("(-want +got)", d)
	}
}

func lines(_ string, data []byte) map[string]bool {
	has := map[string]bool{}
	for line := range strings.SplitSeq(string(data), "\n") {
		has[line] = true
	}
	return has
}

func TestIntroduced(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	c1 := s.commit(map[string]string{"ai": "a\nb", "z": "1"})
	c2 := s.commit(map[string]string{"z": "2"})
	c3 := s.commit(map[string]string{"ai": "a\nb\nc"})
	c4 := s.commit(map[string]string{"ai": "", "moved/ai": "a\nb\nc"})
	s.checkout(c2, "side")
	c5 := s.commit(map[string]string{"moved/ai": "side\na"})
	s.checkout(c4, "main")
	s.stage(map[string]string{"moved/ai": "a\nb\nc\nside\nmerge"})
	c6 := s.record(c4, c5)
	r := s.open()
	got, err := r.Introduced(context.Background(), "HEAD", "moved/ai", lines, []string{"a", "b", "c", "side", "merge", "absent"})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for item, c := range got {
		have[item] = c.Hash
	}
	if d := cmp.Diff(map[string]string{"a": c1, "b": c1, "c": c3, "side": c5, "merge": c6}, have); d != "" {
		t.Error("(-want +got)", d)
	}
	for path, rev := range map[string]string{"nothing/here": "HEAD", "moved": "HEAD"} {
		if got, err := r.Introduced(context.Background(), rev, path, lines, []string{"a"}); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
}

func TestIntroducedReadsEachContentOnce(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.commit(map[string]string{"ai": "a"})
	for range 20 {
		s.tick++
		s.commit(map[string]string{"other": strings.Repeat("x", int(s.tick%50)+1)})
	}
	s.commit(map[string]string{"ai": "a\nb"})
	calls := 0
	_, err := s.open().Introduced(context.Background(), "HEAD", "ai", func(p string, d []byte) map[string]bool {
		calls++
		return lines(p, d)
	}, []string{"a", "b"})
	if err != nil || calls != 2 {
		t.Errorf("%d calls, want 2; %v", calls, err)
	}
}

// mustCommit is a commit with the tree of rev and no parent.
func mustCommit(t *testing.T, s *sandbox, rev string) *object.Commit {
	t.Helper()
	c, err := s.open().resolve(rev)
	if err != nil {
		t.Fatal(err)
	}
	return &object.Commit{TreeHash: c.tree, Message: "alone"}
}
