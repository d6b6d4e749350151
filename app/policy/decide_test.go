package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

var now = time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)

var secret = &credential.Identity{Provider: "Example", Kind: "opaque", Hash: hash("a"), Length: 32}

// A host that the organisation approves is none of the findings about hosts.
func TestApprovedHosts(t *testing.T) {
	t.Parallel()
	p := Defaults()
	p.ApprovedHosts = []string{"mcp.acme.example", "*.gateway.example"}
	for host, want := range map[string]Action{
		"mcp.acme.example": Off, "llm.gateway.example": Off, "a.b.gateway.example": Off,
		"gateway.example": Warn, "evilgateway.example": Warn, "acme.example": Warn, "mcp.acme.example.net": Warn, "": Warn,
	} {
		if d := p.Decide(Subject{Rule: "agent-base-url-override", Severity: scanners.Critical, Host: host}, now); d.Action != want || d.Reason == "" {
			t.Errorf("%q: %+v, want %s", host, d, want)
		}
	}
}

func TestDefaultActions(t *testing.T) {
	t.Parallel()
	const plain = "mcp-shell-server" // a rule without a default of its own
	public := &credential.Identity{Hash: hash("a"), Publishable: true}
	for _, tc := range []struct {
		name string
		s    Subject
		want Action
	}{
		{"credential, high confidence", Subject{Rule: "mcp-secret-in-env", Severity: scanners.Critical, Confidence: credential.High, Credential: secret}, Block},
		{"credential, medium confidence", Subject{Rule: "mcp-secret-in-env", Severity: scanners.High, Confidence: credential.Medium, Credential: secret}, Block},
		{"credential, low confidence", Subject{Rule: "mcp-secret-in-env", Severity: scanners.High, Confidence: credential.Low, Credential: secret}, Warn},
		{"credential, low confidence, low severity", Subject{Rule: "mcp-secret-in-env", Severity: scanners.LowSeverity, Confidence: credential.Low, Credential: secret}, Note},
		{"credential of low severity", Subject{Rule: "mcp-secret-in-args", Severity: scanners.LowSeverity, Confidence: credential.High, Credential: secret}, Block},
		{"credential under any rule", Subject{Rule: plain, Severity: scanners.Info, Confidence: credential.Medium, Credential: secret}, Block},
		{"publishable", Subject{Rule: "mcp-secret-in-env", Severity: scanners.Critical, Confidence: credential.High, Credential: public}, Note},
		{"publishable, low confidence", Subject{Rule: "mcp-secret-in-env", Severity: scanners.Critical, Credential: public}, Note},
		{"publishable, rule that blocks", Subject{Rule: "mcp-remote-code-pipe", Severity: scanners.Critical, Credential: public}, Note},

		{"malicious", Subject{Rule: "mcp-malicious-package", Severity: scanners.Critical}, Block},
		{"malicious, any severity", Subject{Rule: "mcp-malicious-package"}, Block},
		{"unclaimed", Subject{Rule: "mcp-unclaimed-package"}, Block},
		{"code pipe", Subject{Rule: "mcp-remote-code-pipe"}, Block},
		{"hook", Subject{Rule: "agent-hook-remote-code"}, Block},
		{"privileged", Subject{Rule: "mcp-docker-privileged"}, Block},
		{"mount, critical", Subject{Rule: "mcp-docker-host-mount", Severity: scanners.Critical}, Block},
		{"mount, high", Subject{Rule: "mcp-docker-host-mount", Severity: scanners.High}, Warn},
		{"mount, low", Subject{Rule: "mcp-docker-host-mount", Severity: scanners.LowSeverity}, Note},
		{"bypass, critical", Subject{Rule: "agent-bypass-permissions", Severity: scanners.Critical}, Block},
		{"bypass, high", Subject{Rule: "agent-bypass-permissions", Severity: scanners.High}, Warn},
		{"bypass, low", Subject{Rule: "agent-bypass-permissions", Severity: scanners.LowSeverity}, Note},
		{"approve all", Subject{Rule: "agent-auto-approve-mcp", Severity: scanners.High, Broad: true}, Block},
		{"approve all, medium", Subject{Rule: "agent-auto-approve-mcp", Severity: scanners.Medium, Broad: true}, Block},
		{"approve some", Subject{Rule: "agent-auto-approve-mcp", Severity: scanners.High}, Warn},
		{"approve some, critical", Subject{Rule: "agent-auto-approve-mcp", Severity: scanners.Critical}, Warn},
		{"prompt injection", Subject{Rule: "wf-agent-prompt-injection"}, Block},
		{"head checkout", Subject{Rule: "wf-agent-head-checkout"}, Block},
		{"config from pr", Subject{Rule: "wf-agent-config-from-pr"}, Block},
		{"output executed", Subject{Rule: "wf-agent-output-executed"}, Block},
		{"untrusted trigger, high", Subject{Rule: "wf-agent-untrusted-trigger", Severity: scanners.High}, Block},
		{"untrusted trigger, critical", Subject{Rule: "wf-agent-untrusted-trigger", Severity: scanners.Critical}, Block},
		{"untrusted trigger, medium", Subject{Rule: "wf-agent-untrusted-trigger", Severity: scanners.Medium}, Note},

		{"unpinned package", Subject{Rule: "mcp-unpinned-package", Severity: scanners.Medium}, Note},
		{"unpinned package, critical", Subject{Rule: "mcp-unpinned-package", Severity: scanners.Critical}, Note},
		{"unpinned image", Subject{Rule: "mcp-unpinned-image", Severity: scanners.High}, Note},
		{"unpinned git source", Subject{Rule: "mcp-unpinned-git-source", Severity: scanners.High}, Warn},

		{"remote without sign-in", Subject{Rule: "mcp-remote-no-auth", Severity: scanners.High}, Off},

		{"other critical", Subject{Rule: plain, Severity: scanners.Critical}, Warn},
		{"other high", Subject{Rule: plain, Severity: scanners.High}, Warn},
		{"other medium", Subject{Rule: plain, Severity: scanners.Medium}, Note},
		{"other low", Subject{Rule: plain, Severity: scanners.LowSeverity}, Note},
		{"other info", Subject{Rule: plain, Severity: scanners.Info}, Note},
		{"broad says nothing of other rules", Subject{Rule: plain, Severity: scanners.High, Broad: true}, Warn},

		{"code pipe in an example", Subject{Rule: "mcp-remote-code-pipe", Severity: scanners.High, Passive: true}, Warn},
		{"mount in a test, low", Subject{Rule: "mcp-docker-host-mount", Severity: scanners.LowSeverity, Passive: true}, Note},
		{"credential in an example", Subject{Rule: "mcp-secret-in-env", Severity: scanners.Critical, Confidence: credential.High, Credential: secret, Passive: true}, Block},

		{"local credential", Subject{Rule: "mcp-secret-in-env", Confidence: credential.High, Credential: secret, Local: true}, Note},
		{"local code pipe", Subject{Rule: "mcp-remote-code-pipe", Local: true}, Note},
		{"local other high", Subject{Rule: plain, Severity: scanners.High, Local: true}, Note},
		{"local info", Subject{Rule: plain, Local: true}, Note},
	} {
		d := Defaults().Decide(tc.s, now)
		if d.Action != tc.want || d.Waiver != nil || d.Reason == "" {
			t.Errorf("%s: %+v, want %s", tc.name, d, tc.want)
		}
	}
}

// Every rule that blocks by default has a row above only if the tables agree.
func TestBlockingRulesAreStable(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for i, id := range stable {
		if i > 0 && stable[i-1] >= id {
			t.Errorf("%s is out of order", id)
		}
		known[id] = true
	}
	for id := range blocking {
		if !known[id] {
			t.Errorf("%s blocks and is no rule", id)
		}
	}
	for id := range noted {
		if !known[id] {
			t.Errorf("%s is noted and is no rule", id)
		}
	}
	for id := range withCredential {
		if !known[id] {
			t.Errorf("%s is no rule", id)
		}
	}
	if len(blocking) != 13 {
		t.Errorf("%d rules block by default", len(blocking))
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	org := &Policy{Name: "castellan.yml", Rules: map[string]Action{"mcp-sudo": Note, "mcp-sse-transport": Block, "mcp-secret-in-env": Warn, "mcp-remote-no-auth": Off}}
	repo := &Policy{Name: ".github/castellan.yml", Rules: map[string]Action{"mcp-sudo": Block, "mcp-sse-transport": Warn, "mcp-docker-privileged": Note, "mcp-remote-no-auth": Note}}
	tightened, _ := org.Tighten(repo)
	for _, tc := range []struct {
		name string
		p    *Policy
		s    Subject
		want Decision
	}{
		{"the organisation lowers", org, Subject{Rule: "mcp-sudo", Severity: scanners.High}, Decision{Action: Note, Reason: "castellan.yml sets mcp-sudo to note"}},
		{"the organisation raises", org, Subject{Rule: "mcp-sse-transport"}, Decision{Action: Block, Reason: "castellan.yml sets mcp-sse-transport to block"}},
		{"the organisation lowers credentials", org, Subject{Rule: "mcp-secret-in-env", Confidence: credential.High, Credential: secret}, Decision{Action: Warn, Reason: "castellan.yml sets mcp-secret-in-env to warn"}},
		{"off", org, Subject{Rule: "mcp-remote-no-auth", Severity: scanners.Critical}, Decision{Action: Off, Reason: "castellan.yml sets mcp-remote-no-auth to off"}},
		{"off, local", org, Subject{Rule: "mcp-remote-no-auth", Local: true}, Decision{Action: Off, Reason: "castellan.yml sets mcp-remote-no-auth to off"}},
		{"raised, local", org, Subject{Rule: "mcp-sse-transport", Local: true}, Decision{Action: Note, Reason: "local only: git ignores the file"}},
		{"the repository raises", tightened, Subject{Rule: "mcp-sudo"}, Decision{Action: Block, Reason: "the repository's own policy raises mcp-sudo to block"}},
		{"the repository raises from off", tightened, Subject{Rule: "mcp-remote-no-auth"}, Decision{Action: Note, Reason: "the repository's own policy raises mcp-remote-no-auth to note"}},
		{"the repository cannot lower an action", tightened, Subject{Rule: "mcp-sse-transport"}, Decision{Action: Block, Reason: "castellan.yml sets mcp-sse-transport to block"}},
		{"the repository cannot lower a default", tightened, Subject{Rule: "mcp-docker-privileged"}, Decision{Action: Block, Reason: "by default mcp-docker-privileged blocks"}},
		{"the repository raises, local", tightened, Subject{Rule: "mcp-sudo", Local: true}, Decision{Action: Note, Reason: "local only: git ignores the file"}},
	} {
		if diff := cmp.Diff(tc.want, tc.p.Decide(tc.s, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}
