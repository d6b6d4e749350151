package workflow

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// guarded are the exposures as the agent's own check leaves them.
func (a *agent) guarded() []exposure {
	all := a.exposures()
	if a.kind == nil || !a.kind.guards || a.opened() != "" {
		return all
	}
	for i := range all {
		if e := all[i].event; e != "workflow_run" && e != "fork" && e != "watch" {
			all[i].trusted |= actor
		}
	}
	return all
}

// opens are the exposures through which anybody can start the agent.
func (a *agent) opens() []exposure {
	return slices.DeleteFunc(a.guarded(), func(e exposure) bool { return !e.open() })
}

// names are the events of exposures, for a sentence.
func names(all []exposure) string {
	var out []string
	for _, e := range all {
		out = append(out, e.event)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// checkTrigger looks whether anybody can start the agent.
func (a *agent) checkTrigger() {
	open := a.opens()
	if len(open) == 0 {
		return
	}
	_, given := a.job.permissions()
	severity := scanners.Medium
	if a.acts() && (!given || a.job.writes() || len(a.foreign()) > 0) {
		severity = scanners.High
	}
	a.say(hit{
		rule: ruleTrigger, severity: severity, node: a.node, span: a.span, slot: "trigger",
		message: scanners.Say("Anybody can start "+a.in.Name+" here: ", names(open), " needs no rights in the repository, and nothing asks who caused it"),
		fix:     scanners.Say("Let the job run only for people you know: ", gateFor(open[0].event), "."),
	})
}

// gateFor is a condition that lets in who has rights in the repository.
func gateFor(event string) string {
	of := "comment"
	switch event {
	case "issues":
		of = "issue"
	case "pull_request_target":
		of = "pull_request"
	case "discussion":
		of = "discussion"
	case "pull_request_review":
		of = "review"
	case "workflow_run":
		return "if: github.event.workflow_run.head_repository.full_name == github.repository"
	}
	return `if: contains(fromJSON('["OWNER","MEMBER","COLLABORATOR"]'), github.event.` + of + `.author_association)`
}

// weight is how bad it is that text of such an author reaches the agent; false
// if only people with rights write it.
func (a *agent) weight(of who, worst scanners.Severity) (severity scanners.Severity, weak, ok bool) {
	if slices.ContainsFunc(a.guarded(), func(e exposure) bool { return e.wrote(of) }) {
		return worst, false, true
	}
	f := a.job.file
	switch {
	case slices.ContainsFunc(a.exposures(), func(e exposure) bool { return e.wrote(of) }):
		return scanners.Medium, true, true // only the action's own check keeps strangers out
	case f.shape == composite || f.has("workflow_call"):
		return min(worst, scanners.High), true, true // whoever calls it decides
	case f.has("pull_request"):
		cond := a.job.cond.and(a.cond)
		if trusted, reached := cond.gates("pull_request", func(at atom) who { return a.vouched(at, "pull_request") }); !reached || trusted&(author|actor|maintainer) != 0 {
			return 0, false, false
		}
		return scanners.Medium, true, true // of a fork it has no secrets
	}
	return 0, false, false
}

func (f *file) has(event string) bool {
	for _, e := range f.events {
		if e.name == event {
			return true
		}
	}
	return false
}

// checkPrompt looks for strangers' text in what the agent is told and in the
// variables it sees.
func (a *agent) checkPrompt() {
	told := ""
	if a.kind != nil {
		for _, name := range slices.Concat(a.kind.prompts, a.kind.args) {
			n := a.with(name)
			if n == nil {
				continue
			}
			told += textOf(n) + "\n"
			for _, fl := range a.flows(textOf(n)) {
				a.sayFlow(fl, name, n)
			}
		}
	}
	if a.cmd != nil {
		told = a.run
	}
	a.checkFile(told)
	if !a.acts() && a.cmd == nil {
		return // it cannot read variables
	}
	for _, env := range a.envs() {
		for _, m := range env.Members {
			fl, ok := a.valueOf(m.Value, 0)
			if !ok {
				continue
			}
			severity, weak, ok := a.weight(fl.of, scanners.High)
			if !ok || severity == scanners.Medium && !mentionsVariable(told, m.Key) {
				continue
			}
			n := m.Value.Resolve()
			a.say(hit{
				rule: ruleIndirect, severity: severity, weak: weak || !mentionsVariable(told, m.Key), node: n, span: n.Span, slot: m.Key,
				message: scanners.Say(a.in.Name+" sees text that strangers write: ", m.Key, " holds ", fl.name),
				fix:     scanners.Say("Give it the number alone, and let it fetch what it needs with a tool that bounds it."),
			})
		}
	}
}

// checkFile looks for strangers' text that an earlier step puts into a file of
// which the agent is told.
func (a *agent) checkFile(told string) {
	n := a.node
	if a.kind != nil {
		for _, name := range []string{"prompt_file", "prompt-file", "input", "message-file"} {
			if at := a.with(name); at != nil {
				told += textOf(at) + "\n"
				n = at
			}
		}
	}
	fl, ok := a.throughFile(told)
	if !ok {
		return
	}
	severity, weak, ok := a.weight(fl.of, scanners.High)
	if !ok {
		return
	}
	span := a.span
	if n != a.node {
		span = n.Span
	}
	a.say(hit{
		rule: ruleIndirect, severity: severity, weak: weak, node: n, span: span, slot: fl.by,
		message: scanners.Say("Text that strangers write goes into what "+a.in.Name+" is told: ", scanners.Plain(fl.by), " holds ", scanners.Plain(fl.name)),
		fix:     scanners.Say("Give it the number alone, and let it fetch what it needs with a tool that bounds it."),
	})
}

func (a *agent) sayFlow(fl flow, input string, n *doctree.Node) {
	rule, worst := ruleInjection, scanners.Critical
	if fl.by != "" {
		rule, worst = ruleIndirect, scanners.High
	}
	severity, weak, ok := a.weight(fl.of, worst)
	if !ok {
		return
	}
	message := scanners.Say("Text that strangers write goes into what "+a.in.Name+" is told: ", fl.name, " in ", input)
	if fl.by != "" {
		message = scanners.Say("Text that strangers write goes into what "+a.in.Name+" is told: ", fl.by, " holds ", fl.name)
	}
	a.say(hit{
		rule: rule, severity: severity, weak: weak, node: n, span: a.job.file.at(n, fl.start, fl.end), slot: input + " " + fl.name, message: message,
		fix: scanners.Say("Give the agent the number alone (", "${{ github.event.issue.number }}", "), and let it fetch what it needs with a tool that bounds it."),
	})
}

// fetched is how a script gets what strangers wrote.
var fetched = regexp.MustCompile(`\bgh\s+(?:issue|pr)\s+(?:view|diff|list)\b|\bgh\s+api\b[^|\n]*(?:issues|pulls|comments|discussions)|/(?:issues|pulls)/[^\s"']*(?:comments|files)?`)

// checkCommand looks at an agent that a script starts: whether strangers' text
// reaches it, and whether it runs without its questions.
func (a *agent) checkCommand() {
	if a.cmd == nil {
		return
	}
	severity, why := scanners.Info, scanners.Text(nil)
	open := a.opens()
	if fl, ok := a.commandFlow(); ok {
		if s, _, ok := a.weight(fl.of, scanners.High); ok {
			severity = s
			why = scanners.Say("The script gives "+a.in.Name+" text that strangers write: ", fl.name)
		}
	}
	if severity < scanners.High && len(open) > 0 && a.takes(fetched) {
		severity = scanners.High
		why = scanners.Say("The script fetches what strangers wrote and gives it to "+a.in.Name+", and ", names(open), " lets anybody start it")
	}
	if flag, _, _ := a.skip(); flag != "" && severity < scanners.High {
		worst := scanners.Medium
		if len(open) > 0 {
			worst = scanners.High
		}
		if worst >= severity {
			severity = worst
			why = scanners.Say("The script starts "+a.in.Name+" without its questions, with ", flag, ", and without what its action guards")
		}
	}
	if why == nil {
		return
	}
	a.say(hit{
		rule: ruleCommand, severity: severity, node: a.node, span: a.span, slot: a.name, message: why,
		fix: scanners.Say("Use the agent's action with a gate and a short list of tools, and give it a number instead of a text."),
	})
}

// commandFlow is the stranger's text in the words of the command, in what it
// reads from a pipe, or in a variable it names.
func (a *agent) commandFlow() (flow, bool) {
	text := a.piece()
	for _, fl := range a.flows(text) {
		return fl, true
	}
	for _, env := range a.envs() {
		for _, m := range env.Members {
			if fl, ok := a.valueOf(m.Value, 0); ok && mentionsVariable(text, m.Key) {
				return fl, true
			}
		}
	}
	if m := payload.FindString(text); m != "" {
		return flow{source: source{name: m, of: author}}, true
	}
	return flow{}, false
}

// piece is the part of the script that ends with the command, from the first
// line on: what it sets before may be what the command is given.
func (a *agent) piece() string { return a.run[:min(len(a.run), max(a.cmd.end, a.cmd.start))] }

// takes says whether the command, what is piped into it or a variable before it
// holds such a thing.
func (a *agent) takes(pattern *regexp.Regexp) bool { return pattern.MatchString(a.piece()) }
