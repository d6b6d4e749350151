package server

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed setup.html
var setupHTML string

// form is what a person fills in.
type form struct {
	Token, Organization, Name, Webhook string
	NoMergeQueue                       bool
}

// view is what setup.html shows. Step is ask, review, done, failed or refused.
type view struct {
	Step, Title      string
	Form             form
	Problems         []string
	GitHub           string // host
	Enterprise       bool   // a GitHub Enterprise Server
	PublicURL        string
	Action, Manifest string
	App              NewApp
	Install          string
	Continues        bool

	Permissions, Events []Reason
}

// Grammar of what is filled in. An App's name has at most 34 characters
// (docs.github.com, "Registering a GitHub App").
var organizationName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}(_[A-Za-z0-9]{1,38})?$`)
})

const mostNameRunes = 34

func (s *Setup) readForm(v url.Values) (f form, problems []string) {
	f = form{
		Organization: strings.TrimSpace(v.Get("organization")), Name: strings.Join(strings.Fields(v.Get("name")), " "),
		Webhook: strings.TrimSpace(v.Get("webhook")), NoMergeQueue: v.Get("no_merge_queue") != "",
	}
	if fixed := s.webhook(); fixed != "" {
		f.Webhook = fixed
	}
	if f.Organization != "" && !organizationName().MatchString(f.Organization) {
		problems = append(problems, "This is no organisation's name: write it as it stands in the address of its page, or leave it empty.")
	}
	if n := utf8.RuneCountInString(f.Name); n == 0 || n > mostNameRunes || !utf8.ValidString(f.Name) {
		problems = append(problems, "The App's name has from 1 to 34 characters.")
	}
	if u, err := url.Parse(f.Webhook); err != nil || u.Scheme != "https" && !localhost(u) || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		problems = append(problems, "The webhook address begins with https:// and is one that GitHub can reach.")
	}
	return f, problems
}

// localhost is for a GitHub that runs on this machine.
func localhost(u *url.URL) bool {
	return u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "::1" || u.Hostname() == "localhost")
}

// setupPolicy lets the page be styled by its own style sheet only and post its
// forms here and to GitHub. The style is inline, allowed by its nonce.
func setupPolicy(nonce, github string) string {
	return "default-src 'none'; style-src 'nonce-" + nonce + "'; form-action 'self' " + github + "; base-uri 'none'; frame-ancestors 'none'"
}

func (s *Setup) page(w http.ResponseWriter, code int, v *view) {
	nonce := random()
	t, err := template.New("setup").Parse(setupHTML)
	if err != nil {
		text(w, http.StatusInternalServerError, "the page is broken")
		return
	}
	v.PublicURL = s.cfg.PublicURL
	if u, err := url.Parse(s.cfg.GitHubURL); err == nil {
		v.GitHub = u.Host
		v.Enterprise = u.Host != "github.com" && !strings.HasSuffix(u.Hostname(), ".ghe.com")
	}
	var b bytes.Buffer
	if err := t.Execute(&b, struct {
		*view
		Nonce string
	}{v, nonce}); err != nil {
		s.cfg.Log.Error("setup page", "error", err)
		text(w, http.StatusInternalServerError, "the page could not be made: see the log")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", setupPolicy(nonce, s.cfg.GitHubURL))
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes())
}
