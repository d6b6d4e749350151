package workflow

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// maxFindings bounds what is said of one file; a file with more is hostile.
const maxFindings = 200

// hit is one statement about a place of the file.
type hit struct {
	rule     string
	severity scanners.Severity
	weak     bool // it rests on what is likely, not on what is written
	slot     string
	node     *doctree.Node
	span     doctree.Span
	message  scanners.Text
	fix      scanners.Text
	broad    bool
}

// say reports a hit about an agent.
func (a *agent) say(h hit) {
	f := a.job.file
	if len(f.findings) >= maxFindings {
		return
	}
	if f.passive && h.severity > scanners.Info {
		h.severity--
	}
	region := f.region(h.span)
	out := scanners.Finding{
		Rule: h.rule, Severity: h.severity, Confidence: credential.High, Integration: a.in.ID, Server: a.job.id, Slot: strings.TrimSpace(a.label() + " " + h.slot),
		Path: f.path, Region: region, Pointer: credential.RedactKnown(f.doc.Holder(h.node).Pointer()), Message: h.message, Fix: h.fix,
		Excerpt: scanners.ExcerptAt(f.doc.Source, h.span.Start, h.span.End, region), Passive: f.passive, Broad: h.broad,
	}
	if h.weak {
		out.Confidence = credential.Medium
	}
	scanners.Distinguish(&out, f.ordinals)
	f.findings = append(f.findings, out)
}

func (f *file) region(span doctree.Span) scanners.Region {
	line, column := f.doc.Position(span.Start)
	endLine, endColumn := f.doc.Position(span.End)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

// at is the place of part of a node's text.
func (f *file) at(n *doctree.Node, start, end int) doctree.Span { return f.doc.Locate(n, start, end) }

// settings is the document of settings in an input, nil if there is none.
func (a *agent) settings(input string) *doctree.Document {
	n := a.with(input)
	if n == nil || n.Kind != doctree.String || !strings.Contains(n.Text, "{") || len(n.Text) > maxSettings {
		return nil
	}
	if doc, ok := a.read[n]; ok {
		return doc
	}
	doc := a.job.file.doc.Embed(n, 0, len(n.Text), doctree.JSON, doctree.Limits{Bytes: maxSettings, Depth: 50, Nodes: 20000})
	if a.read == nil {
		a.read = map[*doctree.Node]*doctree.Document{}
	}
	a.read[n] = doc
	return doc
}

const maxSettings = 256 << 10

// sight puts the agent into the inventory.
func (a *agent) sight() {
	f := a.job.file
	s := scanners.Sighting{
		Integration: a.in, Name: a.label(), Path: f.path, Region: f.region(a.span), Pointer: credential.RedactKnown(a.node.Pointer()),
		Version: a.ref, Grants: a.grants(), Reaches: a.reaches(), Template: f.passive,
	}
	if a.cmd != nil {
		s.Command = a.name
		for _, w := range a.cmd.words[:min(len(a.cmd.words), 50)] {
			s.Args = append(s.Args, scanners.Plain(credential.Redact(a.run[min(w.Start, len(a.run)):min(w.End, len(a.run))])))
		}
	} else {
		s.Package = a.name
	}
	for _, name := range a.secrets() {
		s.Env = append(s.Env, credential.RedactKnown(name))
	}
	if s.Name == "run" {
		s.Name = path.Base(f.path) + " " + a.job.id
	}
	s.Name = credential.RedactKnown(s.Name)
	f.sighted = append(f.sighted, s)
}

// reaches is what the agent can get at, in the catalogue's words.
func (a *agent) reaches() []string {
	seen := map[string]bool{}
	scopes, given := a.job.permissions()
	if !given {
		seen["source-code"] = true
	}
	for _, s := range scopes {
		switch s.name {
		case "contents", "pull-requests", "all":
			seen["source-code"] = true
		case "issues", "discussions":
			seen["issues"] = true
		}
	}
	for _, t := range a.allowed() {
		if t.level() == "execute" {
			seen["shell"] = true
		}
	}
	var out []string
	for _, word := range []string{"issues", "shell", "source-code"} {
		if seen[word] {
			out = append(out, word)
		}
	}
	return out
}
