package checkrun

import (
	"fmt"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

const (
	head   = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
	base   = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"
	leaker = "0c1d2e3f405162738495a6b7c8d9eaf00c1d2e3f"
	length = 48_271 // of the made-up credentials: it must appear nowhere
)

func hash(digit string) string { return "k0a1b2c3d:" + strings.Repeat(digit, 64) }

func rules() Rules {
	return report.Index([]scanners.Rule{
		{
			ID: "mcp-secret-in-env", Severity: scanners.Critical,
			Why: "Everyone who can read the repository, every fork and every clone has the credential, and its history keeps it after the line is gone. " +
				"Agents read these files too and may repeat what stands in them.",
			Fix:  "Revoke the credential and issue a new one. Replace the value by a reference.",
			Docs: []string{"https://docs.example/mcp"},
		},
		{
			ID: "mcp-remote-code-pipe", Severity: scanners.Critical,
			Why: "Whoever answers at that address runs code on every machine that starts the server (`curl … | sh`).",
			Fix: "Install a pinned release instead.",
		},
		{
			ID: "mcp-reference-not-expanded", Severity: scanners.LowSeverity,
			Why: "The server gets the text of the reference, so people put the credential itself there.",
			Fix: "Write the reference as the client expects it.",
		},
	})
}

func key(line int, change ...func(*scan.Finding)) scan.Finding {
	return finding(policy.Block, scanners.Finding{
		Rule: "mcp-secret-in-env", Severity: scanners.Critical, Confidence: credential.High,
		Integration: "product:acme-repos", Server: "repos", Slot: "REPOS_TOKEN", Path: ".mcp.json", Client: "claude-code",
		Region:  scanners.Region{Line: line, Column: 23, EndLine: line, EndColumn: 63},
		Message: scanners.Say("Acme credential in clear in environment variable ", "REPOS_TOKEN", " of MCP server ", "repos"),
		Fix: scanners.Say("Revoke it at Acme and make a new one: the history of the repository keeps this one. Then write ", "${REPOS_TOKEN}",
			" here and export the variable before you start Claude Code."),
		Excerpt:    scanners.Excerpt{Line: line, Text: `      "REPOS_TOKEN": "••••••"`, Start: 22, End: 30},
		Credential: &credential.Identity{Provider: "Acme", Kind: "acme-token", Hash: hash("a"), Length: length},
	}, change...)
}

func gone(f *scan.Finding) { f.Gone, f.Origin.Commit = true, leaker }

func at(path string) func(*scan.Finding) { return func(f *scan.Finding) { f.Path = path } }

func as(provider, digit string) func(*scan.Finding) {
	return func(f *scan.Finding) {
		id := *f.Credential
		id.Provider, id.Hash = provider, hash(digit)
		f.Credential = &id
	}
}

func pipe() scan.Finding {
	return finding(policy.Block, scanners.Finding{
		Rule: "mcp-remote-code-pipe", Severity: scanners.Critical, Confidence: credential.Medium,
		Integration: "local:.cursor/mcp.json", Server: "setup", Path: ".cursor/mcp.json", Client: "cursor",
		Region:  scanners.Region{Line: 12, Column: 5, EndLine: 15, EndColumn: 1},
		Message: scanners.Say("MCP server ", "setup", " runs what it downloads: ", "curl -s https://get.example/x | sh"),
		Fix:     scanners.Say("Install a release, check its sum, and start that."),
	})
}

func reference(a policy.Action, path string) scan.Finding {
	return finding(a, scanners.Finding{
		Rule: "mcp-reference-not-expanded", Severity: scanners.LowSeverity, Confidence: credential.High,
		Integration: "npm:example-web-mcp", Server: "web", Path: path, Client: "cursor",
		Region:  scanners.Region{Line: 14, Column: 22, EndLine: 14, EndColumn: 39},
		Message: scanners.Say("Cursor does not expand ", "${WEB_KEY}", ": MCP server ", "web", " gets the text itself"),
		Fix:     scanners.Say("Write ", "${env:WEB_KEY}", "."),
		Excerpt: scanners.Excerpt{Line: 14, Text: `"WEB_KEY": "${WEB_KEY}"`},
	})
}

func finding(a policy.Action, f scanners.Finding, change ...func(*scan.Finding)) scan.Finding {
	out := scan.Finding{
		Finding: f, Action: a, Target: "https://github.example/acme/payments",
		Origin: scan.Origin{Commit: head, Author: "Ann Example <ann@example.com>", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
	}
	for _, c := range change {
		c(&out)
	}
	out.Fingerprint = out.Finding.Fingerprint()
	return out
}

func integrations() []scan.Integration {
	return []scan.Integration{
		{
			Integration: scanners.Integration{ID: "product:acme-repos", Kind: scanners.KindMCPServer, Name: "Acme Repos", Vendor: "Acme", Reputation: scanners.Official},
			Sightings: []scan.Sighting{{Sighting: scanners.Sighting{
				Name: "repos", Path: ".mcp.json", Region: scanners.Region{Line: 5}, Client: "claude-code", Transport: scanners.Stdio,
				Command: "docker", Args: []string{"run", "-i", "--rm", "-e", "REPOS_TOKEN", "ghcr.io/acme/repos-mcp:1.4"},
			}}},
		},
		{
			Integration: scanners.Integration{ID: "npm:example-web-mcp", Kind: scanners.KindMCPServer, Name: "example-web-mcp", Reputation: scanners.Community},
			Sightings: []scan.Sighting{{Sighting: scanners.Sighting{
				Name: "web", Path: ".cursor/mcp.json", Region: scanners.Region{Line: 12}, Client: "cursor", Package: "example-web-mcp", Disabled: true,
			}}},
		},
	}
}

func pull(n int, branch string) Comparison {
	return Comparison{Kind: PullRequest, Against: branch, BaseSHA: base, PullRequest: n}
}

// judged is a judgement of pull request 12 with findings.
func judged(findings ...scan.Finding) *Judgement {
	j := &Judgement{
		Head: head, Comparisons: []Comparison{pull(12, "main")}, Findings: findings,
		Coverage: scan.Coverage{Files: 12, Scanned: 2, Commits: 3, Complete: true},
		Policy:   PolicyState{Source: "acme/.github at 5e4d3c2b1a"},
	}
	if len(findings) > 0 {
		j.Touched, j.Integrations = 2, integrations()
	}
	return j
}

func with(j *Judgement, change func(*Judgement)) *Judgement {
	change(j)
	return j
}

// large is a judgement with n findings at n/10 long paths, each of its own credential.
func large(n int) *Judgement {
	j := judged()
	for i := range n {
		f := key(i%10+1, at(fmt.Sprintf("services/%s/service-%05d/.mcp.json", strings.Repeat("long-folder-name/", 12), i/10)))
		f.Severity = scanners.Severity(i % 5)
		id := *f.Credential
		id.Hash = fmt.Sprintf("k0a1b2c3d:%064x", i)
		f.Credential = &id
		f.Gone = i%7 == 0
		f.Action = []policy.Action{policy.Block, policy.Warn, policy.Note}[i%3]
		f.Integration = fmt.Sprintf("npm:example-%d-mcp", i/100)
		j.Findings = append(j.Findings, f)
		j.Coverage.Skipped = append(j.Coverage.Skipped, scan.Skip{Path: f.Path, Reason: "larger than 4 MiB"})
		if i%100 == 0 {
			in := integrations()[0]
			in.ID, in.Name = f.Integration, fmt.Sprintf("example-%d-mcp", i/100)
			j.Integrations = append(j.Integrations, in)
		}
	}
	j.Touched = n / 10
	return j
}

// everywhere is a judgement with s in every place that a repository or its
// branches fill.
func everywhere(s string) *Judgement {
	j := judged(key(9), key(4, at("b.json"), as("Other", "b"), gone), pipe(), reference(policy.Warn, "x"), reference(policy.Note, "y"))
	j.Comparisons = append(j.Comparisons, Comparison{Kind: Branch}, Comparison{Kind: Push}, Comparison{Kind: MergeGroup})
	for i := range j.Comparisons {
		j.Comparisons[i].Against = s
	}
	j.Incomplete = []scan.Skip{{Path: s, Reason: s, Incomplete: true}}
	j.Coverage.Skipped = []scan.Skip{{Path: s, Reason: s + "."}, {Path: "m", Reason: s, Incomplete: true}}
	j.Fault, j.Policy = s, PolicyState{Source: s, Problem: s}
	for i := range j.Findings {
		f := &j.Findings[i]
		f.Server, f.Slot, f.Path, f.Pointer, f.Client, f.Target, f.Integration, f.Origin.Author = s, s, s, s, s, s, s, s
		f.Message = scanners.Text{{Text: "The server "}, {Text: s, Code: true}, {Text: s, Code: true}, {Text: " of "}, {Text: s, Code: true}}
		f.Fix, f.Excerpt.Text = f.Message, s
	}
	for i := range j.Integrations {
		in := &j.Integrations[i]
		in.ID, in.Name, in.Vendor, in.Product = s, s, s, s
		t := &in.Sightings[0]
		t.Name, t.Path, t.Client, t.Command, t.Package, t.Version, t.URL, t.Args = s, s, s, s, s, s, "", []string{s}
	}
	return j
}
