package ghsim

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cgi"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// GitRoute is the route of git requests in the log and for faults.
const GitRoute = "/{owner}/{repo}.git"

// backend is where git keeps its CGI program, "" if it is not found.
var backend = sync.OnceValue(func() string {
	dirs := []string{"/usr/lib/git-core", "/usr/libexec/git-core", "/usr/local/libexec/git-core", "/opt/homebrew/libexec/git-core", "/opt/homebrew/opt/git/libexec/git-core"}
	if dir := os.Getenv("GIT_EXEC_PATH"); dir != "" {
		dirs = append([]string{dir}, dirs...)
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, "git-http-backend")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
})

// serveGit serves reading over smart HTTP by git's own program. Private
// repositories want Basic auth x-access-token:TOKEN with contents:read.
func (s *Sim) serveGit(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	name, tail, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), ".git/")
	log := &Request{Time: s.opt.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Route: GitRoute, Repository: name}
	f := s.pickFault(log)
	recorder := &statusWriter{ResponseWriter: w, record: func(status int) {
		log.Status, log.Took = status, time.Since(start)
		s.log(log)
	}}
	if !s.spoilGit(f, recorder, log) {
		s.gitRequest(recorder, r, name, tail, log)
	}
}

// spoilGit does what a fault says and reports whether that was the answer.
// Reading has no effect to lose, so "after" is the same as "before".
func (s *Sim) spoilGit(f *fault, w *statusWriter, log *Request) bool {
	switch f.effect() {
	case 0:
		return false
	case SlowBody:
		time.Sleep(f.wait())
		return false
	case ResetBefore, ResetAfter:
		w.record(0)
		reset(w)
	case PrimaryLimit, PrimaryLimit429, SecondaryLimit, SecondaryLimit429:
		w.Header().Set("Retry-After", seconds(f.wait()))
		http.Error(w, "rate limited", http.StatusTooManyRequests)
	default:
		http.Error(w, log.Fault, http.StatusBadGateway)
	}
	return true
}

func (s *Sim) gitRequest(w http.ResponseWriter, r *http.Request, name, tail string, log *Request) {
	dir, status := s.gitAccess(r, name, log)
	if status == http.StatusMovedPermanently {
		http.Redirect(w, r, "/"+dir+".git/"+tail+"?"+r.URL.RawQuery, status)
		return
	}
	if status != http.StatusOK {
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	service := tail == "info/refs" && r.URL.Query().Get("service") == "git-upload-pack" || tail == "git-upload-pack"
	if !service {
		http.Error(w, "only reading over smart HTTP is simulated", http.StatusForbidden)
		return
	}
	s.runBackend(w, r, dir, tail)
}

// gitAccess decides about one git request: the repository's directory and
// 200, the new owner/name and 301, or a refusal.
func (s *Sim) gitAccess(r *http.Request, name string, log *Request) (string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.repos[s.names[strings.ToLower(name)]]
	if repo != nil && repo.disabled {
		return "", http.StatusForbidden
	}
	_, password, given := r.BasicAuth()
	if !given {
		switch {
		case r.Header.Get("Authorization") != "" || repo == nil || repo.private:
			return "", http.StatusUnauthorized
		case !strings.EqualFold(repo.fullName(), name):
			return repo.fullName(), http.StatusMovedPermanently
		}
		return repo.dir, http.StatusOK
	}
	t, bad := s.installationToken(password)
	if bad != nil {
		return "", bad.status
	}
	inst := s.installations[t.installation]
	log.Installation, log.Permissions, log.Repositories, log.Needs = inst.id, t.permissions, sortedIDs(t.repos), "contents=read"
	switch {
	case !t.sees(inst, repo) && (repo == nil || repo.private || repo.deleted):
		return "", http.StatusNotFound
	case repo.private && !t.allows(inst, []need{{Permission: "contents", Access: "read"}}):
		return "", http.StatusForbidden
	case !strings.EqualFold(repo.fullName(), name):
		return repo.fullName(), http.StatusMovedPermanently
	}
	return repo.dir, http.StatusOK
}

// runBackend hands the request to git. The body is read first: CGI takes no
// chunked one.
func (s *Sim) runBackend(w http.ResponseWriter, r *http.Request, dir, tail string) {
	if backend() == "" {
		http.Error(w, "git-http-backend is not installed", http.StatusNotImplemented)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	inner := r.Clone(r.Context())
	inner.URL = &url.URL{Path: "/" + filepath.Base(dir) + "/" + tail, RawQuery: r.URL.RawQuery}
	inner.Body, inner.ContentLength, inner.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	inner.Header.Del("Authorization")
	handler := cgi.Handler{
		Path: backend(), Dir: s.dir, Stderr: io.Discard,
		Env: []string{
			"GIT_PROJECT_ROOT=" + s.dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + s.dir,
			"GIT_PROTOCOL=" + r.Header.Get("Git-Protocol"),
		},
	}
	handler.ServeHTTP(w, inner)
}

// statusWriter records the status before it is sent.
type statusWriter struct {
	http.ResponseWriter
	record func(status int)
	sent   bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.sent {
		w.sent = true
		w.record(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets a response controller reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
