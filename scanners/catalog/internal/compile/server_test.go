package compile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func serverRows() map[string]string {
	return map[string]string{
		"servers.yaml":    "- {product: acme, name: Acme, vendor: Acme, reputation: official, npm: ['@acme/mcp'], image: [docker.io/acme/mcp], pypi: [acme-mcp], go: [acme.example/mcp], nuget: [acme.mcp], hosts: [mcp.acme.example, '*.mcp.acme.example'], repo: acme/mcp, reaches: [source-code], can: [read, egress], source: test}\n",
		"advisories.yaml": "- {id: CVE-1, npm: acme, affected: '<1.0.0', fixed: '1.0.0', severity: high, summary: bad, source: test}\n",
		"products.yaml":   "- {product: acme, name: Acme API, vendor: Acme, kind: model, hosts: [api.acme.example, 'api.*.acme.example'], env: [ACME], vars: [ACME_HOST], source: test}\n",
		"hosts.yaml":      "- {kind: tunnel, name: Acme, domains: [acme.example], source: test}\n",
	}
}

func compiledServers(files map[string]string) (string, error) {
	dir := fstest.MapFS{}
	for name, text := range files {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	code, err := compile.Servers(dir)
	return string(code), err
}

func TestServersWritesEveryRow(t *testing.T) {
	t.Parallel()
	code, err := compiledServers(serverRows())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"DO NOT EDIT.\n", `{Product: "acme", Name: "Acme", Vendor: "Acme", Reputation: "official", NPM: []string{"@acme/mcp"}`, "Can: Read | Egress",
		`{ID: "CVE-1", Ecosystem: "npm", Package: "acme", Affected: "<1.0.0"`, `case "acme.example":`,
		`Go: []string{"acme.example/mcp"}, NuGet: []string{"acme.mcp"}`, `Repository: "acme/mcp"`, `{Slug: "acme", Name: "Acme API", Vendor: "Acme", Kind: KindModel`, `{"", ".mcp.acme.example", 0}`, `{"api.", ".acme.example", 0}`,
		`case "ACME":`, `case "ACME_HOST":`,
	} {
		if !strings.Contains(code, want) {
			t.Errorf("%q does not stand in\n%s", want, code)
		}
	}
}

func TestServersRejects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, old, new string
		want                 []string
	}{
		{"unknown field", "servers.yaml", "vendor:", "vender:", []string{"servers.yaml", "vender"}},
		{"no product", "servers.yaml", "product: acme, ", "", []string{"servers.yaml:1", "product"}},
		{"no source", "servers.yaml", ", source: test", "", []string{"servers.yaml:1", "acme", "source"}},
		{"unknown reputation", "servers.yaml", "official", "fine", []string{"servers.yaml:1", "acme", "fine"}},
		{"unknown capability", "servers.yaml", "egress", "fly", []string{"servers.yaml:1", "acme", "fly"}},
		{"reaches what is no word", "servers.yaml", "[source-code]", "[moon]", []string{"servers.yaml:1", "acme", "moon"}},
		{"successor of a live one", "servers.yaml", "vendor: Acme", "vendor: Acme, successor: x", []string{"servers.yaml:1", "acme", "successor"}},
		{"name not folded", "servers.yaml", "acme-mcp", "Acme.MCP", []string{"servers.yaml:1", "acme", "PEP 503"}},
		{"image without registry", "servers.yaml", "docker.io/acme/mcp", "acme/mcp", []string{"servers.yaml:1", "acme", "registry"}},
		{"unknown severity", "advisories.yaml", "high", "awful", []string{"advisories.yaml:1", "CVE-1", "awful"}},
		{"two packages", "advisories.yaml", "npm: acme", "npm: acme, pypi: acme", []string{"advisories.yaml:1", "npm or pypi"}},
		{"affects nothing", "advisories.yaml", "affected: '<1.0.0', ", "", []string{"advisories.yaml:1", "affected"}},
		{"affects no versions", "advisories.yaml", "<1.0.0", "most", []string{"advisories.yaml:1", "CVE-1", "most"}},
		{"not mended", "advisories.yaml", "fixed: '1.0.0'", "fixed: '0.9.0'", []string{"advisories.yaml:1", "CVE-1", "fixed", "0.9.0"}},
		{"official without a vendor", "servers.yaml", "vendor: Acme, ", "", []string{"servers.yaml:1", "acme", "vendor"}},
		{"no slug", "servers.yaml", "product: acme", "product: Acme", []string{"servers.yaml:1", "slug"}},
		{"no name of npm", "servers.yaml", "@acme/mcp", "@Acme/mcp", []string{"servers.yaml:1", "acme", "npm"}},
		{"no module", "servers.yaml", "acme.example/mcp", "mcp", []string{"servers.yaml:1", "acme", "module"}},
		{"nuget in capitals", "servers.yaml", "acme.mcp]", "Acme.Mcp]", []string{"servers.yaml:1", "acme", "lower case"}},
		{"star before no domain", "servers.yaml", "*.mcp.acme.example", "*.example", []string{"servers.yaml:1", "acme", "*.example"}},
		{"no repository", "servers.yaml", "repo: acme/mcp", "repo: acme", []string{"servers.yaml:1", "acme", "owner/name"}},
		{"twice one host", "servers.yaml", "'*.mcp.acme.example'", "mcp.acme.example", []string{"servers.yaml:1", "acme", "already"}},
		{"shell that cannot", "servers.yaml", "source: test", "shell: true, source: test", []string{"servers.yaml:1", "acme", "execute"}},
		{"product of another vendor", "products.yaml", "vendor: Acme", "vendor: Other", []string{"products.yaml:1", "acme", "Other"}},
		{"product without hosts", "products.yaml", "[api.acme.example, 'api.*.acme.example']", "[]", []string{"products.yaml:1", "acme", "hosts"}},
		{"unknown kind of product", "products.yaml", "model", "brain", []string{"products.yaml:1", "acme", "brain"}},
		{"no variable", "products.yaml", "[ACME]", "[acme]", []string{"products.yaml:1", "acme", "variable"}},
		{"unknown kind", "hosts.yaml", "tunnel", "hole", []string{"hosts.yaml:1", "tunnel or sink"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := serverRows()
			changed := strings.Replace(files[c.file], c.old, c.new, 1)
			if changed == files[c.file] {
				t.Fatalf("%q does not stand in %s", c.old, c.file)
			}
			files[c.file] = changed
			refuseServers(t, files, c.want)
		})
	}
	for name := range serverRows() {
		files := serverRows()
		files[name] += files[name]
		refuseServers(t, files, []string{name + ":2", "taken"})
		delete(files, name)
		refuseServers(t, files, []string{name})
	}
}

func refuseServers(t *testing.T, files map[string]string, want []string) {
	t.Helper()
	_, err := compiledServers(files)
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
