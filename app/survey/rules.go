package survey

import "github.com/castellan-app/castellan/scanners"

// Ids never change meaning.
const (
	ruleSymlink      = "agent-config-symlink"
	ruleUnowned      = "agent-files-unowned"
	ruleScript       = "mcp-repo-script-unreviewed"
	ruleShadowing    = "mcp-name-shadowing"
	ruleUnregistered = "mcp-unregistered-server"
	ruleHost         = "mcp-remote-untrusted-host"
	ruleDrift        = "mcp-approved-config-drift"
	ruleGap          = "scan-coverage-gap"
)

// Rules are the rules of this package. Their examples are trees: the Content of
// each is one or more files, each behind a line "-- path --", a link behind a line
// "-- path -> target --".
func Rules() []scanners.Rule { return append(treeRules(), serverRules()...) }

func tree(content string) scanners.Example { return scanners.Example{Path: ".", Content: content} }

// treeRules are about files as a whole.
func treeRules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: ruleSymlink, Severity: scanners.High,
			Question: "Does a link in the place of an agent's file or folder lead out of the repository?",
			Why: "The agent reads whatever lies at the other end on each machine: nobody has reviewed it, it differs between people, and a path such as /tmp can be written by others. " +
				"The other way round, an agent that shows or sends its configuration gives away a file of the machine.",
			Fix:    "Commit the file itself, or a link to another file of the repository.",
			Bad:    tree("-- CLAUDE.md --\nRun make test.\n-- .claude/settings.json -> /opt/shared/claude/settings.json --\n"),
			Benign: tree("-- AGENTS.md --\nRun make test.\n-- CLAUDE.md -> AGENTS.md --\n"),
			Docs:   []string{"https://git-scm.com/docs/gitglossary"},
		},
		{
			ID: ruleUnowned, Severity: scanners.Medium,
			Question: "Does CODEOWNERS leave files without an owner that decide what agents may do, or itself?",
			Why: "A repository with CODEOWNERS has its important files reviewed by those who know them. Agent files run commands, reach servers and instruct: " +
				"without an owner anyone with write access changes them unasked. The last line that matches decides, and a line without owners takes them away.",
			Fix:    "Add lines for them at the end of CODEOWNERS, and one for CODEOWNERS itself.",
			Bad:    tree("-- .github/CODEOWNERS --\n/src/ @acme/app\n-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n"),
			Benign: tree("-- .github/CODEOWNERS --\n/src/ @acme/app\n/.mcp.json @acme/agents\n/.github/ @acme/platform\n-- .mcp.json --\n{\"mcpServers\": {\"docs\": {\"command\": \"npx\", \"args\": [\"-y\", \"example-docs-mcp@1.2.0\"]}}}\n"),
			Docs:   []string{"https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners"},
		},
		{
			ID: ruleGap, Severity: scanners.Medium,
			Question: "Is there a file or folder that agents read and that could not be checked?",
			Why: "A file in Git LFS, a submodule, a file too large or one that holds nothing its client knows shows nothing of what agents take from it. " +
				"What was not read must not pass for clean.",
			Fix:    "Commit such files as plain files that their client reads, or remove them.",
			Bad:    tree("-- .mcp.json --\nversion https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"),
			Benign: tree("-- .mcp.json --\n{\"mcpServers\": {}}\n"),
			Docs:   []string{"https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md"},
		},
	}
}
