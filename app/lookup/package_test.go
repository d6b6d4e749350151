package lookup

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

func TestWhichNamesAreLookedUp(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 10<<10)
	good := map[string][]string{
		npm:    {"a", "mcp-remote", "@acme/tool", "JSONStream", "a.b_c~d", "@a.b/c", strings.Repeat("a", 214)},
		pypi:   {"a", "mcp-server-git", "A.B_c", "0x"},
		oci:    {"docker.io/mcp/github", "docker.io/library/node", "docker.io/a__b/c-d.e"},
		golang: {"github.com/acme/tool", "github.com/Acme/tool/v2", "gopkg.in/yaml.v3", "example.com"},
	}
	hostile := []string{
		"", ".", "..", "../", "../a", "a/..", "a/../b", "@a/../b", "/a", "a/", "a//b", "a/b?x", "a?x=1", "a#b", "a b", "a\nb", "a\x00b", "a%2fb", "%2e%2e",
		"a@b", "http://h", "https://127.0.0.1/a", "a\\b", "ａ", "аcme", "a\u202eb", "@/a", "@a/", "@a/b/c", "_a", ".a", "-a?", "a;b", "a'b", `a"b`, "{a}", "$a", "a:b", long, "@" + long + "/a",
	}
	for ecosystem, names := range good {
		for _, n := range names {
			if why := (Package{Ecosystem: ecosystem, Name: n}).check(); why != "" {
				t.Errorf("%s %q is refused: %s", ecosystem, n, why)
			}
		}
		for _, n := range hostile {
			if (Package{Ecosystem: ecosystem, Name: n}).check() == "" {
				t.Errorf("%s %q is taken", ecosystem, n)
			}
		}
	}
	for _, p := range []Package{{npm, "node_modules", ""}, {npm, "favicon.ico", ""}, {npm, "a..b", ""}, {oci, "ghcr.io/a/b", ""}, {oci, "docker.io/A/b", ""}, {oci, "docker.io/a", ""}, {oci, "docker.io/a/b/c", ""}, {golang, "tool", ""}, {golang, "github.com/a/.b", ""}, {"local", "a", ""}, {npm, "a", long}} {
		if p.check() == "" {
			t.Errorf("%+v is taken", p)
		}
	}
}

func TestExactVersions(t *testing.T) {
	t.Parallel()
	yes := []Package{{npm, "a", "1.2.3"}, {npm, "a", "1.2.3-rc.1+b"}, {pypi, "a", "1.2"}, {pypi, "a", "2024.1.post1"}, {pypi, "a", "1!1.0rc1"}, {golang, "a", "v1.2.3"}, {golang, "a", "v0.0.0-20260101000000-abcdefabcdef"}}
	no := []Package{{npm, "a", ""}, {npm, "a", "latest"}, {npm, "a", "^1.2.3"}, {npm, "a", "1.x"}, {npm, "a", "1"}, {npm, "a", "1.2.3 || 2"}, {pypi, "a", ">=1"}, {pypi, "a", "1.*"}, {golang, "a", "latest"}, {oci, "a", "1.2.3"}, {npm, "a", "1.2.3/../x"}}
	for _, p := range yes {
		if !p.exact() {
			t.Errorf("%+v is not exact", p)
		}
	}
	for _, p := range no {
		if p.exact() {
			t.Errorf("%+v is exact", p)
		}
	}
}

func TestPrivateNames(t *testing.T) {
	t.Parallel()
	pol := &policy.Policy{PrivateNames: []string{"@acme/*", "acme-*", "pypi:inner", "acme/*"}}
	for p, want := range map[Package]bool{
		{npm, "@acme/tool", ""}: true, {npm, "@Acme/Tool", ""}: true, {npm, "@acmex/tool", ""}: false, {npm, "acme-tool", ""}: true, {npm, "tool", ""}: false,
		{pypi, "Acme_Tool", ""}: true, {pypi, "inner", ""}: true, {npm, "inner", ""}: false, {oci, "docker.io/acme/tool", ""}: true, {oci, "docker.io/other/tool", ""}: false,
	} {
		if private(pol, p) != want {
			t.Errorf("%+v: private is not %t", p, want)
		}
	}
}

// FuzzPackage: whatever the name and version, a request stays at its host and
// below its path.
func FuzzPackage(f *testing.F) {
	for _, s := range []string{"a", "@a/b", "../x", "docker.io/a/b", "github.com/A/b", "a/../../b", "a?b#c", "@a/..%2f"} {
		f.Add(s, "1.2.3")
	}
	f.Fuzz(func(t *testing.T, name, version string) {
		for ecosystem := range grammar {
			s := server(ecosystem, name, version)
			p, why := packageOf(&s)
			if why != "" {
				continue
			}
			l, registries, _ := newLooker(t, map[string]answer{})
			l.Look(t.Context(), []scan.Subject{s}, func(int) {})
			for _, asked := range registries.takeAsked() {
				if strings.Contains(asked, "..") || strings.Contains(asked, "//") || strings.ContainsAny(asked, "?#\\ ") {
					t.Fatalf("%+v asks for %q", p, asked)
				}
			}
		}
	})
}
