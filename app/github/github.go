// Package github is the only room that talks to GitHub's API, and the only one
// that knows go-github. What it hands out are its own plain types.
//
// An App signs its own calls; a Client speaks for one installation. Every call
// declares in calls.go its route, the permission it needs and whose token it
// uses, and then goes down one stack, a layer a file:
//
//	redirect  a renamed repository is followed, on the same host only
//	pace      issues and comments are created one by one, with a gap
//	limit     403 and 429 limits become *LimitError, and then fail fast
//	auth      the App's JWT or a token scoped to one repository
//	etag      what has not changed costs nothing, across token rotation
//	budget    backfill leaves a reserve for webhooks
//	retry     reads are repeated after 5xx and broken connections
//	observe   route, status, duration, accepted permissions
//	wire      one attempt: a deadline, a bounded body read to its end
//
// Tokens appear in no error, log line or observation.
package github

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	gh "github.com/google/go-github/v66/github"
)

// Config says which GitHub and which App. WebURL, AppID and PrivateKey are
// required, the rest has defaults.
type Config struct {
	WebURL     string // https://github.com, a GitHub Enterprise Server or https://NAME.ghe.com
	APIURL     string // derived from WebURL when ""
	AppID      int64
	PrivateKey []byte // PEM, RSA
	UserAgent  string // default "castellan"

	HTTP    *http.Transport  // default: a copy of http.DefaultTransport
	Timeout time.Duration    // of one attempt with its body; default 30 s
	Now     func() time.Time // default time.Now
	Log     *slog.Logger     // default discards
	Observe Observer         // may be nil

	// CreationGap is the least time between two creations of issues or comments
	// by one installation in this process: 0 means 1 s, as GitHub's guidance on
	// secondary limits asks, a negative value none.
	CreationGap time.Duration

	budgets *budgets // of New
}

// App is a GitHub App: it signs with its private key and hands out a Client
// for each installation. It is safe for concurrent use.
type App struct {
	caller
	cfg   Config
	host  endpoint
	key   signer
	cache *etagCache

	mu      sync.Mutex
	clients map[int64]*Client
}

// New checks the configuration; it calls nothing.
func New(cfg Config) (*App, error) {
	host, err := endpointOf(cfg.WebURL, cfg.APIURL)
	if err != nil {
		return nil, err
	}
	if cfg.AppID <= 0 {
		return nil, fmt.Errorf("configure the GitHub App: app id %d is not positive", cfg.AppID)
	}
	cfg = cfg.withDefaults()
	key, err := newSigner(cfg.AppID, cfg.PrivateKey, cfg.Now)
	if err != nil {
		return nil, err
	}
	cfg.PrivateKey, cfg.budgets = nil, &budgets{}
	a := &App{cfg: cfg, host: host, key: key, cache: newETagCache(cacheBytes), clients: map[int64]*Client{}}
	a.caller = newCaller(cfg, host, nil, func(next http.RoundTripper) http.RoundTripper {
		return &appAuth{next: next, sign: key}
	})
	return a, nil
}

func (c Config) withDefaults() Config {
	if c.UserAgent == "" {
		c.UserAgent = "castellan"
	}
	if c.HTTP == nil {
		c.HTTP = defaultTransport()
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.CreationGap == 0 {
		c.CreationGap = time.Second
	}
	return c
}

// Installation is the client of one installation, the same for every call
// with that id. Nothing is asked of GitHub until it is used.
func (a *App) Installation(id int64) *Client {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.clients[id]; c != nil {
		return c
	}
	c := &Client{app: a, id: id, tokens: newTokens(a, id)}
	c.caller = newCaller(a.cfg, a.host, &cacheView{cache: a.cache, installation: id}, func(next http.RoundTripper) http.RoundTripper {
		return &installationAuth{next: next, tokens: c.tokens}
	})
	a.clients[id] = c
	return c
}

// GitURL is where git finds a repository: https://HOST/OWNER/NAME.git. It is
// "" for names GitHub would not allow.
func (a *App) GitURL(owner, name string) string {
	if checkSegments(owner, name) != nil {
		return ""
	}
	return a.host.web.JoinPath(owner, name+".git").String()
}

// caller sends calls through one stack.
type caller struct{ rest *gh.Client }

func newCaller(cfg Config, host endpoint, cache *cacheView, auth func(http.RoundTripper) http.RoundTripper) caller {
	client := gh.NewClient(&http.Client{
		Transport:     newStack(cfg, host, cache, auth),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	client.BaseURL = cloneURL(host.api)
	client.UserAgent = cfg.UserAgent
	return caller{rest: client}
}

func cloneURL(u *url.URL) *url.URL {
	c := *u
	return &c
}

// newStack puts the layers on each other; github.go's package comment names
// them from top to bottom.
func newStack(cfg Config, host endpoint, cache *cacheView, auth func(http.RoundTripper) http.RoundTripper) http.RoundTripper {
	var rt http.RoundTripper = &wire{next: cfg.HTTP, timeout: cfg.Timeout}
	rt = &observe{next: rt, observer: cfg.Observe, now: cfg.Now}
	rt = &retry{next: rt, pause: backoff}
	spent := &budget{next: rt, now: cfg.Now}
	cfg.budgets.add(spent)
	rt = spent
	if cache != nil {
		rt = &etag{next: rt, view: cache}
	}
	rt = auth(rt)
	gate := &limit{next: rt, now: cfg.Now, log: cfg.Log}
	rt = &pace{next: gate, gap: cfg.CreationGap, now: cfg.Now, blocked: gate.blocked, turn: make(chan struct{}, 1)}
	return &redirect{next: rt, api: host.api}
}
