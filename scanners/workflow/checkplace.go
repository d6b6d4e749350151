package workflow

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

var (
	// headRef is a ref of the proposed change in an input or a script.
	headRef = regexp.MustCompile(`(?i)pull_request\.head\.(?:sha|ref)|pull_request\.merge_commit_sha|github\.head_ref|workflow_run\.head_(?:sha|branch|commit)|workflow_run\.pull_requests|refs/pull/|(?:\.head_sha|\.head_ref|head\.sha|head\.ref|headRefOid|headRefName)\b`)
	// headRepo is the repository it comes from.
	headRepo = regexp.MustCompile(`(?i)pull_request\.head\.repo|workflow_run\.head_repository`)
	// fetchesHead is how a script gets it.
	fetchesHead = regexp.MustCompile(`(?i)\bgh\s+pr\s+checkout\b|\bgit\s+fetch\b[^\n]*\bpull/|\bhub\s+pr\s+checkout\b|\bgit\s+(?:checkout|switch|reset|pull|merge)\b[^\n]*(?:head\.sha|head\.ref|head_sha|head_ref|HEAD_SHA|HEAD_REF|FETCH_HEAD|PR_HEAD)`)
)

// head is where a job takes the proposed change into its workspace.
type head struct {
	step *step
	node *doctree.Node
	span doctree.Span
	path string // the folder of the workspace it is in, "" for its root
}

// headBefore is the last checkout of a proposed change before a step, unless
// another of the repository's own state replaces it.
func (s *step) headBefore() (h head, ok bool) {
	for _, other := range s.before() {
		name, _ := other.action()
		switch {
		case name == "actions/checkout":
			path := other.withText("path")
			root := path == "" || path == "."
			n := other.with("ref")
			if n == nil || !s.isHead(textOf(n), headRef) {
				if n = other.with("repository"); n == nil || !headRepo.MatchString(textOf(n)) {
					if root && cleaned(h.path) == "" {
						ok = false // replaced
					}
					continue
				}
			}
			h, ok = head{other, n, n.Span, path}, true
		case other.run != "":
			if at := fetchesHead.FindStringIndex(other.run); at != nil {
				n := other.node.Get("run")
				h, ok = head{other, n, s.job.file.at(n, at[0], at[1]), other.workdir()}, true
			}
		}
	}
	return h, ok
}

// isHead says whether a ref is the proposed change's, also by an output that
// says so.
func (s *step) isHead(text string, pattern *regexp.Regexp) bool {
	if pattern.MatchString(text) {
		return true
	}
	for _, u := range uses(text) {
		for _, p := range properties(u.body) {
			if fl, ok := s.traced(p, 0); ok && strings.Contains(fl.name, "head") {
				return true
			}
			if name, ok := strings.CutPrefix(p, "env."); ok && s.envMatches(name, pattern) {
				return true
			}
			if strings.HasPrefix(p, "steps.") || strings.HasPrefix(p, "needs.") || strings.HasPrefix(p, "env.") {
				last := p[strings.LastIndexByte(p, '.')+1:]
				if slices.Contains([]string{"head_sha", "head_ref", "head-sha", "head-ref", "pr_head", "pr_head_sha", "headsha", "headref", "pr_sha", "pr_branch", "pr-sha", "head_branch", "head"}, last) {
					return true
				}
			}
		}
	}
	return false
}

// envMatches says whether a variable of the step is given what a pattern finds.
func (s *step) envMatches(name string, pattern *regexp.Regexp) bool {
	for _, env := range s.envs() {
		for _, m := range env.Members {
			if strings.EqualFold(m.Key, name) && pattern.MatchString(textOf(m.Value.Resolve())) {
				return true
			}
		}
	}
	return false
}

// checkCheckout looks whether the agent works in a change that strangers
// propose.
func (a *agent) checkCheckout() {
	if !a.acts() {
		return
	}
	h, ok := a.headBefore()
	if !ok {
		return
	}
	worst, where := scanners.Info, ""
	config := scanners.Info
	for _, e := range a.exposures() {
		switch e.event {
		case "pull_request_target", "workflow_run":
			if e.trusted&author != 0 || e.trusted&actor != 0 && e.event == "pull_request_target" && e.trusted&maintainer == 0 {
				continue
			}
			severity := scanners.Critical
			switch {
			case e.trusted&maintainer != 0:
				severity = scanners.Medium // somebody looked at it, if not at what came after
			case a.kind != nil && a.kind.guards && a.opened() == "" && e.event == "pull_request_target":
				severity = scanners.High
			}
			if severity > worst {
				worst, where = severity, e.event
			}
			config = max(config, severity)
		case "issue_comment", "pull_request_review", "pull_request_review_comment":
			if e.trusted&author != 0 {
				continue
			}
			severity := scanners.Critical
			if e.trusted&(actor|commenter|maintainer) != 0 || a.kind != nil && a.kind.guards && a.opened() == "" {
				severity = scanners.Medium // somebody with rights asked for it
			} else if severity > worst {
				worst, where = severity, e.event
			}
			config = max(config, severity)
		}
	}
	if worst > scanners.Info {
		a.say(hit{
			rule: ruleHead, severity: worst, node: h.node, span: h.span, slot: "checkout",
			message: scanners.Say("The job has ", where, "'s secrets and token, and takes the proposed change into its workspace before "+a.in.Name+" runs there"),
			fix:     scanners.Say("Let a job without secrets read the change (", "on: pull_request", "), and another act on what it says."),
		})
	}
	if config > scanners.Info && a.startsIn(h.path) && !a.ignoresProject() {
		a.say(hit{
			rule: ruleConfig, severity: config, node: a.node, span: a.span, slot: "config",
			message: scanners.Say(a.in.Name + " starts in a change that strangers propose: what it reads there about itself (" + configOf(a.in.Product) + ") is theirs"),
			fix:     scanners.Say("Check the base out and give the agent the change as a diff, or check the change out into a folder of its own; with Claude Code add ", "--strict-mcp-config --setting-sources user", "."),
		})
	}
}

// configOf are the files with which a repository steers an agent.
func configOf(product string) string {
	switch product {
	case "claude-code":
		return ".mcp.json, .claude/, CLAUDE.md"
	case "gemini-cli":
		return ".gemini/, GEMINI.md"
	case "openai-codex":
		return ".codex/, AGENTS.md"
	case "cursor":
		return ".cursor/, AGENTS.md"
	}
	return "AGENTS.md and its settings"
}

// ignoresProject says whether the agent is told not to take settings and
// servers from the folder it starts in.
func (a *agent) ignoresProject() bool {
	text := a.told()
	if dir := a.step.node.Get("working-directory"); dir != nil && a.cmd != nil {
		return false
	}
	return strings.Contains(text, "--strict-mcp-config") && (strings.Contains(text, "--setting-sources") || strings.Contains(text, "--settings")) ||
		strings.Contains(text, "--setting-sources user") || strings.Contains(text, "--setting-sources=user") || strings.Contains(text, "--bare") ||
		strings.Contains(text, "--strict-mcp-config") && a.kind != nil && a.with("settings") != nil
}

// told is the command line of the agent.
func (a *agent) told() string {
	if a.cmd != nil {
		return a.run[min(a.cmd.start, len(a.run)):min(a.cmd.end, len(a.run))]
	}
	var b strings.Builder
	if a.kind != nil {
		for _, name := range a.kind.args {
			b.WriteString(a.withText(name) + " ")
		}
	}
	return b.String()
}

// checkPermissions looks at what whoever steers the agent from outside gets.
func (a *agent) checkPermissions() {
	open := a.opens()
	if len(open) == 0 || !a.acts() {
		return
	}
	if may := a.job.mayWrite(); len(may) > 0 {
		var names []string
		for _, s := range may {
			names = append(names, s.name+": "+s.level)
		}
		a.say(hit{
			rule: ruleWrite, severity: scanners.High, node: may[0].node, span: may[0].key, slot: "permissions",
			message: scanners.Say("An agent that anybody can start works with a token that may write: ", strings.Join(names, ", ")),
			fix:     scanners.Say("Give the agent's job ", "permissions: {contents: read}", ", and let a second job without an agent write what it proposes."),
		})
	} else if _, given := a.job.permissions(); !given && a.job.file.shape == ordinary {
		a.say(hit{
			rule: ruleWrite, severity: scanners.Medium, weak: true, node: a.job.node, span: a.job.keySpan, slot: "permissions",
			message: scanners.Say("An agent that anybody can start works with the repository's default token, which may be allowed to write everything"),
			fix:     scanners.Say("Name what it needs: ", "permissions: {contents: read}", "."),
		})
	}
	if secrets := a.foreign(); len(secrets) > 0 {
		a.say(hit{
			rule: ruleWrite, severity: scanners.High, node: a.node, span: a.span, slot: "secrets",
			message: scanners.Say("An agent that anybody can start is given more secrets than its model's key: ", strings.Join(secrets[:min(len(secrets), 8)], ", ")),
			fix:     scanners.Say("Keep them out of the agent's job: it can be made to read its environment and files. Let a second job use them."),
		})
	}
}
