package casework

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

func at(hour int) time.Time {
	return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
}

// oid is a commit id made of a name.
func oid(name string) string { return strings.Repeat(sum(name), 3)[:40] }

// leakedKey is a finding about a credential: file, and which credential.
func leakedKey(path, which string) scan.Finding {
	f := scan.Finding{Finding: scanners.Finding{
		Rule: "mcp-secret-in-env", Severity: scanners.Critical, Confidence: credential.High, Integration: "github", Server: "github",
		Slot: "GITHUB_TOKEN", Path: path, Region: scanners.Region{Line: 7, Column: 24, EndLine: 7, EndColumn: 64}, Client: "cursor",
		Message:    scanners.Say("GitHub credential in clear in environment variable ", "GITHUB_TOKEN", " of MCP server ", "github"),
		Fix:        scanners.Say("Revoke it at GitHub and make a new one: the history of the repository keeps this one. ", "", "Put ", "${env:GITHUB_TOKEN}", " in its place and export ", "GITHUB_TOKEN", "."),
		Excerpt:    scanners.Excerpt{Line: 7, Text: "canary-excerpt"},
		Credential: &credential.Identity{Provider: "GitHub", Kind: "github-pat", Hash: "k00000000:" + sum(which), Length: 31337},
	}, Action: policy.Block, Origin: scan.Origin{Commit: oid("origin"), Author: "Canary Author <canary@author.example>"}}
	f.Fingerprint = f.Finding.Fingerprint()
	return f
}

// setting is a finding that is about no credential.
func setting(path string) scan.Finding {
	f := scan.Finding{Finding: scanners.Finding{
		Rule: "mcp-docker-privileged", Severity: scanners.High, Confidence: credential.High, Integration: "github", Server: "github",
		Slot: "args", Path: path, Region: scanners.Region{Line: 3, Column: 1}, Client: "cursor",
		Message: scanners.Say("MCP server ", "github", " runs a privileged container"),
		Fix:     scanners.Say("Take ", "--privileged", " out of its arguments."),
	}, Action: policy.Block, Origin: scan.Origin{Commit: oid("origin")}}
	f.Fingerprint = f.Finding.Fingerprint()
	return f
}

func rules() map[string]*scanners.Rule {
	return map[string]*scanners.Rule{
		"mcp-secret-in-env":     {ID: "mcp-secret-in-env", Why: "Everybody who can read the repository can use the key. Git keeps it for ever.", Fix: "Use a reference."},
		"mcp-docker-privileged": {ID: "mcp-docker-privileged", Why: "A privileged container is root on the machine of whoever starts it."},
	}
}

func context() *Context {
	return &Context{
		Now: at(0), Policy: policy.Defaults(), Rules: rules(),
		Repository: Repository{Name: "acme/app", Visibility: "private", HasIssues: true},
		Governance: &Repository{Name: "acme/ai-governance", Visibility: "private", HasIssues: true},
		Owner: owner.Resolution{Status: owner.Assigned, Source: owner.FromCodeowners, Confidence: owner.High, Why: "line 3 of .github/CODEOWNERS",
			Assignees: []owner.Person{{Name: "mia"}}, Mentions: []owner.Person{{Name: "acme/platform", Team: true}},
			Trace: []owner.Outcome{{Source: owner.FromCodeowners, Entry: "@gone", Why: "line 3 of .github/CODEOWNERS", Result: "left the organisation", Dead: true}}},
	}
}

func newCase() Case {
	return Case{ID: "c1", Integration: "github", Name: "GitHub MCP", Kind: scanners.KindMCPServer, Repository: "acme/app"}
}

// head is a complete observation of the default branch in which pushes brought
// all there is.
func head(commit string, hour int, findings ...scan.Finding) *Observation {
	o := &Observation{Scope: DefaultBranch, Ref: "main", Commit: oid(commit), At: at(hour), Complete: true, Version: "v1",
		Findings: findings, Introduced: map[string]bool{}, Blobs: map[string]string{}}
	for i := range findings {
		o.Introduced[Key(&findings[i])] = true
		o.Blobs[findings[i].Path] = "blob of " + commit
	}
	return o
}

// world is GitHub with one issue, and the store, as Plan's caller keeps them.
type world struct {
	c     Case
	live  *Live
	ctx   *Context
	done  map[string]bool
	log   []string // kinds of the writes that were done
	says  []string // comments
	bodys []string
	old   *Live // the issue before it was moved
}

func newWorld() *world { return &world{c: newCase(), ctx: context(), done: map[string]bool{}} }

// plan plans and does what comes of it. The names of the actions are returned.
func (w *world) plan(o *Observation) string {
	if o != nil && o.At.After(w.ctx.Now) {
		w.ctx.Now = o.At
	}
	actions, next := Plan(w.c, o, w.live, w.ctx)
	w.c = next
	var kinds []string
	for _, a := range actions {
		kinds = append(kinds, string(a.Kind))
		w.apply(a)
	}
	return strings.Join(kinds, " ")
}

func (w *world) apply(a Action) {
	if w.done[a.Key] {
		return
	}
	w.done[a.Key] = true
	w.log = append(w.log, string(a.Kind))
	if a.Kind != Create {
		w.c.Done(&a, 0)
	}
	if a.Kind == Create {
		w.old = w.live
		w.live = &Live{Repository: a.Repository, Visibility: w.visibility(a.Repository), Number: 10 + w.c.Issue.Generation, Title: a.Title, Body: a.Body, State: "open", UpdatedAt: w.ctx.Now}
		w.c.Done(&a, w.live.Number)
		w.bodys = append(w.bodys, a.Body)
		return
	}
	l := w.live
	if a.Number != 0 && a.Number != l.Number {
		l = w.old
	}
	switch l.UpdatedAt = l.UpdatedAt.Add(time.Second); a.Kind {
	case Update:
		l.Title, l.Body = cmp.Or(a.Title, l.Title), cmp.Or(a.Body, l.Body)
		w.bodys = append(w.bodys, a.Body)
	case Close:
		l.State, l.StateReason, l.ClosedBy, l.ClosedAt = "closed", a.StateReason, Actor{Login: "castellan[bot]", Bot: true, Us: true}, w.ctx.Now.Add(time.Second)
	case Reopen:
		l.State, l.StateReason, l.ClosedAt, l.ClosedBy = "open", "reopened", time.Time{}, Actor{}
	case Comment:
		w.says = append(w.says, a.Body)
	case Assign:
		l.Assignees = append(l.Assignees, a.Assignees...)
	}
}

func (w *world) visibility(name string) string {
	if w.ctx.Governance != nil && name == w.ctx.Governance.Name {
		return w.ctx.Governance.Visibility
	}
	return w.ctx.Repository.Visibility
}

// closeAs is a person, or a bot if the login ends so, who closes the issue.
func (w *world) closeAs(login, reason string, hour int) {
	w.live.State, w.live.StateReason, w.live.ClosedAt = "closed", reason, at(hour)
	w.live.ClosedBy = Actor{Login: login, Bot: strings.HasSuffix(login, "[bot]")}
	w.live.UpdatedAt = at(hour)
}

func (w *world) reopenAs(hour int) {
	w.live.State, w.live.StateReason, w.live.ClosedAt, w.live.ClosedBy = "open", "reopened", time.Time{}, Actor{}
	w.live.UpdatedAt = at(hour)
}

func count(log []string, kind Kind) int {
	n := 0
	for _, k := range log {
		if k == string(kind) {
			n++
		}
	}
	return n
}

func statuses(c *Case) string {
	var all []string
	for i := range c.Findings {
		all = append(all, string(c.Findings[i].Status))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
