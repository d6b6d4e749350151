package mcp

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/address"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/prompt"
)

// mostSame bounds the findings of one rule about a whole file.
const mostSame = 20

// duplicateKeys: reviewers see the first, most parsers take the last.
func duplicateKeys(f *config.File) {
	all := f.Duplicates()
	for _, d := range all[:min(len(all), mostSame)] {
		f.Report(duplicateHit(f, d.First, d.Again))
	}
}

func duplicateHit(f *config.File, first, again doctree.Member) config.Hit {
	h := config.Hit{
		Rule: ruleDuplicateKey, Node: again.Value, Span: again.KeySpan, Slot: again.Key, Severity: scanners.High,
		Message: scanners.Say("The key ", again.Key, " stands here twice: most clients take the last, a reviewer sees the first"),
		Fix:     scanners.Say("Keep one of them."),
	}
	if sameSource(f, first.Value, again.Value) {
		h.Severity = scanners.LowSeverity
		h.Message = scanners.Say("The key ", again.Key, " stands here twice, with the same value")
	}
	return h
}

func sameSource(f *config.File, a, b *doctree.Node) bool {
	return a != nil && b != nil && string(f.Doc.Source[a.Span.Start:a.Span.End]) == string(f.Doc.Source[b.Span.Start:b.Span.End])
}

// unmaskedInputs: VS Code asks for a credential and shows what is typed.
func unmaskedInputs(f *config.File) {
	for _, list := range slices.Concat(f.Doc.At("/inputs"), f.Doc.At("/mcp/inputs"), f.Doc.At("/settings/mcp/inputs")) {
		for _, item := range list.Items {
			item = item.Resolve()
			id := item.Get("id")
			if id == nil || text(item.Get("type")) != "promptString" || strings.EqualFold(text(item.Get("password")), "true") || !wantsSecret(f, id.Text) {
				continue
			}
			f.Report(config.Hit{
				Rule: ruleInput, Node: id, Slot: id.Text, Severity: scanners.LowSeverity,
				Message: scanners.Say("The input ", id.Text, " asks for a credential and shows what is typed"),
				Fix:     scanners.Say("Add ", `"password": true`, "."),
			})
		}
	}
}

// wantsSecret says whether an input stands where a credential belongs, or calls
// itself one.
func wantsSecret(f *config.File, id string) bool {
	if credential.NamesSecret(id) {
		return true
	}
	ref := "${input:" + id + "}"
	for _, srv := range f.Servers {
		for _, e := range slices.Concat(srv.Env, srv.Headers) {
			if strings.Contains(e.Value.Text, ref) && credential.NamesSecret(e.Name) {
				return true
			}
		}
	}
	return false
}

func text(n *doctree.Node) string {
	if n = n.Resolve(); n == nil {
		return ""
	}
	return n.Text
}

// wrongRoot: the client reads none of it, and so may other scanners.
func wrongRoot(f *config.File) {
	otherReader(f)
	found, right, node := f.WrongRoot()
	if node == nil || f.Class != config.Active {
		return
	}
	if right == "" {
		return // of a file in which this client reads no servers
	}
	if found == "" {
		f.Report(config.Hit{
			Rule: ruleInvalidConfig, Node: node, Severity: scanners.Medium,
			Message: scanners.Say(f.ClientName()+" looks for servers under ", right, " and does not read the one that this file is"),
			Fix:     scanners.Say("Put it under ", right, ", by its name."),
		})
		return
	}
	f.Report(config.Hit{
		Rule: ruleInvalidConfig, Node: node, Span: node.KeySpan(), Slot: found, Severity: scanners.Medium,
		Message: scanners.Say(f.ClientName()+" looks for servers under ", right, " and does not read those under ", found),
		Fix:     scanners.Say("Call the key ", right, "."),
	})
}

// otherReader: clients disagree on the key of .mcp.json. Under "servers" only
// Visual Studio reads it, whose files have inputs often.
func otherReader(f *config.File) {
	if f.Format.ID != "visual-studio-solution" || f.Class != config.Active || len(f.Doc.At("/mcpServers"))+len(f.Doc.At("/inputs")) > 0 {
		return
	}
	for _, node := range f.Doc.At("/servers") {
		f.Report(config.Hit{
			Rule: ruleInvalidConfig, Node: node, Span: node.KeySpan(), Slot: "servers", Severity: scanners.LowSeverity,
			Message: scanners.Say("Only Visual Studio reads the servers under ", "servers", " of this file: Claude Code and others look under ", "mcpServers"),
			Fix:     scanners.Say("Call the key ", "mcpServers", " if the file is for them."),
		})
	}
}

// sameName: two servers of one file under one name, launched differently.
func sameName(f *config.File) {
	first := map[string]*config.Server{}
	n := 0
	for _, srv := range f.Servers {
		other := first[srv.Name]
		if other == nil {
			first[srv.Name] = srv
			continue
		}
		if other.Node.Parent() == srv.Node.Parent() || srv.Disabled || other.Disabled || f.Same(other, srv) {
			continue // the same key twice, or the same server twice
		}
		if n++; n > mostSame {
			return
		}
		f.Report(config.Hit{
			Rule: ruleShadowing, Server: srv, Node: srv.Node, Span: srv.NameSpan, Severity: scanners.Medium,
			Message: scanners.Say("Two different MCP servers of this file are called ", srv.Name),
			Fix:     scanners.Say("Give them names of their own."),
		})
	}
}

// impostor: a server with a known product's name that is something else. A
// program of the repository is its author's own affair.
func (c *check) impostor() {
	name := strings.ToLower(c.srv.Name)
	known := catalog.ServerByName(name)
	if known == nil || c.f.Known(c.srv) != nil {
		return
	}
	id := strings.ToLower(c.f.Identity(c.srv))
	if host, ok := strings.CutPrefix(id, "host:"); ok {
		if address.Of(host) != address.Public || ownDomain(host, name, known) {
			return
		}
	} else if strings.HasPrefix(id, "local:") || strings.Contains(squeezed(id), squeezed(name)) {
		return
	}
	h := config.Hit{
		Rule: ruleShadowing, Severity: scanners.Medium,
		Message: c.say(" has the name of "+known.Name+" but is ", id),
		Fix:     scanners.Say("Give it a name that says what it is, or use the server of " + known.Vendor + "."),
	}
	if host, ok := strings.CutPrefix(id, "host:"); ok {
		h.Host = host
	}
	c.report(nil, h)
}

// ownDomain says whether a host is below a domain of the vendor's: one that is
// called like the product, or that of a host of the product.
func ownDomain(host, name string, known *catalog.Server) bool {
	domain := lastLabels(host)
	label, _, _ := strings.Cut(domain, ".")
	if label == name {
		return true
	}
	return slices.ContainsFunc(known.Hosts, func(h string) bool { return lastLabels(h) == domain })
}

// lastLabels are the last two labels of a host.
func lastLabels(host string) string {
	i := strings.LastIndexByte(host, '.')
	if i < 0 {
		return host
	}
	return host[strings.LastIndexByte(host[:i], '.')+1:]
}

// squeezed is a text without what parts words.
func squeezed(s string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "", " ", "", "/", "").Replace(s)
}

// instructions: text for the model where a client expects a name or a value.
func (c *check) instructions() {
	said := 0
	for _, key := range []string{"name", "title", "description", "instructions", "serverInstructions", "displayName"} {
		if n := c.srv.Node.Get(key); n != nil && n.Kind == doctree.String {
			said += c.instruct(n, key, n.Text)
		}
	}
	if said == 0 && c.srv.Node.Parent() != nil && c.srv.Node.Parent().Kind == doctree.Map {
		said += c.instruct(nil, "name", c.srv.Name)
	}
	for _, e := range c.srv.Env {
		if said < mostSame {
			said += c.instruct(e.Value, e.Name, e.Value.Text)
		}
	}
	for _, a := range c.srv.Args {
		if said < mostSame {
			said += c.instruct(a, "args", a.Text)
		}
	}
}

func (c *check) instruct(n *doctree.Node, slot, value string) int {
	why := speaks(value)
	if why == "" {
		return 0
	}
	c.report(n, config.Hit{
		Rule: ruleInstruction, Severity: scanners.High, Slot: slot,
		Message: c.say(" carries instructions for the model in ", slot, ": "+why),
		Fix:     scanners.Say("Take the text out, and find out who put it in."),
	})
	return 1
}

// leastInstruction is how short a text can be that tells a model anything, in bytes.
const leastInstruction = 16

// speaks says how a text speaks to a model; "" if it does not.
func speaks(value string) string {
	if !ascii(value) {
		for _, h := range prompt.Hidden(value) {
			if h.Severity >= scanners.High {
				return "it holds characters that people do not see"
			}
		}
	}
	if len(value) < leastInstruction || !strings.Contains(value, " ") && ascii(value) {
		return ""
	}
	in, ok := prompt.Instruction(value)
	if !ok {
		return ""
	}
	return "it " + strings.Join(in.Signs, ", and ")
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
