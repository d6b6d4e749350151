package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

func hash(digit string) string { return "k0123abcd:" + strings.Repeat(digit, 64) }

func TestWaivers(t *testing.T) {
	t.Parallel()
	const (
		file  = "castellan.yml"
		plain = "by default other high findings warn"
		leak  = "by default credentials of high or medium confidence block"
	)
	print := strings.Repeat("1", 64)
	base := Waiver{Rule: "mcp-http-transport", Match: Match{"acme/lab", "conf/**"}, Until: Date{2027, 1, 31}, Reason: "lab network", Approver: "@acme/security", File: file, Line: 9}
	waiver := func(change func(*Waiver)) Waiver { w := base; change(&w); return w }
	http := Subject{Rule: "mcp-http-transport", Severity: scanners.High, Repository: "Acme/Lab", Path: "conf/a/mcp.json", Fingerprint: print}
	subject := func(change func(*Subject)) Subject { s := http; change(&s); return s }
	key := subject(func(s *Subject) { s.Rule, s.Credential, s.Confidence = "mcp-secret-in-env", secret, credential.High })
	forKey := waiver(func(w *Waiver) { w.Rule, w.Fingerprint, w.Credential = "mcp-secret-in-env", print, secret.Hash })
	const not = "; the waiver at castellan.yml:9 does not apply: it "

	for _, tc := range []struct {
		name   string
		w      Waiver
		s      Subject
		now    time.Time
		waived bool
		reason string
	}{
		{"applies", base, http, now, true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"another rule", base, subject(func(s *Subject) { s.Rule = "mcp-sudo" }), now, false, plain},
		{"another path", base, subject(func(s *Subject) { s.Path = "mcp.json" }), now, false, plain},
		{"another repository", base, subject(func(s *Subject) { s.Repository = "acme/lab2" }), now, false, plain},
		{"repository unknown", base, subject(func(s *Subject) { s.Repository = "" }), now, false, plain + not + "is for acme/lab, and the repository is not known here"},
		{"repository unknown, another path", base, subject(func(s *Subject) { s.Repository, s.Path = "", "x" }), now, false, plain},
		{"none named, unknown", waiver(func(w *Waiver) { w.Match.Repository = "" }), subject(func(s *Subject) { s.Repository = "" }), now, true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"none named, known", waiver(func(w *Waiver) { w.Match.Repository = "" }), http, now, false, plain + not + "names no repository: write match as owner/name:conf/**"},
		{"fingerprint", waiver(func(w *Waiver) { w.Fingerprint = print }), http, now, true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"another fingerprint", waiver(func(w *Waiver) { w.Fingerprint = strings.Repeat("2", 64) }), http, now, false, plain},
		{"last second", base, http, time.Date(2027, 1, 31, 23, 59, 59, 999, time.UTC), true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"ended", base, http, time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), false, plain + not + "ended on 2027-01-31"},
		{"last second elsewhere", base, http, time.Date(2027, 2, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600)), true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"ended and elsewhere", base, subject(func(s *Subject) { s.Path = "x" }), now.AddDate(1, 0, 0), false, plain},

		{"credential", forKey, key, now, true, "waived until 2027-01-31 by @acme/security: lab network (castellan.yml:9)"},
		{"credential, no hash", waiver(func(w *Waiver) { *w = forKey; w.Credential = "" }), key, now, false, leak + not + "must name the fingerprint and the hash of the credential"},
		{"credential, nothing", waiver(func(w *Waiver) { *w = forKey; w.Credential, w.Fingerprint = "", "" }), key, now, false, leak + not + "must name the fingerprint and the hash of the credential"},
		{"credential, no fingerprint", waiver(func(w *Waiver) { *w = forKey; w.Fingerprint = "" }), key, now, false, leak + not + "must name the fingerprint and the hash of the credential"},
		{"the next key", waiver(func(w *Waiver) { *w = forKey; w.Credential = hash("b") }), key, now, false, leak + not + "is for another credential"},
		{"another hash key", waiver(func(w *Waiver) { *w = forKey; w.Credential = "k76543210" + secret.Hash[9:] }), key, now, false, leak + not + "is for another credential, or was hashed with another key (k76543210, not k0123abcd)"},
		{"credential elsewhere", waiver(func(w *Waiver) { *w = forKey; w.Fingerprint = strings.Repeat("2", 64) }), key, now, false, leak},
		{"credential ended", forKey, key, now.AddDate(1, 0, 0), false, leak + not + "ended on 2027-01-31"},
		{"hash where there is no credential", waiver(func(w *Waiver) { w.Fingerprint, w.Credential = print, secret.Hash }), http, now, false, plain},
	} {
		p := Defaults()
		p.Waivers = []Waiver{tc.w}
		d := p.Decide(tc.s, tc.now)
		if diff := cmp.Diff(tc.reason, d.Reason); diff != "" {
			t.Errorf("%s: reason (-want +got):\n%s", tc.name, diff)
		}
		if tc.waived != (d.Waiver != nil) || tc.waived != (d.Action == Off) {
			t.Errorf("%s: %+v", tc.name, d)
		}
	}
}

func TestFirstWaiverThatAppliesDecides(t *testing.T) {
	t.Parallel()
	p := Defaults()
	w := Waiver{Rule: "mcp-sudo", Match: Match{"acme/*", "**"}, Until: Date{2020, 1, 1}, Line: 1}
	p.Waivers = append(p.Waivers, w)
	w.Until, w.Line = Date{2028, 1, 1}, 2
	p.Waivers = append(p.Waivers, w)
	w.Line = 3
	p.Waivers = append(p.Waivers, w)
	d := p.Decide(Subject{Rule: "mcp-sudo", Repository: "acme/x", Path: "y"}, now)
	if d.Waiver == nil || d.Waiver.Line != 2 {
		t.Errorf("%+v", d)
	}
	if ended := p.Ended(now); len(ended) != 1 || ended[0].Line != 1 {
		t.Errorf("ended: %+v", ended)
	}
}

func TestOffIsNotWaived(t *testing.T) {
	t.Parallel()
	p := Defaults()
	p.Rules["mcp-sudo"] = Off
	p.Waivers = []Waiver{{Rule: "mcp-sudo", Match: Match{"", "**"}, Until: Date{2028, 1, 1}}}
	if d := p.Decide(Subject{Rule: "mcp-sudo", Path: "a"}, now); d.Action != Off || d.Waiver != nil {
		t.Errorf("%+v", d)
	}
}

// TestAnEndedWaiverIsToldOnce: by Ended, for whichever finding it was.
func TestAnEndedWaiverIsToldOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	const head = "version: 1\nwaivers:\n- {rule: mcp-sudo, match: \"acme/a:**\", until: 2020-01-01, reason: r, approver: \"@a\"}\n"
	for file, nearly := range map[string]string{
		head: "",
		head + "- {rule: mcp-sudo, match: \"**\", until: 2027-01-01, reason: r, approver: \"@a\"}\n": "the waiver at p:4 does not apply: it names no repository: write match as owner/name:**",
	} {
		p, err := Read("p", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		d := p.Decide(Subject{Rule: "mcp-sudo", Repository: "acme/a", Path: "x"}, now)
		if d.Nearly != nearly || !strings.Contains(d.Reason, "p:3 does not apply: it ended on 2020-01-01") {
			t.Errorf("nearly %q, reason %q", d.Nearly, d.Reason)
		}
		if n := len(p.Ended(now)); n != 1 {
			t.Errorf("%d ended", n)
		}
	}
}
