package gitstore

import (
	"context"
	"errors"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// serve offers the folders below root over HTTP. It is the only place where a
// git binary runs: as the server.
func serve(t *testing.T, root string) *httptest.Server {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal("the tests of cloning need git as a server:", err)
	}
	srv := httptest.NewServer(&cgi.Handler{
		Path: git, Args: []string{"http-backend"}, Dir: root,
		Env: []string{
			"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "HOME=" + root, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
			"GIT_CONFIG_KEY_1=uploadpack.allowAnySHA1InWant", "GIT_CONFIG_VALUE_1=true",
		},
	})
	t.Cleanup(srv.Close)
	return srv
}

func mustClone(t *testing.T, url string, opt CloneOptions) *Repository {
	t.Helper()
	r, done, err := Clone(context.Background(), url, opt)
	if err != nil {
		t.Fatal(err)
	}
	dir := r.common
	t.Cleanup(func() {
		if err := done(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the clone was left behind: %v", err)
		}
	})
	return r
}

func TestCloneOverHTTP(t *testing.T) {
	t.Parallel()
	s := rich(t)
	srv := serve(t, filepath.Dir(s.dir))
	disk := folder(t, s.dir)
	disk.Stats.Commits = 1
	r := mustClone(t, srv.URL+"/"+filepath.Base(s.dir)+"/.git", CloneOptions{})
	if d := cmp.Diff(disk, tree(t, r, "HEAD")); d != "" {
		t.Error("(-folder +clone)", d)
	}
	if !r.Bare() {
		t.Error("a clone is bare")
	}
}

func TestCloneHistoryAndRef(t *testing.T) {
	t.Parallel()
	s, names := branched(t)
	tag := plumbing.NewHashReference("refs/tags/v1", hashOf(names, "c2"))
	if err := s.repo.Storer.SetReference(tag); err != nil {
		t.Fatal(err)
	}
	addr := serve(t, filepath.Dir(s.dir)).URL + "/" + filepath.Base(s.dir) + "/.git"
	want, _, _ := history(t, s.open(), names)
	got, tips, st := history(t, mustClone(t, addr, CloneOptions{History: true}), names)
	if d := cmp.Diff(want, got); d != "" || st.Commits != 5 || names[tips[0].Hash] != "c5" {
		t.Error(st, tips, "(-want +got)", d)
	}
	_, _, st = history(t, mustClone(t, addr, CloneOptions{}), names)
	if st.Commits != 1 {
		t.Errorf("a clone without history has %d commits", st.Commits)
	}
	for ref, want := range map[string]string{"v1": "c2", "side": "c4", "refs/heads/master": "c3", hashOf(names, "c1").String(): "c1"} {
		c, err := mustClone(t, addr, CloneOptions{Ref: ref}).Resolve("HEAD")
		if err != nil || names[c.Hash] != want {
			t.Errorf("%s: %s, %v; want %s", ref, names[c.Hash], err, want)
		}
	}
	if _, _, err := Clone(context.Background(), addr, CloneOptions{Ref: "nope"}); !errors.Is(err, ErrRevision) {
		t.Errorf("unknown ref: %v", err)
	}
	empty := newSandbox(t)
	addr = serve(t, filepath.Dir(empty.dir)).URL + "/" + filepath.Base(empty.dir) + "/.git"
	if _, err := mustClone(t, addr, CloneOptions{}).Resolve("HEAD"); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
}

func hashOf(names map[string]string, want string) plumbing.Hash {
	for id, name := range names {
		if name == want {
			return plumbing.NewHash(id)
		}
	}
	return plumbing.ZeroHash
}

func TestCloneSendsTheTokenToItsHostOnly(t *testing.T) {
	t.Parallel()
	secret := "tok" + strings.Repeat("Zq9", 8)
	leaked := make(chan string, 8)
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { leaked <- r.Header.Get("Authorization") }))
	t.Cleanup(other.Close)
	var user, password string
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ = r.BasicAuth()
		http.Redirect(w, r, other.URL+r.URL.String(), http.StatusFound)
	}))
	t.Cleanup(first.Close)
	_, _, err := Clone(context.Background(), first.URL+"/o/r", CloneOptions{Token: secret})
	if err == nil || !strings.Contains(err.Error(), "redirect to") || strings.Contains(err.Error(), secret) {
		t.Errorf("error: %v", err)
	}
	if user != "x-access-token" || password != secret {
		t.Errorf("authentication %q", user)
	}
	if len(leaked) > 0 {
		t.Errorf("the other host was asked, with %q", <-leaked)
	}
}

func TestCloneErrorsHideSecrets(t *testing.T) {
	t.Parallel()
	secret := "pw" + strings.Repeat("Xk3", 8)
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, p, _ := r.BasicAuth()
		http.Error(w, "bad password "+p, http.StatusTeapot)
	}))
	t.Cleanup(echo.Close)
	host := strings.TrimPrefix(echo.URL, "http://")
	for _, u := range []string{
		"http://me:" + secret + "@" + host + "/r", "https://" + secret + "@127.0.0.1:1/r", "ssh://" + secret + "@h/r", "http://x:" + secret + "@example.org/r",
		"https://a:" + secret + "/b@h/r", "https://a:" + secret + "@h/%zz", "https://a:" + secret + "@h/r?x=" + secret,
	} {
		_, _, err := Clone(context.Background(), u, CloneOptions{})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", strings.ReplaceAll(u, secret, "SECRET"), err)
		}
	}
}

func TestCloneRefuses(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"ssh://git@h/r", "git@h:o/r.git", "git://h/r", "ext::sh -c 'touch x'", "http://example.org/r", "file://host/r", "ftp://h/r", "https:///r", "/tmp",
	} {
		r, _, err := Clone(context.Background(), u, CloneOptions{})
		if err == nil || r != nil {
			t.Errorf("%q was accepted", u)
		}
	}
}

// Not parallel: it moves the temporary folder to see what is left there.
func TestCloneBoundsWhatItReceives(t *testing.T) {
	s := rich(t)
	parent := t.TempDir()
	t.Setenv("TMPDIR", parent)
	addr := serve(t, filepath.Dir(s.dir)).URL + "/" + filepath.Base(s.dir) + "/.git"
	_, _, err := Clone(context.Background(), addr, CloneOptions{MaxBytes: 3000})
	if err == nil || !strings.Contains(err.Error(), "larger than 3000 bytes") {
		t.Errorf("error: %v", err)
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRedactURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://u:p@h/r": "https://h/r", "https://h/@scope/r": "https://h/@scope/r", "https://tok@h:8443/r?k=v#f": "https://h:8443/r",
		"https://u:p/w@h/r": "https://h/r", "git@h:o/r": "h:o/r", "./folder": "./folder", "https://u:p@@h/r": "https://h/r", "https://[::1]/r": "https://[::1]/r",
	} {
		if got := RedactURL(in); got != want {
			t.Errorf("RedactURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"https://h/r": true, "file:///x": true, "git@h:o/r": true, "ext::sh": true, "ssh://h": true, ".": false, "/a:b": false, "a/b@c:d": false, "C:\\x": false, "": false,
	} {
		if got := IsURL(in); got != want {
			t.Errorf("IsURL(%q) = %v", in, got)
		}
	}
}

func FuzzRedactURL(f *testing.F) {
	f.Add("https://u:p@h/r")
	f.Add("git@h:r")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(RedactURL(s))
		if err == nil && IsURL(s) && u.User != nil && u.Host != "" {
			t.Fatalf("%q keeps %q", s, u.User)
		}
	})
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                                      "",
		"https://git.acme.example/acme/app.git": "acme/app",
		"https://u:p@git.acme.example/acme/app": "acme/app",
		"ssh://git@git.acme.example:22/acme/app.git/": "acme/app",
		"git@git.acme.example:acme/app.git":           "acme/app",
		"https://git.acme.example/group/sub/app":      "sub/app",
		"https://git.acme.example/app":                "",
		"https://git.acme.example/../app":             "",
		"file:///srv/git/acme/app.git":                "",
		"/srv/git/acme/app.git":                       "",
		"https://":                                    "",
	} {
		if got := NameOf(url); got != want {
			t.Errorf("NameOf(%q) = %q, want %q", url, got, want)
		}
	}
}
