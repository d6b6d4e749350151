package casework

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/scan"
)

// stored is a case as it comes back from a store that keeps it as JSON.
func stored(t *rapid.T, c Case) Case {
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "canary") {
		t.Fatalf("stored: %s", data)
	}
	var back Case
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// anyObservation draws a scan of the hour.
func anyObservation(t *rapid.T, hour int) *Observation {
	return anyScan(t, hour, anyFindings(t), "a.json", "b.json")
}

// anyFindings draws what one integration has.
func anyFindings(t *rapid.T) []scan.Finding {
	var all []scan.Finding
	for _, path := range []string{"a.json", "b.json"} {
		switch rapid.IntRange(0, 5).Draw(t, "what in "+path) {
		case 0:
			all = append(all, setting(path))
		case 1:
			all = append(all, leakedKey(path, rapid.SampledFrom([]string{"k", "l"}).Draw(t, "key")))
		case 2:
			all = append(all, gone(leakedKey(path, "k")))
		case 3:
			all = append(all, noted(setting(path)))
		}
	}
	return all
}

// anyScan draws how a scan of the hour saw findings, in some of these files.
func anyScan(t *rapid.T, hour int, all []scan.Finding, paths ...string) *Observation {
	o := head(fmt.Sprint("c", rapid.IntRange(0, 9).Draw(t, "commit")), hour, all...)
	o.Complete = rapid.IntRange(0, 4).Draw(t, "complete") > 0
	o.Version = rapid.SampledFrom([]string{"v1", "v1", "v1", "v2"}).Draw(t, "version")
	if rapid.IntRange(0, 4).Draw(t, "blobs") == 0 {
		o.Blobs = map[string]string{}
		for _, path := range paths {
			o.Blobs[path] = "same"
		}
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return waive(o)
	case 1:
		o.Introduced = nil
	case 2:
		o.Scope, o.Unmerged = PullRequest, true
	case 3:
		o.Scope, o.Pushed = Branch, at(hour-30)
	}
	return o
}

// TestAppliedPlansAreIdempotent drives one case through whatever can happen and
// checks after each step what must always hold.
func TestAppliedPlansAreIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		w.ctx.Repository.Visibility = rapid.SampledFrom([]string{private, "internal", public}).Draw(t, "visibility")
		byPerson, known := time.Time{}, map[string]bool{}
		for hour := 1; hour <= 14; hour++ {
			var o *Observation
			switch step := rapid.IntRange(0, 15).Draw(t, "step"); {
			case step < 6:
				o = anyObservation(t, hour)
			case step < 9 && w.live != nil && w.live.State == "open":
				w.closeAs(rapid.SampledFrom([]string{"mia", "mia", "stale[bot]"}).Draw(t, "who"), rapid.SampledFrom([]string{"completed", "not_planned", "duplicate"}).Draw(t, "reason"), hour)
				byPerson, known = at(hour), w.known()
			case step == 9 && w.live != nil && w.live.State == "closed":
				w.reopenAs(hour)
				byPerson = time.Time{}
			case step == 10:
				w.ctx.Published = true
			case step == 11:
				w.ctx.Owner.Assignees = []owner.Person{{Name: fmt.Sprint("p", hour)}}
			case step == 12 && w.live != nil:
				w.live.Body = "A person's words.\n" + w.live.Body
			case step == 13 && w.live != nil:
				w.live = &Live{Gone: true}
			case step == 14:
				w.ctx.Repository.Visibility = rapid.SampledFrom([]string{private, public}).Draw(t, "visibility now")
				if w.live != nil {
					w.live.Visibility = w.visibility(w.live.Repository)
				}
			case step == 15:
				w.ctx.Repository.HasIssues = !w.ctx.Repository.HasIssues
			}
			w.ctx.Now = at(hour)
			w.c = stored(t, w.c)
			before, logged := w.c, len(w.log)
			input := stored(t, before)
			w.plan(o)
			if w.live != nil && w.live.Gone {
				w.live = nil
			}
			if diff := cmp.Diff(input, stored(t, before)); diff != "" {
				t.Fatalf("Plan changed what it was given:\n%s", diff)
			}
			for range 2 { // the first shows Plan what GitHub made of its writes
				w.ctx.Now = w.ctx.Now.Add(time.Second)
				w.c = stored(t, w.c)
				again := w.plan(o)
				if again != "" && !onlyAfterwards(again) {
					t.Fatalf("hour %d: planned again: %s (%s, %+v)", hour, again, w.c.State, w.c.Closure)
				}
			}
			w.check(t, hour)
			if count(w.log[logged:], Reopen) > 0 && !byPerson.IsZero() {
				if !w.news(known, byPerson) {
					t.Fatalf("hour %d: reopened against a person on what was known: %+v", hour, w.c)
				}
				byPerson = time.Time{}
			}
		}
		if n := len(w.says); n > 40 {
			t.Fatalf("%d comments", n)
		}
	})
}

// TestLaggingWritesConverge lets the outbox lag behind, so that Plan sees GitHub
// as it was before writes it planned. Once they are done, case and issue agree,
// each issue was made once, and no comment was made twice.
func TestLaggingWritesConverge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		var queue []Action
		drain := func(n int) {
			for ; n > 0 && len(queue) > 0; n-- {
				w.apply(queue[0])
				queue = queue[1:]
			}
		}
		plan := func(o *Observation) {
			actions, next := Plan(stored(t, w.c), o, w.live, w.ctx)
			w.c, queue = next, append(queue, actions...)
		}
		for hour := 1; hour <= 12; hour++ {
			w.ctx.Now = at(hour)
			switch step := rapid.IntRange(0, 9).Draw(t, "step"); {
			case step < 5:
				plan(anyObservation(t, hour))
			case step < 7 && w.live != nil && w.live.State == "open":
				w.closeAs("mia", rapid.SampledFrom([]string{"completed", "not_planned"}).Draw(t, "reason"), hour)
			case step == 7 && w.live != nil && w.live.State == "closed":
				w.reopenAs(hour)
			}
			if rapid.Bool().Draw(t, "look") {
				plan(nil)
			}
			drain(rapid.IntRange(0, 4).Draw(t, "writes"))
		}
		for round := range 8 {
			w.ctx.Now = at(20 + round)
			drain(len(queue))
			plan(nil)
			if len(queue) == 0 || len(queue) == 1 && queue[0].Kind == Verify {
				break
			}
			if round == 7 {
				t.Fatalf("still planned: %+v (%s, %+v)", queue, w.c.State, w.c.Closure)
			}
		}
		w.check(t, 20)
		if n := count(w.log, Create); n > 1 {
			t.Fatalf("%d issues were made", n)
		}
		seen := map[string]bool{}
		for _, s := range w.says {
			if seen[s] {
				t.Fatalf("said twice: %s", s)
			}
			if seen[s] = true; strings.HasPrefix(s, "Open again") {
				seen = map[string]bool{} // on new evidence a close is a new one
			}
		}
	})
}

// onlyAfterwards: a look that is still owed is planned until it was taken.
func onlyAfterwards(kinds string) bool { return kinds == string(Verify) }

// known are the findings that whoever closes the issue now knows of, by Key.
func (w *world) known() map[string]bool {
	known := map[string]bool{}
	for i := range w.c.Findings {
		if f := &w.c.Findings[i]; f.outstanding() && (!f.Backlog || w.ctx.Published) {
			known[Key(&f.Finding)] = true
		}
	}
	return known
}

// news says whether something outstanding was not known when a person closed.
func (w *world) news(known map[string]bool, closed time.Time) bool {
	for i := range w.c.Findings {
		t := &w.c.Findings[i]
		if t.outstanding() && t.At.After(closed) && (!known[Key(&t.Finding)] || t.Since.After(closed)) {
			return true
		}
	}
	return false
}

// check is what holds at any time.
func (w *world) check(t *rapid.T, hour int) {
	if w.live == nil {
		if w.c.State == Open || w.c.State == Rotation {
			t.Fatalf("hour %d: %s without an issue", hour, w.c.State)
		}
		return
	}
	if open := w.c.State == Open || w.c.State == Rotation; open != (w.live.State == "open") {
		t.Fatalf("hour %d: the case is %s, the issue %s", hour, w.c.State, w.live.State)
	}
	for _, l := range []*Live{w.live, w.old} {
		if l == nil || l.Gone {
			continue
		}
		if len(l.Body) > maxBody || strings.Count(l.Body, start(w.c.ID)) != 1 || strings.Count(l.Body, markerEnd) != 1 {
			t.Fatalf("hour %d: body %q", hour, l.Body)
		}
		if l.Visibility == public && w.c.Sensitive && strings.Contains(l.Title+l.Body, "json") {
			t.Fatalf("hour %d: told in public:\n%s", hour, l.Body)
		}
	}
	for _, s := range append(w.says, w.live.Title+w.live.Body) {
		if strings.Contains(s, "canary") || strings.Contains(s, "k00000000") || strings.Contains(s, "31337") {
			t.Fatalf("hour %d: told %q", hour, s)
		}
	}
}
