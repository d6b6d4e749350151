package agent

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// approvalKeys list, in the entry of a server, tools that run without a
// question (Roo, Kilo, Cline, Kiro, CodeArts, Windsurf and others).
var approvalKeys = []string{"alwaysAllow", "autoApprove", "always_allow", "auto_approve", "autoApprovedTools", "autoApproved"}

// approvedTools looks at the tools of every server that run without a question.
func (c *check) approvedTools() {
	for _, srv := range c.Servers {
		for _, key := range approvalKeys {
			if n := srv.Node.Get(key).Resolve(); n != nil {
				c.approvedList(srv, key, n)
			}
		}
		c.approvedModes(srv)
	}
}

func (c *check) approvedList(srv *config.Server, key string, n *doctree.Node) {
	if strings.EqualFold(n.Text, "true") && isScalar(n) {
		c.approved(srv, key, n, true, "", 0)
		return
	}
	mutating, all := "", false
	count := 0
	for _, item := range n.Items {
		tool := text(item)
		if tool == "" {
			continue
		}
		count++
		all = all || tool == "*"
		if mutating == "" && mutates(tool) {
			mutating = tool
		}
	}
	if count > 0 {
		c.approved(srv, key, n, all, mutating, count)
	}
}

// approved says what runs without a question: everything, something that
// changes things, or only what reads.
func (c *check) approved(srv *config.Server, key string, n *doctree.Node, all bool, mutating string, count int) {
	h := config.Hit{
		Rule: ruleAutoApprove, Server: srv, Node: n, Slot: key, Severity: scanners.LowSeverity,
		Message: scanners.Say("Tools of MCP server ", srv.Name, " that seem to read only run without a question"),
		Fix:     scanners.Say("Leave the list empty here: each person approves tools for themselves."),
	}
	switch {
	case all:
		h.Severity, h.Broad = scanners.High, true
		h.Message = scanners.Say("Every tool of MCP server ", srv.Name, " runs without a question")
	case mutating != "":
		h.Severity = scanners.Medium
		h.Message = scanners.Say("Tools of MCP server ", srv.Name, " run without a question, among them ", mutating)
	}
	c.say(h)
}

// approvedModes reads Codex's approval modes of single tools. "approve" asks
// nothing. "auto" leaves the question to what the server says of the tool, which
// loosens a server whose other tools ask.
func (c *check) approvedModes(srv *config.Server) {
	tools := srv.Node.Get("tools").Resolve()
	if tools == nil || !c.is("codex") {
		return
	}
	var asks bool
	switch strings.ToLower(text(srv.Node.Get("default_tools_approval_mode"))) {
	case "prompt", "writes":
		asks = true
	}
	for _, m := range tools.Members {
		mode, mutating := m.Value.Resolve().Get("approval_mode"), ""
		if mutates(m.Key) {
			mutating = m.Key
		}
		switch strings.ToLower(text(mode)) {
		case "approve":
			c.approved(srv, m.Key, mode, false, mutating, 1)
		case "auto":
			if asks && mutating != "" {
				c.approved(srv, m.Key, mode, false, mutating, 1)
			}
		}
	}
}

// Words of a tool's name that say that it changes, runs or sends something.
const mutatingWords = " add append apply approve archive assign buy cancel clear click close comment commit compose configure connect create cut delete deploy destroy disable drag drop edit enable " +
	"eval evaluate exec execute fill fork grant insert install invite invoke kill launch lock make merge modify move mutate overwrite patch pay post press publish purchase push put rebase reboot refund " +
	"register remove rename reopen replace reply reset restart restore resume revert revoke rm rollback rotate run save schedule send set share shell sh spawn start stop submit subscribe swap terminal " +
	"terminate transfer trigger truncate uninstall unlock update upgrade upload upsert write "

// Words that say that it only looks, whatever else its name says.
const readingWords = " get list read search find query describe show view fetch lookup count check status log diff snapshot history inspect explain info browse resolve "

// mutates says whether a tool's name says that it changes, runs or sends
// something. The first word that says anything decides: get_update reads.
func mutates(tool string) bool {
	for _, w := range toolWords(tool) {
		if wordset.Has(readingWords, w) {
			return false
		}
		if wordset.Has(mutatingWords, w) {
			return true
		}
	}
	return false
}

// toolWords are the words of a name in any convention, in lower case.
func toolWords(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			if lower {
				b.WriteByte(' ')
			}
			b.WriteRune(r - 'A' + 'a')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
		lower = r >= 'a' && r <= 'z'
	}
	return strings.Fields(b.String())
}
