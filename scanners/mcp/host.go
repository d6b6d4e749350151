package mcp

import (
	"net/netip"
	"net/url"
	"strings"
)

// reach is where a host lies.
type reach uint8

const (
	nowhere  reach = iota // no host, or one that a reference stands for
	loopback              // this machine
	private               // a private network: its ranges, and names that public DNS does not have
	public
)

// privateZones are domains for names of private networks (RFC 6762, 6761, 8375,
// ICANN's .internal, Kubernetes services).
var privateZones = []string{".local", ".internal", ".lan", ".home", ".corp", ".intranet", ".private", ".home.arpa", ".localdomain", ".svc", ".cluster.local", ".docker"}

// endpoint parses a URL: its scheme and host in lower case, and where the host
// lies. Hosts with references in them lie nowhere.
func endpoint(raw string) (scheme, host string, r reach) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(raw), "://")
	if !ok || strings.ContainsAny(scheme, "${}<> ") {
		return "", "", nowhere
	}
	scheme = strings.ToLower(scheme)
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if authority == "" || strings.ContainsAny(authority, "${}<>%* ") {
		return scheme, "", nowhere
	}
	u, err := url.Parse("x://" + authority)
	if err != nil {
		return scheme, "", nowhere
	}
	host = strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return scheme, host, reachOf(host)
}

func reachOf(host string) reach {
	if host == "" {
		return nowhere
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return reachOfIP(ip.Unmap())
	}
	switch host {
	case "localhost", "host.docker.internal", "host.containers.internal", "gateway.docker.internal":
		return loopback
	}
	if strings.HasSuffix(host, ".localhost") {
		return loopback
	}
	if !strings.Contains(host, ".") {
		return private
	}
	for _, zone := range privateZones {
		if strings.HasSuffix(host, zone) {
			return private
		}
	}
	return public
}

// sharedSpace is for carriers' own networks (RFC 6598), used by overlay networks too.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

func reachOfIP(ip netip.Addr) reach {
	switch {
	case ip.IsLoopback() || ip.IsUnspecified():
		return loopback
	case ip.IsPrivate() || ip.IsLinkLocalUnicast() || sharedSpace.Contains(ip):
		return private
	}
	return public
}

// isAddress says whether a host is an address, not a name.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
