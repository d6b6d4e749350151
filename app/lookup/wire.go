package lookup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Hosts are all that is ever connected to, by https.
const (
	hostNPM       = "registry.npmjs.org"
	hostDownloads = "api.npmjs.org"
	hostPyPI      = "pypi.org"
	hostOSV       = "api.osv.dev"
	hostMCP       = "registry.modelcontextprotocol.io"
	hostDocker    = "hub.docker.com"
	hostGitHub    = "api.github.com"
	hostGo        = "proxy.golang.org"
)

// Hosts lists them.
func Hosts() []string {
	return []string{hostNPM, hostDownloads, hostPyPI, hostOSV, hostMCP, hostDocker, hostGitHub, hostGo}
}

const (
	timeout     = 10 * time.Second // of one try
	hangs       = 2 * time.Second  // a host that has not answered by then, when the time is up
	tries       = 2
	pause       = 300 * time.Millisecond // between two
	mostHops    = 3                      // redirects, all on one host
	restAfter   = time.Minute            // a host that failed is left alone
	longestRest = time.Hour
	smallAnswer = 1 << 20
	largeAnswer = 24 << 20 // npm's answer holds every release with its README
)

// wire makes requests to the fixed hosts, within a budget.
type wire struct {
	client *http.Client
	agent  string
	budget *budget
	now    func() time.Time
}

func newWire(t http.RoundTripper, agent string, now func() time.Time) *wire {
	return &wire{
		client: &http.Client{Transport: t, Timeout: timeout, CheckRedirect: sameHost}, // without a cookie jar
		agent:  agent, budget: newBudget(now), now: now,
	}
}

// sameHost lets a redirect stay on its host, and go nowhere else.
func sameHost(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != "https" || r.URL.Host != via[0].URL.Host || r.URL.User != nil || len(via) > mostHops {
		return errElsewhere
	}
	return nil
}

var (
	errElsewhere = errors.New("redirected to another host")
	errTooLarge  = errors.New("the answer is too large")
	errBudget    = errors.New("the request budget is used up")
	errResting   = errors.New("does not answer")
	errTime      = errors.New("not answered in time")
	errNotFound  = errors.New("not found")
)

// call is one request. Parts of its path are escaped one by one.
type call struct {
	host  string
	path  []string
	query url.Values
	body  any   // sent as JSON with POST; nil: GET
	most  int64 // bytes of the answer; 0: smallAnswer
}

func (c call) request(ctx context.Context, agent string) (*http.Request, error) {
	if !slices.Contains(Hosts(), c.host) {
		return nil, errElsewhere
	}
	u := url.URL{Scheme: "https", Host: c.host, RawQuery: c.query.Encode()}
	for _, p := range c.path {
		if p == "." || p == ".." {
			return nil, errors.New("no path")
		}
		u.Path += "/" + p
		u.RawPath += "/" + url.PathEscape(p)
	}
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if c.body != nil {
		data, err := json.Marshal(c.body)
		if err != nil {
			return nil, err
		}
		method, body = http.MethodPost, bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", agent)
	r.Header.Set("Accept", "application/json")
	if c.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// ask makes a call and decodes its JSON. errNotFound is a 404 or 410; any other
// error means that nothing was found out, and its text is fit for people.
func (w *wire) ask(ctx context.Context, c call, into any) error {
	for try := 1; ; try++ {
		err, again := w.once(ctx, c, into)
		if err == nil || !again || try == tries {
			if again {
				w.budget.rest(c.host, restAfter)
			}
			return err
		}
		select {
		case <-ctx.Done():
			return errTime
		case <-time.After(pause):
		}
	}
}

// once is one try; again says that another may go better.
func (w *wire) once(ctx context.Context, c call, into any) (err error, again bool) {
	r, err := c.request(ctx, w.agent)
	if err != nil {
		return err, false
	}
	if err := w.budget.take(c.host); err != nil {
		return fmt.Errorf("%s: %w", c.host, err), false
	}
	start := w.now()
	resp, err := w.client.Do(r)
	if err != nil {
		return w.failure(ctx, c.host, start, err)
	}
	defer resp.Body.Close()
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound, code == http.StatusGone:
		return errNotFound, false
	case code == http.StatusTooManyRequests, code == http.StatusForbidden && resp.Header.Get("X-RateLimit-Remaining") == "0":
		w.budget.rest(c.host, retryAfter(resp.Header, w.now()))
		return fmt.Errorf("%s limits requests", c.host), false
	case code >= 500:
		return fmt.Errorf("%s answers %d", c.host, code), true
	case code != http.StatusOK:
		return fmt.Errorf("%s answers %d", c.host, code), false
	}
	most := c.most
	if most == 0 {
		most = smallAnswer
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return w.failure(ctx, c.host, start, err)
	case int64(len(data)) > most:
		return fmt.Errorf("%s: %w", c.host, errTooLarge), false
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s answers what cannot be read", c.host), false
	}
	return nil, false
}

// failure words an error without the URL, which has the name that was asked for.
func (w *wire) failure(ctx context.Context, host string, start time.Time, err error) (error, bool) {
	var out net.Error
	switch {
	case ctx.Err() != nil:
		if w.now().Sub(start) >= hangs { // the next one need not wait too
			w.budget.rest(host, restAfter)
		}
		return errTime, false
	case errors.Is(err, errElsewhere), errors.Is(err, errPrivate):
		for _, known := range []error{errElsewhere, errPrivate} {
			if errors.Is(err, known) {
				err = known
			}
		}
		return fmt.Errorf("%s: %w", host, err), false
	case errors.As(err, &out) && out.Timeout():
		return fmt.Errorf("%s does not answer in time", host), true
	}
	return fmt.Errorf("%s %w", host, errResting), true
}

// retryAfter is how long a host wants to be left alone: Retry-After in seconds,
// or GitHub's x-ratelimit-reset (docs.github.com, rate limits for the REST API).
func retryAfter(h http.Header, now time.Time) time.Duration {
	rest := restAfter
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		rest = time.Duration(s) * time.Second
	} else if at, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil {
		rest = time.Unix(at, 0).Sub(now)
	}
	return min(max(rest, restAfter), longestRest)
}
