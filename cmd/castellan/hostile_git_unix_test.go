//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// damaged is a repository in which something is broken. Its first commit adds
// good/.mcp.json, its second other/.mcp.json; each leaks a key.
type damaged struct {
	name   string
	damage func(t *testing.T, r *broken)
	// What --history (of the checkout) and a scan of it as a bare repository must
	// say: paths with findings, and what could not be read.
	history, bare expectation
}

type expectation struct {
	found   []string
	unread  []string // paths of coverage.skipped
	failure string   // of a scan that could not be done: part of its message
}

// complete is when nothing is missing.
func complete() expectation {
	return expectation{found: []string{"good/.mcp.json", "other/.mcp.json"}}
}

func without(path, unread string) expectation {
	all := complete()
	if path == "good" {
		all.found = all.found[1:]
	} else if path == "other" {
		all.found = all.found[:1]
	}
	return expectation{found: all.found, unread: []string{unread}}
}

func damages() []damaged {
	return []damaged{
		{"a loose blob has flipped bytes", func(t *testing.T, r *broken) { r.flip(t, r.loose(t, "HEAD:other/.mcp.json")) },
			without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"a loose blob is empty", func(t *testing.T, r *broken) { r.write(t, r.loose(t, "HEAD:other/.mcp.json"), "") },
			without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"a loose blob is cut", func(t *testing.T, r *broken) { r.cut(t, r.loose(t, "HEAD:other/.mcp.json")) },
			without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"a loose blob is missing", func(t *testing.T, r *broken) { r.remove(t, r.loose(t, "HEAD:other/.mcp.json")) },
			without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"a tree has flipped bytes", func(t *testing.T, r *broken) { r.flip(t, r.loose(t, "HEAD:other")) },
			without("other", "other"), without("other", "other")},
		{"the root tree has flipped bytes", func(t *testing.T, r *broken) { r.flip(t, r.loose(t, "HEAD^{tree}")) },
			expectation{failure: "corrupt object"}, expectation{failure: "corrupt object"}},
		{"the first commit has flipped bytes", func(t *testing.T, r *broken) { r.flip(t, r.loose(t, "HEAD~1")) },
			without("", ".git"), complete()},
		{"a branch leads to a missing commit", func(t *testing.T, r *broken) {
			r.write(t, "refs/heads/lost", strings.Repeat("12345678", 5)+"\n")
		}, without("", ".git"), complete()},
		{"an object of the pack has flipped bytes", func(t *testing.T, r *broken) {
			blob := git(t, r.work, "rev-parse", "HEAD:other/.mcp.json")
			name := r.packed(t, "pack")
			r.flipAt(t, name, r.offset(t, name, blob)+8)
		}, without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"the pack is cut", func(t *testing.T, r *broken) { r.cut(t, r.packed(t, "pack")) },
			expectation{unread: []string{".git"}}, expectation{failure: "object"}},
		{"the pack is missing", func(t *testing.T, r *broken) { r.remove(t, r.packed(t, "pack")) },
			expectation{unread: []string{".git"}}, expectation{failure: "missing object"}},
		{"the index of the pack is missing", func(t *testing.T, r *broken) { r.remove(t, r.packed(t, "idx")) },
			expectation{unread: []string{".git"}}, expectation{failure: "object"}},
		{"the configuration is a FIFO", func(t *testing.T, r *broken) {
			r.remove(t, "config")
			fifo("config")(t, r.git)
		}, expectation{failure: "not a regular file"}, expectation{failure: "not a regular file"}},
		{"objects are borrowed", func(t *testing.T, r *broken) { r.write(t, "objects/info/alternates", "/var/lib/other/objects\n") },
			expectation{failure: "alternates"}, expectation{failure: "alternates"}},
		{"the hashes are SHA-256", func(t *testing.T, r *broken) {
			r.write(t, "config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n")
		}, expectation{failure: "sha256"}, expectation{failure: "sha256"}},
		{"the branch is garbage", func(t *testing.T, r *broken) { r.write(t, "refs/heads/main", "garbage\n") },
			expectation{unread: []string{".git"}}, expectation{failure: "refs/heads/main"}},
		{"the packed references are garbage", func(t *testing.T, r *broken) {
			r.remove(t, "refs/heads/main")
			r.write(t, "packed-refs", "garbage\n")
		}, expectation{unread: []string{".git"}}, expectation{failure: "packed-refs"}},
		{"the references are missing", func(t *testing.T, r *broken) {
			if err := os.RemoveAll(filepath.Join(r.git, "refs")); err != nil {
				t.Fatal(err)
			}
		}, expectation{failure: "not a git repository"}, expectation{failure: "is missing"}},
		{"a loose blob is a FIFO", func(t *testing.T, r *broken) {
			name := r.loose(t, "HEAD:other/.mcp.json")
			r.remove(t, name)
			fifo(name)(t, r.git)
		}, without("other", "other/.mcp.json"), without("other", "other/.mcp.json")},
		{"the pack is a FIFO", func(t *testing.T, r *broken) {
			name := r.packed(t, "pack")
			r.remove(t, name)
			fifo(name)(t, r.git)
		}, expectation{unread: []string{".git"}}, expectation{failure: "object"}},
	}
}

// broken is a repository to be broken: the path of its .git.
type broken struct{ work, git string }

func newBroken(t *testing.T) *broken {
	dir := newRepository(t)
	return &broken{work: dir, git: filepath.Join(dir, ".git")}
}

func (r *broken) loose(t *testing.T, revision string) string {
	id := git(t, r.work, "rev-parse", revision)
	return "objects/" + id[:2] + "/" + id[2:]
}

// packed packs everything and names the file of that ending.
func (r *broken) packed(t *testing.T, ending string) string {
	git(t, r.work, "-c", "pack.window=0", "repack", "-adq") // no deltas: an object breaks alone
	found, err := filepath.Glob(filepath.Join(r.git, "objects/pack/*."+ending))
	if err != nil || len(found) != 1 {
		t.Fatalf("packs %v: %v", found, err)
	}
	return "objects/pack/" + filepath.Base(found[0])
}

func (r *broken) write(t *testing.T, name, content string) {
	_ = os.Remove(filepath.Join(r.git, name)) // git makes objects read-only
	put(t, r.git, files{name: content})
}

func (r *broken) remove(t *testing.T, name string) {
	if err := os.Remove(filepath.Join(r.git, name)); err != nil {
		t.Fatal(err)
	}
}

func (r *broken) read(t *testing.T, name string) []byte {
	data, err := os.ReadFile(filepath.Join(r.git, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// flip changes eight bytes in the middle.
func (r *broken) flip(t *testing.T, name string) { r.flipAt(t, name, len(r.read(t, name))/2) }

func (r *broken) flipAt(t *testing.T, name string, at int) {
	data := r.read(t, name)
	for i := at; i < at+8 && i < len(data); i++ {
		data[i] ^= 0xff
	}
	r.write(t, name, string(data))
}

// offset is where an object begins in a pack.
func (r *broken) offset(t *testing.T, pack, id string) int {
	for line := range strings.Lines(git(t, r.git, "verify-pack", "-v", pack)) {
		fields := strings.Fields(line) // id, type, size, size in the pack, offset
		if len(fields) >= 5 && fields[0] == id {
			at, err := strconv.Atoi(fields[4])
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
	}
	t.Fatalf("%s is not in %s", id, pack)
	return 0
}

func (r *broken) cut(t *testing.T, name string) {
	r.write(t, name, string(r.read(t, name)[:20]))
}

// TestDamagedRepository: what cannot be read is named and makes the scan
// incomplete, what can be read is reported; the files of a checkout are read
// whatever is wrong with its repository.
func TestDamagedRepository(t *testing.T) {
	t.Parallel()
	for _, d := range damages() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			r := newBroken(t)
			d.damage(t, r)
			tree := castellan(t, nil, "scan", "--format", "json", r.work)
			checkExpectation(t, "work tree", tree, complete())
			checkExpectation(t, "history", castellan(t, nil, "scan", "--history", "--format", "json", r.work), d.history)
			bare := filepath.Join(t.TempDir(), "bare.git")
			if err := os.Rename(r.git, bare); err != nil {
				t.Fatal(err)
			}
			checkExpectation(t, "bare", castellan(t, nil, "scan", "--format", "json", bare), d.bare)
		})
	}
}

func checkExpectation(t *testing.T, name string, got result, want expectation) {
	t.Helper()
	if want.failure != "" {
		why := readReport(t, got.stdout).skipped()[""]
		if got.code != exitError || !strings.Contains(got.stderr, want.failure) || !strings.Contains(why, want.failure) {
			t.Errorf("%s: exit code %d, stderr %q, reason %q; want a failure of %q", name, got.code, got.stderr, why, want.failure)
		}
		return
	}
	code := exitFindings
	if len(want.unread) > 0 {
		code = exitError
	}
	if got.code != code {
		t.Errorf("%s: exit code %d, want %d; stderr %q", name, got.code, code, got.stderr)
	}
	if got.stdout == "" {
		t.Fatalf("%s: no output; stderr %q", name, got.stderr)
	}
	r := readReport(t, got.stdout)
	if diff := cmp.Diff(want.found, r.paths("mcp-secret-in-env")); diff != "" {
		t.Errorf("%s: findings (-want +got):\n%s", name, diff)
	}
	for _, p := range want.unread {
		if r.skipped()[p] == "" {
			t.Errorf("%s: %s is not among the skipped: %v", name, p, r.skipped())
		}
	}
	if len(want.unread) == 0 && len(r.skipped()) > 0 {
		t.Errorf("%s: skipped %v", name, r.skipped())
	}
}

// TestFIFOsInRepositories: no part of .git that is a FIFO makes a scan wait.
func TestFIFOsInRepositories(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"HEAD", "config", "index", "packed-refs", "info/exclude", "shallow", "commondir", "refs/heads/main", "refs/heads/x", "objects/info/alternates", "objects/info/commit-graph", "../.gitignore", "../good/.gitignore"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newBroken(t)
			_ = os.Remove(filepath.Join(r.git, name))
			fifo(name)(t, r.git)
			for _, mode := range []string{"--history", "--staged", "--range=HEAD~1..HEAD"} {
				castellan(t, nil, "scan", mode, r.work)
			}
			got := castellan(t, nil, "scan", "--format", "json", r.work)
			if diff := cmp.Diff(complete().found, readReport(t, got.stdout).paths("mcp-secret-in-env")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
