package ghsim_test

import (
	"net/http"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

func TestEveryRead(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	p := s.ForkPR(r, "eve", "fix", map[string]string{"a/b.txt": "1\n"})
	for _, path := range []string{
		"/repos/acme/shop", "/installation/repositories", "/repos/acme/shop/pulls", "/repos/acme/shop/pulls/1",
		"/repos/acme/shop/commits/main", "/repos/acme/shop/commits/" + p.Head() + "/pulls", "/repos/acme/shop/commits/main/check-runs",
		"/repos/acme/shop/issues", "/repos/acme/shop/issues/1", "/repos/acme/shop/issues/1/comments", "/repos/acme/shop/labels",
		"/repos/acme/shop/collaborators?permission=admin", "/repos/acme/shop/collaborators/alice/permission", "/orgs/acme/memberships/alice",
		"/rate_limit", "/meta",
	} {
		c.call(http.StatusOK, "GET", path, nil)
	}
	for _, path := range []string{"/app", "/app/installations", "/app/hook/deliveries", "/app/hook/config", "/repos/acme/shop/installation"} {
		app(t, s).call(http.StatusOK, "GET", path, nil)
	}
	out := c.call(http.StatusCreated, "POST", "/repos/acme/shop/issues", object{"title": "A", "body": "b", "assignees": []string{"alice", "eve"}, "labels": []string{"x"}}).object(t)
	if n := len(out["assignees"].([]any)); n != 1 {
		t.Errorf("%d assignees, want alice alone", n)
	}
}
