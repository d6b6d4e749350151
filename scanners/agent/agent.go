// Package agent checks what a configuration file lets an agent do: which tools
// and commands run without a question, what of the machine it may read, which
// commands of the repository run by themselves, and where prompts are sent. It
// works on files that scanners/config has opened.
//
// Settings that mean one thing where they stand are data (catalog.Powers). This
// package evaluates them, and reads what needs more understanding: the rules
// that allow commands, commands themselves, addresses and sources of plugins.
package agent

import (
	"fmt"
	"slices"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/suppression"
)

// Ids never change meaning.
const (
	ruleAutoApprove = "agent-auto-approve-mcp"
	ruleBypass      = "agent-bypass-permissions"
	ruleBroadAllow  = "agent-broad-allow-rule"
	ruleSecretRead  = "agent-secret-read-allow"
	ruleSandbox     = "agent-sandbox-disabled"
	ruleBaseURL     = "agent-base-url-override"
	ruleTelemetry   = "agent-telemetry-egress"
	ruleHook        = "agent-hook-command"
	ruleHookCode    = "agent-hook-remote-code"
	ruleHookEgress  = "agent-hook-secret-egress"
	ruleHelper      = "agent-credential-helper"
	ruleMarketplace = "agent-marketplace-untrusted"
	ruleAutorun     = "editor-task-autorun"
	ruleWildcard    = "agent-wildcard-tools"
	ruleSuppression = suppression.Rule
)

// mostSame bounds the findings of one rule in one file; the last says how many
// more there are.
const mostSame = 20

// Checks implements config.Checks. It holds no state.
type Checks struct{}

// New returns the checks of what agents may do.
func New() Checks { return Checks{} }

// Rules are the rules these checks report.
func (Checks) Rules() []scanners.Rule { return slices.Concat(permissionRules(), commandRules()) }

// Check says what is to be said of the file.
func (Checks) Check(f *config.File) {
	c := &check{File: f, said: map[string]int{}, powered: map[place]bool{}}
	for _, run := range []func(*check){
		(*check).powers, (*check).approvedTools, (*check).allowed, (*check).folders, (*check).mounts, (*check).codex, (*check).commands, (*check).addresses, (*check).helpers, (*check).marketplaces, (*check).plugins, (*check).executables, (*check).suppressions,
	} {
		run(c)
	}
	c.report()
}

// check is one file while it is checked.
type check struct {
	*config.File
	hits    []config.Hit
	said    map[string]int // by rule
	powered map[place]bool // by the catalogue's settings
}

// client is the id of the file's client, "" if nobody's.
func (c *check) client() string { return c.Format.Client }

// mostHits bounds what is kept of one file until it is reported.
const mostHits = 2000

// say keeps a statement.
func (c *check) say(h config.Hit) {
	c.said[h.Rule]++
	if len(c.hits) < mostHits {
		c.hits = append(c.hits, h)
	}
}

// report reports up to mostSame statements of each rule, the worst ones, in the
// order of the file; the last says how many more there are.
func (c *check) report() {
	byRule := map[string][]int{}
	for i := range c.hits {
		byRule[c.hits[i].Rule] = append(byRule[c.hits[i].Rule], i)
	}
	dropped := map[int]bool{}
	for rule, of := range byRule {
		if len(of) <= mostSame {
			continue
		}
		slices.SortStableFunc(of, func(i, j int) int {
			a, b := &c.hits[i], &c.hits[j]
			if a.Broad != b.Broad {
				return map[bool]int{true: -1, false: 1}[a.Broad]
			}
			return int(b.Severity) - int(a.Severity)
		})
		for _, i := range of[mostSame:] {
			dropped[i] = true
		}
		last := &c.hits[slices.Max(of[:mostSame])]
		last.Message = append(slices.Clone(last.Message), scanners.Say(fmt.Sprintf(" (and %d more in this file)", c.said[rule]-mostSame))...)
	}
	for i := range c.hits {
		if !dropped[i] {
			c.Report(c.hits[i])
		}
	}
}

// words are a sentence that begins with the client's name.
func (c *check) words(after string, more ...string) scanners.Text {
	return scanners.Say(append([]string{c.ClientName() + " " + after}, more...)...)
}

// is says whether the file's client is one of these.
func (c *check) is(clients ...string) bool { return slices.Contains(clients, c.client()) }

// at are the nodes at the first of the pointers, and below where workspaces and
// dev containers keep settings of VS Code.
func (c *check) at(pointer string) []*doctree.Node {
	found := c.Doc.At(pointer)
	switch c.Format.ID {
	case "vscode-workspace":
		found = append(found, c.Doc.At("/settings"+pointer)...)
	case "devcontainer":
		found = append(found, c.Doc.At("/customizations/vscode/settings"+pointer)...)
	}
	return found
}

// text is the text of a scalar, "" of anything else.
func text(n *doctree.Node) string {
	if n = n.Resolve(); n == nil {
		return ""
	}
	return n.Text
}
