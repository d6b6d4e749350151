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
		"npm":            {ServerByPackage("npm", "@modelcontextprotocol/server-filesystem"), "modelcontextprotocol-filesystem"},
		"pypi":           {ServerByPackage("pypi", "mcp-server-git"), "modelcontextprotocol-git"},
		"folded":         {ServerByPackage("pypi", "awslabs-aws-api-mcp-server"), "aws-api"},
		"to be folded":   {ServerByPackage("pypi", "AWSlabs.aws_api--mcp-server"), "aws-api"},
		"module":         {ServerByPackage("go", "github.com/grafana/mcp-grafana"), "grafana"},
		"program":        {ServerByPackage("go", "github.com/grafana/mcp-grafana/cmd/mcp-grafana"), "grafana"},
		"other module":   {ServerByPackage("go", "github.com/grafana/mcp-grafana-fork"), ""},
		"no module":      {ServerByPackage("go", "github.com"), ""},
		"nuget":          {ServerByPackage("nuget", "Azure.Mcp"), "azure"},
		"image":          {ServerByImage("ghcr.io/github/github-mcp-server"), "github"},
		"docker hub":     {ServerByImage("docker.io/mcp/fetch"), "modelcontextprotocol-fetch"},
		"host":           {ServerByHost("mcp.sentry.dev"), "sentry"},
		"below":          {ServerByHost("docs.mcp.cloudflare.com"), "cloudflare"},
		"region":         {ServerByHost("mcp.us5.datadoghq.com"), "datadog"},
		"name":           {ServerByName("github"), "github"},
		"product":        {ServerByProduct("stripe"), "stripe"},
		"none":           {ServerByPackage("npm", "example-web-mcp"), ""},
		"other registry": {ServerByPackage("pypi", "@modelcontextprotocol/server-filesystem"), ""},
		"no ecosystem":   {ServerByPackage("crates", "mcp-server-git"), ""},
		"below a host":   {ServerByHost("evil.mcp.sentry.dev"), ""},
		"beside a host":  {ServerByHost("evilmcp.cloudflare.com"), ""},
		"odd letters":    {ServerByHost("a/b.mcp.cloudflare.com"), ""},
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

func TestServersSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		server *Server
		what   string
		holds  func(*Server) bool
	}{
		{ServerByProduct("modelcontextprotocol-filesystem"), "takes folders", func(s *Server) bool { return s.Files && !s.Shell }},
		{ServerByProduct("desktop-commander"), "runs commands", func(s *Server) bool { return s.Shell && s.Has(Execute) }},
		{ServerByProduct("postgres-mcp"), "works on a database", (*Server).Database},
		{ServerByProduct("playwright"), "drives a browser", func(s *Server) bool { return s.Browser() && s.Has(OutsideContent|Egress) }},
		{ServerByProduct("composio"), "stands for others", (*Server).Gateway},
		{ServerByProduct("modelcontextprotocol-github"), "is archived", func(s *Server) bool { return s.Archived() && s.Successor == "ghcr.io/github/github-mcp-server" }},
		{ServerByProduct("github"), "can be held to reading", func(s *Server) bool {
			return slices.Contains(s.Least, "--read-only") && s.Repository == "github/github-mcp-server"
		}},
		{ServerByProduct("stripe"), "spends money", func(s *Server) bool { return s.Has(Money) && !s.Has(Execute) }},
	} {
		if c.server == nil || !c.holds(c.server) {
			t.Errorf("%+v does not say that it %s", c.server, c.what)
		}
	}
}

// A slug that keys and clients have too is the same product there.
func TestSlugsAgree(t *testing.T) {
	t.Parallel()
	vendors := map[string]string{}
	for _, c := range Clients() {
		vendors[c.Product] = c.Vendor
	}
	for _, p := range Products() {
		if v := vendors[p.Slug]; v != "" && v != p.Vendor {
			t.Errorf("%s is of %s in clients.yaml, of %s in products.yaml", p.Slug, v, p.Vendor)
		}
	}
	for _, s := range Servers() {
		if v := vendors[s.Product]; v != "" && v != s.Vendor {
			t.Errorf("%s is of %s in clients.yaml, of %s in servers.yaml", s.Product, v, s.Vendor)
		}
	}
	own := []string{"devin", "cursor", "openai-compatible"} // agents, and what has no host of its own
	for _, k := range Keys() {
		if k.Group == GroupAI && ProductBySlug(k.Product) == nil && !slices.Contains(own, k.Product) {
			t.Errorf("%s, whose keys are known, is no product", k.Product)
		}
	}
}

func TestMissesDoNotAllocate(t *testing.T) {
	for name, f := range map[string]func(){
		"npm":      func() { ServerByPackage("npm", "@example/some-internal-orders-mcp") },
		"pypi":     func() { ServerByPackage("pypi", "example-some-internal-orders-mcp") },
		"go":       func() { ServerByPackage("go", "example.com/a/b/c/d/e") },
		"image":    func() { ServerByImage("registry.example.com/a/b") },
		"host":     func() { ServerByHost("mcp.internal.example.com") },
		"known":    func() { HostKnown("mcp.internal.example.com") },
		"tunnel":   func() { IsTunnelHost("a.b.c.mcp.internal.example.com") },
		"variable": func() { ProviderByEnv("EXAMPLE_ORDERS_BASE_URL") },
		"advisory": func() { Advisories("npm", "example-web-mcp") },
	} {
		if n := testing.AllocsPerRun(10, f); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkServerByPackage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ServerByPackage("npm", "example-web-mcp")
	}
}
