package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
)

// settings is a file of each client whose rules need the folder above.
func settings() map[string]string {
	key, _ := keys()
	return map[string]string{
		".codex/config.toml":         "[mcp_servers.a]\ncommand = \"x\"\nenv = { TOKEN = \"" + key + "\" }\n",
		".claude/settings.json":      `{"env":{"TOKEN":"` + key + `"}}`,
		".claude/agents/deep/one.md": "---\nname: one\nmcpServers:\n  a:\n    command: x\n    env:\n      TOKEN: " + key + "\n---\n",
		"goose/config.yaml":          "extensions:\n  a:\n    cmd: x\n    envs:\n      TOKEN: " + key + "\n",
	}
}

// places are the paths with findings, sorted, each once.
func places(r *Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestPartsOutsideGit: a part gives what the whole gives for it, under paths
// below the part.
func TestPartsOutsideGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range settings() {
		write(t, dir, name, content)
	}
	whole := run(t, dir, nil)
	if got := places(whole); len(got) != len(settings()) {
		t.Fatalf("the whole: findings in %q", got)
	}
	for part, want := range map[string][]string{
		".codex": {"config.toml"}, ".codex/config.toml": {"config.toml"}, ".claude/settings.json": {"settings.json"},
		".claude": {"agents/deep/one.md", "settings.json"}, ".claude/agents": {"deep/one.md"}, ".claude/agents/deep": {"one.md"},
		"goose": {"config.yaml"},
	} {
		r := run(t, filepath.Join(dir, part), nil)
		if diff := cmp.Diff(want, places(r)); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", part, diff)
		}
		for _, in := range r.Integrations {
			if strings.Contains(in.ID, filepath.Base(dir)) {
				t.Errorf("%s: the integration %s tells where the target lies", part, in.ID)
			}
		}
	}
}

// TestPartsOfAWorkTree: paths, fingerprints, commits and what is local are those
// of the whole.
func TestPartsOfAWorkTree(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	key, _ := keys()
	for name, content := range settings() {
		repo.commit("s/"+name, content)
	}
	repo.commit(".gitignore", "*.local.json\n")
	write(t, repo.dir, "s/.claude/settings.local.json", `{"env":{"TOKEN":"`+key+`"}}`)
	whole := run(t, repo.dir, nil)
	if got := places(whole); len(got) != len(settings())+1 {
		t.Fatalf("the whole: findings in %q", got)
	}
	for _, part := range []string{"s", "s/.codex", "s/.codex/config.toml", "s/.claude", "s/.claude/settings.json", "s/.claude/settings.local.json", "s/.claude/agents/deep", "s/goose"} {
		r := run(t, filepath.Join(repo.dir, part), nil)
		all := whole.Findings
		whole.Findings = slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Path != part && !strings.HasPrefix(f.Path, part+"/") })
		if diff := cmp.Diff(brief(whole), brief(r)); diff != "" || len(r.Findings) == 0 {
			t.Errorf("%s (-whole +part):\n%s", part, diff)
		}
		whole.Findings = all
	}
}

// TestPolicyAboveAPart: the repository's policy holds for its parts, and a
// file of that name deeper down is none.
func TestPolicyAboveAPart(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit("s/.mcp.json", `{"mcpServers":{"a":{"command":"x"}`)
	repo.commit("s/.github/castellan.yml", "version: 1\nrules: {mcp-invalid-config: {action: block}}\n")
	if r := run(t, filepath.Join(repo.dir, "s"), nil); len(r.Findings) != 1 || r.Findings[0].Action == policy.Block {
		t.Errorf("a deeper file: %+v, notices %q", r.Findings, r.Notices)
	}
	repo.commit(".github/castellan.yml", "version: 1\nrules: {mcp-invalid-config: {action: block}}\n")
	for _, part := range []string{"s", "s/.mcp.json", "."} {
		if r := run(t, filepath.Join(repo.dir, part), nil); len(r.Findings) != 1 || r.Findings[0].Action != policy.Block {
			t.Errorf("%s: %+v, notices %q", part, r.Findings, r.Notices)
		}
	}
	own := filepath.Join(repo.dir, ".github/castellan.yml")
	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(own, 0o755); err != nil {
		t.Fatal(err)
	}
	if r := run(t, filepath.Join(repo.dir, "s"), nil); r.Targets[0].Coverage.Complete {
		t.Error("a policy that cannot be read is overlooked")
	}
}
