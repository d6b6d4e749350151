package github

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTokensAreScopedToWhatACallNeeds(t *testing.T) {
	t.Parallel()
	repository := mint{Installation: "1", Repositories: []int64{5}, Permissions: map[string]string{
		"checks": "write", "contents": "read", "issues": "write", "metadata": "read", "pull_requests": "read",
	}}
	git := mint{Installation: "1", Repositories: []int64{5}, Permissions: map[string]string{"contents": "read", "metadata": "read"}}
	metadata := mint{Installation: "1", Permissions: map[string]string{"metadata": "read"}}
	members := mint{Installation: "1", Permissions: map[string]string{"members": "read"}}
	for _, tt := range []struct {
		name string
		call func(context.Context, *Client) error
		want mint
	}{
		{"check run", func(c context.Context, cl *Client) error {
			_, err := cl.CreateCheckRun(c, acme, CheckRun{Name: "Castellan", HeadSHA: headSHA})
			return err
		}, repository},
		{"issue", func(c context.Context, cl *Client) error { _, err := cl.Issue(c, acme, 1); return err }, repository},
		{"pull request", func(c context.Context, cl *Client) error { _, err := cl.PullRequest(c, acme, 1); return err }, repository},
		{"git", func(c context.Context, cl *Client) error { _, err := cl.GitToken(c, acme); return err }, git},
		{"repository", func(c context.Context, cl *Client) error { _, err := cl.Repository(c, "acme", "shop"); return err }, metadata},
		{"repositories", func(c context.Context, cl *Client) error { _, err := cl.Repositories(c); return err }, metadata},
		{"membership", func(c context.Context, cl *Client) error { _, _, err := cl.Membership(c, "acme", "ann"); return err }, members},
		{"team", func(c context.Context, cl *Client) error { _, err := cl.TeamMembers(c, "acme", "dev"); return err }, members},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var used []mint
			f.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
				used = append(used, f.tokenOf(r))
				if strings.HasSuffix(r.URL.Path, "/members") {
					answer(w, []any{})
					return
				}
				answer(w, map[string]any{"id": 1})
			})
			c := f.app(t).Installation(1)
			for range 2 {
				if err := tt.call(ctx(t), c); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]mint{tt.want}, f.mints); diff != "" {
				t.Errorf("tokens asked for (-want +got):\n%s", diff)
			}
			for _, m := range used {
				if diff := cmp.Diff(tt.want, m); diff != "" {
					t.Errorf("token used (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// LESSON 21: the one-hour token dies in a long scan.
func TestTokensAreReplacedFiveMinutesBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.app(t).Installation(1)
	get := func() string {
		text, err := c.GitToken(ctx(t), acme)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := get()
	f.clock.move(54 * time.Minute)
	if get() != first {
		t.Error("replaced after 54 minutes")
	}
	f.clock.move(2 * time.Minute)
	second := get()
	if second == first {
		t.Error("handed out with four minutes left")
	}
	c.Forget()
	if get() == second {
		t.Error("kept after Forget")
	}
	f.clock.move(2 * time.Hour)
	for id := range int64(20) {
		if _, err := c.GitToken(ctx(t), Repo{ID: id + 100, Owner: "acme", Name: "shop"}); err != nil {
			t.Fatal(err)
		}
	}
	f.clock.move(2 * time.Hour)
	get()
	if n := len(c.tokens.kept); n != 1 {
		t.Errorf("%d tokens are kept, want only the fresh one", n)
	}
}

func TestManyCallersShareOneRequestForAToken(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.app(t).Installation(1)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := c.GitToken(ctx(t), acme); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if _, n := f.count(); n != 1 {
		t.Errorf("%d tokens were asked for, want 1", n)
	}
}

func TestACallerThatGivesUpDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	asked, release := make(chan struct{}), make(chan struct{})
	f.handle("POST /app/installations/9/access_tokens", func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-release
		answer(w, map[string]any{"token": "ghs_x", "expires_at": f.clock.now().Add(time.Hour)})
	})
	c := f.app(t).Installation(9)
	early, cancel := context.WithCancel(t.Context())
	gone, stays := make(chan error), make(chan error)
	go func() { gone <- second(c.GitToken(early, acme)) }()
	<-asked
	go func() { stays <- second(c.GitToken(ctx(t), acme)) }()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := <-stays; err != nil {
		t.Errorf("the other: %v", err)
	}
}

func TestDroppingAnOldTokenKeepsTheNew(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.app(t).Installation(1)
	s := callIssue.on(acme).scope()
	first, err1 := c.tokens.get(ctx(t), s, "")
	c.tokens.drop(s, first)
	next, err2 := c.tokens.get(ctx(t), s, "")
	c.tokens.drop(s, first) // another caller saw the first one refused, too
	last, err3 := c.tokens.get(ctx(t), s, "")
	if err := errors.Join(err1, err2, err3); err != nil || first == next || next != last {
		t.Errorf("%v %v %v", first == next, next == last, err)
	}
}

func TestARequestIsRepeatedWithItsBody(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequestWithContext(t.Context(), "POST", "http://127.0.0.1", strings.NewReader("hello"))
	_, _ = io.ReadAll(req.Body)
	again, ok := repeatable(req)
	if !ok {
		t.Fatal("not repeatable")
	}
	if body, err := io.ReadAll(again.Body); string(body) != "hello" {
		t.Errorf("body %q, %v", body, err)
	}
	req.GetBody = nil
	if _, ok := repeatable(req); ok {
		t.Error("repeatable without its body")
	}
}

// LESSON 20: permissions that were not granted cost only their own feature.
func TestMissingPermissionsCostOnlyTheirFeature(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.grant = map[string]string{"checks": "write", "contents": "read", "metadata": "read", "issues": "read", "agent_secrets": "read"}
	f.handle("GET /app/installations/1", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"id": 1, "permissions": f.grant})
	})
	f.handle("POST /repos/acme/shop/check-runs", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 3}) })
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 4}) })
	f.handle("POST /repos/acme/shop/issues/1/comments", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 5}) })
	f.handle("GET /repos/acme/shop/pulls/1", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 6}) })
	c := f.app(t).Installation(1)
	if _, err := c.CreateCheckRun(ctx(t), acme, CheckRun{Name: "Castellan", HeadSHA: headSHA}); err != nil {
		t.Errorf("checks: %v", err)
	}
	if _, err := c.Issue(ctx(t), acme, 1); err != nil {
		t.Errorf("issues may be read: %v", err)
	}
	want := map[string]string{"checks": "write", "contents": "read", "metadata": "read", "issues": "read"}
	if diff := cmp.Diff(want, f.mints[len(f.mints)-1].Permissions); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	before := len(f.mints)
	if _, err := c.Issue(ctx(t), Repo{ID: 6, Owner: "acme", Name: "shop"}, 1); err != nil || len(f.mints) != before+1 {
		t.Errorf("another repository took %d requests for a token: %v", len(f.mints)-before, err)
	}
	sent, minted := f.count()
	_, err := c.Comment(ctx(t), acme, 1, "x")
	if !errors.Is(err, ErrNotGranted) || !errors.Is(err, ErrForbidden) || !Permanent(err) || !strings.Contains(err.Error(), "issues:write") {
		t.Errorf("comment: %v", err)
	}
	if _, err := c.PullRequest(ctx(t), acme, 1); !errors.Is(err, ErrNotGranted) {
		t.Errorf("pull request: %v", err)
	}
	if a, b := f.count(); a != sent || b != minted {
		t.Error("what is known to be forbidden was sent")
	}
	if granted, err := c.Granted(ctx(t)); err != nil || granted["agent_secrets"] != "read" {
		t.Errorf("a permission go-github does not know is lost: %v %v", granted, err)
	}
	f.grant["issues"] = "write" // the owner accepts
	f.clock.move(6 * time.Minute)
	if _, err := c.Comment(ctx(t), acme, 1, "x"); err != nil {
		t.Errorf("some minutes after it was granted: %v", err)
	}
	f.grant = nil
	c.Forget() // the event that tells of it arrives
	if _, err := c.PullRequest(ctx(t), acme, 1); err != nil {
		t.Errorf("at once after it was granted: %v", err)
	}
}

func TestATokenThatDoesNotNameItsPermissionsHasThoseAskedFor(t *testing.T) {
	t.Parallel()
	for _, named := range []map[string]string{nil, {"contents": "read", "issues": "write"}} {
		f := newFake(t)
		f.handle("POST /app/installations/9/access_tokens", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, map[string]any{"token": "ghs_x", "expires_at": f.clock.now().Add(time.Hour), "permissions": named})
		})
		f.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": 1}) })
		c := f.app(t).Installation(9)
		if _, err := c.Issue(ctx(t), acme, 1); err != nil {
			t.Errorf("%v: %v", named, err)
		}
		if _, err := c.Permission(ctx(t), acme, "ann"); err != nil {
			t.Errorf("%v: metadata: %v", named, err)
		}
		if _, err := c.PullRequest(ctx(t), acme, 1); (err == nil) != (named == nil) {
			t.Errorf("%v: pull requests: %v", named, err)
		}
	}
}

func TestWhyATokenIsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		code      int
		message   string
		want      error
		permanent bool
	}{
		{"no such repository", 422, "There is at least one repository that does not exist or is not accessible to the parent installation.", ErrNotFound, true},
		{"uninstalled", 404, "Not Found", ErrNotFound, true},
		{"suspended", 403, "This installation has been suspended", ErrSuspended, true},
		{"wrong key", 401, "A JSON web token could not be decoded", ErrUnauthorized, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.handle("POST /app/installations/9/access_tokens", func(w http.ResponseWriter, _ *http.Request) { refuse(w, tt.code, tt.message) })
			_, err := f.app(t).Installation(9).Issue(ctx(t), acme, 1)
			if !errors.Is(err, tt.want) || Permanent(err) != tt.permanent {
				t.Errorf("got %v, permanent %v", err, Permanent(err))
			}
			if want := "read issue: make installation token: GitHub answered"; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got %q, want %q…", err, want)
			}
		})
	}
}

func TestARevokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	bad := 1
	var bodies []string
	f.handle("POST /repos/acme/shop/issues/1/comments", func(w http.ResponseWriter, r *http.Request) {
		var in map[string]string
		_ = json.NewDecoder(r.Body).Decode(&in)
		bodies = append(bodies, in["body"])
		if bad--; bad >= 0 {
			refuse(w, 401, "Bad credentials")
			return
		}
		answer(w, map[string]any{"id": 5})
	})
	c := f.app(t).Installation(1)
	if _, err := c.Comment(ctx(t), acme, 1, "hello"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"hello", "hello"}, bodies); diff != "" {
		t.Error(diff)
	}
	if _, n := f.count(); n != 2 {
		t.Errorf("%d tokens were asked for, want 2", n)
	}
	bad = 9
	if _, err := c.Comment(ctx(t), acme, 1, "hello"); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("got %v", err)
	}
	if len(bodies) != 4 {
		t.Errorf("%d requests, want 4", len(bodies))
	}
}

func TestTheAppSignsWithAShortToken(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var claims struct {
		Iss      string
		Iat, Exp int64
	}
	f.handle("GET /app", func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(bearer(r), ".")
		raw, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || json.Unmarshal(raw, &claims) != nil {
			t.Error("no JWT")
		}
		answer(w, map[string]any{"id": appID, "slug": "castellan", "owner": map[string]any{"login": "acme"}, "permissions": map[string]string{"checks": "write", "merge_queues": "read"}})
	})
	info, err := f.app(t).Self(ctx(t))
	if err != nil {
		t.Fatal(err)
	}
	want := AppInfo{ID: appID, Slug: "castellan", OwnerLogin: "acme", Permissions: map[string]string{"checks": "write", "merge_queues": "read"}}
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	now := f.clock.now().Unix()
	if claims.Iss != "77" || claims.Iat != now-60 || claims.Exp != now+300 {
		t.Errorf("claims %+v at %d", claims, now)
	}
}
