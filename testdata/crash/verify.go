package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// calm lets the processes finish and returns how long that took.
func calm(w *world, fleet []*process, url string) (time.Duration, error) {
	began := time.Now()
	for _, p := range fleet {
		if !p.ready(20 * time.Second) {
			return 0, errors.New("castellan does not get ready after the last kill: see -keep")
		}
	}
	w.sim.SetWebhook(fleet[0].url(), w.sim.WebhookSecret())
	for range 10 {
		if w.redeliver() == 0 {
			break
		}
	}
	const patience = 5 * time.Minute // writes under way when a process died are certain after two
	err := done(w, url, patience)
	return time.Since(began), err
}

// done waits until nothing is left to do.
func done(w *world, url string, patience time.Duration) error {
	s, err := db.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer s.Close()
	still := ""
	for calm, end := 0, time.Now().Add(patience); calm < 3; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("after %s there is still %s", patience, still)
		}
		w.sim.Wait()
		if still, err = unfinished(s.Queries()); err != nil {
			return err
		}
		if calm++; still != "" {
			calm = 0
		}
	}
	return nil
}

func unfinished(q *query.Queries) (string, error) {
	ctx := context.Background()
	d, err1 := q.CountDeliveries(ctx)
	lanes, err2 := q.LaneDepth(ctx)
	out, err3 := q.OutboxDepth(ctx)
	out = slices.DeleteFunc(out, func(r query.OutboxDepthRow) bool { return r.State == "failed" })
	if d.Waiting == 0 && len(lanes) == 0 && len(out) == 0 {
		return "", errors.Join(err1, err2, err3)
	}
	return fmt.Sprintf("%d deliveries, lanes %v, outbox %v", d.Waiting, lanes, out), errors.Join(err1, err2, err3)
}

// finder gathers what is wrong.
type finder struct {
	w                           *world
	q                           *query.Queries
	wrong                       []string
	deliveries, stored, resent  int
	heads, checks, cases, audit int
}

func (f *finder) found(format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf(format, args...))
}

func verify(w *world, url string) (report string, wrong []string, err error) {
	ctx := context.Background()
	s, err := db.Open(ctx, url)
	if err != nil {
		return "", nil, err
	}
	defer s.Close()
	f := &finder{w: w, q: s.Queries()}
	n, err := s.VerifyAudit(ctx)
	if err != nil {
		f.found("%v", err)
	}
	f.audit = int(n)
	if err := errors.Join(f.inbox(ctx), f.work(ctx)); err != nil {
		return "", nil, err
	}
	for _, r := range w.repos {
		if err := errors.Join(f.checkRuns(ctx, r), f.issues(ctx, r)); err != nil {
			return "", nil, err
		}
	}
	for _, v := range w.sim.Violations() {
		f.found("a request GitHub would not like: %s", v)
	}
	return fmt.Sprintf("  %d deliveries, %d stored and done, %d had to be sent again\n  %d heads, %d check runs; %d issues; %d audit rows\n",
		f.deliveries, f.stored, f.resent, f.heads, f.checks, f.cases, f.audit), f.wrong, nil
}

// inbox: what was acknowledged as stored is in the ledger, and planned.
func (f *finder) inbox(ctx context.Context) error {
	seen := map[string]bool{}
	for _, d := range f.w.sim.Deliveries() {
		if d.Redelivery {
			f.resent++
		} else {
			f.deliveries++
		}
		if d.Status != 202 || seen[d.GUID] || strings.TrimSpace(d.Response) != "stored" {
			continue
		}
		seen[d.GUID] = true
		row, err := f.q.Delivery(ctx, d.GUID)
		if err != nil {
			f.found("delivery %s (%s) was acknowledged and is not there: %v", d.GUID, d.Event, err)
			continue
		}
		if row.State != "planned" {
			f.found("delivery %s (%s) was acknowledged and is %s", d.GUID, d.Event, row.State)
		}
		f.stored++
	}
	return nil
}

// work: nothing was given up, and nothing is in progress.
func (f *finder) work(ctx context.Context) error {
	failed, err := f.q.FailedTasks(ctx, 100)
	if err != nil {
		return err
	}
	for _, t := range failed {
		f.found("task %s %s was given up: %s", t.Kind, t.Subject, t.Error)
	}
	out, err := f.q.OutboxDepth(ctx)
	if err != nil {
		return err
	}
	for _, r := range out {
		f.found("%d writes are %s", r.N, r.State)
	}
	stale, err := f.q.StaleCheckRuns(ctx, query.StaleCheckRunsParams{Before: time.Now().Add(time.Hour).UnixMilli(), Most: 100})
	if err != nil {
		return err
	}
	for _, c := range stale {
		f.found("the check run of %s is in progress", c.HeadSha)
	}
	return nil
}

// checkRuns: one check run for each head, completed, with the right conclusion. A
// run whose annotations no longer held may have been followed by another.
func (f *finder) checkRuns(ctx context.Context, r *repository) error {
	of := map[string][]ghsim.Check{}
	for _, c := range f.w.sim.Checks(r.Repo, "") {
		of[c.HeadSHA] = append(of[c.HeadSHA], c)
	}
	for head, want := range r.want {
		f.heads++
		if len(of[head]) == 0 {
			f.found("%s has no check run", head)
		}
		if row, err := f.q.CheckRun(ctx, query.CheckRunParams{RepositoryID: r.ID, HeadSha: head}); err == nil && int(row.Generation) != len(of[head]) {
			f.found("%s has %d check runs and should have %d", head, len(of[head]), row.Generation)
		}
		for i, c := range of[head] {
			f.checks++
			last := i == len(of[head])-1
			if c.Status != "completed" || last && want != "" && c.Conclusion != want {
				f.found("check run %d of %s is %s, %s, want %q: %s", c.ID, head, c.Status, c.Conclusion, want, c.Title)
			}
			if n := len(c.Annotations); n != len(distinct(c.Annotations)) {
				f.found("check run %d has %d annotations, %d of them different", c.ID, n, len(distinct(c.Annotations)))
			}
		}
	}
	for head := range of {
		if _, ok := r.want[head]; !ok {
			f.found("%s has a check run and was never pushed", head)
		}
	}
	return nil
}

func distinct[T comparable](all []T) map[T]bool {
	out := map[T]bool{}
	for _, a := range all {
		out[a] = true
	}
	return out
}

// issues: one for each case, one case for each server that leaked.
func (f *finder) issues(ctx context.Context, r *repository) error {
	cases, err := f.q.CasesOfRepository(ctx, r.ID)
	if err != nil {
		return err
	}
	marks, titles := map[string]int{}, map[string]int{}
	for _, i := range f.w.sim.Issues(r.Repo) {
		f.cases++
		id, ok := casework.Marked(i.Body)
		if !ok || !i.Ours {
			f.found("issue %s#%d is not of ours", r.FullName(), i.Number)
		}
		marks[id]++
		titles[i.Title]++
		bodies := map[string]bool{}
		for _, c := range i.Comments {
			if bodies[c.Body] {
				f.found("issue %s#%d has a comment twice", r.FullName(), i.Number)
			}
			bodies[c.Body] = true
		}
	}
	for _, c := range cases {
		if n := marks[fmt.Sprint(c.ID)]; n > 1 || c.State == "open" && n == 0 {
			f.found("case %d of %s is %s and has %d issues", c.ID, r.FullName(), c.State, n)
		}
	}
	for title, n := range titles {
		if n > 1 {
			f.found("%s has %d issues with the title %q", r.FullName(), n, title)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(r.leaked)) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(titles)), func(t string) bool { return strings.Contains(t, s) }) {
			f.found("%s leaked a key of %s and has no issue for it (%v)", r.FullName(), s, titles)
		}
	}
	return nil
}
