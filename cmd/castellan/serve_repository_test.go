package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// Names change, ids do not: what is known of a repository follows it.
func TestARenamedRepositoryKeepsItsCase(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.issue(r, "open").Number
		a.sim.Rename(r, "store")
		a.has("the renamed issue", a.issue(r, "open").Body, "`acme/store`")
		a.sim.SetDefaultBranch(r, "main")
		a.sim.RenameAccount("acme", "ajax")
		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		if i := a.issue(r, "closed"); i.Number != n {
			t.Errorf("issue %d became %d", n, i.Number)
		}

		// Another organisation, whose installation knows nothing of it yet.
		a.sim.Org("umbrella", "carol")
		a.sim.CreateRepo("umbrella", ".github", ghsim.RepoOptions{Files: map[string]string{"castellan.yml": settingPursued}})
		a.sim.Install("umbrella")
		a.quiet()
		a.sim.Transfer(r, "umbrella")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep them again")
		if i := a.issue(r, "open"); i.Number != n {
			t.Errorf("after the transfer issue %d is open, not %d", i.Number, n)
		}
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		a.concludes(r, head, "failure")
		if open := a.sim.Issues(r); len(open) != 2 || open[1].State != "open" {
			t.Errorf("after the transfer: %+v", open)
		}
	})
}

// Whoever installs the App again finds everything as it was, also after what
// belonged to the first installation was purged.
func TestInstallingAgainKeepsTheCases(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.issue(r, "open").Number
		first := a.installation()
		a.sim.Uninstall(first)
		a.quiet()
		a.sim.Install("acme")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"sub/" + settingPath: setting}, "Keep more of them")
		a.has("the issue", a.issue(r, "open").Body, "sub/"+settingPath)
		a.exec("UPDATE installation SET removed_at = 1 WHERE removed_at > 0")
		a.restart()
		a.until("the old installation to be purged", func() bool {
			_, err := a.database().Queries().Installation(context.Background(), first)
			return errors.Is(err, sql.ErrNoRows)
		})
		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete, "sub/" + settingPath: ghsim.Delete}, "Take them out")
		if i := a.issue(r, "closed"); i.Number != n {
			t.Errorf("issue %d became %d", n, i.Number)
		}
	})
}

// The default branch is what GitHub says it is now.
func TestTheDefaultBranchChanges(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.issue(r, "open")
		a.sim.Push(r, "next", map[string]string{"README.md": "2\n"}, "Work")
		a.sim.Push(r, "next", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		a.issue(r, "open")
		a.sim.SetDefaultBranch(r, "next")
		a.issue(r, "open") // another branch repairs nothing
		a.sim.Push(r, "next", leak(0), "Add a server")
		a.quiet()
		all := a.sim.Issues(r)
		if len(all) != 2 || !strings.Contains(all[1].Body, "`.mcp.json:7`") {
			t.Errorf("a key on the new default branch: %+v", all)
		}
	})
}

// Archived, forked, templates, empty: inventoried, not pursued (lesson 8).
func TestInactiveRepositoriesAreNotPursued(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "main", leak(0), "Add a server")
		n := a.issue(r, "open").Number
		a.sim.Archive(r)
		a.issue(r, "open")
		a.sim.Unarchive(r)
		a.sim.Push(r, "main", leak(1), "Another key")
		if i := a.issue(r, "open"); i.Number != n {
			t.Errorf("issue %d became %d", n, i.Number)
		}

		up := a.sim.CreateRepo("acme", "upstream", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Org("umbrella", "carol")
		fork := a.sim.Fork(up, "umbrella")
		a.sim.Install("umbrella")
		template := a.sim.CreateRepo("acme", "template", ghsim.RepoOptions{Template: true, Files: map[string]string{"README.md": "x\n"}})
		for _, quiet := range []*ghsim.Repo{fork, template} {
			a.concludes(quiet, a.sim.Push(quiet, "main", leak(0), "Add a server"), "failure")
			a.noIssue(quiet, "forks and templates are not pursued")
			a.has("the case", a.caseState(quiet), "planned", "inventoried, not pursued")
		}
		empty := a.sim.CreateRepo("acme", "empty", ghsim.RepoOptions{})
		a.sim.SetDefaultBranch(empty, "trunk")
		a.noIssue(empty, "there is nothing in it")

		// Deleted: nothing is asked of it any more, and nothing stays open for it.
		a.sim.Push(up, "feature", leak(0), "Add a server")
		a.sim.DeleteRepo(up)
		a.restart()
		a.quiet()
		if tasks := a.failed(); tasks != "" {
			t.Errorf("given up: %s", tasks)
		}
	})
}

// What no public place may tell goes to the governance repository.
func TestPublicRepositoriesTellNothing(t *testing.T) {
	t.Parallel()
	const governed = "version: 1\ngovernance_repository: acme/governance\n"
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, governed, nil)
		g := a.sim.CreateRepo("acme", "governance", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(r, "main", leak(0), "Add a server")
		a.issue(r, "open")
		a.sim.Publicize(r)
		i := a.issue(r, "closed")
		a.lacks("the public issue", i.Title+i.Body, ".mcp.json", "GitHub credential", "gh", "some-mcp")
		a.has("the detail", a.issue(g, "open").Body, "`.mcp.json:7`", "`acme/shop`")

		// Public from the start, and closed where the case is.
		open := a.sim.CreateRepo("acme", "open", ghsim.RepoOptions{Public: true, Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(open, "main", leak(1), "Add a server")
		a.noIssue(open, "it is public")
		a.quiet()
		all := a.sim.Issues(g)
		if len(all) != 2 {
			t.Fatalf("the governance repository has %+v", all)
		}
		a.sim.CloseIssue(g, all[1].Number, "alice", "not_planned")
		a.quiet()
		if s := a.caseState(open); s != "closed" {
			t.Errorf("the case is %q", s)
		}
		if all = a.sim.Issues(g); len(all[1].Comments) != 1 {
			t.Errorf("answered with %+v", all[1].Comments)
		}
	})
}

// Issues that are disabled: 410 is not 403 (lesson 9).
func TestDisabledIssuesGoToGovernance(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, _ := acme(t, engine, "", nil)
		r := a.sim.CreateRepo("acme", "mute", ghsim.RepoOptions{NoIssues: true, Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(r, "main", leak(0), "Add a server")
		a.noIssue(r, "issues are disabled")
		a.has("the case", a.caseState(r), "planned", "issues are disabled", "there is no governance repository")

		g := a.sim.CreateRepo("acme", "governance", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.CreateRepo("acme", ".github", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(a.sim.Repo("acme", ".github"), "main", map[string]string{"castellan.yml": "version: 1\ngovernance_repository: acme/governance\n"}, "Govern")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.has("the detail", a.issue(g, "open").Body, "`.mcp.json:7`", "`acme/mute`")

		// Disabled under an open issue, which is deleted thereby.
		loud := a.sim.CreateRepo("acme", "loud", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(loud, "main", leak(1), "Add a server")
		a.issue(loud, "open")
		a.sim.DisableIssues(loud)
		a.sim.Push(loud, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.quiet()
		if all := a.sim.Issues(g); len(all) != 2 || !strings.Contains(all[1].Body, "`acme/loud`") {
			t.Errorf("the governance repository has %+v", all)
		}
	})
}

// Paths in git are any bytes, and JSON can name a server anything: what is no
// text is recorded all the same, and followed to its end.
func TestNamesThatAreNoTextAreRecorded(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		named := func(name string, n int) string {
			return strings.NewReplacer(`"gh"`, `"`+name+`"`, "some-mcp", name+"-mcp").Replace(serverConfig(madeUpKey(n)))
		}
		files := map[string]string{
			"a\xff\xfe/.mcp.json":  named("one", 0),
			"b/.mcp.json":          named(`two\u0000end`, 1),
			"c\u202e/.mcp.json":    named(`three\ud800`, 0),
			"d\r/.cursor/mcp.json": named("f\xffour", 1),
		}
		a.concludes(r, a.sim.Push(r, "main", files, "Add servers"), "failure")
		a.issues(r, 4)
		for path := range files {
			files[path] = ghsim.Delete
		}
		a.sim.Push(r, "main", files, "Take them away")
		if got := a.caseState(r); got != "rotation; rotation; rotation; rotation" {
			t.Errorf("the cases: %s", got)
		}
		if failed := a.failed(); failed != "" {
			t.Error(failed)
		}
	})
}

// What came just before a suspension is done when it ends.
func TestSuspensionLosesNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.quiet()
		id := a.installation()
		a.sim.Route(func(string, string) ghsim.Fate { return ghsim.Hold })
		head := a.sim.Push(r, "feature", leak(0), "Add a server")
		a.sim.Suspend(id)
		a.sim.Route(nil)
		a.sim.Release()
		a.until("the check to be given up", func() bool { return strings.Contains(a.failed(), head) })
		a.sim.Unsuspend(id)
		a.concludes(r, head, "failure")
	})
}

// Retention forgets what is done with, and what was given up, and with an
// installation everything of it.
func TestRetentionForgetsAll(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.issue(r, "open")
		a.exec("UPDATE task SET failed = TRUE, done = 0 WHERE kind = 'check'")
		a.exec("UPDATE outbox SET state = 'failed' WHERE kind = 'issue'")
		for _, table := range []string{"task", "outbox"} {
			a.exec("UPDATE " + table + " SET updated_at = 1")
		}
		a.exec("UPDATE delivery SET received_at = 1")
		empty := func(tables ...string) func() bool {
			return func() bool {
				all := 0
				for _, table := range tables {
					n := 0
					if err := a.database().Jobs().QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
						t.Fatal(err)
					}
					all += n
				}
				return all == 0
			}
		}
		a.restart()
		a.until("what is old to be forgotten", empty("delivery", "outbox"))
		a.issue(r, "open")

		a.sim.Push(r, "main", leak(0), "Add a server")
		a.quiet()
		a.sim.Uninstall(a.installation())
		a.quiet()
		a.exec("UPDATE installation SET removed_at = 1")
		a.restart()
		a.until("the installation to be forgotten", empty("delivery", "outbox", "task", "cases", "integration", "repository", "installation"))
	})
}
