package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// Every head gets a conclusion, "nothing of AI touched" included (lesson 19),
// and what the change itself made unreadable never passes (lesson 18).
func TestEveryHeadGetsAConclusion(t *testing.T) {
	t.Parallel()
	many := map[string]string{"sub/.mcp.json": serverConfig(madeUpKey(0))}
	for i := range 400 {
		many[fmt.Sprintf("src/%03d/main.txt", i)] = fmt.Sprint(i)
	}
	servers := make([]string, 120)
	for i := range servers {
		servers[i] = fmt.Sprintf("    \"s%d\": {\"command\": \"s%d-mcp\", \"env\": {\"TOKEN\": %q}}", i, i, madeUpKey(0))
	}
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		for name, c := range map[string]struct {
			files map[string]string
			modes map[string]string
			text  string
			draft bool

			conclusion, title string
			annotations       int
		}{
			"nothing":    {files: map[string]string{"main.txt": "x\n"}, conclusion: "success", title: "Nothing of AI was touched"},
			"warning":    {files: map[string]string{settingPath: setting}, conclusion: "success", title: "1 warning, nothing blocks", annotations: 1},
			"draft":      {files: leak(0), draft: true, conclusion: "failure", title: "1 leaked key blocks this pull request", annotations: 1},
			"skipped":    {files: leak(0), text: "Add\n\n\nskip-checks: true\n", conclusion: "failure", title: "1 leaked key blocks this pull request", annotations: 1},
			"many files": {files: many, conclusion: "failure", title: "1 leaked key blocks this pull request", annotations: 1},
			"too large":  {files: map[string]string{".mcp.json": serverConfig("${TOKEN}") + strings.Repeat(" ", 5<<20)}, conclusion: "failure", title: "Could not be checked: .mcp.json", annotations: 1},
			"symlink":    {files: map[string]string{".mcp.json": "/etc/passwd"}, modes: map[string]string{".mcp.json": "120000"}, conclusion: "success", title: "1 warning, nothing blocks", annotations: 1},
			"many keys":  {files: map[string]string{".mcp.json": "{\"mcpServers\": {\n" + strings.Join(servers, ",\n") + "\n}}\n"}, conclusion: "failure", title: "1 leaked key blocks this pull request", annotations: 120},
		} {
			branch := strings.ReplaceAll(name, " ", "-")
			head := a.sim.PushCommits(r, branch, ghsim.Commit{Files: c.files, Modes: c.modes, Message: c.text})
			a.sim.OpenPR(r, ghsim.PROptions{From: branch, User: "bob", Draft: c.draft})
			a.quiet()
			run := a.counts(r, head, c.conclusion)
			if !strings.HasPrefix(run.Title, c.title) || len(run.Annotations) != c.annotations {
				t.Errorf("%s: %q with %d annotations, want %q with %d", name, run.Title, len(run.Annotations), c.title, c.annotations)
			}
			if n := len(a.runs(r, head)); n != 1 {
				t.Errorf("%s has %d check runs", name, n)
			}
			lines := map[int]bool{}
			for _, n := range run.Annotations {
				lines[n.StartLine] = true
			}
			if len(lines) != c.annotations {
				t.Errorf("%s: %d lines annotated by %d annotations", name, len(lines), c.annotations)
			}
		}
		a.noIssue(r, "pull requests open none")
	})
}

// A key that was added and removed again is leaked, until a person who may
// write confirms that it was rotated.
func TestRotatedIsForPeopleWhoMayWrite(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.AddMember("acme", "carol", "member") // may read
		a.sim.Push(r, "feature", leak(0), "Add a server")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		if c := a.concludes(r, pull.Head(), "failure"); len(c.Actions) != 0 {
			t.Errorf("a key that is still there can be confirmed: %+v", c.Actions)
		}
		head := a.sim.PushToPR(pull, map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Take it out")
		c := a.concludes(r, head, "failure")
		if len(c.Actions) != 1 || c.Actions[0].Identifier != "rotated" || len(c.Annotations) != 0 {
			t.Fatalf("offered %+v, annotated %+v", c.Actions, c.Annotations)
		}
		a.has("the check", c.Title+c.Text, "removed again", "press **Rotated**")
		for _, user := range []string{"carol", "dependabot[bot]", a.sim.AppSlug() + "[bot]", "mallory"} {
			a.sim.RequestAction(r, c.ID, "rotated", user)
			a.concludes(r, head, "failure")
		}
		a.sim.ForeignCheck(r, head, "Castellan")

		a.sim.RequestAction(r, c.ID, "rotated", "bob")
		c = a.concludes(r, head, "success")
		a.has("the check", c.Title, "1 rotated key")
		if audit := a.audit(); strings.Count(audit, "rotation.attested bob pull request 1") != 1 || strings.Count(audit, "rotation.refused carol") != 1 {
			t.Errorf("audited:\n%s", audit)
		}
		head = a.sim.PushToPR(pull, map[string]string{"README.md": "2\n"}, "Go on")
		a.concludes(r, head, "success")
		a.sim.ClosePR(pull, false)
		a.noIssue(r, "the rotation is confirmed")

		other := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		a.counts(r, other.Head(), "failure") // of another pull request nothing was confirmed

		fork := a.sim.ForkPR(r, "mallory", "patch", leak(1))
		a.quiet()
		head = a.sim.PushToPR(fork, map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Take it out")
		a.sim.RequestAction(r, a.concludes(r, head, "failure").ID, "rotated", "bob")
		a.concludes(r, head, "success")
	})
}

// A verdict is of a head and what it is compared with: it follows both.
func TestHeadsAreJudgedAnew(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "leaky", leak(0), "Add a server")
		head := a.sim.Push(r, "feature", map[string]string{"main.txt": "x\n"}, "Work")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		c := a.concludes(r, head, "success")
		a.sim.Rerequest(r, c.ID, "bob")
		if again := a.concludes(r, head, "success"); again.Updates <= c.Updates {
			t.Error("a check run that was asked for again is not judged again")
		} else {
			c = again
		}
		a.sim.RerequestSuite(r, head, "bob")
		if again := a.concludes(r, head, "success"); again.Updates <= c.Updates {
			t.Error("a check suite that was asked for again is not judged again")
		}
		a.sim.EditPR(pull, "Another title", "")
		a.concludes(r, head, "success")

		// Onto a branch with the key, off it again: the key is not the change's. The
		// other way round it is.
		a.sim.Rebase(pull, "leaky")
		a.counts(r, head, "success")
		second := a.sim.OpenPR(r, ghsim.PROptions{From: "leaky", Into: "feature", User: "bob"})
		a.counts(r, second.Head(), "failure")

		// Two pull requests of one head: any of them fails it.
		a.sim.OpenPR(r, ghsim.PROptions{From: "leaky", User: "bob"})
		if c := a.counts(r, second.Head(), "failure"); !strings.Contains(c.Title, "2 pull requests") {
			t.Errorf("title %q", c.Title)
		}
		a.sim.MoveBranch(r, "main", second.Head())
		a.sim.Rebase(second, "main")
		a.counts(r, second.Head(), "failure") // it is main's push that brought it

		// What was merged brought what it brought, also to whoever asks again.
		a.sim.Push(r, "merged", map[string]string{"merged/.mcp.json": serverConfig(madeUpKey(1))}, "Add a server")
		done := a.sim.OpenPR(r, ghsim.PROptions{From: "merged", User: "bob"})
		a.concludes(r, done.Head(), "failure")
		a.sim.ClosePR(done, true)
		a.sim.Rerequest(r, a.runs(r, done.Head())[0].ID, "bob")
		a.concludes(r, done.Head(), "failure")

		// What main has by now is no longer the change's.
		third := a.sim.Push(r, "third", map[string]string{"third.txt": "3\n"}, "Work")
		group := a.sim.MergeGroup(a.sim.OpenPR(r, ghsim.PROptions{From: "third", User: "bob"}))
		a.concludes(r, third, "success")
		a.concludes(r, group, "success")
		a.sim.Push(r, "fourth", map[string]string{"fourth/.mcp.json": serverConfig(madeUpKey(1))}, "Add a server")
		group = a.sim.MergeGroup(a.sim.OpenPR(r, ghsim.PROptions{From: "fourth", User: "bob"}))
		if c := a.concludes(r, group, "failure"); !strings.Contains(c.Title, "merge group") {
			t.Errorf("title %q", c.Title)
		}
	})
}

// Heads of forks are known by the pull request only, and outlive the fork.
func TestForksAreJudgedByTheirPullRequest(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		pull := a.sim.ForkPR(r, "mallory", "patch", leak(0))
		a.concludes(r, pull.Head(), "failure")
		head := a.sim.PushToPR(pull, map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Take it out")
		c := a.concludes(r, head, "failure")
		a.sim.DeleteRepo(pull.HeadRepo())
		a.sim.Rerequest(r, c.ID, "bob")
		a.concludes(r, head, "failure")
		a.sim.ClosePR(pull, false)
		i := a.issue(r, "open")
		a.has("the issue", i.Body, "`pull request 1`")
	})
}

// What a head is judged for stays, whoever asks again and wherever else it is
// pushed.
func TestWhatAHeadIsJudgedForStays(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		again := func(r *ghsim.Repo, sha, want string) ghsim.Check {
			t.Helper()
			runs := a.runs(r, sha)
			a.sim.Rerequest(r, runs[len(runs)-1].ID, "bob")
			return a.concludes(r, sha, want)
		}
		// The key came with the first of several commits.
		head := a.sim.PushCommits(r, "main", ghsim.Commit{Files: leak(0), Message: "Add a server"}, ghsim.Commit{Files: map[string]string{"a.txt": "a\n"}, Message: "A"}, ghsim.Commit{Files: map[string]string{"b.txt": "b\n"}, Message: "B"})
		a.concludes(r, head, "failure")
		again(r, head, "failure")
		a.sim.MoveBranch(r, "release", head)
		a.concludes(r, head, "failure")

		// A queue group asks for what it adds to the group before it, not to main.
		a.sim.Push(r, "leaky", map[string]string{"x/.mcp.json": serverConfig(madeUpKey(1))}, "Add another server")
		group := a.sim.MergeGroup(a.sim.OpenPR(r, ghsim.PROptions{From: "leaky", User: "bob"}))
		a.has("the group", a.concludes(r, group, "failure").Summary, "a merge group for `main`")
		a.has("the group", again(r, group, "failure").Summary, "a merge group for `main`")

		// A fork's change into a branch that has the key already is harmless there,
		// also when somebody pushes its head to a branch to try it.
		pull := a.sim.ForkPR(r, "mallory", "patch", map[string]string{"c.txt": "c\n"})
		a.sim.Rebase(pull, "leaky")
		a.concludes(r, pull.Head(), "success")
		a.has("the check", again(r, pull.Head(), "success").Summary, "pull request")
		a.sim.MoveBranch(r, "try", pull.Head())
		a.has("the check", a.concludes(r, pull.Head(), "success").Summary, "pull request")
	})
}

// A pull request may be merged while its head is judged: the base has the head by
// then, and yet it is the change that brought what it brought.
func TestMergedWhileItIsJudged(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.Push(r, "feature", leak(0), "Add a server")
		a.quiet()
		const pulls = "/repos/{owner}/{repo}/commits/{commit_sha}/pulls"
		a.sim.ResetRequests()
		stop := a.sim.Inject(ghsim.Fault{Route: pulls, Effect: ghsim.SlowBody, Times: 1, Wait: 2 * time.Second}) // it says open
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		a.until("the pull request to be read", func() bool { return a.sim.CountRequests("GET", pulls) > 0 })
		a.sim.ClosePR(pull, true)
		a.counts(r, pull.Head(), "failure")
		stop()
		a.issue(r, "open")
	})
}

// Whoever takes a key out of the history, as the check advises, gets no issue when
// the pull request is merged. Squashing it away when merging does not count.
func TestWhatWasRewrittenBeforeTheMergeIsNotPursued(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		root := a.sim.Push(r, "main", map[string]string{"a.txt": "a\n"}, "A")
		a.sim.Push(r, "feature", leak(0), "Add a server")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		a.concludes(r, pull.Head(), "failure")
		a.concludes(r, a.sim.ForcePush(r, "feature", root, map[string]string{"b.txt": "b\n"}, "Work"), "success")
		a.sim.ClosePR(pull, true)
		a.noIssue(r, "the key was taken out of the history")

		a.sim.Push(r, "other", leak(1), "Add a server")
		pull = a.sim.OpenPR(r, ghsim.PROptions{From: "other", User: "bob"})
		a.quiet()
		a.concludes(r, a.sim.PushToPR(pull, map[string]string{".mcp.json": serverConfig("${TOKEN}")}, "Take it out"), "failure")
		a.sim.SquashPR(pull)
		a.issue(r, "open")
	})
}

// Branches come, go and are rewritten.
func TestBranchesAreRewritten(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		root := a.sim.Push(r, "main", map[string]string{"a.txt": "a\n"}, "A")
		leaked := a.sim.Push(r, "feature", leak(0), "Add a server")
		a.concludes(r, leaked, "failure")
		clean := a.sim.ForcePush(r, "feature", root, map[string]string{"b.txt": "b\n"}, "Work")
		a.concludes(r, clean, "success")
		a.sim.DeleteBranch(r, "feature")
		a.quiet()

		// The default branch itself, and what was before is gone.
		a.sim.Push(r, "main", map[string]string{"c.txt": "c\n"}, "C")
		a.quiet()
		head := a.sim.ForcePush(r, "main", root, leak(1), "Rewrite")
		a.concludes(r, head, "failure")
		i := a.issue(r, "open")
		a.has("the issue", i.Body, "`.mcp.json:7`")

		// A history of its own has nothing in common with anything.
		alone := a.sim.ForcePush(r, "alone", "", leak(0), "Begin anew")
		a.concludes(r, alone, "failure")

		// Deleted before anybody could look.
		a.sim.Route(func(string, string) ghsim.Fate { return ghsim.Hold })
		gone := a.sim.Push(r, "short", leak(0), "Add a server")
		a.sim.DeleteBranch(r, "short")
		a.sim.Route(nil)
		a.sim.Release()
		a.quiet()
		if runs := a.runs(r, gone); len(runs) > 1 || len(runs) == 1 && runs[0].Status != "completed" {
			t.Errorf("the commit of a deleted branch: %+v", runs)
		}
	})
}
