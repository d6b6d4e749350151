package github

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tagged answers conditionally. ofToken: the tag depends on the token as
// GitHub's is observed to; else on the body only.
func tagged(body *string, ofToken bool, weak string, full, unchanged *int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(*body))
		if ofToken {
			sum = sha256.Sum256([]byte(r.Header.Get("Accept") + ":" + r.Header.Get("Authorization") + ":" + *body))
		}
		tag := weak + `"` + hex.EncodeToString(sum[:]) + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			*unchanged++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		*full++
		w.Write([]byte(*body))
	}
}

func TestUnchangedAnswersSurviveTokenRotation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		ofToken bool
		weak    string
	}{
		{"tags of token and body", true, ""}, {"weak tags of token and body", true, "W/"},
		{"tags of the body", false, ""}, {"weak tags of the body", false, "W/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var full, unchanged int
			body := `{"id":5,"name":"shop","default_branch":"main"}` + "\n"
			f.handle("GET /repos/acme/shop", tagged(&body, tt.ofToken, tt.weak, &full, &unchanged))
			c := f.app(t).Installation(1)
			for range 4 {
				repo, err := c.Repository(ctx(t), "acme", "shop")
				if err != nil || repo.DefaultBranch != "main" || repo.ID != 5 {
					t.Fatalf("%+v %v", repo, err)
				}
				f.clock.move(time.Hour)
			}
			if _, minted := f.count(); full != 1 || unchanged != 3 || minted != 4 {
				t.Errorf("%d full and %d unchanged answers with %d tokens, want 1, 3 and 4", full, unchanged, minted)
			}
			body = strings.Replace(body, "main", "next", 1)
			for range 2 {
				if repo, err := c.Repository(ctx(t), "acme", "shop"); err != nil || repo.DefaultBranch != "next" {
					t.Fatalf("after a change: %+v %v", repo, err)
				}
			}
			if full != 2 || unchanged != 4 {
				t.Errorf("after a change %d full and %d unchanged, want 2 and 4", full, unchanged)
			}
		})
	}
}

func TestTheCacheIsPerInstallation(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var full, unchanged int
	body := `{"id":5}`
	f.handle("GET /repos/acme/shop", tagged(&body, false, "", &full, &unchanged))
	a := f.app(t)
	for id := range int64(3) {
		if _, err := a.Installation(id+1).Repository(ctx(t), "acme", "shop"); err != nil {
			t.Fatal(err)
		}
	}
	if full != 3 || unchanged != 0 {
		t.Errorf("%d full, %d unchanged", full, unchanged)
	}
}

func TestWhatPeopleWriteIsNotCached(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	conditional := false
	f.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		conditional = conditional || r.Header.Get("If-None-Match") != ""
		w.Header().Set("ETag", `"constant"`)
		if strings.HasSuffix(r.URL.Path, "/1") {
			answer(w, map[string]any{"id": 1})
			return
		}
		answer(w, []any{})
	})
	a := f.app(t)
	c := a.Installation(1)
	for range 2 {
		for name, err := range map[string]error{
			"issue":         second(c.Issue(ctx(t), acme, 1)),
			"issues":        second(c.Issues(ctx(t), acme, time.Time{})),
			"comments":      second(c.Comments(ctx(t), acme, 1)),
			"pull":          second(c.PullRequest(ctx(t), acme, 1)),
			"pulls":         second(c.PullRequestsOf(ctx(t), acme, headSHA)),
			"commit author": second(c.CommitAuthor(ctx(t), acme, headSHA)),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if conditional || len(a.cache.byKey) != 0 {
		t.Error("an answer was kept")
	}
}

func second[T any](_ T, err error) error { return err }

// A page that was full and the last keeps its tag when a next one appears.
func TestAnUnchangedFullPageDoesNotHideTheNext(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	repos := func(from, n int) string {
		var all []map[string]any
		for i := range n {
			all = append(all, map[string]any{"id": from + i, "name": fmt.Sprint("r", from+i)})
		}
		text, _ := json.Marshal(map[string]any{"repositories": all})
		return string(text)
	}
	last := 0
	f.handle("GET /installation/repositories", func(w http.ResponseWriter, r *http.Request) {
		var full, unchanged int
		body := repos(1, 100)
		if r.URL.Query().Get("page") == "2" {
			body = repos(101, last)
		}
		tagged(&body, true, "", &full, &unchanged)(w, r)
	})
	c := f.app(t).Installation(1)
	for _, last = range []int{0, 1, 7} {
		all, err := c.Repositories(ctx(t))
		if err != nil || len(all) != 100+last {
			t.Errorf("%d repositories, want %d: %v", len(all), 100+last, err)
		}
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newETagCache(10_000)
	for i := range 100 {
		c.put(fmt.Sprint("key", i), &entry{body: make([]byte, 1000)})
		if i >= 1 {
			c.get("key1") // used all the time
		}
		if c.size > c.limit {
			t.Fatalf("%d bytes are kept", c.size)
		}
	}
	if _, ok := c.get("key1"); !ok {
		t.Error("the entry in use was evicted")
	}
	if _, ok := c.get("key2"); ok {
		t.Error("the entry least in use was kept")
	}
	for key := range c.byKey {
		c.drop(key)
	}
	if c.size != 0 || c.order.Len() != 0 {
		t.Errorf("%d bytes and %d entries are left", c.size, c.order.Len())
	}
}
