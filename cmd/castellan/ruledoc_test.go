package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// docs/rules.md is the rules' own metadata. `go test ./cmd/castellan -run
// TestRulesAreDocumented -update` writes it.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	const name = "../../docs/rules.md"
	want := ruleDocument()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/rules.md is not what the rules say (-want +got):\n%s", diff)
	}
}

// TestEveryRuleIsMeasured: the table names every rule that a scan can report,
// and no other.
func TestEveryRuleIsMeasured(t *testing.T) {
	t.Parallel()
	for _, r := range sortedRules() {
		if measuredNote(r.ID) == "" {
			t.Errorf("%s: not in measured.tsv", r.ID)
		}
	}
	if got, want := strings.Count(measuredTable, "\n"), len(sortedRules())+1; got != want {
		t.Errorf("measured.tsv has %d lines, want a head and one for each of %d rules", got, want-1)
	}
}

func ruleDocument() string {
	var b strings.Builder
	b.WriteString(`# What is checked

Every rule, as ` + "`castellan explain RULE`" + ` tells it. Made from the rules themselves; do not edit. Severity is the highest a rule reports; what is
done about a finding is the policy's, and the last column says what that is by default at that severity ([policy.md](policy.md)). In examples,
documentation and tests everything but a credential is a step less severe and never blocks.

| rule | severity | by default | question |
|---|---|---|---|
`)
	rules := sortedRules()
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", r.ID, r.ID, r.Severity, defaultAction(r), r.Question)
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n%s\n\nHow to fix it: %s\n\n", r.ID, r.Question, r.Why, r.Fix)
		if note := measuredNote(r.ID); note != "" {
			fmt.Fprintf(&b, "Measured: %s\n\n", note)
		}
		specimen(&b, "This is reported", r.Bad)
		specimen(&b, "This is not", r.Benign)
		for _, d := range r.Docs {
			fmt.Fprintf(&b, "- <%s>\n", d)
		}
	}
	return b.String()
}

// specimen is an example in a fence longer than any in it.
func specimen(b *strings.Builder, head string, e scanners.Example) {
	fence := "```"
	for strings.Contains(e.Content, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "%s, in `%s`:\n\n%s\n%s\n%s\n\n", head, e.Path, fence, strings.TrimRight(report.Specimen(e.Content), "\n"), fence)
}

// defaultAction is what the built-in policy does about a finding of the highest
// severity.
func defaultAction(r scanners.Rule) string {
	s := policy.Subject{Rule: r.ID, Severity: r.Severity, Confidence: credential.High, Broad: true}
	if policy.AboutCredentials(r.ID) {
		s.Credential = &credential.Identity{}
	}
	return string(policy.Defaults().Decide(s, time.Time{}).Action)
}
