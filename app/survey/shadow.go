package survey

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/launch"
)

// shadows are servers of one name in the files of two clients of one project that
// are not the same thing: people see the one and get the other.
func (t *Tree) shadows() []scanners.Finding {
	type name struct{ project, server string }
	first := map[name]*scanners.Sighting{}
	var all []scanners.Finding
	t.servers(func(s *scanners.Sighting, format *catalog.Format) {
		if format == nil || format.Role != catalog.RoleServers || format.Syntax == catalog.FrontMatter || format.Client == "generic" {
			return
		}
		key := name{projectOf(s.Path), s.Name}
		other := first[key]
		if other == nil {
			first[key] = s
			return
		}
		if other.Path == s.Path || other.Client == s.Client || !differ(other, s) {
			return
		}
		f := at(ruleShadowing, scanners.Medium, s)
		f.Slot = other.Path
		f.Message = say("The server ", s.Name, " is ", s.Integration.ID, " here and ", other.Integration.ID, " in ", other.Path,
			": who reviewed or trusts the one may get the other")
		f.Fix = say("Use one of the two in both files, or give them different names.")
		all = append(all, f)
	})
	return all
}

// differ says that two servers of one name are surely not one product: packages of
// one registry or hosts of several domains, or things whose names have nothing in
// common. A product may be at hand as a package, an image and a host.
func differ(a, b *scanners.Sighting) bool {
	x, y := &a.Integration, &b.Integration
	kindX, nameX, _ := strings.Cut(x.ID, ":")
	kindY, nameY, _ := strings.Cut(y.ID, ":")
	switch {
	case x.ID == y.ID, kindX == "local" && kindY == "local":
		return false
	case kindX == "local":
		return foreign(a, nameY)
	case kindY == "local":
		return foreign(b, nameX)
	case x.Product != "" && x.Product == y.Product:
		return false
	case x.Product != "" && y.Product != "":
		return true
	case kindX == "host" && kindY == "host":
		return domain(nameX) != domain(nameY)
	case kindX == kindY:
		return true
	}
	return !related(nameX, nameY) && !related(nameY, nameX)
}

// foreign says that a command of this machine is surely not the product of a name:
// it runs no file, module or task of the repository, which may be that product as
// it is developed, and none of its words is one of the name.
func foreign(s *scanners.Sighting, name string) bool {
	if s.Command == "" || s.URL != "" || s.Dir != "" || len(scriptOf(s)) > 0 {
		return false
	}
	l := launch.Parse(append([]string{s.Command}, s.Args...))
	if l.Module.Text != "" || l.Task.Text != "" || l.Runner != "" || l.Program.Dynamic || l.Script.Dynamic || l.Inline.Text == "" && l.Shell.Commands != nil {
		return false
	}
	line := strings.ToLower(strings.Join(append([]string{s.Command}, s.Args...), " "))
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	return !strings.Contains(line, base) && !related(name, line) && !related(line, name)
}

// domain is the part of a host that is bought, roughly: its last two labels.
func domain(host string) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// general are words that names of MCP servers share without being related.
var general = []string{"server", "servers", "modelcontextprotocol", "context", "protocol", "remote", "https", "docker", "ghcr", "library", "main", "latest", "tools", "agent", "client"}

// related says whether a word of one name stands in the other.
func related(a, b string) bool {
	b = strings.ToLower(b)
	for _, word := range strings.FieldsFunc(strings.ToLower(a), func(c rune) bool { return c < 0x80 && strings.ContainsRune("@/-_.: \\\"'=()", c) }) {
		if len(word) > 3 && strings.Contains(b, word) && !slices.Contains(general, word) {
			return true
		}
	}
	return false
}
