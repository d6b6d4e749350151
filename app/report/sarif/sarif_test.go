package sarif

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, r *scan.Report, opt Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, fixture.Rules(), opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parse(t *testing.T, data []byte) *log {
	t.Helper()
	var l log
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		t.Fatal(err)
	}
	return &l
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*scan.Report{"full.sarif": fixture.Full(), "empty.sarif": fixture.Empty()} {
		got := render(t, r, Options{})
		valid(t, name, parse(t, got))
		fixture.Golden(t, name, got, *update)
	}
}

// valid checks what the SARIF specification and GitHub ask for.
func valid(t *testing.T, name string, l *log) {
	t.Helper()
	if l.Version != "2.1.0" || len(l.Runs) != 1 {
		t.Fatalf("%.40q: version %s, %d runs", name, l.Version, len(l.Runs))
	}
	run := l.Runs[0]
	if run.Tool.Driver.Name == "" || run.Results == nil || len(run.Invocations) != 1 {
		t.Errorf("%.40q: a required property is missing", name)
	}
	levels := []string{"error", "warning", "note"}
	score := regexp.MustCompile(`^(10|[0-9])\.[0-9]$`)
	for _, r := range run.Tool.Driver.Rules {
		if r.ID == "" || r.Short.Text == "" || r.Full.Text == "" || r.Help.Text == "" || !slices.Contains(levels, r.Defaults.Level) {
			t.Errorf("%.40q: rule %q is not whole", name, r.ID)
		}
		if !score.MatchString(r.Properties.SecuritySeverity) || !slices.Contains(r.Properties.Tags, "security") {
			t.Errorf("%.40q: rule %q has no security severity", name, r.ID)
		}
	}
	for i, r := range run.Results {
		if r.RuleIndex >= len(run.Tool.Driver.Rules) || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%.40q: result %d: rule %s at index %d", name, i, r.RuleID, r.RuleIndex)
		}
		if !slices.Contains(levels, r.Level) || r.Message.Text == "" || len(r.Message.Text) > 3*maxText {
			t.Errorf("%.40q: result %d: level %q, message of %d bytes", name, i, r.Level, len(r.Message.Text))
		}
		if len(r.Fingerprints[fingerprintKey]) != 64 {
			t.Errorf("%.40q: result %d has no fingerprint", name, i)
		}
		for _, l := range r.Locations {
			located(t, name, l)
			if _, ok := run.Bases[l.Physical.Artifact.BaseID]; !ok || l.Physical.Region == nil {
				t.Errorf("%.40q: result %d: base %q, region %v", name, i, l.Physical.Artifact.BaseID, l.Physical.Region)
			}
		}
	}
}

func located(t *testing.T, name string, l location) {
	t.Helper()
	u, err := url.Parse(l.Physical.Artifact.URI)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(l.Physical.Artifact.URI, "/") || u.RawQuery != "" || u.Fragment != "" {
		t.Errorf("%.40q: %q is no relative path: %v", name, l.Physical.Artifact.URI, err)
	}
	if r := l.Physical.Region; r != nil && (r.StartLine < 1 || r.EndColumn > 0 && (r.StartColumn < 1 || r.EndLine == r.StartLine && r.EndColumn < r.StartColumn)) {
		t.Errorf("%.40q: region %+v", name, *r)
	}
}

func TestHostileStrings(t *testing.T) {
	t.Parallel()
	for _, s := range append(fixture.Hostile(), strings.Repeat("EVIL](\x1b", 1<<15)) {
		l := parse(t, render(t, fixture.With(s), Options{}))
		valid(t, s, l)
		var texts []string
		for _, r := range l.Runs[0].Results {
			texts = append(texts, r.Message.Text)
		}
		for _, n := range l.Runs[0].Invocations[0].Notifications {
			texts = append(texts, n.Message.Text)
		}
		for _, text := range texts {
			if strings.Contains(text, "](") {
				t.Errorf("%.40q: a link in %.80q", s, text)
			}
			if report.Visible(text) != text {
				t.Errorf("%.40q: %.80q is not safe to show", s, text)
			}
		}
	}
}

// TestSeverityOfARuleIsThatOfItsResults: GitHub reads it from the rule alone.
func TestSeverityOfARuleIsThatOfItsResults(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	r.Findings[1].Severity, r.Findings[1].Action = scanners.High, policy.Warn
	r.Findings[2].Severity, r.Findings[2].Action = scanners.LowSeverity, policy.Note
	run := parse(t, render(t, r, Options{})).Runs[0]
	type row struct {
		id, level, score string
		rank             float64
	}
	var got []row
	for _, res := range run.Results {
		d := run.Tool.Driver.Rules[res.RuleIndex]
		got = append(got, row{res.RuleID, res.Level, d.Properties.SecuritySeverity, res.Rank})
		if base, _, _ := strings.Cut(res.RuleID, "/"); base != res.Properties.Rule {
			t.Errorf("rule %q of %q", res.Properties.Rule, res.RuleID)
		}
	}
	want := []row{
		{"mcp-secret-in-env", "error", "9.5", 100},
		{"mcp-secret-in-env/high", "warning", "8.0", 75},
		{"agent-local-settings-committed/low", "note", "3.0", 25},
		{"mcp-unpinned-package", "note", "3.0", 25},
	}
	for _, d := range run.Tool.Driver.Rules {
		if d.ID == "agent-local-settings-committed" {
			t.Error("a rule that no result names stands beside the one they do")
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestMessageTellsWhatToDo(t *testing.T) {
	t.Parallel()
	f := fixture.Full().Findings[1]
	want := "The environment of `repos` holds an Acme token in clear (`REPOS_TOKEN`). " +
		"It is gone from the tip but not from the history: rotate it all the same. Fix: Revoke the token at Acme and issue a new one."
	if diff := cmp.Diff(want, told(&f)); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

// TestTargetsAreToldApart: the same path in two of them, and one that could not be
// scanned.
func TestTargetsAreToldApart(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	two := r.Findings[0]
	two.Target = "other"
	r.Findings = append(r.Findings[:1], two)
	failed := scan.Coverage{Skipped: []scan.Skip{{Reason: "no such folder", Incomplete: true}}}
	r.Targets = append(r.Targets, scan.Target{Name: "other", Coverage: scan.Coverage{Complete: true}}, scan.Target{Name: "lost", Coverage: failed})
	l := parse(t, render(t, r, Options{}))
	valid(t, "several", l)
	run := l.Runs[0]
	var got []string
	for _, res := range run.Results {
		got = append(got, run.Bases[res.Locations[0].Physical.Artifact.BaseID].Description.Text)
	}
	want := []string{"The root of `https://github.com/acme/payments-api`.", "The root of `other`."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bases (-want +got):\n%s", diff)
	}
	n := run.Invocations[0].Notifications
	if last := n[len(n)-1]; run.Invocations[0].Successful || last.Message.Text != "Not scanned: `lost`: `no such folder`" || last.Locations != nil {
		t.Errorf("notifications %+v", n)
	}
}

func TestHugeMessage(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	r.Findings[0].Message = scanners.Say(strings.Repeat("words ", 2<<20), strings.Repeat("x\x1b", 5<<20))
	valid(t, "huge message", parse(t, render(t, r, Options{})))
}

func TestPathIsARelativeReference(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		".mcp.json":           ".mcp.json",
		"//host/a":            "%2F%2Fhost/a",
		"a b/ü.json":          "a%20b/%C3%BC.json",
		"javascript:alert(1)": "javascript%3Aalert%281%29",
		"a?b#c%d\\e\xff\n":    "a%3Fb%23c%25d%5Ce%FF%0A",
	} {
		if diff := cmp.Diff(want, escape(in)); diff != "" {
			t.Errorf("escape(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestColumnsOnlyWhereTheyAreProven(t *testing.T) {
	t.Parallel()
	at := func(column, end int, e scanners.Excerpt) scan.Finding {
		return scan.Finding{Finding: scanners.Finding{Region: scanners.Region{Line: 3, Column: column, EndLine: 3, EndColumn: end}, Excerpt: e}}
	}
	for _, c := range []struct {
		name string
		in   scan.Finding
		want *region
	}{
		{"whole file", scan.Finding{}, &region{StartLine: 1}},
		{"first column", at(1, 5, scanners.Excerpt{}), &region{StartLine: 3, StartColumn: 1}},
		{"ASCII line", at(3, 5, scanners.Excerpt{Line: 3, Text: "abcdef", Start: 2, End: 4}), &region{StartLine: 3, StartColumn: 3, EndLine: 3, EndColumn: 5}},
		{"masked", at(3, 43, scanners.Excerpt{Line: 3, Text: "ab********", Start: 2, End: 10}), &region{StartLine: 3, StartColumn: 3}},
		{"not ASCII before", at(3, 5, scanners.Excerpt{Line: 3, Text: "üxyz", Start: 2, End: 4}), &region{StartLine: 3}},
		{"not ASCII within", at(3, 5, scanners.Excerpt{Line: 3, Text: "abüz", Start: 2, End: 4}), &region{StartLine: 3, StartColumn: 3}},
		{"cut on the left", at(90, 95, scanners.Excerpt{Line: 3, Text: "…abcdefgh", Start: 4, End: 9}), &region{StartLine: 3}},
		{"no excerpt", at(9, 12, scanners.Excerpt{}), &region{StartLine: 3}},
		{"lies beyond", at(90, 95, scanners.Excerpt{Line: 3, Text: "abc", Start: 89, End: 94}), &region{StartLine: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, regionOf(&c.in)); diff != "" {
				t.Errorf("region (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResultsStayWithinGitHubsLimit(t *testing.T) {
	t.Parallel()
	r := fixture.Large(maxResults + 7)
	run := parse(t, render(t, r, Options{})).Runs[0]
	if len(run.Results) != maxResults || run.Results[0].Level != "error" {
		t.Errorf("%d results, the first of level %s", len(run.Results), run.Results[0].Level)
	}
	want := "Left out to stay within 25,000 results: 7 findings, the least severe."
	if got := run.Invocations[0].Notifications[0].Message.Text; got != want {
		t.Errorf("notification %q, want %q", got, want)
	}
}

func TestNotificationsAreBounded(t *testing.T) {
	t.Parallel()
	r := fixture.Empty()
	for range maxNotices + 5 {
		r.Targets[0].Coverage.Skipped = append(r.Targets[0].Coverage.Skipped, scan.Skip{Path: "a", Reason: "b", Incomplete: true})
	}
	n := parse(t, render(t, r, Options{})).Runs[0].Invocations[0].Notifications
	if len(n) != maxNotices+1 || n[maxNotices].Message.Text != "Not read: 5 more paths." {
		t.Errorf("%d notifications, the last %q", len(n), n[len(n)-1].Message.Text)
	}
}

func TestUnknownRuleGetsADescriptor(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Write(&b, fixture.Full(), nil, Options{InformationURI: "https://castellan.example"}); err != nil {
		t.Fatal(err)
	}
	l := parse(t, b.Bytes())
	valid(t, "no rules", l)
	if got := l.Runs[0].Tool.Driver.InformationURI; got != "https://castellan.example" {
		t.Errorf("informationUri %q", got)
	}
}

func TestNeitherHashNorLengthIsWritten(t *testing.T) {
	t.Parallel()
	if bytes.Contains(render(t, fixture.Full(), Options{}), []byte(fixture.Hash("a")[10:])) {
		t.Error("the hash of a credential is in the log")
	}
}

func TestSameReportSameOutput(t *testing.T) {
	t.Parallel()
	one, two := fixture.Large(500), fixture.Large(500)
	slices.Reverse(two.Findings)
	if !bytes.Equal(render(t, one, Options{}), render(t, two, Options{})) {
		t.Error("the order of findings in the report changes the output")
	}
}

func BenchmarkWrite(b *testing.B) {
	r := fixture.Large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(render(b, r, Options{}))))
	}
}
