package address

import "testing"

func TestParse(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]struct {
		scheme, host string
		r            Reach
	}{
		"https://MCP.acme.dev/sse":      {"https", "mcp.acme.dev", Public},
		"http://u:p@mcp.acme.dev.:80/x": {"http", "mcp.acme.dev", Public},
		"ws://10.0.0.5":                 {"ws", "10.0.0.5", Private},
		"http://100.64.1.1":             {"http", "100.64.1.1", Private},
		"http://mcp-server:8080":        {"http", "mcp-server", Private},
		"http://a.svc.cluster.local":    {"http", "a.svc.cluster.local", Private},
		"https://llm.acme.internal/v1":  {"https", "llm.acme.internal", Private},
		"http://localhost:1":            {"http", "localhost", Loopback},
		"http://[::1]:1":                {"http", "::1", Loopback},
		"http://[::ffff:127.0.0.1]/":    {"http", "::ffff:127.0.0.1", Loopback},
		"http://0.0.0.0:1":              {"http", "0.0.0.0", Loopback},
		"http://x.localhost":            {"http", "x.localhost", Loopback},
		"http://host.docker.internal":   {"http", "host.docker.internal", Loopback},
		"https://203.0.113.9/mcp":       {"https", "203.0.113.9", Public},
		"https://[2001:db8::1]/":        {"https", "2001:db8::1", Public},
		"https://${HOST}/mcp":           {"https", "", Nowhere},
		"https://<your-host>/mcp":       {"https", "", Nowhere},
		"https:///x":                    {"https", "", Nowhere},
		"mcp.acme.dev":                  {}, "": {}, "${URL}": {}, "://": {"", "", Nowhere},
	} {
		scheme, host, r := Parse(raw)
		if scheme != want.scheme || host != want.host || r != want.r {
			t.Errorf("%q: %q %q %d", raw, scheme, host, r)
		}
	}
}
