package agent

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, content, want string }{
		{"package.json", `{"scripts":{"agent":"claude --dangerously-skip-permissions -p \"fix\""}}`, "claude-code --dangerously-skip-permissions"},
		{"Makefile", "agent:\n\tcodex --yolo \"update\"\n", "codex --yolo"},
		{"scripts/a.sh", "codex exec --dangerously-bypass-approvals-and-sandbox \"$1\"\n", "codex --dangerously-bypass-approvals-and-sandbox"},
		{"a.sh", "npx @google/gemini-cli && gemini --approval-mode=yolo -p x\n", "gemini-cli --approval-mode=yolo"},
		{"a.ps1", "claude.exe --permission-mode bypassPermissions\n", ""},
		{"a.sh", "/usr/bin/claude --permission-mode bypassPermissions\n", "claude-code --permission-mode bypassPermissions"},
		{"a.sh", "copilot -p x --allow-all-tools\n", "copilot-cli --allow-all-tools"},
		{"a.sh", "# claude --dangerously-skip-permissions\necho 'claude --dangerously-skip-permissions'\n", ""},
		{"a.sh", "claude -p x --allowedTools Read\n", ""},
		{"a.sh", "git push --force\nnpm install --force\n", ""},
		{"a.sh", "codex exec --sandbox workspace-write x\n", ""},
		{"a.sh", "mytool --yolo\n", ""},
	} {
		if NewScripts().Candidate(c.path) == scanners.NoInterest {
			t.Errorf("%s is no candidate", c.path)
		}
		r := NewScripts().Scan(scanners.File{Path: c.path, Data: []byte(c.content)}, nil)
		var got []string
		for _, f := range r.Findings {
			got = append(got, f.Client+" "+f.Slot)
			if shown := f.Excerpt.Text[f.Excerpt.Start:f.Excerpt.End]; !strings.HasPrefix(f.Slot, shown) {
				t.Errorf("%s: the excerpt shows %q", c.content, shown)
			}
		}
		if strings.Join(got, ", ") != c.want || len(r.Sightings) != len(got) {
			t.Errorf("%s: %q (%d sightings), want %q", c.content, got, len(r.Sightings), c.want)
		}
	}
}

func FuzzScripts(f *testing.F) {
	f.Add("codex --yolo \"x\"\r\nclaude\t--dangerously-skip-permissions")
	f.Fuzz(func(t *testing.T, content string) {
		NewScripts().Scan(scanners.File{Path: "a.sh", Data: []byte(content)}, nil)
	})
}
