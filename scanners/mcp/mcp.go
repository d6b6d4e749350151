// Package mcp reads the files in which clients of the Model Context Protocol
// declare their servers, whatever their format: which servers there are, how
// they are launched or reached, and which credentials stand in clear beside
// them.
//
// What is a file of interest, where its servers lie and what its client expands
// is data (scanners/catalog); this package brings every format to one shape of
// server and checks that.
package mcp

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of MCP and agent configuration files.
func New() *Scanner { return &Scanner{} }

// Rules are the rules this scanner reports.
func (*Scanner) Rules() []scanners.Rule { return rules() }

// Candidate decides by path alone, in constant time.
func (*Scanner) Candidate(path string) bool { return catalog.IsCandidate(path) }

// Scan reads one file. A file that no format claims gives an empty Result.
func (*Scanner) Scan(f scanners.File, hasher *credential.Hasher) scanners.Result {
	s := open(f)
	if s == nil {
		return scanners.Result{}
	}
	s.hasher = hasher
	s.readServers()
	s.judgeServers()
	s.judgeRest()
	s.searchText()
	s.checkSyntax()
	s.checkUserFile()
	return s.result()
}
