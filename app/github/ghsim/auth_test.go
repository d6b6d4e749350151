package ghsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

func TestAppTokenIsVerified(t *testing.T) {
	t.Parallel()
	s := ghsim.New(t, ghsim.Options{})
	s.Tolerate(ghsim.KindAuth)
	now, key, id := time.Now(), s.PrivateKey(), s.AppID()
	minute := func(n int) time.Time { return now.Add(time.Duration(n) * time.Minute) }
	good := claims(t, key, "RS256", id, minute(-1), minute(9))
	for name, tc := range map[string]struct {
		token string
		want  int
	}{
		"good":                 {good, http.StatusOK},
		"issuer as text":       {claims(t, key, "RS256", fmt.Sprint(id), minute(-1), minute(9)), http.StatusOK},
		"another issuer":       {claims(t, key, "RS256", id+1, minute(-1), minute(9)), http.StatusUnauthorized},
		"expired":              {claims(t, key, "RS256", id, minute(-9), minute(-1)), http.StatusUnauthorized},
		"too far ahead":        {claims(t, key, "RS256", id, minute(-1), minute(11)), http.StatusUnauthorized},
		"issued in the future": {claims(t, key, "RS256", id, minute(2), minute(9)), http.StatusUnauthorized},
		"another algorithm":    {claims(t, key, "none", id, minute(-1), minute(9)), http.StatusUnauthorized},
		"broken signature":     {good[:len(good)-8] + "AAAAAAAA", http.StatusUnauthorized},
		"no token at all":      {"x", http.StatusUnauthorized},
		"unsigned":             {strings.Join(strings.Split(good, ".")[:2], "."), http.StatusUnauthorized},
	} {
		client{t, s, tc.token}.call(tc.want, "GET", "/app", nil, "X-Case", name)
	}
}

func TestTokenScope(t *testing.T) {
	t.Parallel()
	s, r, all := world(t, ghsim.Options{})
	s.Tolerate(ghsim.KindPermission, ghsim.KindAuth)
	other := s.CreateRepo("acme", "other", ghsim.RepoOptions{})
	foreign := s.CreateRepo("globex", "secret", ghsim.RepoOptions{})
	id := installationOf(t, s)
	tokens := fmt.Sprintf("/app/installations/%d/access_tokens", id)

	if !strings.Contains(all.auth, ".") || !strings.Contains(all.auth, "_") || len(all.auth) < 80 {
		t.Errorf("a token of %d characters without dots does not test what GitHub issues now", len(all.auth))
	}
	narrow := installed(t, s, id, object{"repository_ids": []int64{r.ID}, "permissions": object{"issues": "read"}})
	narrow.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
	narrow.call(http.StatusOK, "GET", "/repos/acme/shop/issues", nil)
	narrow.call(http.StatusNotFound, "GET", "/repos/acme/other", nil)
	all.call(http.StatusOK, "GET", "/repos/acme/other", nil)
	all.call(http.StatusNotFound, "GET", "/repos/globex/secret", nil)
	refused := narrow.call(http.StatusForbidden, "POST", "/repos/acme/shop/issues", object{"title": "x"})
	if got := refused.header.Get("X-Accepted-GitHub-Permissions"); got != "issues=write" {
		t.Errorf("X-Accepted-GitHub-Permissions = %q", got)
	}
	narrow.call(http.StatusForbidden, "GET", "/repos/acme/shop/pulls", nil)
	if got := narrow.call(http.StatusOK, "GET", "/installation/repositories", nil).object(t)["total_count"]; got != 1.0 {
		t.Errorf("the narrow token sees %v repositories", got)
	}

	a := app(t, s)
	a.call(http.StatusUnprocessableEntity, "POST", tokens, object{"permissions": object{"contents": "write"}})
	a.call(http.StatusUnprocessableEntity, "POST", tokens, object{"repository_ids": []int64{foreign.ID}})
	a.call(http.StatusCreated, "POST", tokens, object{"repositories": []string{"other"}})
	a.call(http.StatusUnauthorized, "GET", "/installation/repositories", nil)
	all.call(http.StatusUnauthorized, "GET", "/app", nil)
	client{t, s, ""}.call(http.StatusUnauthorized, "GET", "/repos/acme/shop", nil)

	s.SetPermissions(id, map[string]string{"metadata": "read"})
	all.call(http.StatusForbidden, "GET", "/repos/acme/shop/issues", nil)
	s.Suspend(id)
	all.call(http.StatusForbidden, "GET", "/repos/acme/shop", nil)
	a.call(http.StatusForbidden, "POST", tokens, nil)
	s.Unsuspend(id)
	all.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
	narrow.call(http.StatusNoContent, "DELETE", "/installation/token", nil)
	narrow.call(http.StatusUnauthorized, "GET", "/repos/acme/shop", nil)
	s.Uninstall(id)
	all.call(http.StatusUnauthorized, "GET", "/repos/acme/shop", nil)
	a.call(http.StatusNotFound, "POST", tokens, nil)
	_ = other
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	s, _, c := world(t, ghsim.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	c.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
	ahead.Store(int64(time.Hour))
	s.Tolerate(ghsim.KindAuth)
	c.call(http.StatusUnauthorized, "GET", "/repos/acme/shop", nil)
	if v := s.Violations(); len(v) != 1 || v[0].Kind != ghsim.KindAuth {
		t.Errorf("violations: %v", v)
	}
}
