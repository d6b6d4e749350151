package ghsim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

// Whatever a client sends, the simulation answers and goes on.
func FuzzREST(f *testing.F) {
	s, err := ghsim.NewServer(ghsim.Options{Quiet: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	s.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"a": "b"}})
	s.OpenIssue(s.Repo("acme", "shop"), "bob", "t", "b")
	c := installed(f, s, s.Install("acme"), nil)
	jwt := app(f, s).auth
	for _, seed := range [][3]string{
		{"GET", "/repos/acme/shop", ""}, {"GET", "/repos/acme/shop/issues?per_page=-1&page=99999999999", ""},
		{"POST", "/repos/acme/shop/issues", `{"title":"t","labels":[{"name":1},null],"assignees":["a"]}`},
		{"PATCH", "/repos/acme/shop/issues/1", `{"state":"closed","title":7}`}, {"POST", "/repos/acme/shop/check-runs", `{"name":"x","head_sha":"main"}`},
		{"POST", "/app/installations/1/access_tokens", `{"permissions":{"issues":"admin"}}`}, {"POST", "/app-manifests/x/conversions", "[]"},
		{"GET", "/repositories/1/x", ""}, {"GET", "/app/hook/deliveries?cursor=v1_1", ""}, {"DELETE", "/repos/acme/shop/issues/1/labels/%2F", ""},
		{"POST", "/repos/acme/shop/issues/1/labels", `["a",{"name":"b"},3]`},
	} {
		f.Add(seed[0], seed[1], []byte(seed[2]), false)
	}
	f.Fuzz(func(t *testing.T, method, path string, body []byte, asApp bool) {
		if path == "/installation/token" {
			return // would end the token
		}
		req, err := http.NewRequest(method, s.URL+"/api/v3"+path, bytes.NewReader(body))
		if err != nil {
			return
		}
		credential := c.auth
		if asApp {
			credential = jwt
		}
		req.Header.Set("Authorization", "Bearer "+credential)
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, req)
		if answer.Code < 200 || answer.Code > 599 {
			t.Errorf("status %d", answer.Code)
		}
		if answer.Body.Len() > 0 && answer.Header().Get("Content-Type") == "application/json; charset=utf-8" && !json.Valid(answer.Body.Bytes()) {
			t.Errorf("no JSON: %s", answer.Body)
		}
		for _, v := range s.Violations() {
			if v.Kind == ghsim.KindResponse {
				t.Fatal(v)
			}
		}
		s.ResetViolations()
		s.ResetRequests()
	})
}

// An App that calls back while its webhook is being answered, many pushes at
// once: nothing waits for itself, nothing is lost.
func TestManyThingsAtOnce(t *testing.T) {
	t.Parallel()
	var target atomic.Pointer[client]
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var push struct{ After string }
		if c := target.Load(); c != nil && r.Header.Get("X-GitHub-Event") == "push" && json.Unmarshal(body, &push) == nil {
			c.call(http.StatusCreated, "POST", "/repos/acme/shop/check-runs", object{"name": "Castellan", "head_sha": push.After})
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(hook.Close)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	target.Store(&c)
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 5 {
				s.Push(r, fmt.Sprintf("b%d", n), map[string]string{"x": fmt.Sprint(i)}, "x")
				if _, ok := git(t, t.TempDir(), "ls-remote", withToken(t, r.CloneURL(), c.auth)); !ok {
					t.Error("git could not read during pushes")
				}
			}
		})
	}
	wg.Wait()
	s.Wait()
	if got := len(s.Checks(r, "")); got != 20 {
		t.Errorf("%d check runs, want 20", got)
	}
	for _, d := range s.Deliveries() {
		if d.Event == "push" && !d.Delivered() {
			t.Errorf("push delivery %d: %d %s", d.ID, d.Status, d.Response)
		}
	}
}
