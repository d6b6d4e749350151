package webhook

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
)

// hooks is GitHub's side of deliveries: its log, and what comes of asking.
type hooks struct {
	t      *testing.T
	store  *db.Store
	ledger *Ledger
	now    time.Time
	log    []github.HookDelivery // the oldest first
	size   int                   // of a page
	answer func(guid string) int // to a redelivery; 202 stores it. nil: 202
	refuse func(guid string) error
	cut    func(from string) error // instead of the page from
	asked  []string                // GUIDs since the last sweep
	pages  []string                // read since the last sweep
}

func newHooks(t *testing.T, s *db.Store) *hooks {
	h := &hooks{t: t, store: s, ledger: NewLedger(t.Context(), s), now: at, size: 100}
	t.Cleanup(h.ledger.Close)
	return h
}

// tries adds an attempt that GitHub made a while ago.
func (h *hooks) tries(guid string, ago time.Duration, code int) {
	h.t.Helper()
	h.log = append(h.log, github.HookDelivery{ID: int64(len(h.log) + 1), GUID: guid, DeliveredAt: h.now.Add(-ago), StatusCode: code})
}

// stores is tries for what was answered 202 and is in the ledger.
func (h *hooks) stores(guid string, ago time.Duration) {
	h.t.Helper()
	h.tries(guid, ago, 202)
	if err := h.ledger.Store(context.Background(), delivery(guid, guid)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hooks) DeliveryPages(ctx context.Context, from string) iter.Seq2[github.DeliveryPage, error] {
	return func(yield func(github.DeliveryPage, error) bool) {
		for more := true; more; {
			h.pages = append(h.pages, from)
			if h.cut != nil {
				if err := h.cut(from); err != nil {
					yield(github.DeliveryPage{}, err)
					return
				}
			}
			below := len(h.log)
			if from != "" {
				below, _ = strconv.Atoi(from)
			}
			var page github.DeliveryPage
			low := max(0, below-h.size)
			page.Attempts = slices.Clone(h.log[low:below])
			slices.Reverse(page.Attempts)
			if low > 0 {
				page.Next = strconv.Itoa(low)
			}
			from = page.Next
			more = yield(page, ctx.Err()) && from != ""
		}
	}
}

func (h *hooks) Redeliver(_ context.Context, id int64) error {
	guid := h.log[id-1].GUID
	if h.refuse != nil {
		if err := h.refuse(guid); err != nil {
			return err
		}
	}
	h.asked = append(h.asked, guid)
	code := 202
	if h.answer != nil {
		code = h.answer(guid)
	}
	if code == 202 {
		h.stores(guid, 0)
	} else {
		h.tries(guid, 0, code)
	}
	return nil
}

// sweep is a round of Gaps, ten minutes after the last, in which wants are asked
// for: GUIDs with spaces between, sorted.
func (h *hooks) sweep(want string) error {
	h.t.Helper()
	h.asked, h.pages = nil, nil
	n, err := Gaps(h.t.Context(), h.store, h, h.now)
	if n != len(h.asked) {
		h.t.Errorf("counted %d, asked for %d", n, len(h.asked))
	}
	slices.Sort(h.asked)
	if got := strings.Join(h.asked, " "); got != want {
		h.t.Errorf("at %s asked for %q, want %q", h.now.Format(time.TimeOnly), got, want)
	}
	h.now = h.now.Add(10 * time.Minute)
	return err
}

// swept is sweep without an error.
func (h *hooks) swept(want string) {
	h.t.Helper()
	if err := h.sweep(want); err != nil {
		h.t.Error(err)
	}
}

func always(code int) func(string) int { return func(string) int { return code } }

func TestGapsAsksForWhatIsNotInTheLedger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.tries("too-old", 73*time.Hour, 0)
		h.stores("stored", time.Hour)
		h.tries("lost", time.Hour, 202)
		h.tries("own", time.Hour, 200)
		h.tries("own-later", time.Hour, 0)
		h.tries("own-later", 30*time.Minute, 200)
		h.tries("no-answer", time.Hour, 0)
		h.tries("failed", time.Hour, 503)
		h.tries("moved", time.Hour, 301)
		h.tries("not a word", time.Hour, 0)
		h.tries("young", time.Minute, 0)
		h.swept("failed lost moved no-answer")
		h.swept("young")
		h.swept("")
	})
}

// A wrong webhook secret: every redelivery would be another refusal.
func TestRefusalsAreNotAskedForWhileTheyGoOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.stores("before", time.Hour)
		for _, code := range []int{400, 401, 413, 415} {
			h.tries(fmt.Sprint("refused-", code), 30*time.Minute, code)
		}
		h.swept("")
		h.tries("refused-later", 5*time.Minute, 401)
		h.swept("")
		h.swept("")

		h.stores("after", 5*time.Minute) // the secret is right again
		h.answer = func(guid string) int {
			if guid == "refused-400" {
				return 400 // for ever
			}
			return 202
		}
		h.swept("refused-400 refused-401 refused-413 refused-415 refused-later")
		for i := range 6 {
			h.stores(fmt.Sprint("more-", i), 5*time.Minute)
			want := ""
			if i < mostTaken-1 {
				want = "refused-400"
			}
			h.swept(want)
		}
	})
}

// Refusals that begin again in the middle are not answered by a storm either.
func TestARefusedRedeliveryWaitsToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.tries("a", 30*time.Minute, 401)
		h.stores("b", 20*time.Minute)
		h.answer = always(401)
		h.swept("a")
		for range 5 {
			h.swept("")
		}
	})
}

// What got no answer is asked for as long as GitHub keeps it, a few times; once
// another delivery arrives, at once.
func TestOutagesAreOutlasted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.tries("a", 5*time.Minute, 0)
		h.answer = always(502)
		began, asked, last := h.now, 0, h.now
		for h.now.Sub(began) < 48*time.Hour {
			h.asked, h.pages = nil, nil
			if _, err := Gaps(t.Context(), s, h, h.now); err != nil {
				t.Fatal(err)
			}
			if len(h.asked) > 0 {
				asked, last = asked+len(h.asked), h.now
			}
			h.now = h.now.Add(time.Hour)
		}
		if asked < 5 || asked >= mostMissed || last.Sub(began) < 24*time.Hour {
			t.Errorf("asked %d times, the last after %v", asked, last.Sub(began))
		}
		h.stores("b", 5*time.Minute)
		h.swept("a")
		for i := asked + 1; i < mostMissed+3; i++ { // every second delivery fails
			h.stores(fmt.Sprint("c", i), 5*time.Minute)
			want := ""
			if i < mostMissed {
				want = "a"
			}
			h.swept(want)
		}
	})
}

// A body that is in the ledger under another id is acknowledged and not stored.
func TestWhatIsNeverStoredIsAskedForAFewTimes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.tries("again", 5*time.Minute, 202)
		h.answer = always(203) // as 202, without storing it
		total := 0
		for range 20 {
			h.asked = nil
			if _, err := Gaps(t.Context(), s, h, h.now); err != nil {
				t.Fatal(err)
			}
			total += len(h.asked)
			h.now = h.now.Add(10 * time.Minute)
		}
		if total != mostTaken {
			t.Errorf("asked %d times", total)
		}
	})
}

// Nor is what was asked for asked for again before the answer is read, which may
// be some pages on.
func TestASweepAsksForABoundedNumber(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.answer = always(dropped) // quicker than to store them
		for i := range mostTried + 20 {
			h.tries(fmt.Sprint("d", i), time.Hour, 0)
		}
		var got []int
		for range 3 {
			h.asked = nil
			if _, err := Gaps(t.Context(), s, h, h.now); err != nil {
				t.Fatal(err)
			}
			got, h.now = append(got, len(h.asked)), h.now.Add(10*time.Minute)
		}
		if d := cmp.Diff([]int{mostTried, 20, 0}, got); d != "" {
			t.Error("(-want +got)", d)
		}
	})
}

func TestOneThatCannotBeRedeliveredHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		for _, guid := range []string{"a", "gone", "b", "unwell", "c", "invalid", "d"} {
			h.tries(guid, time.Hour, 0)
		}
		h.refuse = func(guid string) error {
			switch guid {
			case "gone":
				return &github.StatusError{Code: 404}
			case "invalid":
				return fmt.Errorf("ask: %w", &github.StatusError{Code: 422})
			case "unwell":
				return &github.StatusError{Code: 500}
			}
			return nil
		}
		err := h.sweep("a b c d")
		for _, part := range []string{"3 deliveries", "gone: GitHub answered 404", "invalid: ask: GitHub answered 422", "unwell: GitHub answered 500"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("the error does not say %q: %v", part, err)
			}
		}
		h.refuse = nil
		h.tries("e", 5*time.Minute, 0)
		h.swept("e unwell")
		h.swept("")
	})
}

func TestALimitStopsASweep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		for _, guid := range []string{"a", "b", "c", "d"} {
			h.tries(guid, time.Hour, 0)
		}
		limit := &github.LimitError{Until: at.Add(time.Hour)}
		h.refuse = func(guid string) error {
			if guid == "b" || len(h.asked) > 1 {
				return fmt.Errorf("ask: %w", limit)
			}
			return nil
		}
		if err := h.sweep("a"); !errors.Is(err, limit) {
			t.Errorf("not told: %v", err)
		}
		h.refuse = nil
		h.swept("b c d")
	})
}

// A job may run two minutes: a log that takes longer is read on where the last
// sweep stopped, and what that one found is asked for.
func TestALongLogIsReadOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		h := newHooks(t, s)
		h.size = 2
		for _, guid := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			h.tries(guid, time.Hour, 0)
		}
		h.cut = func(from string) error {
			if from == "3" {
				return context.DeadlineExceeded
			}
			return nil
		}
		if err := h.sweep("d e f g"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("not told: %v", err)
		}
		h.cut = nil
		h.tries("h", 5*time.Minute, 0)
		h.swept("a b c h")
		if d := cmp.Diff([]string{"3", "1", "", "13", "11", "9", "7"}, h.pages); d != "" {
			t.Error("pages (-want +got)", d)
		}
		h.swept("")
	})
}

// Neither a page that GitHub has no more nor a log that goes round is for ever.
func TestAReadingThatCannotGoOnBeginsAgain(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{"gone": &github.StatusError{Code: 422}, "round": github.ErrRepeats} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *db.Store) {
				h := newHooks(t, s)
				h.size = 2
				for _, guid := range []string{"a", "b", "c"} {
					h.tries(guid, time.Hour, 0)
				}
				h.cut = func(from string) error {
					if from == "1" {
						return refusal
					}
					return nil
				}
				if err := h.sweep("b c"); !errors.Is(err, refusal) {
					t.Errorf("not told: %v", err)
				}
				h.cut = nil
				h.swept("a")
				if d := cmp.Diff([]string{"", "3", "1"}, h.pages); d != "" {
					t.Error("pages (-want +got)", d)
				}
			})
		})
	}
}
