package mcp

import "github.com/castellan-app/castellan/scanners"

// sourceRules are about where a server's code comes from.
func sourceRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleUnpinnedPackage, Severity: scanners.Medium,
			Question: "Does an MCP server run whatever version of a package is the newest at the time?",
			Why: "A package runner fetches anew what it is not told exactly. The day its maker or whoever took the name over publishes a bad version, every machine that starts the agent runs it, " +
				"and no change of this repository shows that anything happened. It is how nearly everybody writes it (192 of 195 in our sample), so it is noted and not warned of.",
			Fix:    "Pin the exact version that was looked at, and raise it by a pull request.",
			Bad:    at(`{"mcpServers": {"web": {"command": "npx", "args": ["-y", "example-web-mcp"]}}}`),
			Benign: at(`{"mcpServers": {"web": {"command": "npx", "args": ["-y", "example-web-mcp@1.4.2"]}}}`),
			Docs:   []string{"https://docs.npmjs.com/cli/commands/npx", "https://docs.astral.sh/uv/guides/tools/"},
		},
		{
			ID: ruleUnpinnedImage, Severity: scanners.Medium,
			Question: "Does an MCP server run a container image by a tag, or by none?",
			Why:      "A tag is moved by whoever may push to it, and without one it is the newest. Only a digest names the same image tomorrow.",
			Fix:      "Name the image by its digest; a tag may stand beside it for people to read.",
			Bad:      at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm", "ghcr.io/example/web-mcp"]}}}`),
			Benign: at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm",
  "ghcr.io/example/web-mcp@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]}}}`),
			Docs: []string{"https://docs.docker.com/dhi/core-concepts/digests/"},
		},
		{
			ID: ruleUnpinnedGit, Severity: scanners.High,
			Question: "Does an MCP server run code from a git repository without naming a commit?",
			Why: "What stands on a branch at the time is built and run, without a release, a registry or anybody in between. " +
				"Whoever may push there, or takes the account's name over, runs code on every machine that starts the agent.",
			Fix:    "Name the commit by its full id, or use a published package by its version.",
			Bad:    at(`{"mcpServers": {"web": {"command": "uvx", "args": ["--from", "git+https://github.com/example/web-mcp", "web-mcp"]}}}`),
			Benign: at(`{"mcpServers": {"web": {"command": "uvx", "args": ["--from", "git+https://github.com/example/web-mcp@da39a3ee5e6b4b0d3255bfef95601890afd80709", "web-mcp"]}}}`),
			Docs:   []string{"https://docs.astral.sh/uv/guides/tools/#requesting-different-sources"},
		},
		{
			ID: ruleTyposquat, Severity: scanners.High,
			Question: "Is the name of an MCP server's package almost, but not quite, that of a known one?",
			Why: "Names a letter, a look-alike or a swapped word away from a popular package are registered to be installed by mistake, or by a model that made the name up. " +
				"Such packages work like the original and take the credentials they are given.",
			Fix:    "Correct the name. If the other package was ever run, treat what it could read as stolen.",
			Bad:    at(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotoco1/server-filesystem@2026.7.10", "./docs"]}}}`),
			Benign: at(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "./docs"]}}}`),
			Docs:   []string{"https://docs.npmjs.com/threats-and-mitigations"},
		},
		{
			ID: ruleMalicious, Severity: scanners.Critical,
			Question: "Does an MCP server run a package or version that is known to be malicious?",
			Why:      "It was found to steal or destroy. Whatever it ran on is to be taken as compromised.",
			Fix:      "Remove it, rotate every credential it could read, and look at the machines it ran on.",
			Bad:      at(`{"mcpServers": {"mail": {"command": "npx", "args": ["-y", "postmark-mcp@1.0.16"]}}}`),
			Benign:   at(`{"mcpServers": {"mail": {"command": "npx", "args": ["-y", "example-mail-mcp@1.0.16"]}}}`),
			Docs:     []string{"https://osv.dev/", "https://github.com/advisories?query=type%3Amalware"},
		},
		{
			ID: ruleVulnerable, Severity: scanners.Critical,
			Question: "Does an MCP server run a version of a package with a known vulnerability?",
			Why: "The weakness and often a way to use it are public. A server that reads what strangers write (a web page, an issue, another server's answer) brings the attack along itself. " +
				"The severity is that of the advisory.",
			Fix:    "Pin a version that is not affected.",
			Bad:    at(`{"mcpServers": {"docs": {"command": "npx", "args": ["-y", "mcp-remote@0.1.5", "https://mcp.docs.example/mcp"]}}}`),
			Benign: at(`{"mcpServers": {"docs": {"command": "npx", "args": ["-y", "mcp-remote@0.1.38", "https://mcp.docs.example/mcp"]}}}`),
			Docs:   []string{"https://github.com/advisories/GHSA-6xpm-ggf7-wc3p"},
		},
		{
			ID: ruleDeprecated, Severity: scanners.LowSeverity,
			Question: "Is an MCP server one that its maker has archived or replaced?",
			Why:      "Nobody mends it any more: a weakness found tomorrow stays. Its name may be given up and taken by somebody else.",
			Fix:      "Move to the successor, which is named where one is known.",
			Bad:      at(`{"mcpServers": {"github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"]}}}`),
			Benign: at(`{"mcpServers": {"github": {"command": "docker", "args": ["run", "-i", "--rm",
  "ghcr.io/github/github-mcp-server@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]}}}`),
			Docs: []string{"https://github.com/modelcontextprotocol/servers-archived"},
		},
		{
			ID: ruleRegistry, Severity: scanners.High,
			Question: "Does an MCP server take its packages from a registry other than the public one?",
			Why: "The same name and version are other code in another registry. A setting here decides where everybody's machine fetches and runs code from; " +
				"over http anybody on the way can put in their own.",
			Fix:    "Take it out, or have the organisation's policy approve the host.",
			Bad:    at(`{"mcpServers": {"web": {"command": "npx", "args": ["--registry", "https://packages.example.com", "-y", "example-web-mcp@1.4.2"]}}}`),
			Benign: at(`{"mcpServers": {"web": {"command": "npx", "args": ["--registry", "https://registry.npmjs.org", "-y", "example-web-mcp@1.4.2"]}}}`),
			Docs:   []string{"https://docs.npmjs.com/cli/using-npm/registry", "https://docs.astral.sh/uv/concepts/indexes/"},
		},
	}
}
