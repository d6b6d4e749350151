package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// result is what one command line gave.
type result struct {
	code           int
	stdout, stderr string
}

// castellan runs one command line in this process. settings are NAME=value on
// top of a hash key.
func castellan(t testing.TB, settings []string, args ...string) result {
	t.Helper()
	env := map[string]string{"CASTELLAN_HASH_KEY": testKey}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		env[name] = value
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, func(name string) string { return env[name] }, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// files are contents by slash path.
type files map[string]string

// put writes files below dir, with the folders they need.
func put(t testing.TB, dir string, f files) {
	t.Helper()
	for name, content := range f {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// git runs git in dir, without this machine's configuration.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), commandEnv(dir)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// server is a file of one MCP server that leaks a key.
func server(name, key string) string {
	quoted, err := json.Marshal(name)
	if err != nil {
		panic(err) // strings always marshal
	}
	return `{"mcpServers": {` + string(quoted) + `: {"command": "some-mcp", "env": {"GITHUB_TOKEN": "` + key + `"}}}}`
}

// output is the part of the JSON output that tests look at.
type output struct {
	Targets []struct {
		Target, Mode string
		Coverage     struct {
			Files, Scanned int
			Complete       bool
			Skipped        []struct{ Path, Reason string }
		}
	}
	Findings []struct {
		Rule, Path, Message, Pointer, Action, Severity string
		Line, Column, EndLine, EndColumn               int
	}
	Notices []string
}

// readReport refuses what is not one JSON document in UTF-8.
func readReport(t testing.TB, out string) *output {
	t.Helper()
	// The contract's names have underscores; the fields here have none.
	var r output
	if err := json.Unmarshal([]byte(strings.NewReplacer(`"end_line"`, `"endLine"`, `"end_column"`, `"endColumn"`).Replace(out)), &r); err != nil {
		t.Fatalf("output is no JSON: %v\n%.2000s", err, out)
	}
	return &r
}

// paths are where a rule found something, sorted, each once.
func (r *output) paths(rule string) []string {
	found := map[string]bool{}
	for _, f := range r.Findings {
		if f.Rule == rule {
			found[f.Path] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// skipped are the reasons of skipped paths.
func (r *output) skipped() map[string]string {
	reasons := map[string]string{}
	for _, target := range r.Targets {
		for _, s := range target.Coverage.Skipped {
			reasons[s.Path] = s.Reason
		}
	}
	return reasons
}
