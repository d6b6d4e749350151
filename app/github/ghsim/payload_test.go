package ghsim

import (
	"bytes"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// webhooks is the part of GitHub's webhooks description with the events
// simulated (@octokit/openapi-webhooks, MIT, licence beside it).
func webhooks(t *testing.T) (object, *jsonschema.Compiler) {
	t.Helper()
	raw, err := os.ReadFile("testdata/webhooks.json")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	doc := modernise(parsed).(object)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("https://ghsim.invalid/webhooks.json", doc); err != nil {
		t.Fatal(err)
	}
	return doc["webhooks"].(object), c
}

// Every webhook made fits GitHub's description of it, and every one described
// here is made.
func TestPayloadsAreAsDescribed(t *testing.T) {
	t.Parallel()
	s := New(t, Options{WebhookURL: "http://127.0.0.1:1/"})
	driveEverything(s)
	described, compiler := webhooks(t)
	made := map[string]bool{}
	for _, d := range s.Deliveries() {
		name := d.Event
		if d.Action != "" {
			name += "." + d.Action
		}
		if d.Event != "ping" && d.Event != "installation" && !bytes.Contains(d.Body, []byte(`"installation":{`)) {
			t.Errorf("%s names no installation", name)
		}
		if made[name] {
			continue
		}
		made[name] = true
		if described[name] == nil {
			t.Errorf("%s is not described", name)
			continue
		}
		schema, err := compiler.Compile("https://ghsim.invalid/webhooks.json#/webhooks/" + name)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.Body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %s", name, clip(err.Error(), 2500))
		}
	}
	for name := range described {
		if !made[name] {
			t.Errorf("%s was never made", name)
		}
	}
}

func driveEverything(s *Sim) {
	s.Org("acme", "alice")
	r := s.CreateRepo("acme", "shop", RepoOptions{Files: map[string]string{"README.md": "x\n"}})
	id := s.Install("acme")
	s.CreateRepo("acme", "other", RepoOptions{Files: map[string]string{"a": "b"}})
	s.AddMember("acme", "bob", "member")
	s.AddTeam("acme", "security", "bob")
	s.RemoveFromTeam("acme", "security", "bob")
	s.RemoveMember("acme", "bob")
	for _, level := range []string{"read", "write", ""} {
		s.SetCollaborator(r, "carol", level)
	}
	head := s.Push(r, "f", map[string]string{"x": "1"}, "x")
	p := s.OpenPR(r, PROptions{From: "f", Draft: true, Body: "b"})
	s.ReadyForReview(p)
	s.Push(r, "release", map[string]string{"y": "1"}, "y")
	s.Rebase(p, "release")
	s.EditPR(p, "New title", "new")
	s.PushToPR(p, map[string]string{"x": "2"}, "more")
	s.ClosePR(p, false)
	s.ReopenPR(p)
	s.MergeGroup(p)
	s.ClosePR(p, true)
	s.ForkPR(r, "eve", "fix", map[string]string{"z": "1"})
	s.Tag(r, "v1", head)
	driveChecks(s, r, head)
	n := s.OpenIssue(r, "bob", "t", "b")
	s.EditIssue(r, n, "bob", "t2", "b2")
	s.AssignIssue(r, n, "alice", "bob")
	s.UnassignIssue(r, n, "alice", "bob")
	s.LabelIssue(r, n, "alice", "bug")
	s.CloseIssue(r, n, "alice", "not_planned")
	s.ReopenIssue(r, n, "bob")
	m := s.Comment(r, n, "bob", "c")
	s.EditComment(r, m, "bob", "d")
	s.DeleteComment(r, m, "bob")
	s.TransferIssue(r, n, s.Repo("acme", "other"), "alice")
	s.DeleteIssue(r, s.OpenIssue(r, "bob", "t", "b"), "alice")
	driveLife(s, r, id)
}

// driveChecks makes a check run as the App would and presses its buttons.
func driveChecks(s *Sim, r *Repo, head string) {
	s.change(func(ev *events) {
		k := &checkRun{id: s.nextID(), name: "Castellan", app: s.app.id, headSHA: head, status: "in_progress", started: s.now(), suite: s.suite(r, head)}
		r.checks = append(r.checks, k)
		s.checkEvent(ev, r, k, "created", s.app.bot, nil)
		k.actions = []action{{"Rotated", "It was rotated", "rotated"}}
		k.set(&checkInput{Conclusion: new("failure")}, s.now())
		s.checkEvent(ev, r, k, "completed", s.app.bot, nil)
	})
	id := s.Checks(r, head)[0].ID
	s.Rerequest(r, id, "alice")
	s.RequestAction(r, id, "rotated", "alice")
	s.RerequestSuite(r, head, "alice")
}

func driveLife(s *Sim, r *Repo, id int64) {
	s.Ping()
	s.Rename(r, "store")
	s.Archive(r)
	s.Unarchive(r)
	s.Publicize(r)
	s.Privatize(r)
	s.SetDefaultBranch(r, "release")
	s.RenameAccount("acme", "initech")
	selected := s.Install("globex", s.CreateRepo("globex", "one", RepoOptions{}))
	s.AddToInstallation(selected, s.CreateRepo("globex", "two", RepoOptions{}))
	s.RemoveFromInstallation(selected, s.Repo("globex", "one"))
	moved := s.CreateRepo("elsewhere", "moved", RepoOptions{})
	s.Transfer(moved, "initech")
	s.DeleteRepo(moved)
	s.SetPermissions(id, CorePermissions())
	s.Suspend(id)
	s.Unsuspend(id)
	s.Uninstall(id)
}
