package lookup

import (
	"fmt"
	"slices"
	"time"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Circumstances are what matters beside facts and place.
type Circumstances struct {
	Now      time.Time
	Approved bool // by the policy
	Mirrored bool // the repository names another registry, which may have more packages
}

// Judge makes findings of facts about the package of a server. It is pure. At
// most one finding a rule; a template or disabled server is judged one step
// milder.
func Judge(f *Facts, s *scanners.Sighting, c Circumstances) []scanners.Finding {
	var out []scanners.Finding
	add := func(rule string, severity scanners.Severity, confidence credential.Confidence, message, fix scanners.Text) {
		if severity > scanners.Info && (s.Template || s.Disabled) {
			severity--
		}
		out = append(out, scanners.Finding{
			Rule: rule, Severity: severity, Confidence: confidence, Integration: s.Integration.ID, Server: s.Name,
			Path: s.Path, Region: s.Region, Pointer: s.Pointer, Client: s.Client, Message: message, Fix: fix,
		})
	}
	if m := malicious(f); m != nil {
		add(ruleMalicious, scanners.Critical, credential.High, m,
			scanners.Say("Remove the server. Where it has run, take every credential within its reach for leaked: revoke them, and look at the machine."))
		return out
	}
	switch {
	case f.State == Absent && !c.Mirrored:
		add(ruleUnclaimed, scanners.Critical, credential.High,
			scanners.Say("The launch runs ", f.Name, ", and "+home(f.Ecosystem)+" has nothing of that name: whoever registers it first runs code on every machine that starts this server."),
			scanners.Say("Correct the name, or publish the package under a scope of your own. If it is private, name its registry at the launch and list its name under ", "private_names", " in the policy."))
		return out
	case f.State != Present:
		return nil
	}
	if m, severity := vulnerable(f); m != nil {
		add(ruleVulnerable, severity, credential.High, m, upgrade(f))
	}
	if m := retired(f); m != nil {
		add(ruleDeprecated, scanners.LowSeverity, credential.High, m,
			scanners.Say("Move to the successor that its publisher names, or to another server that is maintained."))
	}
	if m := disreputable(f, s, c); m != nil {
		add(ruleReputation, scanners.Medium, credential.Medium, m,
			scanners.Say("Read its source, pin the version that was read, and record the approval in the policy (", "approved", ")."))
	}
	return out
}

func home(ecosystem string) string {
	return map[string]string{npm: "npm", pypi: "PyPI", oci: "Docker Hub", golang: "the Go module proxy"}[ecosystem]
}

func malicious(f *Facts) scanners.Text {
	for _, a := range f.Advisories {
		if a.Malicious {
			return scanners.Say("The package ", f.shown(), " is listed as malicious: ", a.ID, ".")
		}
	}
	if f.State == Seized {
		return scanners.Say("The package ", f.Name, " held malicious code: npm's security team took it down and keeps its name.")
	}
	return nil
}

// shown is the package with the version that the launch gets.
func (f *Facts) shown() string {
	p := f.Package
	if f.Resolved != "" {
		p.Version = f.Resolved
	}
	return p.String()
}

// vulnerable names the worst advisory, and how many more there are.
func vulnerable(f *Facts) (scanners.Text, scanners.Severity) {
	if f.Resolved == "" || len(f.Advisories) == 0 {
		return nil, scanners.Info
	}
	worst := worstOf(f.Advisories)
	also := "."
	if n := len(f.Advisories) - 1; n > 0 {
		also = fmt.Sprintf(" and %d more.", n)
	}
	text := scanners.Say("", f.shown(), " has a known vulnerability: ", name(worst), also)
	if worst.Summary != "" {
		text = append(text, scanners.Say(" The advisory says: ", credential.Redact(worst.Summary))...)
	}
	return text, worst.Severity
}

func worstOf(all []Advisory) *Advisory {
	worst := &all[0]
	for i := range all {
		if all[i].Severity > worst.Severity {
			worst = &all[i]
		}
	}
	return worst
}

// name is the id of an advisory with its CVE.
func name(a *Advisory) string {
	for _, alias := range a.Aliases {
		if len(alias) > 4 && alias[:4] == "CVE-" && alias != a.ID {
			return alias + ", " + a.ID
		}
	}
	return a.ID
}

// upgrade names the version that is free of all that was found, if each names one.
func upgrade(f *Facts) scanners.Text {
	to := ""
	for _, a := range f.Advisories {
		if a.Fixed == "" {
			return scanners.Say("No release without it is known for every advisory: look for another server, or keep this one from what strangers can write.")
		}
		if to == "" || older(to, a.Fixed) {
			to = a.Fixed
		}
	}
	return scanners.Say("Use version ", to, " or later, and pin it.")
}

// retired says that the publisher has given the package or the version up.
func retired(f *Facts) scanners.Text {
	switch {
	case f.Yanked && !f.floating():
		return withWords(scanners.Say("The version ", f.shown(), " was withdrawn (yanked) by its publisher."), f.Deprecated)
	case f.Deprecated != "" && !f.Yanked:
		return withWords(scanners.Say("The package ", f.shown(), " is deprecated."), f.Deprecated)
	case f.Retired != "":
		return scanners.Say("The MCP registry lists the server of ", f.Name, " as ", f.Retired, ".")
	case f.Archived:
		return scanners.Say("The source of ", f.Name, ", ", f.Repository, " at GitHub, is archived: nobody mends it any more.")
	}
	return nil
}

// withWords adds what its publisher says, who is a stranger.
func withWords(t scanners.Text, words string) scanners.Text {
	if words == "" {
		return t
	}
	return append(t, scanners.Say(" Its publisher says: ", credential.Redact(words))...)
}

// Thresholds of reputation. Downloads are a week's on npm; installations by
// machines alone give a package that nobody uses some dozens (blog.npmjs.org,
// "numeric precision matters").
const (
	young    = 30 * 24 * time.Hour
	fewWeek  = 100
	fewPulls = 500
)

// disreputable wants at least two signs that are independent of one another,
// of which one is that the package is new, or three: that one person publishes
// it, that hardly anyone uses it, that its source is nowhere.
func disreputable(f *Facts, s *scanners.Sighting, c Circumstances) scanners.Text {
	trusted := []scanners.Reputation{scanners.Official, scanners.Known}
	if c.Mirrored || c.Approved || f.Listed == Yes || slices.Contains(trusted, s.Integration.Reputation) {
		return nil
	}
	isNew := !f.FirstPublished.IsZero() && c.Now.Sub(f.FirstPublished) < young
	few := f.Downloads >= 0 && (f.Ecosystem == npm && f.Downloads < fewWeek || f.Ecosystem == oci && f.Downloads < fewPulls)
	alone := f.Maintainers == 1 && !f.Organisation
	nowhere := f.HasRepository == No || f.SourceGone
	var signs []string
	for _, sign := range []struct {
		holds bool
		words string
	}{
		{isNew, "it was first published less than 30 days ago"}, {few, "hardly anyone uses it"},
		{alone, "one account publishes it"}, {nowhere, "its source is not to be found"},
	} {
		if sign.holds {
			signs = append(signs, sign.words)
		}
	}
	// Most honest packages are young and one person's for a while: of those two
	// alone nothing follows.
	if isNew && (few || nowhere) || len(signs) >= 3 || !isNew && alone && few && f.Listed == No {
		return scanners.Say("Little speaks for the package ", f.shown(), ": "+join(signs)+".")
	}
	return nil
}

func join(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		out := words[0]
		for _, w := range words[1 : n-1] {
			out += ", " + w
		}
		return out + " and " + words[n-1]
	}
}
