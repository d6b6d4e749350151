package ghsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

const shopIssues = "/repos/acme/shop/issues"

func TestIssueFromOpenToClosed(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	s.AddMember("acme", "bob", "member")
	hook.take()
	created := c.call(http.StatusCreated, "POST", shopIssues, object{"title": "Key", "body": "b", "labels": []string{"security"}}).object(t)
	if created["performed_via_github_app"].(object)["id"] != float64(s.AppID()) || created["user"].(object)["type"] != "Bot" {
		t.Errorf("author of our issue: %v", created["user"])
	}
	// eve may not be assigned and is dropped without a word; a bot and a team neither.
	got := c.call(http.StatusCreated, "POST", shopIssues+"/1/assignees", object{"assignees": []string{"bob", "eve", "castellan[bot]", "acme"}}).object(t)
	if n := len(got["assignees"].([]any)); n != 1 {
		t.Errorf("%d assignees, want bob alone", n)
	}
	c.call(http.StatusNoContent, "GET", "/repos/acme/shop/assignees/bob", nil)
	c.call(http.StatusNotFound, "GET", "/repos/acme/shop/assignees/eve", nil)
	c.call(http.StatusOK, "PATCH", shopIssues+"/1", object{"body": "new"})
	c.call(http.StatusOK, "POST", shopIssues+"/1/labels", []string{"critical"})
	c.call(http.StatusOK, "POST", shopIssues+"/1/labels", object{"labels": []string{"Critical"}})
	c.call(http.StatusCreated, "POST", shopIssues+"/1/comments", object{"body": "hello"})
	c.call(http.StatusOK, "PATCH", shopIssues+"/1", object{"state": "closed", "state_reason": "not_planned"})
	s.Wait()
	want := []string{"issues.opened", "issues.assigned", "issues.edited", "issue_comment.created", "issues.closed"}
	if d := cmp.Diff(want, sorted(names(hook.take()), want)); d != "" {
		t.Error(d)
	}
	issue := s.Issues(r)[0]
	if d := cmp.Diff([]string{"security", "critical"}, issue.Labels); d != "" {
		t.Error(d)
	}
	if issue.State != "closed" || issue.StateReason != "not_planned" || !issue.Ours || issue.Body != "new" || issue.ClosedBy != "castellan[bot]" {
		t.Errorf("%+v", issue)
	}
	s.ReopenIssue(r, 1, "bob")
	s.CloseIssue(r, 1, "bob", "")
	s.Comment(r, 1, "bob", "/done")
	people := hook.take()
	if d := cmp.Diff([]string{"issues.reopened", "issues.closed", "issue_comment.created"}, names(people)); d != "" {
		t.Error(d)
	}
	closed := people[1].payload["issue"].(object)
	if closed["state_reason"] != "completed" || closed["closed_by"].(object)["login"] != "bob" {
		t.Errorf("closed by a person: %v %v", closed["state_reason"], closed["closed_by"])
	}
}

// sorted brings got into the order of want where both have the same elements:
// what the App's own writes cause is sent beside its requests.
func sorted(got, want []string) []string {
	count := map[string]int{}
	for _, g := range got {
		count[g]++
	}
	out := []string{}
	for _, w := range want {
		if count[w] > 0 {
			count[w]--
			out = append(out, w)
		}
	}
	for g, n := range count {
		for range n {
			out = append(out, g)
		}
	}
	return out
}

func TestIssueLimits(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.Tolerate(ghsim.KindLimit)
	c.call(http.StatusCreated, "POST", shopIssues, object{"title": "t", "body": strings.Repeat("é", 65536)})
	long := c.call(http.StatusUnprocessableEntity, "POST", shopIssues, object{"title": "t", "body": strings.Repeat("x", 65537)})
	if !strings.Contains(string(long.raw), "body is too long (maximum is 65536 characters)") {
		t.Errorf("%s", long.raw)
	}
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, fmt.Sprintf("user%d", i))
	}
	c.call(http.StatusUnprocessableEntity, "POST", shopIssues+"/1/assignees", object{"assignees": eleven})
	c.call(http.StatusUnprocessableEntity, "POST", shopIssues+"/1/comments", object{"body": strings.Repeat("x", 65537)})
	c.call(http.StatusNotFound, "GET", shopIssues+"/99", nil)
	s.DeleteIssue(r, 1, "alice")
	c.call(http.StatusGone, "GET", shopIssues+"/1", nil)
	c.call(http.StatusGone, "PATCH", shopIssues+"/1", object{"body": "x"})
	s.DisableIssues(r)
	c.call(http.StatusGone, "POST", shopIssues, object{"title": "t"})
	s.EnableIssues(r)
	s.Archive(r)
	archived := c.call(http.StatusForbidden, "POST", shopIssues, object{"title": "t"})
	if !strings.Contains(string(archived.raw), "archived") {
		t.Errorf("%s", archived.raw)
	}
	c.call(http.StatusOK, "GET", shopIssues, nil)
}

func TestIssuesArePagedAndListPullRequestsToo(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	s.Push(r, "f", map[string]string{"x": "1"}, "x")
	s.OpenPR(r, ghsim.PROptions{From: "f"})
	for i := range 64 {
		c.call(http.StatusCreated, "POST", shopIssues, object{"title": fmt.Sprint(i)})
	}
	seen, pulls := map[float64]bool{}, 0
	next := shopIssues + "?state=all&per_page=30"
	for pages := 0; next != ""; pages++ {
		if pages > 3 {
			t.Fatal("paging does not end")
		}
		got := c.call(http.StatusOK, "GET", next, nil)
		for _, i := range got.list(t) {
			seen[i["number"].(float64)] = true
			if i["pull_request"] != nil {
				pulls++
			}
		}
		next = nextPage(got.header.Get("Link"))
	}
	if len(seen) != 65 || pulls != 1 {
		t.Errorf("%d issues, %d pull requests among them", len(seen), pulls)
	}
	mine := c.call(http.StatusOK, "GET", shopIssues+"?creator=app/castellan&per_page=100", nil).list(t)
	if len(mine) != 64 {
		t.Errorf("%d issues of the App", len(mine))
	}
}

// nextPage is the address of rel="next", "" on the last page.
func nextPage(link string) string {
	for part := range strings.SplitSeq(link, ", ") {
		if address, ok := strings.CutSuffix(part, `>; rel="next"`); ok {
			return address[1:]
		}
	}
	return ""
}

func TestTransferredIssue(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	to := s.CreateRepo("acme", "other", ghsim.RepoOptions{})
	c.call(http.StatusCreated, "POST", shopIssues, object{"title": "t"})
	s.Wait()
	hook.take()
	n := s.TransferIssue(r, 1, to, "alice")
	got := hook.take()
	if d := cmp.Diff([]string{"issues.transferred", "issues.opened"}, names(got)); d != "" {
		t.Fatal(d)
	}
	changes := got[0].payload["changes"].(object)
	if changes["new_issue"].(object)["number"] != float64(n) || changes["new_repository"].(object)["full_name"] != "acme/other" {
		t.Errorf("changes: %v", changes)
	}
	if len(s.Issues(r)) != 0 || len(s.Issues(to)) != 1 {
		t.Errorf("issues: %v %v", s.Issues(r), s.Issues(to))
	}
}

func TestReactions(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	n := s.OpenIssue(r, "bob", "t", "b")
	id := s.Comment(r, n, "bob", "/castellan rescan")
	path := fmt.Sprintf("%s/comments/%d/reactions", shopIssues, id)
	c.call(http.StatusCreated, "POST", path, object{"content": "eyes"})
	c.call(http.StatusOK, "POST", path, object{"content": "eyes"})
	if got := c.call(http.StatusOK, "GET", path, nil).list(t); len(got) != 1 {
		t.Errorf("%d reactions", len(got))
	}
	s.Tolerate(ghsim.KindPermission)
	c.call(http.StatusForbidden, "PATCH", fmt.Sprintf("%s/comments/%d", shopIssues, id), object{"body": "changed"})
}
