package survey

import (
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
)

func TestProjectOf(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]string{
		".mcp.json": "", ".cursor/mcp.json": "", "app/.cursor/mcp.json": "app", "a/b/.mcp.json": "a/b",
		"a/b/opencode.json": "a/b", "opencode.json": "", "a/.github/x/.b.json": "a", "": "", "/": "", "a/": "",
	} {
		if got := projectOf(p); got != want {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
}

func TestInstructs(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]bool{
		"CLAUDE.md": true, "app/AGENTS.md": true, ".cursor/rules/go.mdc": true, ".cursorrules": true, ".goosehints": true, ".roo/rules/first": true,
		".clinerules/a.txt": true, ".claude/commands/x.md": true, ".github/copilot-instructions.md": true, "skills/x/SKILL.md": true,
		".env": false, "Dockerfile": false, "requirements.txt": false, ".mcp.json": false, "package.json": false, ".github/workflows/ci.yml": false,
	} {
		if got := instructs(p); got != want {
			t.Errorf("%s: %t", p, got)
		}
	}
}

func TestAgentFolder(t *testing.T) {
	t.Parallel()
	wants := func(p string) bool {
		dir, base := path.Split(p)
		return base == "mcp.json" || base == "CLAUDE.md" || strings.HasSuffix(dir, ".claude/") && base == "settings.json" || strings.HasSuffix(dir, ".cursor/rules/") && strings.HasSuffix(base, ".mdc")
	}
	for p, want := range map[string]bool{".claude": true, "app/.claude": true, ".cursor": true, ".cursor/rules": true, "data": false, "src/app": false, ".git": false} {
		if got := AgentFolder(p, wants); got != want {
			t.Errorf("%s: %t", p, got)
		}
	}
}

func TestScriptOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line, dir, path string
		want            string
	}{
		{"node tools/x.js", "", ".mcp.json", "tools/x.js"},
		{"node ./tools/../x.js --port 1", "", ".mcp.json", "x.js"},
		{"python ./srv.py", "", "app/.mcp.json", "app/srv.py srv.py"},
		{"uv run x.py", "", ".mcp.json", "x.py"},
		{"uv --directory srv run x.py", "", ".mcp.json", "srv/x.py"},
		{"uv --directory /srv run x.py", "", ".mcp.json", ""},
		{"./bin/x", "", ".mcp.json", "bin/x"},
		{"bash scripts/x.sh", "", ".mcp.json", "scripts/x.sh"},
		{"node x.js", "tools", ".mcp.json", "tools/x.js"},
		{"node x.js", "${workspaceFolder}/tools", ".vscode/mcp.json", "tools/x.js"},
		{"node ${workspaceFolder}/x.js", "tools", ".vscode/mcp.json", "x.js"},
		{"node ${workspaceFolder}/x.js", "", "app/.vscode/mcp.json", "app/x.js x.js"},
		{"node ../x.js", "", "app/.mcp.json", "x.js"},
		{"node ../x.js", "", ".mcp.json", ""},
		{"node ${X}/x.js", "", ".mcp.json", ""},
		{"node ~/x.js", "", ".mcp.json", ""},
		{"node /opt/x.js", "", ".mcp.json", ""},
		{`node C:\tools\x.js`, "", ".mcp.json", ""},
		{"node -e start()", "", ".mcp.json", ""},
		{"npx -y some-mcp", "", ".mcp.json", ""},
		{"some-mcp", "", ".mcp.json", ""},
		{"ssh host node x.js", "", ".mcp.json", ""},
		{"docker run image node x.js", "", ".mcp.json", ""},
		{"docker exec app node x.js", "", ".mcp.json", ""},
	}
	for _, test := range tests {
		words := strings.Fields(test.line)
		s := &scanners.Sighting{Command: words[0], Args: words[1:], Dir: test.dir, Path: test.path, Transport: scanners.Stdio}
		if got := strings.Join(scriptOf(s), " "); got != test.want {
			t.Errorf("%s in %s of %s: %q, want %q", test.line, test.dir, test.path, got, test.want)
		}
	}
}

func TestDiffer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"npm:a-mcp", "npm:b-mcp", true},
		{"npm:a-mcp", "npm:a-mcp", false},
		{"local:x#a", "local:y#a", false},
		{"npm:@upstash/context7-mcp", "host:mcp.context7.com", false},
		{"npm:@sentry/mcp-server", "host:mcp.sentry.dev", false},
		{"oci:ghcr.io/contoso/contoso-mcp-server", "npm:@modelcontextprotocol/server-contoso", false},
		{"npm:wingtip-mcp", "host:fabrikam.example", true},
		{"host:mcp.acme.example", "host:eu.mcp.acme.example", false},
		{"host:mcp.acme.example", "host:mcp.acme.test", true},
	}
	for _, test := range tests {
		a, b := &scanners.Sighting{}, &scanners.Sighting{}
		a.Integration.ID, b.Integration.ID = test.a, test.b
		if differ(a, b) != test.want || differ(b, a) != test.want {
			t.Errorf("%s and %s: want %t", test.a, test.b, test.want)
		}
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line, name string
		want       bool
	}{
		{"node -e start()", "example-docs-mcp", true},
		{"/opt/other/thing --stdio", "example-docs-mcp", true},
		{"node /home/me/example-docs-mcp/dist/index.js", "example-docs-mcp", false},
		{"node dist/index.js", "example-docs-mcp", false},
		{"contoso-mcp-server stdio", "ghcr.io/contoso/contoso-mcp-server", false},
		{"contoso-server stdio", "@contoso/mcp", false},
		{"python -m docs_mcp", "some-mcp", false},
		{"npm run mcp", "some-mcp", false},
		{"${TOOL} stdio", "some-mcp", false},
	}
	for _, test := range tests {
		words := strings.Fields(test.line)
		s := &scanners.Sighting{Command: words[0], Args: words[1:], Path: ".mcp.json", Transport: scanners.Stdio}
		if got := foreign(s, test.name); got != test.want {
			t.Errorf("%s and %s: %t", test.line, test.name, got)
		}
	}
}

func TestStrange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, content string
		want          bool
	}{
		{".mcp.json", `{"foo": 1}`, true},
		{".mcp.json", `["a"]`, true},
		{".mcp.json", `"text"`, true},
		{".mcp.json", `{}`, false},
		{".mcp.json", `[]`, false},
		{".mcp.json", ``, false},
		{".mcp.json", `null`, false},
		{".mcp.json", `{"$schema": "x"}`, false},
		{".mcp.json", `{"_comment": "x"}`, false},
		{".mcp.json", `{"mcpServers": {}}`, false},
		{".mcp.json", `{"foo": `, false}, // another rule's
		{".vscode/mcp.json", `{"inputs": [], "x": 1}`, false},
		{".cursor/mcp.json", "{\n  // none yet\n}", false},
		{".gemini/settings.json", `{"theme": "dark"}`, false},
		{".claude/settings.json", `{"model": "x"}`, false},
		{"mcp.json", `{"foo": 1}`, false}, // anybody's
		{"opencode.json", `{"foo": 1}`, false},
	}
	for _, test := range tests {
		if got := Strange(test.path, []byte(test.content), &scanners.Result{}); got != test.want {
			t.Errorf("%s %s: %t", test.path, test.content, got)
		}
	}
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	for link, want := range map[[2]string]bool{
		{".", "AGENTS.md"}: false, {"a/b", "../../AGENTS.md"}: false, {"a/b", "../../../AGENTS.md"}: true,
		{".", "/etc/passwd"}: true, {".", ".."}: true, {".", "a/../.."}: true, {".", "..a"}: false,
	} {
		if got := leaves(link[0], link[1]); got != want {
			t.Errorf("%v: %t", link, got)
		}
	}
}

func TestUnreadIsNoFindingOfCredentials(t *testing.T) {
	t.Parallel()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	tree := &Tree{Policy: policy.Defaults(), Exits: []Exit{{Path: ".claude", From: ".claude", Target: "/srv/" + key, Folder: true}}}
	r := tree.Judge()
	if len(r.Findings) != 1 || strings.Contains(r.Findings[0].Message.String(), key) {
		t.Errorf("%v", r.Findings)
	}
	want := []string{"product:claude-code"}
	var got []string
	for _, s := range r.Sightings {
		got = append(got, s.Integration.ID)
	}
	if len(got) != 1 || got[0] != "local:.claude" && cmp.Diff(want, got) != "" {
		t.Errorf("integrations %q", got)
	}
}

// none is a repository without other files, everything one in which each path is one.
type none struct{}

func (none) File(string) bool   { return false }
func (none) Folder(string) bool { return true }

type everything struct{}

func (everything) File(string) bool   { return true }
func (everything) Folder(string) bool { return true }

// FuzzJudge: whatever a repository calls things, a survey ends without a panic, and
// its findings stand where a file or link does.
func FuzzJudge(f *testing.F) {
	f.Add(".mcp.json", "docs", "node", "tools/x.js\n--port", "https://mcp.acme.example/mcp", "1.2", "/tools @acme/x", "../..", `{"a":1}`)
	f.Add("a/.cursor/mcp.json", "", "uv", "--directory\nx\nrun\ny.py", "http://[::1", ">=1", "* \n!", "/", "[")
	f.Fuzz(func(t *testing.T, p, name, command, args, address, version, owners, target, content string) {
		var r scanners.Result
		for _, path := range []string{p, p + "x", ".mcp.json", ".cursor/mcp.json"} {
			s := scanners.Sighting{Name: name, Path: path, Command: command, Args: strings.Split(args, "\n"), URL: address, Version: version, Client: "cursor", Transport: scanners.Stdio, Dir: target}
			s.Integration = scanners.Integration{ID: "npm:" + name + path, Kind: scanners.KindMCPServer}
			s.Normal = []string{"package=" + name, "arg.0=" + args, version}
			r.Sightings = append(r.Sightings, s)
		}
		pol := policy.Defaults()
		pol.Approved = []policy.Approval{{Integration: "npm:" + name + p, Version: version, Scope: []string{"a/*"}}}
		pol.ApprovedHosts = []string{address}
		for _, look := range []Look{none{}, everything{}, nil} {
			tree := &Tree{
				Repository: "a/b", Whole: true, Files: []File{{Path: p, Result: r, Strange: Strange(p, []byte(content), &r)}}, Codeowners: owner.ParseCodeowners("CODEOWNERS", []byte(owners)),
				Exits: []Exit{{Path: p, From: target, Target: target}}, Gaps: []Gap{{Path: p, Reason: "x"}}, Look: look, Policy: pol, Now: time.Unix(0, 0),
			}
			other := *tree
			other.Files = []File{{Path: p}}
			for _, got := range []Result{tree.Judge(), tree.Drift(&other), other.Drift(tree)} {
				for _, f := range got.Findings {
					if f.Integration == "" || len(f.Message) == 0 || len(f.Fix) == 0 {
						t.Errorf("%+v", f)
					}
				}
			}
			tree.Generated().Advise(&scanners.Finding{Path: p, Server: name})
		}
	})
}
