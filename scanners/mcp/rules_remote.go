package mcp

import "github.com/castellan-app/castellan/scanners"

// remoteRules are about how a remote server is reached.
func remoteRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleHTTP, Severity: scanners.High,
			Question: "Is a remote MCP server reached in clear?",
			Why:      "Everybody on the way reads what is said and can answer in the server's place: credentials are lost, and the agent does what it is told. Within private networks it is medium.",
			Fix:      "Use https, or a tunnel that ends on this machine.",
			Bad:      at(`{"mcpServers": {"docs": {"type": "http", "url": "http://mcp.docs.example/mcp"}}}`),
			Benign:   at(`{"mcpServers": {"docs": {"type": "http", "url": "http://127.0.0.1:8931/mcp"}}}`),
			Docs:     []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization#communication-security"},
		},
		{
			ID: ruleUntrustedHost, Severity: scanners.High,
			Question: "Is a remote MCP server at a host that nobody answers for?",
			Why: "Tunnels lead to somebody's machine and their names go to the next one; services that record requests, bare addresses and look-alikes of a vendor's host are what attackers use. " +
				"Where the organisation's policy lists its hosts, every other is medium.",
			Fix:    "Use the vendor's own host, or have the policy approve this one.",
			Bad:    at(`{"mcpServers": {"docs": {"type": "http", "url": "https://docs-mcp.ngrok-free.app/mcp"}}}`),
			Benign: at(`{"mcpServers": {"sentry": {"type": "http", "url": "https://mcp.sentry.dev/mcp", "oauth": {"clientId": "example"}}}}`),
			Docs:   []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices"},
		},
		{
			ID: ruleNoAuth, Severity: scanners.LowSeverity,
			Question: "Is a remote MCP server reached with nothing that signs in?",
			Why:      "Half of all remote servers sign in with OAuth, of which a configuration says nothing: this is off unless a policy turns it on.",
			Fix:      "Have the server ask for OAuth, or send a credential by reference.",
			Bad:      at(`{"mcpServers": {"docs": {"type": "http", "url": "https://mcp.docs.example/mcp"}}}`),
			Benign:   at(`{"mcpServers": {"docs": {"type": "http", "url": "https://mcp.docs.example/mcp", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}}}}`),
			Docs:     []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization"},
		},
		{
			ID: ruleSSE, Severity: scanners.Info,
			Question: "Does a remote MCP server use the transport that the protocol has replaced?",
			Why:      "Clients and vendors are taking the SSE transport out; a server that offers only it is seldom looked after.",
			Fix:      "Use the vendor's streamable HTTP address.",
			Bad:      at(`{"mcpServers": {"docs": {"type": "sse", "url": "https://mcp.docs.example/sse", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}}}}`),
			Benign:   at(`{"mcpServers": {"docs": {"type": "http", "url": "https://mcp.docs.example/mcp", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}}}}`),
			Docs:     []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/transports"},
		},
		{
			ID: ruleHeadersHelper, Severity: scanners.High,
			Question: "Does an MCP server's configuration have a command run to make its headers?",
			Why:      "The command comes with the repository and runs on the machine of everybody who opens it, before any tool is called.",
			Fix:      "Sign in with OAuth, or write the header with a reference; keep a helper in the settings of the person who runs it.",
			Bad:      at(`{"mcpServers": {"docs": {"type": "http", "url": "https://mcp.docs.example/mcp", "headersHelper": "./scripts/headers.sh"}}}`),
			Benign:   at(`{"mcpServers": {"docs": {"type": "http", "url": "https://mcp.docs.example/mcp", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}}}}`),
			Docs:     []string{"https://code.claude.com/docs/en/mcp"},
		},
	}
}
