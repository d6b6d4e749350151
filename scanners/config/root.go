package config

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// WrongRoot is the key under which the file has servers that its client does
// not read there ("" for the root, which is one), and the key under which it would; right is "" if this client
// reads servers from no such file. node is nil if the client reads them, and
// where nothing can be said: of a file that nobody owns, and of one for which
// the client's own key is not known.
func (s *File) WrongRoot() (found, right string, node *doctree.Node) {
	if s.foreign == nil || s.Client == nil || s.Client.Product == "" || !s.active() {
		return "", "", nil
	}
	for _, p := range s.Format.Servers {
		switch {
		case p.Pointer == "" || strings.Contains(p.Pointer, "*"):
			continue
		case p.Container == catalog.Map || p.Container == catalog.List:
			return wrapper(s.foreign.Pointer()), wrapper(p.Pointer), s.foreign
		}
	}
	if len(s.Format.Servers) == 0 {
		return wrapper(s.foreign.Pointer()), "", s.foreign
	}
	return "", "", nil
}

// wrapper is a pointer as people write it: mcp.servers.
func wrapper(pointer string) string {
	return strings.NewReplacer("/", ".", "~1", "/", "~0", "~").Replace(strings.TrimPrefix(pointer, "/"))
}
