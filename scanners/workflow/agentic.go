package workflow

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// engines are the agents that GitHub's agentic workflows run
// (github.github.com/gh-aw/reference/engines).
var engines = map[string]string{"copilot": "github-copilot-cli", "claude": "claude-code", "codex": "openai-codex", "gemini": "gemini-cli", "custom": "gh-aw", "opencode": "opencode"}

// judgeAgentic reads an agentic workflow: the front matter says who may start
// it and what it may do, the text below is the prompt. By default only people
// with write access start it, its token only reads, and what it writes goes
// through safe outputs.
func (f *file) judgeAgentic() {
	on, engine := f.root.Get("on"), f.root.Get("engine")
	if on == nil && engine == nil && f.root.Get("safe-outputs") == nil {
		return // a text beside workflows, or a part that others import
	}
	id := textOf(engine)
	if engine != nil && engine.Kind == doctree.Map {
		id = textOf(engine.Get("id"))
	}
	if id == "" {
		id = "copilot"
	}
	in, ok := scanners.ProductOf(engines[id])
	if !ok {
		in, _ = scanners.ProductOf("gh-aw")
	}
	j := &job{file: f, id: "agent", node: f.root, cond: always()}
	s := &step{job: j, node: f.root, cond: always()}
	j.steps = []*step{s}
	f.jobs = []*job{j}
	at := engine
	if at == nil {
		at = f.root
	}
	span := at.Span
	if at == f.root {
		span = doctree.Span{Start: f.root.Span.Start, End: f.root.Span.Start}
	}
	a := &agent{step: s, in: in, kind: &kind{product: in.Product}, node: at, span: span, name: "gh-aw"}
	a.sightAgentic()
	f.judgeRoles(a)
	f.judgeBody(a)
	f.judgeSandbox(a)
	f.judgeBash(a)
	f.judgeCheckout(a)
	f.judgeImports(a)
}

func (a *agent) sightAgentic() {
	f := a.job.file
	s := scanners.Sighting{
		Integration: a.in, Name: base(f.path), Path: f.path, Region: f.region(a.span), Client: "gh-aw", Grants: a.grants(), Reaches: a.reaches(), Template: f.passive,
	}
	for _, m := range membersOf(f.root.Get("safe-outputs")) {
		s.Grants = append(s.Grants, scanners.Grant{Name: scanners.Plain(m.Key), Level: "write"})
	}
	for _, m := range membersOf(f.root.Get("tools")) {
		s.Grants = append(s.Grants, scanners.Grant{Name: scanners.Plain(m.Key), Level: tool{text: m.Key}.level()})
	}
	f.sighted = append(f.sighted, s)
}

func base(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// open says whether everybody may start the workflow, and where it says so.
func (f *file) rolesOpen() *doctree.Node {
	for _, n := range []*doctree.Node{f.root.Get("roles"), f.root.Get("on").Get("roles")} {
		for _, w := range words(n) {
			if strings.EqualFold(w, "all") || strings.EqualFold(w, "read") { // whoever sees a public repository may read it
				return n
			}
		}
	}
	return nil
}

func (f *file) judgeRoles(a *agent) {
	n := f.rolesOpen()
	if n == nil {
		return
	}
	if textOf(n) == "all" || slices.Contains(words(n), "all") {
		a.say(hit{
			rule: rulePeople, severity: scanners.High, node: n, span: n.Span, slot: "roles", broad: true,
			message: scanners.Say("Everybody may start this agent: ", "roles: all"),
			fix:     scanners.Say("Take it out: by default only people with write access start it."),
		})
	}
	open := ""
	for _, e := range f.events {
		if _, ok := outside[e.name]; ok {
			open = e.name
		}
	}
	if open == "" {
		return
	}
	a.say(hit{
		rule: ruleTrigger, severity: scanners.Medium, node: a.node, span: a.span, slot: "trigger",
		message: scanners.Say("Anybody can start "+a.in.Name+" here: ", open, " needs no rights in the repository, and ", "roles", " takes away what asks for them"),
		fix:     scanners.Say("Take it out: by default only people with write access start it."),
	})
	if may := a.job.mayWrite(); len(may) > 0 {
		a.say(hit{
			rule: ruleWrite, severity: scanners.High, node: may[0].node, span: may[0].key, slot: "permissions",
			message: scanners.Say("An agent that anybody can start works with a token that may write: ", may[0].name+": "+may[0].level),
			fix:     scanners.Say("Let it read, and write through ", "safe-outputs", "."),
		})
	}
}

// judgeBody looks for expressions in the prompt.
func (f *file) judgeBody(a *agent) {
	body := f.root.Span.End
	text := string(f.doc.Source[min(body, len(f.doc.Source)):])
	for _, u := range uses(text) {
		for _, p := range properties(u.body) {
			src, ok := stranger(p)
			if !ok {
				continue
			}
			severity := scanners.High
			if f.rolesOpen() != nil {
				severity = scanners.Critical
			}
			a.say(hit{
				rule: ruleInjection, severity: severity, node: f.root, span: doctree.Span{Start: body + u.start, End: body + u.end}, slot: src.name,
				message: scanners.Say("Text that strangers write goes into what the agent is told: ", src.name),
				fix:     scanners.Say("Use the cleaned text of the compiler: ", "${{ steps.sanitized.outputs.text }}", "."),
			})
			break
		}
	}
}

func (f *file) judgeSandbox(a *agent) {
	sandbox := f.root.Get("sandbox")
	for _, n := range []*doctree.Node{sandbox, sandbox.Get("agent")} {
		if textOf(n) == "false" {
			a.sayUnguarded(n, n.Span, "sandbox: false")
		}
	}
	if n := f.root.Get("permissions"); textOf(n) == "write-all" && f.rolesOpen() == nil {
		a.say(hit{
			rule: ruleWrite, severity: scanners.Medium, node: n, span: n.Span, slot: "permissions",
			message: scanners.Say("The agent's own token may write everything: ", "write-all"),
			fix:     scanners.Say("Let it read, and write through ", "safe-outputs", "."),
		})
	}
}

// judgeCheckout looks whether steps of the workflow's own take the proposed change
// to where the agent starts, with the secrets of the repository.
func (f *file) judgeCheckout(a *agent) {
	if !f.has("pull_request_target") && !f.has("workflow_run") || f.rolesOpen() == nil {
		return
	}
	for _, item := range membersOfList(f.root.Get("steps")) {
		s := &step{job: a.job, node: item, uses: item.Get("uses"), cond: always()}
		ref := s.with("ref")
		if name, _ := s.action(); name != "actions/checkout" || ref == nil || !s.isHead(textOf(ref), headRef) {
			continue
		}
		a.say(hit{
			rule: ruleHead, severity: scanners.Critical, node: ref, span: ref.Span, slot: "checkout",
			message: scanners.Say("The workflow has the repository's secrets and token, and takes the proposed change into its workspace before " + a.in.Name + " runs there"),
			fix:     scanners.Say("Let ", "on: pull_request", " read the change, and another workflow act on what it says."),
		})
		if s.withText("path") == "" {
			a.say(hit{
				rule: ruleConfig, severity: scanners.Critical, node: a.node, span: a.span, slot: "config",
				message: scanners.Say(a.in.Name + " starts in a change that strangers propose: what it reads there about itself (" + configOf(a.in.Product) + ") is theirs"),
				fix:     scanners.Say("Check the base out, or check the change out into a folder of its own."),
			})
		}
	}
}

func membersOfList(n *doctree.Node) []*doctree.Node {
	if n == nil {
		return nil
	}
	out := make([]*doctree.Node, 0, len(n.Items))
	for _, item := range n.Items[:min(len(n.Items), 100)] {
		out = append(out, item.Resolve())
	}
	return out
}

// judgeBash looks for a shell without bounds among the tools
// (github.github.com/gh-aw/reference/tools).
func (f *file) judgeBash(a *agent) {
	list := f.root.Get("tools").Get("bash")
	if list == nil {
		return
	}
	for _, item := range list.Items[:min(len(list.Items), 100)] {
		n := item.Resolve()
		if text := textOf(n); text != "" && strings.Trim(text, ":* ") == "" {
			a.say(hit{
				rule: ruleTools, severity: scanners.High, node: n, span: n.Span, slot: "bash", broad: true,
				message: scanners.Say("", "bash: "+text, " lets the agent run every command"),
				fix:     scanners.Say("Name the commands it needs."),
			})
		}
	}
}

// judgeImports looks whether parts of the workflow can change elsewhere.
func (f *file) judgeImports(a *agent) {
	list := f.root.Get("imports")
	if list == nil {
		return
	}
	for _, item := range list.Items[:min(len(list.Items), 100)] {
		n := item.Resolve()
		text := textOf(n)
		at := strings.LastIndexByte(text, '@')
		if at < 0 || strings.Count(text, "/") < 2 || commitID.MatchString(text[at+1:]) {
			continue
		}
		a.say(hit{
			rule: rulePin, severity: scanners.Medium, node: n, span: f.at(n, at+1, len(text)), slot: text[:at],
			message: scanners.Say("Whoever can move ", text[at+1:], " of ", text[:at], " decides what this agent is told and may do"),
			fix:     scanners.Say("Name the commit: ", text[:at]+"@<commit>", "."),
		})
	}
}
