package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

// TestAboveTheCapOneIssueStandsForAll is DESIGN, "Cases".
func TestAboveTheCapOneIssueStandsForAll(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, leakedKey("mcp.json", ""))
	b := &e.of("b").c
	if want := "listed in the roll-up issue of the repository: caps.issues_per_repository is 1"; b.State != Planned || b.Reason != want || !b.Wake.IsZero() {
		t.Errorf("%s, %q, wakes %v", b.State, b.Reason, b.Wake)
	}
	if diff := cmp.Diff([]string{"b", "c"}, e.up.c.Rolls); diff != "" {
		t.Errorf("taken in (-want +got):\n%s", diff)
	}
	for _, part := range []string{"2 further integrations in `acme/app`", "stands for `b` and `c`", "`b/mcp.json:7`", "`c/mcp.json:7`", "**Revoke**"} {
		if !strings.Contains(e.up.live.Body, part) {
			t.Errorf("does not say %q:\n%s", part, e.up.live.Body)
		}
	}
	if strings.Contains(e.up.live.Body, "a/mcp.json") {
		t.Errorf("lists what has an issue of its own:\n%s", e.up.live.Body)
	}
	e.expect(t, e.run(see("one", 1, "a", "b", "c")), "", "a open, b rolled, c rolled, roll-up open")
	e.expect(t, e.run(nil), "", "a open, b rolled, c rolled, roll-up open")
}

func TestACapOfNoneIsOneIssue(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a", "b")
	o := head("one", 0, about("a", setting("x.json")), about("b", leakedKey("x.json", "k")))
	e.expect(t, e.run(o), "castellan:roll-up: create assign", "a rolled, b rolled, roll-up open")
}

// TestAMemberTakesItsHistoryAlong: what was known of it is not found anew.
func TestAMemberTakesItsHistoryAlong(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a")
	e.ctx.Repository.Archived = true
	o := head("one", 0, about("a", leakedKey("new.json", "k")), about("a", leakedKey("old.json", "l")), about("a", leakedKey("gone.json", "m")))
	delete(o.Introduced, Key(&o.Findings[1]))
	e.run(o)
	o = head("two", 1, o.Findings[:2]...)
	o.Introduced = nil
	e.run(o)
	e.expect(t, "", "", "a planned, roll-up planned")
	before := e.of("a").c.Findings
	e.ctx.Repository.Archived, e.ctx.Now = false, at(2)
	e.expect(t, e.run(nil), "castellan:roll-up: create assign", "a rolled, roll-up open")
	if diff := cmp.Diff(before, e.up.c.Findings, cmpopts.IgnoreFields(Tracked{}, "Joined")); diff != "" {
		t.Errorf("(-member +roll-up):\n%s", diff)
	}
	e.run(nil)
	if diff := cmp.Diff(before, e.of("a").c.Findings); diff != "" {
		t.Errorf("the member shows something else (-before +after):\n%s", diff)
	}
	if body := e.up.live.Body; strings.Contains(body, "old.json") || !strings.Contains(body, "1 older finding is not listed") {
		t.Errorf("tells the backlog:\n%s", body)
	}
}

func TestAMemberThatIsDoneLeaves(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.expect(t, e.run(see("two", 1, "a", "c")), "castellan:roll-up: update", "a open, b planned, c rolled, roll-up open")
	if b := &e.of("b").c; statuses(b) != "fixed" || b.Reason != "" || b.Seen != e.up.c.Seen {
		t.Errorf("%s, %q, seen at %+v", statuses(b), b.Reason, b.Seen)
	}
	if body := e.up.live.Body; !strings.Contains(body, "stands for `c`, as") || !strings.Contains(body, "- `b`: ~~`b/mcp.json:3`~~ `mcp-docker-privileged`: fixed by commit") {
		t.Errorf("%s", body)
	}
	e.expect(t, e.run(see("three", 2, "a", "c")), "", "a open, b planned, c rolled, roll-up open")
	if diff := cmp.Diff([]string{"c"}, e.up.c.Rolls); diff != "" {
		t.Errorf("holds (-want +got):\n%s", diff)
	}

	// Something new in it, and no room: it is back.
	e.expect(t, e.run(see("four", 3, "a", "b", "c")), "castellan:roll-up: update", "a open, b rolled, c rolled, roll-up open")
	e.run(see("five", 4, "a", "c"))
	// And with room it gets an issue of its own, which the roll-up no longer lists.
	e.run(see("six", 5, "c"))
	e.expect(t, e.run(see("seven", 6, "b", "c")), "b: create assign", "a closed, b open, c rolled, roll-up open")
	if n := strings.Count(e.up.live.Body, "b/mcp.json"); n != 1 {
		t.Errorf("listed in two issues:\n%s", e.up.live.Body)
	}
}

// TestItIsBackBeforeTheRollUpLooked: it left and came back in two runs on end.
func TestItIsBackBeforeTheRollUpLooked(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.run(see("two", 1, "a", "c"))
	o := see("three", 2, "a", "b", "c")
	o.Findings = append(o.Findings, about("b", setting("another.json")))
	o.Introduced[Key(&o.Findings[3])] = true
	e.of("b").ctx.OpenIssues = 1
	_, e.of("b").c = Plan(e.of("b").c, part(o, "b"), nil, e.of("b").ctx) // and then the run broke off
	e.expect(t, e.run(see("four", 3, "a", "c")), "castellan:roll-up: update", "a open, b planned, c rolled, roll-up open")
	if got := statuses(&e.of("b").c); got != "fixed, fixed" {
		t.Errorf("%s", got)
	}
	if got := statuses(&e.up.c); got != "fixed, fixed, present" {
		t.Errorf("the roll-up: %s", got)
	}
}

func TestItClosesWhenAllIsFixed(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.expect(t, e.run(see("two", 1)), "a: close update; castellan:roll-up: close update", "a closed, b planned, c planned, roll-up closed")
	if e.up.live.StateReason != "completed" || !strings.Contains(e.up.live.Body, "stands for `b` and `c`") {
		t.Errorf("%s\n%s", e.up.live.StateReason, e.up.live.Body)
	}
	for hour := range 2 {
		e.expect(t, e.run(see(fmt.Sprint(hour), 2+hour)), "", "a closed, b planned, c planned, roll-up closed")
	}
	// Newer evidence of those without room opens it again.
	e.expect(t, e.run(see("three", 5, "a", "b")), "a: reopen comment update; castellan:roll-up: reopen comment update", "a open, b rolled, c planned, roll-up open")
}

// TestRoomDoesNotSplitTheRollUp: what is listed stays where people look for it.
func TestRoomDoesNotSplitTheRollUp(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.run(see("two", 1, "b", "c"))
	e.ctx.Policy.Caps.IssuesPerRepository = 10
	e.expect(t, e.run(see("three", 2, "b", "c")), "castellan:roll-up: update", "a closed, b rolled, c rolled, roll-up open")
	o := see("four", 3, "b", "c")
	o.Findings = append(o.Findings, about("b", setting("another.json")))
	e.expect(t, e.run(o), "castellan:roll-up: update", "a closed, b rolled, c rolled, roll-up open")
}

// TestOneConfirmationIsForAllMembers: closed as completed while rotation is to
// be confirmed.
func TestOneConfirmationIsForAllMembers(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, leakedKey("mcp.json", ""))
	e.expect(t, e.run(see("two", 1, "a", "c")), "castellan:roll-up: update", "a open, b rolled, c rolled, roll-up open")
	e.expect(t, e.run(see("three", 2, "a")), "castellan:roll-up: label update", "a open, b rolled, c rolled, roll-up rotation")
	e.up.closeAs("mia", "completed", 3)
	e.expect(t, e.run(nil), "castellan:roll-up: update", "a open, b planned, c planned, roll-up closed")
	for _, id := range []string{"b", "c"} {
		if got := statuses(&e.of(id).c); got != "rotated" {
			t.Errorf("%s: %s", id, got)
		}
	}
	if k := e.up.c.Closure.Kind; k != Attested || len(e.up.says) > 0 {
		t.Errorf("%s, says %q", k, e.up.says)
	}
	e.ctx.Policy.Caps.IssuesPerRepository = 10
	e.expect(t, e.run(see("four", 4, "a")), "castellan:roll-up: update", "a open, b planned, c planned, roll-up closed")
	// The history has what was rotated at another place too: that is no news.
	// Another key is.
	o := see("five", 5, "a", "b")
	o.Findings[1].Path, o.Findings[1].Fingerprint = "b/old.json", "another place"
	o.Findings[1] = gone(o.Findings[1])
	o.Introduced[Key(&o.Findings[1])] = true
	e.expect(t, e.run(o), "", "a open, b planned, c planned, roll-up closed")
	o = see("six", 6, "a")
	o.Findings = append(o.Findings, gone(about("b", leakedKey("mcp.json", "another"))))
	o.Introduced[Key(&o.Findings[1])] = true
	e.expect(t, e.run(o), "b: create assign", "a open, b rotation, c planned, roll-up closed")
}

// TestACloseOfTheRollUpIsRespected is lesson 5: not by another issue either.
func TestACloseOfTheRollUpIsRespected(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.up.closeAs("mia", "not_planned", 1)
	e.expect(t, e.run(nil), "castellan:roll-up: comment update", "a open, b rolled, c rolled, roll-up closed")
	e.ctx.Policy.Caps.IssuesPerRepository = 10
	e.run(nil)
	e.expect(t, e.run(see("two", 2, "a", "b", "c")), "", "a open, b rolled, c rolled, roll-up closed")

	// Policy asks for less of b, and then for as much again.
	lowered := see("three", 3, "a", "b", "c")
	lowered.Findings[1].Action = policy.Note
	e.expect(t, e.run(lowered), "castellan:roll-up: update", "a open, b rolled, c rolled, roll-up closed")
	e.expect(t, e.run(see("four", 4, "a", "b", "c")), "castellan:roll-up: update", "a open, b rolled, c rolled, roll-up closed")

	o := see("five", 5, "a", "b", "c")
	o.Findings = append(o.Findings, about("b", setting("another.json")))
	o.Introduced[Key(&o.Findings[3])] = true
	e.expect(t, e.run(o), "castellan:roll-up: reopen comment update", "a open, b rolled, c rolled, roll-up open")
	if len(e.up.says) != 2 || !strings.Contains(e.up.says[1], "`b/another.json:3`") {
		t.Errorf("says %q", e.up.says)
	}
}

// TestWhoJoinsAClosedRollUpOpensIt: it was told to nobody, whatever the commit.
func TestWhoJoinsAClosedRollUpOpensIt(t *testing.T) {
	t.Parallel()
	e := newEstate(1, "a", "b", "c")
	see := func(hour int, of ...string) *Observation {
		var all []scan.Finding
		for _, id := range of {
			all = append(all, about(id, setting("mcp.json")))
		}
		return head("one", hour, all...)
	}
	e.run(see(0, "a", "b"))
	e.up.closeAs("mia", "not_planned", 1)
	e.run(nil)
	e.expect(t, e.run(see(2, "a", "b")), "", "a open, b rolled, c planned, roll-up closed")
	e.expect(t, e.run(see(3, "a", "b", "c")), "castellan:roll-up: reopen comment update", "a open, b rolled, c rolled, roll-up open")
	if says := e.up.says[1]; !strings.Contains(says, "`c/mcp.json:3`") || !strings.Contains(says, "stands for its integration now") {
		t.Errorf("says %q", says)
	}
	e.up.closeAs("mia", "not_planned", 4)
	e.run(nil)
	e.expect(t, e.run(see(5, "a", "b", "c")), "", "a open, b rolled, c rolled, roll-up closed")
}

// TestAWaiverEndsForAMemberThatLeft: the member looks out for it.
func TestAWaiverEndsForAMemberThatLeft(t *testing.T) {
	t.Parallel()
	e, see := rolledUp(t, setting("mcp.json"))
	e.ctx.Policy.Waivers = []policy.Waiver{{Rule: "mcp-docker-privileged", Until: policy.Date{Year: 2026, Month: 11, Day: 2}}}
	waived := see("one", 1, "a", "b", "c")
	waived.Waived = map[string]string{Key(&waived.Findings[1]): "waived until 2026-11-02 by @acme/security: lab"}
	e.run(waived)
	waived.Commit, waived.At = oid("two"), at(2)
	e.expect(t, e.run(waived), "", "a open, b planned, c rolled, roll-up open")
	if got := statuses(&e.up.c); got != "present, waived" {
		t.Errorf("the roll-up followed what had left: %s", got)
	}
	if b := &e.of("b").c; statuses(b) != "waived" || b.Wake.IsZero() {
		t.Errorf("%s, wakes %v", statuses(b), b.Wake)
	}
	e.expect(t, e.run(see("one", 24, "a", "b", "c")), "castellan:roll-up: update", "a open, b rolled, c rolled, roll-up open")
	if got := statuses(&e.up.c); got != "present, present" {
		t.Errorf("%s", got)
	}
}

// TestTheRollUpWakesForItsMembers: one of two findings is waived for a while.
func TestTheRollUpWakesForItsMembers(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a")
	e.ctx.Policy.Waivers = []policy.Waiver{{Rule: "mcp-docker-privileged", Until: policy.Date{Year: 2026, Month: 11, Day: 2}}}
	o := head("one", 0, about("a", setting("x.json")), about("a", leakedKey("y.json", "k")))
	o.Waived = map[string]string{Key(&o.Findings[0]): "waived until 2026-11-02 by @acme/security: lab"}
	e.expect(t, e.run(o), "castellan:roll-up: create assign", "a rolled, roll-up open")
	if a := &e.of("a").c; !a.Wake.IsZero() || e.up.c.Wake.IsZero() {
		t.Errorf("wakes %v, the roll-up %v", a.Wake, e.up.c.Wake)
	}
}

// TestNothingLeftBeforeTheRollUpWasPlanned: a run broke off, and the next one
// finds nothing.
func TestNothingLeftBeforeTheRollUpWasPlanned(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.ctx.Policy.Caps.IssuesPerRepository = 0
	w.plan(head("a", 0, setting("a.json")))
	if !w.c.Rolled {
		t.Fatalf("%+v", w.c)
	}
	w.expect(t, w.plan(head("b", 1)), "", Planned)
	if w.c.Rolled || w.c.Reason != "" {
		t.Errorf("rolled up %v, %q", w.c.Rolled, w.c.Reason)
	}
}

// TestWhatTheRollUpTakesOver is which record counts, the roll-up's or its
// member's.
func TestWhatTheRollUpTakesOver(t *testing.T) {
	t.Parallel()
	record := func(integration string, s Status, hour int) Tracked {
		return Tracked{Finding: about(integration, leakedKey("x.json", "k")), Status: s, At: at(hour)}
	}
	for name, c := range map[string]struct {
		rolls, joins []string
		has, brings  []Tracked
		untracked    int
		want         string // its statuses; told, if it is no news
	}{
		"what is new":                    {nil, []string{"a"}, nil, []Tracked{record("a", Present, 1)}, 0, "present"},
		"what may be beyond its bound":   {nil, []string{"a"}, nil, []Tracked{record("a", Present, 1)}, 1, "present, told"},
		"what became of it in between":   {nil, []string{"a"}, []Tracked{record("a", Waived, 1)}, []Tracked{record("a", Rotated, 2)}, 0, "rotated"},
		"what the member shows of it":    {[]string{"a"}, []string{"a"}, []Tracked{record("a", Leaked, 1)}, []Tracked{record("a", Present, 1)}, 0, "leaked"},
		"what it no longer tracks":       {[]string{"a"}, []string{"a"}, nil, []Tracked{record("a", Present, 1)}, 0, ""},
		"what the member saw since":      {[]string{"a"}, []string{"a"}, nil, []Tracked{record("a", Present, 3)}, 0, "present"},
		"what has left and is settled":   {[]string{"a"}, nil, []Tracked{record("a", Fixed, 1)}, nil, 0, "fixed"},
		"what has left, and is not":      {[]string{"a"}, nil, []Tracked{record("a", Present, 1)}, nil, 0, ""},
		"another member's, and its own":  {[]string{"a"}, []string{"a", "b"}, []Tracked{record("a", Rotated, 1)}, []Tracked{record("b", Present, 2)}, 0, "present, rotated"},
		"another member's, at one place": {[]string{"a"}, []string{"a", "b"}, []Tracked{record("a", Present, 1)}, []Tracked{of(record("a", Present, 2), "b")}, 0, "present"},
	} {
		up := Case{ID: "up", Integration: RollUp, Kind: KindRollUp, Repository: "acme/app", Rolls: c.rolls, Findings: c.has, Seen: Sight{At: at(2)}, Untracked: c.untracked}
		ctx := context()
		for _, id := range c.joins {
			m := Case{Integration: id, Rolled: true}
			for _, f := range c.brings {
				if f.Finding.Integration == id {
					m.Findings = append(m.Findings, f)
				}
			}
			ctx.Members = append(ctx.Members, m)
		}
		_, got := Plan(up, nil, nil, ctx)
		says := statuses(&got)
		if slices.ContainsFunc(got.Findings, func(f Tracked) bool { return f.Told }) {
			says += ", told"
		}
		if says != c.want {
			t.Errorf("%s: %q, want %q", name, says, c.want)
		}
		if diff := cmp.Diff(c.joins, got.Rolls); diff != "" {
			t.Errorf("%s: holds (-want +got):\n%s", name, diff)
		}
	}
}

// of is a record that another integration has of the same place.
func of(t Tracked, integration string) Tracked {
	t.Finding.Integration = integration
	return t
}

// TestTheOwnersCapHoldsForTheRollUp: it waits for all its members.
func TestTheOwnersCapHoldsForTheRollUp(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a", "b")
	e.ctx.OpenedBy = map[string]int{"mia": 5}
	o := head("one", 0, about("a", setting("x.json")), about("b", setting("x.json")))
	e.expect(t, e.run(o), "", "a rolled, b rolled, roll-up planned")
	if !e.up.c.Wake.Equal(at(1)) || !e.of("a").c.Wake.IsZero() || !strings.HasPrefix(e.up.c.Reason, "waits: the owner got enough issues today") {
		t.Errorf("wakes %v, a member %v, %q", e.up.c.Wake, e.of("a").c.Wake, e.up.c.Reason)
	}
	e.ctx.OpenedBy, e.ctx.Now = nil, at(1)
	e.expect(t, e.run(nil), "castellan:roll-up: create assign", "a rolled, b rolled, roll-up open")
}

// TestAPublicRollUpTellsNoCredential is DESIGN, "Public repositories".
func TestAPublicRollUpTellsNoCredential(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a", "b")
	e.ctx.Repository.Visibility = public
	e.expect(t, e.run(head("one", 0, about("a", setting("x.json")))), "castellan:roll-up: create assign", "a rolled, b planned, roll-up open")
	o := head("two", 1, about("a", setting("x.json")), about("b", leakedKey("x.json", "k")))
	e.expect(t, e.run(o), "castellan:roll-up: update close create assign", "a rolled, b rolled, roll-up open")
	if old := e.up.old; old.Repository != "acme/app" || strings.Contains(old.Title+old.Body, "json") {
		t.Errorf("left behind: %+v", old)
	}
	if l := e.up.live; l.Repository != "acme/ai-governance" || !strings.Contains(l.Body, "b/x.json") || l.Title != "Leaked credentials in further AI integrations of `acme/app`" {
		t.Errorf("goes on: %+v", l)
	}
}

// TestAKeyGoesOverToAnotherMember: the server of the place is another one now.
func TestAKeyGoesOverToAnotherMember(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a", "b")
	key := leakedKey("mcp.json", "k")
	key.Integration = "a"
	e.run(head("one", 0, key))
	e.run(head("two", 1, key))
	e.up.closeAs("mia", "not_planned", 2)
	e.run(nil)
	key.Integration = "b"
	e.run(head("three", 3, key))
	e.expect(t, e.run(head("four", 4, key)), "", "a planned, b rolled, roll-up closed")
	if a, b := &e.of("a").c, &e.of("b").c; len(a.Findings) != 0 || statuses(b) != "present" || !b.Findings[0].Told {
		t.Errorf("%s; %s", statuses(a), statuses(b))
	}
}

// TestMoreThanTheRollUpTracks: members' findings beyond those tracked are no news.
func TestMoreThanTheRollUpTracks(t *testing.T) {
	t.Parallel()
	e := newEstate(0, "a", "b")
	var all []scan.Finding
	for i, f := range many(600, "x") {
		all = append(all, about([]string{"a", "b"}[i%2], f))
	}
	e.run(head("one", 0, all...))
	if e.up.c.Untracked != 200 || len(e.up.c.Findings) != mostTracked {
		t.Fatalf("%d and %d untracked", len(e.up.c.Findings), e.up.c.Untracked)
	}
	e.up.closeAs("mia", "not_planned", 1)
	e.run(nil)
	e.run(head("two", 2, all[800:]...))
	e.expect(t, e.run(head("three", 3, all[800:]...)), "", "a rolled, b rolled, roll-up closed")
}
