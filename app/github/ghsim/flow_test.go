package ghsim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

// git runs git in dir and returns what it printed; ok says whether it worked.
func git(t *testing.T, dir string, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+dir)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func withToken(t *testing.T, address, token string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("x-access-token", token)
	return u.String()
}

func TestPullRequestFromOpenToMerge(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL, WebhookSecret: "s3"})
	hook.take()
	s.Push(r, "feature", map[string]string{".mcp.json": "{}\n", "deep/er/x": "1"}, "Add a server")
	p := s.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
	head := s.PushToPR(p, map[string]string{".mcp.json": "{ }\n", "deep/er/x": ghsim.Delete}, "Change it")
	merge := s.ClosePR(p, true)
	got := hook.take()
	want := []string{
		"push", "check_suite.requested", "pull_request.opened", "push", "check_suite.requested", "pull_request.synchronize",
		"push", "check_suite.requested", "pull_request.closed",
	}
	if d := cmp.Diff(want, names(got)); d != "" {
		t.Fatal(d)
	}
	for _, g := range got {
		if !validSignature(g, "s3") || validSignature(g, "other") {
			t.Errorf("%s: signature %q", g.event, g.signature)
		}
	}
	commit := got[3].payload["commits"].([]any)[0].(object)
	if d := cmp.Diff([]any{".mcp.json"}, commit["modified"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]any{"deep/er/x"}, commit["removed"]); d != "" {
		t.Error(d)
	}
	pull := c.call(http.StatusOK, "GET", "/repos/acme/shop/pulls/1", nil).object(t)
	if pull["merged"] != true || pull["merge_commit_sha"] != merge || pull["head"].(object)["sha"] != head {
		t.Errorf("pull request after the merge: %v", pull)
	}
	if got := r.Head("main"); got != merge {
		t.Errorf("main is at %s, want %s", got, merge)
	}
}

func TestGitReadsWithAToken(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.Push(r, "main", map[string]string{"a/b/c.txt": "deep\n", "run": "link"}, "More")
	var many []ghsim.Commit // enough for a pack
	for i := range 60 {
		many = append(many, ghsim.Commit{Files: map[string]string{fmt.Sprintf("many/%d", i): strings.Repeat("x", i*40)}})
	}
	s.PushCommits(r, "main", many...)
	p := s.ForkPR(r, "eve", "fix", map[string]string{"evil.txt": "from a fork\n"})
	dir := t.TempDir()
	if out, ok := git(t, dir, "clone", "-q", r.CloneURL(), "anonymous"); ok {
		t.Errorf("a private repository was cloned without a token: %s", out)
	}
	if out, ok := git(t, dir, "clone", "-q", withToken(t, r.CloneURL(), c.auth), "full"); !ok {
		t.Fatal(out)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "full", "a/b/c.txt")); err != nil || string(got) != "deep\n" {
		t.Errorf("c.txt = %q, %v", got, err)
	}
	if out, ok := git(t, filepath.Join(dir, "full"), "fsck", "--strict"); !ok {
		t.Errorf("fsck: %s", out)
	}
	out, ok := git(t, filepath.Join(dir, "full"), "fetch", "-q", "--depth=1", "--filter=blob:none", "origin", fmt.Sprintf("refs/pull/%d/head", p.Number))
	if !ok {
		t.Errorf("fetch of the fork's head: %s", out)
	}
	if out, _ := git(t, filepath.Join(dir, "full"), "rev-parse", "FETCH_HEAD"); strings.TrimSpace(out) != p.Head() {
		t.Errorf("FETCH_HEAD is %s, want %s", out, p.Head())
	}
	if out, ok := git(t, filepath.Join(dir, "full"), "fetch", "-q", "--depth=1", "origin", p.Head()); !ok {
		t.Errorf("fetch by SHA: %s", out)
	}
	noContents := installed(t, s, installationOf(t, s), object{"permissions": object{"issues": "read"}})
	if out, ok := git(t, dir, "clone", "-q", withToken(t, r.CloneURL(), noContents.auth), "refused"); ok || !strings.Contains(out, "403") {
		t.Errorf("clone without contents:read: %v %s", ok, out)
	}
}

// installationOf is the one installation there is.
func installationOf(t *testing.T, s *ghsim.Sim) int64 {
	t.Helper()
	list := app(t, s).call(http.StatusOK, "GET", "/app/installations", nil).list(t)
	return int64(list[0]["id"].(float64))
}
