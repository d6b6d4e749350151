package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

const (
	mostTracked = 1000           // findings of one case
	grace       = 24 * time.Hour // for a pull request to be opened for a branch
)

// observe takes an observation into the case.
func (p *planner) observe() {
	o := p.obs
	if o == nil {
		return
	}
	if o.Scope != DefaultBranch {
		p.observeElsewhere(o)
		return
	}
	if o.At.Before(p.c.Seen.At) {
		return // out of order: what is stored is newer
	}
	p.rekey(o)
	seen := map[string]bool{}
	for i := range o.Findings {
		f := &o.Findings[i]
		key := Key(f)
		if _, waived := o.Waived[key]; waived {
			p.accept(f, key, o)
			continue
		}
		if f.Gone {
			p.leak(f, o, "")
			continue
		}
		seen[key] = true
		p.meet(f, key, o)
	}
	for i := range p.c.Findings {
		t := &p.c.Findings[i]
		if !p.tracks(t) {
			continue
		}
		key := Key(&t.Finding)
		if by, ok := o.Waived[key]; ok && t.Status != Rotated && !o.At.Before(t.At) {
			seen[key] = true
			t.see(o)
			t.Status, t.Waiver = Waived, by
		}
		if !seen[key] && o.Complete {
			p.miss(t, o)
		}
	}
	if o.Complete {
		p.c.Seen = Sight{Commit: o.Commit, Ref: o.Ref, Version: o.Version, At: o.At}
	}
	p.bound()
}

// rekey takes credentials that are still where they were for the same when the
// hash key was replaced: nothing could tell otherwise, and every one would count
// as removed and another as new.
func (p *planner) rekey(o *Observation) {
	now := map[string]*scan.Finding{}
	for i := range o.Findings {
		if f := &o.Findings[i]; f.Credential != nil && !f.Gone {
			now[f.Fingerprint] = f
		}
	}
	for i := range p.c.Findings {
		t := &p.c.Findings[i]
		if f := now[t.Finding.Fingerprint]; f != nil && t.Status == Present && keyID(t.Finding.Credential) != keyID(f.Credential) {
			t.Finding.Credential = f.Credential
		}
	}
	p.index = nil
}

// keyID is the part of a credential's hash that names the key it was made with.
func keyID(c *credential.Identity) string {
	if c == nil {
		return ""
	}
	id, _, _ := strings.Cut(c.Hash, ":")
	return id
}

// accept keeps a waived finding in mind from the first: what pushes brought is no
// backlog when the waiver ends.
func (p *planner) accept(f *scan.Finding, key string, o *Observation) {
	if f.Gone || p.find(key) != nil {
		return
	}
	t := p.track(f, o)
	t.Status, t.Backlog = Waived, !o.Introduced[key]
	p.keep(t)
}

// meet takes a finding that is at the head of the default branch.
func (p *planner) meet(f *scan.Finding, key string, o *Observation) {
	t := p.find(key)
	if t == nil {
		if !f.Action.Below(policy.Warn) {
			n := p.track(f, o)
			n.Status, n.Backlog = Present, !o.Introduced[key]
			p.keep(n)
		}
		return
	}
	if o.At.Before(t.At) {
		return
	}
	if f.Action.Below(policy.Warn) {
		if t.Status != Rotated && t.Status != Fixed {
			t.see(o)
			t.Status = Lowered
		}
		return
	}
	if t.Status != Present && t.Status != RuleChanged {
		// A policy that asks for less and then for more again is no news to whoever
		// decided.
		t.Told = t.Told && t.Status == Lowered
		t.Since, t.Lapsed = o.At, t.Status == Waived || t.Status == Lowered
	}
	t.Finding = bare(f)
	if t.From == "" {
		t.From = f.Origin.Commit
	}
	t.see(o)
	t.Status, t.Elsewhere, t.Ended, t.Waiver = Present, "", "", ""
	t.Backlog = t.Backlog && !o.Introduced[key]
}

// track is a new record of a finding. One that may have been among those
// beyond what the case tracks is no news.
func (p *planner) track(f *scan.Finding, o *Observation) Tracked {
	t := Tracked{Finding: bare(f), Since: o.At, From: f.Origin.Commit, Told: p.overflowed}
	t.see(o)
	return t
}

// bare is a finding without what is not to be stored.
func bare(f *scan.Finding) scan.Finding {
	b := *f
	b.Excerpt = scanners.Excerpt{}
	b.Origin = scan.Origin{Commit: f.Origin.Commit}
	return b
}

func (t *Tracked) see(o *Observation) {
	t.Commit, t.At, t.Version, t.Blob = o.Commit, o.At, o.Version, o.Blobs[t.Finding.Path]
}

// miss takes a finding that a complete scan of the default branch did not see.
// It has ended if the commit is newer and the branch the same. To a scanner of
// another version it has only if its file changed: a rule that no longer
// reports it repairs nothing.
func (p *planner) miss(t *Tracked, o *Observation) {
	if t.Status == Leaked || t.Status == Fixed || t.Status == Rotated || !o.At.After(t.At) || o.Pending[Key(&t.Finding)] {
		return
	}
	if o.Ref != p.c.Seen.Ref && p.c.Seen.Ref != "" {
		return
	}
	blob, there := o.Blobs[t.Finding.Path]
	if t.Version != o.Version && there && (t.Blob == "" || blob == t.Blob) {
		if t.Status == Present {
			t.Status = RuleChanged
		}
		return
	}
	if o.Commit == t.Commit || o.Commit == p.c.Seen.Commit {
		return
	}
	t.Ended = o.Commit
	if pursued := t.Status == Present || t.Status == RuleChanged; pursued && secret(&t.Finding) {
		t.Status = Leaked
	} else {
		t.Status = Fixed
	}
}

// secret says whether a finding's credential must be rotated.
func secret(f *scan.Finding) bool { return f.Credential != nil && !f.Credential.Publishable }

// leak takes a credential that is not at the head of the default branch and
// was where others could read it.
func (p *planner) leak(f *scan.Finding, o *Observation, elsewhere string) {
	if !secret(f) || f.Action.Below(policy.Warn) {
		return
	}
	key := Key(f)
	if t := p.find(key); t != nil {
		if t.Status == Leaked && elsewhere != "" && o.At.After(t.At) {
			t.see(o)
		}
		return
	}
	t := p.track(f, o)
	t.Status, t.Elsewhere = Leaked, elsewhere
	if p.rotated(f.Credential.Hash) {
		t.Status = Rotated
	}
	// Whoever scans a whole history finds what was there before we watched.
	t.Backlog = elsewhere == "" && !o.Introduced[key]
	p.keep(t)
}

func (p *planner) observeElsewhere(o *Observation) {
	where := ""
	switch {
	case o.Scope == PullRequest && o.Unmerged:
		where = "pull request " + strconv.Itoa(o.PullRequest)
	case o.Scope == Branch && p.ctx.Now.Sub(o.Pushed) >= grace:
		where = "branch " + o.Ref
	case o.Scope == Branch:
		p.wake(o.Pushed.Add(grace))
		return
	default:
		return
	}
	for i := range o.Findings {
		if _, waived := o.Waived[Key(&o.Findings[i])]; !waived {
			p.leak(&o.Findings[i], o, where)
		}
	}
	p.bound()
}

func (p *planner) find(key string) *Tracked {
	if p.index == nil {
		p.index = make(map[string]int, len(p.c.Findings))
		for i := range p.c.Findings {
			p.index[Key(&p.c.Findings[i].Finding)] = i
		}
	}
	if i, ok := p.index[key]; ok {
		return &p.c.Findings[i]
	}
	return nil
}

func (p *planner) keep(t Tracked) {
	p.find("")
	p.index[Key(&t.Finding)] = len(p.c.Findings)
	p.c.Findings = append(p.c.Findings, t)
}

// rotated says whether somebody confirmed the rotation of a credential.
func (p *planner) rotated(hash string) bool {
	return slices.ContainsFunc(p.c.Findings, func(t Tracked) bool {
		return t.Status == Rotated && t.Finding.Credential.Hash == hash
	})
}

// bound keeps what is outstanding before what is settled, the worst first, and
// counts the rest.
func (p *planner) bound() {
	slices.SortStableFunc(p.c.Findings, func(a, b Tracked) int {
		if x, y := a.outstanding(), b.outstanding(); x != y {
			if x {
				return -1
			}
			return 1
		}
		return scan.Compare(&a.Finding, &b.Finding)
	})
	p.c.Untracked = 0
	for i := mostTracked; i < len(p.c.Findings); i++ {
		if p.c.Findings[i].outstanding() {
			p.c.Untracked++
		}
	}
	p.c.Findings = p.c.Findings[:min(len(p.c.Findings), mostTracked)]
	p.index = nil
}

// outstanding says that somebody has something to do about it.
func (t *Tracked) outstanding() bool {
	return t.Status == Present || t.Status == Leaked || t.Status == RuleChanged
}
