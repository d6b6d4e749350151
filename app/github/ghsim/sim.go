package ghsim

import (
	"crypto/rsa"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// TB is the part of testing.TB the simulation uses.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
	TempDir() string
}

// Options say how GitHub behaves. The zero value is a GitHub Enterprise
// Server without rate limits whose App holds Castellan's core permissions.
type Options struct {
	WebhookURL    string            // "" sends nothing, but records every delivery as failed
	WebhookSecret string            // default "ghsim-secret"
	AppName       string            // default "Castellan"; the slug is its lower case
	Permissions   map[string]string // what the App asks for; default CorePermissions
	Events        []string          // what the App subscribes to; default CoreEvents
	Dir           string            // where the git repositories lie; default: the test's temporary directory
	Now           func() time.Time  // default time.Now
	TokenLife     time.Duration     // of installation tokens; default one hour

	RateLimit        int // requests per installation and hour; 0 counts without refusing
	ContentPerMinute int // content-creating requests per installation and minute (github.com: 80); 0 is no limit

	// Unchecked leaves out the comparison with GitHub's description, about half
	// a millisecond a request: for benchmarks only.
	Unchecked bool

	// Quiet leaves out the webhooks that the App's own API writes cause. By
	// default they are sent, as GitHub does, after the response.
	Quiet bool
}

// CorePermissions is tier 1 of the App's manifest.
func CorePermissions() map[string]string {
	return map[string]string{
		"metadata": "read", "contents": "read", "pull_requests": "read", "checks": "write",
		"issues": "write", "members": "read", "merge_queues": "read",
	}
}

// CoreEvents is what the App's manifest subscribes to.
func CoreEvents() []string {
	return []string{
		"check_run", "check_suite", "issue_comment", "issues", "member", "membership", "merge_group",
		"organization", "public", "pull_request", "push", "repository", "team", "team_add",
	}
}

// Sim is one GitHub. All methods are safe for concurrent use. Methods that
// drive it (CreateRepo, Push, OpenPR …) call Fatalf on a mistake of the
// caller; without a test they panic.
type Sim struct {
	// URL is the web address, without a trailing slash: CASTELLAN_GITHUB_URL.
	URL string

	opt    Options
	tb     TB
	dir    string
	ownDir bool
	http   *http.Server
	done   sync.WaitGroup // deliveries and connections in the background

	mu            sync.Mutex
	closed        bool
	lastID        int64
	app           *app
	manifests     map[string]object
	accounts      map[string]*account // by lower-case login
	repos         map[int64]*Repo
	dirty         map[*Repo]bool   // have references that are not on disk yet
	names         map[string]int64 // lower-case owner/name, old names too
	installations map[int64]*installation
	tokens        map[string]*token
	hook          hook
	deliveries    []*Delivery
	inFlight      int        // REST requests being answered
	pending       int        // background deliveries under way
	settled       *sync.Cond // pending fell
	fate          func(event, action string) Fate
	faults        []*fault
	requests      []Request
	violations    []Violation
	tolerated     map[Kind]bool
	contentTimes  map[int64][]time.Time
	windows       map[int64]*window
}

type hook struct{ url, secret string }

type app struct {
	id                                int64
	slug, name, clientID, description string
	key                               *rsa.PrivateKey
	owner                             *account
	bot                               *account
	permissions                       map[string]string
	events                            []string
	created                           time.Time
}

// New starts a simulation that ends with the test. Violations fail the test.
func New(t TB, opt Options) *Sim {
	t.Helper()
	if opt.Dir == "" {
		opt.Dir = t.TempDir()
	}
	s, err := NewServer(opt)
	if err != nil {
		t.Fatalf("%v", err)
	}
	s.tb = t
	t.Cleanup(s.Close)
	return s
}

// NewServer starts a simulation outside a test; Close ends it.
func NewServer(opt Options) (*Sim, error) {
	return NewServerAt("127.0.0.1:0", opt)
}

// NewServerAt is NewServer on a given loopback address.
func NewServerAt(addr string, opt Options) (*Sim, error) {
	ownDir := opt.Dir == ""
	if err := defaults(&opt); err != nil {
		return nil, err
	}
	key, err := defaultKey()
	if err != nil {
		return nil, fmt.Errorf("make the App's key: %w", err)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the simulated GitHub: %w", err)
	}
	s := &Sim{
		URL: "http://" + ln.Addr().String(), opt: opt, dir: opt.Dir, ownDir: ownDir, lastID: 4_300_000_000,
		manifests: map[string]object{}, accounts: map[string]*account{}, repos: map[int64]*Repo{}, dirty: map[*Repo]bool{},
		names: map[string]int64{}, installations: map[int64]*installation{}, tokens: map[string]*token{},
		hook:      hook{opt.WebhookURL, opt.WebhookSecret},
		tolerated: map[Kind]bool{}, contentTimes: map[int64][]time.Time{}, windows: map[int64]*window{},
	}
	s.settled = sync.NewCond(&s.mu)
	s.app = s.newApp(opt.AppName, s.account("app-owner", "Organization"), key, opt.Permissions, opt.Events)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		_ = s.http.Serve(ln)
	}()
	return s, nil
}

func defaults(opt *Options) error {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.WebhookSecret == "" {
		opt.WebhookSecret = "ghsim-secret"
	}
	if opt.AppName == "" {
		opt.AppName = "Castellan"
	}
	if opt.Permissions == nil {
		opt.Permissions = CorePermissions()
	}
	if opt.Events == nil {
		opt.Events = CoreEvents()
	}
	if opt.TokenLife == 0 {
		opt.TokenLife = time.Hour
	}
	if opt.Dir == "" {
		dir, err := os.MkdirTemp("", "ghsim-")
		if err != nil {
			return fmt.Errorf("make a directory for repositories: %w", err)
		}
		opt.Dir = dir
	}
	return nil
}

func (s *Sim) newApp(name string, owner *account, key *rsa.PrivateKey, permissions map[string]string, events []string) *app {
	slug := strings.ReplaceAll(strings.ToLower(name), " ", "-")
	return &app{
		id: s.nextID(), slug: slug, name: name, clientID: "Iv23" + randomText(12), key: key, owner: owner,
		bot: s.account(slug+"[bot]", "Bot"), permissions: permissions, events: events, created: s.now(),
	}
}

// Close stops the server, waits for requests and deliveries under way, and
// removes the directory of repositories if NewServer made it.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	_ = s.http.Close()
	s.done.Wait()
	if s.ownDir {
		_ = os.RemoveAll(s.dir)
	}
}

// Dir is where the bare repositories lie.
func (s *Sim) Dir() string { return s.dir }

// AppID is the App's id.
func (s *Sim) AppID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.app.id
}

// AppSlug is the App's slug; its account is AppSlug() + "[bot]".
func (s *Sim) AppSlug() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.app.slug
}

// PrivateKey is the App's key, PKCS #1 in PEM as GitHub hands it out.
func (s *Sim) PrivateKey() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return encodeKey(s.app.key)
}

// WebhookSecret is what deliveries are signed with.
func (s *Sim) WebhookSecret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook.secret
}

// SetWebhook changes where deliveries go and what they are signed with.
func (s *Sim) SetWebhook(url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook{url, secret}
}

// Env is the environment of a `castellan serve` that is this simulation's App.
func (s *Sim) Env() []string {
	return []string{
		"CASTELLAN_GITHUB_URL=" + s.URL, "CASTELLAN_APP_ID=" + itoa(s.AppID()), "CASTELLAN_PRIVATE_KEY=" + string(s.PrivateKey()),
		"CASTELLAN_WEBHOOK_SECRET=" + s.WebhookSecret(),
	}
}

// nextID starts above 2^32, so that an id kept in 32 bits shows.
func (s *Sim) nextID() int64 {
	s.lastID++
	return s.lastID
}

func (s *Sim) now() time.Time { return s.opt.Now().UTC().Truncate(time.Second) }

// fatalf ends the test: the caller of the driving API made a mistake.
func (s *Sim) fatalf(format string, args ...any) {
	if s.tb == nil {
		panic("ghsim: " + fmt.Sprintf(format, args...))
	}
	s.tb.Helper()
	s.tb.Fatalf("ghsim: "+format, args...)
}

// change runs f under the lock and then sends the webhooks it raised, in
// order, each answered before the next.
func (s *Sim) change(f func(*events)) {
	ev := &events{sim: s}
	s.locked(func() { f(ev) })
	s.sendAside(ev)
	for _, d := range ev.list {
		s.dispatch(d)
	}
}

func (s *Sim) sendAside(ev *events) {
	for _, d := range ev.aside {
		s.background(func() { s.dispatch(d) })
	}
}

func (s *Sim) locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.must(s.sync())
}
