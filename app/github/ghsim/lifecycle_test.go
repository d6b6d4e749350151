package ghsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

func TestRenamedRepositoryRedirects(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	hook.take()
	s.Rename(r, "store")
	got := hook.take()[0]
	if got.payload["changes"].(object)["repository"].(object)["name"].(object)["from"] != "shop" {
		t.Errorf("changes: %v", got.payload["changes"])
	}
	moved := c.call(http.StatusMovedPermanently, "GET", "/repos/acme/shop/issues?state=all", nil)
	c.call(http.StatusOK, "GET", moved.header.Get("Location"), nil)
	again := c.call(http.StatusTemporaryRedirect, "POST", shopIssues, object{"title": "t"})
	c.call(http.StatusCreated, "POST", again.header.Get("Location"), object{"title": "t"})
	if out, ok := git(t, t.TempDir(), "ls-remote", withToken(t, s.URL+"/acme/shop.git", c.auth)); !ok {
		t.Errorf("git by the old name: %s", out)
	}
	s.CreateRepo("acme", "shop", ghsim.RepoOptions{}) // takes the old name
	if id := c.call(http.StatusOK, "GET", "/repos/acme/shop", nil).object(t)["id"]; id == float64(r.ID) {
		t.Error("the old name still leads to the renamed repository")
	}
}

func TestTransferredRepository(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	other := s.Install("globex")
	hook.take()
	s.Transfer(r, "globex")
	if d := cmp.Diff([]string{"installation_repositories.removed", "repository.transferred"}, names(hook.take())); d != "" {
		t.Error(d)
	}
	c.call(http.StatusNotFound, "GET", "/repos/acme/shop", nil)
	installed(t, s, other, nil).call(http.StatusOK, "GET", "/repos/globex/shop", nil)
	if v := s.Violations(); len(v) != 0 {
		t.Errorf("a token that could not know is blamed: %v", v)
	}
}

func TestLifeOfARepository(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	p := s.ForkPR(r, "eve", "fix", map[string]string{"x": "1"})
	hook.take()
	s.Archive(r)
	s.Unarchive(r)
	s.Publicize(r)
	s.Privatize(r)
	s.Push(r, "dev", map[string]string{"y": "1"}, "y")
	s.SetDefaultBranch(r, "dev")
	s.RenameAccount("acme", "initech")
	s.RenameAccount("initech", "acme")
	want := []string{
		"repository.archived", "repository.unarchived", "repository.publicized", "public", "repository.privatized", "push",
		"check_suite.requested", "repository.edited", "installation_target.renamed", "installation_target.renamed",
	}
	if d := cmp.Diff(want, names(hook.take())); d != "" {
		t.Error(d)
	}
	s.DeleteRepo(p.HeadRepo())
	if head := c.call(http.StatusOK, "GET", "/repos/acme/shop/pulls/1", nil).object(t)["head"].(object); head["repo"] != nil {
		t.Error("the head of a deleted fork has a repository")
	}
	s.DeleteRepo(r)
	if d := cmp.Diff([]string{"repository.deleted"}, names(hook.take())); d != "" {
		t.Error(d)
	}
	c.call(http.StatusNotFound, "GET", "/repos/acme/shop", nil)
}

func TestBranchesMoveInEveryWay(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, _ := world(t, ghsim.Options{WebhookURL: hook.URL})
	root := r.Head("main")
	s.Push(r, "f", map[string]string{"x": "1"}, "x")
	p := s.OpenPR(r, ghsim.PROptions{From: "f"})
	hook.take()
	s.ForcePush(r, "f", root, map[string]string{"x": "2"}, "again")
	s.MoveBranch(r, "f", root)
	s.PushCommits(r, "f",
		ghsim.Commit{Files: map[string]string{"k": "secret"}}, ghsim.Commit{Files: map[string]string{"k": ghsim.Delete}, Message: "x\n\nskip-checks: true"})
	s.MergeGroup(p)
	s.DeleteBranch(r, "f")
	got := hook.take()
	want := []string{
		"push", "check_suite.requested", "pull_request.synchronize", "push", "check_suite.requested", "pull_request.synchronize",
		"push", "pull_request.synchronize", "push", "check_suite.requested", "merge_group.checks_requested", "push", "pull_request.closed",
	}
	if d := cmp.Diff(want, names(got)); d != "" {
		t.Fatal(d)
	}
	if got[0].payload["forced"] != true || got[3].payload["forced"] != true || got[6].payload["forced"] != false {
		t.Error("forced is wrong")
	}
	if n := len(got[6].payload["commits"].([]any)); n != 2 {
		t.Errorf("%d commits in the push", n)
	}
	if last := got[11].payload; last["deleted"] != true || last["after"] != strings.Repeat("0", 40) || last["head_commit"] != nil {
		t.Errorf("deletion: %v", last["after"])
	}
}

func TestPullRequestsEndWithTheirBranches(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	open := func(branch, into string) *ghsim.PR {
		s.Push(r, branch, map[string]string{branch: "1"}, "x")
		return s.OpenPR(r, ghsim.PROptions{From: branch, Into: into})
	}
	queued, landed := open("queued", ""), open("landed", "")
	s.Push(r, "release", map[string]string{"r": "1"}, "r")
	orphan := open("orphan", "release")
	s.MoveBranch(r, "main", s.MergeGroup(queued))
	s.MoveBranch(r, "main", s.PushCommits(r, "main", ghsim.Commit{Parents: []string{r.Head("main"), landed.Head()}, Files: map[string]string{"l": "1"}}))
	s.DeleteBranch(r, "release")
	for p, merged := range map[*ghsim.PR]bool{queued: true, landed: true, orphan: false} {
		got := c.call(http.StatusOK, "GET", fmt.Sprintf("/repos/acme/shop/pulls/%d", p.Number), nil).object(t)
		if got["state"] != "closed" || got["merged"] != merged {
			t.Errorf("#%d: %v, merged %v; want closed, %v", p.Number, got["state"], got["merged"], merged)
		}
	}
}

func TestBlockedAndEmptyRepositories(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.CreateRepo("acme", "empty", ghsim.RepoOptions{})
	c.call(http.StatusConflict, "GET", "/repos/acme/empty/commits", nil)
	c.call(http.StatusConflict, "GET", "/repos/acme/empty/commits/main", nil)
	s.Disable(r)
	c.call(http.StatusForbidden, "GET", "/repos/acme/shop", nil)
	if out, ok := git(t, t.TempDir(), "ls-remote", withToken(t, r.CloneURL(), c.auth)); ok {
		t.Errorf("a blocked repository was read: %s", out)
	}
}

func TestManifestMakesTheApp(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s := ghsim.New(t, ghsim.Options{})
	manifest, err := json.Marshal(object{
		"name": "Castellan Acme", "url": "https://castellan.example", "redirect_url": "http://127.0.0.1:1/setup/done",
		"hook_attributes": object{"url": hook.URL}, "default_permissions": object{"checks": "write", "metadata": "read"}, "default_events": []string{"push"},
	})
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.PostForm(s.URL+"/organizations/acme/settings/apps/new?state=abc", url.Values{"manifest": {string(manifest)}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := resp.Location()
	if err != nil || back.Query().Get("state") != "abc" || back.Path != "/setup/done" {
		t.Fatalf("redirected to %v, %v", back, err)
	}
	anyone := client{t, s, ""}
	made := anyone.call(http.StatusCreated, "POST", "/app-manifests/"+back.Query().Get("code")+"/conversions", nil).object(t)
	anyone.call(http.StatusNotFound, "POST", "/app-manifests/"+back.Query().Get("code")+"/conversions", nil)
	if made["slug"] != "castellan-acme" || made["id"] != float64(s.AppID()) || made["webhook_secret"] != s.WebhookSecret() {
		t.Errorf("the App: %v", made["slug"])
	}
	app(t, s).call(http.StatusOK, "GET", "/app", nil)
	s.Install("acme")
	if got := hook.take(); len(got) != 1 || !validSignature(got[0], made["webhook_secret"].(string)) {
		t.Errorf("deliveries of the new App: %v", names(got))
	}
}
