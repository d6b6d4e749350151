//go:build unix

package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFolderOutsideGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"ai": "1", ".hidden/ai.json": "2", "a/b/ai": "3", "other": "x", "ai\n\x1b[2J": "hostile", "sub/.git/ai": "no",
	})
	got := folder(t, dir)
	want := map[string]string{"ai": "1", ".hidden/ai.json": "2", "a/b/ai": "3", "ai\n\x1b[2J": "hostile"}
	if d := cmp.Diff(want, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if d := cmp.Diff(Stats{Files: 5, Blobs: 4, Bytes: 10}, got.Stats); d != "" {
		t.Error("(-want +got)", d)
	}
}

func TestFolderSpecialFiles(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, map[string]string{"secret": "out"})
	write(t, dir, map[string]string{"real.txt": "linked", "ai-real": "once", "ai-lfs": lfsPrefix + "v1\noid x\n", "d/x.md": "deep"})
	symlink(t, "real.txt", filepath.Join(dir, "ai-link"))
	symlink(t, "../real.txt", filepath.Join(dir, "d/ai-again"))
	symlink(t, "ai-real", filepath.Join(dir, "ai-alias"))
	symlink(t, "ai-loop2", filepath.Join(dir, "ai-loop1"))
	symlink(t, "ai-loop1", filepath.Join(dir, "ai-loop2"))
	symlink(t, "nowhere", filepath.Join(dir, "ai-broken"))
	symlink(t, filepath.Join(outside, "secret"), filepath.Join(dir, "ai-abs"))
	symlink(t, "../../../../../../etc/passwd", filepath.Join(dir, "ai-up"))
	symlink(t, "d", filepath.Join(dir, "ai-dir"))
	symlink(t, ".", filepath.Join(dir, "self"))
	symlink(t, "self/d/x.md", filepath.Join(dir, "ai-through"))
	if err := syscall.Mkfifo(filepath.Join(dir, "ai-fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	big, err := os.Create(filepath.Join(dir, "ai-big"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(big.Truncate(1<<30), big.Close()); err != nil {
		t.Fatal(err)
	}
	got := folder(t, dir)
	if d := cmp.Diff(map[string]string{"ai-real": "once", "ai-link": "linked", "ai-through": "deep"}, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	want := map[string]string{
		"ai-lfs": "!Git LFS pointer", "ai-big": "!larger than 4 MiB", "ai-fifo": reasonIrregular, "ai-loop1": reasonBroken,
		"ai-loop2": reasonBroken, "ai-broken": reasonBroken, "ai-abs": reasonOutside, "ai-up": reasonOutside, "ai-dir": reasonBroken,
	}
	if d := cmp.Diff(want, got.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
}

func TestFolderInWorkTree(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.stage(map[string]string{
		".gitignore": "*.log\n/build/\n.tool/\nsub/ai-ign\n!ai-kept.log\nforced/\n", "ai": "tracked", "sub/ai": "s",
		"forced/ai": "tracked though ignored", "sub/.gitignore": "ai-deep*\n",
	})
	write(t, s.dir, map[string]string{
		"ai-new": "untracked", "ai-x.log": "ignored", "ai-kept.log": "kept", "build/ai": "not looked at", ".tool/in/ai": "looked at",
		"sub/ai-ign": "i", "sub/ai-deep1": "d", "sub/plain": "", "forced/ai2": "f", "ai-excl": "e", ".git/info/exclude": "ai-excl\n", "noise.log": "",
	})
	if err := os.Mkdir(filepath.Join(s.dir, "nested"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(s.dir, "nested/.git"), os.DirFS(filepath.Join(s.dir, ".git"))); err != nil {
		t.Fatal(err)
	}
	write(t, s.dir, map[string]string{"nested/ai": "no"})
	want := map[string]string{
		"ai": "tracked", "sub/ai": "s", "forced/ai": "tracked though ignored", "ai-new": "untracked", "ai-x.log": "local:ignored",
		"ai-kept.log": "kept", ".tool/in/ai": "local:looked at", "sub/ai-ign": "local:i", "sub/ai-deep1": "local:d",
		"forced/ai2": "local:f", "ai-excl": "local:e",
	}
	got := folder(t, s.dir)
	if d := cmp.Diff(want, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if d := cmp.Diff(map[string]string{"nested": nestedRepository}, got.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
	// .gitignore ai ai-new ai-kept.log forced/ai sub/{.gitignore,ai,plain}
	if got.Stats.Files != 8 {
		t.Errorf("files = %d, want 8", got.Stats.Files)
	}

	part := folder(t, filepath.Join(s.dir, "sub"))
	if d := cmp.Diff(map[string]string{"ai": "s", "ai-ign": "local:i", "ai-deep1": "local:d"}, part.Files); d != "" {
		t.Error("sub-folder (-want +got)", d)
	}
	ignoredRoot := folder(t, filepath.Join(s.dir, "build"))
	if d := cmp.Diff(map[string]string{"ai": "not looked at"}, ignoredRoot.Files); d != "" {
		t.Error("ignored root (-want +got)", d)
	}
	all := collect(t, func(v Visit) (Stats, error) {
		return Folder(context.Background(), s.dir, v, FolderOptions{IncludeIgnored: true})
	})
	if all.Files["build/ai"] == "" || all.Files["nested/ai"] == "" || len(all.Skips) != 0 {
		t.Errorf("include ignored: %v, skipped %v", all.Files, all.Skips)
	}
}

func TestFolderCorruptIndex(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.stage(map[string]string{"ai": "1"})
	write(t, s.dir, map[string]string{".git/index": "DIRCgarbage", ".gitignore": "x/\n", "x/ai": "2"})
	got := folder(t, s.dir)
	if d := cmp.Diff(map[string]string{"ai": "1", "x/ai": "2"}, got.Files); d != "" {
		t.Error("(-want +got)", d)
	}
	if !strings.HasPrefix(got.Skips[".git/index"], "!read the index") {
		t.Errorf("skips: %v", got.Skips)
	}
}

func TestFolderUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"ai": "1", "locked/ai": "2", "ai-locked": "3"})
	for _, name := range []string{"locked", "ai-locked"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "locked"), 0o700) }) // for TempDir's removal
	got := folder(t, dir)
	want := map[string]string{"locked": "!permission denied", "ai-locked": "!permission denied"}
	if os.Geteuid() == 0 { // root reads everything
		want = map[string]string{}
	}
	if d := cmp.Diff(want, got.Skips); d != "" {
		t.Error("(-want +got)", d)
	}
	if got.Files["ai"] != "1" {
		t.Errorf("the rest was not read: %v", got.Files)
	}
}

func TestFolderRoots(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"ai": "alone"})
	if d := cmp.Diff(map[string]string{"ai": "alone"}, folder(t, filepath.Join(dir, "ai")).Files); d != "" {
		t.Error("(-want +got)", d)
	}
	_, err := Folder(context.Background(), filepath.Join(dir, "none"), Visit{}, FolderOptions{})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "none") {
		t.Errorf("missing root: %v", err)
	}
	stop := errors.New("stop")
	_, err = Folder(context.Background(), dir, Visit{Want: wanted, Entry: func(Entry) error { return stop }}, FolderOptions{})
	if !errors.Is(err, stop) {
		t.Errorf("error of Entry: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Folder(ctx, dir, Visit{Want: wanted}, FolderOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFolderDepth(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := dir + strings.Repeat("/d", maxDepth+5)
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	got := folder(t, dir)
	if len(got.Skips) != 1 {
		t.Fatalf("skips: %v", got.Skips)
	}
	for _, reason := range got.Skips {
		if reason != "!"+reasonTooDeep {
			t.Errorf("reason %q", reason)
		}
	}
}

func BenchmarkFolder10k(b *testing.B) {
	t := &testing.T{}
	dir := b.TempDir()
	s := bigSandbox(t, dir, 10_000)
	b.ResetTimer()
	for range b.N {
		st, err := Folder(context.Background(), s, Visit{Want: wanted}, FolderOptions{})
		if err != nil || st.Files != 10_000 || st.Blobs != 100 {
			b.Fatal(st, err)
		}
	}
}

// bigSandbox fills dir with n files in folders of 20, tracked by an index made
// without objects: Folder needs none.
func bigSandbox(t *testing.T, dir string, n int) string {
	write(t, dir, map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".git/objects/x": "", ".git/refs/x": ""})
	var entries []indexEntry
	for i := range n {
		name := fmt.Sprintf("pkg%03d/dir%02d/file%05d.go", i/400, i/20%20, i)
		if i%100 == 0 {
			name = fmt.Sprintf("pkg%03d/dir%02d/ai%05d.json", i/400, i/20%20, i)
		}
		write(t, dir, map[string]string{name: "package p\n"})
		entries = append(entries, indexEntry{path: name, mode: 0o100644})
	}
	write(t, dir, map[string]string{".git/index": string(buildIndex(2, entries))})
	return dir
}
