package compile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

type productRow struct {
	Product, Name, Vendor, Kind, Source string
	Hosts, Env, Vars                    []string
}

var (
	kinds    = map[string]string{"model": "KindModel", "gateway": "KindGateway", "agent": "KindAgent", "service": "KindService"}
	hostName = regexp.MustCompile(`^[a-z0-9*-]+(\.[a-z0-9*-]+)+$`)
	envName  = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
)

// checkProducts holds products to what they must have, and to the vendors that
// servers of the same slug have.
func (s *source) checkProducts(rows []productRow, servers []serverRow) error {
	vendors := map[string]string{}
	for _, r := range servers {
		vendors[r.Product] = r.Vendor
	}
	owner := map[string]string{} // of each host and beginning of a variable
	return s.each("products.yaml", len(rows), func(i int) (id string, err error) {
		r := &rows[i]
		var errs []error
		switch vendor := vendors[r.Product]; {
		case !slug.MatchString(r.Product) || r.Name == "" || r.Vendor == "" || r.Source == "" || len(r.Hosts) == 0:
			errs = append(errs, errors.New("product (a slug), name, vendor, hosts and source are needed"))
		case kinds[r.Kind] == "":
			errs = append(errs, fmt.Errorf("no kind %q", r.Kind))
		case vendor != "" && vendor != r.Vendor:
			errs = append(errs, fmt.Errorf("servers.yaml has it of %s, this of %s", vendor, r.Vendor))
		}
		errs = append(errs, checkHostNames(r.Hosts))
		for _, e := range slices.Concat(r.Env, r.Vars) {
			if !envName.MatchString(e) {
				errs = append(errs, fmt.Errorf("%q is no name of a variable", e))
			}
		}
		for _, key := range slices.Concat(r.Hosts, r.Env, r.Vars) {
			if owner[key] != "" {
				errs = append(errs, fmt.Errorf("%s is of %s already", key, owner[key]))
			}
			owner[key] = r.Product
		}
		return r.Product, errors.Join(errs...)
	})
}

// checkHostNames wants names in lower case, with at most one star, behind which
// a domain of two labels stands.
func checkHostNames(hosts []string) error {
	var errs []error
	for _, h := range hosts {
		_, behind, wild := strings.Cut(h, "*")
		if !hostName.MatchString(h) || wild && (strings.Contains(behind, "*") || strings.Count(behind, ".") < 2) {
			errs = append(errs, fmt.Errorf("%q is no host, or its * is not followed by a domain", h))
		}
	}
	return errors.Join(errs...)
}

// plainHosts are those without a star.
func plainHosts(hosts []string) []string {
	return slices.DeleteFunc(slices.Clone(hosts), func(h string) bool { return strings.Contains(h, "*") })
}

func (r *productRow) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "{Slug: %q, Name: %q, Vendor: %q, Kind: %s, Hosts: %s},\n", r.Product, r.Name, r.Vendor, kinds[r.Kind], list(r.Hosts))
}

func writeProductRows(b *bytes.Buffer, rows []productRow) {
	writeRows(b, "productBySlug", "products", len(rows), func(i int) []string { return []string{rows[i].Product} })
	writeRows(b, "productByEnv", "products", len(rows), func(i int) []string { return rows[i].Env })
	writeRows(b, "productByVariable", "products", len(rows), func(i int) []string { return rows[i].Vars })
	writeRows(b, "productByHost", "products", len(rows), func(i int) []string { return plainHosts(rows[i].Hosts) })
	writeHostPatterns(b, "productHosts", len(rows), func(i int) []string { return rows[i].Hosts })
}

// writeHostPatterns writes the hosts with a star, the longest first, so that of
// several the most specific is found.
func writeHostPatterns(b *bytes.Buffer, table string, n int, hosts func(i int) []string) {
	type pattern struct {
		head, tail string
		row        int
	}
	var all []pattern
	for i := range n {
		for _, h := range hosts(i) {
			if head, tail, wild := strings.Cut(h, "*"); wild {
				all = append(all, pattern{head, tail, i})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y pattern) int { return len(y.head) + len(y.tail) - len(x.head) - len(x.tail) })
	fmt.Fprintf(b, "\nvar %s = []hostPattern{\n", table)
	for _, p := range all {
		fmt.Fprintf(b, "{%q, %q, %d},\n", p.head, p.tail, p.row)
	}
	b.WriteString("}\n")
}
