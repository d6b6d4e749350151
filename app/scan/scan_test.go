package scan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/dependency"
)

func options(t *testing.T) Options {
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return Options{Scanners: []scanners.Scanner{config.New()}, Hasher: h, Policy: policy.Defaults(), Now: time.Now(), Jobs: 2}
}

func write(t *testing.T, dir, name, content string) {
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	write(t, dir, "app/.cursor/mcp.json", `{"mcpServers":{"a":{"command":"npx","args":["-y","some-mcp@1.0.0"],"env":{"TOKEN":"`+key+`"}}}}`)
	write(t, dir, "main.c", "int main;")
	write(t, dir, ".git/.mcp.json", `{"mcpServers":{"hidden":{"command":"x"}}}`)
	r, err := Run(t.Context(), []string{dir}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	c := r.Targets[0].Coverage
	if c.Files != 2 || c.Scanned != 1 || !c.Complete {
		t.Errorf("coverage %+v", c)
	}
	if len(r.Findings) != 1 || r.Findings[0].Action != policy.Block || r.Findings[0].Path != "app/.cursor/mcp.json" {
		t.Errorf("findings %+v", r.Findings)
	}
	if len(r.Integrations) != 2 || r.Integrations[0].ID != "npm:some-mcp" || r.Integrations[1].ID != "product:cursor" {
		t.Errorf("integrations %+v", r.Integrations)
	}
}

func TestWhatCannotBeReadIsNeverAPass(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".mcp.json", `{"mcpServers":{"a":{"command":"x"}}}`)
	big, err := os.Create(filepath.Join(dir, "mcp.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := big.Truncate(1 << 30); err != nil { // sparse
		t.Fatal(err)
	}
	big.Close()
	if err := os.Symlink(".", filepath.Join(dir, "opencode.json")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "deep/.mcp.json", strings.Repeat("[", 1_000_000))
	r, err := Run(t.Context(), []string{dir, filepath.Join(dir, "nowhere")}, options(t))
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error %v", err)
	}
	c := r.Targets[0].Coverage
	var reasons []string
	for _, s := range c.Skipped {
		reasons = append(reasons, s.Path)
	}
	if c.Complete || strings.Join(reasons, " ") != "deep/.mcp.json mcp.json opencode.json" {
		t.Errorf("coverage %+v", c)
	}
	if len(r.Integrations) != 2 {
		t.Errorf("the other file's server is missing: %+v", r.Integrations)
	}
}

// What is read in part for what it might be, and says nothing, is told and takes
// nothing from the scan; if it says something, the rest may say more.
func TestAFileThatMightBeAnythingIsToldOfAlone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		image    string
		complete bool
	}{{"nginx", true}, {"ollama/ollama", false}} {
		dir := t.TempDir()
		write(t, dir, "recording.yaml", "kind: Pod\nspec: {containers: [{image: "+tc.image+"}]}\nitems:\n"+strings.Repeat("- padding\n", 300_000))
		o := options(t)
		o.Scanners = []scanners.Scanner{dependency.New()}
		r, err := Run(t.Context(), []string{dir}, o)
		if err != nil {
			t.Fatal(err)
		}
		c := r.Targets[0].Coverage
		if len(c.Skipped) != 1 || c.Skipped[0].Path != "recording.yaml" || c.Complete != tc.complete {
			t.Errorf("%s: %+v", tc.image, c)
		}
	}
}
