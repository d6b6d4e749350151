package main

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/app/manifest"
	face "github.com/castellan-app/castellan/app/server"
	"github.com/google/go-cmp/cmp"
)

// envOf is an environment of pairs.
func envOf(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

// page asks for a page and wants it to be 200.
func page(t *testing.T, do func() (*http.Response, error)) (text string, policy string) {
	t.Helper()
	resp, err := do()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v\n%s", resp.StatusCode, err, body)
	}
	return string(body), resp.Header.Get("Content-Security-Policy")
}

// attribute is what the first match of a pattern holds, unescaped.
func attribute(t *testing.T, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing like %s in\n%s", pattern, text)
	}
	return html.UnescapeString(m[1])
}

// TestSetupAgainstGitHub goes the whole way a person goes, and then uses the
// credentials that were saved.
func TestSetupAgainstGitHub(t *testing.T) {
	t.Parallel()
	sim := ghsim.New(t, ghsim.Options{})
	dir := filepath.Join(t.TempDir(), "data")
	server := httptest.NewUnstartedServer(nil)
	env := envOf("CASTELLAN_DATA_DIR", dir, "CASTELLAN_GITHUB_URL", sim.URL, "CASTELLAN_PUBLIC_URL", "http://"+server.Listener.Addr().String())
	set, err := config.Load(env, nil)
	if err != nil || !set.Setup {
		t.Fatalf("%+v %v", set, err)
	}
	var logged strings.Builder
	setup, err := newSetup(set, true, slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = face.New(face.Config{Setup: setup}).Handler()
	server.Start()
	defer server.Close()

	text, _ := page(t, func() (*http.Response, error) { return http.Get(setup.URL()) })
	token := attribute(t, text, `name="token" value="([^"]+)"`)
	text, policy := page(t, func() (*http.Response, error) {
		return http.PostForm(set.PublicURL+"/setup", url.Values{"token": {token}, "organization": {"acme"}, "name": {"Castellan of acme"}})
	})
	if !strings.Contains(policy, "form-action 'self' "+sim.URL+";") {
		t.Errorf("the browser may not post to GitHub: %s", policy)
	}
	action, body := attribute(t, text, `action="([^"]+)"`), attribute(t, text, `name="manifest" value="([^"]+)"`)
	text, _ = page(t, func() (*http.Response, error) { return http.PostForm(action, url.Values{"manifest": {body}}) })
	if !strings.Contains(text, "Install Castellan of acme") {
		t.Errorf("the last page:\n%s", text)
	}
	<-setup.Done()

	found, err := config.Load(env, nil)
	if err != nil || found.Setup || found.AppID != sim.AppID() || string(found.WebhookSecret) != sim.WebhookSecret() || found.ClientSecret == "" {
		t.Fatalf("what was saved is not what GitHub gave: %+v %v", found, err)
	}
	app, err := github.New(github.Config{WebURL: found.GitHubURL, AppID: found.AppID, PrivateKey: []byte(found.PrivateKey)})
	if err != nil {
		t.Fatal(err)
	}
	self, err := app.Self(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Default()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Granted(), self.Permissions); d != "" {
		t.Errorf("permissions -app.yml +registered\n%s", d)
	}
	if resp, err := http.Get(setup.URL()); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("setup is still there: %v %v", resp, err)
	} else {
		resp.Body.Close()
	}
	for _, secret := range []string{string(found.PrivateKey), string(found.WebhookSecret), string(found.ClientSecret), token} {
		if strings.Contains(logged.String(), secret) || strings.Contains(text, secret) {
			t.Error("a secret is in the log or on the page")
		}
	}
}

func TestLocalURL(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80", "[::1]:80": "http://[::1]:80", "box:1": "http://box:1",
	} {
		if got := localURL(listen); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}

// TestBackupAndMigrate: a copy of a database in use opens and is whole; nothing
// is made where there is nothing.
func TestBackupAndMigrate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, copied := filepath.Join(dir, "data"), filepath.Join(dir, "copy.db")
	env := envOf("CASTELLAN_DATA_DIR", data)
	for _, step := range []struct {
		args []string
		code int
		out  string
	}{
		{[]string{"backup", copied}, exitError, ""},
		{[]string{"migrate"}, exitOK, "sqlite: migrated to version "},
		{[]string{"migrate"}, exitOK, "sqlite: the schema is up to date"},
		{[]string{"backup", copied}, exitOK, copied + ": "},
		{[]string{"backup", copied}, exitError, ""},
		{[]string{"migrate", "--database-url", "sqlite:" + copied}, exitOK, "sqlite: the schema is up to date"},
		{[]string{"migrate", "--database-url", "mysql:x"}, exitError, ""},
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), step.args, env, &stdout, &stderr); code != step.code || !strings.HasPrefix(stdout.String(), step.out) || code == exitError && stdout.Len() > 0 {
			t.Errorf("%q: %d, want %d\n%s\n%s", step.args, code, step.code, stdout.String(), stderr.String())
		}
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v %v", info, err)
	}
}
