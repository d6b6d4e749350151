package survey

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
)

// What a workflow and an action that it runs show together, and what a gate or a
// check of the action's own leaves of it.
func TestCalls(t *testing.T) {
	t.Parallel()
	caller := func(change func(*scanners.Call)) File {
		c := scanners.Call{To: ".github/actions/ask", Job: "ask", Open: []string{"issues"}, Writes: []string{"contents: write"}, Given: []scanners.Given{{Input: "text", Source: "github.event.issue.body", Place: scanners.Finding{Path: ".github/workflows/a.yml"}}}}
		change(&c)
		return File{Path: ".github/workflows/a.yml", Result: scanners.Result{Calls: []scanners.Call{c}}}
	}
	action := func(change func(*scanners.Callee)) File {
		a := scanners.Callee{Name: "Gemini CLI", Told: []string{"text"}, Acts: true, Place: scanners.Finding{Path: ".github/actions/ask/action.yml", Integration: "product:gemini-cli"}}
		change(&a)
		return File{Path: ".github/actions/ask/action.yml", Result: scanners.Result{Callees: []scanners.Callee{a}}}
	}
	same := func(*scanners.Call) {}
	plain := func(*scanners.Callee) {}
	for _, tc := range []struct {
		name  string
		files []File
		want  []string
	}{
		{"open", []File{action(plain), caller(same)}, []string{".github/actions/ask/action.yml wf-agent-untrusted-trigger high", ".github/actions/ask/action.yml wf-agent-write-permissions high", ".github/workflows/a.yml wf-agent-prompt-injection critical"}},
		{"gated", []File{action(plain), caller(func(c *scanners.Call) { c.Open, c.Given = nil, nil })}, nil},
		{"guards itself", []File{action(func(a *scanners.Callee) { a.Guards = true }), caller(same)}, []string{".github/workflows/a.yml wf-agent-prompt-injection medium"}},
		{"another input", []File{action(func(a *scanners.Callee) { a.Told = []string{"number"} }), caller(func(c *scanners.Call) { c.Writes = nil })}, []string{".github/actions/ask/action.yml wf-agent-untrusted-trigger medium"}},
		{"everybody", []File{action(func(a *scanners.Callee) { a.Guards, a.People = true, []string{"users"} }), caller(func(c *scanners.Call) {
			c.Given, c.Writes = nil, nil
			c.Stars = []scanners.Given{{Input: "users", Place: scanners.Finding{Path: ".github/workflows/a.yml"}}}
		})}, []string{".github/actions/ask/action.yml wf-agent-untrusted-trigger medium", ".github/workflows/a.yml wf-agent-wildcard-users high"}},
		{"called by nobody", []File{action(plain)}, nil},
		{"not there", []File{caller(same)}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range (&Tree{Workflows: tc.files}).calls() {
				got = append(got, f.Path+" "+f.Rule+" "+f.Severity.String())
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJoined(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]bool{
		".github/workflows/a.yml": true, "sub/.github/workflows/a.yaml": true, ".github/actions/x/action.yml": true, "action.yaml": true, ".github/workflows/a.md": false, "workflows/a.yml": false, "x.yml": false,
	} {
		if got := Joined(p); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
}
