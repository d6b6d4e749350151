package survey

import "github.com/castellan-app/castellan/scanners"

// serverRules are about servers.
func serverRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleScript, Severity: scanners.Medium,
			Question: "Does an MCP server run a file of the repository that CODEOWNERS gives no owner, or that is not there?",
			Why: "The configuration may be reviewed and the script behind it not: a change of the script is a change of what every developer's agent runs. " +
				"Where the file is missing, whoever adds one of that name decides.",
			Fix:    "Give the script an owner in CODEOWNERS, commit it if it is missing, or remove the server.",
			Bad:    tree("-- CODEOWNERS --\n/.mcp.json @acme/agents\n/CODEOWNERS @acme/agents\n-- tools/mcp.js --\nserve()\n-- .mcp.json --\n{\"mcpServers\": {\"orders\": {\"command\": \"node\", \"args\": [\"tools/mcp.js\"]}}}\n"),
			Benign: tree("-- CODEOWNERS --\n/.mcp.json @acme/agents\n/CODEOWNERS @acme/agents\n/tools/ @acme/agents\n-- tools/mcp.js --\nserve()\n-- .mcp.json --\n{\"mcpServers\": {\"orders\": {\"command\": \"node\", \"args\": [\"tools/mcp.js\"]}}}\n"),
			Docs:   []string{"https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"},
		},
		{
			ID: ruleShadowing, Severity: scanners.Medium,
			Question: "Do the files of two clients name two different servers alike?",
			Why: "People speak of a server by its name. Where one name is one thing for one client and another for the next, a review or an approval of the one is taken for the other's, " +
				"and credentials meant for the one are handed to the other.",
			Fix:    "Use the same server in both files, or give the two different names.",
			Bad:    tree("-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n-- .cursor/mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"sample-search-mcp@3.0.1\"]}}}\n"),
			Benign: tree("-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n-- .cursor/mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.3.0\"]}}}\n"),
			Docs:   []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices"},
		},
		{
			ID: ruleUnregistered, Severity: scanners.Medium,
			Question: "Is a server in use that the organisation's register does not cover?",
			Why: "Who keeps a register of integrations wants each one to have an owner, a reason and an end. One that is not in it, in another version, elsewhere or longer than agreed has none. " +
				"Without entries under `approved` in the policy nothing is reported.",
			Fix:    "Ask for an entry under `approved` in the organisation's castellan.yml, with integration, owner and reason, or remove the server.",
			Bad:    tree("-- castellan.yml --\nversion: 1\napproved:\n- {integration: \"npm:example-docs-mcp\", version: \">=1.4\", owner: \"@acme/docs\", reason: \"look-up\"}\n-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n"),
			Benign: tree("-- castellan.yml --\nversion: 1\napproved:\n- {integration: \"npm:example-docs-mcp\", version: \">=1.4\", owner: \"@acme/docs\", reason: \"look-up\"}\n-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.4.2\"]}}}\n"),
		},
		{
			ID: ruleHost, Severity: scanners.Medium,
			Question: "Is a remote server at a host that the organisation has not approved?",
			Why: "A remote server sees what the agent sends it and answers with text the agent follows. An organisation that names the hosts it trusts wants to know of any other. " +
				"Without `approved_hosts` in the policy nothing is reported for that reason.",
			Fix:    "Use an approved host, or ask for an entry under `approved_hosts` in the organisation's castellan.yml.",
			Bad:    tree("-- castellan.yml --\nversion: 1\napproved_hosts: [\"mcp.acme.example\"]\n-- .mcp.json --\n{\"mcpServers\": {\"orders\": {\"type\": \"http\", \"url\": \"https://mcp.orders.example/mcp\"}}}\n"),
			Benign: tree("-- castellan.yml --\nversion: 1\napproved_hosts: [\"mcp.acme.example\"]\n-- .mcp.json --\n{\"mcpServers\": {\"orders\": {\"type\": \"http\", \"url\": \"https://mcp.acme.example/mcp\"}}}\n"),
		},
		{
			ID: ruleDrift, Severity: scanners.High,
			Question: "Does a change make another server out of one that stood there under the same name?",
			Why: "Clients ask once whether to trust a server and go by its name from then on (CVE-2025-54136). Whoever changes what the name stands for has their code run where the old one was trusted. " +
				"Only comparisons show it: a range, a pull request. It is high where the register has approved the server.",
			Fix:    "Review the change like code that runs on every developer's machine, and have the new server approved.",
			Bad:    tree("-- base/.mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"node\", \"args\": [\"-e\", \"start()\"]}}}\n"),
			Benign: tree("-- base/.mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n-- .mcp.json --\n{\"mcpServers\": {\n  \"docs\": {\"args\": [\"-y\", \"example-docs-mcp@1.2.0\"], \"command\": \"npx\"}\n}}\n"),
			Docs:   []string{"https://nvd.nist.gov/vuln/detail/CVE-2025-54136"},
		},
	}
}
