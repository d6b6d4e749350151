package catalog

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func TestTablesAreCompiledFromTheFilesBesideThem(t *testing.T) {
	t.Parallel()
	want, err := compile.Compile(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(compile.Output)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the tables differ from their source: run go generate ./scanners/catalog")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		".mcp.json": "claude-code-project", "a/b/.mcp.json": "claude-code-project", ".cursor/mcp.json": "cursor-mcp", "pkg/x/.cursor/mcp.json": "cursor-mcp",
		".codex/config.toml": "codex", "mcp.json": "generic-mcp-json", ".mcp.json.example": "template-json", "claude_desktop_config.example.json": "template-json",
		"claude_desktop_config.json": "claude-desktop", ".claude/agents/x/y.md": "claude-code-agents", ".devcontainer/a/devcontainer.json": "devcontainer",
		"cursor/mcp.json.md": "", "package.json": "", "docs/recipe.yaml": "", "": "", "/": "", "x.cursor/mcp.json/": "",
	} {
		got := ""
		if hits := Match(path); len(hits) > 0 {
			got = hits[0].ID
		}
		if got != want {
			t.Errorf("Match(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestNonCandidatesCostNoAllocation(t *testing.T) {
	path := "src/" + strings.Repeat("deep/", 20) + "component.test.json"
	if n := testing.AllocsPerRun(100, func() { IsCandidate(path) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatch(f *testing.F) {
	for _, p := range []string{".claude/agents/**/x.md", "a/.mcp.json", "*mcp*.json", "[", "mcp\n.json"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if IsCandidate(p) != (len(Match(p)) > 0) {
			t.Fatalf("%q", p)
		}
	})
}
