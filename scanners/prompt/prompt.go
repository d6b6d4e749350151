// Package prompt reads the files that instruct AI agents: CLAUDE.md, AGENTS.md,
// rules, skills, commands and their like. It looks for what nobody reviews:
// text that people do not see, and instructions that turn an agent against the
// people it works for.
//
// A file is read once, line by line. Lines become units, a sentence or a list
// item each, of tokens whose words belong to classes (lexicon.go); a unit knows
// where it stands: in a comment, a quotation, under a heading that forbids. The
// rules look for orders in their usual words, and for frames (frame_*.go): what is
// done, in any mood (mood.go), to what, for whom (sense.go). They look at single units and at few that follow each other, so that a scan
// takes linear time. What is forbidden, quoted or described is no violation:
// files that defend an agent name the same things as files that attack it.
package prompt

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// maxSize is how much of a file is read, in bytes.
const maxSize = 1 << 20

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of instruction files.
func New() *Scanner { return &Scanner{} }

// Rules are the rules this scanner reports.
func (*Scanner) Rules() []scanners.Rule { return rules() }

// Candidate decides by path alone, in constant time.
func (*Scanner) Candidate(path string) scanners.Interest {
	if _, ok := clientOf(path); ok {
		return scanners.Named
	}
	return scanners.NoInterest
}

// Scan reads one file. A path that is no candidate gives an empty Result. The
// hasher is not used: no rule here is about a credential.
func (*Scanner) Scan(f scanners.File, _ *credential.Hasher) scanners.Result {
	client, ok := clientOf(f.Path)
	if !ok {
		return scanners.Result{}
	}
	data, whole := f.Data, true
	if len(data) > maxSize {
		data, whole = data[:maxSize], false
	}
	text := string(data)
	r := newReport(f.Path, client, text)
	for _, h := range Hidden(text) {
		r.hidden(h)
	}
	read(text, f.Path, r.add, false)
	r.suppressed()
	return r.result(whole)
}
