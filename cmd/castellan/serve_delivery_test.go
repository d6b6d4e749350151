package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// latest is the newest delivery of an event.
func (a *app) latest(event string) ghsim.Delivery {
	a.t.Helper()
	all := a.sim.Deliveries()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Event == event {
			return all[i]
		}
	}
	a.t.Fatalf("no delivery of %s", event)
	return ghsim.Delivery{}
}

// A delivery is done once, whoever sends it again and under whatever id; one
// that nobody signed is not done at all.
func TestReplaysAndForgeriesDoNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		c := a.concludes(r, head, "failure")
		n := a.issue(r, "open").Number
		push := a.latest("push")
		a.sim.ResetRequests()

		a.sim.Redeliver(push.ID)
		for _, send := range []struct {
			event, guid, secret string
			body                string
			want                int
		}{
			{"push", "00000000-0000-4000-8000-000000000001", a.sim.WebhookSecret(), string(push.Body), http.StatusAccepted},
			{"push", push.GUID, a.sim.WebhookSecret(), string(push.Body), http.StatusAccepted},
			{"push", "00000000-0000-4000-8000-000000000002", "not the secret", string(push.Body), http.StatusUnauthorized},
			{"push", "00000000-0000-4000-8000-000000000003", "", string(push.Body), http.StatusUnauthorized},
			{"issues", "00000000-0000-4000-8000-000000000004", a.sim.WebhookSecret(), string(push.Body), http.StatusBadRequest},
			{"push", "00000000-0000-4000-8000-000000000005", a.sim.WebhookSecret(), "{", http.StatusBadRequest},
			{"sub_issues", "00000000-0000-4000-8000-000000000006", a.sim.WebhookSecret(), `{"action": "parent_issue_added"}`, http.StatusAccepted},
			{"star", "00000000-0000-4000-8000-000000000007", a.sim.WebhookSecret(), `{"action": "created"}`, http.StatusAccepted},
		} {
			if got := a.sim.SendRaw(send.event, send.guid, send.secret, []byte(send.body)); got != send.want {
				t.Errorf("%s under %s: %d, want %d", send.event, send.guid, got, send.want)
			}
		}
		if again := a.concludes(r, head, "failure"); again.Updates != c.Updates {
			t.Error("a replay was judged again")
		}
		if i := a.issue(r, "open"); i.Number != n {
			t.Errorf("issue %d became %d", n, i.Number)
		}
		if all := a.sim.Requests(); len(all) != 0 {
			t.Errorf("replays and forgeries led to %d requests, the first %s %s", len(all), all[0].Method, all[0].Path)
		}
	})
}

// Deliveries come late, twice and in any order: the end is the same.
func TestTheOrderOfDeliveriesDoesNotMatter(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Route(func(event, _ string) ghsim.Fate { return ghsim.Hold })
		a.sim.Push(r, "feature", leak(0), "Add a server")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		head := a.sim.PushToPR(pull, map[string]string{settingPath: setting}, "Keep my settings")
		merge := a.sim.ClosePR(pull, true)
		last := a.sim.Push(r, "main", map[string]string{settingPath: ghsim.Delete}, "Take them out")
		a.sim.Route(func(event, _ string) ghsim.Fate { return ghsim.Twice })
		a.sim.ReleaseShuffled(uint64(len(engine)))
		a.quiet()
		for _, sha := range []string{head, merge, last} {
			for _, c := range a.runs(r, sha) {
				if c.Status != "completed" {
					t.Errorf("left open: %+v", c)
				}
			}
		}
		a.counts(r, last, "success")
		i := a.issue(r, "open")
		a.has("the issue", i.Body, "`.mcp.json:7`")
		if failed := a.failed(); failed != "" {
			t.Errorf("given up: %s", failed)
		}
	})
}

// GitHub does not deliver again what was lost: the sweep of its log asks for it
// (lesson 14).
func TestALostDeliveryIsAskedForAgain(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		var github past
		a, r := acmeWith(t, engine, ghsim.Options{Now: github.now}, "", nil)
		a.quiet()
		a.swept() // what the start itself looks for is not what is lost below
		github.by.Store(int64(5 * time.Minute))
		a.sim.Route(func(event, _ string) ghsim.Fate {
			if event == "push" {
				return ghsim.Lose
			}
			return ghsim.Send
		})
		a.sim.Push(r, "main", leak(0), "Add a server")
		github.by.Store(0)
		a.sim.Route(nil)
		a.noIssue(r, "the push was lost")
		a.exec("DELETE FROM setting WHERE name = 'deliveries swept'") // as if the log had been read before the push
		a.restart()
		a.issues(r, 1)
		a.issue(r, "open")
	})
}

// A wrong webhook secret is not answered by asking for what was refused, again and
// again; once it is mended and a delivery arrives, what was refused comes too.
func TestRefusedDeliveriesWaitForTheRightSecret(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		var github past
		wrong := map[string]string{"CASTELLAN_WEBHOOK_SECRET": "not the secret at all"}
		a := newApp(t, engine, ghsim.Options{Now: github.now})
		a.stop()
		a.exec("DELETE FROM setting WHERE name = 'deliveries swept'")
		a.start(wrong)
		a.swept() // a start's own sweep may not meet deliveries under way that seem to be old
		a.sim.Org("acme", "alice")
		r := a.sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
		a.sim.Install("acme")
		var head string
		a.ago(&github, func() { head = a.sim.Push(r, "feature", leak(0), "Add a server") })
		a.sim.Release()
		push := a.latest("push")
		if push.Status != http.StatusUnauthorized {
			t.Fatalf("the push was not refused: %+v", push)
		}
		for _, secret := range []map[string]string{wrong, nil} { // nil: the right one, and nothing has arrived yet
			a.stop()
			a.exec("DELETE FROM setting WHERE name = 'deliveries swept'")
			a.start(secret)
			a.swept()
		}
		a.sim.Redeliver(a.latest("installation").ID)
		a.restart()
		a.until("the push to come again", func() bool { return a.latest("push").Redelivery })
		a.concludes(r, head, "failure")
		attempts := 0
		for _, d := range a.sim.Deliveries() {
			if d.GUID == push.GUID {
				attempts++
			}
		}
		if attempts != 2 {
			t.Errorf("%d attempts: it was asked for while refusals went on", attempts)
		}
	})
}

// Our own doing comes back as events, and is dropped (lesson 26); nobody is
// answered by comments on pull requests or issues (lessons 7, 28).
func TestOwnEventsAreDropped(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, settingPursued, nil)
		a.sim.Push(r, "feature", leak(0), "Add a server")
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: "feature", User: "bob"})
		a.sim.Push(r, "main", map[string]string{settingPath: setting}, "Keep my settings")
		n := a.issue(r, "open").Number
		a.sim.Comment(r, n, "bob", "What is this?")
		a.sim.Comment(r, pull.Number, "bob", "What is this?")
		a.sim.PushToPR(pull, map[string]string{"x.txt": "x\n"}, "More")
		a.quiet()
		own := 0
		for _, d := range a.sim.Deliveries() {
			if strings.Contains(string(d.Body), `"sender":{"login":"`+a.sim.AppSlug()+`[bot]"`) || strings.HasPrefix(d.Response, "our own doing") {
				own++
				if d.Status != http.StatusOK {
					t.Errorf("%s.%s of our own was answered %d, as if it were stored", d.Event, d.Action, d.Status)
				}
				if _, err := a.database().Queries().Delivery(context.Background(), d.GUID); err == nil {
					t.Errorf("%s.%s of our own is stored", d.Event, d.Action)
				}
			}
		}
		if own == 0 {
			t.Error("no event of our own came back: the test proves nothing")
		}
		if c := a.sim.PRComments(pull); len(c) != 1 {
			t.Errorf("comments on the pull request: %+v", c)
		}
		if i := a.issue(r, "open"); len(i.Comments) != 1 {
			t.Errorf("comments on the issue: %+v", i.Comments)
		}
	})
}

// Suspended, uninstalled, installed again: nothing is asked for in between, and
// what is there then is read anew.
func TestInstallationsComeAndGo(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.quiet()
		id := a.installation()
		a.sim.Suspend(id)
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Unseen")
		a.restart()
		a.quiet()
		a.sim.Unsuspend(id)
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		a.concludes(r, head, "failure")
		a.issue(r, "open")

		a.sim.RemoveFromInstallation(id, r)
		a.quiet()
		a.sim.Uninstall(id)
		a.quiet()
		a.restart()
		a.quiet()
		a.sim.Install("acme")
		head = a.sim.Push(r, "main", leak(1), "Another key")
		a.concludes(r, head, "failure")
		if failed := a.failed(); failed != "" {
			t.Errorf("given up: %s", failed)
		}
	})
}

// A permission that is taken away costs what it is needed for, says so, and
// heals (lesson 20).
func TestReducedPermissionsDegrade(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		a, r := acme(t, engine, "", nil)
		a.quiet()
		a.sim.Tolerate(ghsim.KindPermission, ghsim.KindAuth, ghsim.KindRequest)
		less := ghsim.CorePermissions()
		delete(less, "issues")
		a.sim.SetPermissions(a.installation(), less)
		a.quiet()
		head := a.sim.Push(r, "main", leak(0), "Add a server")
		a.concludes(r, head, "failure")
		a.noIssue(r, "the permission is missing")
		a.has("the case", a.caseState(r), "planned", "needs the permission issues: write")
		a.has("the audit", a.audit(), "issue.refused")
		a.sim.SetPermissions(a.installation(), ghsim.CorePermissions())
		a.quiet()
		a.sim.Push(r, "main", map[string]string{"README.md": "2\n"}, "Something else")
		a.has("the issue", a.issue(r, "open").Body, "`.mcp.json:7`")

		delete(less, "checks")
		less["issues"] = "write"
		a.sim.SetPermissions(a.installation(), less)
		a.quiet()
		a.sim.ResetRequests()
		a.sim.Push(r, "feature", leak(1), "Add a server")
		a.quiet()
		if n := len(a.sim.Requests()); n > 20 {
			t.Errorf("%d requests after a permission was taken away", n)
		}
		a.has("the log", a.log.String(), "checks")
	})
}
