package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Kind is what an action does.
type Kind string

const (
	Create  Kind = "create"  // Title, Body, Labels
	Update  Kind = "update"  // Title if not "", Body if not ""
	Close   Kind = "close"   // StateReason
	Reopen  Kind = "reopen"  // with StateReason reopened
	Comment Kind = "comment" // Body
	Assign  Kind = "assign"  // Assignees, added to those there are
	Label   Kind = "label"   // Labels, added to those there are
	Verify  Kind = "verify"  // no write: scan the default branch now and plan again
)

// Action is one write to GitHub, in the order in which they are to be done.
type Action struct {
	Kind Kind
	// Key is the same whenever the same write is planned again, and never that of
	// another one: what was done or is under way under a key is not done again.
	Key         string
	Repository  string
	Number      int // 0: that of the issue which the case's Create makes; wait for it
	Title, Body string
	Labels      []string
	Assignees   []string
	StateReason string
	Why         string // one line for logs and audit, ours alone
}

// add plans an action on the case's issue under a key made of parts.
func (p *planner) add(a Action, key ...any) {
	parts := []string{"case", p.c.ID, string(a.Kind), fmt.Sprint(p.c.Issue.Generation)}
	for _, k := range key {
		if t, ok := k.(time.Time); ok {
			k = t.UTC().Format(time.RFC3339Nano)
		}
		parts = append(parts, fmt.Sprint(k))
	}
	a.Key = strings.Join(parts, "/")
	if a.Repository == "" {
		a.Repository, a.Number = p.c.Issue.Repository, p.c.Issue.Number
	}
	p.actions = append(p.actions, a)
}

// sum is a short name for a text in a key.
func sum(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:8])
}
