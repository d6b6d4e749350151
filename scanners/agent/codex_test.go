package agent

import "testing"

func TestCodexRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rules, want string }{
		{`prefix_rule(pattern=["bash"], decision="allow")`, "bash"},
		{`prefix_rule(pattern = ["curl"])`, "curl"}, // to allow is the default
		{"prefix_rule(\n    pattern = [\"gh\", \"api\"],\n    decision = \"allow\",\n    justification = \"releases (all)\",\n)", "gh api"},
		{`prefix_rule(pattern=[["npx", "bunx"]], decision="allow")`, "npx"},
		{`prefix_rule(pattern=['python3', '-c'], decision='allow')`, "python3 -c"},
		{`prefix_rule(pattern=["bash"], decision="prompt")`, ""},
		{`prefix_rule(pattern=["bash"], decision="forbidden")`, ""},
		{`# prefix_rule(pattern=["bash"], decision="allow")`, ""},
		{`prefix_rule(pattern=["git", "status"], decision="allow")`, ""},
		{`prefix_rule(pattern=["go", "test"], decision="allow", match=["go test ./...", ["bash"]])`, ""},
		{`prefix_rule(pattern=TOOLS, decision="allow")`, ""},
		{`prefix_rule(pattern=["bash"`, "bash"},
		{`prefix_rule(`, ""},
	} {
		got := ""
		for _, f := range scan(t, ".codex/rules/default.rules", c.rules) {
			if f.Rule == ruleBroadAllow {
				got = f.Slot
			}
		}
		if got != c.want {
			t.Errorf("%s: lets %q run, want %q", c.rules, got, c.want)
		}
	}
}
