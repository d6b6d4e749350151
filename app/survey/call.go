package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// The rules about workflows, which scanners/workflow has; here are what two files
// show together.
const (
	ruleStarted   = "wf-agent-untrusted-trigger"
	ruleInjected  = "wf-agent-prompt-injection"
	ruleEmpowered = "wf-agent-write-permissions"
	rulePeople    = "wf-agent-wildcard-users"
	ruleCommand   = "wf-agent-cli-run"
)

// Joined says whether a file may call another of the repository, or be called: a
// workflow or an action.
func Joined(p string) bool {
	switch base := path.Base(p); path.Ext(base) {
	case ".yml", ".yaml":
		return base == "action.yml" || base == "action.yaml" || strings.HasSuffix("/"+path.Dir(p), "/.github/workflows")
	}
	return false
}

// calls are agents in workflows and actions that other workflows of the repository
// run: who can start them and what they are told is the caller's to say.
func (t *Tree) calls() []scanners.Finding {
	callees := map[string][]scanners.Callee{}
	for i := range t.Workflows {
		if f := &t.Workflows[i]; len(f.Callees) > 0 {
			callees[f.Path] = f.Callees
		}
	}
	if len(callees) == 0 {
		return nil
	}
	var all []scanners.Finding
	told := map[string]bool{}
	for i := range t.Workflows {
		for _, c := range t.Workflows[i].Calls {
			for _, p := range []string{c.To, c.To + "/action.yml", c.To + "/action.yaml"} {
				for j := range callees[p] {
					all = append(all, call(&t.Workflows[i], &c, &callees[p][j], told)...)
				}
			}
		}
	}
	return all
}

// call judges one agent as one caller starts it.
func call(from *File, c *scanners.Call, a *scanners.Callee, told map[string]bool) []scanners.Finding {
	var all []scanners.Finding
	add := func(place scanners.Finding, rule string, severity scanners.Severity, message, fix scanners.Text) {
		f := place
		f.Rule, f.Severity, f.Integration, f.Message, f.Fix = rule, severity, a.Place.Integration, message, fix
		if f.Passive && f.Severity > scanners.Info {
			f.Severity--
		}
		if f.Server == "" {
			f.Server = c.Job
		}
		f.Slot = strings.TrimSpace(f.Slot + " called by " + from.Path)
		if id := f.Fingerprint(); !told[id] {
			told[id] = true
			all = append(all, f)
		}
	}
	guards := a.Guards
	for _, star := range c.Stars {
		if slices.Contains(a.People, star.Input) {
			guards = false
			place := star.Place
			place.Slot = star.Input
			add(place, rulePeople, scanners.High,
				scanners.Say("Everybody may start "+a.Name+" in ", a.Place.Path, ": ", star.Input+": *"),
				scanners.Say("Name the people or bots that need it."))
		}
	}
	open := len(c.Open) > 0 && !guards
	writes, unsaid := c.Writes, c.Default
	if a.Limited {
		writes, unsaid = a.Writes, false
	}
	if open {
		severity := scanners.Medium
		if a.Acts && (len(writes) > 0 || unsaid) {
			severity = scanners.High
		}
		add(a.Place, ruleStarted, severity,
			say("Anybody can start "+a.Name+" here: ", from.Path, " runs this file for ", strings.Join(c.Open, ", "), " and asks nobody who caused it"),
			say("Let the calling job run only for people you know: ", "if: contains(fromJSON('[\"OWNER\",\"MEMBER\",\"COLLABORATOR\"]'), …author_association)", "."))
		if a.Acts && len(writes) > 0 {
			add(a.Place, ruleEmpowered, scanners.High,
				scanners.Say("An agent that anybody can start through ", from.Path, " works with a token that may write: ", strings.Join(writes, ", ")),
				scanners.Say("Give the agent's job ", "permissions: {contents: read}", ", and let a second job without an agent write what it proposes."))
		}
	}
	for _, g := range c.Given {
		if !slices.Contains(a.Told, g.Input) {
			continue
		}
		severity, place := scanners.Critical, g.Place
		place.Slot = g.Input
		if a.Command && !guards {
			add(a.Place, ruleCommand, scanners.High,
				say("The script gives "+a.Name+" text that strangers write: ", from.Path, " puts ", g.Source, " into ", g.Input),
				say("Use the agent's action with a gate and a short list of tools, and give it a number instead of a text."))
		}
		if guards {
			severity, place.Confidence = scanners.Medium, credential.Medium
		}
		add(place, ruleInjected, severity,
			say("Text that strangers write goes into what "+a.Name+" is told in ", a.Place.Path, ": ", g.Source, " in ", g.Input),
			say("Give it the number alone, and let the agent fetch what it needs with a tool that bounds it."))
	}
	return all
}
