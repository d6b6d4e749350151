package casework

import (
	"slices"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

const mostTraced = 8 // entries without an effect that are listed

// asked says who was asked and from where we know them. People are notified by
// the assignment, teams and the unassignable by one mention, when the issue is
// created. What is wrong with the entries of policy and CODEOWNERS is not told
// in public.
func (v *View) asked() []string {
	o := v.Owner
	var rows []string
	because := ""
	if o.Why != "" {
		because = ", from " + prose(scanners.Say(string(o.Source)+": "+o.Why)) + " (confidence " + prose(scanners.Say(string(o.Confidence))) + ")"
	}
	if len(o.Assignees) > 0 {
		rows = append(rows, "- Asked: "+report.List(spans(o.Assignees))+because+".\n")
		because = ""
	}
	if len(o.Mentions) > 0 {
		var all []string
		for _, m := range o.Mentions {
			all = append(all, v.mention(m))
		}
		rows = append(rows, "- Mentioned: "+report.List(all)+because+".\n")
	}
	if len(o.Assignees)+len(o.Mentions) == 0 {
		rows = append(rows, "- **No owner** was found. Name one under `owners` of `castellan.yml` or in `CODEOWNERS`.\n")
	}
	n := 0
	for _, t := range o.Trace {
		if t.Dead && n < mostTraced && !v.Public {
			n++
			rows = append(rows, "- Not asked: "+code(t.Entry)+" ("+prose(scanners.Say(t.Why))+"): "+prose(scanners.Say(t.Result))+".\n")
		}
	}
	return rows
}

// mention notifies those who were there when the issue was created; whoever came
// later is only named.
func (v *View) mention(p owner.Person) string {
	if slices.Contains(v.Case.Mentioned, p.Name) && mentionable(p.Name) {
		return "@" + p.Name
	}
	return code(p.Name)
}

// mentionable wants login or org/team.
func mentionable(s string) bool {
	slashes := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', i > 0 && (c == '-' || c == '_'):
		case c == '/' && i > 0 && i < len(s)-1:
			slashes++
		default:
			return false
		}
	}
	return s != "" && len(s) <= 200 && slashes <= 1
}

func spans(people []owner.Person) []string {
	var all []string
	for _, p := range people {
		all = append(all, code(p.Name))
	}
	return all
}

// ends says what closes the issue, and what opens it again.
func (v *View) ends() []string {
	if v.Case.State == Closed {
		return []string{"- It is closed. Only something new opens it again: a finding not known then, seen on a newer commit, or a waiver that ended.\n"}
	}
	var rows []string
	if v.secrets() {
		rows = append(rows, "- A credential: once it is gone from the default branch, its rotation is to be confirmed. Close the issue as completed when the old one is revoked; your name and the time are kept as the confirmation.\n")
	}
	if slices.ContainsFunc(v.Case.Findings, func(t Tracked) bool { return !secret(&t.Finding) }) {
		rows = append(rows, "- Anything else: the issue closes by itself once a complete scan of a newer commit of the default branch no longer finds it.\n")
	}
	if v.Case.Kind == KindRollUp {
		rows = append(rows, "- An integration with nothing left leaves this issue. What is found in it then gets an issue of its own, if there is room.\n")
	}
	return append(rows,
		"- To accept the risk instead, have an approver add a waiver with a reason and an end to `castellan.yml`. Closing as not planned is respected, but is no waiver.\n",
		"- Text outside this part, boxes ticked, title, labels and assignees are yours: they stay as you leave them.\n")
}

func (v *View) status() []string {
	c := v.Case
	state := string(c.State)
	switch c.State {
	case Rotation:
		state = v.rotation()
	case Closed:
		state += closureWords(&c.Closure)
	}
	rows := []string{"- State: " + state + "\n"}
	if !c.Opened.IsZero() {
		rows = append(rows, "- Opened: "+day(c.Opened)+"\n")
	}
	if !v.Due.IsZero() {
		rows = append(rows, "- Due: "+day(v.Due)+"\n")
	}
	if c.Held {
		rows = append(rows, "- Reopened by a person: it does not close by itself.\n")
	}
	for _, n := range []struct {
		n         int
		one, many string
	}{
		{c.Untracked, "finding more than one issue tracks", "findings more than one issue tracks"},
		{v.Backlog, "older finding is not listed until the backlog is published", "older findings are not listed until the backlog is published"},
	} {
		if n.n > 0 {
			rows = append(rows, "- "+report.Plural(n.n, n.one, n.many)+"\n")
		}
	}
	return rows
}

func closureWords(c *Closure) string {
	by := " by " + code(c.By) + " on " + day(c.At)
	switch c.Kind {
	case Resolved:
		return ": resolved"
	case Accepted:
		return ": the risk is accepted by waiver or policy"
	case Attested:
		return ": rotation confirmed" + by
	case Unconfirmed:
		return by + ", rotation not confirmed"
	case Completed:
		return by + " as completed"
	case Declined:
		return by + " as not planned"
	case Duplicate:
		return by + " as a duplicate"
	}
	return ""
}

// settled lists what is done with, for the record.
func (v *View) settled() []string {
	var rows []string
	for i := range v.Case.Findings {
		t := &v.Case.Findings[i]
		what := ""
		switch t.Status {
		case Fixed:
			what = "fixed"
			if t.Ended != "" {
				what += " by commit " + commit(t.Ended)
			}
		case Rotated:
			what = "rotation confirmed"
		case Waived:
			what = "waived: " + code(t.Waiver)
		case Lowered:
			what = "no longer pursued by policy"
		default:
			continue
		}
		rows = append(rows, "- "+v.of(t)+"~~"+place(t)+"~~ "+code(t.Finding.Rule)+": "+what+"\n")
	}
	return rows
}
