package catalog

import "testing"

func TestAdvisories(t *testing.T) {
	t.Parallel()
	affects := func(ecosystem, name, id, version string) Answer {
		for _, a := range Advisories(ecosystem, name) {
			if a.ID == id {
				return a.Affects(version)
			}
		}
		t.Fatalf("%s of %s is not known", id, name)
		return Unknown
	}
	for _, c := range []struct {
		ecosystem, name, id, version string
		want                         Answer
	}{
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1.5", Yes},
		{"npm", "mcp-remote", "CVE-2025-6514", "v0.1.15", Yes},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1.16", No},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1.16-beta.1", Yes},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.0.4", No},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1.38", No},
		{"npm", "mcp-remote", "CVE-2025-6514", "", Unknown},
		{"npm", "mcp-remote", "CVE-2025-6514", "latest", Unknown},
		{"npm", "mcp-remote", "CVE-2025-6514", "^0.1.0", Unknown},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1.x", Unknown},
		{"npm", "mcp-remote", "CVE-2025-6514", "0.1", Unknown}, // the newest 0.1, not 0.1.0
		{"npm", "mcp-remote", "CVE-2025-6514", "1", No},
		{"npm", "mcp-remote", "CVE-2025-6514", ">=0.0.5 <0.1.10", Yes},
		{"npm", "mcp-remote", "CVE-2025-6514", "^0.2.0", No},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "0.6.2", Yes},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "0.6.3", No},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "2025.3.28", Yes},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "2025.7.1", No},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.1.14", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18", No},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18rc1", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18.post1", No},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18.dev1", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "<2025.12", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", ">=2025.7", Unknown},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "~=2026.1", No},
		{"npm", "cline", "CLINE-2.3.0", "2.3.0", Yes},
		{"npm", "cline", "CLINE-2.3.0", "2.3.1", No},
		{"npm", "cline", "CLINE-2.3.0", "^2.3.0", Unknown},
		{"npm", "cline", "CLINE-2.3.0", "", Unknown},
		{"npm", "postmark-mcp", "SNYK-POSTMARK-MCP", "", Unknown},
		{"npm", "postmark-mcp", "SNYK-POSTMARK-MCP", "1.0.15", No},
		{"npm", "postmark-mcp", "SNYK-POSTMARK-MCP", "1.0.18", Yes},
		{"pypi", "tiktoken-mcp", "GTIG-TIKTOKEN-MCP", "", Yes},
	} {
		if got := affects(c.ecosystem, c.name, c.id, c.version); got != c.want {
			t.Errorf("%s of %s %q: %d, want %d", c.id, c.name, c.version, got, c.want)
		}
	}
	if len(Advisories("npm", "example-web-mcp")) > 0 {
		t.Error("a package without advisories has some")
	}
}

// Every range of the catalogue is one, and what mends a fault lies outside it.
func TestAdvisoriesCanBeAnswered(t *testing.T) {
	t.Parallel()
	for _, a := range advisories {
		if a.Fixed != "" && a.Affects(a.Fixed) != No {
			t.Errorf("%s of %s: its own mended version %s is affected", a.ID, a.Package, a.Fixed)
		}
		if a.Affected != "*" && a.Affects("") != Unknown {
			t.Errorf("%s of %s: no version is no answer", a.ID, a.Package)
		}
	}
	if got := (&Advisory{Ecosystem: "nuget", Affected: "<1.0.0"}).Affects("0.1.0"); got != Unknown {
		t.Errorf("an ecosystem whose versions are not compared: %d", got)
	}
	if got := (&Advisory{Ecosystem: "npm", Affected: "not checked"}).Affects("0.1.0"); got != Unknown {
		t.Errorf("a range that is none: %d", got)
	}
}

func BenchmarkAffects(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, a := range Advisories("npm", "mcp-remote") {
			a.Affects("0.1.5")
		}
	}
}
