package workflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/workflow"
)

func scan(t testing.TB, path, text string) scanners.Result {
	t.Helper()
	return workflow.New().Scan(scanners.File{Path: path, Data: []byte(text)}, nil)
}

// said are the findings as "line severity rule".
func said(r scanners.Result) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%d %s %s", f.Region.Line, f.Severity, strings.TrimPrefix(f.Rule, "wf-agent-")))
	}
	return out
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, r := range (workflow.Scanner{}).Rules() {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			bad := scan(t, r.Bad.Path, r.Bad.Content)
			if !slices.ContainsFunc(bad.Findings, func(f scanners.Finding) bool { return f.Rule == r.ID && f.Severity == r.Severity }) {
				t.Errorf("the bad example raises %q\n%s", said(bad), r.Bad.Content)
			}
			benign := scan(t, r.Benign.Path, r.Benign.Content)
			if diff := cmp.Diff([]string(nil), said(benign)); diff != "" {
				t.Errorf("the benign example (-want +got):\n%s\n%s", diff, r.Benign.Content)
			}
		})
	}
}
