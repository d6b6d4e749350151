package casework

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/scan"
)

// TestTheRollUpHoldsWhatIsAboveTheCap drives three cases and their roll-up
// through whatever can happen, under a cap that changes too, and checks after
// each run what must always hold.
func TestTheRollUpHoldsWhatIsAboveTheCap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c"}
		e := newEstate(rapid.IntRange(0, 2).Draw(t, "cap"), ids...)
		worlds := append([]*world{e.up}, e.cases...)
		closed, known := map[*world]time.Time{}, map[*world]map[string]bool{}
		for hour := 1; hour <= 12; hour++ {
			var o *Observation
			w := worlds[rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "whose")]
			switch step := rapid.IntRange(0, 13).Draw(t, "step"); {
			case step < 6:
				o = anyRun(t, hour, ids)
			case step < 9 && w.live != nil && w.live.State == "open":
				w.closeAs(rapid.SampledFrom([]string{"mia", "stale[bot]"}).Draw(t, "who"), rapid.SampledFrom([]string{"completed", "not_planned", "duplicate"}).Draw(t, "reason"), hour)
				closed[w], known[w] = at(hour), w.known()
			case step == 9 && w.live != nil && w.live.State == "closed":
				w.reopenAs(hour)
				delete(closed, w)
			case step == 10:
				e.ctx.Published = true
			case step == 11:
				e.ctx.Policy.Caps.IssuesPerRepository = rapid.IntRange(0, 3).Draw(t, "cap now")
			case step == 12 && w.live != nil:
				w.live = &Live{Gone: true}
				delete(closed, w)
			case step == 13:
				e.ctx.Repository.Visibility = rapid.SampledFrom([]string{private, public}).Draw(t, "visibility now")
				for _, w := range worlds {
					if w.live != nil {
						w.live.Visibility = w.visibility(w.live.Repository)
					}
				}
			}
			e.ctx.Now = at(hour)
			logged := e.keep(t)
			e.run(o)
			for range 2 { // the first shows Plan what GitHub made of its writes
				e.ctx.Now = e.ctx.Now.Add(time.Second)
				e.keep(t)
				e.run(o)
			}
			e.keep(t)
			before := len(e.up.log)
			if again := e.run(o); len(e.up.log) > before {
				t.Fatalf("hour %d: planned again: %s (%s, %+v)", hour, again, e.up.c.State, e.up.c.Closure)
			}
			e.check(t, hour)
			for _, w := range worlds {
				if when, ok := closed[w]; ok && count(w.log[logged[w]:], Reopen) > 0 {
					if !w.news(known[w], when) {
						t.Fatalf("hour %d: %s: reopened against a person on what was known: %+v", hour, w.c.Integration, w.c)
					}
					delete(closed, w)
				}
			}
		}
	})
}

// anyRun draws a scan of the hour of the whole repository.
func anyRun(t *rapid.T, hour int, ids []string) *Observation {
	var all []scan.Finding
	var paths []string
	for _, id := range ids {
		for _, f := range anyFindings(t) {
			all = append(all, about(id, f))
		}
		paths = append(paths, id+"/a.json", id+"/b.json")
	}
	return anyScan(t, hour, all, paths...)
}

// keep stores the cases, and says how much each issue was written so far. What
// is gone from GitHub is not read any more.
func (e *estate) keep(t *rapid.T) map[*world]int {
	logged := map[*world]int{}
	for _, w := range append([]*world{e.up}, e.cases...) {
		w.c, logged[w] = stored(t, w.c), len(w.log)
		if w.live != nil && w.live.Gone && w.c.Issue.Number == 0 {
			w.live = nil
		}
	}
	return logged
}

// check is what holds after every run: each finding is followed by one case, and
// case and issue agree.
func (e *estate) check(t *rapid.T, hour int) {
	outstanding := map[string]string{}
	for i := range e.up.c.Findings {
		if f := &e.up.c.Findings[i]; f.outstanding() {
			outstanding[Key(&f.Finding)] = f.Finding.Integration
		}
	}
	for _, w := range e.cases {
		w.check(t, hour)
		if w.c.Rolled && (w.c.State != Planned || w.c.Reason == "" || !w.c.Wake.IsZero()) {
			t.Fatalf("hour %d: %s is rolled up and %s, %q, wakes %v", hour, w.c.Integration, w.c.State, w.c.Reason, w.c.Wake)
		}
		for i := range w.c.Findings {
			f := &w.c.Findings[i]
			if _, held := outstanding[Key(&f.Finding)]; f.outstanding() && w.c.Rolled != held {
				t.Fatalf("hour %d: %s of %s is in the roll-up: %v, and the case: %v", hour, f.Finding.Path, w.c.Integration, held, w.c.Rolled)
			}
			delete(outstanding, Key(&f.Finding))
		}
		if w.c.State == Planned && !w.c.Rolled && len((&planner{c: w.c, ctx: w.ctx}).pursued()) > 0 {
			t.Fatalf("hour %d: %s has findings and nobody is told: %q", hour, w.c.Integration, w.c.Reason)
		}
	}
	if len(outstanding) > 0 {
		t.Fatalf("hour %d: only the roll-up knows of %v", hour, fmt.Sprint(outstanding))
	}
	e.up.check(t, hour)
}
