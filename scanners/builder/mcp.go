package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// mcp is an MCP server as a flow gives it: at an address, by a command, or by a
// name alone that the builder knows it by. Those of n8n and of documents within
// Flowise's nodes are read by scanners/config.
type mcp struct {
	url     string
	command string
	args    []string
}

// mcpIn reads a server from a map with a url, or with a command and arguments.
func mcpIn(n *doctree.Node) *mcp {
	if n = n.Resolve(); n == nil {
		return &mcp{}
	}
	m := &mcp{url: text(n.Get("url")), command: text(n.Get("command"))}
	for _, a := range items(n.Get("args"), 50) {
		m.args = append(m.args, text(a))
	}
	return m
}

// sightServer puts the server that a node asks into the inventory.
func (s *scan) sightServer(f *flow, n *node) {
	in := scanners.Integration{ID: "local:" + s.path + "#" + f.name + "/" + n.name, Kind: scanners.KindMCPServer, Name: n.name, Reputation: scanners.Unknown}
	pkg := launch.Package{}
	switch {
	case strings.Contains(n.mcp.url, "://"):
		if host := hostOf(n.mcp.url); host != "" {
			in = scanners.ServerAt(host)
		}
	case n.mcp.command != "":
		started := launch.Parse(append([]string{n.mcp.command}, n.mcp.args...))
		if pkg = started.Package(); pkg.Name != "" {
			in = scanners.ServerFrom(pkg.Ecosystem, pkg.Name)
		}
	}
	s.place(in, n.name, n.at, n.node, func(x *scanners.Sighting) {
		x.Client, x.Transport, x.Reaches = f.client, scanners.StreamableHTTP, reachOf(n.system)
		switch {
		case n.mcp.command != "":
			x.Transport, x.Command, x.Package, x.Version = scanners.Stdio, credential.RedactKnown(n.mcp.command), pkg.Name, pkg.Version
			for _, a := range n.mcp.args {
				x.Args = append(x.Args, credential.Redact(a))
			}
		case n.mcp.url != "":
			x.URL = credential.Redact(n.mcp.url)
		}
	})
}

// hostOf is the host of an address, without a port; "" if it is filled in later.
func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	host, _, _ := strings.Cut(rest, ":")
	if strings.ContainsAny(host, "{}$ ") {
		return ""
	}
	return strings.ToLower(host)
}
