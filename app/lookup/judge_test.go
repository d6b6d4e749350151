package lookup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

// sound are facts that nothing speaks against.
func sound() Facts {
	return Facts{State: Present, Resolved: "1.4.2", FirstPublished: noon.AddDate(-2, 0, 0), Maintainers: 3, Downloads: 5000, HasRepository: Yes, Repository: "acme/tool", Listed: No}
}

// with are sound facts but for a change.
func with(change func(*Facts)) *Facts {
	f := sound()
	change(&f)
	return &f
}

// TestRuleExamples: each rule is raised by its bad example with facts that are
// as the rule means, and by neither example without.
func TestRuleExamples(t *testing.T) {
	t.Parallel()
	bad := map[string]*Facts{
		ruleUnclaimed:  {State: Absent},
		ruleMalicious:  with(func(f *Facts) { f.Advisories = []Advisory{{ID: "MAL-2026-1", Malicious: true}} }),
		ruleVulnerable: with(func(f *Facts) { f.Advisories = []Advisory{{ID: "GHSA-a", Severity: scanners.High, Fixed: "0.1.16"}} }),
		ruleDeprecated: with(func(f *Facts) { f.Deprecated = "moved" }),
		ruleReputation: with(func(f *Facts) { f.FirstPublished, f.Downloads, f.Maintainers = noon.AddDate(0, 0, -3), 4, 1 }),
	}
	if len(Rules()) != len(IDs()) {
		t.Fatal("rules and ids differ")
	}
	for _, r := range Rules() {
		if r.Question == "" || r.Why == "" || r.Fix == "" || len(r.Docs) == 0 || !slices.Contains(IDs(), r.ID) || !strings.HasSuffix(r.Question, "?") {
			t.Errorf("%s lacks something", r.ID)
		}
		for e, want := range map[scanners.Example]*Facts{r.Bad: bad[r.ID], r.Benign: with(func(*Facts) {})} {
			s := sightingOf(t, e)
			p, why := packageOf(&scan.Subject{Sighting: s, Ecosystem: strings.SplitN(s.Integration.ID, ":", 2)[0], Policy: policy.Defaults()})
			if why != "" {
				t.Errorf("%s: %s", r.ID, why)
			}
			f := *want
			f.Package = p
			var got []string
			for _, x := range Judge(&f, &s, Circumstances{Now: noon}) {
				got = append(got, x.Rule)
			}
			expected := []string{r.ID}
			if want != bad[r.ID] {
				expected = nil
			}
			if diff := cmp.Diff(expected, got); diff != "" {
				t.Errorf("%s: %s", r.ID, diff)
			}
		}
	}
}

// sightingOf is the server of an example.
func sightingOf(t *testing.T, e scanners.Example) scanners.Sighting {
	t.Helper()
	hasher, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	r := config.New().Scan(scanners.File{Path: e.Path, Data: []byte(e.Content)}, hasher)
	for _, s := range r.Sightings {
		if s.Package != "" {
			return s
		}
	}
	t.Fatalf("no server in %s", e.Content)
	return scanners.Sighting{}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	plain := scanners.Sighting{Integration: scanners.Integration{ID: "npm:tool", Reputation: scanners.Unknown}, Name: "tool", Path: ".mcp.json"}
	mild := plain
	mild.Template = true
	off := plain
	off.Disabled = true
	known := plain
	known.Integration.Reputation = scanners.Official
	c := Circumstances{Now: noon}
	for name, x := range map[string]struct {
		f    *Facts
		s    scanners.Sighting
		c    Circumstances
		want string // rules with severities
	}{
		"nothing known":            {&Facts{Downloads: -1}, plain, c, ""},
		"sound":                    {with(func(*Facts) {}), plain, c, ""},
		"absent":                   {&Facts{State: Absent}, plain, c, "mcp-unclaimed-package critical"},
		"absent, template":         {&Facts{State: Absent}, mild, c, "mcp-unclaimed-package high"},
		"absent, disabled":         {&Facts{State: Absent}, off, c, "mcp-unclaimed-package high"},
		"absent, mirrored":         {&Facts{State: Absent}, plain, Circumstances{Now: noon, Mirrored: true}, ""},
		"withheld":                 {&Facts{State: Withheld}, plain, c, ""},
		"seized":                   {&Facts{State: Seized}, plain, c, "mcp-malicious-package critical"},
		"malicious and gone":       {&Facts{State: Absent, Advisories: []Advisory{{ID: "MAL-1", Malicious: true}}}, plain, c, "mcp-malicious-package critical"},
		"malicious and vulnerable": {with(func(f *Facts) { f.Advisories = []Advisory{{ID: "GHSA-1"}, {ID: "MAL-1", Malicious: true}} }), plain, c, "mcp-malicious-package critical"},
		"vulnerable": {with(func(f *Facts) {
			f.Advisories = []Advisory{{ID: "GHSA-1", Severity: scanners.Medium}, {ID: "GHSA-2", Severity: scanners.High}}
		}), plain, c, "mcp-known-vulnerable-package high"},
		"vulnerable, template":         {with(func(f *Facts) { f.Advisories = []Advisory{{ID: "GHSA-1", Severity: scanners.LowSeverity}} }), mild, c, "mcp-known-vulnerable-package info"},
		"deprecated":                   {with(func(f *Facts) { f.Deprecated = "moved" }), plain, c, "mcp-deprecated-server low"},
		"archived":                     {with(func(f *Facts) { f.Archived = true }), plain, c, "mcp-deprecated-server low"},
		"retired":                      {with(func(f *Facts) { f.Retired, f.Listed = "deleted", Yes }), plain, c, "mcp-deprecated-server low"},
		"yanked and pinned":            {with(func(f *Facts) { f.Version, f.Yanked = "1.4.2", true }), plain, c, "mcp-deprecated-server low"},
		"yanked and not pinned":        {with(func(f *Facts) { f.Yanked = true }), plain, c, ""},
		"new alone":                    {with(func(f *Facts) { f.FirstPublished = noon.Add(-29 * day) }), plain, c, ""},
		"new and one person's":         {with(func(f *Facts) { f.FirstPublished, f.Maintainers = noon.Add(-29*day), 1 }), plain, c, ""},
		"new and unused":               {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-29*day), 99 }), plain, c, "mcp-low-reputation-package medium"},
		"new and without source":       {with(func(f *Facts) { f.FirstPublished, f.HasRepository = noon.Add(-29*day), No }), plain, c, "mcp-low-reputation-package medium"},
		"new and its source gone":      {with(func(f *Facts) { f.FirstPublished, f.SourceGone = noon.Add(-29*day), true }), plain, c, "mcp-low-reputation-package medium"},
		"30 days and unused":           {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-30*day), 99 }), plain, c, ""},
		"unused alone":                 {with(func(f *Facts) { f.Downloads = 0 }), plain, c, ""},
		"source gone alone":            {with(func(f *Facts) { f.SourceGone = true }), plain, c, ""},
		"unused, one person's":         {with(func(f *Facts) { f.Downloads, f.Maintainers = 0, 1 }), plain, c, "mcp-low-reputation-package medium"},
		"unused, an organisation's":    {with(func(f *Facts) { f.Downloads, f.Maintainers, f.Organisation = 0, 1, true }), plain, c, ""},
		"unused, one person's, listed": {with(func(f *Facts) { f.Downloads, f.Maintainers, f.Listed = 0, 1, Yes }), plain, c, ""},
		"unused, listing unknown":      {with(func(f *Facts) { f.Downloads, f.Maintainers, f.Listed = 0, 1, NotKnown }), plain, c, ""},
		"downloads unknown":            {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-day), -1 }), plain, c, ""},
		"disreputable, approved":       {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-day), 0 }), plain, Circumstances{Now: noon, Approved: true}, ""},
		"disreputable, known":          {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-day), 0 }), known, c, ""},
		"disreputable, mirrored":       {with(func(f *Facts) { f.FirstPublished, f.Downloads = noon.Add(-day), 0 }), plain, Circumstances{Now: noon, Mirrored: true}, ""},
		"several": {with(func(f *Facts) {
			f.Deprecated, f.Advisories = "old", []Advisory{{ID: "GHSA-1", Severity: scanners.High}}
		}), plain, c, "mcp-known-vulnerable-package high, mcp-deprecated-server low"},
	} {
		f := *x.f
		f.Ecosystem, f.Name = npm, "tool"
		var got []string
		for _, finding := range Judge(&f, &x.s, x.c) {
			got = append(got, finding.Rule+" "+finding.Severity.String())
			if finding.Slot != "" || finding.Server != "tool" || finding.Path != ".mcp.json" || finding.Integration != "npm:tool" || finding.Credential != nil {
				t.Errorf("%s: %+v", name, finding)
			}
		}
		if s := strings.Join(got, ", "); s != x.want {
			t.Errorf("%s: %q, want %q", name, s, x.want)
		}
	}
}

// Words of publishers are strangers': in code spans, and without credentials.
func TestWordsOfPublishers(t *testing.T) {
	t.Parallel()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	f := with(func(f *Facts) { f.Deprecated = "[click](https://evil.example) " + key })
	s := server(npm, "tool", "")
	for _, finding := range Judge(f, &s.Sighting, Circumstances{Now: noon}) {
		for _, span := range finding.Message {
			if strings.Contains(span.Text, "evil") != span.Code && strings.Contains(span.Text, "evil") || strings.Contains(span.Text, key) {
				t.Errorf("%+v", finding.Message)
			}
		}
	}
}

func TestApproved(t *testing.T) {
	t.Parallel()
	s := server(npm, "tool", "")
	for name, c := range map[string]struct {
		a    policy.Approval
		repo string
		want bool
	}{
		"everywhere":    {policy.Approval{Integration: "npm:tool"}, "", true},
		"another":       {policy.Approval{Integration: "npm:other"}, "", false},
		"in scope":      {policy.Approval{Integration: "npm:tool", Scope: []string{"acme/*"}}, "Acme/shop", true},
		"out of scope":  {policy.Approval{Integration: "npm:tool", Scope: []string{"acme/*"}}, "other/shop", false},
		"scope unknown": {policy.Approval{Integration: "npm:tool", Scope: []string{"acme/*"}}, "", false},
		"ended":         {policy.Approval{Integration: "npm:tool", Until: policy.Date{Year: 2026, Month: 11, Day: 25}}, "", false},
		"not ended":     {policy.Approval{Integration: "npm:tool", Until: policy.Date{Year: 2026, Month: 11, Day: 26}}, "", true},
	} {
		s.Policy, s.Repository = &policy.Policy{Approved: []policy.Approval{c.a}}, c.repo
		if approved(&s, noon) != c.want {
			t.Errorf("%s: not %t", name, c.want)
		}
	}
}
