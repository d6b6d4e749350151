package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// A risk that is no credential: its issue closes by itself, and opens again
// only on newer evidence (lesson 6).
func TestASettingClosesByItselfAndReopensOnNewerEvidence(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		i := a.issue(r, "open")
		a.has("the issue", i.Title+i.Body, settingPath, "git rm --cached", "closes by itself")
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		if again := a.issue(r, "open"); again.Body != i.Body || len(again.Comments) != 0 {
			t.Errorf("a push that changed nothing changed the issue:\n%s\n%+v", again.Body, again.Comments)
		}

		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		i = a.issue(r, "closed")
		if i.StateReason != "completed" || i.ClosedBy != a.sim.AppSlug()+"[bot]" || len(i.Comments) != 0 {
			t.Errorf("closed as %q by %q with %+v", i.StateReason, i.ClosedBy, i.Comments)
		}
		a.sim.Push(r, "main", map[string]string{"README.md": "3\n"}, "Something else again")
		a.issue(r, "closed")

		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "I need them after all")
		i = a.issue(r, "open")
		if i.StateReason != "reopened" || len(i.Comments) != 1 {
			t.Errorf("reopened as %q with %+v", i.StateReason, i.Comments)
		}
	})
}

// "If I close the issue, the bot opens a new one the next day" (lesson 5).
func TestAHumanCloseIsNotReopened(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		other := a.sim.CreateRepo("acme", "other", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		for reason, r := range map[string]*ghsim.Repo{"not_planned": r, "completed": other} {
			a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
			a.sim.CloseIssue(r, a.issue(r, "open").Number, "bob", reason)
			answered := a.issue(r, "closed")
			for n := range 2 {
				a.sim.Push(r, "main", map[string]string{"README.md": fmt.Sprint(n)}, "Something else")
				a.quiet()
			}
			i := a.issue(r, "closed")
			if len(answered.Comments) != 1 || len(i.Comments) != 1 || i.ClosedBy != "bob" {
				t.Errorf("closed by %s, answered with %+v, then %+v", i.ClosedBy, answered.Comments, i.Comments)
			}
			if reason == "completed" {
				a.has("the answer", i.Comments[0].Body, settingPath)
			}
		}
		if audit := a.audit(); strings.Count(audit, "case.closed bob") != 2 {
			t.Errorf("audited:\n%s", audit)
		}
	})
}

// A key removed in the meantime waits for its rotation; a close before it was
// asked for is answered, and confirmed by closing again.
func TestACloseBeforeRotationIsAskedForIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "main", leak(0), "Add a server")
		n := a.issue(r, "open").Number
		a.sim.CloseIssue(r, n, "bob", "completed")
		i := a.issue(r, "closed")
		if len(i.Comments) != 1 {
			t.Fatalf("answered with %+v", i.Comments)
		}
		a.has("the answer", i.Comments[0].Body, ".mcp.json")
		a.sim.Push(r, "main", leak(1), "Another key")
		i = a.issue(r, "open")
		if len(i.Comments) != 2 {
			t.Errorf("a new key after the close: %+v", i.Comments)
		}
	})
}

// A first look at a repository opens what a push brings, not what was there
// before (lesson 8).
func TestTheFirstPushOpensOnlyWhatItBrings(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", map[string]string{"old/.mcp.json": strings.ReplaceAll(serverConfig(madeUpKey(0)), `"gh"`, `"old"`)})
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Nothing of AI")
		a.noIssue(r, "the backlog waits until it is published")
		if s := a.caseState(r); !strings.HasPrefix(s, "planned found before Castellan watched") {
			t.Errorf("the case of the backlog is %q", s)
		}
		a.sim.Push(r, "main", leak(1), "Add a server")
		i := a.issue(r, "open")
		a.has("the issue", i.Body, "`.mcp.json:7`")
		a.lacks("the issue", i.Body, "old/.mcp.json")
	})
}

// A branch that nobody asks to merge leaks all the same, a day after its push.
func TestABranchWithoutAPullRequestOpensItsCaseAfterADay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		head := a.sim.Push(r, "feature/x", leak(0), "Add a server")
		a.concludes(r, head, "failure")
		a.restart()
		a.noIssue(r, "the day is not over")
		const day = int64(24*time.Hour/time.Millisecond) + 1000
		a.exec("UPDATE finding SET due_at = due_at - $1, first_seen_at = first_seen_at - $1", day)
		a.restart()
		a.issues(r, 1)
		i := a.issue(r, "open")
		a.has("the issue", i.Body, ".mcp.json", "`branch feature/x`", "rotation")
		a.restart()
		a.issue(r, "open")
	})
}

// A pull request that is closed does not unleak its key; one that is merged is
// settled where it went.
func TestAClosedPullRequestOpensItsCase(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "feature", leak(0), "Add a server")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		a.noIssue(r, "a pull request opens none")
		a.sim.ClosePR(pull, false)
		i := a.issue(r, "open")
		a.has("the issue", i.Body, "`pull request 1`", "not on the default branch, rotation to confirm")
		a.sim.CloseIssue(r, i.Number, "bob", "completed")
		i = a.issue(r, "closed")
		if len(i.Comments) != 0 {
			t.Errorf("a confirmed rotation is answered: %+v", i.Comments)
		}
		a.has("the audit", a.audit(), "case.closed bob", `"closure":"attested"`)

		// Squashed, a key that the branch had on the way never reaches the default
		// branch, and yet it is known to everybody who could read the branch.
		a.sim.Push(r, "second", leak(1), "Add a server")
		second := a.sim.OpenPR(r, ghsim.PROptions{From: "second", User: "bob"})
		a.sim.PushToPR(second, map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Oh")
		a.quiet()
		a.sim.SquashPR(second)
		i = a.issue(r, "open")
		a.has("the issue", i.Body, "`pull request 3`")
	})
}

// What people do to issues beside closing them: whoever reopens one keeps it
// open, whoever deletes one has decided.
func TestPeoplesWaysWithIssuesAreRespected(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		other := a.sim.CreateRepo("acme", "other", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.sim.Push(other, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.issue(r, "open").Number
		a.sim.DeleteIssue(other, a.issue(other, "open").Number, "bob")
		a.sim.Push(other, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.noIssue(other, "it was deleted")

		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		a.issue(r, "closed")
		time.Sleep(time.Second) // GitHub's closed_at has whole seconds
		a.sim.ReopenIssue(r, n, "bob")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.has("the issue", a.issue(r, "open").Body, "Reopened by a person")
	})
}

// An issue that people move to where they work is still the one of its case.
func TestATransferredIssueIsFollowed(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		board := a.sim.CreateRepo("acme", "board", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.sim.TransferIssue(r, a.issue(r, "open").Number, board, "bob")
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.noIssue(r, "it was moved")
		a.issue(board, "open")

		a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		a.issue(board, "closed")
		time.Sleep(time.Second) // GitHub's closed_at has whole seconds
		a.sim.ReopenIssue(board, n, "bob")
		a.has("the issue", a.issue(board, "open").Body, "Reopened by a person")

		hidden := a.sim.CreateRepo("zeta", "elsewhere", ghsim.RepoOptions{Files: map[string]string{"README.md": "x\n"}})
		a.sim.TransferIssue(board, n, hidden, "bob")
		a.sim.Push(r, "main", map[string]string{"README.md": "3\n"}, "Something else")
		a.noIssue(r, "it was moved out of reach, which is a decision")
	})
}

// Caps bound what one day brings an owner (lesson 8); what waits is opened when
// there is room.
func TestWhatWaitsUnderACapIsOpenedLater(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "version: 1\ncaps: {issues_per_owner_per_day: 1}\n", nil)
		a.sim.Push(r, "main", map[string]string{".mcp.json": serverConfig(madeUpKey(0)), "b/.mcp.json": strings.ReplaceAll(serverConfig(madeUpKey(1)), "some-mcp", "other-mcp")}, "Add servers")
		a.issue(r, "open")
		a.has("the cases", a.caseState(r), "waits: the owner got enough issues today")
		a.sim.Push(a.sim.Repo("acme", ".github"), "main", map[string]string{"castellan.yml": "version: 1\n# more\n"}, "More")
		a.quiet()
		a.exec("UPDATE cases SET wake_at = 1 WHERE wake_at > 0")
		a.restart()
		a.issues(r, 2)
	})
}

// A dry run decides everything and writes nothing; what is wanted when it is over
// is written then.
func TestDryRunThenInEarnest(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.quiet()
		a.stop()
		a.start(map[string]string{"CASTELLAN_DRY_RUN": "on"})
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		a.noIssue(r, "it is a dry run")
		if runs := a.runs(r, head); len(runs) != 0 {
			t.Errorf("check runs: %+v", runs)
		}
		a.has("the log", a.log.String(), "dry run: not written")
		a.restart()
		next := a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.concludes(r, next, "success")
		a.has("the issue", a.issue(r, "open").Body, ".mcp.json:7")
	})
}

// Above the cap one issue stands for all others of the repository: it lives as
// any, and whoever confirms or closes it decides for all it lists.
func TestWhatExceedsTheCapIsRolledUp(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "version: 1\ncaps: {issues_per_repository: 1}\n", nil)
		server := func(n int, name string) string {
			return strings.ReplaceAll(serverConfig(madeUpKey(n)), "some-mcp", name)
		}
		a.sim.Push(r, "main", map[string]string{".mcp.json": server(0, "a-mcp"), "b/.mcp.json": server(1, "b-mcp"), "c/.mcp.json": server(0, "c-mcp")}, "Add servers")
		const listed = "planned listed in the roll-up issue of the repository: caps.issues_per_repository is 1"
		if s := a.caseState(r); s != "open; "+listed+"; "+listed+"; open" {
			t.Errorf("cases: %s", s)
		}
		own, up := a.pair(r)
		a.has("the issue of one", own.Body, "`a-mcp`", "`.mcp.json:7`")
		a.lacks("the issue of one", own.Body, "b/.mcp.json", "c/.mcp.json")
		a.has("the roll-up", up.Title+up.Body, "Leaked credentials in further AI integrations", "stands for `npm:b-mcp` and `npm:c-mcp`", "`b/.mcp.json:7`", "`c/.mcp.json:7`")
		a.lacks("the roll-up", up.Body, "`.mcp.json:7`", madeUpKey(0)[10:], madeUpKey(1)[10:])
		if !slices.Equal(up.Assignees, own.Assignees) || len(up.Assignees) == 0 {
			t.Errorf("assigned to %q and %q", own.Assignees, up.Assignees)
		}

		a.sim.Push(r, "main", map[string]string{"b/.mcp.json": ghsim.Delete}, "Take b out")
		a.quiet()
		_, up = a.pair(r)
		a.has("the roll-up", up.Body, "`b/.mcp.json:7`", "Removed by commit", "State: open")
		a.sim.Push(r, "main", map[string]string{"c/.mcp.json": ghsim.Delete}, "Take c out")
		a.quiet()
		if _, up = a.pair(r); up.State != "open" || !strings.Contains(up.Body, "removed, rotation to confirm") {
			t.Errorf("%s:\n%s", up.State, up.Body)
		}
		a.sim.CloseIssue(r, up.Number, "bob", "completed")
		if s := a.caseState(r); s != "open; planned; planned; closed" {
			t.Errorf("cases after the rotation was confirmed: %s", s)
		}
		a.has("the audit", a.audit(), "case.closed bob", `"closure":"attested"`)
		if _, up = a.pair(r); len(up.Comments) != 0 {
			t.Errorf("a confirmed rotation is answered: %+v", up.Comments)
		}

		a.sim.Push(r, "main", map[string]string{"b/.mcp.json": server(1, "b-mcp")}, "The same key once more")
		if s := a.caseState(r); s != "open; "+listed+"; planned; open" {
			t.Errorf("cases of a key that came back: %s", s)
		}
		if _, up = a.pair(r); up.StateReason != "reopened" || len(up.Comments) != 1 {
			t.Errorf("reopened as %q with %+v", up.StateReason, up.Comments)
		}
		time.Sleep(time.Second) // GitHub's closed_at has whole seconds
		a.sim.CloseIssue(r, up.Number, "bob", "not_planned")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n", ".mcp.json": ghsim.Delete}, "Something else")
		a.quiet()
		if _, up = a.pair(r); up.State != "closed" || up.ClosedBy != "bob" || len(up.Comments) != 2 {
			t.Errorf("%s by %s with %+v", up.State, up.ClosedBy, up.Comments)
		}
	})
}

// The roll-up takes no room under the cap, and what it lists stays in it.
func TestRoomUnderTheCapIsForWhatIsNew(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "version: 1\ncaps: {issues_per_repository: 1}\n", nil)
		b := strings.ReplaceAll(serverConfig(madeUpKey(1)), "some-mcp", "b-mcp")
		a.sim.Push(r, "main", map[string]string{".mcp.json": serverConfig(madeUpKey(0)), "b/.mcp.json": b}, "Add servers")
		a.quiet()
		own, _ := a.pair(r)
		a.sim.Push(r, "main", map[string]string{".mcp.json": ghsim.Delete}, "Take it out")
		a.quiet()
		a.sim.CloseIssue(r, own.Number, "bob", "completed")
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"c/.mcp.json": strings.ReplaceAll(b, "b-mcp", "c-mcp")}, "Add a server")
		const listed = "planned listed in the roll-up issue of the repository: caps.issues_per_repository is 1"
		if s := a.caseState(r); s != "closed; "+listed+"; open; open" {
			t.Errorf("cases: %s", s)
		}
		all := a.issues(r, 3)
		a.has("the new issue", all[2].Title+all[2].Body, "`c-mcp`", "`c/.mcp.json:7`")
	})
}

// pair are the issue of one integration and the roll-up, and no other.
func (a *app) pair(r *ghsim.Repo) (own, up ghsim.Issue) {
	a.t.Helper()
	all := a.sim.Issues(r)
	if len(all) != 2 {
		a.t.Fatalf("%d issues, want two: %+v", len(all), all)
	}
	if strings.Contains(all[0].Title, "further AI integrations") {
		return all[1], all[0]
	}
	return all[0], all[1]
}
