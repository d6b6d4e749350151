package mcp

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

func scan(t testing.TB, path, content string) []scanners.Finding {
	t.Helper()
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return config.New(New()).Scan(scanners.File{Path: path, Data: []byte(content)}, h).Findings
}

func TestEveryRuleIsWholeAndItsExamplesHold(t *testing.T) {
	t.Parallel()
	for _, r := range New().Rules() {
		if r.ID == "" || r.Question == "" || r.Why == "" || r.Fix == "" || len(r.Docs) == 0 || r.Bad.Content == "" || r.Benign.Content == "" {
			t.Errorf("%s lacks metadata", r.ID)
		}
		raised := false
		for _, f := range scan(t, r.Bad.Path, r.Bad.Content) {
			raised = raised || f.Rule == r.ID
			if f.Rule == r.ID && f.Severity > r.Severity {
				t.Errorf("%s reports %s, more than it says (%s)", r.ID, f.Severity, r.Severity)
			}
		}
		if !raised {
			t.Errorf("%s: its bad example raises nothing of it", r.ID)
		}
		for _, f := range scan(t, r.Benign.Path, r.Benign.Content) {
			t.Errorf("%s: its benign example raises %s: %s", r.ID, f.Rule, f.Message)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, r := range New().Rules() {
		for _, e := range []scanners.Example{r.Bad, r.Benign} {
			f.Add(e.Path, e.Content)
		}
	}
	f.Fuzz(func(t *testing.T, path, content string) {
		for _, x := range scan(t, path, content) {
			if x.Rule == "" || x.Region.Line < 0 || x.Excerpt.Start > x.Excerpt.End || x.Excerpt.End > len(x.Excerpt.Text) {
				t.Fatalf("finding %+v", x)
			}
		}
	})
}
