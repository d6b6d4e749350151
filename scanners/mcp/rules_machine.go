package mcp

import "github.com/castellan-app/castellan/scanners"

// machineRules are about what a server is given of the machine, its network and
// its data.
func machineRules() []scanners.Rule {
	const image = "ghcr.io/example/web-mcp@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	return append([]scanners.Rule{
		{
			ID: ruleDockerPrivileged, Severity: scanners.Critical,
			Question: "Does an MCP server's container run without the walls of a container?",
			Why:      "With all privileges, a capability such as SYS_ADMIN, no seccomp or AppArmor profile, a device or a namespace of the host, a program in the container can take over the machine.",
			Fix:      "Take the option out.",
			Bad:      at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm", "--privileged", "` + image + `"]}}}`),
			Benign:   at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm", "--cap-drop=ALL", "` + image + `"]}}}`),
			Docs:     []string{"https://docs.docker.com/engine/security/", "https://docs.docker.com/reference/cli/docker/container/run/#privileged"},
		},
		{
			ID: ruleDockerMount, Severity: scanners.Critical,
			Question: "Does an MCP server's container see folders of the machine that it should not?",
			Why: "The root, a home folder, keys or the socket of the container engine inside a container make its walls worth nothing: with the socket alone it starts another container with all of the machine. " +
				"The whole workspace, to be written, is low.",
			Fix:    "Mount the folder that is needed, read-only.",
			Bad:    at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm", "--mount", "type=bind,src=/,dst=/host", "` + image + `"]}}}`),
			Benign: at(`{"mcpServers": {"web": {"command": "docker", "args": ["run", "-i", "--rm", "-v", "./docs:/docs:ro", "` + image + `"]}}}`),
			Docs:   []string{"https://docs.docker.com/engine/storage/bind-mounts/", "https://docs.docker.com/engine/security/#docker-daemon-attack-surface"},
		},
		{
			ID: ruleBroadRoot, Severity: scanners.High,
			Question: "May an MCP server of files reach more than a project's folders?",
			Why:      "Below a home folder lie keys, mail, browser profiles and the settings of the agent itself. An agent that is talked into reading or changing them needs no other weakness.",
			Fix:      "Name the folders it needs.",
			Bad:      at(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "/"]}}}`),
			Benign:   at(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@2026.7.10", "./docs"]}}}`),
			Docs:     []string{"https://github.com/modelcontextprotocol/servers/tree/main/src/filesystem"},
		},
		{
			ID: ruleCodeLoading, Severity: scanners.High,
			Question: "Does an environment variable make an MCP server load other code first?",
			Why:      "Variables such as NODE_OPTIONS with --require or LD_PRELOAD run a file inside a program that looks unchanged: package, version and command all say something else is running.",
			Fix:      "Take the variable out.",
			Bad:      at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "env": {"NODE_OPTIONS": "--require /tmp/x.js"}}}}`),
			Benign:   at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "env": {"NODE_OPTIONS": "--max-old-space-size=2048"}}}}`),
			Docs:     []string{"https://nodejs.org/api/cli.html#node_optionsoptions", "https://man7.org/linux/man-pages/man8/ld.so.8.html"},
		},
		{
			ID: ruleEnvFile, Severity: scanners.Medium,
			Question: "Is an MCP server given all variables of a project's .env?",
			Why:      "A server for one service gets the credentials of all others, and so does whoever takes the server over.",
			Fix:      "Name the variables it needs, or give it a file of its own.",
			Bad:      scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "envFile": "${workspaceFolder}/.env"}}}`},
			Benign:   scanners.Example{Path: ".cursor/mcp.json", Content: `{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "envFile": "${workspaceFolder}/.env.calc"}}}`},
			Docs:     []string{"https://cursor.com/docs/mcp", "https://code.visualstudio.com/docs/agents/reference/mcp-configuration.md"},
		},
	}, networkRules()...)
}

// networkRules are about what a server does on the network.
func networkRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleDatabase, Severity: scanners.High,
			Question: "Does an MCP server reach a database as a superuser, in production or without encryption?",
			Why:      "A model writes the queries, and what it reads from the database can tell it what to write next. The role decides how bad that can become.",
			Fix:      "Give it a role that may only read what it needs, over TLS, by reference.",
			Bad:      at(`{"mcpServers": {"db": {"command": "./db-mcp", "args": ["postgres://postgres:${PGPASSWORD}@db.prod.example.com/orders"]}}}`),
			Benign:   at(`{"mcpServers": {"db": {"command": "./db-mcp", "args": ["--readonly"], "env": {"DATABASE_URL": "${DATABASE_URL}"}}}}`),
			Docs:     []string{"https://www.postgresql.org/docs/current/libpq-ssl.html"},
		},
		{
			ID: ruleBindAll, Severity: scanners.Medium,
			Question: "Does an MCP server listen on every network interface?",
			Why:      "Most servers ask nobody who they are: everybody on the same network, and through DNS rebinding web pages too, can use what the agent can use.",
			Fix:      "Listen on 127.0.0.1.",
			Bad:      at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js", "--host", "0.0.0.0"]}}}`),
			Benign:   at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js", "--host", "127.0.0.1"]}}}`),
			Docs:     []string{"https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning"},
		},
		{
			ID: ruleTLS, Severity: scanners.High,
			Question: "Does an MCP server accept any certificate, or a connection without one?",
			Why:      "Whoever sits between can read what is sent, credentials first, and put words into the agent's mouth.",
			Fix:      "Take the switch out; for a certificate of your own, name its authority.",
			Bad:      at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "env": {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}}}}`),
			Benign:   at(`{"mcpServers": {"calc": {"command": "node", "args": ["./calc.js"], "env": {"NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/example-ca.pem"}}}}`),
			Docs:     []string{"https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue"},
		},
	}
}
