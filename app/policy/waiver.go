package policy

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Waiver accepts a risk: findings of one rule at some places are turned off
// until a day.
type Waiver struct {
	Rule        string
	Match       Match
	Until       Date // last day it applies
	Reason      string
	Approver    string // @user or @org/team
	Fingerprint string // of the one finding it is for; "" for every one at the places
	Credential  string // credential.Identity.Hash of the one credential it is for
	File        string // where it is written
	Line        int    // 1-based
}

// String tells who accepted what until when, in one line.
func (w *Waiver) String() string {
	return fmt.Sprintf("waived until %s by %s: %s (%s)", w.Until, w.Approver, w.Reason, w.place())
}

func (w *Waiver) place() string { return fmt.Sprintf("%s:%d", w.File, w.Line) }

// Applies is the one place that decides whether a waiver covers a finding. If
// it is meant for the finding and yet does not apply, why says why not.
//
// A credential is waived by fingerprint and hash together, so that the next key
// at the same place is not. A match with a repository applies nowhere else, and
// not where the repository is unknown; one without applies only there.
func (w *Waiver) Applies(s Subject, now time.Time) (ok bool, why string) {
	if w.Rule != s.Rule || w.Fingerprint != "" && w.Fingerprint != s.Fingerprint || w.Credential != "" && s.Credential == nil {
		return false, ""
	}
	if s.Repository == "" && w.Match.Repository != "" {
		if (Match{Path: w.Match.Path}).Covers("", s.Path) {
			return false, "is for " + w.Match.Repository + ", and the repository is not known here"
		}
		return false, ""
	}
	if !w.Match.Covers(s.Repository, s.Path) {
		return false, ""
	}
	switch {
	case s.Repository != "" && w.Match.Repository == "":
		return false, "names no repository: write match as owner/name:" + w.Match.Path
	case s.Credential != nil && (w.Fingerprint == "" || w.Credential == ""):
		return false, "must name the fingerprint and the hash of the credential"
	case s.Credential != nil && w.Credential != s.Credential.Hash:
		return false, "is for another credential" + otherKey(w.Credential, s.Credential.Hash)
	case w.Until.Ended(now):
		return false, "ended on " + w.Until.String()
	}
	return true, ""
}

// otherKey adds what two hashes of different keys cannot tell.
func otherKey(a, b string) string {
	ka, _, _ := strings.Cut(a, ":")
	kb, _, _ := strings.Cut(b, ":")
	if ka == kb {
		return ""
	}
	return ", or was hashed with another key (" + ka + ", not " + kb + ")"
}

// waiver finds the first waiver that applies. Without one, why tells of the
// first that nearly does, and nearly of the first such that has not ended.
func (p *Policy) waiver(s Subject, now time.Time) (found *Waiver, why, nearly string) {
	for i := range p.Waivers {
		w := &p.Waivers[i]
		ok, reason := w.Applies(s, now)
		if ok {
			return w, "", ""
		}
		if reason == "" {
			continue
		}
		reason = "the waiver at " + w.place() + " does not apply: it " + reason
		why = cmp.Or(why, reason)
		if !w.Until.Ended(now) {
			nearly = cmp.Or(nearly, reason)
		}
	}
	return nil, why, nearly
}

// WaiverEnds is when the next of the waivers of a rule ends, zero if none will.
func (p *Policy) WaiverEnds(rule string, now time.Time) (next time.Time) {
	for i := range p.Waivers {
		w := &p.Waivers[i]
		if end := w.Until.end(); w.Rule == rule && end.After(now) && (next.IsZero() || end.Before(next)) {
			next = end
		}
	}
	return next
}
