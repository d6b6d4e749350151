package prompt

import "strings"

// clientOf is the catalogue id of the client that reads the instruction file at
// a path, "" if several do or none is in the catalogue; false if it is no
// instruction file. It allocates nothing.
func clientOf(path string) (string, bool) {
	slash := strings.LastIndexByte(path, '/')
	base := path[slash+1:]
	for i := range names {
		if strings.EqualFold(base, names[i].name) {
			return names[i].client, true
		}
	}
	if strings.HasPrefix(base, ".roorules") {
		return "roo", true
	}
	ext := base[strings.LastIndexByte(base, '.')+1:]
	if strings.HasPrefix(path, ".") || strings.Contains(path, "/.") { // all folders are hidden ones
		for i := range folders {
			f := &folders[i]
			if under(path, f.folder) >= 0 && (f.ext == "" || strings.EqualFold(ext, f.ext)) {
				return f.client, true
			}
		}
	}
	for i := range suffixes {
		if len(base) > len(suffixes[i].name) && strings.EqualFold(base[len(base)-len(suffixes[i].name):], suffixes[i].name) {
			return suffixes[i].client, true
		}
	}
	if strings.EqualFold(ext, "md") {
		return pluginClient(path, slash)
	}
	return "", false
}

// under is where in a path the part below a folder begins, -1 if the path does
// not lie below it. folder ends with a slash.
func under(path, folder string) int {
	if strings.HasPrefix(path, folder) {
		return len(folder)
	}
	for from := 0; ; {
		i := strings.Index(path[from:], folder)
		if i < 0 {
			return -1
		}
		if i += from; i > 0 && path[i-1] == '/' {
			return i + len(folder)
		}
		from = i + 1
	}
}

// pluginClient knows the Markdown of skills, and the agents and commands of
// plugins, which lie at the root of a plugin. Folders of these names elsewhere
// are documentation of something else.
func pluginClient(path string, slash int) (string, bool) {
	if at := under(path, "skills/"); at >= 0 && strings.IndexByte(path[at:], '/') > 0 {
		return "", true
	}
	if slash < 0 {
		return "", false
	}
	dir := path[:slash]
	switch dir[strings.LastIndexByte(dir, '/')+1:] {
	case "agents", "commands":
		if !strings.Contains(dir, "/") || under(path, "plugins/") >= 0 {
			return "claude-code", true
		}
	}
	return "", false
}

type named struct{ name, client string }

// names are whole file names.
var names = []named{
	{"CLAUDE.md", "claude-code"}, {"CLAUDE.local.md", "claude-code"},
	{"AGENTS.md", ""}, {"AGENT.md", ""}, {"AGENTS.override.md", "codex"}, {"SKILL.md", ""},
	{"GEMINI.md", "gemini-cli"}, {"QWEN.md", "qwen-code"}, {"WARP.md", "warp"},
	{".cursorrules", "cursor"}, {".windsurfrules", "windsurf"}, {".clinerules", "cline"},
	{".roorules", "roo"}, {".kilocoderules", "kilo"}, {".rules", "zed"},
	{".goosehints", "goose"}, {".augment-guidelines", "augment"},
	{"copilot-instructions.md", "copilot-agent"},
}

// suffixes are endings of file names.
var suffixes = []named{
	{".instructions.md", "copilot-agent"}, {".prompt.md", "copilot-agent"},
	{".chatmode.md", "copilot-agent"}, {".agent.md", "copilot-agent"},
}

// folders are those in which every file of the ending instructs an agent.
var folders = []struct{ folder, ext, client string }{
	{".claude/commands/", "md", "claude-code"}, {".claude/agents/", "md", "claude-code"},
	{".claude/skills/", "md", "claude-code"}, {".claude/output-styles/", "md", "claude-code"},
	{".claude/rules/", "md", "claude-code"},
	{".cursor/rules/", "mdc", "cursor"}, {".cursor/rules/", "md", "cursor"}, {".cursor/commands/", "md", "cursor"},
	{".cursor/agents/", "md", "cursor"},
	{".windsurf/rules/", "md", "windsurf"}, {".windsurf/workflows/", "md", "windsurf"},
	{".clinerules/", "md", "cline"}, {".clinerules/", "txt", "cline"},
	{".roo/rules/", "", "roo"}, {".roo/rules-code/", "", "roo"}, {".roo/rules-architect/", "", "roo"},
	{".roo/rules-ask/", "", "roo"}, {".roo/rules-debug/", "", "roo"}, {".roo/", "md", "roo"},
	{".kilocode/rules/", "", "kilo"}, {".kilocode/", "md", "kilo"},
	{".github/instructions/", "md", "copilot-agent"}, {".github/prompts/", "md", "copilot-agent"},
	{".github/agents/", "md", "copilot-agent"}, {".github/chatmodes/", "md", "copilot-agent"},
	{".kiro/steering/", "md", "kiro"}, {".amazonq/rules/", "md", "amazon-q"},
	{".augment/rules/", "md", "augment"}, {".junie/", "md", "junie"},
	{".trae/rules/", "md", "trae"}, {".qoder/rules/", "md", "qoder"}, {".continue/rules/", "md", "continue"},
	{".gemini/", "md", "gemini-cli"}, {".codex/prompts/", "md", "codex"},
	{".opencode/", "md", "opencode"}, {".factory/", "md", "factory"},
	{".openhands/microagents/", "md", ""}, {".agents/", "md", ""},
}
