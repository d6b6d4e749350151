package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

func finding(id string, s scanners.Severity, a policy.Action, path string, line int) scan.Finding {
	return scan.Finding{
		Finding: scanners.Finding{Rule: "r", Severity: s, Integration: id, Path: path, Region: scanners.Region{Line: line}},
		Action:  a,
	}
}

func TestFindingsAreOrdered(t *testing.T) {
	t.Parallel()
	r := &scan.Report{Findings: []scan.Finding{
		finding("a", scanners.Info, policy.Note, "a", 1),
		finding("a", scanners.Critical, policy.Block, "b", 10),
		finding("a", scanners.Critical, policy.Off, "a", 1),
		finding("a", scanners.Critical, policy.Block, "b", 9),
		finding("a", scanners.Critical, policy.Warn, "a", 12),
	}}
	var got []string
	for _, f := range Findings(r) {
		got = append(got, f.Severity.String()+" "+Location(f.Path, f.Region.Line, 0))
	}
	want := []string{"critical a:12", "critical b:9", "critical b:10", "info a:1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestGroupsGoByDanger(t *testing.T) {
	t.Parallel()
	integration := func(id, name string) scan.Integration {
		return scan.Integration{Integration: scanners.Integration{ID: id, Name: name}}
	}
	r := &scan.Report{
		Integrations: []scan.Integration{integration("quiet", "b quiet"), integration("low", "Low"), integration("idle", "A idle"), integration("many", "Many")},
		Findings: []scan.Finding{
			finding("low", scanners.LowSeverity, policy.Block, "a", 1),
			finding("warned", scanners.Critical, policy.Warn, "a", 2),
			finding("few", scanners.Critical, policy.Block, "a", 3),
			finding("many", scanners.Critical, policy.Block, "b", 4),
			finding("many", scanners.Critical, policy.Block, "b", 5),
			finding("off", scanners.Critical, policy.Off, "b", 6),
		},
	}
	groups, rest := Groups(r)
	var got, idle []string
	for _, g := range groups {
		got = append(got, g.Name())
	}
	for _, in := range rest {
		idle = append(idle, in.Name)
	}
	if diff := cmp.Diff([]string{"Many", "few", "warned", "Low"}, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A idle", "b quiet"}, idle); diff != "" {
		t.Errorf("rest (-want +got):\n%s", diff)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	keyed := func(hash string, publishable bool) scan.Finding {
		f := finding("a", scanners.Critical, policy.Block, "a", 1)
		f.Credential = &credential.Identity{Hash: hash, Publishable: publishable}
		return f
	}
	r := &scan.Report{Findings: []scan.Finding{
		keyed("1", false), keyed("1", false), keyed("2", false), keyed("3", true),
		finding("a", scanners.LowSeverity, policy.Warn, "a", 1), finding("a", scanners.Info, policy.Note, "a", 1), finding("a", scanners.High, policy.Off, "a", 1),
	}}
	got := Count(r)
	want := Tally{Findings: 6, Block: 4, Warn: 1, Note: 1, Credentials: 2}
	want.Severity[scanners.Critical], want.Severity[scanners.LowSeverity], want.Severity[scanners.Info] = 4, 1, 1
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Count (-want +got):\n%s", diff)
	}
	if got.String() != "4 critical, 1 low, 1 info" {
		t.Errorf("String = %q", got.String())
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	same := func(want, got string) {
		t.Helper()
		if want != got {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	same("0", Number(0))
	same("-1,234,567", Number(-1234567))
	same("-123", Number(-123))
	same("999", Number(999))
	same("1 finding", Plural(1, "finding", "findings"))
	same("1,000 findings", Plural(1000, "finding", "findings"))
	same("a:1:2", Location("a", 1, 2))
	same("a:1", Location("a", 1, 0))
	same("a", Location("a", 0, 3))
	same("MCP server", KindName(scanners.KindMCPServer))
	same("model provider", KindName(scanners.KindModelProvider))
	same("3 commits, 1 file, 1 candidate read, 1 skipped, not complete",
		Coverage(&scan.Coverage{Commits: 3, Files: 1, Scanned: 1, Skipped: make([]scan.Skip, 1)}))
	same("folder", ModeName(&scan.Target{Mode: scan.ModeTree}, ""))
	same("revision 1234567890", ModeName(&scan.Target{Mode: scan.ModeHead, Commit: "1234567890abcdef"}, ""))
	same("range up to 12", ModeName(&scan.Target{Mode: scan.ModeRange, Commit: "12"}, ""))
	same("range main..HEAD at 12", ModeName(&scan.Target{Mode: scan.ModeRange, Commit: "12"}, "main..HEAD"))
	same("4", Number(Most(4, 4)))
	same("5", Number(Most(5, 4)))
	same("4", Number(Most(6, 4)))
	same("", Hidden(&scan.Report{}))
	same("Not shown: 1 finding of the baseline and 2 waived findings.", Hidden(&scan.Report{Known: 1, Waived: 2}))
}

func TestSentences(t *testing.T) {
	t.Parallel()
	const text = "Uses v1.2 of it, e.g. here. Runs `a. B` then. `Third` one? Fourth."
	for n, want := range map[int]string{
		1: "Uses v1.2 of it, e.g. here.",
		2: "Uses v1.2 of it, e.g. here. Runs `a. B` then.",
		3: "Uses v1.2 of it, e.g. here. Runs `a. B` then. `Third` one?",
		9: text,
	} {
		if diff := cmp.Diff(want, Sentences(text, n)); diff != "" {
			t.Errorf("Sentences(%d) (-want +got):\n%s", n, diff)
		}
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	want := scanners.Text{{Text: "Run "}, {Text: "git rm", Code: true}, {Text: " now"}}
	if diff := cmp.Diff(want, Prose("Run `git rm` now")); diff != "" {
		t.Errorf("Prose (-want +got):\n%s", diff)
	}
}

func TestSpecimenHoldsNoKey(t *testing.T) {
	t.Parallel()
	key := "ghp_" + strings.Repeat("aB3", 12)
	for in, want := range map[string]string{
		`{"TOKEN": "` + key + `"}`:                    `{"TOKEN": "ghp_…"}`,
		"GITHUB_PERSONAL_ACCESS_TOKEN=${A}":           "GITHUB_PERSONAL_ACCESS_TOKEN=${A}",
		"example-web-mcp@1.4.2 " + "1234567890123456": "example-web-mcp@1.4.2 1234567890123456",
		"k=5f0c7d1e-" + "93ab-4c2e-8d17-6b2f9e04c3a8": "k=5f0c…",
	} {
		if diff := cmp.Diff(want, Specimen(in)); diff != "" {
			t.Errorf("Specimen (-want +got):\n%s", diff)
		}
	}
}
