package builder

import (
	"strconv"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

const maxFindings = 200 // of one file

// say reports a finding about a flow at a place.
func (s *scan) say(f *flow, rule string, severity scanners.Severity, confidence credential.Confidence, slot string, n *doctree.Node, at doctree.Span, message, fix scanners.Text) *scanners.Finding {
	if len(s.findings) >= maxFindings {
		return nil
	}
	region := s.region(at)
	x := scanners.Finding{
		Rule: rule, Severity: severity, Confidence: confidence, Integration: credential.RedactKnown(s.id(f)), Server: credential.RedactKnown(f.name), Slot: credential.RedactKnown(slot),
		Path: s.path, Region: region, Client: f.client, Message: message, Fix: fix, Excerpt: scanners.ExcerptAt(s.doc.Source, at.Start, at.End, region),
	}
	if n != nil {
		x.Pointer = credential.RedactKnown(n.Pointer())
	}
	scanners.Distinguish(&x, s.ordinals)
	s.findings = append(s.findings, x)
	return &s.findings[len(s.findings)-1]
}

// check asks the rules about a flow.
func (s *scan) check(f *flow) {
	s.checkTriggers(f)
	s.checkShell(f)
	s.checkSecrets(f)
	if f.root != nil {
		s.personal(f, f.root)
	}
}

// checkTriggers looks for ways from the internet to an agent that acts.
func (s *scan) checkTriggers(f *flow) {
	for _, t := range f.nodes {
		if !t.public {
			continue
		}
		agents := f.reached(t)
		if t.role == server { // the flow is a server: what it offers are its tools
			agents = []*node{t}
		}
		for _, a := range agents {
			tool := actingTool(f, a)
			if tool == nil {
				continue
			}
			severity, confidence, does := scanners.High, credential.High, " ("+tool.system+": "+tool.level+")"
			if tool.role == server {
				severity, confidence, does = scanners.Medium, credential.Medium, " (an MCP server: what it may do is not in the flow)"
			}
			s.say(f, rulePublic, severity, confidence, t.name+" "+a.name, t.node, t.at,
				scanners.Say("Anybody on the internet can start ", safe(t.name), ", which leads to the agent ", safe(a.name), " with the tool ", safe(tool.name), does),
				scanners.Say("Let the trigger ask for a credential, or take the tool from the agent."))
			break
		}
	}
}

// actingTool is a tool of an agent that changes something, or an MCP server that
// may.
func actingTool(f *flow, a *node) *node {
	var asks *node
	for _, t := range f.toolsOf(a) {
		switch {
		case t.role == system && (t.level == "write" || t.level == "execute"):
			return t
		case t.role == server && asks == nil && t != a:
			asks = t
		}
	}
	return asks
}

// checkShell looks for agents that may run code on the builder's machine.
func (s *scan) checkShell(f *flow) {
	for _, a := range f.nodes {
		if a.role != agent {
			continue
		}
		for _, t := range f.toolsOf(a) {
			if t.role != system || t.level != "execute" {
				continue
			}
			severity := scanners.Medium
			what := "code that the flow holds"
			if t.system == "shell" || t.system == "code" && f.product == "langflow" {
				severity, what = scanners.High, "commands or code that the model writes"
			}
			s.say(f, ruleShell, severity, credential.High, a.name+" "+t.name, t.node, t.at,
				scanners.Say("The agent ", safe(a.name), " may run "+what+" on the builder's machine, with ", safe(t.name)),
				scanners.Say("Give it a tool that does the one thing it must, or run the code in a sandbox."))
		}
	}
}

// maker tells of a connection with which everybody acts with its author's
// rights (learn.microsoft.com/microsoft-copilot-studio, connection properties).
func (s *scan) maker(f *flow, action *doctree.Node) {
	mode := action.Get("connectionProperties").Get("mode")
	if text(mode) != "Maker" {
		return
	}
	s.say(f, ruleMaker, scanners.Medium, credential.High, text(action.Get("connectionReference")), mode, mode.Span,
		scanners.Say("Everybody who talks to this agent acts with the rights of its author: ", "mode: Maker"),
		scanners.Say("Set ", "mode: Invoker", ", so that each person signs in."))
}

// safe is a name of a flow, fit to be told.
func safe(name string) string { return scanners.Plain(credential.RedactKnown(name)) }

func numbered(n int) string { return strconv.Itoa(n) }
