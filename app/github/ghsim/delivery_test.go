package ghsim_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

func TestRedelivery(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, _ := world(t, ghsim.Options{WebhookURL: hook.URL})
	hook.setAnswer(http.StatusServiceUnavailable)
	hook.take()
	s.Push(r, "main", map[string]string{"x": "1"}, "x")
	hook.setAnswer(http.StatusAccepted)
	first := hook.take()[0]
	a := app(t, s)
	failed := a.call(http.StatusOK, "GET", "/app/hook/deliveries?status=failure&per_page=1", nil)
	list := failed.list(t)
	if len(list) != 1 || list[0]["status_code"] != 503.0 || nextPage(failed.header.Get("Link")) == "" {
		t.Fatalf("failed deliveries: %s, Link %q", failed.raw, failed.header.Get("Link"))
	}
	older := a.call(http.StatusOK, "GET", nextPage(failed.header.Get("Link")), nil).list(t)
	if len(older) != 1 || older[0]["event"] != "push" || older[0]["guid"] != first.guid {
		t.Fatalf("second page: %v", older)
	}
	id := int64(older[0]["id"].(float64))
	a.call(http.StatusOK, "GET", fmt.Sprintf("/app/hook/deliveries/%d", id), nil)
	a.call(http.StatusAccepted, "POST", fmt.Sprintf("/app/hook/deliveries/%d/attempts", id), nil)
	s.Wait()
	again := hook.take()
	if len(again) != 1 || again[0].guid != first.guid || string(again[0].body) != string(first.body) {
		t.Errorf("redelivered: %v", names(again))
	}
	if d := s.Redeliver(id); !d.Redelivery || !d.Delivered() || d.GUID != first.guid {
		t.Errorf("%+v", d)
	}
}

func TestFatesOfDeliveries(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, _ := world(t, ghsim.Options{WebhookURL: hook.URL})
	hook.take()
	s.Route(func(event, action string) ghsim.Fate {
		switch event {
		case "push":
			return ghsim.Hold
		case "check_suite":
			return ghsim.Vanish
		case "issues":
			return ghsim.Twice
		case "issue_comment":
			return ghsim.Lose
		case "member":
			return ghsim.Aside
		}
		return ghsim.Send
	})
	s.Push(r, "a", map[string]string{"x": "1"}, "first")
	s.Push(r, "b", map[string]string{"x": "1"}, "second")
	n := s.OpenIssue(r, "bob", "t", "b")
	s.Comment(r, n, "bob", "c")
	got := hook.take()
	if d := cmp.Diff([]string{"issues.opened", "issues.opened"}, names(got)); d != "" {
		t.Fatal(d)
	}
	if got[0].guid != got[1].guid {
		t.Error("a duplicate has a GUID of its own")
	}
	s.SetCollaborator(r, "carol", "read")
	s.Wait()
	if d := cmp.Diff([]string{"member.added"}, names(hook.take())); d != "" {
		t.Error(d)
	}
	s.ReleaseReversed()
	held := hook.take()
	if len(held) != 2 || held[0].payload["ref"] != "refs/heads/b" || held[1].payload["ref"] != "refs/heads/a" {
		t.Errorf("released: %v", names(held))
	}
	lost := 0
	for _, d := range s.Deliveries() {
		if d.Event == "issue_comment" && !d.Delivered() {
			lost++
		}
		if d.Event == "check_suite" {
			t.Error("a vanished delivery is in the log")
		}
	}
	if lost != 1 {
		t.Errorf("%d lost deliveries in the log", lost)
	}
	if got := s.SendRaw("push", "guid", "wrong secret", []byte("{}")); got != http.StatusAccepted {
		t.Errorf("raw delivery answered %d", got)
	}
	if raw := hook.take(); len(raw) != 1 || validSignature(raw[0], s.WebhookSecret()) {
		t.Error("the forged delivery did not come, or came with a good signature")
	}
}

func TestEventsFollowSubscriptionAndPermission(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, _ := world(t, ghsim.Options{
		WebhookURL: hook.URL, Events: []string{"push", "issues"},
		Permissions: map[string]string{"metadata": "read", "contents": "read", "issues": "read", "pull_requests": "read"},
	})
	hook.take()
	elsewhere := s.CreateRepo("globex", "x", ghsim.RepoOptions{})
	s.Push(elsewhere, "main", map[string]string{"x": "1"}, "x") // not installed there
	s.Push(r, "f", map[string]string{"x": "1"}, "x")
	s.OpenPR(r, ghsim.PROptions{From: "f"}) // not subscribed
	s.OpenIssue(r, "bob", "t", "")
	if d := cmp.Diff([]string{"push", "issues.opened"}, names(hook.take())); d != "" {
		t.Error(d)
	}
	id := installationOf(t, s)
	s.Suspend(id)
	s.OpenIssue(r, "bob", "t", "")
	s.Unsuspend(id)
	s.Uninstall(id)
	s.OpenIssue(r, "bob", "t", "")
	s.Ping()
	want := []string{"installation.suspend", "installation.unsuspend", "installation.deleted", "ping"}
	if d := cmp.Diff(want, names(hook.take())); d != "" {
		t.Error(d)
	}
}
