package scan

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/policy"
)

// repository is a work tree made with git itself, whatever this machine's
// configuration says.
type repository struct {
	t   *testing.T
	dir string
	n   int
}

func newRepository(t *testing.T) *repository {
	r := &repository{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repository) git(args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	stamp := fmt.Sprintf("2026-01-02T03:04:%02dZ", r.n)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@acme.example",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@acme.example", "GIT_AUTHOR_DATE="+stamp, "GIT_COMMITTER_DATE="+stamp)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes a file (removes it if content is empty) and commits.
func (r *repository) commit(name, content string) string {
	if content == "" {
		r.git("rm", "-q", name)
	} else {
		write(r.t, r.dir, name, content)
	}
	r.git("add", "-A")
	r.n++
	r.git("commit", "-qm", "change "+name)
	return r.git("rev-parse", "HEAD")
}

func configWith(token string) string {
	return `{"mcpServers":{"gh":{"command":"npx","args":["-y","some-mcp@1.0.0"],"env":{"TOKEN":"` + token + `"}}}}`
}

// Two keys of GitHub's shape, put together so that no scanner takes them for
// real ones.
func keys() (string, string) {
	return "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k", "ghp_" + "Wm4tBz8YcQ1xLr6NvK3s" + "Ee9PfUj2HdGa7iXo"
}

// brief is what two scans of the same content must agree on.
func brief(r *Report) string {
	var lines []string
	for _, f := range r.Findings {
		lines = append(lines, fmt.Sprint(f.Fingerprint[:12], f.Rule, f.Path, f.Region, f.Pointer, f.Severity, f.Action, f.Integration, hashOf(&f.Finding), f.Origin, f.Local, f.Gone))
	}
	return strings.Join(lines, "\n")
}

func run(t *testing.T, target string, change func(*Options)) *Report {
	o := options(t)
	if change != nil {
		change(&o)
	}
	r, err := Run(t.Context(), []string{target}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFolderBareAndURLAgree(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	repo.commit("README.md", "hello")
	leak := repo.commit("a/.cursor/mcp.json", configWith(k1))
	repo.commit("a/.cursor/mcp.json", "\n\n"+configWith(k1)) // moved lines introduce nothing
	repo.commit("b/.mcp.json", configWith(k2))
	bare := filepath.Join(t.TempDir(), "x.git")
	repo.git("clone", "-q", "--bare", repo.dir, bare)
	folder := run(t, repo.dir, nil)
	if len(folder.Findings) != 2 || folder.Findings[0].Origin.Commit != leak || folder.Findings[0].Origin.Author != "Ann <ann@acme.example>" {
		t.Fatalf("findings %+v", folder.Findings)
	}
	for name, target := range map[string]string{"bare": bare, "URL": "file://" + bare} {
		other := run(t, target, nil)
		if brief(other) != brief(folder) {
			t.Errorf("%s differs:\n%s\n\n%s", name, brief(other), brief(folder))
		}
		if a, b := other.Targets[0].Coverage, folder.Targets[0].Coverage; a.Files != b.Files || a.Scanned != b.Scanned || !a.Complete {
			t.Errorf("%s: coverage %+v, folder %+v", name, a, b)
		}
	}
}

func TestRangeReportsWhatCameAndWent(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	base := repo.commit(".mcp.json", configWith(k1))
	leak := repo.commit("x/.mcp.json", configWith(k2))
	repo.commit("x/.mcp.json", configWith("${TOKEN}"))
	repo.git("mv", ".mcp.json", "moved.mcp.json")
	repo.commit("README.md", "a pure rename beside it")
	r := run(t, repo.dir, func(o *Options) { o.Range = base + "..HEAD" })
	if len(r.Findings) != 1 || r.Findings[0].Origin.Commit != leak || !r.Findings[0].Gone || r.Findings[0].Path != "x/.mcp.json" {
		t.Errorf("findings:\n%s", brief(r))
	}
	all := run(t, repo.dir, func(o *Options) { o.History = true })
	gone := 0
	for _, f := range all.Findings {
		if f.Gone {
			gone++
		}
	}
	if len(all.Findings) != 2 || gone == 0 {
		t.Errorf("history:\n%s", brief(all))
	}
}

func TestStagedReportsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k1))
	write(t, repo.dir, ".mcp.json", strings.Replace(configWith(k1), `"-y"`, `"-y","-q"`, 1))
	write(t, repo.dir, "y/.mcp.json", configWith(k2))
	repo.git("add", "-A")
	write(t, repo.dir, "z/.mcp.json", configWith(k2)) // not staged
	r := run(t, repo.dir, func(o *Options) { o.Staged = true })
	if len(r.Findings) != 1 || r.Findings[0].Path != "y/.mcp.json" {
		t.Errorf("findings:\n%s", brief(r))
	}
}

func TestIgnoredAIFilesAreLocalNotes(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	repo.commit(".gitignore", ".cursor/\nnode_modules/\n")
	write(t, repo.dir, ".cursor/mcp.json", configWith(k1))
	write(t, repo.dir, "node_modules/p/.mcp.json", configWith(k1))
	r := run(t, repo.dir, nil)
	if len(r.Findings) != 1 || !r.Findings[0].Local || r.Findings[0].Action != "note" {
		t.Errorf("findings:\n%s", brief(r))
	}
}

func TestHistoryFollowsAMovedFile(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	leak := repo.commit(".mcp.json", configWith(k1))
	repo.git("mv", ".mcp.json", "moved.mcp.json")
	repo.commit("README.md", "a pure rename beside it")
	all := run(t, repo.dir, func(o *Options) { o.History = true })
	if len(all.Findings) != 1 || all.Findings[0].Gone || all.Findings[0].Path != "moved.mcp.json" || all.Findings[0].Origin.Commit != leak {
		t.Errorf("history:\n%s", brief(all))
	}
}

func readPolicy(t *testing.T, text string) *policy.Policy {
	p, err := policy.Read("castellan.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A waiver counts by the name of the repository, which its remote tells.
func TestWaiversKnowTheRepository(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit(".claude/settings.local.json", `{"permissions":{"allow":["Bash(ls)"]}}`)
	waived := readPolicy(t, "version: 1\nwaivers:\n- {rule: agent-local-settings-committed, match: \"acme/lab:**\", until: 2027-01-31, reason: lab, approver: \"@acme/security\"}\n")
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for url, want := range map[string]int{"": 1, "git@git.acme.example:acme/lab.git": 0, "https://git.acme.example/acme/other": 1} {
		repo.git("config", "remote.origin.url", url)
		r := run(t, repo.dir, func(o *Options) { o.Policy, o.Now = waived, now })
		if len(r.Findings) != want || r.Waived != 1-want {
			t.Errorf("remote %q: %d findings, %d waived, want %d", url, len(r.Findings), r.Waived, want)
		}
		if url == "" && !slices.ContainsFunc(r.Notices, func(n string) bool { return strings.Contains(n, "the repository is not known here") }) {
			t.Errorf("no word on the waiver that does not apply: %q", r.Notices)
		}
	}
	late := run(t, repo.dir, func(o *Options) { o.Policy, o.Now = waived, now.AddDate(1, 0, 0) })
	if len(late.Findings) != 1 || !slices.ContainsFunc(late.Notices, func(n string) bool { return strings.Contains(n, "ended on 2027-01-31") }) {
		t.Errorf("an ended waiver: %d findings, notices %q", len(late.Findings), late.Notices)
	}
}

// What a change says of its own policy does not count for the change.
func TestRangeIsJudgedByThePolicyItStartsFrom(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	base := repo.commit(".github/castellan.yml", "version: 1\nrules: {agent-local-settings-committed: {action: block}}\n")
	repo.commit(".github/castellan.yml", "version: 1\n")
	repo.commit(".claude/settings.local.json", `{"permissions":{"allow":["Bash(ls)"]}}`)
	r := run(t, repo.dir, func(o *Options) { o.Range = base + "..HEAD" })
	if len(r.Findings) != 1 || r.Findings[0].Action != policy.Block {
		t.Errorf("findings:\n%s", brief(r))
	}
}

// A client reads a link as it reads a file: what it leads to counts under the
// link's name, whichever way the repository is read.
func TestLinksCountInEveryMode(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	if err := os.Symlink("conf/servers.txt", filepath.Join(repo.dir, ".mcp.json")); err != nil {
		t.Fatal(err)
	}
	base := repo.commit("conf/servers.txt", configWith(k1))
	leak := repo.commit("conf/servers.txt", configWith(k2))
	for name, change := range map[string]func(*Options){
		"folder": nil, "history": func(o *Options) { o.History = true }, "range": func(o *Options) { o.Range = base + "..HEAD" },
	} {
		r := run(t, repo.dir, change)
		if len(r.Findings) != 1 || r.Findings[0].Path != ".mcp.json" || r.Findings[0].Origin.Commit != leak || r.Findings[0].Gone {
			t.Errorf("%s: findings:\n%s", name, brief(r))
		}
	}
	write(t, repo.dir, "conf/servers.txt", configWith(k1))
	repo.git("add", "-A")
	if r := run(t, repo.dir, func(o *Options) { o.Staged = true }); len(r.Findings) != 1 || r.Findings[0].Path != ".mcp.json" {
		t.Errorf("staged: findings:\n%s", brief(r))
	}
	repo.commit("README.md", "nothing of it")
	if r := run(t, repo.dir, func(o *Options) { o.Range = "HEAD^..HEAD" }); len(r.Findings) != 1 {
		t.Errorf("range: findings:\n%s", brief(r))
	}
	repo.commit("README.md", "nothing of it again")
	if r := run(t, repo.dir, func(o *Options) { o.Range = "HEAD^..HEAD" }); len(r.Findings) != 0 {
		t.Errorf("a range that changes nothing: findings:\n%s", brief(r))
	}
}

// A file that is looked into for another reason does not count for the link that
// a client reads: .claude/settings.json that is one of several profiles.
func TestLinksToFilesOfNoNameCount(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	if err := os.MkdirAll(filepath.Join(repo.dir, ".claude"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../profiles/settings.pro.json", filepath.Join(repo.dir, ".claude/settings.json")); err != nil {
		t.Fatal(err)
	}
	base := repo.commit("profiles/settings.pro.json", `{"env":{"LANG":"C"}}`)
	repo.commit("profiles/settings.pro.json", `{"env":{"ANTHROPIC_API_KEY":"`+k1+`"}}`)
	for name, change := range map[string]func(*Options){
		"folder": nil, "history": func(o *Options) { o.History = true }, "range": func(o *Options) { o.Range = base + "..HEAD" },
	} {
		r := run(t, repo.dir, change)
		if len(r.Findings) != 1 || r.Findings[0].Path != ".claude/settings.json" {
			t.Errorf("%s: findings:\n%s", name, brief(r))
		}
	}
}

// A part of a repository gives what the whole gives for it, in every mode.
func TestPartOfARepositoryInEveryMode(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	base := repo.commit("README.md", "x")
	repo.commit("a/.mcp.json", configWith(k1))
	repo.commit("b/.mcp.json", configWith(k2))
	write(t, repo.dir, "a/sub/.mcp.json", configWith(k2))
	write(t, repo.dir, "c/.mcp.json", configWith(k1))
	repo.git("add", "-A")
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"range":   {func(o *Options) { o.Range = base + "..HEAD" }, "a/.mcp.json"},
		"history": {func(o *Options) { o.History = true }, "a/.mcp.json"},
		"staged":  {func(o *Options) { o.Staged = true }, "a/sub/.mcp.json"},
	} {
		r := run(t, filepath.Join(repo.dir, "a"), c.change)
		if len(r.Findings) != 1 || r.Findings[0].Path != c.want {
			t.Errorf("%s:\n%s", name, brief(r))
		}
	}
}

func TestStagedRenameIntroducesNothing(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k1))
	if err := os.Mkdir(filepath.Join(repo.dir, "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	repo.git("mv", ".mcp.json", "x/.mcp.json")
	if r := run(t, repo.dir, func(o *Options) { o.Staged = true }); len(r.Findings) != 0 {
		t.Errorf("a rename:\n%s", brief(r))
	}
	write(t, repo.dir, "y/.mcp.json", configWith(k1)) // a copy of what is still there under x
	repo.git("commit", "-qm", "moved")
	repo.git("add", "-A")
	if r := run(t, repo.dir, func(o *Options) { o.Staged = true }); len(r.Findings) != 1 {
		t.Errorf("a copy:\n%s", brief(r))
	}
}

func TestHistoryKnowsOtherBranches(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	repo.commit("README.md", "x")
	repo.git("checkout", "-q", "-b", "side")
	repo.commit("s/.mcp.json", configWith(k1))
	repo.git("checkout", "-q", "main")
	r := run(t, repo.dir, func(o *Options) { o.History = true })
	if len(r.Findings) != 1 || r.Findings[0].Gone {
		t.Errorf("what a branch has is not gone:\n%s", brief(r))
	}
}

func TestHistoryNamesWhoTheTipNames(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	repo := newRepository(t)
	repo.commit("a/.mcp.json", configWith(k1))
	repo.commit("a/.mcp.json", "")
	repo.commit("b/.mcp.json", configWith("${TOKEN}"))
	again := repo.commit("b/.mcp.json", configWith(k1))
	for name, change := range map[string]func(*Options){"folder": nil, "history": func(o *Options) { o.History = true }} {
		r := run(t, repo.dir, change)
		for _, f := range r.Findings {
			if f.Path == "b/.mcp.json" && f.Origin.Commit != again {
				t.Errorf("%s: introduced by %s, want %s", name, f.Origin.Commit, again)
			}
		}
	}
}

func TestTargetsThatCannotBeReadAreErrors(t *testing.T) {
	t.Parallel()
	k1, _ := keys()
	dir := t.TempDir()
	write(t, dir, "foo.txt", configWith(k1))
	write(t, dir, "x/.mcp.json", configWith(k1))
	repo := newRepository(t)
	repo.commit(".mcp.json", configWith(k1))
	bare := filepath.Join(t.TempDir(), "x.git")
	repo.git("clone", "-q", "--bare", repo.dir, bare)
	for _, c := range []struct {
		target string
		staged bool
		want   string
	}{
		{filepath.Join(dir, "foo.txt"), false, "no scanner reads a file of this name"},
		{"/dev/null", false, "neither a folder nor a regular file"},
		{bare, true, "--staged needs a checked-out repository"},
	} {
		o := options(t)
		o.Staged = c.staged
		if _, err := Run(t.Context(), []string{c.target}, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.target, err, c.want)
		}
	}
	if r := run(t, filepath.Join(dir, "x/.mcp.json"), nil); len(r.Findings) != 1 {
		t.Errorf("a file that is known:\n%s", brief(r))
	}
}
