// Package address says where on the network an address leads: to this machine,
// a private network or everywhere. Nothing is looked up.
package address

import (
	"net/netip"
	"net/url"
	"strings"
)

// Reach is where a host lies.
type Reach uint8

const (
	Nowhere  Reach = iota // no host, or one that a reference stands for
	Loopback              // this machine
	Private               // a private network: its ranges, and names that public DNS does not have
	Public
)

// privateZones are domains for names of private networks (RFC 6762, 6761, 8375,
// ICANN's .internal, Kubernetes services).
var privateZones = []string{".local", ".internal", ".lan", ".home", ".corp", ".intranet", ".private", ".home.arpa", ".localdomain", ".svc", ".cluster.local", ".docker", ".ts.net"}

// Parse parses a URL: its scheme and host in lower case, and where the host
// lies. Hosts with references in them lie Nowhere.
func Parse(raw string) (scheme, host string, r Reach) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(raw), "://")
	if !ok || strings.ContainsAny(scheme, "${}<> ") {
		return "", "", Nowhere
	}
	scheme = strings.ToLower(scheme)
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if authority == "" || strings.ContainsAny(authority, "${}<>%* ") {
		return scheme, "", Nowhere
	}
	u, err := url.Parse("x://" + authority)
	if err != nil {
		return scheme, "", Nowhere
	}
	host = strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return scheme, host, Of(host)
}

// Of says where a host, in lower case, lies.
func Of(host string) Reach {
	if host == "" {
		return Nowhere
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ofIP(ip.Unmap())
	}
	switch host {
	case "localhost", "host.docker.internal", "host.containers.internal", "gateway.docker.internal":
		return Loopback
	}
	if strings.HasSuffix(host, ".localhost") {
		return Loopback
	}
	if !strings.Contains(host, ".") {
		return Private
	}
	for _, zone := range privateZones {
		if strings.HasSuffix(host, zone) {
			return Private
		}
	}
	return Public
}

// sharedSpace is for carriers' own networks (RFC 6598), used by overlay networks too.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

func ofIP(ip netip.Addr) Reach {
	switch {
	case ip.IsLoopback() || ip.IsUnspecified():
		return Loopback
	case ip.IsPrivate() || ip.IsLinkLocalUnicast() || sharedSpace.Contains(ip):
		return Private
	}
	return Public
}

// IsIP says whether a host is an address, not a name.
func IsIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
