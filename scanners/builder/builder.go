// Package builder reads the flows that people draw in low-code builders and
// commit as exports: n8n, Flowise, Langflow, Dify, Make, Zapier, Copilot Studio,
// Rivet, Botpress, Bedrock AgentCore and Google's Agent Development Kit.
//
// Every format is brought to one shape: a flow of nodes, of which some are
// agents, models, stores, tools and systems they act on. A flow without
// anything of AI is left alone. MCP servers in flows are those of
// scanners/config, which judges how they are reached.
package builder

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/literal"
)

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of builders' flows.
func New() Scanner { return Scanner{} }

// Candidate decides by path alone: exports lie anywhere, under any name.
func (Scanner) Candidate(p string) scanners.Interest {
	switch base := path.Base(p); path.Ext(base) {
	case ".json", ".yaml", ".yml", ".rivet-project":
		return scanners.Chance
	case ".ts":
		if base == "bot.definition.ts" || base == "agent.config.ts" || base == "integration.definition.ts" {
			return scanners.Chance
		}
	}
	return scanners.NoInterest
}

// marks are words of which one stands in every export.
var marks = literal.New(
	`n8n-nodes-`, `"chatflow`, `agentflow`, `"baseclasses"`, `"input_types"`, `"base_classes"`, `langflow`, "kind: app", `kind: "app"`, `"kind": "app"`, `"module":"`, `"module": "`, `cliapi@`, "adaptivedialog", "taskdialog", "gptcomponentmetadata",
	"agent_class:", "agentconfig.json", "bedrock_agentcore", "agentcore", "data:\n  attachedgraphs", "attachedgraphs:", "@botpress/", "graphs:", "entrypoint:",
)

// limits bound one file.
func limits() doctree.Limits {
	return doctree.Limits{Bytes: 4 << 20, Depth: 120, Nodes: 400000, Errors: 10}
}

// maxFlows bounds the flows of one file: exports may hold a list of them.
const maxFlows = 200

// Scan reads one file.
func (Scanner) Scan(in scanners.File, hasher *credential.Hasher) scanners.Result {
	var r scanners.Result
	if !marks.In(in.Data) {
		return r
	}
	s := &scan{path: in.Path, hasher: hasher, ordinals: map[string]int{}}
	if path.Ext(in.Path) == ".ts" {
		s.botpress(in.Data)
		r.Sightings = s.sighted
		return r
	}
	syntax := doctree.YAML
	if path.Ext(in.Path) == ".json" {
		syntax = doctree.JSON
	}
	s.doc = doctree.Parse(syntax, in.Data, limits())
	if len(s.doc.Roots) == 0 {
		return r
	}
	for _, root := range s.doc.Roots[:min(len(s.doc.Roots), maxFlows)] {
		s.read(root.Resolve())
	}
	if len(s.sighted) == 0 && len(s.findings) == 0 {
		return r
	}
	if s.doc.Truncated {
		r.Incomplete = "too large or too deeply nested to be read whole"
	}
	s.passive = config.Passive(in.Path)
	if s.passive {
		for i := range s.findings {
			s.findings[i].Passive = true
			if s.findings[i].Severity > scanners.Info {
				s.findings[i].Severity--
			}
		}
		for i := range s.sighted {
			s.sighted[i].Template = true
		}
	}
	r.Sightings, r.Findings = s.sighted, s.findings
	return r
}

// scan is one file on its way.
type scan struct {
	path     string
	doc      *doctree.Document
	hasher   *credential.Hasher
	passive  bool
	sighted  []scanners.Sighting
	findings []scanners.Finding
	ordinals map[string]int
	looked   int     // nodes that were searched for secrets
	loose    []found // values of a flow outside its nodes that may be credentials
}

// readers read an object that may be a flow of their format, nil if it is not.
var readers = []func(s *scan, root *doctree.Node) *flow{
	(*scan).n8n, (*scan).flowise, (*scan).langflow, (*scan).dify, (*scan).makeBlueprint, (*scan).zapier, (*scan).copilotStudio, (*scan).agentcore, (*scan).adk, (*scan).rivet,
}

// read reads one flow, a list of flows, or an export that wraps one.
func (s *scan) read(root *doctree.Node) {
	if root == nil {
		return
	}
	if zaps := items(root.Get("zaps"), maxFlows); len(zaps) > 0 {
		for _, zap := range zaps {
			s.readOne(zap)
		}
		return
	}
	if root.Kind == doctree.List {
		for _, item := range root.Items[:min(len(root.Items), maxFlows)] {
			if item = item.Resolve(); item.Kind == doctree.Map {
				s.readOne(item)
			}
		}
		return
	}
	s.readOne(root)
}

func (s *scan) readOne(root *doctree.Node) {
	for _, read := range readers {
		if f := read(s, root); f != nil {
			if f.ai() {
				s.sight(f)
				s.check(f)
			}
			return
		}
	}
	for _, key := range []string{"data", "workflow", "workflows", "flows", "flowData"} { // what backups wrap a flow in
		inner := root.Get(key)
		if inner == nil || len(s.sighted) > 0 {
			continue
		}
		if inner.Kind == doctree.List {
			s.read(inner)
		} else if inner.Kind == doctree.Map && (inner.Get("nodes") != nil) {
			if f := s.n8n(inner); f != nil && f.ai() {
				s.sight(f)
				s.check(f)
			}
		}
	}
}

// place notes an integration at a place of the file.
func (s *scan) place(in scanners.Integration, name string, at doctree.Span, n *doctree.Node, change func(*scanners.Sighting)) {
	x := scanners.Sighting{Integration: in, Name: credential.RedactKnown(name), Path: s.path, Region: s.region(at)}
	x.Integration.Name = credential.RedactKnown(in.Name)
	x.Integration.ID = credential.RedactKnown(in.ID)
	if n != nil {
		x.Pointer = credential.RedactKnown(n.Pointer())
	}
	change(&x)
	s.sighted = append(s.sighted, x)
}

func (s *scan) region(span doctree.Span) scanners.Region {
	if s.doc == nil || span == (doctree.Span{}) {
		return scanners.Region{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}
	}
	line, column := s.doc.Position(span.Start)
	endLine, endColumn := s.doc.Position(span.End)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func text(n *doctree.Node) string {
	if n = n.Resolve(); n == nil || n.Kind == doctree.Map || n.Kind == doctree.List {
		return ""
	}
	return n.Text
}

// items are the members of a list, aliases resolved, at most so many.
func items(n *doctree.Node, most int) []*doctree.Node {
	if n = n.Resolve(); n == nil || n.Kind != doctree.List {
		return nil
	}
	out := make([]*doctree.Node, 0, min(len(n.Items), most))
	for _, item := range n.Items[:min(len(n.Items), most)] {
		out = append(out, item.Resolve())
	}
	return out
}

// named is the name that a flow or node goes by, and where it stands: the
// first of the keys that has one, else what stands for it.
func named(n *doctree.Node, fallback string, at doctree.Span, keys ...string) (string, doctree.Span) {
	for _, key := range keys {
		if v := n.Get(key); text(v) != "" {
			return v.Text, v.Span
		}
	}
	return fallback, at
}

// base is a file's name without its ending.
func (s *scan) base() string {
	b := path.Base(s.path)
	return strings.TrimSuffix(b, path.Ext(b))
}
