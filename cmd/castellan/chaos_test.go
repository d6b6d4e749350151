package main

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// chaosShare is the part of all requests, REST and git, that goes wrong.
const chaosShare = 0.3

// Lesson 4 and 13: with nearly every third request answered 500, 502, a limit, a
// reset or slowly, all ends as it does without, and nothing is written twice.
func TestChaosConverges(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		calm := newApp(t, engine, ghsim.Options{})
		want := calm.story()
		calm.stop()
		a := newApp(t, engine, ghsim.Options{})
		stop := a.sim.Chaos(7, chaosShare, 100*time.Millisecond)
		got := a.story()
		stop()
		if d := cmp.Diff(want, got); d != "" {
			t.Error("(-without +with chaos)", d)
		}
		faults := map[string]int{}
		for _, r := range a.sim.Requests() {
			faults[r.Fault]++
		}
		t.Log(len(a.sim.Requests()), "requests", faults)
		if len(faults) < 8 {
			t.Errorf("hardly anything went wrong: %v", faults)
		}
	})
}

// outcome is what is to be seen on GitHub in the end, in words that two runs
// have in common.
type outcome struct {
	Checks map[string][]string
	Issues map[string][]string
}

// story is what people do in two repositories. It waits for a check only where
// its conclusion depends on what comes next.
func (a *app) story() outcome {
	a.t.Helper()
	out := outcome{map[string][]string{}, map[string][]string{}}
	a.sim.Org("acme", "alice")
	a.sim.AddMember("acme", "bob", "member")
	var repos []*ghsim.Repo
	for _, name := range []string{"shop", "site"} {
		r := a.sim.CreateRepo("acme", name, ghsim.RepoOptions{Files: map[string]string{"README.md": name + "\n", "CODEOWNERS": "* @bob\n"}})
		a.sim.SetCollaborator(r, "bob", "write")
		repos = append(repos, r)
	}
	a.sim.Install("acme")
	shop, site := repos[0], repos[1]
	heads := map[string]string{} // what a head is called
	push := func(r *ghsim.Repo, branch, name string, files map[string]string) string {
		sha := a.sim.Push(r, branch, files, name)
		heads[sha] = r.FullName() + " " + name
		return sha
	}
	leak := push(shop, "leak", "a key", map[string]string{".mcp.json": serverConfig(madeUpKey(0))})
	first := a.sim.OpenPR(shop, ghsim.PROptions{From: "leak", User: "bob"})
	plain := push(shop, "plain", "nothing of AI", map[string]string{"a.txt": "a\n"})
	second := a.sim.OpenPR(shop, ghsim.PROptions{From: "plain", User: "bob"})
	push(site, "main", "a key at once", map[string]string{".mcp.json": serverConfig(madeUpKey(1))})
	a.settledCheck(shop, leak)
	a.settledCheck(shop, plain)
	heads[a.sim.ClosePR(first, true)] = "merge of the key"
	a.settled()
	push(shop, "main", "the key removed", map[string]string{".mcp.json": serverConfig("${TOKEN}")})
	heads[a.sim.ClosePR(second, true)] = "merge of nothing of AI"
	push(site, "more", "server", map[string]string{"docs/.mcp.json": serverConfig("${TOKEN}")})
	a.settled()
	for _, r := range repos {
		for _, c := range a.sim.Checks(r, "") {
			name := heads[c.HeadSHA]
			out.Checks[name] = append(out.Checks[name], fmt.Sprintf("%s %s %q, %d annotations", c.Status, c.Conclusion, c.Title, len(c.Annotations)))
		}
		for _, i := range a.sim.Issues(r) {
			slices.Sort(i.Labels)
			out.Issues[r.FullName()] = append(out.Issues[r.FullName()],
				fmt.Sprintf("%q %s %s to %v, labels %v, %d comments", i.Title, i.State, i.StateReason, i.Assignees, i.Labels, len(i.Comments)))
		}
	}
	return out
}

// settledCheck waits for a check run, longer than check does.
func (a *app) settledCheck(r *ghsim.Repo, sha string) {
	a.t.Helper()
	a.within(2*time.Minute, "the check run of "+sha, func() bool {
		return slices.ContainsFunc(a.sim.Checks(r, sha), func(c ghsim.Check) bool { return c.Ours && c.Status == "completed" })
	})
}

// settled waits until nothing is left to do, longer than quiet does.
func (a *app) settled() {
	a.t.Helper()
	s, err := db.Open(context.Background(), a.url)
	if err != nil {
		a.t.Fatal(err)
	}
	defer s.Close()
	calm := 0
	a.within(2*time.Minute, "everything to be done", func() bool {
		a.sim.Wait()
		d, err1 := s.Queries().CountDeliveries(context.Background())
		lanes, err2 := s.Queries().LaneDepth(context.Background())
		out, err3 := s.Queries().OutboxDepth(context.Background())
		if err1 != nil || err2 != nil || err3 != nil || d.Waiting > 0 || len(lanes)+len(out) > 0 {
			calm = 0
			return false
		}
		calm++
		return calm > 3 // what GitHub tells of our writes comes after them
	})
}

func (a *app) within(patience time.Duration, what string, ok func() bool) {
	a.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			a.t.Fatalf("waited in vain for %s", what)
		}
	}
}
