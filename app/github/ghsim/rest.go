package ghsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// object is a JSON object.
type object = map[string]any

// maxRequest bounds the body of a REST request.
const maxRequest = 16 << 20

var allRoutes = sync.OnceValue(routes)

// reply is what a handler answers; a nil body is no content.
type reply struct {
	status int
	body   any
	header http.Header
	raw    []byte // the body, encoded
	loose  bool   // the body may leave GitHub's description (a deleted fork's null)
}

// call is one REST request on its way. Handlers run with the lock held.
type call struct {
	sim    *Sim
	req    *http.Request
	route  *route
	params map[string]string
	query  url.Values
	raw    []byte
	who    identity
	inst   *installation
	repo   *Repo
	needs  []need
	events events
	resend []*Delivery // redeliveries asked for
	log    *Request
	broken []Violation
}

// ServeHTTP serves REST below /api/v3, git below /OWNER/REPO.git, and the
// App manifest form.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enterHandler() {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	defer s.done.Done()
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/v3/"):
		s.serveREST(w, r)
	case strings.Contains(r.URL.Path, ".git/"):
		s.serveGit(w, r)
	case strings.HasSuffix(r.URL.Path, "/settings/apps/new"):
		s.serveManifestForm(w, r)
	default:
		http.NotFound(w, r)
	}
}

// enterHandler counts a request that Close waits for.
func (s *Sim) enterHandler() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.done.Add(1)
	return true
}

func (s *Sim) serveREST(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	c := &call{sim: s, req: r, query: r.URL.Query(), raw: raw, events: events{sim: s}}
	c.log = &Request{Time: s.opt.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	path := s.resolveAlias(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v3"))
	c.route, c.params = match(allRoutes(), r.Method, path)
	if c.route != nil {
		c.log.Route = c.route.template
	}
	if c.params["owner"] != "" {
		c.log.Repository = c.params["owner"] + "/" + c.params["repo"]
	}
	defer s.inParallel(c)()
	f := s.pickFault(c.log)
	out := f.before(s, c)
	if out == nil && !f.aborts() {
		out = new(c.run())
		out = f.after(s, c, out)
	}
	body := c.seal(w.Header(), out)
	c.log.Took = time.Since(start)
	answered := make(chan struct{})
	defer close(answered)
	s.record(c, answered)
	if out == nil {
		reset(w)
		return
	}
	f.send(w, c.log.Status, body)
}

// inParallel finds an App that asks for more than GitHub's 100 things at once.
// The returned function ends the request's time.
func (s *Sim) inParallel(c *call) func() {
	const most = 100
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight++
	if s.inFlight > most {
		c.violate(KindLimit, "more than 100 requests at once")
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.inFlight--
	}
}

// record logs the request, reports violations and starts the webhooks the
// write caused, to be sent once it is answered. It comes before the answer, so
// that a client that has its answer finds all of it done or under way.
func (s *Sim) record(c *call, answered <-chan struct{}) {
	s.log(c.log)
	for _, v := range c.broken {
		s.violate(v)
	}
	due := c.resend
	if !s.opt.Quiet {
		due = slices.Concat(due, c.events.list, c.events.aside)
	}
	if len(due) == 0 {
		return
	}
	s.background(func() {
		<-answered
		for _, d := range due {
			s.dispatch(d)
		}
	})
}

func (s *Sim) log(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, *r)
}

// resolveAlias turns /repositories/ID/… into /repos/OWNER/NAME/….
func (s *Sim) resolveAlias(path string) string {
	rest, ok := strings.CutPrefix(path, "/repositories/")
	if !ok {
		return path
	}
	id, tail, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(id, 10, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.repos[n]; err == nil && r != nil {
		return strings.TrimSuffix("/repos/"+r.owner.login+"/"+r.name+"/"+tail, "/")
	}
	return path
}

// run takes a request through GitHub's gates in GitHub's order.
func (c *call) run() reply {
	s := c.sim
	if c.route == nil {
		c.violate(KindRoute, "no such route: "+c.req.URL.Path)
		return c.notFound()
	}
	if c.req.UserAgent() == "" {
		c.violate(KindRequest, "no User-Agent")
		return c.fail(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
	}
	if v := c.req.Header.Get("X-GitHub-Api-Version"); v != "" && v != "2022-11-28" && v != "2026-03-10" {
		c.violate(KindRequest, "no such API version: "+v)
		return c.fail(http.StatusBadRequest, "Unsupported API version")
	}
	problem, bad := checkRequest(c)
	if problem != "" {
		c.violate(KindRequest, problem)
	}
	var out reply
	s.locked(func() {
		refused := c.enter()
		switch {
		case refused != nil:
			out = *refused
		case bad:
			out = c.fail(http.StatusUnprocessableEntity, "Invalid request.\n\n"+problem)
		default:
			out = c.route.handle(s, c)
		}
	})
	// What handlers answer is made for the answer and shares nothing that
	// changes later, so the rest needs no lock.
	if out.body != nil {
		out.raw, _ = json.Marshal(out.body)
	}
	if problem := checkResponse(c, out); problem != "" {
		c.violate(KindResponse, problem)
	}
	return out
}
