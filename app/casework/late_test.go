package casework

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/owner"
)

// TestChangedRuleReopensNothing: what a newer scanner no longer reports is no
// evidence, not even when the backlog it lies in is published.
func TestChangedRuleReopensNothing(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.closeAs("mia", "not_planned", 2)
	w.plan(nil)
	backlog := head("b", 3, setting("a.json"), setting("b.json"))
	backlog.Introduced = nil
	w.plan(backlog)
	newer := head("c", 4, setting("a.json"))
	newer.Version, newer.Blobs["b.json"] = "v2", "blob of b"
	w.plan(newer)
	w.ctx.Published = true
	w.plan(nil)
	if got := statuses(&w.c); got != "present, rule changed" || w.c.State != Closed {
		t.Errorf("%s, %s", got, w.c.State)
	}
}

// TestOneRotationIsConfirmedOnce: the history holds a credential at another
// place too, and it was rotated.
func TestOneRotationIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.plan(head("b", 1))
	w.closeAs("mia", "completed", 2)
	w.plan(nil)
	w.expect(t, w.plan(head("c", 3, gone(leakedKey("old.json", "k")))), "update", Closed)
	if got := statuses(&w.c); got != "rotated, rotated" {
		t.Errorf("%s", got)
	}
	w.expect(t, w.plan(head("d", 4, gone(leakedKey("old.json", "another")))), "reopen comment update", Rotation)
}

// TestMoreThanOneCaseTracks: findings beyond those tracked are no news to the
// person who closed the issue.
func TestMoreThanOneCaseTracks(t *testing.T) {
	t.Parallel()
	all := many(600, "x")
	w := opened(t, head("a", 0, all...))
	if w.c.Untracked != 200 || !strings.Contains(w.live.Body, "200 findings more than one issue tracks") {
		t.Errorf("%d untracked", w.c.Untracked)
	}
	w.closeAs("mia", "not_planned", 1)
	w.plan(nil)
	w.plan(head("b", 2, all[1100:]...))
	if w.c.State != Closed || count(w.log, Reopen) > 0 {
		t.Errorf("%s after %v", w.c.State, w.log)
	}
}

// TestReopeningUnderWayIsNotOvertaken: what it was reopened for is gone before
// the reopening was done.
func TestReopeningUnderWayIsNotOvertaken(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.closeAs("mia", "completed", 1)
	w.plan(head("b", 2))
	w.ctx.Now = at(3)
	actions, next := Plan(w.c, head("c", 3, setting("c.json")), w.live, w.ctx)
	if actions[0].Kind != Reopen {
		t.Fatalf("%+v", actions)
	}
	w.c = next
	w.plan(head("d", 4))
	w.expect(t, "", "", Open)
	for _, a := range actions {
		w.apply(a)
	}
	w.expect(t, w.plan(nil), "close update", Closed)
	w.expect(t, w.plan(nil), "", Closed)
	if w.live.State != "closed" || w.c.Held {
		t.Errorf("%s, held %v", w.live.State, w.c.Held)
	}
}

// TestNobodyIsMentionedByAnUpdate: who came later is named, not notified.
func TestNobodyIsMentionedByAnUpdate(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.ctx.Owner.Mentions = append(w.ctx.Owner.Mentions, owner.Person{Name: "acme/later", Team: true})
	w.plan(nil)
	if !strings.Contains(w.live.Body, "- Mentioned: @acme/platform and `acme/later`") {
		t.Errorf("%s", w.live.Body)
	}
}

// TestMoreReadersThanTheRepository: an issue that a person transferred to where
// more people read is emptied, whatever it is about.
func TestMoreReadersThanTheRepository(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.live.Repository, w.live.Visibility = "acme/handbook", "internal"
	w.expect(t, w.plan(nil), "update close create assign", Open)
	if strings.Contains(w.old.Body+w.old.Title, "json") || w.live.Repository != "acme/app" {
		t.Errorf("left behind %+v; goes on %+v", w.old, w.live)
	}
}
