package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzSettingsFile: whatever the file holds, there are settings or problems,
// and what stands in it as a value is in no problem.
func FuzzSettingsFile(f *testing.F) {
	const canary = "canaryQx7Qx7"
	for _, text := range []string{
		"listen: VALUE\n", "webhook_secret: VALUE\n", "app_id: [VALUE]\n", "role: VALUE\nrole: VALUE\n", "VALUE", "database_url: postgres://u:VALUE@h/d\n", "{listen: VALUE", "a: &x VALUE\nlisten: *x\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		name := filepath.Join(dir, "serve.yml")
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(text, "VALUE", canary)), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Load(func(string) string { return "" }, map[string]string{"config": name, "data-dir": dir})
		if (s == nil) != (err != nil) {
			t.Fatalf("%v, %v", s, err)
		}
		if err != nil && strings.Contains(err.Error(), canary) && !strings.Contains(text, "VALUE:") && !strings.Contains(text, "_file") {
			t.Errorf("shown: %v", err)
		}
	})
}
