package policy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/castellan-app/castellan/scanners"
)

// sample is a policy with every key there is.
const sample = `version: 1
rules: {mcp-unpinned-package: {action: warn}}          # block | warn | note | off, per rule id
approvers: ["@acme/security"]                           # who may approve, waive, deny
owners: [{match: "repos/payments-*/**", owner: "@acme/payments"}]
approved: [{integration: "npm:@acme/mcp-orders", version: ">=1.4", scope: ["acme/*"], owner: "@acme/orders", reason: "order look-up", until: 2027-03-31}]
private_names: ["@acme/*"]
approved_hosts: ["mcp.acme.example"]
governance_repository: acme/ai-governance
lookup: {enabled: false}
backfill: {archived: inventory, forks: skip, pull_refs: false}
caps: {issues_per_owner_per_day: 5, issues_per_repository: 10}
sla: {critical: 2d, high: 7d, medium: 30d}
waivers: [{rule: mcp-http-transport, match: "acme/lab:**", until: 2027-01-31, reason: "lab network", approver: "@acme/security"}]
on_incomplete: neutral                                  # or failure
`

func TestReadEveryKey(t *testing.T) {
	t.Parallel()
	got, err := Read("castellan.yml", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := &Policy{
		Name:                 "castellan.yml",
		Rules:                map[string]Action{"mcp-unpinned-package": Warn},
		Approvers:            []string{"@acme/security"},
		Owners:               []Owner{{Match{"", "repos/payments-*/**"}, "@acme/payments"}},
		Approved:             []Approval{{"npm:@acme/mcp-orders", ">=1.4", []string{"acme/*"}, "@acme/orders", "order look-up", Date{2027, 3, 31}}},
		PrivateNames:         []string{"@acme/*"},
		ApprovedHosts:        []string{"mcp.acme.example"},
		GovernanceRepository: "acme/ai-governance",
		Backfill:             Backfill{Archived: Inventory, Forks: Skip},
		Caps:                 Caps{5, 10},
		SLA:                  map[scanners.Severity]time.Duration{scanners.Critical: 48 * time.Hour, scanners.High: 168 * time.Hour, scanners.Medium: 720 * time.Hour},
		Waivers: []Waiver{{
			Rule: "mcp-http-transport", Match: Match{"acme/lab", "**"}, Until: Date{2027, 1, 31},
			Reason: "lab network", Approver: "@acme/security", File: "castellan.yml", Line: 13,
		}},
		OnIncomplete: Neutral,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Policy{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Values that differ from the defaults, and what a file may leave out.
func TestReadValues(t *testing.T) {
	t.Parallel()
	want := Defaults()
	want.Name = "p"
	if got, err := Read("p", []byte("version: 1\n")); err != nil || !cmp.Equal(want, got, cmpopts.IgnoreUnexported(Policy{})) {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got, cmpopts.IgnoreUnexported(Policy{})))
	}
	got, err := Read("p", []byte(`{"version": 1, "lookup": {"enabled": true}, "backfill": {"archived": "skip", "forks": "full", "pull_refs": true},
"caps": {"issues_per_repository": 0}, "sla": {"low": "12h"}, "on_incomplete": "failure", "approved_hosts": ["*.Acme.example", "10.0.0.1", "::1"],
"rules": {"mcp-sudo": {"action": "off"}},
"waivers": [{"rule": "mcp-secret-in-env", "match": "a/b:**", "until": "2027-01-31", "reason": "r", "approver": "@Ann", "fingerprint": "`+strings.Repeat("1", 64)+`", "credential": "`+hash("a")+`"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want.Lookup.Enabled, want.Backfill, want.Caps.IssuesPerRepository = true, Backfill{Skip, Full, true}, 0
	want.SLA[scanners.LowSeverity], want.OnIncomplete = 12*time.Hour, Failure
	want.ApprovedHosts = []string{"*.acme.example", "10.0.0.1", "::1"}
	want.Rules["mcp-sudo"] = Off
	want.Waivers = []Waiver{{"mcp-secret-in-env", Match{"a/b", "**"}, Date{2027, 1, 31}, "r", "@Ann", strings.Repeat("1", 64), hash("a"), "p", 4}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Policy{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAbsentUnreadableInvalid(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		data []byte
		want error
		text string
	}{
		{"absent", nil, ErrAbsent, "p: there is no policy file"},
		{"large", make([]byte, MaxBytes+1), ErrUnreadable, "p: the policy file cannot be read: it is larger than 256 KiB"},
		{"binary", []byte("version: 1\x00"), ErrUnreadable, "p: the policy file cannot be read: it is no UTF-8 text"},
		{"latin-1", []byte("version: 1 # \xe9"), ErrUnreadable, "p: the policy file cannot be read: it is no UTF-8 text"},
		{"invalid", []byte("version: 2"), ErrInvalid, `p:1:10: version "2" is not known to this Castellan: write 1, or update Castellan`},
	} {
		p, err := Read("p", tc.data)
		if p != nil || err == nil || err.Error() != tc.text {
			t.Errorf("%s: %v, %v", tc.name, p, err)
		}
		for _, kind := range []error{ErrAbsent, ErrUnreadable, ErrInvalid} {
			if errors.Is(err, kind) != (kind == tc.want) {
				t.Errorf("%s: errors.Is(%v) = %v", tc.name, kind, errors.Is(err, kind))
			}
		}
	}
}

func TestKnownRules(t *testing.T) {
	t.Parallel()
	const file = "version: 1\nrules:\n  mcp-sudo: {action: warn}\n  mcp-secret-in-env: {action: warn}\n  own-new-rule: {action: note}\n"
	p, err := Read("p", []byte(file), ReadOptions{Rules: []string{"mcp-secret-in-env", "own-new-rule"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"p:3: mcp-sudo is known, but not checked by this version"}, p.Notices); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Read("p", []byte(file)); err == nil || err.Error() != "p:5:3: unknown rule \"own-new-rule\": see `castellan rules` for the ids" {
		t.Errorf("%v", err)
	}
}

func TestWaiverWithoutRepositoryIsNoticed(t *testing.T) {
	t.Parallel()
	const file = "version: 1\nwaivers:\n- {rule: mcp-sudo, match: \"**\", until: 2027-01-01, reason: r, approver: \"@a\"}\n"
	p, err := Read("p", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := Read("p", []byte(file), ReadOptions{Scan: true}); err != nil || len(p.Notices) > 0 {
		t.Errorf("for a scan: notices %q, error %v", p.Notices, err)
	}
	want := []string{"p:3: a waiver that names no repository applies only where the repository is not known, as in `castellan scan`"}
	if diff := cmp.Diff(want, p.Notices); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The example of the documentation is a policy.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "policy.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "```yaml\n")[1:]
	if len(blocks) < 3 {
		t.Fatalf("%d examples", len(blocks))
	}
	for i, b := range blocks {
		b, _, _ = strings.Cut(b, "```")
		parse := Read
		if strings.HasPrefix(b, "# .github/castellan.yml") {
			parse = ReadRepository
		}
		if _, err := parse("policy.md", []byte(b)); err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
}

// No message repeats a credential that someone pasted into the file.
func TestMessagesHideCredentials(t *testing.T) {
	t.Parallel()
	token := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	for _, file := range []string{
		"version: 1\n" + token + ": 1\n",
		"version: 1\nrules: {" + token + ": {action: warn}}\n",
		"version: 1\napprovers: [" + token + "]\n",
		"version: 1\non_incomplete: " + token + "\n",
		"version: " + token + "\n",
		"version: 1\nsla: {high: " + token + "}\n",
		"version: 1\nowners: [{match: \"" + token + ":x\", owner: \"@a\"}]\n",
		"version: 1\na: *" + token + "\n",
	} {
		_, err := Read("p", []byte(file))
		if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), token[4:20]) {
			t.Errorf("%v", err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample), false)
	f.Add([]byte("version: 1\nrules: {mcp-sudo: {action: block}}\nowners: [{match: a/**, owner: '@a'}]\n"), true)
	f.Add([]byte("version: 1\nwaivers:\n- {rule: x, match: 'a/b:c', until: 2027-02-30, reason: ' ', approver: a}\nwaivers: []\napprovers: []\n"), false)
	f.Add([]byte("a: &x [1]\nversion: 1\n<<: *x\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, repository bool) {
		parse := Read
		if repository {
			parse = ReadRepository
		}
		p, err := parse("p", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("%v, %v", p, err)
		}
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !printable(line) || len(line) > 1000 {
					t.Fatalf("message %q", line)
				}
			}
			return
		}
		org := Defaults()
		if repository {
			p, _ = org.Tighten(p)
		}
		d := p.Decide(Subject{Rule: "mcp-sudo", Repository: "acme/lab", Path: "a/b"}, now)
		if !printable(d.Reason) || repository && d.Action.Below(org.Decide(Subject{Rule: "mcp-sudo"}, now).Action) {
			t.Fatalf("%+v", d)
		}
		p.OwnersOf("acme/lab", "a/b")
	})
}
