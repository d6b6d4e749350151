package agent

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// codex reads settings of Codex whose weight depends on one another: never to
// ask is as bad as the sandbox is open (developers.openai.com/codex/config).
func (c *check) codex() {
	if !c.is("codex") {
		return
	}
	for _, root := range c.Doc.Roots {
		c.codexProfile(root, root)
		if profiles := root.Get("profiles"); profiles != nil {
			for _, m := range profiles.Members {
				if p := m.Value.Resolve(); p != nil && p.Kind == doctree.Map {
					c.codexProfile(p, root)
				}
			}
		}
	}
}

// codexProfile judges one profile; what it does not say, the root says.
func (c *check) codexProfile(profile, root *doctree.Node) {
	sandbox := strings.ToLower(text(profile.Get("sandbox_mode")))
	if sandbox == "" {
		sandbox = strings.ToLower(text(root.Get("sandbox_mode")))
	}
	policy := profile.Get("approval_policy")
	never := policy != nil && strings.EqualFold(policy.Text, "never")
	if never && sandbox != "danger-full-access" { // that is critical by itself
		h := config.Hit{
			Rule: ruleBypass, Node: policy, Slot: "approval_policy", Severity: scanners.High,
			Message: c.words("runs every command without asking"), Fix: scanners.Say("Use ", "on-request", " or ", "untrusted", "."),
		}
		if sandbox == "read-only" {
			h.Severity = scanners.LowSeverity
			h.Message = c.words("never asks, in a sandbox that only reads")
		}
		c.say(h)
	}
	if profile != root {
		return
	}
	if n := root.Get("sandbox_workspace_write").Get("network_access"); n != nil && strings.EqualFold(n.Text, "true") {
		h := config.Hit{
			Rule: ruleSandbox, Node: n, Slot: "network_access", Severity: scanners.LowSeverity,
			Message: c.words("lets its sandbox reach every host"), Fix: scanners.Say("Take it out: Codex asks when it needs the network."),
		}
		if never {
			h.Severity = scanners.Medium
			h.Message = c.words("lets its sandbox reach every host, and never asks")
		}
		c.say(h)
	}
}
