package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// bench is a Setup over fakes.
type bench struct {
	*Setup
	t       *testing.T
	now     time.Time
	codes   []string
	asked   []Addresses
	convert func(code string) (NewApp, bool, error)
	canSave error
}

func newBench(t *testing.T, public string) *bench {
	b := &bench{t: t, now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	b.convert = func(string) (NewApp, bool, error) {
		return NewApp{Name: "Castellan", Owner: "acme", URL: "https://git.acme.example/apps/castellan"}, true, nil
	}
	b.Setup = NewSetup(SetupConfig{
		GitHubURL: "https://git.acme.example", PublicURL: public, LocalURL: "http://127.0.0.1:8080", Name: "Castellan",
		Permissions: []Reason{{"checks", "write", "verdicts"}, {"merge_queues", "read", "queues"}}, Events: []Reason{{Name: "push", Why: "commits"}, {Name: "merge_group", Why: "queue"}},
		Manifest: func(a Addresses) ([]byte, error) {
			b.asked = append(b.asked, a)
			return json.Marshal(map[string]string{"name": a.Name})
		},
		CanSave: func() error { return b.canSave },
		Convert: func(_ context.Context, code string) (NewApp, bool, error) {
			b.codes = append(b.codes, code)
			return b.convert(code)
		},
		Now: func() time.Time { return b.now },
	})
	return b
}

func (b *bench) get(target string) *httptest.ResponseRecorder {
	return answer(b.t, b.Setup, "GET", target, "")
}

func (b *bench) post(values url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	rec := httptest.NewRecorder()
	req := httptest.NewRequest("POST", "/setup", strings.NewReader(values.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.ServeHTTP(rec, req)
	return rec
}

func (b *bench) fill(more ...string) url.Values {
	v := url.Values{"token": {b.token}, "organization": {"acme"}, "name": {"Castellan of acme"}, "webhook": {"https://castellan.acme.example/webhook"}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// form finds the page's form: where it goes and its hidden fields.
func readPage(t *testing.T, page string) (action string, fields map[string]string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	fields = map[string]string{}
	for n := range root.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch n.Data {
		case "form":
			action = at["action"]
		case "input":
			fields[at["name"]] = at["value"]
		case "script", "img", "link", "iframe":
			t.Errorf("the page has a %s", n.Data)
		}
	}
	return action, fields
}

// state begins a registration.
func (b *bench) state() string {
	b.t.Helper()
	rec := b.post(b.fill())
	if rec.Code != http.StatusOK {
		b.t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	action, _ := readPage(b.t, rec.Body.String())
	_, state, ok := strings.Cut(action, "?state=")
	if !ok {
		b.t.Fatalf("the form goes to %s", action)
	}
	return state
}

func TestSetupFlow(t *testing.T) {
	t.Parallel()
	b := newBench(t, "https://castellan.acme.example")
	start, err := url.Parse(b.URL())
	if err != nil || start.Host != "castellan.acme.example" {
		t.Fatalf("begins at %v, %v", start, err)
	}
	rec := b.get(start.RequestURI())
	action, fields := readPage(t, rec.Body.String())
	if rec.Code != 200 || action != "/setup" || fields["token"] != b.token || fields["name"] != "Castellan" {
		t.Fatalf("%d, form to %q with %v", rec.Code, action, fields)
	}
	rec = b.post(b.fill("no_merge_queue", "1"))
	action, fields = readPage(t, rec.Body.String())
	if !strings.HasPrefix(action, "https://git.acme.example/organizations/acme/settings/apps/new?state=") || fields["manifest"] != `{"name":"Castellan of acme"}` {
		t.Fatalf("form to %q with %v", action, fields)
	}
	want := Addresses{Name: "Castellan of acme", Webhook: "https://castellan.acme.example/webhook", Redirect: "https://castellan.acme.example/setup/callback", NoMergeQueue: true}
	if b.asked[0] != want {
		t.Errorf("asked for %+v, want %+v", b.asked[0], want)
	}
	if page := rec.Body.String(); !strings.Contains(page, "verdicts") || strings.Contains(page, "merge_group") {
		t.Error("the page does not show what is asked for")
	}
	policy := rec.Header().Get("Content-Security-Policy")
	if ok, _ := regexp.MatchString(`^default-src 'none'; style-src 'nonce-[0-9a-f]{48}'; form-action 'self' https://git\.acme\.example; base-uri 'none'; frame-ancestors 'none'$`, policy); !ok {
		t.Errorf("policy %q", policy)
	}
	_, state, _ := strings.Cut(action, "?state=")
	rec = b.get("/setup/callback?code=c0de&state=" + state)
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), "https://git.acme.example/apps/castellan/installations/new") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	select {
	case <-b.Done():
	default:
		t.Error("nobody is told that it is done")
	}
	for _, target := range []string{start.RequestURI(), "/setup", "/setup/callback?code=c0de&state=" + state} {
		if rec := b.get(target); rec.Code != http.StatusNotFound {
			t.Errorf("%s afterwards: %d", target, rec.Code)
		}
	}
	if len(b.codes) != 1 || b.codes[0] != "c0de" {
		t.Errorf("codes exchanged: %v", b.codes)
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(*bench) *httptest.ResponseRecorder{
		"no token":         func(b *bench) *httptest.ResponseRecorder { return b.get("/setup") },
		"empty token":      func(b *bench) *httptest.ResponseRecorder { return b.get("/setup?token=") },
		"wrong token":      func(b *bench) *httptest.ResponseRecorder { return b.get("/setup?token=" + random()) },
		"post, no token":   func(b *bench) *httptest.ResponseRecorder { return b.post(b.fill("token", "")) },
		"no state":         func(b *bench) *httptest.ResponseRecorder { return b.get("/setup/callback?code=c0de") },
		"unknown state":    func(b *bench) *httptest.ResponseRecorder { return b.get("/setup/callback?code=c0de&state=" + random()) },
		"token as a state": func(b *bench) *httptest.ResponseRecorder { return b.get("/setup/callback?code=c0de&state=" + b.token) },
		"late": func(b *bench) *httptest.ResponseRecorder {
			state := b.state()
			b.now = b.now.Add(stateLife + time.Second)
			return b.get("/setup/callback?code=c0de&state=" + state)
		},
		"pushed out by others": func(b *bench) *httptest.ResponseRecorder {
			state := b.state()
			for range mostStates {
				b.now = b.now.Add(time.Second)
				b.state()
			}
			return b.get("/setup/callback?code=c0de&state=" + state)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "")
			if rec := do(b); rec.Code != http.StatusForbidden || strings.Contains(rec.Body.String(), b.token) {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
			if len(b.codes) > 0 {
				t.Error("a code was exchanged")
			}
		})
	}
}

// TestStateIsUsedOnce also when the exchange failed; a new one can be begun.
func TestStateIsUsedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	good := b.convert
	b.convert = func(string) (NewApp, bool, error) { return NewApp{}, false, errors.New("GitHub answered 404") }
	state := b.state()
	if rec := b.get("/setup/callback?code=c0de&state=" + state); rec.Code != http.StatusBadGateway || !strings.Contains(rec.Body.String(), "GitHub answered 404") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := b.get("/setup/callback?code=c0de&state=" + state); rec.Code != http.StatusForbidden {
		t.Errorf("the same state again: %d", rec.Code)
	}
	b.convert = good
	if rec := b.get("/setup/callback?code=c0de&state=" + b.state()); rec.Code != http.StatusOK {
		t.Errorf("begun again: %d", rec.Code)
	}
}

func TestCredentialsThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.canSave = errors.New("no space")
	if rec := b.post(b.fill()); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "no space") {
		t.Errorf("beforehand: %d", rec.Code)
	}
	b.canSave = nil
	b.convert = func(string) (NewApp, bool, error) {
		return NewApp{Name: "Castellan", URL: "https://git.acme.example/apps/castellan"}, false, errors.New("no space")
	}
	rec := b.get("/setup/callback?code=c0de&state=" + b.state())
	if rec.Code != http.StatusInternalServerError || !strings.Contains(rec.Body.String(), "Delete the App") {
		t.Errorf("afterwards: %d %s", rec.Code, rec.Body)
	}
	if rec := b.get("/setup?token=" + b.token); rec.Code != http.StatusOK {
		t.Errorf("cannot begin again: %d", rec.Code)
	}
}

func TestSetupForm(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fields []string
		ok     bool
	}{
		"full":               {nil, true},
		"own account":        {[]string{"organization", ""}, true},
		"managed":            {[]string{"organization", "octo-cat_acme"}, true},
		"path":               {[]string{"organization", "../../evil"}, false},
		"query":              {[]string{"organization", "acme?x"}, false},
		"markup":             {[]string{"organization", "<i>evil"}, false},
		"no name":            {[]string{"name", "  "}, false},
		"long name":          {[]string{"name", strings.Repeat("é", 35)}, false},
		"longest name":       {[]string{"name", strings.Repeat("é", 34)}, true},
		"no webhook":         {[]string{"webhook", ""}, false},
		"plain webhook":      {[]string{"webhook", "http://acme.example/webhook"}, false},
		"script":             {[]string{"webhook", "javascript:alert(1)"}, false},
		"a user":             {[]string{"webhook", "https://u:p@acme.example/"}, false},
		"forwarder":          {[]string{"webhook", "https://smee.example/AbC?x=1"}, true},
		"GitHub beside this": {[]string{"webhook", "http://127.0.0.1:8080/webhook"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "")
			rec := b.post(b.fill(tc.fields...))
			if ok := rec.Code == http.StatusOK; ok != tc.ok {
				t.Errorf("%d", rec.Code)
			}
			page := rec.Body.String()
			if name == "markup" && (strings.Contains(page, "<i>") || !strings.Contains(page, "&lt;i&gt;evil")) {
				t.Error("markup of the form's came out as markup")
			}
			readPage(t, page)
		})
	}
}
