package ghsim_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

func TestPrimaryLimit(t *testing.T) {
	t.Parallel()
	_, _, c := world(t, ghsim.Options{RateLimit: 3})
	first := c.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
	tag := first.header.Get("ETag")
	for range 5 { // unchanged answers cost nothing
		c.call(http.StatusNotModified, "GET", "/repos/acme/shop", nil, "If-None-Match", tag)
	}
	c.call(http.StatusOK, "GET", "/repos/acme/shop/labels", nil)
	last := c.call(http.StatusOK, "GET", "/repos/acme/shop/issues", nil)
	if got := last.header.Get("X-RateLimit-Remaining"); got != "0" {
		t.Errorf("remaining %q", got)
	}
	refused := c.call(http.StatusForbidden, "GET", "/repos/acme/shop/issues", nil)
	reset, err := strconv.ParseInt(refused.header.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || time.Until(time.Unix(reset, 0)) < 58*time.Minute || refused.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("headers of the refusal: %v", refused.header)
	}
	c.call(http.StatusOK, "GET", "/rate_limit", nil)
}

func TestETagChangesWithTheAnswer(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	tag := c.call(http.StatusOK, "GET", "/repos/acme/shop", nil).header.Get("ETag")
	c.call(http.StatusNotModified, "GET", "/repos/acme/shop", nil, "If-None-Match", strings.TrimPrefix(tag, "W/"))
	s.Publicize(r)
	c.call(http.StatusOK, "GET", "/repos/acme/shop", nil, "If-None-Match", tag)
}

func TestContentLimit(t *testing.T) {
	t.Parallel()
	_, _, c := world(t, ghsim.Options{ContentPerMinute: 2})
	for range 2 {
		c.call(http.StatusCreated, "POST", shopIssues, object{"title": "t"})
	}
	refused := c.call(http.StatusForbidden, "POST", shopIssues, object{"title": "t"})
	if refused.header.Get("Retry-After") == "" || !strings.Contains(string(refused.raw), "secondary rate limit") {
		t.Errorf("%v %s", refused.header, refused.raw)
	}
	c.call(http.StatusOK, "GET", shopIssues, nil)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, effect := range ghsim.Effects() {
		t.Run(effect.String(), func(t *testing.T) {
			t.Parallel()
			s, r, c := world(t, ghsim.Options{Quiet: true})
			s.Inject(ghsim.Fault{Method: "POST", Route: "/repos/{owner}/{repo}/issues", Effect: effect, Skip: 1, Times: 1, Wait: 30 * time.Millisecond})
			c.call(http.StatusCreated, "POST", shopIssues, object{"title": "before"})
			got, err := c.try("POST", shopIssues, object{"title": "struck"})
			written := len(s.Issues(r)) == 2
			want := map[ghsim.Effect]struct {
				status  int
				written bool
			}{
				ghsim.ServerError: {500, false}, ghsim.BadGateway: {502, false}, ghsim.Unavailable: {503, false},
				ghsim.PrimaryLimit: {403, false}, ghsim.PrimaryLimit429: {429, false}, ghsim.SecondaryLimit: {403, false},
				ghsim.SecondaryLimit429: {429, false}, ghsim.ResetBefore: {0, false}, ghsim.ResetAfter: {0, true},
				ghsim.ServerErrorAfter: {500, true}, ghsim.SlowBody: {201, true},
			}[effect]
			if got.status != want.status || written != want.written || (err != nil) != (want.status == 0) {
				t.Errorf("status %d, written %v, error %v; want %+v", got.status, written, err, want)
			}
			if limited := strings.Contains(effect.String(), "limit"); limited && got.header.Get("Retry-After") == "" && got.header.Get("X-RateLimit-Remaining") != "0" {
				t.Errorf("a limit that says nothing: %v", got.header)
			}
			c.call(http.StatusCreated, "POST", shopIssues, object{"title": "after"})
			log := s.Requests()
			if log[len(log)-2].Fault != effect.String() || log[len(log)-1].Fault != "" {
				t.Errorf("log: %+v", log[len(log)-2:])
			}
		})
	}
}

func TestChaosIsDrawnFromTheSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		s, _, c := world(t, ghsim.Options{})
		stop := s.Chaos(seed, 0.3, time.Millisecond, ghsim.ServerError, ghsim.BadGateway, ghsim.SecondaryLimit)
		s.ResetRequests()
		for range 200 {
			if _, err := c.try("GET", "/repos/acme/shop", nil); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		c.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
		var b strings.Builder
		for _, r := range s.Requests() {
			b.WriteString(r.Fault + ",")
		}
		return b.String()
	}
	one, again, other := run(1), run(1), run(2)
	if one != again || one == other {
		t.Errorf("faults are not a function of the seed:\n%s\n%s\n%s", one, again, other)
	}
	struck := len(strings.FieldsFunc(one, func(r rune) bool { return r == ',' }))
	if struck < 40 || struck > 80 {
		t.Errorf("%d of 200 requests failed, want about 60", struck)
	}
}

func TestGitFaults(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	for _, effect := range []ghsim.Effect{ghsim.ServerError, ghsim.ResetBefore} {
		stop := s.Inject(ghsim.Fault{Route: ghsim.GitRoute, Repository: "acme/shop", Effect: effect})
		if out, ok := git(t, t.TempDir(), "ls-remote", withToken(t, r.CloneURL(), c.auth)); ok {
			t.Errorf("%s: ls-remote worked: %s", effect, out)
		}
		stop()
	}
	if out, ok := git(t, t.TempDir(), "ls-remote", withToken(t, r.CloneURL(), c.auth)); !ok {
		t.Error(out)
	}
}
