package gitstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// pushed fetches the n-th of a row of commits into the mirror, one use each.
func pushed(t *testing.T, m *Mirrors, s *sandbox, n int) string {
	t.Helper()
	c := s.commit(map[string]string{"ai": fmt.Sprint("ai ", n), fmt.Sprintf("d/%d", n%7): strings.Repeat(fmt.Sprintln(n), 200)})
	r := mirror(t, m, s)
	read := func() error {
		_, err := r.Tree(t.Context(), c, Visit{Want: wanted, Entry: func(Entry) error { return nil }})
		return err
	}
	if err := errors.Join(r.Fetch(t.Context(), c), r.Complete(t.Context(), read), r.Close()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMirrorJoinsItsSmallPacks(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	m := mirrors(t, MirrorOptions{})
	var commits []string
	for n := range 30 {
		commits = append(commits, pushed(t, m, s, n))
	}
	r := mirror(t, m, s)
	defer r.Close()
	packs, err := packsOf(r.gitDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(packs) > 10 {
		t.Errorf("%d packs after 60 fetches", len(packs))
	}
	for n, c := range commits {
		if d := cmp.Diff(map[string]string{"ai": fmt.Sprint("ai ", n)}, tree(t, r.Repository, c).Files); d != "" {
			t.Fatalf("commit %d (-want +got) %s", n, d)
		}
	}
	for _, p := range packs { // git reads what was joined, to the last object and checksum
		out, err := exec.Command("git", "verify-pack", filepath.Join(r.gitDir, "objects", "pack", p.name+".idx")).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", p.name, err, out)
		}
	}
	if names, err := filepath.Glob(filepath.Join(r.gitDir, "objects", "pack", "tmp*")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %q, %v", names, err)
	}
}

// Whenever the process is killed while packs are joined, every object is there.
func TestMirrorSurvivesKillWhileItJoinsPacks(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	m := mirrors(t, MirrorOptions{})
	var last string
	for n := range maxPacks/2 + 1 {
		last = pushed(t, m, s, n)
	}
	dir := filepath.Join(m.dir, "7.git")
	for _, c := range []struct {
		name string
		kill func(t *testing.T, dir string, before []string, joined string)
	}{
		{"before the old ones are given up", func(t *testing.T, dir string, before []string, _ string) {
			noted(t, dir, before)
		}},
		{"after", func(t *testing.T, dir string, _ []string, joined string) {
			noted(t, dir, []string{joined + ".pack", joined + ".idx"})
		}},
		{"half of them gone", func(t *testing.T, dir string, before []string, joined string) {
			noted(t, dir, []string{joined + ".pack", joined + ".idx"})
			for _, name := range before[:len(before)/2] {
				if err := os.Remove(filepath.Join(dir, "objects", "pack", name)); err != nil {
					t.Fatal(err)
				}
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			here := filepath.Join(t.TempDir(), "7.git")
			if err := os.CopyFS(here, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			before, err := packFiles(here)
			if err != nil {
				t.Fatal(err)
			}
			packs, err := packsOf(here)
			if err != nil {
				t.Fatal(err)
			}
			joined, err := joinPacks(filepath.Join(here, "objects", "pack"), packs)
			if err != nil {
				t.Fatal(err)
			}
			c.kill(t, here, before, joined)
			if err := errors.Join(undo(here), compact(here)); err != nil {
				t.Fatal(err)
			}
			r, err := Open(here)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if files := tree(t, r, last).Files; len(files) != 1 {
				t.Errorf("read %q", files)
			}
			if _, err := os.Stat(filepath.Join(here, journal)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the journal is still there: %v", err)
			}
		})
	}
}

func noted(t *testing.T, dir string, stay []string) {
	t.Helper()
	if err := note(dir, stay); err != nil {
		t.Fatal(err)
	}
}

func TestCrowd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sizes []int64
		want  int
	}{
		{nil, 0},
		{[]int64{5}, 0},
		{[]int64{5, 5}, 2},
		{[]int64{5, 10}, 0},
		{[]int64{1, 2, 6, 17}, 4},
		{[]int64{1, 1, 4, 12}, 2},
		{[]int64{1, 1, 1, 1, 1000}, 4},
	} {
		var packs []pack
		for _, n := range c.sizes {
			packs = append(packs, pack{size: n})
		}
		if got := len(crowd(packs)); got != c.want {
			t.Errorf("%v: %d, want %d", c.sizes, got, c.want)
		}
	}
}

func TestPackIndexIsReadAsWritten(t *testing.T) {
	t.Parallel()
	var entries []packEntry
	for i := range 1000 {
		e := packEntry{id: plumbing.ComputeHash(plumbing.BlobObject, fmt.Append(nil, i)), crc: uint32(i), offset: uint64(i)}
		if i%3 == 0 {
			e.offset += 1 << 33
		}
		entries = append(entries, e)
	}
	want := slices.Clone(entries)
	data := formatPackIndex(entries, [20]byte{1})
	got, err := parsePackIndex(data)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(want, func(a, b packEntry) int { return bytes.Compare(a.id[:], b.id[:]) })
	if d := cmp.Diff(want, got, cmp.AllowUnexported(packEntry{})); d != "" {
		t.Error("(-want +got)", d)
	}
}

func FuzzPackIndex(f *testing.F) {
	entries := []packEntry{{id: emptyBlobID, crc: 7, offset: 12}, {id: plumbing.ZeroHash, offset: 1 << 40}}
	f.Add(formatPackIndex(entries, [20]byte{}))
	f.Add([]byte(packIndexMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parsePackIndex(data)
		if err != nil {
			return
		}
		again, err := parsePackIndex(formatPackIndex(slices.Clone(entries), [20]byte{}))
		if err != nil || len(again) != len(entries) {
			t.Errorf("%d entries became %d, %v", len(entries), len(again), err)
		}
	})
}
