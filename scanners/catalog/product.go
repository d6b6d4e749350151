package catalog

import "strings"

// ProductKind is what a service of AI is.
type ProductKind uint8

const (
	KindModel   ProductKind = iota // it answers prompts with models of its own or of its tenants
	KindGateway                    // it hands prompts on to models of others
	KindAgent
	KindService // what agents and their frameworks talk to
)

// Product is a service of AI, known by the hosts its vendor answers for.
type Product struct {
	Slug   string // the key of its integration, as Key.Product has it
	Name   string
	Vendor string
	Kind   ProductKind
	Hosts  []string // "*" stands for one run of letters, digits, hyphens and dots
}

// Products are all products. Callers only read them.
func Products() []Product { return products }

func product(row int) *Product {
	if row < 0 {
		return nil
	}
	return &products[row]
}

// ProductBySlug is the product of a slug; nil if none is known.
func ProductBySlug(slug string) *Product { return product(productBySlug(slug)) }

// ProductByHost is the product at a host, in lower case; nil if none is known.
func ProductByHost(host string) *Product {
	row := productByHost(host)
	if row < 0 {
		row = matchHost(productHosts, host)
	}
	return product(row)
}

// endpointWords end the names of variables that say where an API is, the longer
// before those they end in.
var endpointWords = [...]string{"_API_BASE_URL", "_BASE_URL", "_BASEURL", "_API_BASE", "_API_ENDPOINT", "_API_URL", "_API_HOST", "_ENDPOINT_URL", "_ENDPOINT"}

// ProviderByEnv is whose API a variable says the place of: OPENAI_BASE_URL,
// ANTHROPIC_API_BASE, AZURE_OPENAI_ENDPOINT; nil if it says none. Case does not
// count.
func ProviderByEnv(name string) *Product {
	if len(name) > 64 {
		return nil
	}
	name = strings.ToUpper(name)
	if row := productByVariable(name); row >= 0 {
		return product(row)
	}
	for _, word := range endpointWords {
		if start, ok := strings.CutSuffix(name, word); ok {
			if row := productByEnv(start); row >= 0 {
				return product(row)
			}
		}
	}
	return nil
}

// ProviderHosts are the hosts that are a product's own; nil for one that is not
// known.
func ProviderHosts(slug string) []string {
	if p := ProductBySlug(slug); p != nil {
		return p.Hosts
	}
	return nil
}

// Owns says whether a host, in lower case, is one of the product's own.
func (p *Product) Owns(host string) bool {
	for _, h := range p.Hosts {
		head, tail, wild := strings.Cut(h, "*")
		if h == host || wild && matchHost([]hostPattern{{head: head, tail: tail}}, host) == 0 {
			return true
		}
	}
	return false
}
