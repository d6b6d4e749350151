package config

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
)

// A file is a client's only if its content says so, damaged or not.
func TestFilesOfAWidePathNeedMoreThanTheirName(t *testing.T) {
	t.Parallel()
	loose := "---\nname: validator\ndescription: Validates mcpServers. Examples:\n\n<example>\nuser: \"check: it\n</example>\n\ntools: [\"Read\"\n---\nThe plugin.json lists `mcpServers`:\nmcpServers:\n  a: {}\nmcp-servers: x\n"
	for _, c := range []struct{ path, content, client string }{
		{"plugins/p/agents/validator.md", loose, ""},
		{"plugins/p/agents/validator.md", "---\nname: a\ndescription: b\ntools: [Read]\n---\nmcpServers:\n", ""},
		{"plugins/p/agents/validator.md", "---\nname: a\ndescription: \"b\nmcp-servers:\n  a: {command: x}\n---\n", "copilot-agent"},
		{"plugins/p/agents/validator.md", "---\nname: a\nmcp-servers:\n  a: {command: x}\n---\n", "copilot-agent"},
		{"plugins/p/agents/validator.md", "---\nname: a\nmcpServers:\n  a: {command: x}\n---\n", "claude-code"},
		{"docs/travel.agent.md", "---\ntitle: Find a travel agent\n---\n", ""},
		{"docs/travel.agent.md", "A travel agent.\n", ""},
		{"docs/one.agent.md", "---\ndescription: x\ntools: [read, edit]\n---\n", "copilot-agent"},
		{"agents/one.agent.md", "---\nmcp-servers:\n  a: {command: x}\n---\n", "copilot-agent"},
		{".github/agents/one.md", "---\ndescription: x\n---\n", "copilot-agent"},
		{".zed/settings.json", `{"theme": "x", "note": "no context_servers, no agent"`, ""},
		{".zed/settings.json", `{"theme": "x", "context_servers" : {"a": {"command": "x"}`, "zed"},
		{".zed/settings.json", `{theme: "x", context_servers: {`, "zed"},
		{"mcp.toml", "x = = 1\n[mcp_servers.a]\ncommand = \"x\"\n", "generic"},
		{"mcp.json", "{\"m\x00c\x00p\x00S\x00e\x00r\x00v\x00e\x00r\x00s\": {\"a value in another encoding\": {", "generic"},
		{"mcp.toml", "x = = 1\ny = \"see mcp_servers.\"\n", ""},
		{".devcontainer/devcontainer.json", `{"name": "x", "customizations": {"vscode": {"mcp": {"servers": {`, "devcontainer"},
		{".devcontainer/devcontainer.json", `{"name": "x", "customizations": {"codespaces": {"mcp": {"servers": {`, ""},
	} {
		s := open(scanners.File{Path: c.path, Data: []byte(c.content)})
		got := ""
		if s != nil && !s.searched() {
			got = s.Format.Client
		}
		if got != c.client {
			t.Errorf("%s is of client %q, want %q:\n%s", c.path, got, c.client, c.content)
		}
	}
	if r := scan(t, "plugins/p/agents/validator.md", loose); len(r.Sightings)+len(r.Findings) > 0 {
		t.Errorf("%+v", r)
	}
}

// People who publish a server, and registries, write one server without a map
// around it.
func TestOneServerMayBeTheWholeFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, content, name string }{
		{"mcp.json", `{"name": "acme", "version": "1.0.0", "command": "uvx", "args": ["acme-mcp"]}`, "acme"},
		{"servers/mcp-acme.json", `{"command": "acme", "env": {"A": "b"}}`, "mcp-acme.json"},
		{"mcp.json", `{"type": "http", "url": "https://mcp.example.com/mcp"}`, "mcp.json"},
		{".mcp.json", `{"name": "acme", "command": "uvx", "args": ["acme-mcp"]}`, "acme"},
		{"mcp.json", `{"name": "acme", "command": "acme"}`, ""},
		{"mcp.json", `{"name": "acme", "url": "https://acme.example"}`, ""},
		{"mcp.json", `{"command": "x", "args": [], "mcpServers": {"inner": {"command": "x"}}}`, "inner"},
	} {
		s := open(scanners.File{Path: c.path, Data: []byte(c.content)})
		got := ""
		if s != nil {
			s.readServers()
		}
		if s != nil && len(s.Servers) == 1 {
			got = s.Servers[0].Name
		}
		if got != c.name {
			t.Errorf("%s holds server %q, want %q: %s", c.path, got, c.name, c.content)
		}
	}
}

func TestKeyStandsIsLinear(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("tools ", 1<<20))
	if keyStands(text, beforeKey, "tools") {
		t.Error("a word is no key")
	}
}
