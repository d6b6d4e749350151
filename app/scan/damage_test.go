package scan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bare is a bare clone, all of whose objects are loose.
func bare(t *testing.T, r *repository) string {
	dir := filepath.Join(t.TempDir(), "x.git")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(r.dir, ".git"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestUnreadableBareRepositoryIsNoFolder: nobody's files lie in a bare
// repository, so that reading it as a folder would pass it unread.
func TestUnreadableBareRepositoryIsNoFolder(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k))
	for name, damage := range map[string]func(dir string) error{
		"alternates": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "objects/info/alternates"), []byte("/elsewhere\n"), 0o644)
		},
		"sha256": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "config"), []byte("[extensions]\n\tobjectFormat = sha256\n"), 0o644)
		},
		"no HEAD": func(dir string) error { return os.Remove(filepath.Join(dir, "HEAD")) },
		"no refs": func(dir string) error { return os.RemoveAll(filepath.Join(dir, "refs")) },
		"bad ref": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "refs/heads/main"), []byte("garbage\n"), 0o644)
		},
		"empty ref": func(dir string) error { return os.WriteFile(filepath.Join(dir, "refs/heads/main"), nil, 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := bare(t, repo)
			if err := damage(dir); err != nil {
				t.Fatal(err)
			}
			if r, err := Run(t.Context(), []string{dir}, options(t)); err == nil {
				t.Errorf("no error; %+v, notices %q", r.Targets, r.Notices)
			}
		})
	}
}

// TestGitFolderIsReadAsRepository: also .git itself is.
func TestGitFolderIsReadAsRepository(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k))
	if r := run(t, filepath.Join(repo.dir, ".git"), nil); len(r.Findings) != 1 || r.Targets[0].Mode != ModeHead {
		t.Errorf("%+v, findings %+v", r.Targets, r.Findings)
	}
}

// TestGitsOwnFileIsReadAlone: a target that is a file is never the repository
// it belongs to.
func TestGitsOwnFileIsReadAlone(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k))
	for _, name := range []string{filepath.Join(repo.dir, ".git/config"), filepath.Join(bare(t, repo), "config")} {
		if r, err := Run(t.Context(), []string{name}, options(t)); err == nil || !strings.Contains(err.Error(), "no scanner reads a file of this name") || len(r.Findings) != 0 {
			t.Errorf("%s: %v, findings %+v", name, err, r.Findings)
		}
	}
}

func notice(r *Report, part string) bool {
	for _, n := range r.Notices {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}

func TestDamagedReferenceIsNoEmptyRepository(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k))
	write(t, repo.dir, ".git/refs/heads/main", "garbage\n")
	r := run(t, repo.dir, func(o *Options) { o.History = true })
	c := r.Targets[0].Coverage
	if c.Complete || notice(r, "empty repository") || len(c.Skipped) != 1 || !strings.Contains(c.Skipped[0].Reason, "refs/heads/main") {
		t.Errorf("coverage %+v, notices %q", c, r.Notices)
	}
	if r := run(t, repo.dir, nil); len(r.Findings) != 1 || !notice(r, "refs/heads/main") {
		t.Errorf("work tree: findings %+v, notices %q", r.Findings, r.Notices)
	}
}

func TestUnreadableTipIsToldOnce(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	head := repo.commit(".mcp.json", configWith(k))
	repo.git("branch", "again")
	if err := os.Remove(filepath.Join(repo.dir, ".git/objects", head[:2], head[2:])); err != nil {
		t.Fatal(err)
	}
	r := run(t, repo.dir, func(o *Options) { o.History = true })
	c := r.Targets[0].Coverage
	if c.Complete || notice(r, "empty repository") || len(c.Skipped) != 1 {
		t.Errorf("coverage %+v, notices %q", c, r.Notices)
	}
	if r := run(t, repo.dir, nil); len(r.Findings) != 1 || !notice(r, "carry no commit") {
		t.Errorf("work tree: findings %+v, notices %q", r.Findings, r.Notices)
	}
}

// TestShallowCloneBlamesNobody: the oldest commit of a shallow clone did not
// bring in all that it holds.
func TestShallowCloneBlamesNobody(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k1))
	repo.commit("README.md", "one")
	repo.commit("README.md", "two")
	own := repo.commit("x/.mcp.json", configWith(k2))
	clone := filepath.Join(t.TempDir(), "clone")
	repo.git("clone", "-q", "--depth=2", "file://"+repo.dir, clone)

	for name, change := range map[string]func(*Options){"work tree": nil, "history": func(o *Options) { o.History = true }} {
		r := run(t, clone, change)
		if len(r.Findings) != 2 || r.Findings[0].Origin != (Origin{}) || r.Findings[1].Origin.Commit != own {
			t.Errorf("%s: findings %+v", name, r.Findings)
		}
		if !notice(r, "shallow") || !notice(r, "who introduced 1 finding is unknown") || len(r.Notices) != 1 {
			t.Errorf("%s: notices %q", name, r.Notices)
		}
		if complete := r.Targets[0].Coverage.Complete; complete != (change == nil) {
			t.Errorf("%s: complete is %v", name, complete)
		}
	}
	r := run(t, clone, func(o *Options) { o.Range = "HEAD~1..HEAD" })
	if len(r.Findings) != 1 || r.Findings[0].Origin.Commit != own || len(r.Notices) != 0 || !r.Targets[0].Coverage.Complete {
		t.Errorf("a range within: %+v, %q", r.Findings, r.Notices)
	}
	if r := run(t, "file://"+clone, nil); !notice(r, "shallow") {
		t.Errorf("as a URL: notices %q", r.Notices)
	}
}

// TestRangeBeyondAShallowClone: what lies between was asked for and is not
// there.
func TestRangeBeyondAShallowClone(t *testing.T) {
	t.Parallel()
	k, _ := keys()
	repo := newRepository(t)
	base := repo.commit("README.md", "one")
	repo.commit("README.md", "two")
	repo.commit(".mcp.json", configWith(k))
	clone := filepath.Join(t.TempDir(), "clone")
	repo.git("clone", "-q", "--depth=1", "file://"+repo.dir, clone)
	repo.git("-C", clone, "fetch", "-q", "--depth=1", "origin", base)
	r := run(t, clone, func(o *Options) { o.Range = base + "..HEAD" })
	if len(r.Findings) != 1 || r.Findings[0].Origin != (Origin{}) || r.Targets[0].Coverage.Complete || !notice(r, "shallow: older commits were not read") {
		t.Errorf("findings %+v, coverage %+v, notices %q", r.Findings, r.Targets[0].Coverage, r.Notices)
	}
}
