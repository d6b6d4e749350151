// Package casework decides what becomes of the issue that tracks one
// integration's findings in one repository: when it is opened, what it says,
// whom it asks, when it is closed, reopened, or left alone. Where a repository
// has as many issues as policy allows, one more, the roll-up, stands for the
// cases beyond: a case like any, of what its members have.
//
// It is pure. Plan takes what is stored, what a scan saw, what GitHub shows and
// what is known of the surroundings, and returns the writes that lead to the
// desired state as data, together with the case to be stored. It knows no
// database, clock or network, and applying what it planned leaves nothing to
// plan.
package casework

import (
	"time"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// State is where a case stands.
type State string

const (
	Planned  State = "planned"  // no issue: Case.Reason says what it waits for
	Open     State = "open"     // something is there
	Rotation State = "rotation" // credentials are removed, their rotation is to be confirmed
	Closed   State = "closed"
)

// Case is what is stored of one integration in one repository. The zero State
// counts as Planned. It holds no credential, excerpt or author.
type Case struct {
	ID          string // ours: letters, digits, - and _; in the marker of the body
	Integration string // its id
	Name        string // what people call it; may come from the repository
	Kind        scanners.Kind
	Repository  string // owner/name where the findings are

	State     State
	Reason    string // one line for people on why nothing is done; "" if something is
	Sensitive bool   // it holds or held what no public place may tell
	Findings  []Tracked
	Untracked int       // findings beyond those that one case tracks
	Seen      Sight     // the last complete observation of the default branch
	Opened    time.Time // when the issue was planned first
	Issue     Issue
	Closure   Closure
	Asked     []string      // logins whose assignment was planned
	Mentioned []string      // names mentioned when the issue was created; never mentioned again
	Answered  []ClosureKind // closes that were answered since there was new evidence
	Cycle     int           // how often it was reopened
	Held      bool          // a person reopened it with nothing left to do: theirs to close
	Wake      time.Time     // when to plan again without an event; zero: not needed
	Rolled    bool          // the roll-up issue of the repository stands for it
	Rolls     []string      // of a roll-up: the integrations that it has taken in
}

// Issue is where the issue is. Number is 0 until Done took what Create gave.
// Where GitHub refuses it for good, the caller stores the case as Planned:
// planning again finds another place or says what it waits for.
type Issue struct {
	Repository string // owner/name
	Number     int
	Generation int    // of issues: 1 for the first; one is made anew when moved
	Title      string // the last we wrote: another one is a person's and stays
}

// Sight is an observation that was stored.
type Sight struct {
	Commit, Ref, Version string
	At                   time.Time
}

// Kind of closing.
type ClosureKind string

const (
	Resolved    ClosureKind = "resolved"    // by us: nothing is left
	Accepted    ClosureKind = "accepted"    // by us: what is left is waived or no longer pursued by policy
	Attested    ClosureKind = "attested"    // by a person, who thereby confirmed the rotation
	Completed   ClosureKind = "completed"   // by a person as completed
	Unconfirmed ClosureKind = "unconfirmed" // by a person as completed before rotation was asked for
	Declined    ClosureKind = "declined"    // as not planned, or by a bot
	Duplicate   ClosureKind = "duplicate"
	Deleted     ClosureKind = "deleted" // the issue is gone
)

// Closure is how a case was closed last.
type Closure struct {
	Kind      ClosureKind
	By        string    // login; "" for us
	At        time.Time // when it was decided
	Shown     time.Time // GitHub's closed_at
	Commit    string    // of the last complete observation before it
	Confirmed bool      // the issue was closed, as GitHub showed it or Done was told
	Verified  bool      // a scan after it has checked it
	Answered  bool      // its one comment is planned, or none is due
}

// Status is what became of one finding.
type Status string

const (
	Present     Status = "present"      // at the head of the default branch
	Leaked      Status = "leaked"       // a credential that is not there (any more): rotation to confirm
	RuleChanged Status = "rule changed" // a newer scanner does not report it, and its file is unchanged
	Fixed       Status = "fixed"
	Rotated     Status = "rotated" // a credential whose rotation a person confirmed
	Waived      Status = "waived"
	Lowered     Status = "lowered" // policy no longer pursues it
)

// Tracked is a finding with its history. A credential and its successor at one
// place are two.
type Tracked struct {
	Finding   scan.Finding // as last seen, without excerpt and author
	Status    Status
	Elsewhere string    // where it was if never on the default branch: "pull request 12", "branch x"
	Backlog   bool      // it was there before we watched: not pursued until published
	Since     time.Time // when it last began to be outstanding
	From      string    // the commit that brought it, as far as known
	Commit    string    // where it was last seen
	At        time.Time // when that commit was observed
	Version   string    // of the scanner that saw it
	Blob      string    // git's id of the file's content then
	Told      bool      // it was outstanding when a person closed the issue
	Lapsed    bool      // it came back because a waiver ended or policy rose: no newer commit is needed
	Joined    bool      // its case came to the roll-up with it: no newer commit is needed
	Ended     string    // the commit that no longer has it
	Waiver    string    // who accepted it until when
}

// Scope is what an observation looked at.
type Scope string

const (
	DefaultBranch Scope = "default branch"
	PullRequest   Scope = "pull request" // closed without merging
	Branch        Scope = "branch"       // without a pull request
)

// Observation is what a scan saw of one integration in one repository, or of all
// members of a roll-up. Those of the default branch are of its whole head; At
// orders them, since each job reads the head anew. Of the other scopes only
// credentials count, only once the pull request is closed unmerged or the branch
// is a day old, and they close nothing.
type Observation struct {
	Scope       Scope
	Ref         string // name of the branch
	PullRequest int
	Unmerged    bool // the pull request is closed and was not merged
	Commit      string
	At          time.Time // when the head was read from GitHub
	Pushed      time.Time // of a branch: when it got the commit
	Complete    bool
	Version     string // of scanner and rules
	// Findings are all of the integration, also those of action off and note:
	// their Action says whether they are pursued. Gone ones were introduced and
	// removed on the way to the commit.
	Findings []scan.Finding
	// Waived are the findings of the commit that a waiver covers, by Key, with who
	// accepted it until when.
	Waived map[string]string
	// Introduced are those, by Key, that pushes brought since we watch.
	Introduced map[string]bool
	// Blobs are git's ids of the contents at the paths of this and the stored
	// findings; a path that is missing is gone.
	Blobs map[string]string
	// Pending are stored findings, by Key, of which it was not found out whether
	// they still hold: those of look-ups that were not answered. They have not
	// ended.
	Pending map[string]bool
}

// Key is what tells two findings of a case apart.
func Key(f *scan.Finding) string {
	if f.Credential == nil {
		return f.Fingerprint
	}
	return f.Fingerprint + "/" + f.Credential.Hash
}

// Live is the issue as GitHub has it now.
type Live struct {
	Gone        bool   // deleted or out of reach
	Repository  string // owner/name where it is: another one if it was transferred
	Visibility  string // of that repository; "" is guessed from the names known, else taken for public
	Number      int
	Title, Body string
	State       string // open, closed
	StateReason string // completed, not_planned, duplicate, reopened or ""
	Assignees   []string
	ClosedBy    Actor
	ClosedAt    time.Time
	UpdatedAt   time.Time
}

// Actor is who did something on GitHub.
type Actor struct {
	Login   string
	Bot, Us bool
}

// Repository is what is known of a repository.
type Repository struct {
	Name       string // owner/name
	Visibility string // public, internal, private
	HasIssues  bool
	Archived, Disabled,
	Fork, Template, Empty bool
}

// Context is what surrounds a case. It is not changed.
type Context struct {
	Now        time.Time
	Policy     *policy.Policy
	Repository Repository
	Governance *Repository      // nil: none, or it cannot be reached
	Published  bool             // the backlog may be opened
	Owner      owner.Resolution // the last known, if it could not be resolved now
	Rules      map[string]*scanners.Rule
	OpenIssues int            // of ours for this repository, neither this case nor the roll-up counted
	OpenedBy   map[string]int // issues planned in the last 24 hours by login in lower case; "" without owner
	Members    []Case         // of a roll-up: all cases of the repository that are Rolled
	RollUp     *Case          // of a case that it held before: the roll-up, planned with it among its members; else nil
}
