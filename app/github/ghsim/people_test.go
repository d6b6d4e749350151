package ghsim_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.SetBasePermission("acme", "none")
	for _, login := range []string{"member", "former"} {
		s.AddMember("acme", login, "member")
	}
	s.AddTeam("acme", "maintainers", "tess")
	s.AddTeamRepo("acme", "maintainers", r, "maintain")
	s.SetCollaborator(r, "outsider", "triage")
	s.SetCollaborator(r, "gone", "admin")
	s.SetCollaborator(r, "gone", "")
	s.RemoveMember("acme", "former")
	s.InviteMember("acme", "invited")
	for login, want := range map[string]string{
		"alice": "admin admin", "member": "none none", "tess": "write maintain", "outsider": "read triage", "gone": "none none", "former": "none none",
	} {
		got := c.call(http.StatusOK, "GET", "/repos/acme/shop/collaborators/"+login+"/permission", nil).object(t)
		if have := got["permission"].(string) + " " + got["role_name"].(string); have != want {
			t.Errorf("%s: %s, want %s", login, have, want)
		}
	}
	c.call(http.StatusNotFound, "GET", "/repos/acme/shop/collaborators/nobody/permission", nil)
	for query, want := range map[string]string{
		"permission=admin": "alice", "permission=push": "alice tess", "affiliation=outside": "outsider", "": "alice outsider tess",
	} {
		var got []string
		for _, u := range c.call(http.StatusOK, "GET", "/repos/acme/shop/collaborators?"+query, nil).list(t) {
			got = append(got, u["login"].(string))
		}
		if have := strings.Join(got, " "); have != want {
			t.Errorf("collaborators %s: %s, want %s", query, have, want)
		}
	}
	for login, want := range map[string]string{"alice": "active admin", "tess": "active member", "invited": "pending member"} {
		got := c.call(http.StatusOK, "GET", "/orgs/acme/memberships/"+login, nil).object(t)
		if have := got["state"].(string) + " " + got["role"].(string); have != want {
			t.Errorf("%s: %s, want %s", login, have, want)
		}
	}
	c.call(http.StatusNotFound, "GET", "/orgs/acme/memberships/former", nil)
	c.call(http.StatusNotFound, "GET", "/orgs/globex/memberships/alice", nil)
	s.SetBasePermission("acme", "read")
	for login, want := range map[string]bool{
		"alice": true, "member": true, "tess": true, "outsider": true, "former": false, "invited": false, "castellan[bot]": false, "acme": false,
	} {
		if got := s.Assignable(r, login); got != want {
			t.Errorf("%s is assignable: %v, want %v", login, got, want)
		}
	}
}

func TestOnlyAVerifiedAddressGivesALogin(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.PushCommits(r, "main", ghsim.Commit{Pusher: "bob", Files: map[string]string{"bob.txt": "1"}})
	forged := s.PushCommits(r, "main", ghsim.Commit{
		Pusher: "eve", Files: map[string]string{"a/eve.txt": "1"}, Author: ghsim.Person{Name: "alice", Email: "alice@elsewhere.example"},
	})
	if got := c.call(http.StatusOK, "GET", "/repos/acme/shop/commits/"+forged, nil).object(t)["author"]; got != nil {
		t.Errorf("a forged author has the login of %v", got)
	}
	list := c.call(http.StatusOK, "GET", "/repos/acme/shop/commits?path=bob.txt", nil).list(t)
	if len(list) != 1 || list[0]["author"].(object)["login"] != "bob" || list[0]["commit"].(object)["author"].(object)["email"] != s.Email("bob") {
		t.Errorf("commits of bob.txt: %v", list)
	}
	if got := c.call(http.StatusOK, "GET", "/repos/acme/shop/commits?path=a", nil).list(t); len(got) != 1 || got[0]["sha"] != forged {
		t.Errorf("commits below a: %v", got)
	}
}

func TestSquashLeavesOneCommit(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.PushCommits(r, "f", ghsim.Commit{Files: map[string]string{"x": "1"}}, ghsim.Commit{Files: map[string]string{"y": "1"}})
	s.Push(r, "main", map[string]string{"z": "1"}, "meanwhile")
	p := s.OpenPR(r, ghsim.PROptions{From: "f"})
	before := r.Head("main")
	sha := s.SquashPR(p)
	m := c.call(http.StatusOK, "GET", "/repos/acme/shop/commits/main", nil).object(t)
	parents := m["parents"].([]any)
	if m["sha"] != sha || len(parents) != 1 || parents[0].(object)["sha"] != before {
		t.Errorf("main: %v on %v", m["sha"], parents)
	}
	dir := t.TempDir()
	if out, ok := git(t, dir, "clone", "-q", withToken(t, r.CloneURL(), c.auth), "."); !ok {
		t.Fatal(out)
	}
	files, _ := git(t, dir, "ls-files")
	if d := cmp.Diff("README.md\nx\ny\nz\n", files); d != "" {
		t.Error(d)
	}
	s.Comment(r, p.Number, "bob", "on a pull request")
	if got := s.PRComments(p); len(got) != 1 || got[0].Author != "bob" {
		t.Errorf("comments: %v", got)
	}
}

func TestWhatTheAppIsConfiguredWith(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{AppName: "My Castellan"})
	if s.AppSlug() != "my-castellan" || len(s.Env()) != 4 || s.CountRequests("POST", "/app/installations/{installation_id}/access_tokens") != 1 {
		t.Errorf("slug %q, environment %d, requests %v", s.AppSlug(), len(s.Env()), s.Requests())
	}
	s.SetWebhook(hook.URL, "other")
	s.Route(func(string, string) ghsim.Fate { return ghsim.Hold })
	for _, branch := range []string{"a", "b", "c"} {
		s.Push(r, branch, map[string]string{branch: "1"}, "x")
	}
	s.Route(nil)
	s.ReleaseShuffled(3)
	s.Release()
	got := hook.take()
	if len(got) != 6 || !validSignature(got[0], "other") {
		t.Errorf("released: %v", names(got))
	}
	s.ExpireTokens()
	c.call(http.StatusUnauthorized, "GET", "/repos/acme/shop", nil)
}

// A mistake in driving ends the test at once instead of doing something else.
func TestMistakesInDriving(t *testing.T) {
	t.Parallel()
	s, err := ghsim.NewServer(ghsim.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r := s.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"a": "b"}})
	for name, mistake := range map[string]func(){
		"no such branch":       func() { s.OpenPR(r, ghsim.PROptions{From: "none"}) },
		"no such issue":        func() { s.CloseIssue(r, 9, "bob", "") },
		"no such check":        func() { s.Rerequest(r, 9, "bob") },
		"name taken":           func() { s.CreateRepo("ACME", "Shop", ghsim.RepoOptions{}) },
		"no such delivery":     func() { s.Redeliver(1) },
		"nothing to push":      func() { s.PushCommits(r, "main") },
		"branch below branch":  func() { s.Push(r, "main/sub", nil, "") },
		"no such team":         func() { s.AddTeamRepo("acme", "none", r, "read") },
		"no such commit":       func() { s.MoveBranch(r, "main", "1") },
		"no such installation": func() { s.Suspend(1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nothing happened", name)
				}
			}()
			mistake()
		}()
	}
	if s.Repo("acme", "shop") != r {
		t.Error("the repository was lost on the way")
	}
}
