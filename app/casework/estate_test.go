package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/scan"
)

// estate is a repository with a case for each of some integrations, and their
// roll-up, each with its issue. All have one context.
type estate struct {
	ctx   *Context
	cases []*world
	up    *world
	held  map[string]bool // integrations that the roll-up held before the run
}

func newEstate(most int, integrations ...string) *estate {
	e := &estate{ctx: context(), up: newWorld(), held: map[string]bool{}}
	e.ctx.Policy.Caps.IssuesPerRepository = most
	for _, id := range integrations {
		e.add(id)
	}
	e.up.c.ID, e.up.c.Integration, e.up.c.Kind = "up", RollUp, KindRollUp
	return e
}

func (e *estate) add(integration string) {
	w := newWorld()
	w.c.ID, w.c.Integration = fmt.Sprint("c", len(e.cases)), integration
	e.cases = append(e.cases, w)
}

func (e *estate) of(integration string) *world {
	return e.cases[slices.IndexFunc(e.cases, func(w *world) bool { return w.c.Integration == integration })]
}

// about is a finding of an integration, in a file of its own.
func about(integration string, f scan.Finding) scan.Finding {
	f.Integration, f.Path = integration, integration+"/"+f.Path
	f.Fingerprint = f.Finding.Fingerprint()
	return f
}

// part is what an observation holds of some integrations.
func part(o *Observation, some ...string) *Observation {
	if o == nil {
		return nil
	}
	p := *o
	p.Findings = slices.DeleteFunc(slices.Clone(o.Findings), func(f scan.Finding) bool { return !slices.Contains(some, f.Integration) })
	p.Waived = map[string]string{}
	for i := range p.Findings {
		if by, ok := o.Waived[Key(&p.Findings[i])]; ok {
			p.Waived[Key(&p.Findings[i])] = by
		}
	}
	return &p
}

// run plans all cases as settle does: those the roll-up does not hold, the
// roll-up, those it held. The actions are returned, those of each case after its
// integration.
func (e *estate) run(o *Observation) string {
	if o != nil && o.At.After(e.ctx.Now) {
		e.ctx.Now = o.At
	}
	var all []string
	plan := func(w *world, o *Observation, members []Case, up *Case) {
		ctx := *e.ctx
		ctx.Members, ctx.RollUp = members, up
		for _, other := range e.cases {
			if other != w && (other.c.State == Open || other.c.State == Rotation) {
				ctx.OpenIssues++
			}
		}
		w.ctx = &ctx
		if did := w.plan(o); did != "" {
			all = append(all, w.c.Integration+": "+did)
		}
	}
	clear(e.held)
	for _, w := range e.cases {
		if e.held[w.c.Integration] = e.up.c.Holds(&w.c); !e.held[w.c.Integration] {
			plan(w, part(o, w.c.Integration), nil, nil)
		}
	}
	var members []Case
	var ids []string
	for _, w := range e.cases {
		if w.c.Rolled {
			members, ids = append(members, w.c), append(ids, w.c.Integration)
		}
	}
	plan(e.up, part(o, ids...), members, nil)
	for _, w := range e.cases {
		if e.held[w.c.Integration] {
			up := e.up.c
			plan(w, nil, nil, &up)
		}
	}
	return strings.Join(all, "; ")
}

// expect wants actions, and the cases in a state: "a open, b rolled", the roll-up
// last.
func (e *estate) expect(t *testing.T, did, want, states string) {
	t.Helper()
	var all []string
	for _, w := range append(slices.Clone(e.cases), e.up) {
		s := string(w.c.State)
		if w.c.Rolled {
			s = "rolled"
		}
		all = append(all, strings.TrimPrefix(w.c.Integration, "castellan:")+" "+s)
	}
	if diff := cmp.Diff([]string{want, states}, []string{did, strings.Join(all, ", ")}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// rolledUp is an estate of a with an issue and b and c in the roll-up, one
// finding each.
func rolledUp(t *testing.T, f scan.Finding) (*estate, func(commit string, hour int, of ...string) *Observation) {
	t.Helper()
	see := func(commit string, hour int, of ...string) *Observation {
		var all []scan.Finding
		for _, id := range of {
			g := f
			if f.Credential != nil { // to each a key of its own
				own := *f.Credential
				own.Hash = "k00000000:" + sum(id)
				g.Credential = &own
			}
			all = append(all, about(id, g))
		}
		return head(commit, hour, all...)
	}
	e := newEstate(1, "a", "b", "c")
	e.expect(t, e.run(see("one", 0, "a", "b", "c")), "a: create assign; castellan:roll-up: create assign", "a open, b rolled, c rolled, roll-up open")
	return e, see
}
