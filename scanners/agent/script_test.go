package agent

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, content, want string }{
		{"package.json", `{"scripts":{"agent":"claude --dangerously-skip-permissions -p \"fix\""}}`, "claude-code --dangerously-skip-permissions"},
		{"Makefile", "agent:\n\tcodex --yolo \"update\"\n", "codex --yolo"},
		{"scripts/a.sh", "codex exec --dangerously-bypass-approvals-and-sandbox \"$1\"\n", "codex --dangerously-bypass-approvals-and-sandbox"},
		{"a.sh", "npx @google/gemini-cli && gemini --approval-mode=yolo -p x\n", "gemini-cli --approval-mode=yolo"},
		{"a.sh", "gemini -y -p x\n", "gemini-cli -y"},
		{"a.sh", "npm install -g gemini-cli -y\napt-get install -y qwen\n", ""},
		{"a.sh", "npx -y @anthropic-ai/claude-code@1.0.0 --dangerously-skip-permissions\n", "claude-code --dangerously-skip-permissions"},
		{"Dockerfile", "CMD [\"claude\", \"--dangerously-skip-permissions\"]\n", "claude-code --dangerously-skip-permissions"},
		{"compose.yaml", "services:\n  a:\n    command: codex --yolo\n", "codex --yolo"},
		{".vscode/tasks.json", `{"tasks":[{"command":"claude --dangerously-skip-permissions"}]}`, "claude-code --dangerously-skip-permissions"},
		{"copilot.fish", "complete -c copilot -l yolo -d 'Same as --allow-all-tools --allow-all-paths'\n", ""},
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

func TestStartupTasks(t *testing.T) {
	t.Parallel()
	const file = "<?xml version=\"1.0\"?>\n<project version=\"4\">\n  <component name=\"ProjectStartupSharedConfiguration\">\n    <configurations>\n" +
		"      <configuration name=\"setup\" type=\"ShConfigurationType\" />\n    </configurations>\n  </component>\n</project>\n"
	for content, want := range map[string]string{
		file: "setup 5",
		strings.Replace(file, "ProjectStartupSharedConfiguration", "RunManager", 1):                              "",
		strings.Replace(file, "      <configuration name=\"setup\" type=\"ShConfigurationType\" />\n", "", 1):    "",
		"<project><component name='ProjectStartupSharedConfiguration'><configurations><configuration name='a'/>": "a 1",
		"no XML": "",
	} {
		r := NewScripts().Scan(scanners.File{Path: "sub/.idea/startup.xml", Data: []byte(content)}, nil)
		got := ""
		for _, f := range r.Findings {
			got = fmt.Sprint(f.Slot, " ", f.Region.Line)
			if !strings.HasPrefix(f.Excerpt.Text[f.Excerpt.Start:], "<configuration") {
				t.Errorf("%s: the excerpt shows %q", content, f.Excerpt.Text[f.Excerpt.Start:f.Excerpt.End])
			}
		}
		if got != want || len(r.Sightings) != len(r.Findings) {
			t.Errorf("%s: %q, want %q", content, got, want)
		}
	}
	if NewScripts().Candidate("app/startup.xml") != scanners.NoInterest {
		t.Error("any startup.xml is a candidate")
	}
}

// A setting that only one of the two knows is never looked at.
func TestExecutableSettingsAreInTheGate(t *testing.T) {
	t.Parallel()
	for _, f := range catalog.Formats() {
		if f.ID != "vscode-settings" {
			continue
		}
		for _, name := range executableSettings {
			if !slices.Contains(f.Gate, "/"+name) {
				t.Errorf("formats.yaml does not open .vscode/settings.json for %s", name)
			}
		}
		return
	}
	t.Error("vscode-settings is gone")
}

func FuzzScripts(f *testing.F) {
	f.Add("codex --yolo \"x\"\r\nclaude\t--dangerously-skip-permissions")
	f.Fuzz(func(t *testing.T, content string) {
		NewScripts().Scan(scanners.File{Path: "a.sh", Data: []byte(content)}, nil)
		NewScripts().Scan(scanners.File{Path: ".idea/startup.xml", Data: []byte(content)}, nil)
	})
}
