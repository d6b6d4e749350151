package catalog

import "strings"

// maxHost is the length of the longest name DNS has, in bytes.
const maxHost = 253

// hostPattern is a host with a star: head, a run of letters, digits, hyphens
// and dots, tail.
type hostPattern struct {
	head, tail string
	row        int16
}

// matchHost is the row of the first pattern a host matches, -1 for none.
func matchHost(patterns []hostPattern, host string) int {
	if len(host) > maxHost {
		return -1
	}
	for i := range patterns {
		p := &patterns[i]
		if len(host) > len(p.head)+len(p.tail) && strings.HasPrefix(host, p.head) && strings.HasSuffix(host, p.tail) && isRun(host[len(p.head):len(host)-len(p.tail)]) {
			return int(p.row)
		}
	}
	return -1
}

func isRun(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '.' && c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// HostVendor is whose host it is, in lower case: that of a server or a service
// whose vendor stands behind it. official says that the vendor is the maker of
// what is reached there, not a gateway to it. vendor is "" if nobody is known.
func HostVendor(host string) (vendor string, official bool) {
	if s := ServerByHost(host); s != nil && (s.Reputation == "official" || s.Reputation == "known") {
		return s.Vendor, s.Reputation == "official"
	}
	if p := ProductByHost(host); p != nil {
		return p.Vendor, p.Kind != KindGateway
	}
	return "", false
}

// HostKnown says whether a host, in lower case, has a vendor that stands behind it.
func HostKnown(host string) bool {
	vendor, _ := HostVendor(host)
	return vendor != ""
}

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
