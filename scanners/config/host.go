package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// remoteHost is the host (with a port that is not the scheme's) of a URL that
// names one outside this machine; "" otherwise, also when part of it is a reference.
func remoteHost(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, "${}<>%") {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal" {
		return ""
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		return ""
	}
	if port := u.Port(); port != "" && port != "443" && port != "80" {
		return host + ":" + port
	}
	return host
}
