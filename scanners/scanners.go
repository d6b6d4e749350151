// Package scanners holds what every scanner shares: the file that goes in, the
// sightings and findings that come out, and the rules behind them.
//
// Scanners are pure. Bytes and facts go in, sightings and findings come out:
// no network, process, clock or database, and nothing that is read is ever
// executed, resolved or connected to.
package scanners

import "github.com/castellan-app/castellan/scanners/credential"

// File is one file to be read. Path is relative to the repository, with
// slashes; it and Data come from strangers.
type File struct {
	Path string
	Data []byte
	// Local says that git does not hold the file (ignored by it): what is found
	// in it is on this machine only.
	Local bool
}

// Result is all that a scanner has to say of one file.
type Result struct {
	Sightings []Sighting
	Findings  []Finding
	// Calls and Callees are what a workflow runs of its repository, and what it runs
	// for others.
	Calls   []Call
	Callees []Callee
	// Incomplete, if not empty, says why the file was not fully read.
	Incomplete string
}

// Interest is how much the path of a file alone promises.
type Interest uint8

const (
	NoInterest Interest = iota // Scan would find nothing
	Anywhere                   // any text will do: what is looked for may stand in every file
	Chance                     // most files of such a path are about something else
	Named                      // the path says what the file is: that it could not be read is worth telling
)

// Scanner reads one kind of place in which AI is found.
type Scanner interface {
	// Rules are the rules that its findings name.
	Rules() []Rule
	// Candidate decides by path alone, in constant time, whether Scan wants the file.
	Candidate(path string) Interest
	// Scan reads one file. hasher makes the identities of credentials.
	Scan(f File, hasher *credential.Hasher) Result
}

// Sizer is a Scanner that reads larger files than most.
type Sizer interface {
	// MaxBytes is the largest file of a path that Scan reads whole, 0 for the
	// usual.
	MaxBytes(path string) int64
}

// Region is a half-open range of a file. Lines and columns are 1-based,
// columns in bytes; the zero Region is the file as a whole.
type Region struct{ Line, Column, EndLine, EndColumn int }
