package prompt

import "testing"

func TestCandidates(t *testing.T) {
	t.Parallel()
	const none = "-"
	for path, want := range map[string]string{
		"CLAUDE.md": "claude-code", "a/b/CLAUDE.local.md": "claude-code", "claude.md": "claude-code", "AGENTS.md": "", "x/AGENT.md": "",
		"GEMINI.md": "gemini-cli", "QWEN.md": "qwen-code", "WARP.md": "warp", ".cursorrules": "cursor", "web/.cursor/rules/a/b.mdc": "cursor",
		".windsurfrules": "windsurf", ".windsurf/rules/x.md": "windsurf", ".clinerules": "cline", ".clinerules/01.md": "cline",
		".roorules": "roo", ".roorules-code": "roo", ".roo/rules-architect/a.md": "roo", ".roo/rules/a.txt": "roo", ".kilocode/rules/a.md": "kilo",
		".github/copilot-instructions.md": "copilot-agent", ".github/instructions/go.instructions.md": "copilot-agent", "x/y.prompt.md": "copilot-agent",
		"z.chatmode.md": "copilot-agent", "r.agent.md": "copilot-agent", "skills/pdf/SKILL.md": "", "skills/pdf/ref/forms.md": "",
		".claude/skills/x/notes.md": "claude-code", ".claude/commands/a/b.md": "claude-code", "agents/x.md": "claude-code", "plugins/p/commands/x.md": "claude-code",
		".kiro/steering/a.md": "kiro", ".amazonq/rules/a.md": "amazon-q", ".augment/rules/a.md": "augment", ".augment-guidelines": "augment",
		".junie/guidelines.md": "junie", ".trae/rules/a.md": "trae", ".qoder/rules/a.md": "qoder", ".continue/rules/a.md": "continue", ".rules": "zed",
		".goosehints": "goose", ".openhands/microagents/repo.md": "", ".agents/x/y.md": "",
		"README.md": none, "docs/commands/install.md": none, "docs/agents/x.md": none, "skills/README.md": none, ".cursor/rules/a.ts": none,
		".claude/settings.json": none, "CONVENTIONS.md": none, "my.cursor/rules/a.mdc": none, "a.mdc": none, "": none, "rules": none,
	} {
		client, ok := clientOf(path)
		if got := client; !ok && want != none || ok && got != want {
			t.Errorf("%s: %q %v, want %q", path, client, ok, want)
		}
	}
}

func TestCandidateAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { New().Candidate("packages/web/.cursor/rules/style.mdc") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
