package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

// app is `castellan serve` beside a simulated GitHub.
type app struct {
	t    *testing.T
	sim  *ghsim.Sim
	base string
	url  string // of the database
	dir  string // data directory
	log  *lockedBuffer
	out  *lockedBuffer // standard output
	stop func()

	store      *db.Store
	registries http.RoundTripper // nil: to ask any is an error
}

// lockedBuffer takes what several goroutines write.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// freePort is a port nobody listens on now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newApp starts GitHub, and Castellan on an empty database.
func newApp(t *testing.T, engine db.Engine, opt ghsim.Options) *app {
	t.Helper()
	url := dbtest.URL(t, engine)
	if engine == db.PostgreSQL {
		url += "&synchronous_commit=off" // nothing here survives the test
	}
	a := &app{t: t, sim: ghsim.New(t, opt), url: url, dir: t.TempDir(), log: &lockedBuffer{}, out: &lockedBuffer{}}
	a.start(nil)
	t.Cleanup(func() {
		a.stop()
		if t.Failed() {
			t.Log("castellan said:\n" + a.log.String())
		}
	})
	return a
}

// start runs `castellan serve` until stop.
func (a *app) start(more map[string]string) {
	a.t.Helper()
	listen := freePort(a.t)
	a.base = "http://" + listen
	key := filepath.Join(a.t.TempDir(), "key.pem")
	if err := os.WriteFile(key, a.sim.PrivateKey(), 0o600); err != nil {
		a.t.Fatal(err)
	}
	env := map[string]string{
		"CASTELLAN_LISTEN": listen, "CASTELLAN_METRICS_LISTEN": "off", "CASTELLAN_DATABASE_URL": a.url, "CASTELLAN_DATA_DIR": a.dir,
		"CASTELLAN_GITHUB_URL": a.sim.URL, "CASTELLAN_APP_ID": strconv.FormatInt(a.sim.AppID(), 10), "CASTELLAN_PRIVATE_KEY_FILE": key,
		"CASTELLAN_WEBHOOK_SECRET": a.sim.WebhookSecret(), "CASTELLAN_HASH_KEY": strings.Repeat("5a", 32),
	}
	for k, v := range more {
		env[k] = v
	}
	a.sim.SetWebhook(a.base+"/webhook", a.sim.WebhookSecret())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	c := &cli{env: func(k string) string { return env[k] }, stdout: a.out, stderr: a.log, registries: noRegistries{a.t}}
	if a.registries != nil {
		c.registries = a.registries
	}
	go func() { done <- c.run(ctx, []string{"serve"}) }()
	a.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case code := <-done:
			if code != 0 {
				a.t.Errorf("serve ended with %d", code)
			}
		case <-time.After(45 * time.Second):
			a.t.Error("serve does not end")
		}
	})
	a.until("castellan to be ready", func() bool {
		res, err := http.Get(a.base + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// swept waits until GitHub's log of deliveries was read, which a start does on its own
// time.
func (a *app) swept() {
	a.t.Helper()
	a.until("the log of deliveries to be read", func() bool {
		_, err := a.database().Queries().Setting(context.Background(), "deliveries swept")
		return err == nil
	})
}

// until waits for something to be true.
func (a *app) until(what string, ok func() bool) {
	a.t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(end) {
			a.t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// check waits for the completed check run of a commit.
func (a *app) check(r *ghsim.Repo, sha string) ghsim.Check {
	a.t.Helper()
	var found ghsim.Check
	a.until("the check run of "+sha, func() bool {
		for _, c := range a.sim.Checks(r, sha) {
			if c.Ours && c.Status == "completed" {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

func (a *app) issues(r *ghsim.Repo, n int) []ghsim.Issue {
	a.t.Helper()
	var found []ghsim.Issue
	a.until(fmt.Sprintf("%d issues", n), func() bool {
		found = a.sim.Issues(r)
		return len(found) == n
	})
	return found
}

// database is the one Castellan works on.
func (a *app) database() *db.Store {
	a.t.Helper()
	if a.store == nil {
		s, err := db.Open(context.Background(), a.url)
		if err != nil {
			a.t.Fatal(err)
		}
		a.t.Cleanup(func() { _ = s.Close() })
		a.store = s
	}
	return a.store
}

// quiet waits until nothing is left to do.
func (a *app) quiet() {
	a.t.Helper()
	q := a.database().Queries()
	a.until("everything to be done", func() bool {
		a.sim.Wait()
		d, err1 := q.CountDeliveries(context.Background())
		lanes, err2 := q.LaneDepth(context.Background())
		out, err3 := q.OutboxDepth(context.Background())
		out = slices.DeleteFunc(out, func(r query.OutboxDepthRow) bool { return r.State == "failed" })
		return err1 == nil && err2 == nil && err3 == nil && d.Waiting == 0 && len(lanes) == 0 && len(out) == 0
	})
}

// made-up keys, put together so that no scanner takes them for real ones.
func madeUpKey(n int) string {
	return "ghp_" + []string{"q7ZfT2mKx9WcR4bLs8Ve", "Wm4tBz8YcQ1xLr6NvK3s"}[n] + []string{"Y1nHd6Jp3Ga5uT0k", "Ee9PfUj2HdGa7iXo"}[n]
}

func serverConfig(token string) string {
	return `{
  "mcpServers": {
    "gh": {
      "command": "npx",
      "args": ["-y", "some-mcp@1.0.0"],
      "env": {
        "TOKEN": "` + token + `"
      }
    }
  }
}
`
}

func eachEngine(t *testing.T, test func(t *testing.T, engine db.Engine)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.PostgreSQL} {
		if raced && e == db.SQLite {
			continue
		}
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// From a leaked key in a pull request to an issue closed by a person.
func TestALeakedKeyIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a := newApp(t, engine, ghsim.Options{})
		a.sim.Org("acme", "alice")
		a.sim.AddMember("acme", "bob", "member")
		repo := a.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n", ".github/CODEOWNERS": "* @bob\n"}})
		a.sim.SetCollaborator(repo, "bob", "write")
		a.sim.Install("acme")
		head := a.sim.Push(repo, "feature", map[string]string{".mcp.json": serverConfig(madeUpKey(0))}, "Add a server")
		pr := a.sim.OpenPR(repo, ghsim.PROptions{From: "feature", User: "bob"})

		c := a.check(repo, head)
		if c.Conclusion != "failure" || c.Name != "Castellan" || len(c.Annotations) != 1 {
			t.Fatalf("check %+v", c)
		}
		if n := c.Annotations[0]; n.Path != ".mcp.json" || n.StartLine != 7 || n.Level != "failure" {
			t.Errorf("annotation %+v", n)
		}
		if got := a.sim.Issues(repo); len(got) != 0 {
			t.Errorf("a pull request opened issues: %+v", got)
		}

		a.sim.ClosePR(pr, true)
		issue := a.issues(repo, 1)[0]
		a.until("bob to be assigned", func() bool { return slices.Equal(a.sim.Issues(repo)[0].Assignees, []string{"bob"}) })
		if issue.State != "open" || !issue.Ours || !strings.Contains(issue.Body, ".mcp.json") {
			t.Errorf("issue %+v", issue)
		}

		a.sim.Push(repo, "main", map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Take the key out")
		a.until("the issue to ask for rotation", func() bool { return strings.Contains(a.sim.Issues(repo)[0].Body, "rotation") })
		a.quiet()
		if i := a.sim.Issues(repo)[0]; i.State != "open" {
			t.Errorf("a removed key closed its issue before anybody confirmed the rotation: %+v", i)
		}
		a.sim.CloseIssue(repo, issue.Number, "bob", "completed")
		a.quiet()
		a.sim.Push(repo, "main", map[string]string{"README.md": "shop 2\n"}, "Something else")
		a.quiet()
		if i := a.sim.Issues(repo); len(i) != 1 || i[0].State != "closed" || len(i[0].Comments) != 0 {
			t.Errorf("after the person closed it: %+v", i)
		}
		if strings.Contains(a.log.String(), madeUpKey(0)[10:]) {
			t.Error("the log holds the key")
		}
	})
}
