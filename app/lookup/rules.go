package lookup

import "github.com/castellan-app/castellan/scanners"

// Ids never change meaning.
const (
	ruleUnclaimed  = "mcp-unclaimed-package"
	ruleMalicious  = "mcp-malicious-package"
	ruleVulnerable = "mcp-known-vulnerable-package"
	ruleDeprecated = "mcp-deprecated-server"
	ruleReputation = "mcp-low-reputation-package"
)

// IDs are the rules whose findings come of look-ups. Some may also come of the
// embedded catalogue, without any.
func IDs() []string {
	return []string{ruleUnclaimed, ruleMalicious, ruleVulnerable, ruleDeprecated, ruleReputation}
}

// Rules are the rules of this package. What their examples launch is what it is
// said to be: whether it is, only a look-up tells.
func Rules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleUnclaimed, Severity: scanners.Critical,
			Question: "Is the package that an MCP server is launched from registered to nobody?",
			Why: "A runner such as npx or uvx installs whatever has the name when the server starts. A name that is free can be registered by anyone, " +
				"whose code then runs on every machine that opens the project. Such names come of a slip of the pen, of a private package launched without its registry, or of a command taken for its package.",
			Fix:    "Correct the name, or publish the package under a scope of your own. For a private package name its registry at the launch and list it under `private_names` in the policy.",
			Bad:    scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"orders": {"command": "npx", "args": ["-y", "example-internal-orders-mcp"]}}}`},
			Benign: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"orders": {"command": "npx", "args": ["-y", "example-orders-mcp@1.4.2"]}}}`},
			Docs:   []string{"https://docs.npmjs.com/cli/commands/npx", "https://docs.astral.sh/uv/guides/tools/"},
		},
		{
			ID: ruleMalicious, Severity: scanners.Critical,
			Question: "Is the package that an MCP server is launched from known to be malicious?",
			Why: "It runs with the rights of whoever opens the project, reads what the agent reads and gets the credentials in its environment. " +
				"OSV lists packages whose code was found to be malicious, and npm's security team keeps the names of those it took down.",
			Fix:    "Remove the server. Where it has run, revoke every credential within its reach and look at the machine.",
			Bad:    scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"mail": {"command": "npx", "args": ["-y", "example-mail-mcp@1.0.16"]}}}`},
			Benign: scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"mail": {"command": "npx", "args": ["-y", "example-mail-mcp@1.0.12"]}}}`},
			Docs:   []string{"https://osv.dev", "https://github.com/ossf/malicious-packages", "https://github.com/npm/security-holder"},
		},
		{
			ID: ruleVulnerable, Severity: scanners.Critical,
			Question: "Has the version of the package that an MCP server is launched from a known vulnerability?",
			Why: "Whoever can write what the server reads, or reach it, may use the vulnerability against the machine it runs on. " +
				"The version is the one that is pinned, or the newest where none is.",
			Fix:    "Use a version that the advisory calls fixed, and pin it.",
			Bad:    scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"remote": {"command": "uvx", "args": ["example-bridge-mcp==0.1.5"]}}}`},
			Benign: scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"remote": {"command": "uvx", "args": ["example-bridge-mcp==0.1.16"]}}}`},
			Docs:   []string{"https://osv.dev"},
		},
		{
			ID: ruleDeprecated, Severity: scanners.LowSeverity,
			Question: "Has the publisher given up the package that an MCP server is launched from?",
			Why:      "What is deprecated, withdrawn or archived gets no fixes any more, and its name may go to somebody else some day.",
			Fix:      "Move to the successor that the publisher names, or to another server that is maintained.",
			Bad:      scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"files": {"command": "npx", "args": ["-y", "example-files-mcp@0.9.0"]}}}`},
			Benign:   scanners.Example{Path: ".mcp.json", Content: `{"mcpServers": {"files": {"command": "npx", "args": ["-y", "example-files-mcp@2.0.0"]}}}`},
			Docs:     []string{"https://docs.npmjs.com/deprecating-and-undeprecating-packages-or-package-versions", "https://peps.python.org/pep-0592/"},
		},
		{
			ID: ruleReputation, Severity: scanners.Medium,
			Question: "Does little speak for the package that an MCP server is launched from?",
			Why: "Packages made to harm are mostly new, used by hardly anyone, and without source to read. None of that proves anything; together it is reason to look " +
				"before such code gets an agent's rights. Packages of the MCP registry, known servers and what the policy approves are not reported.",
			Fix:    "Read its source, pin the version that was read, and record the approval in the policy.",
			Bad:    scanners.Example{Path: ".vscode/mcp.json", Content: `{"servers": {"notes": {"command": "npx", "args": ["-y", "example-notes-mcp@0.0.2"]}}}`},
			Benign: scanners.Example{Path: ".vscode/mcp.json", Content: `{"servers": {"notes": {"command": "npx", "args": ["-y", "example-wiki-mcp@3.1.0"]}}}`},
			Docs:   []string{"https://modelcontextprotocol.io/registry/package-types"},
		},
	}
}
