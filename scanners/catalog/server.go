package catalog

import (
	"slices"
	"strings"
)

// Capability is what an MCP server lets an agent do. Several are or-ed.
type Capability uint8

const (
	Read           Capability = 1 << iota
	Write                     // changes what it reaches
	Execute                   // runs commands or code
	Money                     // spends it
	OutsideContent            // brings in what strangers write
	PrivateData               // holds data that is not public
	Egress                    // can send data out
)

// Server is a known MCP server.
type Server struct {
	Product    string // slug, the key of its integration
	Name       string
	Vendor     string // "" for one that nobody much stands behind
	Reputation string // of scanners.Reputation
	NPM, PyPI  []string
	Go         []string // modules
	NuGet      []string // lower case
	Images     []string // with registry, without tag
	Hosts      []string // "*" stands for one run of letters, digits, hyphens and dots
	Reaches    []string // of Reaches()
	Can        Capability
	Names      []string // what people call it, lower case
	Least      []string // flags and variables that lessen what it may do
	Successor  string   // of an archived one: package, image or address to use instead
	Repository string   // owner/name at github.com, "" if it is not known
	Shell      bool     // running commands on this machine is its purpose
	Files      bool     // it takes folders as arguments
	Popular    bool     // its names are worth imitating
	Tool       bool     // its packages serve another purpose, and a server only by one of their commands
}

// Has says whether it has all of the capabilities.
func (s *Server) Has(c Capability) bool { return s.Can&c == c }

// Archived says whether its maker has stopped.
func (s *Server) Archived() bool { return s.Reputation == "archived" }

// Database says whether it works on databases.
func (s *Server) Database() bool { return slices.Contains(s.Reaches, "database") }

// Browser says whether it drives a browser.
func (s *Server) Browser() bool { return slices.Contains(s.Reaches, "browser") }

// Gateway says whether it stands for other servers or services of many kinds.
func (s *Server) Gateway() bool { return slices.Contains(s.Reaches, "gateway") }

// Reaches is the closed vocabulary of what a server reaches, in alphabetical order.
func Reaches() []string { return reaches }

// Servers are all servers. Callers only read them.
func Servers() []Server { return servers }

// server is a row of the table; -1 is none.
func server(row int) *Server {
	if row < 0 {
		return nil
	}
	return &servers[row]
}

// ServerByPackage is the server of a package; nil if none is known. Of Go any
// package of the module will do.
func ServerByPackage(ecosystem, name string) *Server {
	switch ecosystem {
	case "npm":
		return server(rowByNPM(name))
	case "pypi":
		return server(rowByPyPI(foldPyPI(name)))
	case "go":
		return serverByModule(name)
	case "nuget":
		return server(rowByNuGet(strings.ToLower(name)))
	}
	return nil
}

func serverByModule(name string) *Server {
	for strings.Contains(name, "/") {
		if row := rowByGo(name); row >= 0 {
			return server(row)
		}
		name = name[:strings.LastIndexByte(name, '/')]
	}
	return nil
}

// foldPyPI is a name as PEP 503 folds it. Most are folded already and cost
// nothing.
func foldPyPI(name string) string {
	folded := true
	for i := range len(name) {
		c := name[i]
		folded = folded && c != '_' && c != '.' && (c < 'A' || c > 'Z') && (c != '-' || i == 0 || name[i-1] != '-')
	}
	if folded {
		return name
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(words, "-")
}

// ServerByImage is the server of an image repository with its registry spelled
// out; nil if none is known.
func ServerByImage(repository string) *Server { return server(rowByImage(repository)) }

// ServerByHost is the server at a host, in lower case; nil if none is known.
func ServerByHost(host string) *Server {
	row := rowByHost(host)
	if row < 0 {
		row = matchHost(serverHosts, host)
	}
	return server(row)
}

// ServerByName is the server that people call so, in lower case; nil if none is
// known.
func ServerByName(name string) *Server { return server(rowByName(name)) }

// ServerByProduct is the server of a slug; nil if none is known.
func ServerByProduct(product string) *Server { return server(rowByProduct(product)) }
