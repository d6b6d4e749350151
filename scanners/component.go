package scanners

import (
	"github.com/castellan-app/castellan/scanners/catalog"
)

// ComponentOf is the integration that a name in an ecosystem stands for; false
// if the catalogue does not know it as AI, or as a tool that is a server only if
// it is told to. The ecosystems are those of
// catalog.ComponentByName, which wants the name folded.
func ComponentOf(ecosystem, name string) (Integration, bool) {
	c := catalog.ComponentByName(ecosystem, name)
	key := ecosystem + ":" + name
	if ecosystem == "image" {
		key = "oci:" + name // as servers launched from images have it
	}
	if c == nil {
		if s := catalog.ServerByPackage(ecosystem, name); s != nil {
			return serverOf(s, key), !s.Tool
		}
		if ecosystem == "image" {
			if s := catalog.ServerByImage(name); s != nil {
				return serverOf(s, key), true
			}
		}
		return Integration{}, false
	}
	in := Integration{ID: key, Kind: Kind(c.Kind), Name: name, Reputation: Community}
	if c.Slug == "" {
		return in, true
	}
	in.ID, in.Aliases = "product:"+c.Slug, []string{key}
	in.Name, in.Product, in.Vendor, in.Reputation = c.Name, c.Slug, c.Vendor, Known
	return in, true
}

// serverOf is a known MCP server that goes by a key too.
func serverOf(s *catalog.Server, key string) Integration {
	return Integration{
		ID: "product:" + s.Product, Aliases: []string{key}, Kind: KindMCPServer,
		Name: s.Name, Product: s.Product, Vendor: s.Vendor, Reputation: Reputation(s.Reputation),
	}
}

// ServerAt is the MCP server that answers at a host.
func ServerAt(host string) Integration {
	key := "host:" + host
	if s := catalog.ServerByHost(host); s != nil {
		return serverOf(s, key)
	}
	return Integration{ID: key, Kind: KindMCPServer, Name: host, Reputation: Unknown}
}

// ServerFrom is the MCP server that a package is, whose name is as its registry
// has it.
func ServerFrom(ecosystem, name string) Integration {
	key := ecosystem + ":" + name
	if s := catalog.ServerByPackage(ecosystem, name); s != nil {
		return serverOf(s, key)
	}
	return Integration{ID: key, Kind: KindMCPServer, Name: name, Reputation: Unknown}
}

// ProductOf is the integration of a product of the catalogue; false for a slug
// that it does not know.
func ProductOf(slug string) (Integration, bool) {
	if c := catalog.ComponentBySlug(slug); c != nil {
		return Integration{ID: "product:" + slug, Kind: Kind(c.Kind), Name: c.Name, Product: slug, Vendor: c.Vendor, Reputation: Known}, true
	}
	if p := catalog.ProductBySlug(slug); p != nil {
		return Integration{ID: "product:" + slug, Kind: productKinds[p.Kind], Name: p.Name, Product: slug, Vendor: p.Vendor, Reputation: Known}, true
	}
	return Integration{}, false
}

// productKinds are the kinds of services, by the catalogue's.
var productKinds = map[catalog.ProductKind]Kind{
	catalog.KindModel: KindModelProvider, catalog.KindGateway: KindGateway, catalog.KindAgent: KindAgent, catalog.KindService: KindService,
}
