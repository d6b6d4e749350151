package config

import (
	"github.com/castellan-app/castellan/scanners"
)

// Ids never change meaning.
const (
	ruleSecretInEnv    = "mcp-secret-in-env"
	ruleSecretInArgs   = "mcp-secret-in-args"
	ruleSecretInURL    = "mcp-secret-in-url"
	ruleSecretInHeader = "mcp-secret-in-header"
	ruleKeyCommitted   = "ai-provider-key-committed"
	ruleReference      = "mcp-reference-not-expanded"
	ruleInvalidConfig  = "mcp-invalid-config"
	ruleUserFile       = "agent-local-settings-committed"
)

// fakeToken stands for a credential in the examples. It is put together here so
// that no scanner takes this source for a leak.
func fakeToken() string { return "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k" }

func rules() []scanners.Rule { return append(serverRules(), fileRules()...) }

// serverRules are about the credentials of a server, by their place.
func serverRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleSecretInEnv, Severity: scanners.Critical,
			Question: "Does the environment or another setting of an MCP server hold a credential in clear?",
			Why: "Everyone who can read the repository, every fork and every clone has the credential, and its history keeps it after the line is gone. " +
				"Agents read these files too and may repeat what stands in them.",
			Fix: "Revoke the credential and issue a new one. Keep the server where it is and replace the value by a reference in the client's own syntax; " +
				"export the variable, or keep it in a file that git ignores.",
			Bad: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"github": {"command": "github-mcp-server", "args": ["stdio"],
  "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "` + fakeToken() + `"}}}}`},
			Benign: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"github": {"command": "github-mcp-server", "args": ["stdio"],
  "env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "${GITHUB_PERSONAL_ACCESS_TOKEN}"}}}}`},
			Docs: []string{"https://code.claude.com/docs/en/mcp", "https://cursor.com/docs/mcp"},
		},
		{
			ID: ruleSecretInArgs, Severity: scanners.Critical,
			Question: "Do the arguments of an MCP server hold a credential in clear?",
			Why: "Besides lying in the repository and its history, arguments of a running process can be read by every user of the machine (`ps`) and end up in logs. " +
				"Most secret scanners miss this place.",
			Fix: "Revoke the credential and issue a new one. Pass it through the server's environment as a reference; " +
				"if the server takes it only as an argument, use a reference there, where the client expands one.",
			Bad: scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"repos": {"command": "npx",
  "args": ["-y", "example-repos-mcp@1.4.2", "--token", "` + fakeToken() + `"]}}}`},
			Benign: scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"repos": {"command": "npx",
  "args": ["-y", "example-repos-mcp@1.4.2", "--token", "${env:REPOS_TOKEN}"]}}}`},
			Docs: []string{"https://cursor.com/docs/mcp"},
		},
		{
			ID: ruleSecretInURL, Severity: scanners.Critical,
			Question: "Does a URL of an MCP server hold a credential in clear?",
			Why: "A URL is written to the logs of clients, proxies and servers, shown in windows and sent on in headers: a credential in it leaks at every stop, " +
				"besides lying in the repository and its history.",
			Fix: "Revoke the credential and issue a new one. Send it in a header as a reference, or connect with OAuth; " +
				"for a database keep the whole connection string in the environment.",
			Bad: scanners.Example{Path: ".gemini/settings.json", Content: `{"mcpServers": {"search": {"httpUrl": "https://mcp.search.example/mcp?apiKey=` +
				"5f0c7d1e-" + `93ab-4c2e-8d17-6b2f9e04c3a8"}}}`},
			Benign: scanners.Example{Path: ".gemini/settings.json", Content: `{"mcpServers": {"search": {"httpUrl": "https://mcp.search.example/mcp?apiKey=$SEARCH_API_KEY"}}}`},
			Docs:   []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization"},
		},
		{
			ID: ruleSecretInHeader, Severity: scanners.Critical,
			Question: "Does a header of a remote MCP server hold a credential in clear?",
			Why:      "The header is the key to the remote server and to all it reaches. It lies in the repository, in every clone and in its history.",
			Fix: "Revoke the credential and issue a new one. Replace the value by a reference in the client's own syntax, " +
				"or leave the header out and let the client sign in with OAuth.",
			Bad: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"repos": {"type": "http", "url": "https://mcp.repos.example/mcp",
  "headers": {"Authorization": "Bearer ` + fakeToken() + `"}}}}`},
			Benign: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"repos": {"type": "http", "url": "https://mcp.repos.example/mcp",
  "headers": {"Authorization": "Bearer ${REPOS_TOKEN}"}}}}`},
			Docs: []string{"https://code.claude.com/docs/en/mcp"},
		},
	}
}

// fileRules are about a file of an AI tool as a whole, and what its client
// makes of it.
func fileRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleKeyCommitted, Severity: scanners.Critical,
			Question: "Does a file of an AI tool hold a key of a model provider, or another credential, in clear?",
			Why: "A model provider's key spends money, reads what was sent to the model and often opens files and fine-tuned models. " +
				"Settings, permission rules and comments of AI tools are a common place to forget one.",
			Fix:    "Revoke the key and issue a new one. Keep it in the tool's own key store or in the environment, and refer to it from here.",
			Bad:    scanners.Example{Path: "opencode.json", Content: `{"provider": {"repos": {"options": {"apiKey": "` + fakeToken() + `"}}}}`},
			Benign: scanners.Example{Path: "opencode.json", Content: `{"provider": {"repos": {"options": {"apiKey": "{env:REPOS_API_KEY}"}}}}`},
			Docs:   []string{"https://opencode.ai/docs/config"},
		},
		{
			ID: ruleReference, Severity: scanners.LowSeverity,
			Question: "Does a server's setting use a reference that its client does not expand?",
			Why: "The server gets the text of the reference instead of the value, fails to sign in, and someone will sooner or later paste the real key to make it work. " +
				"Each client has its own syntax: what Cursor expands, Claude Desktop passes on as it is.",
			Fix:    "Write the reference in the syntax of the client that reads this file.",
			Bad:    scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"search": {"command": "search-mcp", "env": {"SEARCH_API_KEY": "${SEARCH_API_KEY}"}}}}`},
			Benign: scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"search": {"command": "search-mcp", "env": {"SEARCH_API_KEY": "${env:SEARCH_API_KEY}"}}}}`},
			Docs:   []string{"https://cursor.com/docs/mcp", "https://code.visualstudio.com/docs/agents/reference/mcp-configuration.md"},
		},
		{
			ID: ruleInvalidConfig, Severity: scanners.Medium,
			Question: "Does a file at a path that an AI client reads fail to parse?",
			Why: "Its client may ignore the file, or read a part of it that reviewers do not expect. Scanners that need a valid file see nothing in it; " +
				"Castellan reads what can be read and says so.",
			Fix:    "Repair the syntax at the place shown.",
			Bad:    scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"search": {"command": "search-mcp"}`},
			Benign: scanners.Example{Path: ".vscode/mcp.json", Content: "{\n  // comments are fine here\n  \"servers\": {\"search\": {\"command\": \"search-mcp\"},}\n}"},
		},
		{
			ID: ruleUserFile, Severity: scanners.Critical,
			Question: "Is a file that belongs to one person's machine committed?",
			Why: "Per-user files hold tokens, session state, absolute paths and permissions one person granted to themselves. " +
				"In a repository they apply to everyone, and every credential in them is shared with everyone.",
			Fix:    "Remove the file from git (`git rm --cached`), ignore it, and rotate whatever it held.",
			Bad:    scanners.Example{Path: ".claude/settings.local.json", Content: `{"permissions": {"allow": ["Bash(make test)"]}}`},
			Benign: scanners.Example{Path: ".claude/settings.json", Content: `{"permissions": {"allow": ["Bash(make test)"]}}`},
			Docs:   []string{"https://code.claude.com/docs/en/settings"},
		},
	}
}
