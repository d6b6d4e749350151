package casework

import (
	"slices"

	"github.com/castellan-app/castellan/app/report"
)

const mostPlaces = 5 // listed in a comment

// generic is what an issue says in a place where details would tell too many.
func generic(id string) (title, body string) {
	return "Castellan: followed elsewhere",
		start(id) + "\nThis is followed in a place that is not public. There is nothing to do here.\n" + markerEnd
}

func where(all []*Tracked) string {
	var places []string
	for _, t := range all[:min(len(all), mostPlaces)] {
		places = append(places, place(t))
	}
	if n := len(all) - mostPlaces; n > 0 {
		places = append(places, report.Number(n)+" more")
	}
	return report.List(places)
}

// persisting answers a close as completed after one look.
func persisting(all []*Tracked, c *Closure, at string) string {
	return "Closed as completed by " + code(c.By) + " on " + day(c.At) + ". Castellan looked once: at commit " + commit(at) + " " +
		report.Plural(len(all), "finding is", "findings are") + " still there (" + where(all) + ").\n\n" +
		"The issue stays closed, and Castellan will not reopen it for these. Please reopen it to go on, or have an approver accept the risk by a waiver with an end in `castellan.yml`.\n"
}

// unconfirmed answers a close that came before rotation was asked for.
func unconfirmed(all []*Tracked, c *Closure) string {
	return "Closed as completed by " + code(c.By) + " on " + day(c.At) + ", and the credential is gone from the default branch (" + where(all) + "). " +
		"The history keeps it: was it revoked?\n\nThe issue stays closed. To confirm the rotation, reopen it and close it as completed once more.\n"
}

// declined answers a close as not planned while findings persist.
func declined(all []*Tracked, c *Closure) string {
	if len(all) == 0 {
		return ""
	}
	what := report.Plural(len(all), "finding persists", "findings persist") + " (" + where(all) + ") without an accepted risk. "
	if !slices.ContainsFunc(all, func(t *Tracked) bool { return t.Status != Leaked }) {
		what = "Nobody has confirmed that the credential was revoked (" + where(all) + "). To confirm it, reopen the issue and close it as completed. To accept the risk instead: "
	}
	return "Closed by " + code(c.By) + " on " + day(c.At) + ". That is respected: the issue stays closed.\n\n" + what +
		"Please have an approver add a waiver with a reason and an end (`until`) to `castellan.yml`; `castellan scan --format json` shows the fingerprint it names.\n"
}

// reopened says on which evidence a closed issue is open again.
func reopened(fresh []*Tracked, c *Closure) string {
	t := fresh[0]
	s := "Open again: closed on " + day(c.At) + ", and since then " + report.Plural(len(fresh), "finding", "findings") +
		" came up that was not known (" + where(fresh) + "), seen on " + day(t.At) + " in commit " + commit(t.Commit)
	switch {
	case t.Lapsed:
		s += ", because its waiver ended or policy asks for more"
	case t.Joined && t.Commit == c.Commit:
		s += ", because this issue stands for its integration now"
	}
	return s + ". What was closed stays as it was decided: findings known then are not the reason.\n"
}
