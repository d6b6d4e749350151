package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

func TestTighten(t *testing.T) {
	t.Parallel()
	org, err := Read("castellan.yml", []byte("version: 1\nrules: {mcp-sudo: {action: warn}, mcp-sse-transport: {action: off}}\nowners: [{match: \"docs/**\", owner: \"@acme/docs\"}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	repo, err := ReadRepository(".github/castellan.yml", []byte(`version: 1
rules:
  mcp-sudo: {action: note}
  mcp-sse-transport: {action: note}
  mcp-remote-code-pipe: {action: warn}
  mcp-secret-in-env: {action: "off"}
  mcp-unpinned-package: {action: block}
  mcp-shell-server: {action: off}
  mcp-inline-code: {action: warn}
  mcp-unpinned-image: {action: note}
owners:
- {match: "**", owner: "@acme/team"}
- {match: "docs/**", owner: "@acme/docs"}
`))
	if err != nil {
		t.Fatal(err)
	}
	p, notices := org.Tighten(repo)
	want := []string{
		`.github/castellan.yml: "off" for mcp-secret-in-env counts only where it raises: the organisation's policy may go up to "block"`,
		`.github/castellan.yml: "off" for mcp-shell-server counts only where it raises: the organisation's policy may go up to "warn"`,
		`.github/castellan.yml: "note" for mcp-sudo counts only where it raises: the organisation's policy may go up to "warn"`,
		`.github/castellan.yml: "warn" for mcp-remote-code-pipe counts only where it raises: the organisation's policy may go up to "block"`,
	}
	want[0], want[1], want[2], want[3] = want[3], want[0], want[1], want[2]
	if diff := cmp.Diff(want, notices); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	for rule, action := range map[string]Action{
		"mcp-sudo": Warn, "mcp-sse-transport": Note, "mcp-remote-code-pipe": Block, "mcp-unpinned-package": Block, "mcp-inline-code": Warn, "mcp-shell-server": Note,
	} {
		if d := p.Decide(Subject{Rule: rule, Severity: scanners.Medium}, now); d.Action != action {
			t.Errorf("%s: %+v, want %s", rule, d, action)
		}
	}
	if diff := cmp.Diff([]string{"@acme/docs", "@acme/team"}, p.OwnersOf("acme/x", "docs/a")); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	if got := org.OwnersOf("acme/x", "src/a"); got != nil {
		t.Errorf("the organisation's policy was changed: %v", got)
	}
	if d := org.Decide(Subject{Rule: "mcp-sse-transport"}, now); d.Action != Off {
		t.Errorf("the organisation's policy was changed: %+v", d)
	}
	if same, notices := org.Tighten(nil); same != org || notices != nil {
		t.Errorf("nil: %v", notices)
	}
}

// Whatever a repository says, no finding gets a weaker action, nor one that
// neither the organisation nor the repository asked for.
func TestTightenOnlyRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.MapOf(rapid.SampledFrom(stable), rapid.SampledFrom(actions))
		org := Defaults()
		org.Rules = rules.Draw(t, "organisation")
		first, _ := org.Tighten(&Policy{Rules: rules.Draw(t, "first")})
		second := rules.Draw(t, "second")
		p, _ := first.Tighten(&Policy{Rules: second})
		s := Subject{
			Rule:     rapid.SampledFrom(stable).Draw(t, "rule"),
			Severity: scanners.Severity(rapid.IntRange(0, 4).Draw(t, "severity")),
			Broad:    rapid.Bool().Draw(t, "broad"),
			Local:    rapid.Bool().Draw(t, "local"),
		}
		if rapid.Bool().Draw(t, "credential") {
			s.Credential = &credential.Identity{Publishable: rapid.Bool().Draw(t, "publishable")}
			s.Confidence = credential.Confidence(rapid.IntRange(0, 2).Draw(t, "confidence"))
		}
		before, after := first.Decide(s, now).Action, p.Decide(s, now).Action
		if after.Below(before) {
			t.Fatalf("%+v: %s became %s", s, before, after)
		}
		if after != before && after != second[s.Rule] && !(s.Local && after == Note) {
			t.Fatalf("%+v: %s became %s without being asked", s, before, after)
		}
		if s.Local && Note.Below(after) {
			t.Fatalf("%+v: %s", s, after)
		}
	})
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"rules", "rules", 0}, {"rule", "rules", 1}, {"ruels", "rules", 1}, {"rxles", "rules", 1}, {"kitten", "sitting", 3}} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("%q, %q: %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}
