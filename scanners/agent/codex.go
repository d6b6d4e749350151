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
	if c.Format.ID == "codex-rules" {
		c.codexRules()
	}
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

// maxRules bounds the rules of one file.
const maxRules = 500

// codexRules reads the rules that let commands through:
// prefix_rule(pattern=["git", "push"], decision="allow"). They are Starlark; what
// is computed is not understood (developers.openai.com/codex/rules).
func (c *check) codexRules() {
	src := string(c.Doc.Source)
	const call = "prefix_rule("
	for at, n := 0, 0; n < maxRules; n++ {
		i := strings.Index(src[at:], call)
		if i < 0 {
			return
		}
		from := at + i
		at = from + len(call)
		line := src[strings.LastIndexByte(src[:from], '\n')+1 : from]
		if strings.Contains(line, "#") {
			continue
		}
		body := src[at : at+starlarkCall(src[at:])]
		if decision := starlarkWords(argument(body, "decision")); len(decision) > 0 && decision[0] != "allow" {
			continue
		}
		words := starlarkWords(argument(body, "pattern"))
		if len(words) == 0 {
			continue
		}
		e := entry{text: strings.Join(words, " "), span: doctree.Span{Start: from, End: at + len(body)}}
		c.shellRule(e, permission{tool: "bash", pattern: e.text + " *"}, nil)
	}
}

// starlarkCall is the length of a call's arguments, up to the bracket that closes
// it or the end.
func starlarkCall(src string) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '"', '\'':
			i += len(quotedText(src[i:])) + 1
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return len(src)
}

// quotedText is what stands between a quote and the next of its kind.
func quotedText(src string) string {
	if end := strings.IndexByte(src[1:], src[0]); end >= 0 {
		return src[1 : 1+end]
	}
	return src[1:]
}

// argument is what follows a keyword and an equals sign, up to the next keyword.
func argument(body, keyword string) string {
	_, rest, ok := strings.Cut(body, keyword)
	rest, assigned := strings.CutPrefix(strings.TrimLeft(rest, " \t\r\n"), "=")
	if !ok || !assigned {
		return ""
	}
	if rest = strings.TrimLeft(rest, " \t\r\n"); rest != "" && rest[0] == '[' {
		return rest[:1+starlarkCall(rest[1:])]
	}
	value, _, _ := strings.Cut(rest, ",")
	return value
}

// starlarkWords are the strings of a list, of each list in it the first.
func starlarkWords(list string) []string {
	var words []string
	depth, taken := 0, false
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '[':
			depth++
			taken = false
		case ']':
			depth--
		case '"', '\'':
			word := quotedText(list[i:])
			i += len(word) + 1
			if depth < 2 || !taken {
				words = append(words, word)
			}
			taken = true
		}
	}
	return words
}
