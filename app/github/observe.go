package github

import (
	"net/http"
	"time"
)

// Attempt is one request that went out. It names no repository, organisation
// or user, so it can become a metric as it is.
type Attempt struct {
	Method   string
	Route    string // template: /repos/{owner}/{repo}/issues
	Status   int    // 0: no answer
	Duration time.Duration
	Lane     Lane
	// Accepted is X-Accepted-GitHub-Permissions: which permissions would do for
	// this route, as "issues=write; pull_requests=write".
	Accepted string
}

// Observer is told of every attempt, retries included, from many goroutines.
type Observer interface{ Observe(Attempt) }

type observe struct {
	next     http.RoundTripper
	observer Observer
	now      func() time.Time
}

func (o *observe) RoundTrip(req *http.Request) (*http.Response, error) {
	if o.observer == nil {
		return o.next.RoundTrip(req)
	}
	c, _ := callOf(req.Context())
	start := o.now()
	resp, err := o.next.RoundTrip(req)
	a := Attempt{Method: req.Method, Route: c.route, Duration: o.now().Sub(start), Lane: laneOf(req.Context())}
	if err == nil {
		a.Status, a.Accepted = resp.StatusCode, resp.Header.Get("X-Accepted-GitHub-Permissions")
	}
	o.observer.Observe(a)
	return resp, err
}
