package scan

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// finder finds something about every package whose name begins with bad, and
// does not know those that begin with slow. It notes what it was asked.
type finder struct{ asked []string }

// Look implements Lookup.
func (f *finder) Look(_ context.Context, subjects []Subject, done func(int)) Looked {
	out := Looked{Findings: make([][]scanners.Finding, len(subjects)), Pending: make([]bool, len(subjects))}
	for i := range subjects {
		s := &subjects[i]
		note := s.Path + " " + s.Name + " " + s.Package + "@" + s.Version
		if s.Registry != OfEcosystem {
			note += " of " + string(s.Registry)
		}
		if s.Repository != "" {
			note += " in " + s.Repository
		}
		f.asked = append(f.asked, note)
		switch {
		case strings.HasPrefix(s.Package, "bad"):
			out.Findings[i] = []scanners.Finding{{Rule: "mcp-malicious-package", Severity: scanners.Critical, Integration: s.Integration.ID, Server: s.Name, Path: s.Path, Region: s.Region, Message: scanners.Say("Bad.")}}
		case strings.HasPrefix(s.Package, "slow"):
			out.Pending[i], out.Notice = true, "1 package was not assessed"
		}
		done(1)
	}
	return out
}

// looked runs a scan with look-ups, and gives where findings of them stand, each
// with the subject of the commit that it is from.
func looked(t *testing.T, repo *repository, change func(*Options)) (found, asked []string) {
	t.Helper()
	f := &finder{}
	r := run(t, repo.dir, func(o *Options) {
		o.Lookup = f
		if change != nil {
			change(o)
		}
	})
	for i := range r.Findings {
		x := &r.Findings[i]
		if x.Rule != "mcp-malicious-package" {
			continue
		}
		from := "nowhere"
		if x.Origin.Commit != "" {
			from = repo.git("log", "-1", "--format=%s", x.Origin.Commit)
		}
		found = append(found, strings.TrimSpace(fmt.Sprintf("%s %s, %s, %s", x.Path, x.Server, x.Action, from)))
	}
	return found, f.asked
}

func launches(packages ...string) string {
	var all []string
	for i, p := range packages {
		all = append(all, fmt.Sprintf(`"s%d": {"command": "npx", "args": ["-y", %q]}`, i, p))
	}
	return `{"mcpServers": {` + strings.Join(all, ", ") + `}}`
}

func TestLookUpOfAFolder(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit("a/.mcp.json", launches("bad-mcp@1.0.0", "fine-mcp"))
	repo.commit("b/.mcp.json", `{"mcpServers": {"local": {"command": "node", "args": ["x.js"]}, "remote": {"url": "https://mcp.acme.example"}}}`)
	write(t, repo.dir, "c/.mcp.json", launches("bad-mcp"))
	found, asked := looked(t, repo, nil)
	if diff := cmp.Diff([]string{"a/.mcp.json s0, block, change a/.mcp.json", "c/.mcp.json s0, block, nowhere"}, found); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a/.mcp.json s0 bad-mcp@1.0.0", "a/.mcp.json s1 fine-mcp@", "c/.mcp.json s0 bad-mcp@"}, asked); diff != "" {
		t.Error(diff)
	}
	head, _ := looked(t, repo, func(o *Options) { o.Staged = true })
	if len(head) != 0 {
		t.Errorf("staged: %v", head)
	}
	repo.git("add", "c/.mcp.json")
	write(t, repo.dir, "a/.mcp.json", launches("bad-mcp@1.0.0", "bad-mcp@2.0.0"))
	repo.git("add", "-A")
	head, _ = looked(t, repo, func(o *Options) { o.Staged = true })
	if diff := cmp.Diff([]string{"a/.mcp.json s1, block, nowhere", "c/.mcp.json s0, block, nowhere"}, head); diff != "" {
		t.Errorf("staged: %s", diff)
	}
}

func TestLookUpOfARange(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	base := repo.commit("a/.mcp.json", launches("bad-mcp@1.0.0"))
	repo.commit("b/.mcp.json", launches("bad-mcp@1.0.0"))
	repo.commit("b/.mcp.json", launches("fine-mcp@1.0.0"))
	repo.commit("a/.mcp.json", launches("bad-mcp@1.0.0", "bad-mcp@2.0.0"))
	tip := repo.commit("c/.mcp.json", launches("bad-mcp@3.0.0"))
	want := []string{"a/.mcp.json s1, block, change a/.mcp.json", "c/.mcp.json s0, block, change c/.mcp.json"}
	found, asked := looked(t, repo, func(o *Options) { o.Range = base + ".." + tip })
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a/.mcp.json s1 bad-mcp@2.0.0", "b/.mcp.json s0 fine-mcp@1.0.0", "c/.mcp.json s0 bad-mcp@3.0.0"}, asked); diff != "" {
		t.Error(diff)
	}
	all, _ := looked(t, repo, func(o *Options) { o.History = true })
	if len(all) != 3 {
		t.Errorf("history: %v", all)
	}
}

func TestReadLooksUp(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	base := repo.commit("README", "x")
	repo.commit(".npmrc", "registry=https://npm.acme.example/\n")
	tip := repo.commit("a/.mcp.json", launches("bad-mcp@1.0.0", "slow-mcp"))
	r, err := gitstore.Open(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, s := range []Source{{Repository: r, Name: "x", FullName: "acme/shop", Commit: tip}, {Repository: r, Name: "x", FullName: "acme/shop", Commit: tip, Base: base}} {
		f := &finder{}
		o := options(t)
		o.Lookup = f
		got, err := Read(t.Context(), s, o)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"a/.mcp.json s0 bad-mcp@1.0.0 of repository in acme/shop", "a/.mcp.json s1 slow-mcp@ of repository in acme/shop"}
		if diff := cmp.Diff(want, f.asked); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]Place{{"x", "a/.mcp.json", "s1"}}, got.Pending); diff != "" || !slices.Contains(got.Notices, "1 package was not assessed") || len(got.Findings) != 1 || !got.Targets[0].Coverage.Complete {
			t.Errorf("%s%+v", diff, got)
		}
	}
}

// twice reports the server of every file as the look-ups do.
type twice struct{ scanners.Scanner }

// Scan implements scanners.Scanner.
func (s twice) Scan(f scanners.File, h *credential.Hasher) scanners.Result {
	r := s.Scanner.Scan(f, h)
	r.Findings = append(r.Findings, scanners.Finding{Rule: "mcp-malicious-package", Severity: scanners.Critical, Server: "s0", Path: f.Path, Message: scanners.Say("Catalogue.")})
	return r
}

func TestAFindingOfAScannerStandsOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".mcp.json", launches("bad-mcp", "bad-other"))
	write(t, dir, "x/.mcp.json", `{"mcpServers": {"a": {"command": "npx", "args": ["bad-1"]}, "a": {"command": "npx", "args": ["bad-2"]}}}`)
	o := options(t)
	o.Lookup = &finder{}
	o.Scanners = []scanners.Scanner{twice{o.Scanners[0]}}
	r, err := Run(t.Context(), []string{dir}, o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	prints := map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule == "mcp-malicious-package" {
			got = append(got, strings.TrimSpace(f.Path+" "+f.Server+" "+f.Slot)+" "+f.Message.String())
			prints[f.Fingerprint] = true
		}
	}
	slices.Sort(got)
	want := []string{".mcp.json s0 Catalogue.", ".mcp.json s1 Bad.", "x/.mcp.json a #2 Bad.", "x/.mcp.json a Bad.", "x/.mcp.json s0 Catalogue."}
	if diff := cmp.Diff(want, got); diff != "" || len(prints) != len(want) {
		t.Error(diff)
	}
}

func TestWhatIsLocalIsANoteAtMost(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit(".gitignore", ".mcp.json\n")
	write(t, repo.dir, ".mcp.json", launches("bad-mcp"))
	found, _ := looked(t, repo, nil)
	if diff := cmp.Diff([]string{".mcp.json s0, " + string(policy.Note) + ", nowhere"}, found); diff != "" {
		t.Error(diff)
	}
}

func TestRegistries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command string
		args    []string
		env     []string
		want    Registry
	}{
		"own":          {"npx", []string{"-y", "a"}, []string{"TOKEN"}, OfEcosystem},
		"flag":         {"npx", []string{"--registry", "https://npm.acme.example", "a"}, nil, OfLaunch},
		"flag, joined": {"uvx", []string{"--index-url=https://pypi.acme.example/simple", "a"}, nil, OfLaunch},
		"one line":     {"npx -y --registry=https://npm.acme.example a", nil, nil, OfLaunch},
		"in a shell":   {"bash", []string{"-c", "NPM_CONFIG_REGISTRY=https://npm.acme.example npx a"}, nil, OfLaunch},
		"scope":        {"npx", []string{"--@acme:registry=https://npm.acme.example", "@acme/a"}, nil, OfLaunch},
		"variable":     {"npx", []string{"a"}, []string{"npm_config_registry"}, OfLaunch},
		"uv":           {"uvx", []string{"a"}, []string{"UV_DEFAULT_INDEX"}, OfLaunch},
		"a server's":   {"npx", []string{"a", "--index", "x"}, nil, OfEcosystem}, // its own word
	} {
		s := scanners.Sighting{Command: c.command, Args: c.args, Env: c.env}
		if _, got := fetched(&s); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestRegistryFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ path, content, want string }{
		"npm's own":       {".npmrc", "registry=https://registry.npmjs.org/\nsave-exact=true\n", ""},
		"another":         {"app/.npmrc", "# x\nregistry = \"https://npm.acme.example/\"\n", "npm"},
		"of a scope":      {".npmrc", "@acme:registry=https://npm.pkg.github.com\n", ""},
		"a comment":       {".npmrc", "; registry=https://npm.acme.example\n", ""},
		"a reference":     {".npmrc", "registry=https://${HOST}/\n", "npm"},
		"yarn":            {".yarnrc.yml", "npmScopes:\n  acme:\n    npmRegistryServer: \"https://npm.acme.example\"\n", "npm"},
		"bun":             {"bunfig.toml", "[install]\nregistry = \"https://npm.acme.example\"\n", "npm"},
		"uv":              {"uv.toml", "[[index]]\nurl = \"https://pypi.acme.example/simple\"\n", "pypi"},
		"pip":             {"pip.conf", "[global]\nindex-url = https://pypi.org/simple\n", ""},
		"project":         {"pyproject.toml", "[[tool.uv.index]]\nurl = \"https://pypi.acme.example/simple\"\n", "pypi"},
		"project's links": {"pyproject.toml", "[project.urls]\nHomepage = \"https://acme.example\"\n", ""},
		"another file":    {"registry.txt", "registry=https://npm.acme.example/\n", ""},
	} {
		tg := &target{Options: &Options{Lookup: &finder{}}, g: newGatherer(), mirrors: map[string]bool{}}
		tg.readRegistries(c.path, []byte(c.content))
		want := map[string]bool{}
		if c.want != "" {
			want[c.want] = true
		}
		if diff := cmp.Diff(want, tg.mirrors); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	dir := t.TempDir()
	write(t, dir, ".mcp.json", launches("bad-mcp"))
	write(t, dir, filepath.Join("deep", ".npmrc"), "registry=https://npm.acme.example/\n")
	o, f := options(t), &finder{}
	o.Lookup = f
	if _, err := Run(t.Context(), []string{dir}, o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{".mcp.json s0 bad-mcp@ of repository"}, f.asked); diff != "" {
		t.Error(diff)
	}
}

func TestRegistriesAboveTheTarget(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit(".npmrc", "registry=https://npm.acme.example/\n")
	repo.commit("a/b/.mcp.json", launches("bad-mcp"))
	o, f := options(t), &finder{}
	o.Lookup = f
	if _, err := Run(t.Context(), []string{filepath.Join(repo.dir, "a", "b")}, o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a/b/.mcp.json s0 bad-mcp@ of repository"}, f.asked); diff != "" {
		t.Error(diff)
	}
}

func TestEcosystems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id, command string
		args        []string
		want        string
	}{
		"a bridge":      {"host:mcp.acme.example", "npx", []string{"mcp-remote@0.1.5", "https://mcp.acme.example"}, "npm"},
		"another":       {"nuget:a", "dnx", []string{"a"}, "nuget"},
		"npx":           {"product:a", "npx", []string{"-y", "a"}, "npm"},
		"over cmd":      {"product:a", "cmd", []string{"/c", `C:\node\npx.cmd`, "-y", "a"}, "npm"},
		"one line":      {"product:a", "uvx a", nil, "pypi"},
		"docker":        {"product:a", "/usr/bin/docker", []string{"run", "a"}, "oci"},
		"none of these": {"product:a", "node", []string{"x.js"}, ""},
	} {
		s := scanners.Sighting{Integration: scanners.Integration{ID: c.id}, Command: c.command, Args: c.args}
		if got, _ := fetched(&s); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// FuzzRegistryFile: no content of such a file makes reading it panic.
func FuzzRegistryFile(f *testing.F) {
	for _, s := range []string{"registry=https://a/", "://", "a ://b", "url = '://", "=://\x00", "\xff://\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		for name := range registryFiles {
			tg := &target{Options: &Options{Lookup: &finder{}}, g: newGatherer(), mirrors: map[string]bool{}}
			tg.readRegistries(name, []byte(content))
		}
	})
}
