package config

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readNodes finds the MCP nodes of an n8n workflow: clients, client tools and
// the trigger that makes the workflow itself a server. Where its server is, a
// node says in its parameters or leaves to a stored credential.
func (s *File) readNodes(nodes *doctree.Node) {
	for i, item := range nodes.Items {
		node := item.Resolve()
		kind := text(node.Get("type"))
		if kind = strings.ToLower(kind[strings.LastIndexByte(kind, '.')+1:]); !strings.Contains(kind, "mcp") {
			continue
		}
		name, span := indexed(i), node.Span
		if n := node.Get("name").Resolve(); text(n) != "" {
			name, span = n.Text, n.Span
		}
		srv := s.newServer(name, node, span)
		if srv == nil {
			return
		}
		parameters := node.Get("parameters").Resolve()
		if url := first(parameters, urlKeys); url != nil && url.Kind == doctree.String {
			srv.URL = url
		}
		srv.Transport = transport(node, srv)
	}
}

// readRuntimes finds the remote MCP servers of a Microsoft 365 plugin: runtimes
// of its manifest, or connectors of the app's.
func (s *File) readRuntimes(runtimes *doctree.Node) {
	for _, item := range runtimes.Items {
		item = item.Resolve()
		holder := item
		url := item.Get("spec").Get("url").Resolve()
		if text(item.Get("type")) != "RemoteMCPServer" {
			holder = item.Get("toolSource").Get("remoteMcpServer").Resolve()
			url = holder.Get("mcpServerUrl").Resolve()
		}
		if url == nil || url.Kind != doctree.String {
			continue
		}
		name, span := s.pluginName(), url.Span
		for _, key := range []string{"displayName", "id"} {
			if n := item.Get(key).Resolve(); text(n) != "" {
				name, span = n.Text, n.Span
				break
			}
		}
		srv := s.newServer(name, item, span)
		if srv == nil {
			return
		}
		srv.URL = url
		srv.Transport = transport(holder, srv)
	}
}

// pluginName is what a Microsoft 365 plugin calls itself.
func (s *File) pluginName() string {
	for _, root := range s.Doc.Roots {
		for _, key := range []string{"name_for_human", "namespace"} {
			if name := text(root.Get(key)); name != "" {
				return name
			}
		}
	}
	return path.Base(s.Path)
}

// serverKinds are Kubernetes resources that are MCP servers: ToolHive's,
// kagent's and kmcp's.
var serverKinds = []string{"MCPServer", "RemoteMCPServer", "MCPRemoteProxy", "MCPServerEntry"}

// readResource reads a Kubernetes resource that is an MCP server.
func (s *File) readResource(resource *doctree.Node) {
	kind := text(resource.Get("kind"))
	if !slices.Contains(serverKinds, kind) {
		return
	}
	spec := resource.Get("spec").Resolve()
	name, span := kind, resource.Span
	if n := resource.Get("metadata").Get("name").Resolve(); text(n) != "" {
		name, span = n.Text, n.Span
	}
	if url := first(spec, []string{"url", "remoteURL", "remoteUrl"}); url != nil && url.Kind == doctree.String {
		if srv := s.newServer(name, spec, span); srv != nil {
			srv.URL = url
			srv.Transport = transport(spec, srv)
		}
		return
	}
	holder := spec
	if d := spec.Get("deployment").Resolve(); d != nil {
		holder = d
	}
	var argv []string
	if image := text(holder.Get("image")); image != "" {
		argv = runImage(image)
	}
	if cmd := text(holder.Get("cmd")); cmd != "" { // kmcp runs it in an image of its own
		argv = append([]string{cmd}, (&Server{}).with(holder.Get("args").Resolve()).argv()...)
	}
	if argv == nil {
		return
	}
	if srv := s.addPackaged(name, spec, span, argv); srv != nil {
		srv.Env = append(settings(holder, envKeys), namedSettings(holder, "env", "value")...)
		srv.with(holder.Get("args").Resolve())
	}
}
