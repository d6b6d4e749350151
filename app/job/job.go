// Package job is the durable queue of everything Castellan does by itself.
//
// What is to be done is a task: one thing to keep true, such as the verdict on
// a commit. However many events ask for it there is one row, which counts how
// often it was wanted and up to which wish it is done: an event that comes
// while the task runs makes it run once more (the dirty flag). River carries
// the tasks to the workers, in three lanes that have workers of their own, so
// that a backfill never holds up a push; within a lane an installation with
// many open tasks gets lower priority than one with few.
//
// A worker takes the task's fence when it starts. What a job commits goes
// through Run.Commit, which refuses a worker whose fence another has taken.
package job

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// Lane is a queue with workers of its own.
type Lane string

const (
	Webhook  Lane = "webhook"  // a push or pull request waits
	User     Lane = "user"     // a person asked
	Backfill Lane = "backfill" // nobody waits
)

// Kind is what a task does.
type Kind string

const (
	Check        Kind = "check"        // judge a commit; subject: its id
	Settle       Kind = "settle"       // record what stands on the default branch, and its cases
	PullRequest  Kind = "pull-request" // closed: what it leaked; subject: its number
	Button       Kind = "button"       // pressed on a check run; subject: check run, identifier, who
	Issue        Kind = "issue"        // of ours, changed by a person; subject: its number
	Installation Kind = "installation" // what we may reach
	Repository   Kind = "repository"   // its name, visibility, state
)

// Want is a wish to have a task done.
type Want struct {
	Kind         Kind
	Lane         Lane
	Installation int64
	Repository   int64 // 0: of the installation
	Subject      string
	Facts        any // hints for the task, as JSON; of several wishes the last counts
}

func (w *Want) facts() (string, error) {
	if w.Facts == nil {
		return "{}", nil
	}
	data, err := json.Marshal(w.Facts)
	if err != nil {
		return "", fmt.Errorf("facts of %s %s: %w", w.Kind, w.Subject, err)
	}
	return string(data), nil
}

// compare orders the tasks that a transaction locks. A running task, locked
// already, wants only tasks of kinds that come later: settling comes last.
func (w *Want) compare(o *Want) int {
	return cmp.Or(cmp.Compare(w.Kind.rank(), o.Kind.rank()), cmp.Compare(w.Kind, o.Kind), cmp.Compare(w.Installation, o.Installation),
		cmp.Compare(w.Repository, o.Repository), cmp.Compare(w.Subject, o.Subject))
}

func (k Kind) rank() int {
	switch k {
	case Settle:
		return 2
	case Check:
		return 1
	}
	return 0
}
