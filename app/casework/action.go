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

// Done takes into the stored case what a write gave: the number of the issue
// that Create made, and that a Close was done, so that a person who reopens at
// once is seen as one. Other writes, and those of a decision that was changed
// since, leave it as it is.
func (c *Case) Done(a *Action, number int) {
	switch {
	case a.Kind == Create && a.Key == c.key(Create):
		c.Issue.Number = number
	case a.Kind == Close && c.State == Closed && a.Key == c.key(Close, c.Closure.At):
		c.Closure.Confirmed = true
	}
}

// key names a write on the case's issue.
func (c *Case) key(kind Kind, parts ...any) string {
	all := []string{"case", c.ID, string(kind), fmt.Sprint(c.Issue.Generation)}
	for _, part := range parts {
		if t, ok := part.(time.Time); ok {
			part = t.UTC().Format(time.RFC3339Nano)
		}
		all = append(all, fmt.Sprint(part))
	}
	return strings.Join(all, "/")
}

// add plans an action on the case's issue under a key made of parts.
func (p *planner) add(a Action, parts ...any) {
	a.Key = p.c.key(a.Kind, parts...)
	a.Repository, a.Number = p.c.Issue.Repository, p.c.Issue.Number
	p.actions = append(p.actions, a)
}

// sum is a short name for a text in a key.
func sum(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:8])
}
