package github

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRenamedRepositoriesAreFollowed(t *testing.T) {
	t.Parallel()
	for _, code := range []int{301, 307, 308} {
		f := newFake(t)
		var got []string
		moved := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", f.url+apiPrefix+"/repositories/5"+strings.TrimPrefix(r.URL.Path, apiPrefix+"/repos/acme/shop"))
			w.WriteHeader(code)
		}
		f.handle("GET /repos/acme/shop/issues/1", moved)
		f.handle("PATCH /repos/acme/shop/issues/1", moved)
		f.HandleFunc(apiPrefix+"/repositories/5/issues/1", func(w http.ResponseWriter, r *http.Request) {
			var body map[string]string
			_ = json.NewDecoder(r.Body).Decode(&body)
			got = append(got, r.Method+" "+body["state"])
			if f.tokenOf(r).Installation != "1" {
				t.Errorf("%d: the token is gone", code)
			}
			answer(w, map[string]any{"id": 3, "number": 1})
		})
		c := f.app(t).Installation(1)
		if i, err := c.Issue(ctx(t), acme, 1); err != nil || i.ID != 3 {
			t.Errorf("%d: %+v %v", code, i, err)
		}
		if i, err := c.UpdateIssue(ctx(t), acme, 1, IssueUpdate{State: "closed"}); err != nil || i.ID != 3 {
			t.Errorf("%d: %+v %v", code, i, err)
		}
		if strings.Join(got, ",") != "GET ,PATCH closed" {
			t.Errorf("%d: %v", code, got)
		}
	}
}

func TestRedirectsElsewhereAreNotFollowed(t *testing.T) {
	t.Parallel()
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached = true
		answer(w, map[string]any{"id": 3})
	}))
	t.Cleanup(other.Close)
	for _, tt := range []struct {
		name, method, location string
		code                   int
	}{
		{"another host", "GET", other.URL + apiPrefix + "/repositories/5", 301},
		{"another host, no scheme", "GET", strings.TrimPrefix(other.URL, "http:") + apiPrefix + "/x", 301},
		{"another scheme", "GET", "https://SELF" + apiPrefix + "/repositories/5", 301},
		{"outside the API", "GET", "http://SELF/login", 301},
		{"out of the API by dots", "GET", "http://SELF" + apiPrefix + "/../../login", 301},
		{"out of the API by escaped dots", "GET", "http://SELF" + apiPrefix + "/%2e%2e/login", 301},
		{"with a user", "GET", "http://x@SELF" + apiPrefix + "/repositories/5", 301},
		{"no location", "GET", "", 301},
		{"no URL", "GET", "http://%zz", 301},
		{"see other", "GET", "http://SELF" + apiPrefix + "/repositories/5", 303},
		{"a write found elsewhere", "PATCH", "http://SELF" + apiPrefix + "/repositories/5", 302},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			hop := func(w http.ResponseWriter, _ *http.Request) {
				if tt.location != "" {
					w.Header().Set("Location", strings.Replace(tt.location, "SELF", strings.TrimPrefix(f.url, "http://"), 1))
				}
				w.WriteHeader(tt.code)
			}
			f.handle(tt.method+" /repos/acme/shop/issues/1", hop)
			c := f.app(t).Installation(1)
			var err error
			if tt.method == "GET" {
				_, err = c.Issue(ctx(t), acme, 1)
			} else {
				_, err = c.UpdateIssue(ctx(t), acme, 1, IssueUpdate{State: "closed"})
			}
			if status := (*StatusError)(nil); !errors.As(err, &status) || status.Code != tt.code || !Permanent(err) {
				t.Errorf("got %v", err)
			}
			if n, _ := f.count(); n != 1 {
				t.Errorf("%d requests: %v", n, f.requests)
			}
		})
	}
	t.Cleanup(func() {
		if reached {
			t.Error("the other host was reached")
		}
	})
}

func TestRedirectsInACircleEnd(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(301)
	})
	if _, err := f.app(t).Installation(1).Issue(ctx(t), acme, 1); err == nil {
		t.Error("no error")
	}
	if n, _ := f.count(); n != 1+maxRedirects {
		t.Errorf("%d requests", n)
	}
}
