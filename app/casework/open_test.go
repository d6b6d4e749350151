package casework

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

func noted(f scan.Finding) scan.Finding { f.Action = policy.Note; return f }
func gone(f scan.Finding) scan.Finding  { f.Gone = true; return f }

func elsewhere(scope Scope, change func(*Observation), f ...scan.Finding) *Observation {
	o := head("b", 1, f...)
	o.Scope, o.Ref, o.PullRequest, o.Pushed = scope, "feature", 12, at(0)
	if change != nil {
		change(o)
	}
	return o
}

// TestWhatOpensACase is DESIGN, "Cases".
func TestWhatOpensACase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		obs    *Observation
		change func(*Context)
		want   string // actions; then state and reason
		state  State
		reason string
	}{
		"a credential on the default branch":      {head("a", 0, leakedKey("a.json", "k")), nil, "create assign", Open, ""},
		"a setting on the default branch":         {head("a", 0, setting("a.json")), nil, "create assign", Open, ""},
		"a note":                                  {head("a", 0, noted(setting("a.json"))), nil, "", Planned, ""},
		"nothing":                                 {head("a", 0), nil, "", Planned, ""},
		"a credential added and removed":          {head("a", 0, gone(leakedKey("a.json", "k"))), nil, "create assign", Rotation, ""},
		"a setting added and removed":             {head("a", 0, gone(setting("a.json"))), nil, "", Planned, ""},
		"an incomplete scan sees it too":          {incomplete(head("a", 0, leakedKey("a.json", "k"))), nil, "create assign", Open, ""},
		"an open pull request":                    {elsewhere(PullRequest, nil, leakedKey("a.json", "k")), nil, "", Planned, ""},
		"a pull request closed unmerged":          {elsewhere(PullRequest, func(o *Observation) { o.Unmerged = true }, leakedKey("a.json", "k")), nil, "create assign", Rotation, ""},
		"a setting in a pull request closed":      {elsewhere(PullRequest, func(o *Observation) { o.Unmerged = true }, setting("a.json")), nil, "", Planned, ""},
		"a branch of an hour":                     {elsewhere(Branch, nil, leakedKey("a.json", "k")), nil, "", Planned, ""},
		"a branch of a day":                       {elsewhere(Branch, nil, leakedKey("a.json", "k")), func(x *Context) { x.Now = at(24) }, "create assign", Rotation, ""},
		"a branch of almost a day":                {elsewhere(Branch, nil, leakedKey("a.json", "k")), func(x *Context) { x.Now = at(24).Add(-time.Second) }, "", Planned, ""},
		"an archived repository":                  {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Archived = true }, "", Planned, "archived repositories are inventoried, not pursued"},
		"a fork":                                  {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Fork = true }, "", Planned, "forks are inventoried, not pursued"},
		"a fork that policy wants like any other": {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Fork, x.Policy.Backfill.Forks = true, policy.Full }, "create assign", Open, ""},
		"a template":                              {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Template = true }, "", Planned, "template repositories are inventoried, not pursued"},
		"an empty repository":                     {elsewhere(PullRequest, func(o *Observation) { o.Unmerged = true }, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Empty = true }, "", Planned, "the repository is empty"},
		"a disabled repository":                   {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.Repository.Disabled = true }, "", Planned, "the repository is disabled"},
		"enough issues of the repository":         {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.OpenIssues = 10 }, "", Planned, "listed in the roll-up issue of the repository: caps.issues_per_repository is 10"},
		"one issue less":                          {head("a", 0, leakedKey("a.json", "k")), func(x *Context) { x.OpenIssues = 9 }, "create assign", Open, ""},
		"an owner with enough issues":             {head("a", 0, setting("a.json")), func(x *Context) { x.OpenedBy = map[string]int{"mia": 5} }, "", Planned, "waits: the owner got enough issues today, caps.issues_per_owner_per_day is 5"},
		"one of two owners with enough": {head("a", 0, setting("a.json")), func(x *Context) {
			x.OpenedBy = map[string]int{"mia": 5}
			x.Owner.Assignees = append(x.Owner.Assignees, owner.Person{Name: "Noa"})
		}, "create assign", Open, ""},
		"no owner":                     {head("a", 0, setting("a.json")), func(x *Context) { x.Owner = owner.Resolution{Status: owner.None} }, "create", Open, ""},
		"no owner, and enough without": {head("a", 0, setting("a.json")), func(x *Context) { x.Owner = owner.Resolution{}; x.OpenedBy = map[string]int{"": 5} }, "", Planned, "waits: the owner got enough issues today, caps.issues_per_owner_per_day is 5"},
		"caps of none":                 {head("a", 0, setting("a.json")), func(x *Context) { x.Policy.Caps = policy.Caps{} }, "", Planned, "listed in the roll-up issue of the repository: caps.issues_per_repository is 0"},
		"a waived finding":             {waive(head("a", 0, setting("a.json"))), nil, "", Planned, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.ctx.Now = at(1)
			if c.change != nil {
				c.change(w.ctx)
			}
			if diff := cmp.Diff(c.want, w.plan(c.obs)); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
			if w.c.State != c.state || w.c.Reason != c.reason {
				t.Errorf("%s, %q; want %s, %q", w.c.State, w.c.Reason, c.state, c.reason)
			}
			if again := w.plan(c.obs); again != "" {
				t.Errorf("planned again: %s", again)
			}
		})
	}
}

func incomplete(o *Observation) *Observation { o.Complete = false; return o }

// waive covers everything an observation holds.
func waive(o *Observation) *Observation {
	o.Waived = map[string]string{}
	for i := range o.Findings {
		o.Waived[Key(&o.Findings[i])] = "waived until 2027-01-31 by @acme/security: lab"
	}
	return o
}

// TestBacklogOpensNothingUntilPublished is lesson 8.
func TestBacklogOpensNothingUntilPublished(t *testing.T) {
	t.Parallel()
	w := newWorld()
	o := head("a", 0, leakedKey("old.json", "k"), setting("old.json"))
	o.Introduced = nil
	if got := w.plan(o); got != "" || w.c.State != Planned || !strings.Contains(w.c.Reason, "backlog") {
		t.Errorf("%q, %s, %q", got, w.c.State, w.c.Reason)
	}
	o = head("b", 1, leakedKey("old.json", "k"), setting("old.json"), setting("new.json"))
	o.Introduced = map[string]bool{Key(&o.Findings[2]): true}
	if got := w.plan(o); got != "create assign" {
		t.Errorf("what a push brought: %q", got)
	}
	if body := w.live.Body; strings.Contains(body, "old.json") || !strings.Contains(body, "2 older findings are not listed") {
		t.Errorf("the backlog is told:\n%s", body)
	}
	w.ctx.Published = true
	if got := w.plan(nil); got != "update" || !strings.Contains(w.live.Body, "old.json") {
		t.Errorf("published: %q\n%s", got, w.live.Body)
	}
}

func TestBacklogIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld()
	o := head("a", 0, leakedKey("old.json", "k"))
	o.Introduced = nil
	w.plan(o)
	w.ctx.Published = true
	if got := w.plan(nil); got != "create assign" {
		t.Errorf("published: %q", got)
	}
}

func TestBranchWakesAfterADay(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(elsewhere(Branch, nil, leakedKey("a.json", "k")))
	if !w.c.Wake.Equal(at(24)) {
		t.Errorf("wakes at %v", w.c.Wake)
	}
}

// TestUnassignableOwnersAreNotAsked is lesson 10: created first, then assigned,
// and each person once.
func TestCreatedFirstAssignedAfter(t *testing.T) {
	t.Parallel()
	w := newWorld()
	actions, next := Plan(w.c, head("a", 0, setting("a.json")), nil, w.ctx)
	if len(actions) != 2 || actions[0].Kind != Create || len(actions[0].Assignees) != 0 || actions[1].Kind != Assign || actions[1].Number != 0 {
		t.Fatalf("%+v", actions)
	}
	if diff := cmp.Diff([]string{"mia"}, next.Asked); diff != "" {
		t.Error(diff)
	}
	w.plan(head("a", 0, setting("a.json")))
	w.live.Assignees = nil // GitHub dropped it, or a person took the assignment away
	if got := w.plan(nil); got != "" {
		t.Errorf("asked again: %s", got)
	}
	w.ctx.Owner.Assignees = []owner.Person{{Name: "noa"}}
	if got := w.plan(nil); !strings.HasSuffix(got, "assign") {
		t.Errorf("a new owner: %q", got)
	}
	w.live.Assignees = []string{"someone"}
	w.ctx.Owner.Assignees = []owner.Person{{Name: "third"}}
	if got := w.plan(nil); strings.Contains(got, "assign") {
		t.Errorf("a person assigned another one, and still: %q", got)
	}
}

// TestCreateIsPlannedUnderOneKey is lessons 1, 3 and 4.
func TestCreateIsPlannedUnderOneKey(t *testing.T) {
	t.Parallel()
	ctx := context()
	one, next := Plan(newCase(), head("a", 0, setting("a.json")), nil, ctx)
	same, _ := Plan(newCase(), head("a", 0, setting("a.json")), nil, ctx)
	later, _ := Plan(next, head("b", 1, setting("a.json"), setting("b.json")), nil, ctx)
	if one[0].Key != same[0].Key || one[0].Key != later[0].Key || later[0].Kind != Create {
		t.Errorf("keys %s, %s, %s", one[0].Key, same[0].Key, later[0].Key)
	}
	if len(later) != 1 || !strings.Contains(later[0].Body, "b.json") {
		t.Errorf("not with what is known now: %+v", later)
	}
}
