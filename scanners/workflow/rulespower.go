package workflow

import "github.com/castellan-app/castellan/scanners"

// powerRules are about what an agent may do and what is done with its answer.
func powerRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleWrite, Severity: scanners.High,
			Question: "Does an agent that anybody can start have a token that writes, or secrets it does not need?",
			Why:      "Whoever steers the agent has what it has. With contents: write that is the code, with id-token: write whatever trusts the repository, and its environment holds every secret of the job.",
			Fix:      "Give the agent's job permissions to read, no secret but its model's key, and let a second job without an agent do the writing.",
			Bad:      exampleOf(opened, "{contents: write}", "", labels),
			Benign:   exampleOf("workflow_dispatch", "{contents: write}", "", labels),
			Docs:     []string{"https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions", secureUse},
		},
		{
			ID: rulePeople, Severity: scanners.High,
			Question: "Is the guard of an agent's action opened to everybody?",
			Why:      "The action refuses people without write access. A star, or the name of whoever causes the event, takes that away; of bots too, since anybody can make one.",
			Fix:      "Name the people or bots, or leave the input out.",
			Bad:      exampleOf(opened, reads, "", claude+"Sort issue ${{ github.event.issue.number }}\n          allowed_non_write_users: \"*\"\n          github_token: ${{ github.token }}\n"),
			Benign:   exampleOf(opened, reads, members, claude+"Sort issue ${{ github.event.issue.number }}\n          allowed_bots: dependabot\n"),
			Docs:     []string{"https://github.com/anthropics/claude-code-action/blob/main/docs/security.md", "https://github.com/openai/codex-action"},
		},
		{
			ID: ruleSandbox, Severity: scanners.High,
			Question: "Does an agent run without its sandbox or without asking?",
			Why:      "Nothing then stands between what the agent is told and the machine with the token, the secrets and the network. Gemini's action has no sandbox unless its settings say so, which alone is low.",
			Fix:      "Take the flag out, switch the sandbox on and allow the tools it needs by name.",
			Bad:      exampleOf("workflow_dispatch", reads, "", claude+"Update the list.\n          claude_args: --dangerously-skip-permissions\n"),
			Benign:   exampleOf("workflow_dispatch", reads, "", claude+"Update the list.\n          claude_args: --max-turns 5\n"),
			Docs:     []string{"https://code.claude.com/docs/en/permissions", "https://github.com/google-github-actions/run-gemini-cli"},
		},
		{
			ID: ruleTools, Severity: scanners.High,
			Question: "Do an agent's tools let it run anything or write anywhere?",
			Why:      "Bash(*) is every command. Bash(echo:*) is too: the shell runs what stands in $(…) and prints the environment. gh api, git push and gh issue edit with open arguments reach everything that the token reaches.",
			Fix:      "Allow exact commands, or a script of the repository that takes only what it must.",
			Bad:      exampleOf(opened, reads, members, claude+"Sort issue ${{ github.event.issue.number }}\n          claude_args: --allowedTools \"Read,Bash(*)\"\n"),
			Benign:   exampleOf("workflow_dispatch", reads, "", claude+"Update the list.\n          claude_args: --allowedTools \"Read,Bash(npm test)\"\n"),
			Docs:     []string{"https://code.claude.com/docs/en/permissions"},
		},
		{
			ID: ruleOutput, Severity: scanners.Critical,
			Question: "Is what a model answers run as code, or merged without a person?",
			Why:      "An answer in ${{ … }} becomes part of the script before the shell reads it. Whoever can make the model answer what they like then runs commands with the job's token.",
			Fix:      "Hand it over as a variable, quote it, and check it against the few values you expect.",
			Bad:      exampleOf("issues", "{contents: read, models: read}", members, "      - id: ask\n        uses: actions/ai-inference@"+sha+"\n        with:\n          prompt: Which label fits issue ${{ github.event.issue.number }}?\n      - run: gh issue edit 1 --add-label \"${{ steps.ask.outputs.response }}\"\n"),
			Benign:   exampleOf("issues", "{contents: read, models: read}", members, "      - id: ask\n        uses: actions/ai-inference@"+sha+"\n        with:\n          prompt: Which label fits issue ${{ github.event.issue.number }}?\n      - run: case \"$LABEL\" in bug|question) gh issue edit 1 --add-label \"$LABEL\";; esac\n        env:\n          LABEL: ${{ steps.ask.outputs.response }}\n"),
			Docs:     []string{secureUse},
		},
		{
			ID: rulePin, Severity: scanners.Medium,
			Question: "Can an agent's action change without a change here?",
			Why:      "A tag or a branch is moved by whoever owns the action, or has taken it over. What it then points to runs with the agent's secrets and token.",
			Fix:      "Name the commit, with the version as a comment, and let a bot raise it.",
			Bad:      exampleOf("workflow_dispatch", reads, "", "      - uses: anthropics/claude-code-action@main\n        with:\n          prompt: Update the list.\n"),
			Benign:   exampleOf("workflow_dispatch", reads, "", claude+"Update the list.\n"),
			Docs:     []string{secureUse},
		},
		{
			ID: ruleLoop, Severity: scanners.LowSeverity,
			Question: "Can an agent start itself again and again?",
			Why:      "What the workflow's own token does starts nothing, but what an app's token or a person's does, and a bot that is let in starts the agent again: each turn costs money.",
			Fix:      "Give the job a time and a concurrency group, and the agent a number of turns.",
			Bad:      scanners.Example{Path: ".github/workflows/agent.yml", Content: "on: pull_request\npermissions: {contents: read}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    steps:\n" + claude + "Mend it.\n          allowed_bots: renovate\n"},
			Benign:   scanners.Example{Path: ".github/workflows/agent.yml", Content: "on: pull_request\npermissions: {contents: read}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n" + claude + "Mend it.\n          allowed_bots: renovate\n"},
			Docs:     []string{"https://github.com/anthropics/claude-code-action/blob/main/docs/security.md"},
		},
	}
}
