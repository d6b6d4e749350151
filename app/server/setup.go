package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// NewApp is what the callback of setup tells of the App just registered.
type NewApp struct{ Name, Owner, URL string }

// Reason is a permission or an event the App asks for, and why.
type Reason struct{ Name, Level, Why string }

// Addresses are what a person chose for the App.
type Addresses struct {
	Name, Webhook, Redirect string
	NoMergeQueue            bool // this GitHub does not know merge_group
}

// SetupConfig is what GitHub's App manifest flow needs. All but PublicURL, Now
// and Log are required.
type SetupConfig struct {
	GitHubURL string // scheme and host
	PublicURL string // scheme and host; "" if none is known
	LocalURL  string // where a browser on this machine finds the server

	Name                string // the App's default name
	Permissions, Events []Reason

	// Manifest is the JSON to register.
	Manifest func(Addresses) ([]byte, error)
	// CanSave tells beforehand whether Convert will be able to save.
	CanSave func() error
	// Convert exchanges the code for the App and saves its credentials. saved is
	// false if there is an App whose credentials could not be saved.
	Convert func(ctx context.Context, code string) (app NewApp, saved bool, err error)

	// Continues says that the process goes on by itself once Done; else the
	// page asks for a restart.
	Continues bool
	Now       func() time.Time
	Log       *slog.Logger
}

// stateLife is how long a person may take at GitHub.
const stateLife = time.Hour

// mostStates bounds the registrations under way.
const mostStates = 64

// Setup registers the App, once: it serves /setup to who holds its token, and
// is 404 from then on.
type Setup struct {
	cfg   SetupConfig
	token string
	mux   *http.ServeMux
	done  chan struct{}

	mu      sync.Mutex
	states  map[string]time.Time // until when
	running bool                 // a code is being converted
	over    bool
}

// NewSetup makes the handler and its one-time token.
func NewSetup(cfg SetupConfig) *Setup {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Setup{cfg: cfg, token: random(), mux: http.NewServeMux(), done: make(chan struct{}), states: map[string]time.Time{}}
	s.mux.HandleFunc("GET /setup", s.start)
	s.mux.HandleFunc("POST /setup", s.review)
	s.mux.HandleFunc("GET /setup/callback", s.callback)
	return s
}

func random() string {
	b := make([]byte, 24)
	rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// URL is where a person begins. It holds the token: print it, never log it.
func (s *Setup) URL() string { return s.base() + "/setup?token=" + s.token }

// Done is closed when credentials have been saved.
func (s *Setup) Done() <-chan struct{} { return s.done }

func (s *Setup) base() string {
	if s.cfg.PublicURL != "" {
		return s.cfg.PublicURL
	}
	return s.cfg.LocalURL
}

// ServeHTTP implements http.Handler.
func (s *Setup) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	over := s.over
	s.mu.Unlock()
	if over {
		http.NotFound(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// allowed compares in constant time.
func (s *Setup) allowed(w http.ResponseWriter, token string) bool {
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) == 1 {
		return true
	}
	s.page(w, http.StatusForbidden, &view{Step: "refused", Title: "This address is not complete"})
	return false
}

// start asks to whom the App shall belong and what it is called.
func (s *Setup) start(w http.ResponseWriter, r *http.Request) {
	if s.allowed(w, r.URL.Query().Get("token")) {
		s.ask(w, http.StatusOK, form{Name: s.cfg.Name, Webhook: s.webhook()}, nil)
	}
}

func (s *Setup) webhook() string {
	if s.cfg.PublicURL == "" {
		return ""
	}
	return s.cfg.PublicURL + "/webhook"
}

func (s *Setup) ask(w http.ResponseWriter, code int, f form, problems []string) {
	f.Token = s.token
	s.page(w, code, &view{Step: "ask", Title: "Register Castellan's GitHub App", Form: f, Problems: problems})
}

// review shows what will be registered; its button posts it to GitHub.
func (s *Setup) review(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		text(w, http.StatusBadRequest, "the form cannot be read")
		return
	}
	if !s.allowed(w, r.PostForm.Get("token")) {
		return
	}
	f, problems := s.readForm(r.PostForm)
	if err := s.cfg.CanSave(); err != nil {
		problems = append(problems, "Credentials could not be saved afterwards: "+err.Error())
	}
	if len(problems) > 0 {
		s.ask(w, http.StatusUnprocessableEntity, f, problems)
		return
	}
	raw, err := s.cfg.Manifest(Addresses{Name: f.Name, Webhook: f.Webhook, Redirect: s.base() + "/setup/callback", NoMergeQueue: f.NoMergeQueue})
	if err != nil {
		s.cfg.Log.Error("manifest not made", "error", err)
		text(w, http.StatusInternalServerError, "the manifest could not be made: see the log")
		return
	}
	v := &view{Step: "review", Title: "Register it at GitHub", Form: f, Manifest: string(raw), Action: s.action(f.Organization), Permissions: s.cfg.Permissions, Events: s.cfg.Events}
	if f.NoMergeQueue {
		v.Permissions, v.Events = without(v.Permissions, "merge_queues"), without(v.Events, "merge_group")
	}
	s.page(w, http.StatusOK, v)
}

func without(list []Reason, name string) []Reason {
	var kept []Reason
	for _, r := range list {
		if r.Name != name {
			kept = append(kept, r)
		}
	}
	return kept
}

// action is GitHub's page for a new App, with a state of its own.
func (s *Setup) action(organization string) string {
	path := "/settings/apps/new"
	if organization != "" {
		path = "/organizations/" + url.PathEscape(organization) + path
	}
	return s.cfg.GitHubURL + path + "?state=" + s.newState()
}

func (s *Setup) newState() string {
	state := random()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	oldest, until := "", time.Time{}
	for k, t := range s.states {
		if now.After(t) {
			delete(s.states, k)
		} else if oldest == "" || t.Before(until) {
			oldest, until = k, t
		}
	}
	if len(s.states) >= mostStates {
		delete(s.states, oldest)
	}
	s.states[state] = now.Add(stateLife)
	return state
}

var (
	errState = errors.New("this registration was not begun here, took longer than an hour, or was finished before")
	errBusy  = errors.New("another registration is being finished: wait a moment")
)

// take uses a state up.
func (s *Setup) take(state string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.states[state]
	delete(s.states, state)
	switch {
	case !ok || s.cfg.Now().After(until) || s.over:
		return errState
	case s.running:
		return errBusy
	}
	s.running = true
	return nil
}

// callback is where GitHub sends the browser with a code.
func (s *Setup) callback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if err := s.take(q.Get("state")); err != nil {
		s.page(w, http.StatusForbidden, &view{Step: "failed", Title: "Not registered", Problems: []string{sentence(err.Error())}})
		return
	}
	// A browser that goes away must not leave an App without its credentials.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	app, saved, err := s.cfg.Convert(ctx, q.Get("code"))
	s.finish(saved)
	switch {
	case saved:
		s.cfg.Log.Info("GitHub App registered", "app", app.Name, "owner", app.Owner)
		s.page(w, http.StatusOK, &view{Step: "done", Title: "Castellan is registered", App: app, Install: app.URL + "/installations/new", Continues: s.cfg.Continues})
	case app.URL != "":
		s.cfg.Log.Error("credentials not saved", "app", app.Name, "error", err)
		s.page(w, http.StatusInternalServerError, &view{Step: "failed", Title: "Registered, but not saved", App: app, Problems: []string{sentence(err.Error())}})
	default:
		s.cfg.Log.Warn("GitHub App not registered", "error", err)
		s.page(w, http.StatusBadGateway, &view{Step: "failed", Title: "Not registered", Problems: []string{sentence(err.Error())}})
	}
}

func (s *Setup) finish(saved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = false
	if saved && !s.over {
		s.over = true
		close(s.done)
	}
}

// sentence begins an error with a capital, as people read it.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
