package config

import (
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// indexed names what has no name by its place in a list.
func indexed(i int) string { return "#" + strconv.Itoa(i) }

// readPackages reads the packages or remotes of an MCP registry entry
// (server.json). Older entries write keys with underscores. They have the
// entry's name; of several in one list the later ones are numbered.
func (s *File) readPackages(list *doctree.Node) {
	entry := singleName(s.Path, s.Doc)
	for _, item := range list.Items {
		item = item.Resolve()
		name := entry
		if n := len(s.Servers); n > 0 { // packages and remotes are ways to one server
			name += " " + indexed(n+1)
		}
		var srv *Server
		if text(item.Get("url")) != "" {
			srv = s.addServer(name, item, item.Span)
		} else if argv := packageCommand(item); argv != nil {
			srv = s.addPackaged(name, item, item.Span, argv)
		}
		if srv == nil {
			continue
		}
		srv.Headers = append(srv.Headers, namedSettings(item, "headers", "value", "default")...)
		for _, key := range []string{"environmentVariables", "environment_variables"} {
			srv.Env = append(srv.Env, namedSettings(item, key, "value", "default")...)
		}
		if srv.URL == nil {
			srv.Transport = scanners.Stdio
		}
	}
}

// packageCommand is what a client runs for a package of a registry; nil for a
// bundle and for a registry that is not known.
func packageCommand(item *doctree.Node) []string {
	get := func(keys ...string) string { return text(first(item, keys)) }
	id, version := get("identifier", "name"), get("version")
	if id == "" || strings.ContainsAny(id, " \t\r\n") {
		return nil
	}
	at := func(separator string) string {
		if version == "" || version == "latest" {
			return id
		}
		return id + separator + version
	}
	switch get("registryType", "registry_type", "registry_name") {
	case "npm":
		return []string{"npx", "-y", at("@")}
	case "pypi":
		return []string{"uvx", at("==")}
	case "nuget":
		return []string{"dnx", at("@")}
	case "oci", "docker":
		if strings.Contains(id[strings.LastIndexByte(id, '/')+1:], ":") || strings.Contains(id, "@") {
			return runImage(id)
		}
		return runImage(at(":"))
	}
	return nil
}

// readFunction reads Smithery's commandFunction as far as it is literal: the
// command, and the arguments up to the first that is computed.
func (s *File) readFunction(node *doctree.Node) {
	if node.Kind != doctree.String || len(node.Text) > partLimits().Bytes {
		return
	}
	command := literalAfter(node.Text, "command")
	if len(command) != 1 {
		return
	}
	argv := append(command, literalAfter(node.Text, "args")...)
	srv := s.addPackaged(singleName(s.Path, s.Doc), node, node.Span, argv)
	if srv != nil {
		srv.Transport = scanners.Stdio
	}
}

// literalAfter are the string literals behind a JavaScript key: one, or those
// at the beginning of a list.
func literalAfter(code, key string) []string {
	for at := 0; ; {
		i := strings.Index(code[at:], key)
		if i < 0 {
			return nil
		}
		at += i + len(key)
		rest, ok := strings.CutPrefix(strings.TrimLeft(code[at:], "'\" \t\r\n"), ":")
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " \t\r\n")
		list, inList := strings.CutPrefix(rest, "[")
		if !inList {
			word, _, _ := literal(rest)
			if word == "" {
				return nil
			}
			return []string{word}
		}
		return literals(list)
	}
}

// literals are the strings at the beginning of a list.
func literals(list string) []string {
	var out []string
	for len(out) < maxArgs {
		word, rest, ok := literal(strings.TrimLeft(list, " \t\r\n"))
		if !ok {
			break
		}
		out = append(out, word)
		rest = strings.TrimLeft(rest, " \t\r\n")
		if list, ok = strings.CutPrefix(rest, ","); !ok {
			break
		}
	}
	return out
}

// literal is the quoted string that code begins with. One with an escape or a
// template's hole is none.
func literal(code string) (word, rest string, ok bool) {
	if code == "" || strings.IndexByte("'\"`", code[0]) < 0 {
		return "", code, false
	}
	end := strings.IndexByte(code[1:], code[0])
	if end < 0 || strings.ContainsAny(code[1:1+end], "\\\n") || strings.Contains(code[1:1+end], "${") {
		return "", code, false
	}
	return credential.RedactKnown(code[1 : 1+end]), code[end+2:], true
}
