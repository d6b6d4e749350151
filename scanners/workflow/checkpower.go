package workflow

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// people are the inputs that let in who has no write access, and what they say.
type people struct {
	input, value string
	node         *doctree.Node
}

// ofEvent is who caused the event: to let in that person is to let in anybody
// (CVE-2026-44246).
var ofEvent = regexp.MustCompile(`(?i)github\.(?:actor|triggering_actor|event\.sender\.login|event\.(?:comment|issue|pull_request|review|discussion)\.user\.login)`)

// letsIn are the inputs that let everybody in.
func (a *agent) letsIn() []people {
	if a.kind == nil {
		return nil
	}
	var out []people
	for _, name := range a.kind.people {
		n := a.with(name)
		text := textOf(n)
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\r\n\"'[]", r) }) {
			if part == "*" {
				out = append(out, people{name, "*", n})
				break
			}
		}
		if len(out) > 0 && out[len(out)-1].node == n && n != nil {
			continue
		}
		for _, u := range uses(text) {
			if m := ofEvent.FindString(u.body); m != "" {
				out = append(out, people{name, m, n})
				break
			}
		}
	}
	return out
}

// opened is the input that takes the action's own guard away, "" for none.
func (a *agent) opened() string {
	if in := a.kind.unguards; in != "" && a.withText(in) == "true" {
		return in
	}
	for _, p := range a.letsIn() {
		if !strings.Contains(p.input, "bot") && !a.inert(p.input) {
			return p.input
		}
	}
	return ""
}

// inert says whether an input that lets people in has no effect here: that of
// Claude's actions acts only on a token that the workflow hands over
// (anthropics/claude-code-action docs/security.md).
func (a *agent) inert(input string) bool {
	return input == "allowed_non_write_users" && a.withText("github_token") == ""
}

func (a *agent) checkPeople() {
	for _, p := range a.letsIn() {
		whom := "everybody"
		if strings.Contains(p.input, "bot") {
			whom = "every bot, and anybody can make one"
		}
		message := scanners.Say("", p.input, " lets in "+whom+": ", p.value)
		if p.value != "*" {
			message = scanners.Say("", p.input, " lets in whoever causes the event: ", p.value)
		}
		severity := scanners.High
		if a.inert(p.input) || len(a.exposures()) == 0 && a.job.file.shape == ordinary {
			severity = scanners.Medium // nobody from outside causes it yet
		}
		a.say(hit{
			rule: rulePeople, severity: severity, node: p.node, span: p.node.Span, slot: p.input, broad: p.value == "*", message: message,
			fix: scanners.Say("Name the people or bots, or take it out: the action then asks for write access."),
		})
	}
}

// skip is the flag of the command that takes questions or sandbox away.
func (a *agent) skip() (flag string, start, end int) {
	if a.cmd == nil {
		return "", 0, 0
	}
	for _, flag := range a.prog.skips {
		if start, end, ok := a.cmd.has(flag); ok {
			return flag, start, end
		}
	}
	return "", 0, 0
}

// flags that take questions or the sandbox away, in the arguments of an action.
var unguarded = []string{
	"--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "--permission-mode bypassPermissions", "--permission-mode=bypassPermissions", "--dangerously-bypass-approvals-and-sandbox",
	"--yolo", "--sandbox danger-full-access", "--sandbox=danger-full-access", "--approval-mode yolo", "--approval-mode=yolo", "--skip-permissions-unsafe", "--trust-all-tools", "--yes-always",
	"--allow-all-tools", "--dangerously-allow-all", "--full-access", "sandbox_mode=danger-full-access", `sandbox_mode="danger-full-access"`,
}

// checkSandbox looks for what lets the agent do everything on its machine.
func (a *agent) checkSandbox() {
	if flag, start, end := a.skip(); flag != "" {
		a.sayUnguarded(a.node, a.job.file.at(a.node, start, end), flag)
	}
	if a.kind == nil {
		return
	}
	for _, name := range a.kind.args {
		n := a.with(name)
		for _, flag := range unguarded {
			if i := strings.Index(textOf(n), flag); i >= 0 {
				a.sayUnguarded(n, a.job.file.at(n, i, i+len(flag)), flag)
				break
			}
		}
	}
	for _, in := range []struct{ name, value string }{{"sandbox", "danger-full-access"}, {"safety-strategy", "unsafe"}, {"permission_mode", "bypassPermissions"}, {"permission-mode", "bypassPermissions"}} {
		if n := a.with(in.name); textOf(n) == in.value {
			a.sayUnguarded(n, n.Span, in.name+": "+in.value)
		}
	}
	for _, name := range a.kind.settings {
		if doc := a.settings(name); doc != nil {
			a.checkSettings(doc)
		}
	}
	for _, env := range a.envs() {
		for _, m := range env.Members {
			v := m.Value.Resolve()
			switch {
			case m.Key == "GEMINI_SANDBOX" && (v.Text == "false" || v.Text == "0"), strings.HasSuffix(m.Key, "_CLI_ARGS") && strings.Contains(v.Text, "--yolo"):
				a.sayUnguarded(v, v.Span, m.Key+": "+scanners.Plain(v.Text))
			}
		}
	}
	a.checkBare()
}

func (a *agent) checkSettings(doc *doctree.Document) {
	for _, s := range []struct{ pointer, value string }{
		{"/permissions/defaultMode", "bypassPermissions"}, {"/defaultMode", "bypassPermissions"}, {"/sandbox", "false"}, {"/tools/sandbox", "false"}, {"/sandbox/enabled", "false"}, {"/approvalMode", "yolo"}, {"/general/defaultApprovalMode", "yolo"},
	} {
		for _, n := range doc.At(s.pointer) {
			if n = n.Resolve(); n.Text == s.value {
				a.sayUnguarded(n, n.Span, s.pointer[strings.LastIndexByte(s.pointer, '/')+1:]+": "+s.value)
			}
		}
	}
}

// checkBare tells of an agent that runs on the machine itself unless it is told
// otherwise (google-github-actions/run-gemini-cli).
func (a *agent) checkBare() {
	if a.in.Product != "gemini-cli" && a.in.Product != "qwen-code" {
		return
	}
	for _, name := range a.kind.settings {
		n := a.with(name)
		if n != nil && strings.Contains(n.Text, "${{") && !strings.Contains(n.Text, "{\"") && !strings.Contains(n.Text, "\n") {
			return // settings come from elsewhere
		}
		if doc := a.settings(name); doc != nil && (len(doc.At("/sandbox")) > 0 || len(doc.At("/tools/sandbox")) > 0) {
			return
		}
	}
	for _, env := range a.envs() {
		if env.Get("GEMINI_SANDBOX") != nil {
			return
		}
	}
	severity := scanners.LowSeverity
	if len(a.opens()) > 0 {
		severity = scanners.Medium
	}
	a.say(hit{
		rule: ruleSandbox, severity: severity, weak: true, node: a.node, span: a.span, slot: "sandbox",
		message: scanners.Say(a.in.Name+" runs its tools on the machine itself: its settings do not say ", `"sandbox": true`),
		fix:     scanners.Say("Add ", `"sandbox": true`, " to its settings."),
	})
}

func (a *agent) sayUnguarded(n *doctree.Node, span doctree.Span, what string) {
	a.say(hit{
		rule: ruleSandbox, severity: scanners.High, node: n, span: span, slot: what, broad: true,
		message: scanners.Say(a.in.Name+" runs without its sandbox or without asking: ", what),
		fix:     scanners.Say("Take it out and name the few tools it needs. Who steers the agent has the machine, its secrets and its token otherwise."),
	})
}

// checkTools looks for tools that let the agent do nearly anything.
func (a *agent) checkTools() {
	severity := scanners.Medium
	if len(a.exposures()) > 0 || a.job.file.shape == composite || a.job.file.has("workflow_call") || a.job.file.has("pull_request") {
		severity = scanners.High
	}
	said := 0
	for _, t := range a.allowed() {
		why := t.wild()
		if why == "" || said == maxWild {
			continue
		}
		said++
		span := a.job.file.at(t.node, t.start, t.end)
		a.say(hit{
			rule: ruleTools, severity: severity, node: t.node, span: span, slot: scanners.Plain(t.text), broad: strings.Contains(why, "every"),
			message: scanners.Say("", scanners.Plain(t.text), " "+why),
			fix:     scanners.Say("Allow the exact commands, or a script of the repository that takes only what it must."),
		})
	}
	if a.cmd != nil {
		for _, flag := range []string{"--allow-all-tools", "--allow-all"} {
			if start, end, ok := a.cmd.has(flag); ok && a.in.Product == "github-copilot-cli" {
				a.say(hit{
					rule: ruleTools, severity: severity, node: a.node, span: a.job.file.at(a.node, start, end), slot: flag, broad: true,
					message: scanners.Say("", flag, " lets the agent use every tool"), fix: scanners.Say("Allow tools one by one with ", "--allow-tool", "."),
				})
				return
			}
		}
	}
}

const maxWild = 10 // tools told of one agent

var commitID = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// checkPin looks whether what runs can change without a change here.
func (a *agent) checkPin() {
	if a.cmd != nil || a.uses == nil || commitID.MatchString(a.ref) {
		return
	}
	n := a.uses
	start := 0
	if i := strings.IndexByte(n.Text, '@'); i >= 0 {
		start = i + 1
	}
	ref := a.ref
	if ref == "" {
		ref = "no version"
	}
	a.say(hit{
		rule: rulePin, severity: scanners.Medium, node: n, span: a.job.file.at(n, start, len(n.Text)), slot: a.name,
		message: scanners.Say("Whoever can move ", ref, " of ", a.name, " decides what runs here, with the agent's secrets and token"),
		fix:     scanners.Say("Name the commit, with the version as a comment: ", a.name+"@<commit> # "+strings.TrimPrefix(ref, "no version"), "."),
	})
}

// checkLoop looks whether the agent's own doings can start it again, without a
// bound.
func (a *agent) checkLoop() {
	again := ""
	for _, e := range a.job.file.events {
		if slices.Contains([]string{"issue_comment", "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "push", "issues", "workflow_run", "discussion_comment", "discussion"}, e.name) {
			again = e.name
			break
		}
	}
	if again == "" {
		return
	}
	why := scanners.Text(nil)
	node, span := a.node, a.span
	if a.kind != nil {
		for _, key := range []string{"allowed_bots", "allow-bots", "allow-bot-users"} {
			if n := a.with(key); why == nil && textOf(n) != "" && textOf(n) != "false" && !a.forMembers() {
				why, node, span = scanners.Say("Bots may start "+a.in.Name+" (", key, "), its own comments and commits among them"), n, n.Span
			}
		}
		for _, key := range a.kind.keys {
			n := a.with(key)
			text := strings.ToLower(textOf(n))
			if why == nil && text != "" && strings.Contains(text, "${{") && !strings.Contains(text, "secrets.github_token") && !strings.Contains(text, "github.token") {
				why, node, span = scanners.Say(a.in.Name+" acts with a token of its own, ", key, ": what it does causes ", again, " again"), n, n.Span
			}
		}
	}
	if n := a.ownToken(); why == nil && n != nil {
		why, node, span = scanners.Say("What "+a.in.Name+" changes is pushed with a token of its own, ", n.Key(), ": that causes ", again, " again"), n, n.Span
	}
	if why == nil || a.bounded() {
		return
	}
	a.say(hit{
		rule: ruleLoop, severity: scanners.LowSeverity, weak: true, node: node, span: span, slot: "loop", message: why,
		fix: scanners.Say("Give the job ", "timeout-minutes", " and a ", "concurrency", " group, and the agent a number of turns."),
	})
}

// ownToken is the token with which what the agent changes is pushed, if it is not
// the workflow's own, whose pushes start nothing.
func (a *agent) ownToken() *doctree.Node {
	pushes := a.cmd != nil && strings.Contains(a.run, "push")
	for _, s := range a.after() {
		pushes = pushes || strings.Contains(s.run, "git push")
	}
	if !pushes || !a.acts() {
		return nil
	}
	own := func(n *doctree.Node) bool {
		text := strings.ToLower(textOf(n))
		return strings.Contains(text, "secrets.") && !strings.Contains(text, "secrets.github_token")
	}
	for _, s := range a.before() {
		if name, _ := s.action(); name == "actions/checkout" && own(s.with("token")) {
			return s.with("token")
		}
	}
	for _, env := range a.envs() {
		for _, key := range []string{"GH_TOKEN", "GITHUB_TOKEN"} {
			if n := env.Get(key); own(n) {
				return n
			}
		}
	}
	return nil
}

// forMembers says whether the workflow itself lets in only who has rights here,
// which an app's bot has not.
func (a *agent) forMembers() bool {
	all := a.exposures()
	return len(all) > 0 && !slices.ContainsFunc(all, exposure.open) && !a.job.file.has("push") && !a.job.file.has("pull_request")
}

// bounded says whether something ends a loop: a time, a group or turns.
func (a *agent) bounded() bool {
	if a.job.file.limited || a.job.node.Get("concurrency") != nil || a.job.node.Get("timeout-minutes") != nil || a.step.node.Get("timeout-minutes") != nil {
		return true
	}
	if strings.Contains(a.told(), "--max-turns") || a.withText("max_turns") != "" {
		return true
	}
	if a.kind == nil {
		return false
	}
	for _, name := range a.kind.settings {
		if text := a.withText(name); strings.Contains(text, "axSessionTurns") || strings.Contains(text, "maxTurns") {
			return true
		}
	}
	return false
}
