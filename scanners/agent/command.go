package agent

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// commandPlaces are where clients keep commands of the repository that run on
// the machine of whoever opens it, without being asked for.
var commandPlaces = []struct {
	client, at, what string
	hook             bool // it is inventory as a hook
}{
	{"claude-code", "/hooks/*/*/hooks/*/command", "hook", true},
	{"claude-code", "/statusLine/command", "status line", true},
	{"claude-code", "/fileSuggestion/command", "file suggestion", true},
	{"claude-code", "/subagentStatusLine/command", "status line", true},
	{"gemini-cli", "/hooks/*/*/hooks/*/command", "hook", true},
	{"qwen-code", "/hooks/*/*/hooks/*/command", "hook", true},
	{"codebuddy", "/hooks/*/*/hooks/*/command", "hook", true},
	{"factory", "/hooks/*/*/hooks/*/command", "hook", true},
	{"codex", "/hooks/*/*/hooks/*/command", "hook", true},
	{"antigravity", "/hooks/*/*/hooks/*/command", "hook", true},
	{"devin", "/hooks/*/*/hooks/*/command", "hook", true},
	{"cursor", "/hooks/*/*/command", "hook", true},
	{"windsurf", "/hooks/*/*/command", "hook", true},
	{"rulesync", "/hooks/*/*/command", "hook", true},
	{"rulesync", "/*/hooks/*/*/command", "hook", true}, // of one client alone
	{"copilot-agent", "/hooks/*/*/command", "hook", true},
	{"copilot-agent", "/hooks/*/*/bash", "hook", true},
	{"copilot-agent", "/hooks/*/*/powershell", "hook", true},
	{"copilot-cli", "/hooks/*/*/command", "hook", true},
	{"copilot-cli", "/hooks/*/*/bash", "hook", true},
	{"copilot-cli", "/hooks/*/*/powershell", "hook", true},
	{"kiro", "/hooks/*/*/command", "hook", true},
	{"kiro", "/then/command", "hook", true},
	{"amazon-q", "/hooks/*/*/command", "hook", true},
	{"cursor", "/install", "environment", true},
	{"cursor", "/start", "environment", true},
	{"cursor", "/terminals/*/command", "environment", true},
	{"codex", "/notify", "notification", true},
	{"devcontainer", "/initializeCommand", "dev container", false},
	{"devcontainer", "/onCreateCommand", "dev container", false},
	{"devcontainer", "/updateContentCommand", "dev container", false},
	{"devcontainer", "/postCreateCommand", "dev container", false},
	{"devcontainer", "/postStartCommand", "dev container", false},
	{"devcontainer", "/postAttachCommand", "dev container", false},
}

// commands looks at everything that runs by itself.
func (c *check) commands() {
	for _, p := range commandPlaces {
		if p.client != c.client() {
			continue
		}
		for _, n := range c.at(p.at) {
			c.command(n.Resolve(), p.what, p.hook)
		}
	}
	if c.is("claude-code", "codebuddy", "qwen-code") {
		for _, n := range c.at("/hooks/*/*/hooks/*") {
			c.posted(n.Resolve())
		}
	}
}

// posted judges a hook that is an address: the client posts to it what it hands
// to its hooks (code.claude.com/docs/en/hooks).
func (c *check) posted(n *doctree.Node) {
	if text(n.Get("type")) != "http" {
		return
	}
	at := n.Get("url").Resolve()
	host := hostOf(text(at))
	if host == "" {
		return
	}
	c.say(config.Hit{
		Rule: ruleHookEgress, Node: at, Slot: slotOf(at), Severity: scanners.High, Host: host,
		Message: c.words("sends "+told+" to ", host, " by itself (hook)"),
		Fix:     scanners.Say("Take it out, or name the host under ", "approved_hosts", " in the organisation's policy if it is a service of yours."),
	})
}

// command judges one command: a text, a list of words, or a map of commands.
func (c *check) command(n *doctree.Node, what string, hook bool) {
	if n == nil {
		return
	}
	line := n.Text
	switch n.Kind {
	case doctree.Map:
		for _, m := range n.Members {
			if v := m.Value.Resolve(); v != nil && v.Kind != doctree.Map {
				c.command(v, what, hook)
			}
		}
		return
	case doctree.List:
		words := make([]string, 0, len(n.Items))
		for _, item := range n.Items {
			words = append(words, text(item))
		}
		line = strings.Join(words, " ")
		if len(words) > 2 && (words[1] == "-c" || words[1] == "-lc") { // bash -c TEXT
			line = words[2]
		}
	}
	if strings.TrimSpace(line) == "" {
		return
	}
	sh := launch.ParseShell(line)
	rule := ruleHookCode
	if !hook {
		rule = ruleAutorun
	}
	switch {
	case c.fetchesAndRuns(n, sh, rule, what):
	case hook && c.egress(n, sh, what):
	}
	if hook {
		c.say(config.Hit{
			Rule: ruleHook, Node: n, Slot: slotOf(n), Severity: scanners.Info,
			Message: c.words("runs a command of this repository by itself ("+what+"): ", shorten(c.Text(n))),
			Fix:     scanners.Say("Review it as code, and give it an owner in CODEOWNERS."),
		})
	}
}

// slotOf is the event of a hook, or the key of what else runs.
func slotOf(n *doctree.Node) string {
	for at := n; at != nil; at = at.Parent() {
		if p := at.Parent(); p != nil && p.Key() == "hooks" && p.Kind == doctree.Map && at.Key() != "" {
			return at.Key()
		}
	}
	return n.NearestKey()
}

// shorten bounds what is shown of a command.
func shorten(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

func (c *check) fetchesAndRuns(n *doctree.Node, sh launch.Shell, rule, what string) bool {
	if _, ok := launch.FetchesAndRuns(sh); !ok && !slices.ContainsFunc(sh.Commands, runsAddress) && !unpacks(sh) {
		return false
	}
	h := config.Hit{
		Rule: rule, Node: n, Slot: slotOf(n), Severity: scanners.Critical,
		Message: c.words("fetches code and runs it by itself ("+what+"): ", shorten(c.Text(n))),
		Fix:     scanners.Say("Keep the script in the repository, where it is reviewed, and run that."),
	}
	if rule == ruleAutorun {
		h.Severity = scanners.High
	}
	c.say(h)
	return true
}

// unpacks says whether a command hides another in base64 that fetches code and
// runs it: echo … | base64 -d | sh.
func unpacks(sh launch.Shell) bool {
	decodes, runs := false, false
	for i := range sh.Commands {
		name, words := sh.Commands[i].Program()
		decodes = decodes || name == "base64" && slices.ContainsFunc(words, func(w launch.Word) bool { return among(" -d -D --decode -di ", w.Text) })
		runs = runs || among(runtimes, name) || name == "eval"
	}
	if !decodes || !runs {
		return false
	}
	for i := range sh.Commands {
		_, words := sh.Commands[i].Program()
		for _, w := range words {
			if plain, err := base64.StdEncoding.DecodeString(strings.Trim(w.Text, `"'`)); err == nil && len(plain) > 8 {
				if _, fetches := launch.FetchesAndRuns(launch.ParseShell(string(plain))); fetches {
					return true
				}
			}
		}
	}
	return false
}

// runners start what stands at an address, with the words that make them do so.
var runners = map[string]string{"deno": " run x ", "uv": " run ", "npx": "", "bunx": "", "pnpx": "", "uvx": "", "pipx": " run ", "bun": " run x ", "pnpm": " dlx ", "npm": " exec x ", "yarn": " dlx "}

// runsAddress says whether a command starts a program by its address.
func runsAddress(cmd launch.Command) bool {
	name, words := cmd.Program()
	how, ok := runners[name]
	if !ok {
		return false
	}
	started := how == ""
	for _, w := range words[1:] {
		switch {
		case strings.HasPrefix(w.Text, "-"):
		case !started:
			if started = among(how, w.Text); !started {
				return false
			}
		default:
			return strings.HasPrefix(w.Text, "https://") || strings.HasPrefix(w.Text, "http://")
		}
	}
	return false
}

// egress says whether a command sends secrets, the environment or what the
// agent was told to another machine.
func (c *check) egress(n *doctree.Node, sh launch.Shell, what string) bool {
	for i := range sh.Commands {
		cmd := &sh.Commands[i]
		taken := sentByCode(cmd)
		if payload := sends(cmd); payload != nil {
			taken = takenFrom(sh, i, payload)
		}
		if taken == "" {
			continue
		}
		h := config.Hit{
			Rule: ruleHookEgress, Node: n, Slot: slotOf(n), Severity: scanners.Critical,
			Message: c.words("sends "+taken+" to another machine by itself ("+what+"): ", shorten(c.Text(n))),
			Fix:     scanners.Say("Take it out, and rotate what it could send. If it is a service of yours, send what it needs and no more."),
		}
		if taken == told {
			h.Severity = scanners.High
		}
		c.say(h)
		return true
	}
	return false
}
