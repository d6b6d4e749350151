package config

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// gatewayImage serves the servers that its --servers flag names, each from
// Docker's own namespace.
const gatewayImage = "docker.io/docker/mcp-gateway"

// runImage is the command line that an image amounts to.
func runImage(image string) []string { return []string{"docker", "run", image} }

// addPackaged keeps a server that the file names by a package or image instead
// of a command line; argv is what it amounts to.
func (s *File) addPackaged(name string, node *doctree.Node, nameSpan doctree.Span, argv []string) *Server {
	srv := s.newServer(name, node, nameSpan)
	if srv == nil {
		return nil
	}
	for i := range argv {
		argv[i] = credential.RedactKnown(argv[i])
	}
	srv.packaged, srv.Launch = true, launch.Parse(argv)
	return srv
}

// readServices finds the MCP servers among the services of a compose file: by
// their image, in whose name the word mcp stands.
func (s *File) readServices(services *doctree.Node) {
	for _, m := range services.Members {
		service := m.Value.Resolve()
		image := text(service.Get("image"))
		l := launch.Parse(runImage(image))
		repository := l.Package().Name
		if image == "" || !namesMCP(repository) {
			continue
		}
		argv := runImage(image)
		command := service.Get("command").Resolve()
		if inner := behindDashes(command); inner != nil {
			argv = inner // what a proxy such as mcpo runs
		}
		srv := s.addPackaged(m.Key, service, m.KeySpan, argv)
		if srv == nil {
			return
		}
		srv.Env = settings(service, envKeys)
		if command != nil {
			srv.addArgs(command)
		}
		if repository == gatewayImage {
			s.readGateway(srv)
		}
	}
}

// namesMCP says whether an image's own name has the word mcp in it, or Docker
// keeps it among its MCP servers.
func namesMCP(repository string) bool {
	name := strings.ToLower(repository[strings.LastIndexByte(repository, '/')+1:])
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.HasPrefix(repository, "docker.io/mcp/") || slices.Contains(words, "mcp") || slices.Contains(words, "mcpo")
}

// behindDashes are the words of a command behind "--".
func behindDashes(command *doctree.Node) []string {
	words := (&Server{}).with(command).argv()
	if len(words) == 1 {
		words = strings.Fields(words[0])
	}
	if i := slices.Index(words, "--"); i >= 0 && i+1 < len(words) {
		return slices.Clone(words[i+1:])
	}
	return nil
}

func (srv *Server) with(args *doctree.Node) *Server {
	if args != nil {
		srv.addArgs(args)
	}
	return srv
}

// readGateway adds the servers that a Docker MCP gateway is told to run:
// --servers=one,two or the word behind --servers.
func (s *File) readGateway(gateway *Server) {
	next := false
	for _, arg := range gateway.Args {
		list, ok := strings.CutPrefix(arg.Text, "--servers=")
		if next {
			list, ok = arg.Text, true
		}
		next = arg.Text == "--servers"
		if !ok {
			continue
		}
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, "${} /:@") {
				continue
			}
			if s.addPackaged(name, arg, arg.Span, runImage("mcp/"+name)) == nil {
				return
			}
		}
	}
}

// readImage reads an entry of a Docker MCP catalogue: an image with what it is
// run with, or a remote server.
func (s *File) readImage(name string, node *doctree.Node, span doctree.Span) {
	if node == nil || node.Kind != doctree.Map {
		return
	}
	if remote := node.Get("remote").Resolve(); remote != nil && isServer(remote) {
		s.addServer(name, remote, span)
		return
	}
	image := text(node.Get("image"))
	if image == "" {
		return
	}
	srv := s.addPackaged(name, node, span, runImage(image))
	if srv == nil {
		return
	}
	for _, holder := range []*doctree.Node{node, node.Get("config").Resolve(), node.Get("run").Resolve()} {
		srv.Env = append(srv.Env, namedSettings(holder, "env", "value")...)
	}
	for _, holder := range []*doctree.Node{node, node.Get("run").Resolve()} {
		if command := holder.Get("command").Resolve(); command != nil {
			srv.addArgs(command)
		}
	}
}

// namedSettings are the settings of a list of {name, value}; the first of the
// keys that is there is the value. Without a value there is nothing to judge.
func namedSettings(holder *doctree.Node, list string, values ...string) []Setting {
	var out []Setting
	items := holder.Get(list).Resolve()
	if items == nil {
		return nil
	}
	for _, item := range items.Items {
		item = item.Resolve()
		value := first(item, values)
		if name := text(item.Get("name")); name != "" && value != nil && isScalar(value) && len(out) < maxArgs {
			out = append(out, Setting{name, value})
		}
	}
	return out
}

// text is a scalar's text, "" for anything else.
func text(n *doctree.Node) string {
	if n = n.Resolve(); n == nil || !isScalar(n) || n.Kind == doctree.Null {
		return ""
	}
	return n.Text
}
