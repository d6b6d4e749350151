package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	sentinels := map[string]error{
		"not found": ErrNotFound, "gone": ErrGone, "forbidden": ErrForbidden, "archived": ErrArchived, "suspended": ErrSuspended,
		"not granted": ErrNotGranted, "unauthorized": ErrUnauthorized, "invalid": ErrInvalid,
	}
	for _, tt := range []struct {
		code      int
		message   string
		is        string // names of sentinels, by comma
		permanent bool
	}{
		{401, "Bad credentials", "unauthorized", false},
		{403, "Resource not accessible by integration", "forbidden,not granted", true},
		{403, "Repository was archived so is read-only.", "forbidden,archived", true},
		{403, "This installation has been suspended", "forbidden,suspended", true},
		{404, "Not Found", "not found", true},
		{409, "Git Repository is empty.", "not found", true},
		{409, "Conflict", "", false},
		{410, "Issues are disabled for this repo", "gone", true},
		{418, "", "", true},
		{422, "No commit found for SHA: " + headSHA, "not found", true},
		{422, "Validation Failed", "", true},
		{451, "Repository access blocked", "", true},
		{500, "Server Error", "", false}, {502, "", "", false}, {503, "", "", false},
		{303, "See other", "", true},
	} {
		t.Run(fmt.Sprint(tt.code, " ", tt.message), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.handle("PATCH /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) { refuse(w, tt.code, tt.message) })
			_, err := f.app(t).Installation(1).UpdateIssue(ctx(t), acme, 1, IssueUpdate{State: "closed"})
			var status *StatusError
			if !errors.As(err, &status) || status.Code != tt.code {
				t.Fatalf("got %v", err)
			}
			if Permanent(err) != tt.permanent {
				t.Errorf("permanent %v", !tt.permanent)
			}
			for name, sentinel := range sentinels {
				want := strings.Contains(","+tt.is+",", ","+name+",")
				if errors.Is(err, sentinel) != want {
					t.Errorf("is %q: %v", name, !want)
				}
			}
		})
	}
}

func TestErrorsSayWhichFieldGitHubRefused(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("POST /repos/acme/shop/issues", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(422)
		answer(w, map[string]any{"message": "Validation Failed", "errors": []any{map[string]string{"resource": "Issue", "field": "title", "code": "missing_field"}}})
	})
	_, err := f.app(t).Installation(1).CreateIssue(ctx(t), acme, IssueDraft{Title: "x"})
	if want := "create issue: GitHub answered 422: Validation Failed (Issue title missing_field)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// canary is a made-up credential in each form GitHub's tokens have or may get.
func canaries() []string {
	return []string{
		"ghs_" + strings.Repeat("aB3", 12),
		"ghs_77_eyJ" + strings.Repeat("hQ7", 20) + "." + strings.Repeat("x-_9", 30) + "." + strings.Repeat("Zz", 30),
		"github_pat_" + strings.Repeat("11AB", 20),
		"eyJ" + strings.Repeat("hbGci", 9) + "." + strings.Repeat("Oi8", 30) + "." + strings.Repeat("sig-_", 20),
	}
}

// A server, or a proxy in between, that gives back what it was sent must not
// bring a token into an error, a log line or an observation.
func TestNoErrorHoldsACredential(t *testing.T) {
	t.Parallel()
	for i, canary := range canaries() {
		for _, how := range []string{"message", "field", "text", "location", "documentation", "long", "userinfo", "json"} {
			t.Run(fmt.Sprint(i, " ", how), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				f.handle("GET /repos/acme/shop/issues/1", echo(how, canary))
				var logged bytes.Buffer
				a, err := New(Config{WebURL: f.url, AppID: appID, PrivateKey: newKey(), Now: f.clock.now, Observe: f, Log: slog.New(slog.NewJSONHandler(&logged, nil))})
				if err != nil {
					t.Fatal(err)
				}
				_, err = a.Installation(1).Issue(ctx(t), acme, 1)
				if err == nil {
					t.Fatal("no error")
				}
				seen, _ := json.Marshal(f.attempts)
				all := fmt.Sprintf("%v %+v %#v %s %s", err, err, err, logged.String(), seen)
				var status *StatusError
				if errors.As(err, &status) {
					all += status.Message + status.Documentation
					if len(status.Message) > 300 || !utf8.ValidString(status.Message) || strings.ContainsAny(status.Message, "\n\r") {
						t.Errorf("message of %d bytes: %q", len(status.Message), status.Message)
					}
				}
				for n := 12; n < len(canary); n += 9 {
					if strings.Contains(all, canary[n-12:n]) {
						t.Fatalf("part of the credential is in %q", all)
					}
				}
				if strings.Contains(all, "acme") || strings.Contains(all, "shop") {
					t.Errorf("the repository is named in %q", all)
				}
			})
		}
	}
}

func echo(how, canary string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch how {
		case "message":
			refuse(w, 400, "you sent Authorization: Bearer "+canary+"\nand more")
		case "field":
			w.WriteHeader(422)
			answer(w, map[string]any{"message": "Validation Failed", "errors": []any{map[string]string{"message": "bad " + canary}}})
		case "text":
			http.Error(w, "<html>"+canary, 400)
		case "location":
			w.Header().Set("Location", "https://elsewhere.example/?token="+canary)
			w.WriteHeader(302)
		case "documentation":
			w.WriteHeader(400)
			answer(w, map[string]string{"message": "no", "documentation_url": "https://docs.example/" + canary})
		case "long":
			refuse(w, 400, strings.Repeat("é", 142)+" "+strings.Repeat("é", 40)+" "+canary)
		case "userinfo":
			refuse(w, 429, "see https://x:"+canary+"@host.example", "Retry-After", "1")
		case "json":
			fmt.Fprintf(w, `{"id": "%s"}`, canary)
		}
	}
}

func TestAnUnreachableGitHubIsNotNamedWithItsPath(t *testing.T) {
	t.Parallel()
	a, err := New(Config{WebURL: "http://127.0.0.1:1", AppID: appID, PrivateKey: newKey()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Installation(1).GitToken(ctx(t), acme)
	if err == nil || Permanent(err) || strings.Contains(err.Error(), "access_tokens") {
		t.Errorf("got %v", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Self(done); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheKeyIsInNoError(t *testing.T) {
	t.Parallel()
	for _, pem := range []string{"", "not a key", string(newKey()[:400]), "-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----\n"} {
		_, err := New(Config{WebURL: "https://github.com", AppID: 1, PrivateKey: []byte(pem)})
		if err == nil {
			t.Fatalf("%q was accepted", pem)
		}
		if pem != "" && strings.Contains(err.Error(), pem) {
			t.Errorf("the key is in %v", err)
		}
	}
	if _, err := New(Config{WebURL: "https://github.com", PrivateKey: newKey()}); err == nil {
		t.Error("app id 0 was accepted")
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	app := NewApp{Slug: "castellan", ClientSecret: "canary1", WebhookSecret: "canary2", PrivateKey: "canary3"}
	text, err := json.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("made", "app", app, "secret", app.PrivateKey)
	printed := fmt.Sprintf("%v %+v %#v %s %q %x %d", app, app, app, app.ClientSecret, app.ClientSecret, app.ClientSecret, app.ClientSecret)
	for _, out := range []string{string(text), logged.String(), printed} {
		if strings.Contains(out, "canary") || strings.Contains(out, fmt.Sprintf("%x", "canary")) {
			t.Errorf("shown: %s", out)
		}
	}
}
