package workflow

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// runsText is how a script runs a text as code: eval, sh -c, a pipe into a
// shell.
var runsText = regexp.MustCompile(`\beval\b|\b(?:ba|z|da|k)?sh\s+-[a-z]*c\b|\bpython3?\s+-c\b|\bnode\s+-e\b|\bsource\s+<\(|\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\bpwsh\s+-c|\bInvoke-Expression\b|\biex\b|\bgit\s+apply\b|\bpatch\s+-p`)

// checkOutputs looks what is done with what agents answer.
func (f *file) checkOutputs(all []*agent) {
	for _, a := range all {
		if a.kind == nil && a.prog == nil {
			continue
		}
		for _, j := range f.jobs {
			for _, s := range j.steps {
				if s != a.step {
					a.checkUse(s)
				}
			}
		}
		if a.cmd != nil {
			if what, ok := a.ownAnswer(); ok {
				line, _, _ := strings.Cut(a.run[a.cmd.start:a.cmd.end], "\n")
				a.sayExecuted(a.step, a.node, a.cmd.start, a.cmd.start+len(line), "What "+a.in.Name+" answers is run as code: ", what)
			}
		}
		a.checkMerge()
	}
}

// answer says whether a property is what the agent gave back, directly, through
// a job's outputs or a variable of the step.
func (a *agent) answer(s *step, name string, depth int) bool {
	parts := strings.Split(name, ".")
	switch {
	case depth > maxTrace || len(parts) < 2:
		return false
	case parts[0] == "steps" && len(parts) >= 4 && parts[2] == "outputs":
		if s.job != a.job || a.id == "" || !strings.EqualFold(parts[1], a.id) {
			return s.job == a.job && a.relayed(s.job.step(parts[1]), depth)
		}
		return a.cmd == nil && !plainOutput(parts[3]) || a.cmd != nil && strings.Contains(a.run, "GITHUB_OUTPUT")
	case parts[0] == "needs" && len(parts) >= 4:
		j := a.job.file.job(parts[1])
		if j == nil || j != a.job {
			return false
		}
		for _, m := range membersOf(j.node.Get("outputs")) {
			if strings.EqualFold(m.Key, parts[3]) {
				last := &step{job: j, node: j.node, cond: always()}
				return a.answers(last, textOf(m.Value.Resolve()), depth+1)
			}
		}
	case parts[0] == "env":
		for _, env := range s.envs() {
			for _, m := range env.Members {
				if strings.EqualFold(m.Key, parts[1]) {
					return a.answers(s, textOf(m.Value.Resolve()), depth+1)
				}
			}
		}
	}
	return false
}

// relayed says whether a step hands the answer on as an output, as it came.
func (a *agent) relayed(s *step, depth int) bool {
	if s == nil || s == a.step || s.run == "" || depth >= maxTrace || strings.Contains(s.run, "case ") || strings.Contains(s.run, "=~") {
		return false
	}
	for line := range strings.Lines(s.run) {
		if !strings.Contains(line, "GITHUB_OUTPUT") {
			continue
		}
		for _, env := range s.envs() {
			for _, m := range env.Members {
				if (strings.Contains(line, "$"+m.Key) || strings.Contains(line, "${"+m.Key+"}")) && a.answers(s, textOf(m.Value.Resolve()), depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// plainOutput says whether an output of an action is nothing the model writes.
func plainOutput(name string) bool {
	return slices.Contains([]string{"execution_file", "branch_name", "github_token", "conclusion", "session_id", "response-file", "outcome", "exit_code", "exit-code"}, name)
}

func (a *agent) answers(s *step, text string, depth int) bool {
	for _, u := range uses(text) {
		for _, p := range properties(u.body) {
			if a.answer(s, p, depth) {
				return true
			}
		}
	}
	return false
}

// checkUse looks whether a step makes code of the answer.
func (a *agent) checkUse(s *step) {
	for _, part := range []struct {
		node *doctree.Node
		what string
	}{{s.node.Get("run"), "a script"}, {s.with("script"), "a script"}} {
		text := textOf(part.node)
		if text == "" {
			continue
		}
		for _, u := range uses(text) {
			for _, p := range properties(u.body) {
				if a.answer(s, p, 0) {
					a.sayExecuted(s, part.node, u.start, u.end, "What "+a.in.Name+" answers is written into a script, which runs it: ", p)
					return
				}
			}
		}
		name, ok := a.carried(s, text)
		if !ok {
			continue
		}
		at := runsText.FindStringIndex(text)
		for _, file := range holds(text, name) {
			if i := strings.Index(text, file); at == nil && runsFile(text, file) {
				at = []int{i, i + len(file)}
			}
		}
		if at != nil {
			a.sayExecuted(s, part.node, at[0], at[1], "What "+a.in.Name+" answers is run as code: ", "$"+name)
			return
		}
	}
}

// carried is the variable of the step that holds the answer and that its script
// names.
func (a *agent) carried(s *step, text string) (string, bool) {
	for _, env := range s.envs() {
		for _, m := range env.Members {
			value := textOf(m.Value.Resolve())
			transcript := a.id != "" && s.job == a.job && strings.Contains(strings.ToLower(value), "steps."+strings.ToLower(a.id)+".outputs.execution_file") && strings.Contains(text, "result")
			if (transcript || a.answers(s, value, 0)) && mentionsVariable(text, m.Key) {
				return m.Key, true
			}
		}
	}
	return "", false
}

func (a *agent) sayExecuted(s *step, n *doctree.Node, start, end int, message, what string) {
	severity := scanners.Critical
	if len(a.exposures()) == 0 && !a.job.file.has("pull_request") && a.job.file.shape == ordinary && !a.job.file.has("workflow_call") {
		severity = scanners.High // only people with rights can cause it
	}
	a.say(hit{
		rule: ruleOutput, severity: severity, node: n, span: s.job.file.at(n, start, end), slot: s.label(), message: scanners.Say(message, what),
		fix: scanners.Say("Give it to the script as a variable and check it against what you expect before it is used: ", `env: {ANSWER: "${{ … }}"}`, ", then ", `case "$ANSWER" in bug|question) … esac`, "."),
	})
}

// mergeActions merge pull requests by themselves.
var mergeActions = []string{"peter-evans/enable-pull-request-automerge", "pascalgn/automerge-action", "reitermarkus/automerge", "fastify/github-action-merge-dependabot", "alexwilson/enable-github-automerge-action", "hmarr/auto-approve-action", "juliangruber/merge-pull-request-action"}

var mergesRequest = regexp.MustCompile(`\bgh\s+pr\s+merge\b|\bgh\s+pr\s+review\b[^\n]*--approve|pulls\.merge\b|enablePullRequestAutoMerge|/merge\b["']?\s*(?:-X|--method)?\s*PUT`)

// checkMerge looks whether what the agent made is merged without a person.
func (a *agent) checkMerge() {
	if !a.acts() {
		return
	}
	for _, s := range a.later() {
		name, _ := s.action()
		text := s.run + s.withText("script")
		n, at := s.uses, []int{0, len(textOf(s.uses))}
		switch {
		case slices.Contains(mergeActions, name):
		case mergesRequest.MatchString(text):
			if n = s.node.Get("run"); n == nil {
				n = s.with("script")
			}
			at = mergesRequest.FindStringIndex(textOf(n))
		default:
			continue
		}
		if at == nil {
			continue
		}
		a.say(hit{
			rule: ruleOutput, severity: scanners.High, weak: true, node: n, span: s.job.file.at(n, at[0], at[1]), slot: "merge " + s.label(),
			message: scanners.Say("What " + a.in.Name + " made is merged or approved without a person who looks at it"),
			fix:     scanners.Say("Let a person merge it."),
		})
		return
	}
}

// later are the steps that run after the agent: of its job, and of the jobs
// that need it.
func (a *agent) later() []*step {
	out := slices.Clone(a.after())
	for _, j := range a.job.file.jobs {
		if j != a.job && slices.ContainsFunc(j.needs, func(id string) bool { return strings.EqualFold(id, a.job.id) }) {
			out = append(out, j.steps...)
		}
	}
	return out
}
