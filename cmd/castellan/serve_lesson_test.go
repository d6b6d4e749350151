package main

import (
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// Whatever people do to an issue, it is known by its number (lessons 1, 2);
// nothing is searched for (lesson 3); text and labels of people stay.
func TestAnIssueIsKnownByItsNumber(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "main", leak(0), "Add a server")
		n := a.issue(r, "open").Number
		a.sim.EditIssue(r, n, "bob", "Mine", "All of it was replaced.")
		a.sim.LabelIssue(r, n, "bob", "later")
		a.quiet()
		if i := a.issue(r, "open"); i.Title != "Mine" || !strings.Contains(i.Body, "All of it was replaced.") || !strings.Contains(i.Body, ".mcp.json:7") {
			t.Errorf("after a person rewrote it: %q\n%s", i.Title, i.Body)
		}
		a.sim.Push(r, "main", map[string]string{".mcp.json": "\n\n" + serverConfig(madeUpKey(0))}, "Move it down")
		a.restart()
		i := a.issue(r, "open")
		a.has("the issue", i.Body, ".mcp.json:9", "All of it was replaced.")
		if i.Number != n || !strings.Contains(strings.Join(i.Labels, " "), "later") || len(i.Comments) != 0 {
			t.Errorf("issue %d became %+v", n, i)
		}
		for _, q := range a.sim.Requests() {
			if strings.Contains(q.Path, "/search/") || q.Method == "GET" && strings.HasSuffix(q.Route, "/issues") {
				t.Errorf("looked for issues by %s %s", q.Method, q.Path)
			}
		}
	})
}

// Two events at a time make one issue and one check run each (lesson 4).
func TestManyEventsMakeOneIssue(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.quiet()
		a.sim.Route(func(string, string) ghsim.Fate { return ghsim.Aside })
		var heads []string
		for n := range 5 {
			heads = append(heads, a.sim.Push(r, "main", map[string]string{".mcp.json": strings.Repeat("\n", n) + serverConfig(madeUpKey(0))}, "Add a server"))
		}
		a.sim.Wait()
		a.has("the issue", a.issue(r, "open").Body, ".mcp.json:11")
		for _, sha := range heads {
			if n := len(a.runs(r, sha)); n != 1 {
				t.Errorf("commit %s has %d check runs", sha, n)
			}
		}
	})
}

// A check run that nobody finishes ends as neutral (lesson 12); a fault of
// GitHub's is no red mark, and is tried again (lesson 13).
func TestOurOwnFaultsAreNeutral(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		head := a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Work")
		a.concludes(r, head, "success")
		a.exec("UPDATE check_run SET status = 'in_progress', started_at = 0")
		a.restart()
		a.until("the sweep", func() bool { c := a.runs(r, head); return c[0].Conclusion == "neutral" })

		heal := a.sim.Inject(ghsim.Fault{Route: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", Effect: ghsim.ServerError})
		head = a.sim.Push(r, "feature", leak(0), "Add a server")
		c := a.check(r, head)
		if c.Conclusion != "neutral" || !strings.HasPrefix(c.Title, "Castellan could not finish") {
			t.Errorf("%s: %q", c.Conclusion, c.Title)
		}
		heal()
		a.exec("UPDATE river_job SET scheduled_at = created_at WHERE state = 'retryable'")
		a.concludes(r, head, "failure")
	})
}

// A push that touches nothing of AI costs few requests (lesson 17), and none
// of them lists its files (lesson 18); a token that died is replaced (lesson 21).
func TestAPushCostsFewRequests(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "feature", map[string]string{"a.txt": "a\n"}, "Work")
		a.quiet()
		for _, branch := range []string{"feature", "main"} {
			a.sim.Push(r, branch, map[string]string{"a.txt": branch}, "Work")
			a.quiet()
			a.sim.ResetRequests()
			head := a.sim.Push(r, branch, map[string]string{"b.txt": branch}, "Work")
			a.concludes(r, head, "success")
			rest := 0
			var all []string
			for _, q := range a.sim.Requests() {
				if !strings.HasPrefix(q.Route, ghsim.GitRoute) && q.Route != "/app/hook/deliveries" { // the sweep's, which recurs
					rest++
				}
				all = append(all, q.Method+" "+q.Path)
				if strings.HasSuffix(q.Route, "/files") || strings.Contains(q.Route, "/compare/") {
					t.Errorf("files asked for by %s", q.Path)
				}
			}
			if rest > 4 {
				t.Errorf("a push to %s costs %d requests:\n%s", branch, rest, strings.Join(all, "\n"))
			}
		}
		a.sim.Tolerate(ghsim.KindAuth)
		a.sim.ExpireTokens()
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		a.concludes(r, head, "failure")
		a.issue(r, "open")
	})
}

// A scan that could not read everything closes nothing (lesson 24), and a
// repository that cannot be read stops no other (lesson 25).
func TestAnIncompleteScanClosesNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		other := a.sim.CreateRepo("acme", "other", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.issue(r, "open")
		a.sim.Push(r, "main", map[string]string{settingPath: setting + strings.Repeat(" ", 5<<20)}, "Pad them")
		a.issue(r, "open")
		a.sim.Inject(ghsim.Fault{Route: ghsim.GitRoute, Repository: "acme/shop", Effect: ghsim.ServerError})
		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		a.sim.Push(other, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.issues(other, 1)
		if i := a.sim.Issues(r)[0]; i.State != "open" {
			t.Errorf("closed without a scan: %+v", i)
		}
	})
}

// A squash gives commits and lines other names, and findings the same (lesson
// 22); the backlog of a repository is not held against a change.
func TestASquashIsNoNews(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.issue(r, "open").Number
		a.sim.CloseIssue(r, n, "bob", "not_planned")
		a.issue(r, "closed")
		a.sim.Push(r, "feature", map[string]string{settingPath: "\n\n" + setting}, "Move them down")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		if c := a.concludes(r, pull.Head(), "success"); !strings.HasSuffix(c.Title, "checked, nothing found") {
			t.Errorf("title %q", c.Title)
		}
		time.Sleep(time.Second) // GitHub's closed_at has whole seconds
		a.sim.SquashPR(pull)
		if i := a.issue(r, "closed"); len(i.Comments) != 1 {
			t.Errorf("comments %+v", i.Comments)
		}
	})
}
