package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// acme is an organisation owned by alice, in which bob may write to its one
// repository and the App is installed. policy is the organisation's file, ""
// for none.
func acme(t *testing.T, engine db.Engine, policy string, files map[string]string) (*app, *ghsim.Repo) {
	t.Helper()
	return acmeWith(t, engine, ghsim.Options{}, policy, files)
}

func acmeWith(t *testing.T, engine db.Engine, opt ghsim.Options, policy string, files map[string]string) (*app, *ghsim.Repo) {
	t.Helper()
	a := newApp(t, engine, opt)
	a.sim.Org("acme", "alice")
	a.sim.AddMember("acme", "bob", "member")
	if policy != "" {
		a.sim.CreateRepo("acme", ".github", ghsim.RepoOptions{Files: map[string]string{"castellan.yml": policy}})
	}
	all := map[string]string{"README.md": "shop\n"}
	for path, content := range files {
		all[path] = content
	}
	r := a.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: all})
	a.sim.SetCollaborator(r, "bob", "write")
	a.sim.Install("acme")
	return a, r
}

// A setting that is no credential, and a policy that has it pursued.
const (
	settingPath    = ".claude/settings.local.json"
	setting        = `{"permissions": {"allow": ["Bash(make test)"]}}` + "\n"
	settingPursued = "version: 1\nrules: {agent-local-settings-committed: {action: warn}}\n"
)

// leak is a server with a key of its own.
func leak(n int) map[string]string { return map[string]string{".mcp.json": serverConfig(madeUpKey(n))} }

// runs are Castellan's check runs of a commit, the newest last.
func (a *app) runs(r *ghsim.Repo, sha string) []ghsim.Check {
	return slices.DeleteFunc(a.sim.Checks(r, sha), func(c ghsim.Check) bool { return !c.Ours })
}

// concludes waits until nothing is left to do, and gives the check run that
// counts. Of a head there is one, and none is left open.
func (a *app) concludes(r *ghsim.Repo, sha, want string) ghsim.Check {
	a.t.Helper()
	a.quiet()
	runs := a.runs(r, sha)
	if len(runs) != 1 {
		a.t.Fatalf("commit %s has %d check runs, want one: %+v", sha, len(runs), runs)
	}
	return a.counts(r, sha, want)
}

// counts is concludes for a head whose annotations have changed: a run follows
// another.
func (a *app) counts(r *ghsim.Repo, sha, want string) ghsim.Check {
	a.t.Helper()
	a.quiet()
	runs := a.runs(r, sha)
	if len(runs) == 0 {
		a.t.Fatalf("commit %s has no check run", sha)
	}
	for _, c := range runs {
		if c.Status != "completed" || c.Name != "Castellan" {
			a.t.Errorf("left open: %+v", c)
		}
	}
	c := runs[len(runs)-1]
	if c.Conclusion != want {
		a.t.Errorf("commit %s: %s %q, want %s\n%s", sha, c.Conclusion, c.Title, want, c.Summary)
	}
	return c
}

// issue waits until nothing is left to do, and gives the one issue there is.
func (a *app) issue(r *ghsim.Repo, state string) ghsim.Issue {
	a.t.Helper()
	a.quiet()
	all := a.sim.Issues(r)
	if len(all) != 1 {
		a.t.Fatalf("%d issues, want one: %+v", len(all), all)
	}
	if all[0].State != state {
		a.t.Errorf("the issue is %s, want %s:\n%s", all[0].State, state, all[0].Body)
	}
	return all[0]
}

// noIssue waits until nothing is left to do.
func (a *app) noIssue(r *ghsim.Repo, why string) {
	a.t.Helper()
	a.quiet()
	if all := a.sim.Issues(r); len(all) != 0 {
		a.t.Errorf("%s, and yet: %+v", why, all)
	}
}

// assigned are the assignees of the one issue, sorted.
func (a *app) assigned(r *ghsim.Repo) []string {
	a.t.Helper()
	people := a.issue(r, "open").Assignees
	slices.Sort(people)
	return people
}

// has wants a text to hold all of some parts.
func (a *app) has(what, text string, parts ...string) {
	a.t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			a.t.Errorf("%s does not say %q:\n%s", what, p, text)
		}
	}
}

// lacks is the opposite.
func (a *app) lacks(what, text string, parts ...string) {
	a.t.Helper()
	for _, p := range parts {
		if strings.Contains(text, p) {
			a.t.Errorf("%s says %q:\n%s", what, p, text)
		}
	}
}

// exec changes the database behind Castellan's back, as time would.
func (a *app) exec(query string, args ...any) {
	a.t.Helper()
	s := a.database()
	if _, err := s.Jobs().ExecContext(context.Background(), query, args...); err != nil {
		a.t.Fatal(err)
	}
}

// audit is what was decided so far, one "action actor detail" a line.
func (a *app) audit() string {
	a.t.Helper()
	rows, err := a.database().Jobs().QueryContext(context.Background(), "SELECT action, actor, subject, detail FROM audit ORDER BY seq")
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var action, actor, subject, detail string
		if err := cmp.Or(rows.Scan(&action, &actor, &subject, &detail), rows.Err()); err != nil {
			a.t.Fatal(err)
		}
		fmt.Fprintln(&all, action, actor, subject, detail)
	}
	return all.String()
}

// caseState is the state and reason of the cases of a repository.
func (a *app) caseState(r *ghsim.Repo) string {
	a.t.Helper()
	a.quiet()
	rows, err := a.database().Queries().CasesOfRepository(context.Background(), r.ID)
	if err != nil {
		a.t.Fatal(err)
	}
	var all []string
	for _, row := range rows {
		all = append(all, strings.TrimSpace(row.State+" "+row.Reason))
	}
	return strings.Join(all, "; ")
}

// restart ends Castellan and starts it again: what recurs runs at once.
func (a *app) restart() {
	a.t.Helper()
	a.stop()
	a.start(nil)
}

// failed are the tasks that were given up.
func (a *app) failed() string {
	a.t.Helper()
	rows, err := a.database().Queries().FailedTasks(context.Background(), 100)
	if err != nil {
		a.t.Fatal(err)
	}
	var all []string
	for _, row := range rows {
		all = append(all, row.Kind+" "+row.Subject+": "+row.Error)
	}
	return strings.Join(all, "; ")
}

// installation is the App's one installation.
func (a *app) installation() int64 {
	a.t.Helper()
	all, err := a.database().Queries().Installations(context.Background())
	if err != nil || len(all) != 1 {
		a.t.Fatalf("installations: %+v, %v", all, err)
	}
	return all[0].ID
}
