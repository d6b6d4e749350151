package github

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestInstallationsKeepEveryPermission(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /app/installations", func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(bearer(r), "eyJ") {
			t.Error("not asked as the App")
		}
		answer(w, []any{
			map[string]any{"id": 1, "account": map[string]any{"id": 8, "login": "acme", "type": "Organization"}, "target_type": "Organization", "repository_selection": "all",
				"permissions": map[string]string{"checks": "write", "organization_api_insights": "read", "agent_secrets": "read", "merge_queues": "read"}, "events": []string{"push"},
				"created_at": "2026-01-02T03:04:05Z", "suspended_at": nil},
			map[string]any{"id": 2, "account": map[string]any{"id": 9, "slug": "megacorp"}, "target_type": "Enterprise", "suspended_at": "2026-01-02T03:04:05Z"},
		})
	})
	got, err := f.app(t).Installations(ctx(t))
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want := []Installation{
		{ID: 1, AccountID: 8, AccountLogin: "acme", AccountType: "Organization", RepositorySelection: "all", Events: []string{"push"}, CreatedAt: when,
			Permissions: map[string]string{"checks": "write", "organization_api_insights": "read", "agent_secrets": "read", "merge_queues": "read"}},
		{ID: 2, AccountID: 9, AccountLogin: "megacorp", AccountType: "Enterprise", SuspendedAt: when},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRepositories(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /installation/repositories", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"total_count": 2, "repositories": []any{
			map[string]any{"id": 5, "name": "shop", "owner": map[string]any{"login": "acme"}, "default_branch": "main", "visibility": "internal", "private": true, "archived": true, "fork": true, "is_template": true, "has_issues": true, "disabled": true, "size": 12},
			map[string]any{"id": 6, "name": "old", "owner": map[string]any{"login": "acme"}, "private": true},
		}})
	})
	got, err := f.app(t).Installation(1).Repositories(ctx(t))
	want := []Repository{
		{Repo: acme, DefaultBranch: "main", Visibility: "internal", Archived: true, Fork: true, Template: true, HasIssues: true, Disabled: true, Size: 12},
		{Repo: Repo{ID: 6, Owner: "acme", Name: "old"}, Visibility: "private"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestManifestConversion(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("POST /app-manifests/abc-123/conversions", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("a credential was sent")
		}
		w.WriteHeader(201)
		answer(w, map[string]any{"id": 12, "slug": "castellan-acme", "name": "Castellan", "html_url": "https://github.example/apps/castellan-acme", "owner": map[string]any{"login": "acme"},
			"client_id": "Iv1.x", "client_secret": "cs", "webhook_secret": "ws", "pem": "pem", "permissions": map[string]string{"merge_queues": "read"}, "events": []string{"push"}})
	})
	f.handle("POST /app-manifests/used/conversions", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 404, "Not Found") })
	got, err := ConvertManifest(ctx(t), f.url, "abc-123")
	want := NewApp{ID: 12, Slug: "castellan-acme", Name: "Castellan", OwnerLogin: "acme", HTMLURL: "https://github.example/apps/castellan-acme", ClientID: "Iv1.x",
		ClientSecret: "cs", WebhookSecret: "ws", PrivateKey: "pem", Permissions: map[string]string{"merge_queues": "read"}, Events: []string{"push"}}
	if err != nil || got.ClientSecret != want.ClientSecret || got.WebhookSecret != want.WebhookSecret || got.PrivateKey != want.PrivateKey {
		t.Errorf("secrets differ: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := ConvertManifest(ctx(t), f.url, "used"); !errors.Is(err, ErrNotFound) || strings.Contains(err.Error(), "used") {
		t.Errorf("a used code: %v", err)
	}
	for _, code := range []string{"", "../x", "a/b", "a?b", strings.Repeat("a", 201)} {
		if _, err := ConvertManifest(ctx(t), f.url, code); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestAttemptsNameNoRepository(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Accepted-GitHub-Permissions", "issues=read")
		answer(w, map[string]any{"id": 1})
	})
	if _, err := f.app(t).Installation(1).Issue(WithLane(ctx(t), LaneBackfill), acme, 1); err != nil {
		t.Fatal(err)
	}
	for i := range f.attempts {
		f.attempts[i].Duration = 0
	}
	want := []Attempt{
		{Method: "POST", Route: "/app/installations/{installation_id}/access_tokens", Status: 201, Lane: LaneWebhook},
		{Method: "GET", Route: "/repos/{owner}/{repo}/issues/{issue_number}", Status: 200, Lane: LaneBackfill, Accepted: "issues=read"},
	}
	if diff := cmp.Diff(want, f.attempts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryCallIsCoveredByItsToken(t *testing.T) {
	t.Parallel()
	for _, c := range allCalls() {
		if c.need != "" && !covers(parsePermissions(c.on(acme).scope().permissions), c.need) {
			t.Errorf("%s needs %s, its token has %s", c.route, c.need, c.on(acme).scope().permissions)
		}
		if c.cache && c.method != http.MethodGet || c.creates && c.method == http.MethodGet {
			t.Errorf("%s %s: cache %v, creates %v", c.method, c.route, c.cache, c.creates)
		}
	}
	used := map[string]bool{}
	for _, op := range Operations() {
		if (op.Permission == "") != (op.Level == "") || op.Method == "" || !strings.HasPrefix(op.Route, "/") {
			t.Errorf("%+v", op)
		}
		used[op.Permission] = true
	}
	for name := range parsePermissions(repositoryPermissions) {
		if !used[name] {
			t.Errorf("%s is asked for and used by no call", name)
		}
	}
}

func TestARequestNobodyDeclaredIsNotSent(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	a := f.app(t)
	if _, _, err := a.Installation(1).rest.Users.Get(ctx(t), "ann"); err == nil {
		t.Error("sent by an installation")
	}
	if _, _, err := a.rest.Apps.Get(ctx(t), ""); err == nil {
		t.Error("sent by the App")
	}
	if _, _, err := a.rest.Apps.Get(withCall(ctx(t), callIssue.on(acme)), ""); err == nil {
		t.Error("the App signed an installation's call")
	}
	if _, err := a.Installation(1).send(ctx(t), callIssue, "repos/acme/shop/issues/1", nil, nil); err == nil {
		t.Error("sent without saying for which repository")
	}
	if _, err := a.Installation(1).send(ctx(t), callSelf, "app", nil, nil); err == nil {
		t.Error("an installation sent the App's call")
	}
	if n, m := f.count(); n+m != 0 {
		t.Errorf("%d requests, %d tokens", n, m)
	}
}

func TestOneClientPerInstallation(t *testing.T) {
	t.Parallel()
	a := newFake(t).app(t)
	var wg sync.WaitGroup
	clients := make([]*Client, 20)
	for i := range clients {
		wg.Go(func() { clients[i] = a.Installation(int64(i % 2)) })
	}
	wg.Wait()
	for i, c := range clients {
		if c != clients[i%2] || c == clients[(i+1)%2] {
			t.Error("clients are mixed up")
		}
	}
}
