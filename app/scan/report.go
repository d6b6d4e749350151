// Package scan runs the scanners over a target (a folder, a revision, a range,
// a whole history) and gathers what they say into one Report.
package scan

import (
	"cmp"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
)

// Mode is how a target was read.
type Mode string

const (
	ModeTree    Mode = "tree"    // a folder: the files as they lie there
	ModeHead    Mode = "head"    // one revision
	ModeRange   Mode = "range"   // what A..B brings in
	ModeHistory Mode = "history" // every commit of all heads and tags
)

// Report is the result of one run.
type Report struct {
	Version      string // of the tool
	Targets      []Target
	Integrations []Integration
	Findings     []Finding // by severity (worst first), path, line, rule
	Known        int       // findings left out because the baseline holds them
	Waived       int       // findings left out because a waiver covers them
	Notices      []string  // what a person should know of the run itself
	NotAssessed  string    // what look-ups did not find out, in one line, which Notices has too; "" for nothing
	Pending      []Place   // servers of whose packages look-ups may find out more the next time
}

// Target is one thing that was scanned. Name is as given, without userinfo.
type Target struct {
	Name     string
	Commit   string // full hex; "" outside git
	Mode     Mode
	Coverage Coverage
}

// Coverage says how much of a target was read.
type Coverage struct {
	Files, Scanned int
	Skipped        []Skip
	Blobs          int
	Bytes          int64
	Commits        int
	Complete       bool
}

// Skip is one path that was not read, and why. A Skip that makes the scan
// incomplete has Incomplete set.
type Skip struct {
	Path, Reason string
	Incomplete   bool
}

// Place is a server at a place.
type Place struct{ Target, Path, Server string }

// Origin is the commit that introduced something. The zero Origin is unknown.
type Origin struct {
	Commit string    // full hex
	Author string    // "Name <email>"
	Time   time.Time // author time, UTC
}

// Integration is one integration with all its sightings in the run.
type Integration struct {
	scanners.Integration
	Sightings []Sighting
}

// Sighting is a scanner's sighting with its target and origin.
type Sighting struct {
	scanners.Sighting
	Target string
	Origin Origin
}

// Compare is the order in which findings are told: worst first, then by path,
// line and rule, and on to a total order.
func Compare(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity, a.Severity),
		strings.Compare(a.Path, b.Path),
		cmp.Compare(a.Region.Line, b.Region.Line),
		strings.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Region.Column, b.Region.Column),
		strings.Compare(a.Target, b.Target),
		strings.Compare(a.Fingerprint, b.Fingerprint),
		strings.Compare(hashOf(&a.Finding), hashOf(&b.Finding)),
	)
}

// Finding is a scanner's finding with what the scan and the policy add.
type Finding struct {
	scanners.Finding
	Fingerprint string
	Action      policy.Action
	Target      string
	Origin      Origin
	Local       bool   // in a file that git ignores: on this machine only
	Gone        bool   // introduced in the range or history and no longer in its tip
	Waiver      string // who accepted it until when, "" if nobody; with Options.Everything
}
