// Package config reads the files in which AI clients are configured, whatever
// their format: which MCP servers there are, how they are launched or reached,
// what an agent may do, and which credentials stand in clear beside that.
//
// What is a file of interest, where its servers lie and what its client expands
// is data (scanners/catalog). This package opens a file, brings every format to
// one shape of server, judges every value and turns what is said into
// findings. What is to be said of servers and of settings beside credentials
// are the checks of other rooms (scanners/mcp, scanners/agent), which run on
// the opened File: each file is read once.
package config

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Checks are rules on an opened file. They hold no state.
type Checks interface {
	Rules() []scanners.Rule
	// Check says what it has to say of the file with File.Report.
	Check(f *File)
}

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{ checks []Checks }

// New returns the scanner of configuration files: its own rules about
// credentials and the files as a whole, and the checks given.
func New(checks ...Checks) *Scanner { return &Scanner{checks} }

// Rules are the rules this scanner reports.
func (s *Scanner) Rules() []scanners.Rule {
	all := rules()
	for _, c := range s.checks {
		all = append(all, c.Rules()...)
	}
	return all
}

// Candidate decides by path alone, in constant time.
func (*Scanner) Candidate(path string) scanners.Interest {
	switch {
	case catalog.IsNamed(path):
		return scanners.Named
	case catalog.IsCandidate(path):
		return scanners.Chance
	}
	return scanners.NoInterest
}

// Scan reads one file. A file that no format claims gives an empty Result.
func (s *Scanner) Scan(file scanners.File, hasher *credential.Hasher) scanners.Result {
	f := open(file)
	if f == nil {
		return scanners.Result{}
	}
	f.hasher = hasher
	f.readBlocks()
	f.readServers()
	f.judgeServers()
	f.judgeRest()
	f.searchText()
	f.checkSyntax()
	f.checkUserFile()
	if !f.searched() {
		for _, c := range s.checks {
			c.Check(f)
		}
	}
	return f.result()
}
