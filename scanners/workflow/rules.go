package workflow

import "github.com/castellan-app/castellan/scanners"

const (
	ruleTrigger   = "wf-agent-untrusted-trigger"
	ruleInjection = "wf-agent-prompt-injection"
	ruleIndirect  = "wf-agent-prompt-env-indirect"
	ruleCommand   = "wf-agent-cli-run"
	ruleHead      = "wf-agent-head-checkout"
	ruleConfig    = "wf-agent-config-from-pr"
	ruleWrite     = "wf-agent-write-permissions"
	rulePeople    = "wf-agent-wildcard-users"
	ruleSandbox   = "wf-agent-unsandboxed"
	ruleTools     = "wf-agent-tool-wildcard"
	ruleOutput    = "wf-agent-output-executed"
	rulePin       = "wf-agent-unpinned-action"
	ruleLoop      = "wf-agent-bot-loop"
)

// Rules are the rules about agents in workflows.
func (Scanner) Rules() []scanners.Rule { return append(textRules(), powerRules()...) }

const (
	sha       = "3f2a9c1d5e7b8a6f4c0d2e1b9a8f7c6d5e4b3a21"
	secureUse = "https://docs.github.com/en/actions/reference/security/secure-use"
)

// exampleOf is a workflow with one job.
func exampleOf(on, permissions, cond, steps string) scanners.Example {
	if cond != "" {
		cond = "    if: " + cond + "\n"
	}
	return scanners.Example{Path: ".github/workflows/agent.yml", Content: "on: " + on + "\npermissions: " + permissions + "\njobs:\n  agent:\n" + cond + "    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n" + steps}
}

const (
	members  = `contains(fromJSON('["OWNER","MEMBER"]'), github.event.issue.author_association)`
	opened   = "{issues: {types: [opened]}}"
	reads    = "{contents: read}"
	labels   = "      - uses: anthropics/claude-code-base-action@" + sha + "\n        with:\n          prompt: Label issue ${{ github.event.issue.number }}\n"
	claude   = "      - uses: anthropics/claude-code-action@" + sha + "\n        with:\n          prompt: "
	headStep = "      - uses: actions/checkout@" + sha + "\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n"
	baseStep = "      - uses: actions/checkout@" + sha + "\n"
)

// textRules are about who starts an agent and what it is told.
func textRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleTrigger, Severity: scanners.High,
			Question: "Can anybody start an agent that has the repository's token or secrets?",
			Why:      "Anyone on GitHub can open an issue, comment, or propose a change from a fork. If that starts an agent, strangers choose when it works and mostly on what, with a token and secrets that are not theirs.",
			Fix:      "Gate the job on author_association or on a look-up of the person's permission, or start it by hand. Some actions ask for write access by themselves: then leave that on.",
			Bad:      exampleOf(opened, "{contents: read, issues: write}", "", labels),
			Benign:   exampleOf(opened, "{contents: read, issues: write}", members, labels),
			Docs:     []string{secureUse, "https://github.com/anthropics/claude-code-action/blob/main/docs/security.md"},
		},
		{
			ID: ruleInjection, Severity: scanners.Critical,
			Question: "Is text that strangers write put into what an agent is told?",
			Why:      "An expression is replaced by its text before the agent reads the prompt: the title of an issue stands there like your own words, and tells the agent what to do.",
			Fix:      "Put the number of the issue or pull request into the prompt, and let the agent fetch the text with a tool that bounds it.",
			Bad:      exampleOf(opened, reads, "", "      - uses: actions/ai-inference@"+sha+"\n        with:\n          prompt: \"Sort this: ${{ github.event.issue.title }}\"\n"),
			Benign:   exampleOf(opened, reads, members, claude+"Sort issue ${{ github.event.issue.number }}\n"),
			Docs:     []string{secureUse, "https://owasp.org/www-project-top-10-for-large-language-model-applications/"},
		},
		{
			ID: ruleIndirect, Severity: scanners.High,
			Question: "Does text that strangers write reach an agent through a variable or an output?",
			Why:      "A variable keeps the text away from the shell, not from the agent: what the prompt names it reads, and with a shell it reads its whole environment.",
			Fix:      "Keep such variables out of the agent's step, and let it fetch what it needs with a tool that bounds it.",
			Bad:      exampleOf(opened, reads, "", "      - uses: anthropics/claude-code-base-action@"+sha+"\n        with:\n          prompt: Sort the issue in $BODY\n        env:\n          BODY: ${{ github.event.issue.body }}\n"),
			Benign:   exampleOf(opened, reads, members, claude+"Sort issue $NUMBER\n        env:\n          NUMBER: ${{ github.event.issue.number }}\n"),
			Docs:     []string{secureUse},
		},
		{
			ID: ruleCommand, Severity: scanners.High,
			Question: "Does a script start an agent with strangers' text or without its questions?",
			Why:      "An agent's program has none of the guards that its action has: it does not ask who caused the run, and what the script pipes into it is an order to it.",
			Fix:      "Use the action with a gate, a short list of tools and the number of the issue. Never start the program with the flag that takes its questions away.",
			Bad:      exampleOf(opened, reads, "", "      - run: echo \"$BODY\" | claude -p \"Sort this issue\"\n        env:\n          BODY: ${{ github.event.issue.body }}\n"),
			Benign:   exampleOf("workflow_dispatch", reads, "", "      - run: claude -p \"Update the list of licences\" --allowedTools Read,Edit\n"),
			Docs:     []string{"https://code.claude.com/docs/en/headless"},
		},
		{
			ID: ruleHead, Severity: scanners.Critical,
			Question: "Does an agent run beside a stranger's code with the repository's secrets?",
			Why:      "pull_request_target and workflow_run have the secrets and the token of the repository. A checkout of the proposed change puts its author's code there, and the agent builds, tests and runs it.",
			Fix:      "Read the change in a job on pull_request, without secrets, and act on its result in another.",
			Bad:      exampleOf("pull_request_target", reads, "", headStep+labels),
			Benign:   exampleOf("pull_request", reads, "", headStep+claude+"Review the change.\n"),
			Docs:     []string{"https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/"},
		},
		{
			ID: ruleConfig, Severity: scanners.Critical,
			Question: "Does an agent take its settings, servers and instructions from a stranger's change?",
			Why:      "An agent reads .mcp.json, its settings with their hooks, and CLAUDE.md or AGENTS.md in the folder it starts in. In a checkout of a proposed change all of it is its author's, and runs however harmless the prompt is.",
			Fix:      "Start it in the base and give it the change as a diff, or check the change out below a folder of its own and switch project settings off.",
			Bad:      exampleOf("issue_comment", reads, "", "      - run: gh pr checkout ${{ github.event.issue.number }}\n"+labels),
			Benign:   exampleOf("issue_comment", reads, `contains(fromJSON('["OWNER","MEMBER"]'), github.event.comment.author_association)`, baseStep+claude+"Review pull request ${{ github.event.issue.number }}\n"),
			Docs:     []string{"https://github.com/anthropics/claude-code-action/blob/main/docs/security.md"},
		},
	}
}
