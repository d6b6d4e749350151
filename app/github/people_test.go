package github

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer map[string]any
		code   int
		want   string
	}{
		{"admin", map[string]any{"permission": "admin", "role_name": "admin"}, 200, "admin"},
		{"maintain", map[string]any{"permission": "write", "role_name": "maintain"}, 200, "maintain"},
		{"triage", map[string]any{"permission": "read", "role_name": "triage"}, 200, "triage"},
		{"a custom role", map[string]any{"permission": "write", "role_name": "release captain"}, 200, "write"},
		{"no role name, an older server", map[string]any{"permission": "read"}, 200, "read"},
		{"none", map[string]any{"permission": "none", "role_name": "none"}, 200, "none"},
		{"nothing known", map[string]any{}, 200, "none"},
		{"no such user", nil, 404, "none"},
		{"an error", nil, 400, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.handle("GET /repos/acme/shop/collaborators/ann/permission", func(w http.ResponseWriter, _ *http.Request) {
				if tt.code != 200 {
					refuse(w, tt.code, "no")
					return
				}
				answer(w, tt.answer)
			})
			got, err := f.app(t).Installation(1).Permission(ctx(t), acme, "ann")
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestWhoIsAssignable(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bool{204: true, 404: false} {
		f := newFake(t)
		f.handle("GET /repos/acme/shop/assignees/ann", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		if got, err := f.app(t).Installation(1).Assignable(ctx(t), acme, "ann"); got != want || err != nil {
			t.Errorf("%d: %v %v", code, got, err)
		}
	}
	f := newFake(t)
	f.handle("GET /repos/acme/shop/assignees/ann", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 403, "no") })
	if got, err := f.app(t).Installation(1).Assignable(ctx(t), acme, "ann"); got || !errors.Is(err, ErrForbidden) {
		t.Errorf("forbidden: %v %v", got, err)
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	ann, bot := map[string]any{"id": 3, "login": "ann", "type": "User"}, map[string]any{"id": 4, "login": "dep[bot]", "type": "Bot"}
	f.handle("GET /repos/acme/shop/collaborators", func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Get("permission") != "admin" || q.Get("affiliation") != "all" {
			t.Errorf("query %v", q)
		}
		answer(w, []any{ann, bot})
	})
	f.handle("GET /orgs/acme/teams/dev/members", func(w http.ResponseWriter, _ *http.Request) { answer(w, []any{ann}) })
	f.handle("GET /orgs/acme/memberships/ann", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"state": "active", "role": "admin"})
	})
	f.handle("GET /orgs/acme/memberships/bob", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 404, "Not Found") })
	c := f.app(t).Installation(1)
	admins, err1 := c.Admins(ctx(t), acme)
	team, err2 := c.TeamMembers(ctx(t), "acme", "dev")
	want := []User{{ID: 3, Login: "ann", Type: "User"}, {ID: 4, Login: "dep[bot]", Type: "Bot"}}
	if diff := cmp.Diff(want, admins); err1 != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err1, diff)
	}
	if diff := cmp.Diff(want[:1], team); err2 != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err2, diff)
	}
	if state, role, err := c.Membership(ctx(t), "acme", "ann"); state != "active" || role != "admin" || err != nil {
		t.Error(state, role, err)
	}
	if state, role, err := c.Membership(ctx(t), "acme", "bob"); state+role != "" || err != nil {
		t.Error(state, role, err)
	}
}

func TestCommitAuthors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		body any
		code int
		want User
		err  error
	}{
		{"known", []any{map[string]any{"sha": headSHA, "author": map[string]any{"id": 3, "login": "ann", "type": "User"}}}, 200, User{3, "ann", "User"}, nil},
		{"address of nobody", []any{map[string]any{"sha": headSHA, "author": nil}}, 200, User{}, nil},
		{"another commit", []any{map[string]any{"sha": "f" + headSHA[1:], "author": map[string]any{"login": "eve"}}}, 200, User{}, nil},
		{"nothing", []any{}, 200, User{}, nil},
		{"unknown commit", nil, 404, User{}, ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.handle("GET /repos/acme/shop/commits", func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("sha") != headSHA || r.URL.Query().Get("per_page") != "1" {
					t.Errorf("query %v", r.URL.Query())
				}
				if tt.code != 200 {
					refuse(w, tt.code, "no")
					return
				}
				answer(w, tt.body)
			})
			got, err := f.app(t).Installation(1).CommitAuthor(ctx(t), acme, headSHA)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestPullRequests(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	pull := map[string]any{"id": 1, "number": 7, "state": "closed", "merged_at": "2026-01-02T03:04:05Z", "draft": true, "user": map[string]any{"login": "ann"},
		"head": map[string]any{"sha": headSHA, "ref": "fix", "repo": map[string]any{"full_name": "ann/shop"}}, "base": map[string]any{"sha": "b", "ref": "main"}}
	gone := map[string]any{"id": 2, "number": 8, "state": "open", "merged_at": nil, "user": nil,
		"head": map[string]any{"sha": headSHA, "ref": "fix", "repo": nil}, "base": map[string]any{"sha": "b", "ref": "main"}}
	f.handle("GET /repos/acme/shop/pulls/7", func(w http.ResponseWriter, _ *http.Request) { answer(w, pull) })
	f.handle("GET /repos/acme/shop/commits/"+headSHA+"/pulls", func(w http.ResponseWriter, _ *http.Request) { answer(w, []any{pull, gone}) })
	c := f.app(t).Installation(1)
	want := []PullRequest{
		{Number: 7, State: "closed", Merged: true, HeadSHA: headSHA, HeadRef: "fix", HeadRepo: "ann/shop", BaseSHA: "b", BaseRef: "main", Author: "ann", Draft: true},
		{Number: 8, State: "open", HeadSHA: headSHA, HeadRef: "fix", BaseSHA: "b", BaseRef: "main"},
	}
	one, err := c.PullRequest(ctx(t), acme, 7)
	if diff := cmp.Diff(want[0], one); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	all, err := c.PullRequestsOf(ctx(t), acme, headSHA)
	if diff := cmp.Diff(want, all); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
