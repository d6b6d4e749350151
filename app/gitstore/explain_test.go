package gitstore

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFailedClonesAreExplained: each ends in words that say what to do.
func TestFailedClonesAreExplained(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		status int
		body   string
	}{
		"/401": {http.StatusUnauthorized, ""}, "/403": {http.StatusForbidden, "<html>"}, "/404": {http.StatusNotFound, "Not Found"},
		"/500": {http.StatusInternalServerError, "oops"}, "/page": {http.StatusOK, "<!DOCTYPE html>"}, "/empty": {http.StatusOK, ""},
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		a := answers["/"+strings.Split(req.URL.Path, "/")[1]]
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	t.Cleanup(srv.Close)
	const none = "no such repository, or "
	const page = "the answer is not a git server's: is this the address of a repository?"
	for _, c := range []struct{ path, user, token, want string }{
		{"/401", "", "", none + "the server asks who reads it: set CASTELLAN_TOKEN to a token that may"},
		{"/401", "ann:secret", "", "the server does not accept the user and password in the URL"},
		{"/401", "", "t0ken", "the server does not accept the token in CASTELLAN_TOKEN"},
		{"/403", "", "", "the server refuses it: set CASTELLAN_TOKEN to a token that may read this repository"},
		{"/403", "", "t0ken", "the server refuses it: the token in CASTELLAN_TOKEN may not read this repository"},
		{"/404", "", "", none + "a private one: set CASTELLAN_TOKEN to a token that may read it"},
		{"/404", "", "t0ken", none + "one that the token in CASTELLAN_TOKEN may not read"},
		{"/500", "", "", "the server answered 500 Internal Server Error"},
		{"/page", "", "", page},
		{"/empty", "", "", page},
	} {
		t.Run(c.path+c.user+c.token, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(srv.URL + c.path + "/a/b")
			if err != nil {
				t.Fatal(err)
			}
			shown := u.String()
			if name, password, ok := strings.Cut(c.user, ":"); ok {
				u.User = url.UserPassword(name, password)
			}
			_, _, err = Clone(t.Context(), u.String(), CloneOptions{Token: c.token})
			if err == nil {
				t.Fatal("no error")
			}
			if d := cmp.Diff(`clone "`+shown+`": `+c.want, err.Error()); d != "" {
				t.Error("(-want +got)", d)
			}
			if (c.path == "/401" || c.path == "/403") && !Refused(err) {
				t.Error("not known as a refusal")
			}
		})
	}
}

func TestAnUnknownCertificateIsExplained(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	_, _, err := Clone(t.Context(), srv.URL+"/a/b", CloneOptions{})
	if err == nil || !strings.Contains(err.Error(), "x509: ") || !strings.HasSuffix(err.Error(), "or name a file of it in SSL_CERT_FILE") {
		t.Errorf("error %v", err)
	}
}

// TestAMissingRevisionOfAShallowClone: the clone is why, and there is a remedy.
func TestAMissingRevisionOfAShallowClone(t *testing.T) {
	t.Parallel()
	s, _ := branched(t)
	name := s.dir[strings.LastIndexByte(s.dir, '/')+1:]
	r := mustClone(t, serve(t, strings.TrimSuffix(s.dir, "/"+name)).URL+"/"+name+"/.git", CloneOptions{})
	for _, rev := range []string{"HEAD~1", "nowhere"} {
		if _, err := r.Resolve(rev); err == nil || !strings.HasSuffix(err.Error(), "(for actions/checkout: `fetch-depth: 0`)") {
			t.Errorf("%s: error %v", rev, err)
		}
	}
	whole := mustOpen(t, s.dir)
	if _, err := whole.Resolve("nowhere"); err == nil || strings.Contains(err.Error(), "shallow") {
		t.Errorf("error %v", err)
	}
}
