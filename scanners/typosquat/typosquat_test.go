package typosquat

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog"
)

func TestSimilar(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"npm @modelcontextprotoco1/server-filesystem": "@modelcontextprotocol/server-filesystem",
		"npm @modelcontextprotocoI/server-filesystem": "@modelcontextprotocol/server-filesystem",
		"npm @modelcontextprotcol/server-github":      "@modelcontextprotocol/",
		"npm @modelcontextprotocols/server-github":    "@modelcontextprotocol/",
		"npm @model-context-protocol/server-memory":   "@modelcontextprotocol/",
		"npm modelcontextprotocol-server-filesystem":  "@modelcontextprotocol/server-filesystem",
		"npm @modelcontextprotocl/server-of-my-own":   "@modelcontextprotocol/",
		"npm @playwrigth/mcp":                         "@playwright/mcp",
		"npm @p1aywright/mcp":                         "@playwright/mcp",
		"npm @supabasse/mcp-server-supabase":          "@supabase/mcp-server-supabase",
		"npm firecrawI-mcp":                           "firecrawl-mcp",
		"npm firecrwal-mcp":                           "firecrawl-mcp",
		"npm @modelcontextprotcl/server-github":       "@modelcontextprotocol/",
		"npm @modelcontextprotcol/mcp-of-my-own":      "@modelcontextprotocol/",
		"npm browserbasehq-mcp-server-browserbase":    "@browserbasehq/mcp-server-browserbase",
		"npm fire-crawl-mcp":                          "firecrawl-mcp",
		"npm chrome-devtool-mcp":                      "chrome-devtools-mcp",
		"npm devtools-chrome-mcp":                     "chrome-devtools-mcp",
		"npm mcp-rem0te":                              "mcp-remote",
		"npm mongodb-mpc-server":                      "mongodb-mcp-server",
		"pypi mcp-server-fetchh":                      "mcp-server-fetch",
		"pypi mcp-sever-fetch":                        "mcp-server-fetch",
		"pypi mcp-server-g1t":                         "mcp-server-git",
		"pypi mcpserverfetch":                         "mcp-server-fetch",
	} {
		ecosystem, pkg, _ := strings.Cut(name, " ")
		known, how, ok := Similar(ecosystem, pkg)
		if !ok || !strings.HasPrefix(known, want) || how == "" {
			t.Errorf("%s: %q %q %v, want %s", name, known, how, ok, want)
		}
	}
	for _, name := range []string{
		"npm @modelcontextprotocol/server-filesystem", "npm @modelcontextprotocol/server-perplexity", "npm @modelcontextprotocol/inspector",
		"npm mcp-server-git", "npm mcp-server-kubernetes", "npm kubernetes-mcp-server", "npm git-mcp-server", "npm @cyanheads/git-mcp-server", "npm @acme/firecrawl-mcp", "npm firecrawl-mcp-server",
		"npm figma-mcp", "npm azure-devops-mcp", "npm storybook-mcp", "npm heroku-mcp-server", "npm openlaw", "npm @mobile-next/jest-chrome", "npm supabase-mcp-server-supabase", "npm mcp-figma", "npm exa-mcp", "npm era-mcp-server", "npm notion-mcp-server", "npm github-mcp-server", "npm mcp-remote2", "npm mcp-proxies", "npm acp-remote",
		"npm @playwright/test", "npm playwright", "npm @azure/mcp-server", "npm @stripe/mcp-server", "npm @stripes/core", "npm snyk-mcp", "npm context7-mcp", "npm @upstash/context7", "npm task-master-ai",
		"pypi mcp-server-gif", "pypi mcp-server-gitlab", "pypi mcp-server-times", "pypi mcp-server-time2", "pypi mcp", "pypi fastmcp", "pypi mcp-server-sqlite", "pypi mcp-server-docker", "pypi workspace-mcp", "pypi mcp-fetch-server",
		"pypi redis-mcp", "pypi dbt-mcp-server", "go github.com/acme/mcp", "oci docker.io/mcp/fetch", "npm a", "npm ", "npm @", "npm @/", "npm @x/",
	} {
		ecosystem, pkg, _ := strings.Cut(name, " ")
		if known, how, ok := Similar(ecosystem, pkg); ok {
			t.Errorf("%s: like %s, %s", name, known, how)
		}
	}
}

// No known name is told to be almost another.
func TestKnownNamesAreThemselves(t *testing.T) {
	t.Parallel()
	for _, s := range catalog.Servers() {
		for _, name := range s.NPM {
			if known, how, ok := Similar("npm", name); ok {
				t.Errorf("%s: like %s, %s", name, known, how)
			}
		}
		for _, name := range s.PyPI {
			if known, how, ok := Similar("npm", name); ok {
				t.Errorf("%s of PyPI is on npm like %s, %s", name, known, how)
			}
			if known, how, ok := Similar("pypi", name); ok {
				t.Errorf("%s: like %s, %s", name, known, how)
			}
		}
		for _, h := range s.Hosts {
			if known, ok := ConfusableHost(h); ok {
				t.Errorf("%s: like %s", h, known)
			}
		}
	}
	for _, p := range catalog.Products() {
		for _, h := range p.Hosts {
			if known, ok := ConfusableHost(strings.Replace(h, "*", "eu", 1)); ok {
				t.Errorf("%s: like %s", h, known)
			}
		}
	}
}

func TestConfusableHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"api.0penai.com": "openai.com", "anthr0pic.com": "anthropic.com", "api.anthropıc.com": "anthropic.com", "xn--pi-anthropic-abc.com": "", "acme.0penai.azure.com": "openai.azure.com", "d0cs.mcp.cloudflare.com": "",
		"rncp.cloudflare.com": "mcp.cloudflare.com", "docs.mcp.c1oudflare.com": "mcp.cloudflare.com", "openai.com": "", "status.openai.com": "", "api.x.al": "api.x.ai", "a.fai.ai": "", "acme.azure.com": "", "bedrock-runtime.us-east-1.amazonaws.com": "",
		"mcp.l1near.app": "mcp.linear.app", "mcp.sentrу.dev": "mcp.sentry.dev", "api.githubcopi1ot.com": "api.githubcopilot.com", "mcp.n0tion.com": "mcp.notion.com", "rncp.notion.com": "mcp.notion.com",
		"xn--mcp-notion-p6g.com": "", "mcp.notion.com": "", "mcp.notion.so": "", "mcp.notionn.com": "", "notion.com": "", "docs.example": "", "": "",
	} {
		if got, _ := ConfusableHost(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func FuzzSimilar(f *testing.F) {
	for _, s := range []string{"@modelcontextprotoco1/server-x", "mcp-server-git", "@", "-", "ѕentry"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, ecosystem := range []string{"npm", "pypi"} {
			if known, how, ok := Similar(ecosystem, name); ok && (known == "" || how == "" || known == name) {
				t.Errorf("%q: %q %q", name, known, how)
			}
		}
		ConfusableHost(name)
	})
}

func BenchmarkSimilar(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Similar("npm", "@acme/example-internal-orders-mcp")
	}
}

// A name is looked at in time linear in its length, and no longer than npm's bound.
func BenchmarkSimilarLong(b *testing.B) {
	name := "@modelcontextprotocol" + strings.Repeat("x", 80) + "/" + strings.Repeat("server-", 15)
	b.ReportAllocs()
	for b.Loop() {
		Similar("npm", name)
	}
}

func BenchmarkConfusableHost(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ConfusableHost("mcp.internal.orders.example.com")
	}
}
