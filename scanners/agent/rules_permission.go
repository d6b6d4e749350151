package agent

import "github.com/castellan-app/castellan/scanners"

// settings is an example: a file at the path of a project's settings of Claude Code.
func settings(content string) scanners.Example {
	return scanners.Example{Path: ".claude/settings.json", Content: content}
}

// permissionRules are about what runs, is read and is reached without a question.
func permissionRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleAutoApprove, Severity: scanners.High,
			Question: "Do MCP servers start, or their tools run, without asking the person?",
			Why: "The approval is the moment at which a person sees what a repository wants to start. A committed setting that gives it for everybody means that whoever changes the servers, " +
				"by a pull request, runs code on every machine that opens the repository. Tools that seem only to read are low.",
			Fix:    "Leave the setting out: each person approves a server once.",
			Bad:    settings(`{"enableAllProjectMcpServers": true}`),
			Benign: settings(`{"enableAllProjectMcpServers": false}`),
			Docs:   []string{"https://code.claude.com/docs/en/settings", "https://kiro.dev/docs/mcp/configuration"},
		},
		{
			ID: ruleBypass, Severity: scanners.Critical,
			Question: "Is an agent told to run everything without asking?",
			Why: "Nothing stands any more between a sentence in a web page, an issue or a dependency that the agent reads and a command on the machine of whoever works here. " +
				"A mode that only changes files without asking is low.",
			Fix:    "Leave the mode out. Where an agent has to work alone, give it a container that holds nothing of worth.",
			Bad:    settings(`{"permissions": {"defaultMode": "bypassPermissions"}}`),
			Benign: settings(`{"permissions": {"defaultMode": "plan"}}`),
			Docs:   []string{"https://code.claude.com/docs/en/permissions", "https://developers.openai.com/codex/config", "https://opencode.ai/docs/permissions"},
		},
		{
			ID: ruleBroadAllow, Severity: scanners.High,
			Question: "Does a rule let commands without bounds, or every tool, run without a question?",
			Why: "A rule for an interpreter, for a program that reaches any host, or for everything is a rule for anything: `curl *` sends what it is told to whom it is told, `python *` runs what it is told. " +
				"An agent that is talked into something uses what it is allowed first.",
			Fix:    "Allow whole commands, or commands up to where they no longer choose what they do.",
			Bad:    settings(`{"permissions": {"allow": ["Bash(curl:*)"]}}`),
			Benign: settings(`{"permissions": {"allow": ["Bash(npm run test:*)", "Bash(git diff:*)", "Bash(curl http://localhost:3000/*)"]}}`),
			Docs:   []string{"https://code.claude.com/docs/en/permissions"},
		},
		{
			ID: ruleSecretRead, Severity: scanners.High,
			Question: "Does a rule let an agent read secrets without a question?",
			Why:      "What an agent has read it can repeat: into a commit, a search, a tool call, an answer to somebody who asks for it.",
			Fix:      "Take the rule out and deny it.",
			Bad:      settings(`{"permissions": {"allow": ["Read(~/.ssh/**)"]}}`),
			Benign:   settings(`{"permissions": {"allow": ["Read(./docs/**)"], "deny": ["Read(./.env)"]}}`),
			Docs:     []string{"https://code.claude.com/docs/en/permissions"},
		},
		{
			ID: ruleSandbox, Severity: scanners.High,
			Question: "Is an agent's sandbox switched off or opened?",
			Why:      "The sandbox holds what no rule foresaw. Without it, and with the socket of the container engine in it, a command reaches everything its user does.",
			Fix:      "Leave the sandbox to each person, and open it by name for what is needed.",
			Bad:      settings(`{"sandbox": {"enabled": false}}`),
			Benign:   settings(`{"sandbox": {"enabled": true, "network": {"allowedDomains": ["registry.npmjs.org"]}}}`),
			Docs:     []string{"https://code.claude.com/docs/en/sandboxing"},
		},
		{
			ID: ruleWildcard, Severity: scanners.Medium,
			Question: "Does a subagent, skill or command get every tool?",
			Why:      "It works on what it is handed, often text of strangers, with all that the whole agent can do.",
			Fix:      "List the tools it needs.",
			Bad:      scanners.Example{Path: ".claude/commands/review.md", Content: "---\ndescription: Review a change\nallowed-tools: \"*\"\n---\nReview the change.\n"},
			Benign:   scanners.Example{Path: ".claude/commands/review.md", Content: "---\ndescription: Review a change\nallowed-tools: Read, Grep, Bash(git diff:*)\n---\nReview the change.\n"},
			Docs:     []string{"https://code.claude.com/docs/en/sub-agents", "https://docs.github.com/en/copilot/reference/custom-agents-configuration"},
		},
		{
			ID: ruleMarketplace, Severity: scanners.High,
			Question: "Does a repository install plugins from a source that is neither known nor pinned?",
			Why:      "A plugin brings commands, hooks and MCP servers. From a branch of somebody's repository they are whatever stands there on the day.",
			Fix:      "Name the commit, or keep the organisation's plugins in a repository of its own.",
			Bad:      settings(`{"extraKnownMarketplaces": {"tools": {"source": {"source": "github", "repo": "example-user/agent-tools"}}}, "enabledPlugins": {"lint@tools": true}}`),
			Benign:   settings(`{"extraKnownMarketplaces": {"tools": {"source": {"source": "directory", "path": "./tools/plugins"}}}, "enabledPlugins": {"lint@tools": true}}`),
			Docs:     []string{"https://code.claude.com/docs/en/plugin-marketplaces"},
		},
		{
			ID: ruleSuppression, Severity: scanners.LowSeverity,
			Question: "Is a scanner told to look away without a word why?",
			Why:      "Nobody can tell later whether the exception still holds, or whether it ever did.",
			Fix:      "Write the reason behind it, who decided it and until when.",
			Bad:      scanners.Example{Path: ".codex/config.toml", Content: "model = \"o4\" # gitleaks:allow\n"},
			Benign:   scanners.Example{Path: ".codex/config.toml", Content: "model = \"o4\" # gitleaks:allow name of a model, not a key (platform team, until 2027-06)\n"},
			Docs:     []string{"https://github.com/gitleaks/gitleaks#gitleaksallow"},
		},
	}
}
