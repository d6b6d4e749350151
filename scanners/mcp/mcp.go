// Package mcp checks the MCP servers that a configuration file declares: what
// is launched and where it comes from, what it is given of the machine, how a
// remote one is reached, and whether the file says what its reviewers think it
// says. It works on files that scanners/config has opened, and on the normal
// form of a launch (scanners/launch), whatever wrapper, quoting or order of
// keys a file uses.
package mcp

import (
	"slices"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// Checks implements config.Checks. It holds no state.
type Checks struct{}

// New returns the checks of MCP servers.
func New() Checks { return Checks{} }

// Rules are the rules these checks report.
func (Checks) Rules() []scanners.Rule {
	return slices.Concat(sourceRules(), executionRules(), machineRules(), remoteRules(), structureRules())
}

// Check says what is to be said of every server, and of the file around them.
func (Checks) Check(f *config.File) {
	for _, srv := range f.Servers {
		c := &check{f, srv}
		for _, run := range serverChecks() {
			run(c)
		}
	}
	for _, run := range fileChecks() {
		run(f)
	}
}

func serverChecks() []func(*check) {
	return []func(*check){
		(*check).advisories, (*check).unpinned, (*check).typosquat, (*check).archived, (*check).registry,
		(*check).remoteCode, (*check).inlineCode, (*check).temporaryPath, (*check).superuser, (*check).shellServer,
		(*check).container, (*check).mounts, (*check).broadRoot,
		(*check).database, (*check).bindsAll, (*check).unverifiedTLS, (*check).codeLoading, (*check).envFile,
		(*check).plainHTTP, (*check).untrustedHost, (*check).noAuth, (*check).sse, (*check).headersHelper,
		(*check).instructions, (*check).impostor,
	}
}

func fileChecks() []func(*config.File) {
	return []func(*config.File){duplicateKeys, unmaskedInputs, wrongRoot, sameName, combination}
}

// check is one server of one file while it is checked.
type check struct {
	f   *config.File
	srv *config.Server
}

// launch is the normal form of what the server runs.
func (c *check) launch() *launch.Launch { return &c.srv.Launch }

// report says something of the server; n is the value it is about.
func (c *check) report(n *doctree.Node, h config.Hit) {
	h.Server = c.srv
	if h.Node == nil {
		h.Node = n
	}
	if h.Node == nil {
		h.Node, h.Span = c.srv.Node, c.srv.NameSpan
	}
	c.f.Report(h)
}

// reportWord says something about a word of the command line.
func (c *check) reportWord(w launch.Word, h config.Hit) {
	h.Node, h.Span = c.f.Word(c.srv, w)
	c.report(nil, h)
}

// words are parts of a sentence: ours and the repository's, alternating.
func (c *check) say(before string, parts ...string) scanners.Text {
	return scanners.Say(append([]string{"MCP server ", c.srv.Name, before}, parts...)...)
}
