package github

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const issueJSON = `{"id": 900, "node_id": "I_1", "number": 4, "title": "t", "body": null, "state": "closed", "state_reason": "not_planned",
 "user": {"login": "castellan[bot]", "type": "Bot"}, "labels": [{"name": "castellan"}, {"name": "security"}], "assignees": [{"login": "ann"}],
 "closed_by": {"login": "bob"}, "created_at": "2026-01-02T03:04:05Z", "closed_at": "2026-01-03T00:00:00Z", "updated_at": "2026-01-04T00:00:00Z",
 "performed_via_github_app": {"id": 77, "slug": "castellan"}}`

func TestIssuesAsGitHubHasThem(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var sent []string
	f.HandleFunc(apiPrefix+"/repos/acme/shop/issues/", func(w http.ResponseWriter, r *http.Request) { record(t, &sent, r); w.Write([]byte(issueJSON)) })
	f.handle("POST /repos/acme/shop/issues", func(w http.ResponseWriter, r *http.Request) { record(t, &sent, r); w.Write([]byte(issueJSON)) })
	c := f.app(t).Installation(1)
	want := Issue{
		ID: 900, NodeID: "I_1", Number: 4, Title: "t", State: "closed", StateReason: "not_planned", Labels: []string{"castellan", "security"},
		Assignees: []string{"ann"}, Author: "castellan[bot]", ByUs: true, ClosedBy: "bob", CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		ClosedAt: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), UpdatedAt: time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC),
	}
	for _, call := range []func() (Issue, error){
		func() (Issue, error) { return c.Issue(ctx(t), acme, 4) },
		func() (Issue, error) {
			return c.CreateIssue(ctx(t), acme, IssueDraft{Title: "t", Body: "b<&", Labels: []string{"castellan"}})
		},
		func() (Issue, error) {
			return c.UpdateIssue(ctx(t), acme, 4, IssueUpdate{State: "closed", StateReason: "completed"})
		},
		func() (Issue, error) { return c.UpdateIssue(ctx(t), acme, 4, IssueUpdate{Title: "t", Body: "b"}) },
		func() (Issue, error) { return c.AddAssignees(ctx(t), acme, 4, "ann", "mona_acme") },
	} {
		got, err := call()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	wire := []string{
		`GET /issues/4 null`,
		`POST /issues {"body":"b\u003c\u0026","labels":["castellan"],"title":"t"}`,
		`PATCH /issues/4 {"state":"closed","state_reason":"completed"}`,
		`PATCH /issues/4 {"body":"b","title":"t"}`,
		`POST /issues/4/assignees {"assignees":["ann","mona_acme"]}`,
	}
	if diff := cmp.Diff(wire, sent); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
}

func record(t *testing.T, sent *[]string, r *http.Request) {
	t.Helper()
	var body any
	_ = json.NewDecoder(r.Body).Decode(&body)
	text, err := json.Marshal(body)
	if err != nil {
		t.Error(err)
	}
	*sent = append(*sent, r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), apiPrefix+"/repos/acme/shop")+" "+string(text))
}

func TestOnlyIssuesOfOursAreListed(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var asked url.Values
	f.handle("GET /repos/acme/shop/issues", func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query()
		ours := map[string]any{"id": appID}
		answer(w, []any{
			map[string]any{"id": 1, "number": 1, "performed_via_github_app": ours},
			map[string]any{"id": 2, "number": 2, "performed_via_github_app": nil},
			map[string]any{"id": 3, "number": 3, "performed_via_github_app": map[string]any{"id": 9}},
			map[string]any{"id": 4, "number": 4, "performed_via_github_app": ours, "pull_request": map[string]any{"url": "x"}},
			map[string]any{"id": 5, "number": 5, "state": "closed", "performed_via_github_app": ours},
		})
	})
	issues, err := f.app(t).Installation(1).Issues(ctx(t), acme, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil || len(issues) != 2 || issues[0].Number != 1 || issues[1].Number != 5 {
		t.Errorf("%+v %v", issues, err)
	}
	want := url.Values{"state": {"all"}, "sort": {"created"}, "direction": {"asc"}, "since": {"2026-01-02T03:04:05Z"}, "per_page": {"100"}, "page": {"1"}}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
}

// Names come from deliveries and files: none may change where a request goes.
func TestNamesCannotLeaveTheirPlace(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.app(t).Installation(1)
	for _, bad := range []string{"", "..", ".", "a/b", "../x", "a?b=c", "a#b", "a b", "a%2e", "a\\b", "a\x00", strings.Repeat("a", 101), "ann[bot]/x", "[bot]", "ünï"} {
		repo := Repo{ID: 5, Owner: "acme", Name: bad}
		for name, err := range map[string]error{
			"repo":        second(c.Issue(ctx(t), repo, 1)),
			"owner":       second(c.Issue(ctx(t), Repo{ID: 5, Owner: bad, Name: "shop"}, 1)),
			"git":         second(c.GitToken(ctx(t), repo)),
			"look-up":     second(c.Repository(ctx(t), "acme", bad)),
			"login":       second(c.Permission(ctx(t), acme, bad)),
			"assignee":    second(c.Assignable(ctx(t), acme, bad)),
			"assignees":   second(c.AddAssignees(ctx(t), acme, 1, "ann", bad)),
			"org":         second(c.TeamMembers(ctx(t), bad, "dev")),
			"team":        second(c.TeamMembers(ctx(t), "acme", bad)),
			"sha":         second(c.PullRequestsOf(ctx(t), acme, bad)),
			"author":      second(c.CommitAuthor(ctx(t), acme, bad)),
			"check":       second(c.CheckRuns(ctx(t), acme, bad)),
			"pull":        second(c.PullRequest(ctx(t), repo, 1)),
			"no id":       second(c.Issue(ctx(t), Repo{Owner: "acme", Name: "shop"}, 1)),
			"no number":   second(c.Issue(ctx(t), acme, 0)),
			"negative":    second(c.Comment(ctx(t), acme, -1, "x")),
			"nobody":      second(c.AddAssignees(ctx(t), acme, 1)),
			"eleven":      second(c.AddAssignees(ctx(t), acme, 1, strings.Split("a,b,c,d,e,f,g,h,i,j,k", ",")...)),
			"long body":   second(c.Comment(ctx(t), acme, 1, strings.Repeat("é", MaxBody+1))),
			"empty":       second(c.Comment(ctx(t), acme, 1, "")),
			"no change":   second(c.UpdateIssue(ctx(t), acme, 1, IssueUpdate{})),
			"long title":  second(c.UpdateIssue(ctx(t), acme, 1, IssueUpdate{Title: strings.Repeat("é", MaxIssueTitle+1)})),
			"no title":    second(c.CreateIssue(ctx(t), acme, IssueDraft{})),
			"no label":    second(c.AddLabels(ctx(t), acme, 1)),
			"empty label": c.EnsureLabel(ctx(t), acme, Label{}),
			"dot label":   c.EnsureLabel(ctx(t), acme, Label{Name: ".."}),
		} {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s %q: %v", name, bad, err)
			}
		}
	}
	if n, m := f.count(); n+m != 0 {
		t.Errorf("%d requests and %d tokens: %v", n, m, f.requests)
	}
}

func TestLabelsAreCreatedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		exists, raced bool
		requests      int
	}{{"exists", true, false, 1}, {"is new", false, false, 2}, {"made meanwhile", false, true, 2}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var sent []string
			f.HandleFunc(apiPrefix+"/repos/acme/shop/labels/", func(w http.ResponseWriter, r *http.Request) {
				record(t, &sent, r)
				if !tt.exists {
					refuse(w, 404, "Not Found")
				}
			})
			f.handle("POST /repos/acme/shop/labels", func(w http.ResponseWriter, r *http.Request) {
				record(t, &sent, r)
				if tt.raced {
					w.WriteHeader(422)
					answer(w, map[string]any{"message": "Validation Failed", "errors": []any{map[string]string{"resource": "Label", "code": "already_exists", "field": "name"}}})
					return
				}
				answer(w, map[string]any{"id": 1})
			})
			if err := f.app(t).Installation(1).EnsureLabel(ctx(t), acme, Label{Name: "ai: key/token?", Color: "d73a4a", Description: "d"}); err != nil {
				t.Error(err)
			}
			want := []string{"GET /labels/ai:%20key%2Ftoken%3F null", `POST /labels {"color":"d73a4a","description":"d","name":"ai: key/token?"}`}[:tt.requests]
			if diff := cmp.Diff(want, sent); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCommentsKnowWhoWrote(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues/4/comments", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, []any{
			map[string]any{"id": 1, "body": "hi", "user": map[string]any{"id": 3, "login": "ann", "type": "User"}},
			map[string]any{"id": 2, "body": "yo", "user": nil, "performed_via_github_app": map[string]any{"id": appID}},
		})
	})
	got, err := f.app(t).Installation(1).Comments(ctx(t), acme, 4)
	want := []Comment{{ID: 1, Body: "hi", Author: User{ID: 3, Login: "ann", Type: "User"}}, {ID: 2, Body: "yo", ByUs: true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// GitHub's guidance: a second between the creations of one installation.
func TestCreationsKeepTheirDistance(t *testing.T) {
	t.Parallel()
	const gap = 60 * time.Millisecond
	f := newFake(t)
	var starts, ends []time.Time
	f.handle("POST /repos/acme/shop/issues/4/comments", func(w http.ResponseWriter, _ *http.Request) {
		starts = append(starts, time.Now())
		time.Sleep(10 * time.Millisecond)
		answer(w, map[string]any{"id": 1})
		ends = append(ends, time.Now())
	})
	f.handle("PATCH /repos/acme/shop/issues/4", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 1}) })
	a, err := New(Config{WebURL: f.url, AppID: appID, PrivateKey: newKey(), CreationGap: gap})
	if err != nil {
		t.Fatal(err)
	}
	c := a.Installation(1)
	done := make(chan error)
	for range 4 {
		go func() { done <- second(c.Comment(ctx(t), acme, 4, "x")) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for i := 1; i < len(starts); i++ {
		if d := starts[i].Sub(ends[i-1]); d < gap {
			t.Errorf("creation %d began %v after the one before, want %v", i, d, gap)
		}
	}
	begin := time.Now()
	if _, err := c.UpdateIssue(ctx(t), acme, 4, IssueUpdate{Body: "x"}); err != nil || time.Since(begin) > gap {
		t.Errorf("an update waited %v: %v", time.Since(begin), err)
	}
}
