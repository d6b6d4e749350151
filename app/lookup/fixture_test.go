package lookup

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: noon} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// answer is what the fake registries say: a status, 200 if it is 0, and a body.
type answer struct {
	status int
	body   string
	header http.Header
}

// fake is all registries at once. What they were not told of is not found; an
// OSV query about a package they were not told of has no advisories.
type fake struct {
	mu      sync.Mutex
	answers map[string]answer // by host and escaped path; of OSV "osv/ECOSYSTEM/NAME@VERSION"
	asked   []string
	headers []http.Header
}

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := r.URL.Host + r.URL.EscapedPath()
	a, ok := f.answers[key]
	if r.URL.Host == hostOSV {
		var q struct {
			Version string
			Package struct{ Name, Ecosystem string }
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			return nil, err
		}
		key = "osv/" + q.Package.Ecosystem + "/" + q.Package.Name + "@" + q.Version
		if a, ok = f.answers[key]; !ok {
			a, ok = answer{body: "{}"}, true
		}
	}
	f.asked = append(f.asked, key)
	f.headers = append(f.headers, r.Header)
	if !ok {
		a = answer{status: http.StatusNotFound}
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader([]byte(a.body))), Request: r}, nil
}

func (f *fake) set(key string, a answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[key] = a
}

// takeAsked gives what was asked since, in no particular order of packages.
func (f *fake) takeAsked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	asked := f.asked
	f.asked = nil
	return asked
}

// newLooker looks up at fake registries that know these answers.
func newLooker(t *testing.T, answers map[string]answer) (*Looker, *fake, *clock) {
	t.Helper()
	f, c := &fake{answers: answers}, newClock()
	return New(Config{Version: "v1", Cache: &Memory{}, Now: c.now, Transport: f}), f, c
}

// server is a subject launched from a package.
func server(ecosystem, name, version string) scan.Subject {
	return scan.Subject{
		Sighting: scanners.Sighting{
			Integration: scanners.Integration{ID: ecosystem + ":" + name, Kind: scanners.KindMCPServer, Reputation: scanners.Unknown},
			Name:        "tool", Path: ".mcp.json", Package: name, Version: version,
		},
		Ecosystem: ecosystem, Policy: policy.Defaults(),
	}
}

func look(t *testing.T, l *Looker, subjects ...scan.Subject) scan.Looked {
	t.Helper()
	through := 0
	var mu sync.Mutex
	out := l.Look(t.Context(), subjects, func(n int) { mu.Lock(); through += n; mu.Unlock() })
	return out
}

// rulesOf are the rules of the findings of each subject.
func rulesOf(l scan.Looked) [][]string {
	var all [][]string
	for _, fs := range l.Findings {
		var ids []string
		for i := range fs {
			ids = append(ids, fs[i].Rule+" "+fs[i].Severity.String())
		}
		all = append(all, ids)
	}
	return all
}

const goodNPM = `{"name": "example-orders-mcp", "description": "orders", "dist-tags": {"latest": "1.4.2", "next": "2.0.0-rc.1"},
 "time": {"created": "2024-01-02T03:04:05.678Z", "1.4.2": "2026-01-02T03:04:05.678Z"},
 "maintainers": [{"name": "ann"}, {"name": "ben"}], "repository": {"type": "git", "url": "git+https://github.com/acme/orders-mcp.git"},
 "versions": {"1.4.2": {"version": "1.4.2"}, "1.0.0": {"version": "1.0.0", "deprecated": "use 1.4"}, "2.0.0-rc.1": {}}}`

// good is a package that nothing speaks against.
func good() map[string]answer {
	return map[string]answer{
		hostNPM + "/example-orders-mcp":                                 {body: goodNPM},
		hostDownloads + "/downloads/point/last-week/example-orders-mcp": {body: `{"downloads": 5000}`},
		hostGitHub + "/repos/acme/orders-mcp":                           {body: `{"archived": false, "created_at": "2023-01-01T00:00:00Z"}`},
	}
}
