package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Subject is what is decided about: a finding, and where it was found.
type Subject struct {
	Rule        string
	Severity    scanners.Severity
	Confidence  credential.Confidence
	Credential  *credential.Identity // nil: not about a literal credential
	Repository  string               // owner/name; "" if unknown, as on a laptop
	Path        string
	Fingerprint string
	Local       bool   // in a file that git ignores: on this machine only
	Passive     bool   // in an example, documentation or a test
	Broad       bool   // of agent-auto-approve-mcp: enables everything, or "*"
	Host        string // that the finding is about, "" if about none
}

// Decision is what is done, and why.
type Decision struct {
	Action Action
	Waiver *Waiver // the one that turned the finding off; nil if none did
	Reason string  // one line for people: the default, override or waiver that decided
	Nearly string  // why a waiver that is meant for the finding does not apply; "" if none is, or only ones that ended, of which Policy.Ended tells
}

// Decide says what is done about a finding at a time. An action for its rule
// comes before the defaults, a repository may raise what comes of that, what
// is local is noted at most, and a waiver turns off whatever is left.
func (p *Policy) Decide(s Subject, now time.Time) Decision {
	d := p.unwaived(s)
	if d.Action == Off {
		return d
	}
	w, why, nearly := p.waiver(s, now)
	if w != nil {
		return Decision{Action: Off, Waiver: w, Reason: w.String()}
	}
	if d.Nearly = nearly; why != "" {
		d.Reason += "; " + why
	}
	return d
}

func (p *Policy) unwaived(s Subject) Decision {
	if p.ApprovesHost(s.Host) {
		return Decision{Action: Off, Reason: p.Name + " approves the host " + s.Host}
	}
	d := byDefault(s)
	if s.Passive && s.Credential == nil && Warn.Below(d.Action) {
		d = Decision{Action: Warn, Reason: "by default what no client acts on as it lies warns at most"}
	}
	if a, ok := p.Rules[s.Rule]; ok {
		d = Decision{Action: a, Reason: p.Name + " sets " + s.Rule + " to " + string(a)}
	}
	if a, ok := p.raised[s.Rule]; ok && d.Action.Below(a) {
		d = Decision{Action: a, Reason: "the repository's own policy raises " + s.Rule + " to " + string(a)}
	}
	if s.Local && Note.Below(d.Action) {
		d = Decision{Action: Note, Reason: "local only: git ignores the file"}
	}
	return d
}

// ApprovesHost says whether approved_hosts name a host, in lower case, alone or
// as one below a "*.".
func (p *Policy) ApprovesHost(host string) bool {
	return host != "" && slices.ContainsFunc(p.ApprovedHosts, func(approved string) bool {
		domain, below := strings.CutPrefix(approved, "*")
		return host == approved || below && strings.HasSuffix(host, domain)
	})
}

// condition is when a rule blocks by default.
type condition struct {
	least scanners.Severity
	broad bool // only Subject.Broad
	words string
}

func (c condition) holds(s Subject) bool { return s.Severity >= c.least && (s.Broad || !c.broad) }

// blocking are the rules that block by default, beside those about
// credentials: what runs or may run a stranger's code, leaves the sandbox,
// approves everything, or lets strangers steer an agent.
var blocking = map[string]condition{
	"mcp-malicious-package":      {},
	"mcp-unclaimed-package":      {},
	"mcp-remote-code-pipe":       {},
	"mcp-docker-privileged":      {},
	"mcp-docker-host-mount":      {least: scanners.Critical, words: " when critical"},
	"agent-bypass-permissions":   {least: scanners.Critical, words: " when critical"},
	"agent-auto-approve-mcp":     {broad: true, words: " when it approves everything"},
	"agent-hook-remote-code":     {},
	"wf-agent-prompt-injection":  {},
	"wf-agent-head-checkout":     {},
	"wf-agent-config-from-pr":    {},
	"wf-agent-output-executed":   {},
	"wf-agent-untrusted-trigger": {least: scanners.High, words: " when high"},
}

// noted are the rules noted by default whatever their severity: unpinned
// packages are the norm (192 of 195 package-launched servers in our sample).
var noted = map[string]bool{"mcp-unpinned-package": true, "mcp-unpinned-image": true}

// silent are the rules that a policy has to turn on: half of all remote servers
// sign in with OAuth, of which a configuration says nothing.
var silent = map[string]bool{"mcp-remote-no-auth": true}

func byDefault(s Subject) Decision {
	if s.Credential != nil {
		return credentialDefault(s)
	}
	if c, ok := blocking[s.Rule]; ok && c.holds(s) {
		return Decision{Action: Block, Reason: "by default " + s.Rule + " blocks" + c.words}
	}
	switch {
	case silent[s.Rule]:
		return Decision{Action: Off, Reason: "by default " + s.Rule + " is off: a policy can turn it on"}
	case noted[s.Rule]:
		return Decision{Action: Note, Reason: "by default unpinned packages and images are noted"}
	case s.Severity >= scanners.High:
		return Decision{Action: Warn, Reason: "by default other " + s.Severity.String() + " findings warn"}
	default:
		return Decision{Action: Note, Reason: "by default other " + s.Severity.String() + " findings are noted"}
	}
}

func credentialDefault(s Subject) Decision {
	switch {
	case s.Credential.Publishable:
		return Decision{Action: Note, Reason: "by default publishable credentials are noted"}
	case s.Confidence == credential.Low && s.Severity >= scanners.High:
		return Decision{Action: Warn, Reason: "by default " + s.Severity.String() + " credentials of low confidence warn"}
	case s.Confidence == credential.Low:
		return Decision{Action: Note, Reason: "by default other credentials of low confidence are noted"}
	default:
		return Decision{Action: Block, Reason: "by default credentials of high or medium confidence block"}
	}
}
