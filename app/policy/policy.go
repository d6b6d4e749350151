// Package policy decides what is done about a finding: block, warn, note or
// nothing. What it decides from is the built-in defaults, the organisation's
// castellan.yml and, to tighten it, a repository's own .github/castellan.yml.
//
// The package is pure: bytes and facts go in, decisions come out. Which file is
// read from where (the default or base branch, never the head of a pull
// request) is the caller's part. docs/policy.md explains the file to users.
package policy

import (
	"slices"
	"time"

	"github.com/castellan-app/castellan/scanners"
)

// Action is what is done about a finding.
type Action string

const (
	Off   Action = "off"   // not shown
	Note  Action = "note"  // shown
	Warn  Action = "warn"  // shown first, the check still passes
	Block Action = "block" // fails the check
)

// actions are in order, weakest first.
var actions = []Action{Off, Note, Warn, Block}

// Below says whether a is weaker than b: off < note < warn < block.
func (a Action) Below(b Action) bool { return slices.Index(actions, a) < slices.Index(actions, b) }

// Policy is what an organisation wants done. It is not changed once read, and
// safe for concurrent use.
type Policy struct {
	Name                 string            // of the file; "" for the defaults
	Rules                map[string]Action // by rule id; in place of the default action
	Approvers            []string          // @user or @org/team: who may approve, waive, deny
	Owners               []Owner           // the organisation's before the repository's
	Approved             []Approval
	PrivateNames         []string // globs of package names that are the organisation's own
	ApprovedHosts        []string // host names, lower case; "*.example.com" is every host below
	GovernanceRepository string   // owner/name; "" for none
	Lookup               Lookup
	Backfill             Backfill
	Caps                 Caps
	SLA                  map[scanners.Severity]time.Duration // how long a case may stay open; absent: no due date
	Waivers              []Waiver
	OnIncomplete         Incomplete
	Notices              []string // what a person should know of the file, one line each

	raised map[string]Action // by rule id: the least a repository wants done
}

// Owner names who answers for what lies at some places.
type Owner struct {
	Match Match
	Owner string // @user or @org/team
}

// Approval says that an integration may be used.
type Approval struct {
	Integration string   // its id, as `castellan scan` prints it
	Version     string   // ">=1.4"; "" for any
	Scope       []string // globs of owner/name, lower case; empty: everywhere
	Owner       string
	Reason      string
	Until       Date // last day; zero: without end
}

// Lookup says whether names and versions may be looked up at registries.
type Lookup struct{ Enabled bool }

// Depth is how much of some repositories a backfill reads.
type Depth string

const (
	Skip      Depth = "skip"      // nothing
	Inventory Depth = "inventory" // heads only, opens no cases
	Full      Depth = "full"      // like any other repository
)

// Backfill is what a backfill reads beside the active repositories.
type Backfill struct {
	Archived, Forks Depth
	PullRefs        bool // also the heads of pull requests
}

// Caps bound how many issues are opened; 0 opens none.
type Caps struct{ IssuesPerOwnerPerDay, IssuesPerRepository int }

// Incomplete is how a check ends that could not be completed for a reason that
// is not the change's own.
type Incomplete string

const (
	Neutral Incomplete = "neutral"
	Failure Incomplete = "failure"
)

const day = 24 * time.Hour

// Defaults is the policy of an organisation that has none.
func Defaults() *Policy {
	return &Policy{
		Rules:        map[string]Action{},
		Backfill:     Backfill{Archived: Inventory, Forks: Skip},
		Caps:         Caps{IssuesPerOwnerPerDay: 5, IssuesPerRepository: 10},
		SLA:          map[scanners.Severity]time.Duration{scanners.Critical: 2 * day, scanners.High: 7 * day, scanners.Medium: 30 * day},
		OnIncomplete: Neutral,
	}
}

// OwnersOf are the owners of a place, each once: the organisation's entries
// before the repository's, in the order of their files. repository is
// owner/name, "" if it is unknown.
func (p *Policy) OwnersOf(repository, path string) []string {
	var owners []string
	for _, o := range p.Owners {
		if o.Match.Covers(repository, path) && !slices.Contains(owners, o.Owner) {
			owners = append(owners, o.Owner)
		}
	}
	return owners
}

// Ended are the waivers that no longer apply at a time.
func (p *Policy) Ended(now time.Time) []Waiver {
	var ended []Waiver
	for _, w := range p.Waivers {
		if w.Until.Ended(now) {
			ended = append(ended, w)
		}
	}
	return ended
}
