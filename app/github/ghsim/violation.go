package ghsim

import (
	"fmt"
	"slices"
	"time"
)

// Kind says what a violation breaks.
type Kind string

// The kinds of violation.
const (
	KindRoute      Kind = "route"      // no such route in GitHub's description
	KindRequest    Kind = "request"    // the request does not fit the description
	KindResponse   Kind = "response"   // our response does not: a mistake of the simulation
	KindAuth       Kind = "auth"       // no, wrong or expired credential, or of the wrong kind
	KindPermission Kind = "permission" // a permission or repository the credential lacks
	KindLimit      Kind = "limit"      // a documented size or count limit
)

// Violation is one thing a well-behaved App does not do.
type Violation struct {
	Kind          Kind
	Method, Route string
	Message       string
	Installation  int64
}

func (v Violation) String() string {
	return fmt.Sprintf("%s: %s %s: %s", v.Kind, v.Method, v.Route, v.Message)
}

// Violations lists what was broken so far, tolerated kinds too.
func (s *Sim) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Tolerate makes kinds of violation no failure of the test: for tests that
// take a permission away, for example. They are still recorded.
func (s *Sim) Tolerate(kinds ...Kind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range kinds {
		s.tolerated[k] = true
	}
}

func (s *Sim) violate(v Violation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, v)
	// Close sets closed under this lock, before the test ends: Errorf never
	// comes too late.
	if !s.closed && !s.tolerated[v.Kind] && s.tb != nil {
		s.tb.Errorf("ghsim: %s", v)
	}
}

// Request is one line of the request log.
type Request struct {
	Time         time.Time
	Took         time.Duration
	Method, Path string
	Route        string // template of GitHub's description, "" if none fits; git: "/{owner}/{repo}.git/…"
	Query        string
	Status       int    // 0: the connection was reset
	Fault        string // what was injected, "" if nothing
	App          bool   // signed as the App
	Installation int64  // 0 unless an installation token was used
	Repository   string // owner/name as in the path, "" if none
	// Permissions and Repositories are the token's scope; nil Repositories
	// means all of the installation.
	Permissions  map[string]string
	Repositories []int64
	Needs        string // value of X-Accepted-GitHub-Permissions
}

// Requests is the log so far. A request is in it before it is answered.
func (s *Sim) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ResetViolations forgets what was broken so far.
func (s *Sim) ResetViolations() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = nil
}

// ResetRequests empties the log.
func (s *Sim) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// CountRequests counts log lines of a method ("" any) and route template
// ("" any).
func (s *Sim) CountRequests(method, route string) int {
	n := 0
	for _, r := range s.Requests() {
		if (method == "" || r.Method == method) && (route == "" || r.Route == route) {
			n++
		}
	}
	return n
}
