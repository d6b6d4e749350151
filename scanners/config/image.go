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
func runImage(image string, flags ...string) []string {
	return append(append([]string{"docker", "run"}, flags...), image)
}

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

// addContainer keeps a server that GitHub Agentic Workflows start from an image;
// args are Docker's own (githubnext/gh-aw, MCP servers). Elsewhere it is nil.
func (s *File) addContainer(name string, node *doctree.Node, nameSpan doctree.Span) *Server {
	image := text(node.Get("container"))
	if s.Format.Client != "gh-aw" || image == "" {
		return nil
	}
	var flags []string
	for _, list := range []string{"args", "mounts"} {
		if n := node.Get(list).Resolve(); n != nil {
			for _, item := range n.Items {
				if list == "mounts" {
					flags = append(flags, "-v")
				}
				flags = append(flags, text(item))
			}
		}
	}
	srv := s.addPackaged(name, node, nameSpan, runImage(image, flags...))
	if srv != nil {
		srv.Env = settings(node, envKeys)
	}
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
		argv := runImage(image, serviceFlags(service)...)
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

// serviceFlags are what a service asks of its container, as the flags of docker
// run that say the same (docs.docker.com/reference/compose-file/services).
func serviceFlags(service *doctree.Node) []string {
	var flags []string
	if text(service.Get("privileged")) == "true" {
		flags = append(flags, "--privileged")
	}
	for _, f := range []struct{ key, flag string }{{"network_mode", "--network"}, {"pid", "--pid"}, {"ipc", "--ipc"}, {"userns_mode", "--userns"}} {
		if value := text(service.Get(f.key)); value == "host" {
			flags = append(flags, f.flag, value)
		}
	}
	for _, f := range []struct{ key, flag string }{{"cap_add", "--cap-add"}, {"security_opt", "--security-opt"}, {"devices", "--device"}} {
		for _, value := range texts(service.Get(f.key)) {
			flags = append(flags, f.flag, value)
		}
	}
	volumes := service.Get("volumes").Resolve()
	if volumes == nil {
		return flags
	}
	for _, item := range volumes.Items[:min(len(volumes.Items), maxArgs)] {
		if mount := mountOf(item.Resolve()); mount != "" {
			flags = append(flags, "--volume", mount)
		}
	}
	return flags
}

// texts are the scalars of a list.
func texts(list *doctree.Node) []string {
	var out []string
	if list = list.Resolve(); list == nil {
		return nil
	}
	for _, item := range list.Items[:min(len(list.Items), maxArgs)] {
		if t := text(item); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// mountOf is a volume of a service as source:target[:ro].
func mountOf(volume *doctree.Node) string {
	if volume == nil || volume.Kind != doctree.Map {
		return text(volume)
	}
	source, target := text(volume.Get("source")), text(volume.Get("target"))
	if text(volume.Get("type")) != "bind" || source == "" || target == "" {
		return ""
	}
	if text(volume.Get("read_only")) == "true" {
		target += ":ro"
	}
	return source + ":" + target
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
			srv := s.addPackaged(name, arg, arg.Span, runImage("mcp/"+name))
			if srv == nil {
				return
			}
			srv.Managed = true
		}
	}
}

// readImage reads an entry of a Docker MCP catalogue: an image with what it is
// run with, or a remote server.
func (s *File) readImage(name string, node *doctree.Node, span doctree.Span) *Server {
	if node == nil || node.Kind != doctree.Map {
		return nil
	}
	if remote := node.Get("remote").Resolve(); remote != nil && isServer(remote) {
		return s.addServer(name, remote, span)
	}
	image := text(node.Get("image"))
	if image == "" {
		return nil
	}
	srv := s.addPackaged(name, node, span, runImage(image))
	if srv == nil {
		return nil
	}
	for _, holder := range []*doctree.Node{node, node.Get("config").Resolve(), node.Get("run").Resolve()} {
		srv.Env = append(srv.Env, namedSettings(holder, "env", "value")...)
	}
	for _, holder := range []*doctree.Node{node, node.Get("run").Resolve()} {
		if command := holder.Get("command").Resolve(); command != nil {
			srv.addArgs(command)
		}
	}
	return srv
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
