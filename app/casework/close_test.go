package casework

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

// opened is a world with an open issue about findings at commit a.
func opened(t *testing.T, o *Observation) *world {
	t.Helper()
	w := newWorld()
	w.ctx.Now = at(0)
	if got := w.plan(o); got != "create assign" {
		t.Fatalf("open: %q", got)
	}
	return w
}

func (w *world) expect(t *testing.T, what, want string, state State) {
	t.Helper()
	if what != want || w.c.State != state {
		t.Errorf("%q, %s; want %q, %s (%s; %+v)", what, w.c.State, want, state, statuses(&w.c), w.c.Closure)
	}
}

func TestSettingClosesByItself(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.expect(t, w.plan(head("b", 1)), "close update", Closed)
	w.expect(t, w.plan(head("b", 1)), "", Closed)
	if w.live.StateReason != "completed" || len(w.says) > 0 || !strings.Contains(w.live.Body, "State: closed: resolved") {
		t.Errorf("%+v %v", w.live, w.says)
	}
	if w.c.Closure.Kind != Resolved || !w.c.Closure.Confirmed {
		t.Errorf("%+v", w.c.Closure)
	}
}

func TestCredentialWaitsForRotation(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.expect(t, w.plan(head("b", 1)), "label update", Rotation)
	if w.live.State != "open" || !strings.Contains(w.live.Body, "**removed, rotation to confirm**") {
		t.Errorf("%s:\n%s", w.live.State, w.live.Body)
	}
	w.expect(t, w.plan(head("c", 2)), "", Rotation)
	w.closeAs("mia", "completed", 3)
	w.expect(t, w.plan(nil), "update", Closed)
	c := w.c.Closure
	if c.Kind != Attested || c.By != "mia" || !c.At.Equal(at(3)) || statuses(&w.c) != "rotated" {
		t.Errorf("%+v, %s", c, statuses(&w.c))
	}
	if !strings.Contains(w.live.Body, "rotation confirmed by `mia` on 2026-11-02") {
		t.Errorf("not said:\n%s", w.live.Body)
	}
	w.expect(t, w.plan(head("d", 4)), "", Closed)
}

func TestOnlyWhatIsGoneEverywhereIsRemoved(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.expect(t, w.plan(head("b", 1, leakedKey("moved.json", "k"))), "update", Open)
	w.expect(t, w.plan(head("c", 2)), "label update", Rotation)
	if n := strings.Count(w.live.Body, "**Revoke**"); n != 1 {
		t.Errorf("one credential is %d rotations:\n%s", n, w.live.Body)
	}
	w.expect(t, w.plan(head("d", 3, leakedKey("a.json", "k"))), "update", Open)
}

// TestIncompleteScanClosesNothing is lesson 24, with what else closes nothing.
func TestIncompleteScanClosesNothing(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]*Observation{
		"incomplete":      incomplete(head("b", 1)),
		"the same commit": head("a", 1),
		"older":           head("z", -1),
		"another branch":  func() *Observation { o := head("b", 1); o.Ref = "trunk"; return o }(),
		"a pull request":  elsewhere(PullRequest, func(o *Observation) { o.Unmerged = true }),
		"a branch":        elsewhere(Branch, nil),
		"another version": func() *Observation {
			o := head("b", 1)
			o.Version, o.Blobs["a.json"] = "v2", "blob of a"
			return o
		}(),
	} {
		w := opened(t, head("a", 0, setting("a.json")))
		w.plan(o)
		if w.c.State != Open || w.live.State != "open" {
			t.Errorf("%s: %s, %s", name, w.c.State, statuses(&w.c))
		}
	}
}

func TestAnotherDefaultBranchClosesAtItsSecondCommit(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	for i, commit := range []string{"b", "c"} {
		o := head(commit, i+1)
		o.Ref = "trunk"
		w.plan(o)
	}
	w.expect(t, "", "", Closed)
}

// TestNewVersionNeverCloses is DESIGN, "A new scanner version".
func TestNewVersionNeverCloses(t *testing.T) {
	t.Parallel()
	second := func(commit, blob string, hour int) *Observation {
		o := head(commit, hour)
		o.Version = "v2"
		if blob != "" {
			o.Blobs["a.json"] = blob
		}
		return o
	}
	w := opened(t, head("a", 0, setting("a.json")))
	w.expect(t, w.plan(second("a", "blob of a", 1)), "update", Open)
	if statuses(&w.c) != "rule changed" || !strings.Contains(w.live.Body, "The rule has changed") {
		t.Errorf("%s:\n%s", statuses(&w.c), w.live.Body)
	}
	w.expect(t, w.plan(second("b", "blob of a", 2)), "", Open)
	w.expect(t, w.plan(second("c", "another", 3)), "close update", Closed)

	w = opened(t, head("a", 0, setting("a.json")))
	w.expect(t, w.plan(second("b", "", 1)), "close update", Closed) // the file is gone

	w = opened(t, head("a", 0, setting("a.json")))
	w.plan(second("b", "blob of a", 1))
	w.closeAs("mia", "completed", 2)
	w.expect(t, w.plan(nil), "verify update", Closed)
	w.expect(t, w.plan(second("b", "blob of a", 3)), "", Closed)
	if w.c.Closure.Kind != Completed || len(w.says) > 0 {
		t.Errorf("%+v %v", w.c.Closure, w.says)
	}
}

// What a look-up was not answered about has not ended.
func TestPendingIsNotFixed(t *testing.T) {
	t.Parallel()
	f := setting("a.json")
	pending := func(commit string, hour int) *Observation {
		o := head(commit, hour)
		o.Pending = map[string]bool{Key(&f): true}
		return o
	}
	w := opened(t, head("a", 0, f))
	w.expect(t, w.plan(pending("b", 1)), "", Open)
	w.expect(t, w.plan(pending("c", 2)), "", Open)
	if statuses(&w.c) != "present" {
		t.Errorf("%s", statuses(&w.c))
	}
	w.expect(t, w.plan(head("d", 3)), "close update", Closed)
}

// TestHumanCloseIsNotReopened is lesson 5: completed is verified once and
// answered once, and old evidence never reopens.
func TestHumanCloseIsNotReopened(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.closeAs("mia", "completed", 1)
	w.expect(t, w.plan(nil), "verify update", Closed)
	w.expect(t, w.plan(head("a", 2, setting("a.json"))), "comment", Closed)
	if !strings.Contains(w.says[0], "still there (`a.json:3`)") {
		t.Errorf("says %q", w.says)
	}
	for hour := range 5 {
		w.plan(head("more "+string(rune('a'+hour)), 3+hour, setting("a.json")))
	}
	if w.live.State != "closed" || len(w.says) != 1 || count(w.log, Reopen) > 0 {
		t.Errorf("%s after %v", w.live.State, w.log)
	}
}

func TestNotPlannedIsRespected(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"mia", "stale[bot]"} {
		w := opened(t, head("a", 0, leakedKey("a.json", "k")))
		w.closeAs(who, "not_planned", 1)
		w.expect(t, w.plan(nil), "comment update", Closed)
		w.expect(t, w.plan(head("b", 2, leakedKey("a.json", "k"))), "", Closed)
		w.expect(t, w.plan(head("c", 3)), "update", Closed)
		if w.c.Closure.Kind != Declined || len(w.says) != 1 || !strings.Contains(w.says[0], "waiver with a reason and an end") {
			t.Errorf("%+v %q", w.c.Closure, w.says)
		}
	}
}

func TestClosingAgainIsNotAnsweredAgain(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	for hour := range 3 {
		w.closeAs("mia", "not_planned", 1+2*hour)
		w.plan(nil)
		w.reopenAs(2 + 2*hour)
		w.plan(nil)
	}
	if len(w.says) != 1 {
		t.Errorf("says %q", w.says)
	}
}

func TestDuplicateIsRespectedSilently(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.closeAs("mia", "duplicate", 1)
	w.expect(t, w.plan(head("b", 2, setting("a.json"))), "update", Closed)
}

// TestBotCannotConfirmRotation: only a person can.
func TestBotCannotConfirmRotation(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.plan(head("b", 1))
	w.closeAs("stale[bot]", "completed", 2)
	w.expect(t, w.plan(nil), "comment update", Closed)
	if w.c.Closure.Kind != Declined || statuses(&w.c) != "leaked" {
		t.Errorf("%+v %s", w.c.Closure, statuses(&w.c))
	}
}

// TestClosedBeforeRotationWasAsked: a merge that says "fixes" removes the key and
// closes the issue, and confirms nothing yet.
func TestClosedBeforeRotationWasAsked(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.closeAs("mia", "completed", 1)
	w.expect(t, w.plan(head("b", 2)), "comment update", Closed)
	if w.c.Closure.Kind != Unconfirmed || !strings.Contains(w.says[0], "was it revoked?") {
		t.Errorf("%+v %q", w.c.Closure, w.says)
	}
	w.reopenAs(3)
	w.expect(t, w.plan(nil), "label update", Rotation)
	w.closeAs("mia", "completed", 4)
	w.expect(t, w.plan(nil), "update", Closed)
	if w.c.Closure.Kind != Attested || len(w.says) != 1 {
		t.Errorf("%+v %q", w.c.Closure, w.says)
	}
}

// TestReopenedAndClosedBetweenLooks: two events, one job.
func TestReopenedAndClosedBetweenLooks(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.closeAs("mia", "completed", 1)
	w.plan(head("b", 2))
	w.closeAs("noa", "completed", 4)
	w.expect(t, w.plan(nil), "update", Closed)
	if w.c.Closure.Kind != Attested || w.c.Closure.By != "noa" {
		t.Errorf("%+v", w.c.Closure)
	}
}

// TestReopenOnlyOnNewerEvidence is lesson 6.
func TestReopenOnlyOnNewerEvidence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		obs  *Observation
		want string
	}{
		"the same finding, a newer commit":     {head("b", 3, setting("a.json")), ""},
		"a new finding, the same commit":       {head("a", 3, setting("a.json"), setting("b.json")), ""},
		"a new finding, seen before the close": {head("b", 1, setting("a.json"), setting("b.json")), ""},
		"a new finding, a newer commit":        {head("b", 3, setting("a.json"), setting("b.json")), "reopen comment"},
		"a credential of a pull request":       {elsewhere(PullRequest, func(o *Observation) { o.Unmerged, o.At = true, at(3) }, leakedKey("b.json", "k")), "reopen comment"},
	} {
		w := opened(t, head("a", 0, setting("a.json")))
		w.closeAs("mia", "not_planned", 2)
		w.plan(nil)
		got := strings.TrimSuffix(strings.TrimSuffix(w.plan(c.obs), "update"), " ")
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if again := w.plan(c.obs); again != "" {
			t.Errorf("%s: planned again %q", name, again)
		}
		if c.want == "" {
			continue
		}
		if says := w.says[len(w.says)-1]; !strings.Contains(says, "closed on 2026-11-02") || !strings.Contains(says, "`"+oid("b")[:10]+"`") || !strings.Contains(says, "b.json") {
			t.Errorf("%s: says %q", name, says)
		}
	}
}

// TestSeenBeforeTheCloseAndStillThere: what a person never saw in the issue is
// not covered by the close.
func TestSeenBeforeTheCloseAndStillThere(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.closeAs("mia", "not_planned", 2)
	w.plan(nil)
	w.plan(head("b", 1, setting("a.json"), setting("b.json")))
	w.expect(t, w.plan(head("c", 3, setting("a.json"), setting("b.json"))), "reopen comment update", Open)
}

func TestGoneAndBackIsNewerEvidence(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.plan(head("b", 1))
	w.expect(t, w.plan(head("b", 1)), "", Closed)
	w.expect(t, w.plan(head("c", 2, setting("a.json"))), "reopen comment update", Open)
	w.expect(t, w.plan(head("d", 3)), "close update", Closed)
	if count(w.log, Close) != 2 {
		t.Errorf("closed %d times", count(w.log, Close))
	}
}

// TestLateCloseOfOursIsUndone: the close was planned, then not wanted, then done.
func TestLateCloseOfOursIsUndone(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	live := *w.live
	actions, next := Plan(w.c, head("b", 1), w.live, w.ctx)
	_, next = Plan(next, head("c", 2, setting("a.json")), &live, w.ctx)
	if next.State != Open {
		t.Fatalf("%s", next.State)
	}
	w.c = next
	w.ctx.Now = at(3)
	for _, a := range actions {
		w.apply(a)
	}
	w.expect(t, w.plan(nil), "reopen comment update", Open)
	w.expect(t, w.plan(nil), "", Open)
	if w.live.State != "open" {
		t.Error("left closed")
	}
}

func TestPersonReopens(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.plan(head("b", 1))
	w.plan(nil)
	w.reopenAs(2)
	w.expect(t, w.plan(head("c", 3)), "update", Open)
	w.expect(t, w.plan(head("d", 4)), "", Open)
	if !w.c.Held {
		t.Error("not held")
	}
	w.plan(head("e", 5, setting("a.json")))
	w.expect(t, w.plan(head("f", 6)), "close update", Closed)
}

func TestWaivedAndLowered(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json"), leakedKey("b.json", "k")))
	w.expect(t, w.plan(waive(head("a", 1, setting("a.json"), leakedKey("b.json", "k")))), "close update", Closed)
	if w.c.Closure.Kind != Accepted || w.live.StateReason != "not_planned" || !strings.Contains(w.live.Body, "waived until 2027-01-31") {
		t.Errorf("%+v %s\n%s", w.c.Closure, w.live.StateReason, w.live.Body)
	}
	w.plan(nil)
	// The waiver ends: no newer commit is needed.
	w.expect(t, w.plan(head("a", 2, setting("a.json"), leakedKey("b.json", "k"))), "reopen comment update", Open)
	w.expect(t, w.plan(head("a", 3, noted(setting("a.json")), leakedKey("b.json", "k"))), "update", Open)
	if diff := cmp.Diff("lowered, present", statuses(&w.c)); diff != "" {
		t.Error(diff)
	}
}

// A waiver that was there before the finding ends: no event tells of that, and
// what a push brought is no backlog by then.
func TestWaiverFromTheFirstEnds(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.ctx.Policy.Waivers = []policy.Waiver{
		{Rule: "mcp-docker-privileged", Until: policy.Date{Year: 2026, Month: time.November, Day: 1}},
		{Rule: "mcp-docker-privileged", Until: policy.Date{Year: 2026, Month: time.November, Day: 3}},
		{Rule: "mcp-docker-privileged", Until: policy.Date{Year: 2027, Month: time.January, Day: 31}},
		{Rule: "mcp-secret-in-env", Until: policy.Date{Year: 2026, Month: time.November, Day: 2}},
	}
	w.expect(t, w.plan(waive(head("a", 0, setting("a.json")))), "", Planned)
	if want := time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC); !w.c.Wake.Equal(want) {
		t.Errorf("wakes at %s, want %s", w.c.Wake, want)
	}
	later := head("a", 48, setting("a.json"))
	later.Introduced = nil
	w.expect(t, w.plan(later), "create assign", Open)
	if !w.c.Wake.IsZero() {
		t.Errorf("wakes at %s", w.c.Wake)
	}
}

func TestNextKeyAtTheSamePlaceIsAnother(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, leakedKey("a.json", "one")))
	w.plan(head("b", 1))
	w.closeAs("mia", "completed", 2)
	w.plan(nil)
	w.expect(t, w.plan(head("c", 3, leakedKey("a.json", "two"))), "reopen comment update", Open)
	w.expect(t, w.plan(head("d", 4)), "label update", Rotation)
	if diff := cmp.Diff("leaked, rotated", statuses(&w.c)); diff != "" {
		t.Error(diff)
	}
}

// TestNewHashKeyIsNoNews: the key of the hashes was lost and made anew.
func TestNewHashKeyIsNoNews(t *testing.T) {
	t.Parallel()
	rehashed := func(path string) scan.Finding {
		f := leakedKey(path, "k")
		id := *f.Credential
		id.Hash = "k11111111:" + sum("the same under another key")
		f.Credential = &id
		return f
	}
	w := opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.expect(t, w.plan(head("b", 1, rehashed("a.json"))), "", Open)
	if got := statuses(&w.c); got != "present" {
		t.Errorf("%s", got)
	}
	w = opened(t, head("a", 0, leakedKey("a.json", "k")))
	w.closeAs("mia", "not_planned", 1)
	w.plan(nil)
	w.expect(t, w.plan(head("b", 2, rehashed("a.json"))), "", Closed)
}

func TestEventsOutOfOrder(t *testing.T) {
	t.Parallel()
	w := opened(t, head("a", 0, setting("a.json")))
	w.plan(head("c", 2))
	w.expect(t, w.plan(head("b", 1, setting("a.json"))), "", Closed)
}
