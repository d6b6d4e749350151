package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseLaunch(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]launch{
		"npx -y @acme/mcp-orders@1.4.2 --verbose":                 {ecosystem: "npm", pkg: "@acme/mcp-orders", version: "1.4.2"},
		"npx -y some-mcp@latest":                                  {ecosystem: "npm", pkg: "some-mcp", version: "latest"},
		"npx --package=some-mcp some-bin":                         {ecosystem: "npm", pkg: "some-mcp"},
		"npx -p some-mcp@2 some-bin":                              {ecosystem: "npm", pkg: "some-mcp", version: "2"},
		"bunx some-mcp":                                           {ecosystem: "npm", pkg: "some-mcp"},
		"pnpm dlx some-mcp@1.0.0":                                 {ecosystem: "npm", pkg: "some-mcp", version: "1.0.0"},
		"npm exec -- some-mcp":                                    {ecosystem: "npm", pkg: "some-mcp"},
		`C:\Program_Files\nodejs\npx.cmd -y some-mcp`:             {ecosystem: "npm", pkg: "some-mcp"},
		"cmd /c npx -y some-mcp":                                  {ecosystem: "npm", pkg: "some-mcp"},
		"env A=b npx -y some-mcp":                                 {ecosystem: "npm", pkg: "some-mcp"},
		"op run --env-file .env -- npx -y some-mcp":               {ecosystem: "npm", pkg: "some-mcp"},
		"npx -y mcp-remote https://mcp.acme.dev/sse --header A:b": {ecosystem: "npm", pkg: "mcp-remote", url: "https://mcp.acme.dev/sse"},
		"uvx mcp-server-git==2025.1.14 --repository .":            {ecosystem: "pypi", pkg: "mcp-server-git", version: "2025.1.14"},
		"uvx --from Some_MCP.server[cli]>=1 some-bin":             {ecosystem: "pypi", pkg: "some-mcp-server", version: ">=1"},
		"uv tool run some-mcp@latest":                             {ecosystem: "pypi", pkg: "some-mcp", version: "latest"},
		"uv run --directory x server.py":                          {},
		"pipx run some-mcp":                                       {ecosystem: "pypi", pkg: "some-mcp"},
		"uvx --from git+https://git.acme.dev/x some-bin":          {},
		"docker run -i --rm -e TOKEN ghcr.io/acme/mcp:v1.2 stdio": {ecosystem: "oci", pkg: "ghcr.io/acme/mcp", version: "v1.2"},
		"docker run --rm -v /a:/b mcp/fetch@sha256:abc":           {ecosystem: "oci", pkg: "docker.io/mcp/fetch", version: "sha256:abc"},
		"podman run alpine":                                       {ecosystem: "oci", pkg: "docker.io/library/alpine"},
		"docker run --network=host localhost:5000/x/y:z":          {ecosystem: "oci", pkg: "localhost:5000/x/y", version: "z"},
		"node ./server.js":                                        {},
		"npx ./local-server":                                      {},
		"npx acme/repo":                                           {},
		"npx ${PKG}":                                              {},
		"docker compose up":                                       {},
		"npx":                                                     {},
		"":                                                        {},
	} {
		got := parseLaunch(strings.Fields(line))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(launch{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
	if got := parseLaunch([]string{"bash", "-lc", "exec npx -y some-mcp@1.0.0 --x"}); got.pkg != "some-mcp" || got.version != "1.0.0" {
		t.Errorf("bash -lc: %+v", got)
	}
	if got := parseLaunch([]string{"npx -y some-mcp"}); got.pkg != "some-mcp" {
		t.Errorf("one string: %+v", got)
	}
}

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
