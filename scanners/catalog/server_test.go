package catalog

import (
	"slices"
	"testing"
)

func TestServersAreFound(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct {
		got  *Server
		want string
	}{
		"npm":        {ServerByPackage("npm", "@modelcontextprotocol/server-filesystem"), "modelcontextprotocol-filesystem"},
		"pypi":       {ServerByPackage("pypi", "mcp-server-git"), "modelcontextprotocol-git"},
		"folded":     {ServerByPackage("pypi", "awslabs-aws-api-mcp-server"), "aws-api"},
		"image":      {ServerByImage("ghcr.io/github/github-mcp-server"), "github"},
		"docker hub": {ServerByImage("docker.io/mcp/fetch"), "modelcontextprotocol-fetch"},
		"host":       {ServerByHost("mcp.sentry.dev"), "sentry"},
		"name":       {ServerByName("github"), "github"},
		"product":    {ServerByProduct("stripe"), "stripe"},
		"none":       {ServerByPackage("npm", "example-web-mcp"), ""},
		"other":      {ServerByPackage("pypi", "@modelcontextprotocol/server-filesystem"), ""},
		"below":      {ServerByHost("evil.mcp.sentry.dev"), ""},
	} {
		product := ""
		if c.got != nil {
			product = c.got.Product
		}
		if product != c.want {
			t.Errorf("%s: %q, want %q", key, product, c.want)
		}
	}
}

// One package, image or host is one server.
func TestServersAreApart(t *testing.T) {
	t.Parallel()
	by := map[string]string{}
	for _, s := range Servers() {
		var keys []string
		for kind, list := range map[string][]string{"npm:": s.NPM, "pypi:": s.PyPI, "oci:": s.Images, "host:": s.Hosts} {
			for _, key := range list {
				keys = append(keys, kind+key)
			}
		}
		slices.Sort(keys)
		for _, key := range keys {
			if by[key] != "" {
				t.Errorf("%s is both %s and %s", key, by[key], s.Product)
			}
			by[key] = s.Product
		}
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for host, want := range map[string][3]bool{ // tunnel, sink, known
		"x.ngrok-free.app": {true, false, false}, "abc.trycloudflare.com": {true, false, false}, "loca.lt": {true, false, false}, "a.b.loca.lt": {true, false, false},
		"webhook.site": {false, true, false}, "abc.oast.pro": {false, true, false}, "x.m.pipedream.net": {false, true, false},
		"mcp.sentry.dev": {false, false, true}, "mcp.linear.app": {false, false, true},
		"ngrok.com": {}, "notngrok.io": {}, "example.com": {}, "pipedream.net": {}, "": {}, ".": {}, "evil.mcp.sentry.dev": {},
	} {
		if got := [3]bool{IsTunnelHost(host), IsSinkHost(host), HostKnown(host)}; got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

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
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "0.6.2", Yes},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "0.6.3", No},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "2025.3.28", Yes},
		{"npm", "@modelcontextprotocol/server-filesystem", "CVE-2025-53109", "2025.7.1", No},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.1.14", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18", No},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18rc1", Yes},
		{"pypi", "mcp-server-git", "CVE-2025-68143", "2025.12.18.post1", No},
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

func TestVersionsAreOrdered(t *testing.T) {
	t.Parallel()
	rising := []string{"0.0.5", "0.1", "0.1.1", "0.9", "0.10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1.0.0", "1.0.0.post1", "1.0.1rc1", "1.0.1", "2025.1.14", "2025.12.18"}
	for i, a := range rising {
		for j, b := range rising {
			v, okV := parseVersion(a)
			w, okW := parseVersion(b)
			if n := v.compare(w); !okV || !okW || (n < 0) != (i < j) || (n > 0) != (i > j) {
				t.Errorf("%s and %s compare as %d", a, b, n)
			}
		}
	}
	for _, none := range []string{"", "latest", "^1.0.0", "1.x", "*", ">=1", "1.2.3 || 2", "1..2", "99999999999.0", "1.0.0 ", "x1", "-1"} {
		if v, ok := parseVersion(none); ok {
			t.Errorf("%q is read as %+v", none, v)
		}
	}
}

func FuzzVersion(f *testing.F) {
	for _, s := range []string{"1.2.3", "v0.1.16-beta.1+x", "2025.12.18rc1", ">=1", "1.0.0-0001"} {
		f.Add(s, "1.2.3")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		v, okV := parseVersion(a)
		w, okW := parseVersion(b)
		if okV && okW && v.compare(w) != -w.compare(v) {
			t.Errorf("%q and %q are not ordered", a, b)
		}
		(&Advisory{Affected: b}).Affects(a)
	})
}

func BenchmarkServerByPackage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ServerByPackage("npm", "example-web-mcp")
	}
}
