package catalog

import (
	pathpkg "path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// paths says which format is the first to claim a path by more than its
// ending, "" for none.
var paths = []struct{ path, first string }{
	{".mcp.json", "visual-studio-solution"},
	{"services/pay/.mcp.json", "visual-studio-solution"},
	{".mcp.json.example", "claude-code-example"},
	{"a/.mcp.example.json", "claude-code-example"},
	{".mcp.json.template", "claude-code-example"},
	{".claude/settings.local.json.example", "claude-code-example"},
	{".cursor/mcp.json.example", "template-json"},
	{".vscode/mcp.json.sample", "template-json"},
	{"docs/my-mcp-config.example.json", "template-json"},
	{"mcp_servers.dist.json", "template-json"},
	{"claude_desktop_config.example.json", "template-json"},
	{"claude_desktop_config.json.example", "template-json"},
	{"claude_desktop_config_sample.json", "template-json"},
	{"opencode.example.json", "template-json"},
	{"librechat.example.yaml", "template-yaml"},
	{"mcp_agent.config.yaml.example", "template-yaml"},
	{"mcp_agent.secrets.example.yaml", "template-yaml"},
	{".codex/config.toml.example", "template-toml"},
	{".claude/mcp.json", "claude-code-wrong-path"},
	{".claude/.mcp.json", "claude-code-wrong-path"},
	{".claude/settings.json", "claude-code-settings"},
	{"apps/web/.claude/settings.local.json", "claude-code-settings-local"},
	{".claude.json", "claude-user-state"},
	{"home/dot_claude.json", "claude-user-state"},
	{"dot_claude/settings.json", "claude-code-settings"},
	{"home/private_dot_codex/private_config.toml", "codex"},
	{"dot_config/exact_zed/readonly_settings.json", "zed"},
	{"encrypted_dot_claude.json", ""},
	{"dot_claude/encrypted_settings.json", ""},
	{"dot_cursor/private_mcp.json", "cursor-mcp"},
	{".claude/agents/reviewer.md", "claude-code-agents"},
	{".claude/agents/team/back/reviewer.md", "claude-code-agents"},
	{"pkg/.claude/commands/fix.md", "claude-code-agents"},
	{".claude/skills/pdf/SKILL.md", "claude-code-agents"},
	{".claude-plugin/plugin.json", "claude-plugin"},
	{"plugins/x/.claude-plugin/marketplace.json", "claude-plugin"},
	{"claude_desktop_config.json", "claude-desktop"},
	{"setup/claude_desktop_config.windows.json", "claude-desktop"},
	{"my-claude-desktop-config.json", "claude-desktop"},
	{"manifest.json", "mcpb-manifest"},
	{".vscode/mcp.json", "vscode-mcp"},
	{"web/.vscode/mcp.json", "vscode-mcp"},
	{".vscode/settings.json", "vscode-settings"},
	{".github/mcp.json", "copilot-cli-project"},
	{".copilot/mcp-config.json", "copilot-cli-user"},
	{".github/agents/triage.md", "copilot-custom-agent"},
	{".github/agents/triage.agent.md", "copilot-custom-agent"},
	{"agents/triage.agent.md", "copilot-agent-file"},
	{"prompts/triage.agent.md", "copilot-agent-file"},
	{"agents/triage.md", "agent-file"},
	{".github/copilot/settings.json", "copilot-repo-settings"},
	{".github/workflows/triage.md", "gh-aw"},
	{".github/workflows/shared/mcp/tavily.md", "gh-aw"},
	{".vs/mcp.json", "visual-studio"},
	{"apm.yml", "apm"},
	{".cursor/mcp.json", "cursor-mcp"},
	{"a/b/c/.cursor/mcp.json", "cursor-mcp"},
	{".cursor/permissions.json", "cursor-permissions"},
	{".cursor/cli.json", "cursor-cli"},
	{".cursor/hooks.json", "cursor-hooks"},
	{".cursor/environment.json", "cursor-environment"},
	{".cursor-plugin/plugin.json", "cursor-plugin"},
	{".codex/config.toml", "codex"},
	{"x/.codex/ci.config.toml", "codex"},
	{".codex-plugin/plugin.json", "codex-plugin"},
	{".gemini/settings.json", "gemini-cli"},
	{"gemini-extension.json", "gemini-extension"},
	{".agents/mcp_config.json", "antigravity"},
	{".qwen/settings.json", "qwen-code"},
	{".roo/mcp.json", "roo"},
	{".kilocode/mcp.json", "kilo-legacy"},
	{".kilo/kilo.jsonc", "kilo"},
	{"cline_mcp_settings.json", "cline"},
	{".windsurf/mcp_config.json", "windsurf"},
	{".devin/config.json", "devin"},
	{".kiro/settings/mcp.json", "kiro"},
	{".kiro/agents/dev.json", "kiro"},
	{".amazonq/cli-agents/dev.json", "amazon-q"},
	{".trae/mcp.json", "trae"},
	{".qoder/mcp.json", "qoder"},
	{".codebuddy/mcp.json", "codebuddy"},
	{".bob/mcp.json", "ibm-bob"},
	{".codeartsdoer/mcp/mcp_settings.json", "codearts"},
	{".tabnine/mcp_servers.json", "tabnine"},
	{".junie/mcp/mcp.json", "junie"},
	{".ai/mcp/mcp.json", "jetbrains-ai"},
	{".zed/settings.json", "zed"},
	{"opencode.json", "opencode"},
	{".opencode/opencode.jsonc", "opencode"},
	{".opencode.json", "opencode"},
	{".agents/mcp.json", "agents-mcp"},
	{".amp/settings.json", "amp"},
	{".crush.json", "crush"},
	{"crush.json", "crush-gated"},
	{".config/goose/config.yaml", "goose"},
	{".goose/recipes/triage.yaml", "goose-recipe"},
	{"recipe.yaml", "goose-recipe"},
	{".warp/.mcp.json", "warp"},
	{".augment/settings.json", "augment"},
	{".factory/mcp.json", "factory"},
	{".grok/config.toml", "grok"},
	{".vibe/config.toml", "mistral-vibe"},
	{".kimi/mcp.json", "kimi"},
	{".rovodev/mcp.json", "rovodev"},
	{".deepagents/.mcp.json", "deepagents"},
	{".openclaw/openclaw.json", "openclaw"},
	{".continue/config.yaml", "continue"},
	{".continue/mcpServers/new-mcp-server.yaml", "continue"},
	{".continue/mcpServers/db.json", "continue-json"},
	{"librechat.yaml", "librechat"},
	{"deploy/librechat-prod.yaml", "librechat"},
	{".lmstudio/mcp.json", "lmstudio"},
	{"anythingllm_mcp_servers.json", "anythingllm"},
	{"config/mcporter.json", "mcporter"},
	{"nvim/mcphub/servers.json", "mcphub"},
	{".rulesync/mcp.jsonc", "rulesync"},
	{".ruler/mcp.json", "ruler"},
	{"server.json", "mcp-registry-server"},
	{".mcp/server.json", "mcp-registry-server"},
	{"smithery.yaml", "smithery"},
	{".docker/mcp/catalog.yaml", "docker-mcp-catalog"},
	{"servers/github/server.yaml", "docker-mcp-server"},
	{"fastmcp.json", "fastmcp"},
	{"mcp_agent.config.yaml", "mcp-agent"},
	{"mcp_agent.secrets.yaml", "mcp-agent-secrets"},
	{"mcp.json", "generic-mcp-json"},
	{"src/mcp_servers.json", "generic-mcp-json"},
	{"tools.mcp.json", "generic-mcp-json"},
	{"mcp-prod.jsonc", "generic-mcp-json"},
	{"mcp.json5", "generic-mcp-json"},
	{"mcpServers.json", "generic-mcp-json"},
	{"conf/mcp.yaml", "generic-mcp-yaml"},
	{"mcp-gateway.toml", "generic-mcp-toml"},

	{"", ""},
	{"/", ""},
	{"README.md", ""},
	{"package.json", ""},
	{"settings.json", ""},
	{"src/settings.json", ""},
	{"config.toml", ""},
	{"codex/config.toml", "codex-dotfiles"},
	{"config/claude/settings.json", "claude-code-dotfiles"},
	{"identity/device-auth.json", "openclaw-state"},
	{"openclaw-backup-1.json", "openclaw"},
	{".github/plugin/marketplace.json", "copilot-plugin"},
	{".gemini/agents/auditor.md", "gemini-agents"},
	{"config.yaml", ""},
	{"xgoose/config.yaml", ""},
	{"kitchen/recipe.yaml", ""},
	{"mcp.json/readme.txt", ""},
	{"mcp.json.bak", "backup-json"},
	{"mcp.md", ""},
	{"mcp", ""},
	{".cursor/mcp", ""},
	{".cursor/rules/mcp.mdc", ""},
	{"MCP.JSON", ""},
	{"my_mcp.json", ""},
	{"docs/agent.md", ""},
	{"agents/deep/triage.md", ""},
	{".claude/README.md", ""},
	{"claude/commands/reviewer.md", ""},
	{".claude/skills/pdf/notes.md", ""},
	{".github/workflows/ci.yml", ""},
	{".github/workflows/deep/triage.md", ""},
	{".github/ISSUE_TEMPLATE/bug.md", ""},
	{"plugin.json", ""},
	{"hooks.json", ""},
	{"cursor/hooks.json", ""},
	{"devcontainer.json", ""},
	{"x.cursor/environment.json", ""},
	{"mylibrechat.yaml", ""},
	{"librechat.json", ""},
	{"old_mcp_settings.json", "generic-mcp-json"},
	{"acme-mcp-servers.json", "generic-mcp-json"},
	{"new_claude_config.json", "generic-claude-json"},
	{"claude_config.md", ""},
	{"opencode.yaml", ""},
	{"code-workspace", ""},
	{"my.manifest.json", ""},
	{"catalog.yaml", ""},
	{"server.yaml", ""},
	{"servers/server.yaml", ""},
	{"docs/mcp.json.md", ""},
	{"node_modules/pkg/.cursor/mcp.json", "cursor-mcp"},
}

func first(formats []*Format) string {
	if len(formats) == 0 {
		return ""
	}
	return formats[0].ID
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range paths {
		if got := first(MatchNamed(c.path)); got != c.first {
			t.Errorf("Match(%q) begins with %q, want %q", c.path, got, c.first)
		}
		if got, want := IsNamed(c.path), c.first != ""; got != want {
			t.Errorf("IsNamed(%q) = %v, want %v", c.path, got, want)
		}
		if IsNamed(c.path) && !IsCandidate(c.path) {
			t.Errorf("IsCandidate(%q) = false", c.path)
		}
	}
}

func TestMatchIsOrdered(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		".mcp.json":                           {"visual-studio-solution", "claude-code-project", "generic-mcp-json", "n8n", "flowise"},
		".cursor/mcp.json":                    {"cursor-mcp", "generic-mcp-json", "n8n", "flowise"},
		".mcp/server.json":                    {"mcp-registry-server", "generic-mcp-json", "n8n", "flowise"},
		"claude_desktop_config.example.json":  {"template-json", "claude-desktop", "generic-example-json", "generic-settings-json", "n8n", "flowise"},
		"team.code-workspace":                 {"vscode-workspace"},
		".devcontainer/devcontainer.json":     {"devcontainer", "n8n", "flowise"},
		".devcontainer/gpu/devcontainer.json": {"devcontainer", "n8n", "flowise"},
		".devcontainer.json":                  {"devcontainer", "n8n", "flowise"},
		"agents/triage.agent.md":              {"copilot-agent-file", "agent-file", "claude-plugin-agent", "markdown-fenced"},
	}
	for path, want := range cases {
		var got []string
		for _, f := range Match(path) {
			got = append(got, f.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Match(%q) (-want +got):\n%s", path, diff)
		}
	}
}

// TestEveryPathMatches makes a path of every glob and expects its own format
// among those that claim it, at the root and deep in a monorepo.
func TestEveryPathMatches(t *testing.T) {
	t.Parallel()
	for i := range formats {
		if formats[i].Off != "" {
			continue
		}
		for _, glob := range formats[i].Paths {
			tail, anywhere := strings.CutPrefix(glob, "**/")
			path := strings.ReplaceAll(strings.ReplaceAll(tail, "**", "a/b"), "*", "x")
			if !claims(Match(path), formats[i].ID) {
				t.Errorf("%s: %q does not match its own glob %q", formats[i].ID, path, glob)
			}
			deep := "services/pay/" + path
			if got, want := claims(Match(deep), formats[i].ID), anywhere; got != want {
				t.Errorf("%s: %q matches %q: %v, want %v", formats[i].ID, glob, deep, got, want)
			}
		}
	}
}

func claims(formats []*Format, id string) bool {
	for _, f := range formats {
		if f.ID == id {
			return true
		}
	}
	return false
}

// TestStarAgrees compares with the standard library's globs.
func TestStarAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab.*]{0,8}`).Draw(t, "pattern")
		name := rapid.StringMatching(`[ab.]{0,10}`).Draw(t, "name")
		want, err := pathpkg.Match(pattern, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := star(pattern, name); got != want {
			t.Fatalf("star(%q, %q) = %v, want %v", pattern, name, got, want)
		}
	})
}

func TestIsCandidateDoesNotAllocate(t *testing.T) { // not parallel: it counts allocations
	for _, c := range paths {
		if strings.Contains(c.path, "dot_") {
			continue // a path of chezmoi is written anew
		}
		if n := testing.AllocsPerRun(10, func() { IsCandidate(c.path) }); n != 0 {
			t.Errorf("IsCandidate(%q) allocates %v times", c.path, n)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, c := range paths {
		f.Add(c.path)
	}
	f.Add("\xff/.mcp.json")
	f.Add("**/*.json")
	f.Add(strings.Repeat(".claude/agents/", 50) + "a.md")
	f.Fuzz(func(t *testing.T, path string) {
		found := Match(path)
		if IsCandidate(path) != (len(found) > 0) {
			t.Fatalf("IsCandidate(%q) is not what Match finds: %d formats", path, len(found))
		}
		seen := map[string]bool{}
		for _, format := range found {
			if seen[format.ID] {
				t.Fatalf("Match(%q) has %s twice", path, format.ID)
			}
			seen[format.ID] = true
		}
	})
}

func BenchmarkIsCandidate(b *testing.B) {
	for _, path := range []string{"src/app/main.go", "web/src/deep/er/package.json", "docs/guide/README.md", "deploy/values.yaml", "services/pay/.cursor/mcp.json"} {
		b.Run(path[strings.LastIndexByte(path, '/')+1:], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				IsCandidate(path)
			}
		})
	}
}
