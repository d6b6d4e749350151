package ghsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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
	c.log = &Request{Time: s.now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	path := s.resolveAlias(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v3"))
	c.route, c.params = match(allRoutes(), r.Method, path)
	if c.route != nil {
		c.log.Route = c.route.template
	}
	if c.params["owner"] != "" {
		c.log.Repository = c.params["owner"] + "/" + c.params["repo"]
	}
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

// enter authenticates, counts against the limits, finds the repository and
// checks the permission. nil lets the request in.
func (c *call) enter() *reply {
	s := c.sim
	who, bad := s.authenticate(c.req.Header)
	if bad != nil {
		if !bad.innocent {
			c.violate(KindAuth, bad.message)
		}
		return new(c.fail(bad.status, bad.message))
	}
	c.who, c.log.App = who, who.app
	if who.token != nil {
		c.inst = s.installations[who.token.installation]
		c.log.Installation, c.log.Permissions = c.inst.id, who.token.permissions
		c.log.Repositories = sortedIDs(who.token.repos)
	}
	if out := c.rightCredential(); out != nil {
		return out
	}
	if out := s.countRequest(c); out != nil {
		return out
	}
	return c.permitted()
}

func (c *call) rightCredential() *reply {
	switch {
	case c.route.auth == byApp && !c.who.app:
		c.violate(KindAuth, "only the App itself, by JWT, may call this")
		return new(c.fail(http.StatusUnauthorized, "A JSON web token could not be decoded"))
	case c.route.auth == byInstallation && c.who.token == nil && c.who.app:
		c.violate(KindAuth, "an installation token is needed, not the App's JWT")
		return new(c.fail(http.StatusUnauthorized, "Requires authentication"))
	case c.route.auth == byInstallation && c.who.token == nil:
		c.violate(KindAuth, "anonymous request")
		return new(c.fail(http.StatusUnauthorized, "Requires authentication"))
	}
	return nil
}

// permitted finds the repository, 404 outside the token's scope, and wants
// one of the route's permissions, else 403.
func (c *call) permitted() *reply {
	if c.route.auth != byInstallation {
		return nil
	}
	table, err := needs()
	if err != nil {
		return new(c.fail(http.StatusInternalServerError, err.Error()))
	}
	c.needs = table[c.route.method+" "+c.route.template]
	c.log.Needs = accepted(c.needs)
	if owner := c.params["owner"]; owner != "" {
		out := c.findRepo(owner, c.params["repo"])
		if out != nil {
			return out
		}
	}
	if !c.who.token.allows(c.inst, c.needs) {
		c.violate(KindPermission, "the token lacks "+accepted(c.needs))
		return new(c.fail(http.StatusForbidden, "Resource not accessible by integration"))
	}
	if c.repo != nil && c.repo.archived && c.route.method != http.MethodGet {
		return new(c.fail(http.StatusForbidden, "Repository was archived so is read-only."))
	}
	return nil
}

func (c *call) findRepo(owner, name string) *reply {
	s := c.sim
	r := s.repos[s.names[fullKey(owner, name)]]
	if !c.who.token.sees(c.inst, r) {
		if c.inst.covers(r) {
			c.violate(KindPermission, "the token's scope lacks "+owner+"/"+name)
		}
		return new(c.notFound())
	}
	if !strings.EqualFold(r.owner.login, owner) || !strings.EqualFold(r.name, name) {
		target := strings.TrimPrefix(c.req.URL.EscapedPath(), "/api/v3/repos/")
		parts := strings.SplitN(target, "/", 3)
		location := fmt.Sprintf("%s/api/v3/repositories/%d", s.URL, r.ID)
		if len(parts) == 3 {
			location += "/" + parts[2]
		}
		if q := c.req.URL.RawQuery; q != "" {
			location += "?" + q
		}
		out := c.fail(http.StatusMovedPermanently, "Moved Permanently")
		if c.req.Method != http.MethodGet {
			out.status = http.StatusTemporaryRedirect
		}
		out.body.(object)["url"] = location
		out.header = http.Header{"Location": {location}}
		return &out
	}
	c.repo = r
	return nil
}

// decode reads the JSON body into v; an empty body leaves v alone.
func (c *call) decode(v any) *reply {
	if len(bytes.TrimSpace(c.raw)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.raw, v); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return new(c.invalid("Request", kind.Field, "invalid"))
		}
		return new(c.fail(http.StatusBadRequest, "Problems parsing JSON"))
	}
	return nil
}

func (c *call) int64(name string) int64 {
	n, _ := strconv.ParseInt(c.params[name], 10, 64)
	return n
}

func (c *call) violate(k Kind, message string) {
	v := Violation{Kind: k, Method: c.req.Method, Route: c.log.Route, Message: message, Installation: c.log.Installation}
	if v.Route == "" {
		v.Route = c.req.URL.Path
	}
	c.broken = append(c.broken, v)
}

const (
	docs    = "https://docs.github.com/rest"
	version = "3.19.0" // of the GitHub Enterprise Server this poses as
)

func (c *call) fail(status int, message string) reply {
	return reply{status: status, body: object{"message": message, "documentation_url": docs, "status": strconv.Itoa(status)}}
}

func (c *call) notFound() reply { return c.fail(http.StatusNotFound, "Not Found") }

// invalid is GitHub's 422 for one field.
func (c *call) invalid(resource, field, code string) reply {
	out := c.fail(http.StatusUnprocessableEntity, "Validation Failed")
	out.body.(object)["errors"] = []any{object{"resource": resource, "field": field, "code": code}}
	return out
}

// tooBig is a 422 for a documented limit, and a violation.
func (c *call) tooBig(resource, field, message string) reply {
	c.violate(KindLimit, message)
	out := c.invalid(resource, field, "custom")
	out.body.(object)["errors"].([]any)[0].(object)["message"] = message
	return out
}

// seal sets the headers of an answer, with ETag, rate limit and permissions,
// and the status of the log, and returns the body. A nil answer has none: its
// connection is reset.
func (c *call) seal(h http.Header, out *reply) []byte {
	if out == nil {
		return nil
	}
	for k, v := range out.header {
		h[k] = v
	}
	h.Set("X-GitHub-Request-Id", randomText(16))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Enterprise-Version", version)
	if c.log.Needs != "" {
		h.Set("X-Accepted-GitHub-Permissions", c.log.Needs)
	}
	c.sim.rateHeaders(h, c.log)
	var body []byte
	if out.body != nil {
		h.Set("Content-Type", "application/json; charset=utf-8")
		if body = out.raw; body == nil {
			body, _ = json.Marshal(out.body)
		}
	}
	status := out.status
	if status == http.StatusOK && c.req.Method == http.MethodGet {
		sum := sha256.Sum256(body)
		etag := `W/"` + hex.EncodeToString(sum[:]) + `"`
		h.Set("ETag", etag)
		if sameTag(c.req.Header.Get("If-None-Match"), etag) {
			status, body = http.StatusNotModified, nil
			c.sim.refund(c.log.Installation)
		}
	}
	c.log.Status = status
	return body
}

func sameTag(given, etag string) bool {
	return given != "" && strings.TrimPrefix(given, "W/") == strings.TrimPrefix(etag, "W/")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// optional is nil for a zero time.
func optional(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}
