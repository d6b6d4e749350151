package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gated is a workflow whose agent has no guard of its own, with its events and
// what stands in its job.
func gated(on, job string) string {
	return "on:\n" + indent(on, "  ") + "permissions: {contents: write}\njobs:\n  look:\n    runs-on: ubuntu-latest\n    outputs: {ok: \"${{ steps.p.outputs.ok }}\"}\n    steps:\n      - id: p\n        run: gh api repos/x/y/collaborators/$USER/permission >> $GITHUB_OUTPUT\n" +
		"  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n" + indent(job, "    ") + "    steps:\n      - uses: anthropics/claude-code-base-action@" + strings.Repeat("a1b2", 10) + "\n        with: {prompt: Sort it}\n"
}

func indent(text, by string) string {
	if text == "" {
		return ""
	}
	return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+by) + "\n"
}

func TestGates(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, on, job string
		open          bool
	}{
		{"nothing", "issues:", "", true},
		{"association", "issues:", "if: github.event.issue.author_association == 'OWNER'", false},
		{"association of contributors", "issues:", `if: contains(fromJSON('["CONTRIBUTOR"]'), github.event.issue.author_association)`, true},
		{"association that shuts some out", "issues:", "if: github.event.issue.author_association != 'NONE'", true},
		{"the comment's author", "issue_comment:", `if: contains(fromJSON('["OWNER","MEMBER"]'), github.event.comment.author_association) && contains(github.event.comment.body, '@bot')`, false},
		{"the issue's author where anybody comments", "issue_comment:", "if: github.event.issue.author_association == 'OWNER'", true},
		{"a name", "issues:", "if: github.actor == 'release-captain'", false},
		{"no bot", "issues:", "if: github.actor != 'dependabot[bot]'", true},
		{"the sender is no bot", "issues:", "if: github.event.sender.type != 'Bot'", true},
		{"one of two ways in", "issues:", "if: github.actor == 'release-captain' || contains(github.event.issue.body, 'please')", true},
		{"each way in", "issues:\nissue_comment:", "if: (github.event_name == 'issues' && github.event.issue.author_association == 'MEMBER') || (github.event_name == 'issue_comment' && github.event.comment.author_association == 'MEMBER')", false},
		{"one event forgotten", "issues:\nissue_comment:", "if: github.event_name != 'issue_comment' || github.event.comment.author_association == 'MEMBER'", true},
		{"another event alone", "issues:\nworkflow_dispatch:", "if: github.event_name == 'workflow_dispatch'", false},
		{"negated group", "issues:", "if: ${{ !(github.actor != 'a-person') }}", true}, // a negated comparison with != is not taken for a gate
		{"label by hand", "issues: {types: [labeled]}", "", false},
		{"labels and more", "issues: {types: [labeled, opened]}", "", true},
		{"named label", "issues: {types: [labeled, opened]}", "if: github.event.label.name == 'ai'", false},
		{"own branch", "pull_request_target:", "if: github.event.pull_request.head.repo.full_name == github.repository", false},
		{"no fork", "pull_request_target:", "if: ${{ !github.event.pull_request.head.repo.fork }}", false},
		{"only forks", "pull_request_target:", "if: github.event.pull_request.head.repo.fork", true},
		{"merged", "pull_request_target: {types: [closed]}", "if: github.event.pull_request.merged == true", false},
		{"workflow_run of pushes", "workflow_run: {workflows: [ci]}", "if: github.event.workflow_run.event == 'push'", false},
		{"workflow_run that failed", "workflow_run: {workflows: [ci]}", "if: github.event.workflow_run.conclusion == 'failure'", true},
		{"look-up in another job", "issues:", "needs: look\nif: needs.look.outputs.ok == 'true'", false},
		{"look-up nobody asks", "issues:", "needs: look", true},
		{"environment", "issues:", "environment: agents", false},
		{"by hand", "workflow_dispatch:", "", false},
		{"push", "push:", "", false},
		{"change of a fork without secrets", "pull_request:", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			open := false
			for _, s := range said(scan(t, ".github/workflows/a.yml", gated(tc.on, tc.job))) {
				open = open || strings.HasSuffix(s, "untrusted-trigger")
			}
			if open != tc.open {
				t.Errorf("anybody can start it: %v, want %v\n%s", open, tc.open, gated(tc.on, tc.job))
			}
		})
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	const top = "on: issues\npermissions: {contents: read}\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n"
	sha := strings.Repeat("a1b2", 10)
	for _, tc := range []struct {
		name, steps string
		want        []string
	}{
		{"number", "      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ github.event.issue.number }}\n", nil},
		{"title", "      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: |\n            Sort\n            ${{ github.event.issue.title }}\n", []string{"12 critical prompt-injection"}},
		{"brackets", "      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ github.event['issue']['title'] }}\n", []string{"10 critical prompt-injection"}},
		{"whole event", "      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ toJSON(github.event) }}\n", []string{"10 critical prompt-injection"}},
		{"only tested", "      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ contains(github.event.issue.title, 'bug') && 'bug' || 'other' }}\n", nil},
		{"through a variable", "      - uses: actions/ai-inference@" + sha + "\n        env: {T: \"${{ github.event.issue.title }}\"}\n        with:\n          prompt: ${{ env.T }}\n", []string{"11 high prompt-env-indirect"}},
		{"through an output", "      - id: get\n        run: echo \"t=${{ github.event.issue.title }}\" >> $GITHUB_OUTPUT\n      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ steps.get.outputs.t }}\n", []string{"12 high prompt-env-indirect"}},
		{"script of the event", "      - id: get\n        uses: actions/github-script@" + sha + "\n        with:\n          script: core.setOutput('t', context.payload.issue.title)\n      - uses: actions/ai-inference@" + sha + "\n        with:\n          prompt: ${{ steps.get.outputs.t }}\n", []string{"14 high prompt-env-indirect"}},
		{"command", "      - run: llm \"Sort ${{ github.event.issue.title }}\"\n", []string{"8 medium untrusted-trigger", "8 high cli-run"}},
		{"installed only", "      - run: npm install -g @anthropic-ai/claude-code && claude --version\n", nil},
		{"model's API", "      - run: |\n          curl https://api.openai.com/v1/chat/completions -d \"$BODY\"\n        env: {BODY: \"${{ github.event.issue.body }}\"}\n", []string{"9 medium untrusted-trigger", "10 high prompt-env-indirect", "9 high cli-run"}},
		{"list of models", "      - run: curl https://api.openai.com/v1/models\n", nil},
		{"answer in a script", "      - id: ask\n        uses: actions/ai-inference@" + sha + "\n        with: {prompt: Hi}\n      - run: echo ${{ steps.ask.outputs.response }}\n", []string{"11 critical output-executed"}},
		{"answer in a variable", "      - id: ask\n        uses: actions/ai-inference@" + sha + "\n        with: {prompt: Hi}\n      - run: echo \"$A\"\n        env: {A: \"${{ steps.ask.outputs.response }}\"}\n", nil},
		{"answer run", "      - id: ask\n        uses: actions/ai-inference@" + sha + "\n        with: {prompt: Hi}\n      - run: eval \"$A\"\n        env: {A: \"${{ steps.ask.outputs.response }}\"}\n", []string{"11 critical output-executed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range said(scan(t, ".github/workflows/a.yml", top+tc.steps)) {
				if !strings.HasSuffix(s, "medium untrusted-trigger") || len(tc.want) > 1 {
					got = append(got, s)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%s", diff, top+tc.steps)
			}
		})
	}
}

func FuzzScan(f *testing.F) {
	f.Add(".github/workflows/a.yml", gated("issues:", "if: (((((!(a)&&b)||c"))
	f.Add("action.yml", "runs:\n  using: composite\n  steps:\n    - run: claude -p \"${{ inputs.x }}\" | sh\n")
	f.Add(".github/workflows/a.md", "---\non: issues\nengine: claude\nroles: all\n---\n${{ github.event.issue.title }}\n")
	f.Add(".github/workflows/a.yml", "on: issues\njobs: {a: {steps: [{uses: anthropics/claude-code-action@v1, with: {claude_args: '--allowedTools \"Bash(', settings: '{\"a\":'}}]}}\n")
	f.Fuzz(func(t *testing.T, path, text string) {
		for _, x := range scan(t, path, text).Findings {
			if x.Region.Line < 1 || x.Region.Column < 1 || x.Rule == "" || x.Integration == "" {
				t.Errorf("%+v", x)
			}
		}
	})
}

func TestHostileConditionsEnd(t *testing.T) {
	t.Parallel()
	for _, cond := range []string{strings.Repeat("(", 5000), strings.Repeat("!", 5000), strings.Repeat("a && (b || c) && ", 500), strings.Repeat("(a || b) && ", 100) + "c", strings.Repeat("'", 3001)} {
		scan(t, ".github/workflows/a.yml", gated("issues:", "if: \""+strings.ReplaceAll(cond, `"`, "")+"\""))
	}
}
