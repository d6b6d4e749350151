package casework

import (
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Labels of our issues; beside them one for the worst severity.
const (
	LabelOurs     = "castellan"
	LabelRotation = "castellan: rotation"
)

// View is what an issue is rendered from.
type View struct {
	Case        *Case
	Outstanding []Tracked // what somebody has to act upon, worst first
	Backlog     int       // findings not listed until the backlog is published
	Owner       *owner.Resolution
	Rules       map[string]*scanners.Rule
	Due         time.Time // zero: no date
	Public      bool      // anybody can read the issue
	Cap         int       // issues of one integration each that policy allows in the repository
	Bytes       int       // most bytes of the body, at least 4,000; 0: what GitHub takes
}

// Render writes the issue: a title, our part of the body between its markers,
// and the labels it is created with. Strings of the repository stand in code
// spans only; neither hash nor length of a credential is told.
func Render(v *View) (title, body string, labels []string) {
	limit := v.Bytes
	if limit == 0 {
		limit = maxBody
	}
	sections := []section{
		{rows: v.headline()},
		{title: "What to do", rows: v.tasks(), rank: 1, share: 50, one: "task", many: "tasks"},
		{title: "Findings", rows: v.findings(), rank: 4, share: 75, one: "finding", many: "findings"},
		{title: "Why it matters", rows: v.reasons(), rank: 6, share: 100, one: "explanation", many: "explanations"},
		{title: "Who was asked, and why", rows: v.asked(), rank: 2, share: 30, one: "line on owners", many: "lines on owners"},
		{title: "How it ends", rows: v.ends()},
		{title: "Status", rows: v.status(), rank: 3, share: 30, one: "line on the status", many: "lines on the status"},
		{rows: v.settled(), rank: 5, share: 60, one: "settled finding", many: "settled findings"},
	}
	body = page(start(v.Case.ID)+"\n", sections, markerEnd, limit)
	return v.title(), body, v.labels()
}

func (v *View) labels() []string {
	labels := []string{LabelOurs, "castellan: " + worst(v.Outstanding).String()}
	if v.Case.State == Rotation {
		labels = append(labels, LabelRotation)
	}
	return labels
}

// title says what the issue is about. Nothing finds an issue by it.
func (v *View) title() string {
	leaked, what := "Leaked credential in ", short(v.name())
	if v.Case.Kind == KindRollUp {
		leaked, what = "Leaked credentials in ", "further AI integrations"
	}
	s := "Risky configuration of " + what
	if v.secrets() {
		s = leaked + what
	}
	if v.Case.Issue.Repository != "" && !equal(v.Case.Issue.Repository)(v.Case.Repository) {
		s += " of " + short(v.Case.Repository)
	}
	return s
}

func (v *View) name() string {
	if v.Case.Name != "" {
		return v.Case.Name
	}
	return v.Case.Integration
}

// secrets says whether the case is about a credential that must be rotated.
func (v *View) secrets() bool {
	confirmed := func(t Tracked) bool { return t.Status == Rotated }
	return slices.ContainsFunc(v.Outstanding, func(t Tracked) bool { return secret(&t.Finding) }) || slices.ContainsFunc(v.Case.Findings, confirmed)
}

// headline says what there is, and where the case stands.
func (v *View) headline() []string {
	what, why := code(v.name()), ""
	switch v.Case.Kind {
	case "":
	case KindRollUp:
		what, why = v.further()
	default:
		what += " (" + prose(scanners.Say(report.KindName(v.Case.Kind))) + ")"
	}
	line := what + " in " + code(v.Case.Repository) + ": "
	switch n := len(v.Outstanding); {
	case n == 0:
		line += "nothing is left to do."
	case v.Case.State == Rotation:
		line += "**" + v.rotation() + "**."
	default:
		line += "**" + severities(v.Outstanding) + "**."
	}
	rows := []string{line + "\n" + why}
	if len(v.Outstanding) > 0 && v.secrets() {
		rows = append(rows, "\nWhoever could read the repository may have the credential. Removing the line does not undo that: the history keeps it. **Revoke it first.**\n")
	}
	return rows
}

// rotation is where a case stands that waits for somebody to confirm it.
func (v *View) rotation() string {
	if slices.ContainsFunc(v.Outstanding, func(t Tracked) bool { return t.Elsewhere == "" }) {
		return "removed, rotation to confirm"
	}
	return "not on the default branch, rotation to confirm"
}

// severities is the count by severity, worst first.
func severities(all []Tracked) string {
	t := report.Tally{}
	for i := range all {
		t.Severity[all[i].Finding.Severity]++
	}
	return t.String()
}

// tasks are the steps, those for credentials first: revoke, then remove.
func (v *View) tasks() []string {
	var first, then []string
	revoked := map[string]bool{}
	for i := range v.Outstanding {
		t := &v.Outstanding[i]
		if secret(&t.Finding) && !revoked[t.Finding.Credential.Hash] {
			revoked[t.Finding.Credential.Hash] = true
			first = append(first, box+v.revoke(t)+"\n")
		}
		switch t.Status {
		case Present:
			then = append(then, box+"At "+place(t)+": "+v.fix(t)+"\n")
		case RuleChanged:
			then = append(then, box+"At "+place(t)+": see whether it still holds, and close the issue if it does not.\n")
		}
	}
	if v.Case.State == Rotation {
		then = append(then, box+"Close this issue as completed: that confirms the rotation.\n")
	}
	return append(first, then...)
}

// revoke is the first step for a credential, whatever the number of its places.
func (v *View) revoke(t *Tracked) string {
	what := "the credential"
	if p := t.Finding.Credential.Provider; p != "" {
		what = "the " + code(p) + " credential"
	}
	if t.Finding.Slot != "" {
		what += " of " + code(t.Finding.Slot)
	}
	places := 0
	for i := range v.Outstanding {
		if c := v.Outstanding[i].Finding.Credential; c != nil && c.Hash == t.Finding.Credential.Hash {
			places++
		}
	}
	where := place(t)
	if places > 1 {
		where += " and " + report.Plural(places-1, "more place", "more places")
	}
	return "**Revoke** " + what + " (" + where + ") where it was issued, and make a new one only if it is still needed."
}

// fix is what to do about a finding in its client's own terms. Of a credential
// its revocation is a step of its own.
func (v *View) fix(t *Tracked) string {
	fix := t.Finding.Fix
	if secret(&t.Finding) && len(fix) > 1 && !fix[0].Code && strings.HasPrefix(fix[0].Text, "Revoke ") {
		fix = fix[1:]
	}
	if s := sentence(fix); s != "" {
		return s
	}
	if r := v.Rules[t.Finding.Rule]; r != nil && r.Fix != "" {
		return sentence(report.Prose(r.Fix))
	}
	return "remove it, or change it so that it is no longer found."
}

func (v *View) findings() []string {
	rows := make([]string, len(v.Outstanding))
	for i := range v.Outstanding {
		rows[i] = "- " + v.of(&v.Outstanding[i]) + v.finding(&v.Outstanding[i]) + "\n"
	}
	return rows
}

func (v *View) finding(t *Tracked) string {
	f := &t.Finding
	s := "**" + f.Severity.String() + "** " + place(t)
	if t.Elsewhere != "" {
		s += " in " + code(t.Elsewhere)
	}
	if t.From != "" {
		s += ", commit " + commit(t.From)
	}
	s += ": " + sentence(f.Message) + " Rule " + code(f.Rule)
	if f.Confidence != credential.High {
		s += ", confidence " + report.Confidence(f.Confidence)
	}
	s += "."
	switch {
	case t.Status == RuleChanged:
		s += " The rule has changed: this version no longer reports it, and the file is as it was."
	case t.Status == Leaked && t.Ended != "":
		s += " Removed by commit " + commit(t.Ended) + "."
	case t.Status == Leaked && t.Elsewhere == "":
		s += " Removed again."
	}
	return s
}

// reasons tell for each rule what goes wrong.
func (v *View) reasons() []string {
	var rows []string
	seen := map[string]bool{}
	for i := range v.Outstanding {
		id := v.Outstanding[i].Finding.Rule
		r := v.Rules[id]
		if seen[id] || r == nil || r.Why == "" {
			continue
		}
		seen[id] = true
		rows = append(rows, "- "+code(id)+": "+sentence(report.Prose(report.Sentences(r.Why, 3)))+"\n")
	}
	return rows
}
