package config

import (
	"path"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// Bounds of one server entry; what lies beyond is still judged as plain values.
const (
	maxServers = 2000 // per file
	maxArgs    = 500
)

// Server is one entry in the one shape all formats are brought to. Nodes stay
// attached, so that every part knows its place.
type Server struct {
	Name     string       // as written, but for a credential in it
	NameSpan doctree.Span // of the name in the source; of the entry where the name has no place
	Node     *doctree.Node
	Pointer  string

	Transport scanners.Transport
	Command   *doctree.Node   // a scalar, nil without one
	Args      []*doctree.Node // scalars in order, whatever list or string they came from
	Env       []Setting
	URL       *doctree.Node
	Headers   []Setting
	Disabled  bool
	Managed   bool          // which version runs is for a catalogue elsewhere to say
	Launch    launch.Launch // of the command line, once judged with its credentials masked
	packaged  bool          // Launch is what an image or a registry's entry amounts to; Args, if any, are handed to it
}

// Setting is one name and value of a map.
type Setting struct {
	Name  string
	Value *doctree.Node
}

// Spellings of one thing across clients (reference: formats.yaml, shared.standard_fields).
var (
	commandKeys = []string{"command", "cmd"}
	urlKeys     = []string{"url", "serverUrl", "httpUrl", "uri", "baseUrl", "endpoint", "server_url", "sseEndpoint", "endpointUrl"}
	envKeys     = []string{"env", "environment", "envs"}
	headerKeys  = []string{"headers", "http_headers", "httpHeaders"}
	typeKeys    = []string{"type", "transport", "transportType", "transport_type"}
)

// readItem reads an item of a list of servers: a server that names itself, or
// a map of one or more named servers.
func (s *File) readItem(item *doctree.Node, index int) {
	if item == nil || item.Kind != doctree.Map {
		return
	}
	if !isServer(item) {
		for _, m := range item.Members {
			s.addServer(m.Key, m.Value.Resolve(), m.KeySpan)
		}
		return
	}
	name, span := "#"+strconv.Itoa(index), item.Span
	for _, key := range []string{"name", "id", "identifier", "label", "server_label"} {
		if n := item.Get(key).Resolve(); n != nil && n.Kind == doctree.String && n.Text != "" {
			name, span = n.Text, n.Span
			break
		}
	}
	if n := item.Get("info").Get("name").Resolve(); n != nil && n.Kind == doctree.String && name[0] == '#' { // Open WebUI
		name, span = n.Text, n.Span
	}
	s.addServer(name, item, span)
}

// isServer tells a server from a toggle, a filter or another tool's data: it
// is launched or reached somehow.
func isServer(node *doctree.Node) bool {
	node = node.Resolve()
	if node == nil || node.Kind != doctree.Map {
		return false
	}
	if n := first(node, commandKeys); n != nil {
		return n.Kind == doctree.String || n.Kind == doctree.List || n.Kind == doctree.Map
	}
	n := first(node, urlKeys)
	return n != nil && n.Kind == doctree.String
}

// first is the first of the keys under which the map holds more than null,
// resolved.
func first(node *doctree.Node, keys []string) *doctree.Node {
	for _, key := range keys {
		if n := node.Get(key).Resolve(); n != nil && n.Kind != doctree.Null {
			return n
		}
	}
	return nil
}

// addServer reads one entry. Continue's older files nest it under "transport".
// It returns nil for what is no server, and beyond the bound.
func (s *File) addServer(name string, node *doctree.Node, nameSpan doctree.Span) *Server {
	if node == nil {
		return nil
	}
	off := switchedOff(node)
	if inner := node.Get("transport").Resolve(); inner != nil && isServer(inner) && !isServer(node) {
		node = inner
	}
	if !isServer(node) {
		return s.addContainer(name, node, nameSpan)
	}
	srv := s.newServer(name, node, nameSpan)
	if srv == nil {
		return nil
	}
	srv.Disabled = srv.Disabled || off
	srv.readCommand(first(node, commandKeys))
	if args := node.Get("args").Resolve(); args != nil {
		srv.addArgs(args)
	}
	srv.URL = first(node, urlKeys)
	if srv.URL != nil && srv.URL.Kind != doctree.String {
		srv.URL = nil
	}
	for _, holder := range []*doctree.Node{node, node.Get("requestOptions").Resolve()} {
		srv.Headers = append(srv.Headers, settings(holder, headerKeys)...)
	}
	srv.Env = append(srv.Env, settings(node, envKeys)...)
	srv.Transport = transport(node, srv)
	srv.Launch = launch.Parse(srv.argv())
	return srv
}

// newServer keeps a server of which nothing but its place is known yet; nil
// beyond the bound.
func (s *File) newServer(name string, node *doctree.Node, nameSpan doctree.Span) *Server {
	if len(s.Servers) >= maxServers {
		s.crowded = true
		return nil
	}
	srv := &Server{
		Name: credential.RedactKnown(name), NameSpan: nameSpan, Node: node, Pointer: s.pointer(node),
		Disabled: switchedOff(node),
	}
	s.Servers = append(s.Servers, srv)
	return srv
}

func switchedOff(node *doctree.Node) bool {
	return truth(node.Get("disabled")) || falsehood(node.Get("enabled"))
}

// readCommand takes a command in any of its shapes: a string, a list (opencode,
// Kilo), or an object {path, args, env} (older Zed).
func (srv *Server) readCommand(command *doctree.Node) {
	if command == nil {
		return
	}
	switch command.Kind {
	case doctree.String:
		srv.Command = command
	case doctree.List:
		srv.addArgs(command)
		if len(srv.Args) > 0 {
			srv.Command, srv.Args = srv.Args[0], srv.Args[1:]
		}
	case doctree.Map:
		srv.Command = command.Get("path").Resolve()
		if args := command.Get("args").Resolve(); args != nil {
			srv.addArgs(args)
		}
		srv.Env = append(srv.Env, settings(command, envKeys)...)
	}
}

// addArgs appends the scalars of a list, or the one string some people write.
func (srv *Server) addArgs(list *doctree.Node) {
	items := list.Items
	if list.Kind == doctree.String {
		items = []*doctree.Node{list}
	}
	for _, item := range items {
		item = item.Resolve()
		if item != nil && isScalar(item) && len(srv.Args) < maxArgs {
			srv.Args = append(srv.Args, item)
		}
	}
}

// settings are the names and values of the maps under any of the keys. A list
// of "NAME=value" strings is not split here: each item is an unnamed setting.
func settings(node *doctree.Node, keys []string) []Setting {
	var out []Setting
	if node == nil {
		return nil
	}
	for _, key := range keys {
		for _, m := range node.All(key) {
			m = m.Resolve()
			if m == nil {
				continue
			}
			for _, member := range m.Members {
				if v := member.Value.Resolve(); v != nil && isScalar(v) {
					out = append(out, Setting{member.Key, v})
				}
			}
			for _, item := range m.Items {
				if v := item.Resolve(); v != nil && isScalar(v) {
					out = append(out, Setting{"", v})
				}
			}
		}
	}
	return out
}

// argv is the command and its arguments as text.
func (srv *Server) argv() []string {
	var argv []string
	if srv.Command != nil {
		argv = append(argv, srv.Command.Text)
	}
	for _, a := range srv.Args {
		argv = append(argv, a.Text)
	}
	return argv
}

// transport folds the many spellings; what a server lacks is inferred.
func transport(node *doctree.Node, srv *Server) scanners.Transport {
	if n := first(node, typeKeys); n != nil {
		t := strings.ToLower(n.Text)
		switch {
		case strings.Contains(t, "sse"):
			return scanners.SSE
		case strings.Contains(t, "http"):
			return scanners.StreamableHTTP
		}
	}
	if srv.Command != nil || srv.URL == nil {
		return scanners.Stdio
	}
	if strings.HasSuffix(strings.TrimSuffix(srv.URL.Text, "/"), "/sse") {
		return scanners.SSE
	}
	return scanners.StreamableHTTP
}

func (s *File) readInputs(list *doctree.Node) {
	if list == nil || list.Kind != doctree.List {
		return
	}
	s.inputs = map[string]bool{}
	for _, item := range list.Items {
		if id := item.Resolve().Get("id").Resolve(); id != nil {
			s.inputs[id.Text] = true
		}
	}
}

func isScalar(n *doctree.Node) bool {
	switch n.Kind {
	case doctree.String, doctree.Number, doctree.Bool, doctree.Null:
		return true
	}
	return false
}

func truth(n *doctree.Node) bool {
	n = n.Resolve()
	return n != nil && strings.EqualFold(n.Text, "true")
}
func falsehood(n *doctree.Node) bool {
	n = n.Resolve()
	return n != nil && strings.EqualFold(n.Text, "false")
}

// singleName names the one server of a file that holds one: by its own name,
// else by the file's.
func singleName(name string, doc *doctree.Document) string {
	for _, root := range doc.Roots {
		for _, key := range []string{"name", "display_name"} {
			if n := root.Get(key); n != nil && n.Kind == doctree.String && n.Text != "" {
				return n.Text
			}
		}
	}
	return path.Base(name)
}
