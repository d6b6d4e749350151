package builder

import (
	"slices"
	"sort"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// role is what a node is to a flow.
type role uint8

const (
	other   role = iota // moves data about
	agent               // decides which tools to use
	chain               // asks a model, without tools
	model               // a model that agents and chains ask
	store               // a vector store
	server              // an MCP server or client
	system              // acts on something outside
	trigger             // starts the flow
)

// node is one step of a flow.
type node struct {
	name    string
	at      doctree.Span // of its name, else of what says what it is
	node    *doctree.Node
	role    role
	product string   // of a model or store: its slug
	model   string   // of a model: its name, "" if the flow does not give it
	system  string   // of a system: gmail, postgres, shell …
	level   string   // read, write or execute
	tool    bool     // an agent may be given it
	part    bool     // it serves an agent or a model, if only by keeping its memory
	public  bool     // of a trigger: anybody on the internet can fire it
	tools   []string // of an agent, in formats that list them in it
	secrets []found  // values in it that may be credentials
	mcp     *mcp     // the MCP server that it asks, if no other scanner reads it
}

// flow is one flow, whatever its builder.
type flow struct {
	name    string
	at      doctree.Span
	root    *doctree.Node // of an n8n workflow
	client  string        // catalogue id, "" if the catalogue has none
	product string        // slug of the builder
	certain bool          // its format says that it is of AI, whatever its nodes are
	vendor  string
	nodes   []*node
	next    map[string][]string // what runs after a node, by name
	given   map[string][]string // the tools an agent is given, by the agent's name
}

// maxNodes bounds the nodes of one flow.
const maxNodes = 2000

func newFlow(name string, at doctree.Span, product, vendor, client string) *flow {
	return &flow{name: name, at: at, product: product, vendor: vendor, client: client, next: map[string][]string{}, given: map[string][]string{}}
}

func (f *flow) add(n *node) {
	if len(f.nodes) < maxNodes {
		f.nodes = append(f.nodes, n)
	}
}

// ai says whether anything in the flow asks a model or serves one.
func (f *flow) ai() bool {
	return f.certain || slices.ContainsFunc(f.nodes, func(n *node) bool {
		return n.role == agent || n.role == chain || n.role == model || n.role == store || n.role == server
	})
}

func (f *flow) node(name string) *node {
	for _, n := range f.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// toolsOf are the nodes that an agent is given.
func (f *flow) toolsOf(a *node) []*node {
	var out []*node
	for _, name := range f.given[a.name] {
		if n := f.node(name); n != nil && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// reached are the agents that run after a node, at once or later.
func (f *flow) reached(from *node) []*node {
	seen := map[string]bool{from.name: true}
	var out []*node
	for queue := []string{from.name}; len(queue) > 0; {
		name := queue[0]
		queue = queue[1:]
		for _, after := range f.next[name] {
			if seen[after] {
				continue
			}
			seen[after] = true
			queue = append(queue, after)
			if n := f.node(after); n != nil && n.role == agent {
				out = append(out, n)
			}
		}
	}
	return out
}

// id is the flow's integration, which nothing outside the repository names.
func (s *scan) id(f *flow) string { return "local:" + s.path + "#" + f.name }

// sight puts a flow and what is in it into the inventory.
func (s *scan) sight(f *flow) {
	in := scanners.Integration{ID: s.id(f), Kind: scanners.KindBuilderFlow, Name: f.name, Vendor: f.vendor, Reputation: scanners.Unknown}
	var reaches []string
	var grants []scanners.Grant
	for _, n := range f.nodes {
		if n.system != "" {
			reaches = append(reaches, reachOf(n.system)...)
			grants = append(grants, scanners.Grant{Name: n.system, Level: n.level})
		}
	}
	s.place(in, f.name, f.at, nil, func(x *scanners.Sighting) {
		x.Client, x.Reaches, x.Grants = f.client, sorted(reaches), distinct(grants)
	})
	for _, n := range f.nodes {
		s.sightNode(f, n)
		if n.role == chain || n.role == server && n.public || n.tool && n.role != server && n.role != agent || n.part {
			s.place(in, n.name, n.at, n.node, func(x *scanners.Sighting) {
				x.Client = f.client
				if n.system != "" {
					x.Reaches, x.Grants = reachOf(n.system), []scanners.Grant{{Name: n.system, Level: n.level}}
				}
			})
		}
	}
}

func (s *scan) sightNode(f *flow, n *node) {
	switch n.role {
	case agent:
		in := scanners.Integration{ID: "local:" + s.path + "#" + f.name + "/" + n.name, Kind: scanners.KindAgent, Name: n.name, Vendor: f.vendor, Reputation: scanners.Unknown}
		var grants []scanners.Grant
		var reaches []string
		for _, t := range f.toolsOf(n) {
			name, level := t.system, t.level
			if name == "" {
				name, level = t.name, "unknown"
			}
			grants = append(grants, scanners.Grant{Name: credential.RedactKnown(name), Level: level})
			reaches = append(reaches, reachOf(t.system)...)
		}
		for _, t := range n.tools {
			grants = append(grants, scanners.Grant{Name: credential.RedactKnown(t), Level: "unknown"})
		}
		s.place(in, n.name, n.at, n.node, func(x *scanners.Sighting) {
			x.Client, x.Reaches, x.Grants = f.client, sorted(reaches), distinct(grants)
		})
	}
	if n.mcp != nil {
		s.sightServer(f, n)
	}
	if n.product != "" && n.role != system {
		if in, ok := scanners.ProductOf(n.product); ok {
			s.place(in, n.name, n.at, n.node, func(x *scanners.Sighting) { x.Client = f.client })
			if n.model != "" {
				m := scanners.Integration{ID: "model:" + strings.ToLower(n.model), Kind: scanners.KindModel, Name: n.model, Vendor: in.Vendor, Reputation: scanners.Known}
				s.place(m, n.name, n.at, n.node, func(x *scanners.Sighting) { x.Client, x.Version = f.client, n.model })
			}
		}
	}
}

func sorted(words []string) []string {
	sort.Strings(words)
	return slices.Compact(words)
}

// distinct are grants without repetition, by name, the widest of each.
func distinct(grants []scanners.Grant) []scanners.Grant {
	rank := map[string]int{"unknown": 0, "read": 1, "write": 2, "execute": 3}
	best := map[string]string{}
	for _, g := range grants {
		if old, ok := best[g.Name]; !ok || rank[g.Level] > rank[old] {
			best[g.Name] = g.Level
		}
	}
	var out []scanners.Grant
	for name, level := range best {
		out = append(out, scanners.Grant{Name: name, Level: level})
	}
	slices.SortFunc(out, func(a, b scanners.Grant) int { return strings.Compare(a.Name, b.Name) })
	return out
}
