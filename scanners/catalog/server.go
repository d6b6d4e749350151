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
	Images     []string // with registry, without tag
	Hosts      []string
	Reaches    []string // of Reaches()
	Can        Capability
	Names      []string // what people call it, lower case
	Successor  string   // of an archived one: package, image or address to use instead
	Shell      bool     // running commands on this machine is its purpose
	Files      bool     // it takes folders as arguments
	Popular    bool     // its names are worth imitating
}

// Has says whether it has all of the capabilities.
func (s *Server) Has(c Capability) bool { return s.Can&c == c }

// Archived says whether its maker has stopped.
func (s *Server) Archived() bool { return s.Reputation == "archived" }

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

// ServerByPackage is the server of a package, by its name as the ecosystem
// folds it; nil if none is known.
func ServerByPackage(ecosystem, name string) *Server {
	switch ecosystem {
	case "npm":
		return server(rowByNPM(name))
	case "pypi":
		return server(rowByPyPI(name))
	}
	return nil
}

// ServerByImage is the server of an image repository with its registry spelled
// out; nil if none is known.
func ServerByImage(repository string) *Server { return server(rowByImage(repository)) }

// ServerByHost is the server at a host, in lower case; nil if none is known.
func ServerByHost(host string) *Server { return server(rowByHost(host)) }

// ServerByName is the server that people call so, in lower case; nil if none is
// known.
func ServerByName(name string) *Server { return server(rowByName(name)) }

// ServerByProduct is the server of a slug; nil if none is known.
func ServerByProduct(product string) *Server { return server(rowByProduct(product)) }

// What a domain is at which no vendor's server lives.
const (
	ordinary = iota
	tunnel
	sink
)

// kindOf is what a host or a domain above it is.
func kindOf(host string) int {
	for host != "" {
		if kind := domainKind(host); kind != ordinary {
			return kind
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ordinary
}

// IsTunnelHost says whether a host, in lower case, is the end of a tunnel to
// somebody's machine.
func IsTunnelHost(host string) bool { return kindOf(host) == tunnel }

// IsSinkHost says whether a host, in lower case, records what is sent to it.
func IsSinkHost(host string) bool { return kindOf(host) == sink }

// HostKnown says whether a host, in lower case, is that of a server whose
// vendor stands behind it.
func HostKnown(host string) bool {
	s := ServerByHost(host)
	return s != nil && slices.Contains([]string{"official", "known"}, s.Reputation)
}
