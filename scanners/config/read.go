package config

import (
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// otherWrappers are the wrappers of other clients. People copy a server from
// one client's file to another's: it is there to be started, if not by this
// client.
var otherWrappers = []string{"/mcpServers", "/servers", "/mcp/servers", "/mcp_servers", "/mcp-servers", "/context_servers"}

// readServers finds the servers at the format's places, and in their absence
// under the wrappers of other clients.
func (s *File) readServers() {
	wrapped := false
	for _, place := range s.Format.Servers {
		if place.Pointer == "" && place.Container == catalog.Bare && wrapped {
			continue // a wrapper stands beside them: the root is not a server map
		}
		for _, node := range s.Doc.At(place.Pointer) {
			if place.Container == catalog.Bare && loneServer(node.Resolve()) {
				s.readPlace(node.Resolve(), catalog.Single)
				s.foreign = node
				continue
			}
			if place.Container == catalog.Bare && node.Resolve() != nil && len(node.Resolve().Members) > 0 && !serverMap(node.Resolve()) {
				continue
			}
			s.readPlace(node.Resolve(), place.Container)
			wrapped = wrapped || place.Pointer != ""
		}
	}
	s.readForeign()
	for _, node := range s.Doc.At("/inputs") {
		s.readInputs(node.Resolve())
	}
}

// readForeign looks where this client does not, if nothing was found where it does.
func (s *File) readForeign() {
	if len(s.Servers) > 0 {
		return
	}
	lists := [][]string{s.Format.Foreign}
	if s.Format.Role != catalog.RolePublish && !s.Format.Wide {
		lists = append(lists, otherWrappers)
	}
	for _, pointers := range lists {
		for _, pointer := range pointers {
			for _, node := range s.Doc.At(pointer) {
				s.readPlace(node.Resolve(), catalog.Map)
				if s.foreign == nil && len(s.Servers) > 0 {
					s.foreign = node
				}
			}
		}
		if len(s.Servers) > 0 {
			return
		}
	}
}

func (s *File) readPlace(node *doctree.Node, container catalog.Container) {
	if node == nil {
		return
	}
	switch container {
	case catalog.Single:
		if node.Kind == doctree.Map {
			s.addServer(singleName(s.Path, s.Doc), node, node.Span)
		}
	case catalog.Text:
		s.readText(node)
	case catalog.Flags:
		s.readFlags(node)
	case catalog.Services:
		s.readServices(node)
	case catalog.Nodes:
		s.readNodes(node)
	case catalog.Runtimes:
		s.readRuntimes(node)
	case catalog.Packages:
		s.readPackages(node)
	case catalog.Images:
		for _, m := range node.Members {
			s.readImage(m.Key, m.Value.Resolve(), m.KeySpan)
		}
	case catalog.Image:
		if srv := s.readImage(singleName(s.Path, s.Doc), node, node.Span); srv != nil {
			srv.Managed = true // the registry builds and signs it
		}
	case catalog.Function:
		s.readFunction(node)
	case catalog.Resource:
		s.readResource(node)
	default:
		s.readMany(node)
	}
}

// readMany reads a map of servers by name, or a list of them.
func (s *File) readMany(node *doctree.Node) {
	switch node.Kind {
	case doctree.Map:
		for _, m := range node.Members {
			s.addServer(m.Key, m.Value.Resolve(), m.KeySpan)
		}
	case doctree.List:
		for i, item := range node.Items {
			s.readItem(item.Resolve(), i)
		}
	}
}
