package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// candidates are paths of every syntax and role that are read.
var candidates = []string{
	".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json", "mcp.json", ".codex/config.toml", "mcp.toml", "librechat.yaml", "goose/config.yaml", "mcp.yaml",
	".claude/agents/a.md", ".claude/settings.json", ".claude/settings.local.json", "opencode.json", ".gemini/settings.json", "claude_desktop_config.json",
	"mcp.example.json", "server.json", "apm.yml", "smithery.yaml", "openclaw.json", ".continue/config.yaml", ".github/castellan.yml",
}

// slow is far more than any file may take, on any machine.
const slow = 20 * time.Second

// FuzzScan: a file of any content at any candidate path gives output of every
// format, in bounded time, with positions inside the file.
func FuzzScan(f *testing.F) {
	for _, canary := range canaries() {
		contents := slots(canary)
		for i, name := range slices.Sorted(maps.Keys(contents)) {
			_, base, _ := strings.Cut(name, "/")
			f.Add(uint8(max(0, slices.Index(candidates, base))), []byte(contents[name]))
			f.Add(uint8(i), []byte(contents[name]))
		}
	}
	for _, r := range ruleList() {
		f.Add(uint8(0), []byte(r.Bad.Content))
		f.Add(uint8(1), []byte(r.Benign.Content))
	}
	f.Add(uint8(0), []byte(strings.Repeat(`{"mcpServers":`, 300)))
	f.Add(uint8(6), []byte("a: &a [*a, *a]\nb: *a\n"))
	f.Add(uint8(1), []byte("{\"mcpServers\": {\"\x1b[31m\n\x00\xff\": {\"command\": \"\u202e\"}}}"))
	s := scanSchema(f)
	f.Fuzz(func(t *testing.T, at uint8, data []byte) {
		name := candidates[int(at)%len(candidates)]
		dir := t.TempDir()
		put(t, dir, files{name: string(data)})
		begin := time.Now()
		got := castellan(t, nil, "scan", "--format", "json", dir)
		if took := time.Since(begin); took > slow {
			t.Errorf("took %s for %d bytes", took, len(data))
		}
		if got.stderr != "" {
			t.Errorf("stderr %q", got.stderr)
		}
		validate(t, s, got.stdout)
		for _, finding := range readReport(t, got.stdout).Findings {
			if err := inside(data, finding.Line, finding.Column, finding.EndLine, finding.EndColumn); err != nil || finding.Path != path.Clean(name) {
				t.Errorf("%+v: %v", finding, err)
			}
		}
		text := castellan(t, nil, "scan", dir)
		if c := control(text.stdout + text.stderr); c != "" {
			t.Errorf("text holds control characters: %q", c)
		}
		if text.code != got.code {
			t.Errorf("exit codes %d and %d", text.code, got.code)
		}
		if sarif := castellan(t, nil, "scan", "--format", "sarif", dir); !json.Valid([]byte(sarif.stdout)) {
			t.Errorf("SARIF is no JSON: %.200q", sarif.stdout)
		}
		for _, format := range []string{"csv", "markdown"} {
			castellan(t, nil, "scan", "--format", format, dir)
		}
	})
}

// inside says whether a region lies in the file. Line 0 is the file as a whole.
func inside(data []byte, line, column, endLine, endColumn int) error {
	if line == 0 {
		if column != 0 || endLine != 0 || endColumn != 0 {
			return fmt.Errorf("a place without a line")
		}
		return nil
	}
	lines := lengths(data)
	for _, at := range [][2]int{{line, column}, {endLine, endColumn}} {
		if at[0] < 1 || at[0] > len(lines) || at[1] < 1 || at[1] > lines[at[0]-1]+1 {
			return fmt.Errorf("%d:%d is not in the file", at[0], at[1])
		}
	}
	if endLine < line || endLine == line && endColumn < column {
		return fmt.Errorf("%d:%d ends at %d:%d", line, column, endLine, endColumn)
	}
	return nil
}

// lengths are the bytes of every line, with what ends it.
func lengths(data []byte) []int {
	n := []int{}
	for _, l := range strings.SplitAfter(string(data), "\n") {
		n = append(n, len(l))
	}
	return n
}
