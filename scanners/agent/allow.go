package agent

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// allowLists are where clients keep what runs without a question. A plain list
// holds commands themselves, the others rules of the form Tool(pattern).
var allowLists = []struct {
	client, allow, deny string
	plain               bool
}{
	{"claude-code", "/permissions/allow", "/permissions/deny", false},
	{"claude-code", "/allowed-tools", "", false},
	{"qwen-code", "/permissions/allow", "/permissions/deny", false},
	{"gemini-cli", "/tools/allowed", "/tools/exclude", false},
	{"gemini-cli", "/allowedTools", "/excludeTools", false},
	{"qwen-code", "/tools/allowed", "/tools/exclude", false},
	{"cursor", "/permissions/allow", "/permissions/deny", false},
	{"cursor", "/terminalAllowlist", "", true},
	{"cursor", "/mcpAllowlist", "", false},
	{"devin", "/permissions/allow", "/permissions/deny", false},
	{"antigravity", "/permissions/allow", "/permissions/deny", false},
	{"grok", "/permission/allow", "/permission/deny", false},
	{"codebuddy", "/permissions/allow", "/permissions/deny", false},
	{"copilot-agent", "/permissions/allow", "/permissions/deny", false},
	{"factory", "/commandAllowlist", "/commandDenylist", true},
	{"cline", "/allow", "/deny", true},
	{"kiro", "/toolsSettings/shell/allowedCommands", "/toolsSettings/shell/deniedCommands", true},
	{"kiro", "/toolsSettings/execute_bash/allowedCommands", "/toolsSettings/execute_bash/deniedCommands", true},
	{"amazon-q", "/toolsSettings/execute_bash/allowedCommands", "/toolsSettings/execute_bash/deniedCommands", true},
	{"vscode", "/chat.tools.terminal.autoApprove", "", true},
	{"vscode", "/roo-cline.allowedCommands", "/roo-cline.deniedCommands", true},
	{"vscode", "/zoo-code.allowedCommands", "/zoo-code.deniedCommands", true},
	{"vscode", "/kilo-code.allowedCommands", "/kilo-code.deniedCommands", true},
	{"opencode", "/permission/read", "", false},
	{"opencode", "/permission/bash", "", true},
	{"opencode", "/agent/*/permission/bash", "", true},
	{"kilo", "/permission/bash", "", true},
	{"rulesync", "/permission/read", "", false},
	{"rulesync", "/permission/bash", "", true},
	{"gh-aw", "/tools/bash", "", true},
}

// allowed looks at every rule that lets something run without a question.
func (c *check) allowed() {
	for _, l := range allowLists {
		if l.client != c.client() && !(l.client == "vscode" && c.client() == "devcontainer") || l.client == "cursor" && path.Base(c.Path) == "mcp.json" {
			continue // Cursor reads no permissions beside servers
		}
		denied := map[string]bool{}
		if l.deny != "" {
			for _, n := range c.at(l.deny) {
				for _, e := range entries(n.Resolve()) {
					denied[e.text] = true
				}
			}
		}
		for _, n := range c.at(l.allow) {
			for _, e := range entries(n.Resolve()) {
				c.rule(e, l.plain, denied)
			}
		}
	}
}

// folders looks at folders beyond the repository that an agent may read.
func (c *check) folders() {
	if !c.is("claude-code", "qwen-code", "codebuddy") {
		return
	}
	for _, n := range c.at("/permissions/additionalDirectories") {
		for _, e := range entries(n.Resolve()) {
			if secretFile(e.text) {
				c.allow(e, config.Hit{Rule: ruleSecretRead, Severity: scanners.High}, "lets the agent read a folder of secrets")
			}
		}
	}
}

// entry is one rule of a list, and where it stands.
type entry struct {
	text string
	node *doctree.Node // nil where there is only a span
	span doctree.Span
}

// entries are the items of a list, the members of a map that are switched on,
// or the words of a text.
func entries(n *doctree.Node) []entry {
	if n == nil {
		return nil
	}
	var out []entry
	for _, item := range n.Items {
		if t := strings.TrimSpace(text(item)); t != "" {
			out = append(out, entry{text: t, node: item.Resolve()})
		}
	}
	for _, m := range n.Members {
		if v := m.Value.Resolve(); v != nil && allows(v) {
			out = append(out, entry{text: strings.TrimSpace(m.Key), node: v})
		}
	}
	if n.Kind == doctree.String {
		for _, word := range splitRules(n.Text) {
			out = append(out, entry{text: word, node: n})
		}
	}
	return out
}

// splitRules parts "Read, Bash(git diff:*), Edit" at commas outside brackets.
func splitRules(s string) []string {
	var out []string
	depth, from := 0, 0
	add := func(to int) {
		if w := strings.TrimSpace(s[from:to]); w != "" {
			out = append(out, w)
		}
		from = to + 1
	}
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth <= 0 {
				add(i)
			}
		}
	}
	if from < len(s) {
		add(len(s))
	}
	return out
}

// permission is a rule parted: Bash(git push:*) is the tool bash and the
// pattern "git push:*"; all is a rule without a pattern.
type permission struct {
	tool, pattern string
	all           bool
}

func parsePermission(s string, plain bool) permission {
	if plain {
		return permission{tool: "bash", pattern: s}
	}
	tool, pattern, ok := strings.Cut(s, "(")
	if !ok {
		return permission{tool: strings.ToLower(s), all: true}
	}
	return permission{tool: strings.ToLower(strings.TrimSpace(tool)), pattern: strings.TrimSpace(strings.TrimSuffix(pattern, ")"))}
}

// Tools of clients that run commands, read and write.
const (
	shellTools = " bash shell exec command run_shell_command shelltool terminal execute_bash powershell run_command unsandboxed "
	readTools  = " read read_file readfile readfiletool cat view glob grep "
	writeTools = " write edit multiedit write_file replace "
	mcpTools   = " mcp "
)

func among(list, word string) bool { return wordset.Has(list, word) }

// rule judges one rule.
func (c *check) rule(e entry, plain bool, denied map[string]bool) {
	if denied[e.text] {
		return
	}
	p := parsePermission(e.text, plain)
	if c.is("opencode", "kilo", "rulesync") && !plain { // the tool is the map's key
		p = permission{tool: "read", pattern: e.text}
	}
	switch {
	case plain && isRegex(p.pattern):
		before := c.said[ruleBroadAllow] + c.said[ruleSecretRead]
		for _, words := range regexWords(p.pattern) {
			if p.pattern = words; c.said[ruleBroadAllow]+c.said[ruleSecretRead] == before {
				c.shellRule(e, p, denied)
			}
		}
	case among(shellTools, p.tool):
		c.shellRule(e, p, denied)
	case strings.HasPrefix(p.tool, "mcp__") || among(mcpTools, p.tool) || c.is("cursor") && p.all && strings.Contains(p.tool, ":"):
		c.mcpRule(e, p)
	case among(readTools, p.tool):
		c.readRule(e, p)
	case among(writeTools, p.tool):
		c.writeRule(e, p)
	}
}

// isRegex says whether a command is written as VS Code and Kiro write patterns.
func isRegex(s string) bool {
	return len(s) > 2 && s[0] == '/' && strings.LastIndexByte(s, '/') > 0 && strings.ContainsAny(s, `^$\*`) || strings.HasPrefix(s, "^") || strings.HasSuffix(s, ".*")
}

// regexWords are the commands a pattern begins with: /^git push\b/ is
// "git push *", /^git (status|diff)$/ is "git status" and "git diff".
func regexWords(s string) []string {
	if s[0] == '/' {
		s = s[1:strings.LastIndexByte(s, '/')]
	}
	s = strings.TrimPrefix(s, "^")
	rest := " *"
	if strings.HasSuffix(s, "$") && !strings.HasSuffix(s, ".*$") && !strings.HasSuffix(s, ".+$") {
		rest = ""
	}
	i := strings.IndexAny(s, `\([.*+?|$`)
	if i < 0 {
		return []string{s + rest}
	}
	head := s[:i]
	if group, _, ok := strings.Cut(s[i:], ")"); ok && s[i] == '(' {
		group = strings.TrimPrefix(strings.TrimPrefix(group, "("), "?:")
		if !strings.ContainsAny(group, `\([.*+?$`) {
			var out []string
			for word := range strings.SplitSeq(group, "|") {
				out = append(out, head+word+rest)
			}
			return out[:min(len(out), 50)]
		}
	}
	return []string{strings.TrimSpace(head) + rest}
}

// mcpRule judges a rule for the tools of servers.
func (c *check) mcpRule(e entry, p permission) {
	target := strings.TrimPrefix(p.tool, "mcp__")
	if among(mcpTools, p.tool) {
		target = strings.NewReplacer(":", "__", "/", "__").Replace(p.pattern)
		if p.all {
			target = "*"
		}
	} else if !strings.HasPrefix(p.tool, "mcp__") {
		target = strings.ReplaceAll(p.tool, ":", "__")
	}
	server, tool, one := strings.Cut(target, "__")
	switch {
	case strings.Trim(server, "*") == "" && strings.Trim(tool, "*_") == "":
		if c.is("cursor") && e.text == "*:*" {
			return // of catalog.Powers
		}
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.High, Broad: true}, "lets every tool of every MCP server run without a question")
	case !one || tool == "*" || tool == "":
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.Medium}, "lets every tool of an MCP server run without a question")
	}
}

// readRule judges a rule for reading files.
func (c *check) readRule(e entry, p permission) {
	if secretFile(p.pattern) || everyFile(p.pattern) {
		c.allow(e, config.Hit{Rule: ruleSecretRead, Severity: scanners.High}, "lets the agent read secrets without a question")
	}
}

// everyFile says whether a pattern is for all files of a person or a machine.
func everyFile(pattern string) bool {
	p, open := strings.CutSuffix(strings.ReplaceAll(pattern, `\`, "/"), "/**")
	if !open {
		p, open = strings.CutSuffix(p, "/*")
	}
	switch parts := strings.Split(strings.ToLower(strings.Trim(p, "/")), "/"); {
	case pattern == "~", pattern == "//":
		return true
	case !open:
		return false
	case len(parts[0]) <= 2 && len(parts) > 1: // a drive: c:/users/x
		return len(parts) <= 3 && parts[1] == "users"
	case !strings.HasPrefix(pattern, "//") && len(parts[0]) != 2:
		return p == "" || p == "~"
	default:
		return len(parts) == 1 && strings.Contains(" root home users etc  c: ", " "+parts[0]+" ") || len(parts) == 2 && (parts[0] == "home" || parts[0] == "users")
	}
}

// writeRule judges a rule for changing files: beyond the workspace, or, where
// nothing else holds it there, everywhere.
func (c *check) writeRule(e entry, p permission) {
	if secretFile(p.pattern) && strings.HasPrefix(p.pattern, "~") {
		c.allow(e, config.Hit{Rule: ruleSecretRead, Severity: scanners.High}, "lets the agent change secrets without a question")
		return
	}
	switch p.pattern {
	case "/**", "//**", "~/**", "/*", "~/*", "C:/**":
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.High, Broad: true}, "lets the agent change files beyond the repository without a question")
	case "**", "*", "**/*":
		if c.is("cursor", "devin") {
			c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.Medium}, "lets the agent change every file without a question")
		}
	}
}

// allow reports a rule.
func (c *check) allow(e entry, h config.Hit, says string) {
	h.Node, h.Span, h.Slot = e.node, e.span, e.text
	h.Message = c.words(says+": ", e.text)
	h.Fix = scanners.Say("Allow what is needed and no more, as in ", "Bash(npm run test:*)", ", or let the client ask.")
	if h.Rule == ruleSecretRead {
		h.Fix = scanners.Say("Take the rule out, and deny it: ", "Read(./.env)", ".")
	}
	c.say(h)
}
