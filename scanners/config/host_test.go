package config

import "testing"

func TestRemoteHost(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://MCP.acme.dev/sse": "mcp.acme.dev", "https://mcp.acme.dev:443/": "mcp.acme.dev", "https://mcp.acme.dev:8443/": "mcp.acme.dev:8443", "https://u:p@mcp.acme.dev./x": "mcp.acme.dev",
		"http://127.0.0.1:7420/mcp": "", "http://localhost/x": "", "http://[::1]/": "", "http://host.docker.internal:3000": "", "https://${HOST}/mcp": "", "<your-url>": "", "": "", "://": "",
	} {
		if got := remoteHost(raw); got != want {
			t.Errorf("remoteHost(%q) = %q, want %q", raw, got, want)
		}
	}
}
