package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// The policy is what the default branch of its repository says now, or said
// last in a way that could be used (lesson 13).
func TestThePolicyIsTheLastGoodOne(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		n := 0
		verdict := func(want string) ghsim.Check {
			n++
			head := a.sim.Push(r, fmt.Sprint("b", n), map[string]string{settingPath: setting}, fmt.Sprint("Settings ", n))
			return a.concludes(r, head, want)
		}
		a.has("the check without a policy", verdict("success").Summary, "Policy: the built-in defaults.")

		p := a.sim.CreateRepo("acme", ".github", ghsim.RepoOptions{})
		a.sim.Push(p, "main", map[string]string{"castellan.yml": settingBlocked}, "Block")
		a.quiet()
		a.has("the check", verdict("failure").Summary, "Policy: `acme/.github at ")

		a.sim.Push(p, "main", map[string]string{"castellan.yml": "version: 1\nrules: {agent-local-settings-committed: {action: loud}}\n"}, "Break it")
		a.quiet()
		a.has("the check", verdict("failure").Summary, "Policy: the last good one, `acme/.github at ", "castellan.yml:2")

		key := madeUpKey(0)
		a.sim.Push(p, "main", map[string]string{"castellan.yml": "version: 1\n# token " + key + "\n"}, "Leak")
		a.quiet()
		a.has("the check", verdict("failure").Summary, "castellan.yml:2: a credential stands here")

		a.sim.Push(p, "main", map[string]string{"castellan.yml": ghsim.Delete}, "Take it away")
		a.quiet()
		a.has("the check", verdict("success").Summary, "Policy: the built-in defaults")
		a.sim.Push(p, "main", map[string]string{"castellan.yml": settingBlocked}, "Block again")
		a.quiet()
		a.sim.DeleteRepo(p)
		a.quiet()
		a.has("the check", verdict("failure").Summary, "Policy: the last good one", "acme/.github is out of reach")
		if audit := a.audit(); strings.Count(audit, "policy.read") != 7 {
			t.Errorf("audited:\n%s", audit)
		}
	})
}

const settingBlocked = "version: 1\nrules: {agent-local-settings-committed: {action: block}}\n"

// A policy that comes within reach without a push to it holds from then on, and
// one that all owners share is read through the installation of its own.
func TestAPolicyComesWithinReach(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a := newApp(t, engine, ghsim.Options{})
		verdict := func(r *ghsim.Repo, branch, want string) {
			t.Helper()
			a.concludes(r, a.sim.Push(r, branch, map[string]string{settingPath: setting}, "Settings on "+branch), want)
		}
		a.sim.Org("acme", "alice")
		shop := a.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
		own := a.sim.CreateRepo("acme", ".github", ghsim.RepoOptions{Files: map[string]string{"castellan.yml": settingBlocked}})
		id := a.sim.Install("acme", shop)
		verdict(shop, "before", "success")
		a.sim.AddToInstallation(id, own)
		a.quiet()
		verdict(shop, "after", "failure")

		a.stop()
		a.start(map[string]string{"CASTELLAN_POLICY_REPO": "umbrella/policy"})
		a.sim.Org("zeta", "carol")
		a.sim.Org("umbrella", "dora")
		app := a.sim.CreateRepo("zeta", "app", ghsim.RepoOptions{Files: map[string]string{"README.md": "app\n"}})
		shared := a.sim.CreateRepo("umbrella", "policy", ghsim.RepoOptions{Files: map[string]string{"castellan.yml": settingBlocked}})
		a.sim.Install("zeta")
		verdict(app, "before", "success")
		a.sim.Install("umbrella")
		a.quiet()
		verdict(app, "after", "failure")
		a.sim.Push(shared, "main", map[string]string{"castellan.yml": "version: 1\n"}, "Ask for less")
		a.quiet()
		verdict(app, "later", "success")
	})
}

// A repository may ask for more than its organisation, on its default branch;
// no pull request changes what it is judged by.
func TestARepositoryTightensItsPolicy(t *testing.T) {
	t.Parallel()
	const own = "version: 1\nrules: {agent-local-settings-committed: {action: block}}\nowners: [{match: \"**\", owner: \"@carol\"}]\n"
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.sim.AddMember("acme", "carol", "member")
		before := a.sim.Push(r, "before", map[string]string{settingPath: setting}, "Keep my settings")
		a.concludes(r, before, "success")
		a.sim.Push(r, "main", map[string]string{".github/castellan.yml": own}, "Ask for more")
		a.quiet()
		a.sim.Rerequest(r, a.runs(r, before)[0].ID, "bob")
		a.counts(r, before, "failure")
		loose := a.sim.Push(r, "loose", map[string]string{settingPath: setting, ".github/castellan.yml": ghsim.Delete}, "Ask for less")
		a.sim.OpenPR(r, ghsim.PROptions{From: "loose", User: "bob"})
		a.concludes(r, loose, "failure")
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		if got := a.assigned(r); len(got) != 1 || got[0] != "carol" {
			t.Errorf("asked %q, want the repository's own owner", got)
		}
		a.sim.Push(r, "main", map[string]string{".github/castellan.yml": "version: 1\nwaivers: []\n"}, "Overreach")
		a.quiet()
		bad := a.sim.Push(r, "bad", map[string]string{"sub/" + settingPath: setting}, "Work")
		a.has("the check", a.concludes(r, bad, "failure").Summary, ".github/castellan.yml:2", "its last good version holds")
		a.sim.Push(r, "main", map[string]string{".github/castellan.yml": ghsim.Delete}, "Ask for nothing")
		a.quiet()
		free := a.sim.Push(r, "free", map[string]string{"sub/" + settingPath: setting}, "Work without it")
		a.concludes(r, free, "success")
	})
}

// A waiver takes a risk until its day, and the case closes as accepted
// (lesson 23).
func TestAWaiverAcceptsUntilItsDay(t *testing.T) {
	t.Parallel()
	waiver := func(until time.Time) string {
		return settingPursued + "approvers: [\"@acme/security\"]\nwaivers: [{rule: agent-local-settings-committed, match: \"acme/shop:**\", until: " +
			until.Format(time.DateOnly) + ", reason: \"a lab\", approver: \"@acme/security\"}]\n"
	}
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		policy := a.sim.Repo("acme", ".github")
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		a.issue(r, "open")
		a.sim.Push(policy, "main", map[string]string{"castellan.yml": waiver(time.Now().AddDate(0, 0, 2))}, "Accept it")
		i := a.issue(r, "closed")
		if i.StateReason != "not_planned" {
			t.Errorf("closed as %q", i.StateReason)
		}
		a.has("the issue", i.Body, "waived until", "@acme/security")
		head := a.sim.Push(r, "feature", map[string]string{"sub/" + settingPath: setting}, "More")
		a.has("the check", a.concludes(r, head, "success").Title, "nothing found")

		a.sim.Push(policy, "main", map[string]string{"castellan.yml": waiver(time.Now().AddDate(0, 0, -2))}, "It has ended")
		a.issue(r, "open")
	})
}
