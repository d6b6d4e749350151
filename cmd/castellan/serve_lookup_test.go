package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// noRegistries fails a test whose policy asks for no look-ups.
type noRegistries struct{ t *testing.T }

// RoundTrip implements http.RoundTripper.
func (n noRegistries) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s is asked", r.URL.Host)
	return nil, errors.New("no registries here")
}

// launching is a file whose server is launched from a package.
func launching(pkg string) map[string]string {
	return map[string]string{".mcp.json": `{"mcpServers": {"tool": {"command": "npx", "args": ["-y", "` + pkg + `"]}}}`}
}

// A policy that wants look-ups gets them: what is malicious fails the check and
// has a case, a free name does so once it was absent twice, and a registry that is
// down closes nothing.
func TestAPolicyWantsLookUps(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		dir := t.TempDir()
		put(t, dir, files{"api.osv.dev/example-mail-mcp@1.0.16": `{"vulns": [{"id": "MAL-2026-1"}]}`})
		a := newApp(t, engine, ghsim.Options{})
		a.stop()
		a.registries = folder(dir)
		a.start(nil)
		a.sim.Org("acme", "alice")
		a.sim.CreateRepo("acme", ".github", ghsim.RepoOptions{Files: map[string]string{"castellan.yml": "version: 1\nlookup: {enabled: true}\n"}})
		r := a.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
		a.sim.Install("acme")
		a.quiet()
		a.has("the check", a.concludes(r, a.sim.Push(r, "bad", launching("example-mail-mcp@1.0.16"), "Mail"), "failure").Summary, "mcp-malicious-package", "example-mail-mcp")

		once := a.concludes(r, a.sim.Push(r, "free", launching("example-free-mcp"), "Free"), "success")
		a.has("the check", once.Summary, "1 package was not assessed, or not fully, by looking up", "seen absent once")
		a.absentFor("npm/example-free-mcp", 11*time.Minute)
		a.has("the check", a.concludes(r, a.sim.Push(r, "free", map[string]string{"x": "y"}, "Free still"), "failure").Summary, "example-free-mcp")

		a.sim.Push(r, "main", launching("example-mail-mcp@1.0.16"), "Mail")
		a.has("the case", a.issue(r, "open").Body, "MAL-2026-1")
		if err := os.WriteFile(filepath.Join(dir, "down"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		a.forgetLookups()
		a.sim.Push(r, "main", map[string]string{"x": "y"}, "Something else")
		a.has("the case", a.issue(r, "open").Body, "MAL-2026-1")
		a.sim.Push(r, "main", map[string]string{".mcp.json": ghsim.Delete}, "Take it away")
		a.issue(r, "closed")
		asked, err := os.ReadFile(filepath.Join(dir, "asked"))
		if err != nil || strings.Contains(string(asked), "acme") || strings.Contains(string(asked), "shop") {
			t.Errorf("asked: %v\n%s", err, asked)
		}
	})
}

// absentFor makes the first sighting of an absent name older.
func (a *app) absentFor(key string, d time.Duration) {
	a.t.Helper()
	a.exec("UPDATE lookup SET first_absent_at = first_absent_at - $1, last_absent_at = last_absent_at - $1 WHERE name = $2", d.Milliseconds(), key)
}

func (a *app) forgetLookups() { a.exec("DELETE FROM lookup WHERE first_absent_at >= $1", 0) }
