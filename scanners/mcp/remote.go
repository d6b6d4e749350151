package mcp

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/address"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/typosquat"
)

// address is the URL at which a server is reached: its own, or that of the
// bridge it is. hit is a statement about it, with its place.
func (c *check) address() (raw string, at config.Hit, ok bool) {
	if u := c.srv.URL; u != nil {
		return u.Text, config.Hit{Node: u, Slot: u.NearestKey()}, true
	}
	if w := c.launch().URL; w.Text != "" {
		at.Node, at.Span = c.f.Word(c.srv, w)
		at.Slot = "url"
		return w.Text, at, true
	}
	return "", at, false
}

// plainHTTP: whoever sits between reads and changes what is said.
func (c *check) plainHTTP() {
	raw, h, ok := c.address()
	if !ok {
		return
	}
	scheme, host, r := address.Parse(raw)
	if scheme != "http" && scheme != "ws" || r != address.Private && r != address.Public {
		return
	}
	h.Rule, h.Severity, h.Host = ruleHTTP, scanners.High, host
	if r == address.Private {
		h.Severity = scanners.Medium
		if !strings.ContainsAny(host, ".:") { // a container beside the client's
			h.Severity = scanners.LowSeverity
		}
	}
	h.Message = c.say(" is reached in clear over "+scheme+":// at ", host)
	h.Fix = scanners.Say("Use ", scheme+"s://", ", or reach it through a tunnel that ends on this machine.")
	c.report(nil, h)
}

// untrustedHost: whoever controls the host controls what the agent reads.
func (c *check) untrustedHost() {
	raw, h, ok := c.address()
	if !ok {
		return
	}
	_, host, r := address.Parse(raw)
	if r != address.Public {
		return
	}
	why, known := "", ""
	switch {
	case catalog.IsTunnelHost(host):
		why = ", a tunnel to somebody's machine"
	case catalog.IsSinkHost(host):
		why = ", a service that records what is sent to it"
	case address.IsIP(host):
		why = ", a bare address that nobody vouches for"
	default:
		if known, ok = typosquat.ConfusableHost(host); !ok {
			return
		}
		why = ", which looks like "
	}
	h.Rule, h.Severity, h.Host = ruleUntrustedHost, scanners.High, host
	h.Message = c.say(" is reached at ", host, why, known)
	h.Fix = scanners.Say("Use the vendor's own host. If this one is yours, name it under ", "approved_hosts", " in the organisation's policy.")
	c.report(nil, h)
}

// noAuth is off by default: half of all remote servers sign in with OAuth, of
// which a configuration says nothing.
func (c *check) noAuth() {
	raw, h, ok := c.address()
	if !ok || len(c.srv.Headers) > 0 || c.launch().Bridge != "" { // a bridge signs in itself
		return
	}
	for _, key := range []string{"auth", "oauth", "authorization", "authProviderType", "bearer_token_env_var", "bearerTokenEnvVar", "env_http_headers", "headersHelper", "apiKey", "api_key_env"} {
		if c.srv.Node.Get(key) != nil {
			return
		}
	}
	_, host, r := address.Parse(raw)
	if r != address.Public || strings.ContainsAny(raw, "?@$") {
		return
	}
	h.Rule, h.Severity, h.Host = ruleNoAuth, scanners.LowSeverity, host
	h.Message = c.say(" is reached at ", host, " with nothing that signs in")
	h.Fix = scanners.Say("Have the server ask for OAuth, or send a credential by reference.")
	c.report(nil, h)
}

// sse is told by the sighting's transport too; a bridge's URL says it itself.
func (c *check) sse() {
	raw, h, ok := c.address()
	path, _, _ := strings.Cut(raw, "?")
	if !ok || c.srv.Transport != scanners.SSE && !strings.HasSuffix(strings.TrimSuffix(path, "/"), "/sse") {
		return
	}
	h.Rule, h.Severity = ruleSSE, scanners.Info
	h.Message = c.say(" uses the SSE transport, which the protocol has replaced")
	h.Fix = scanners.Say("Use the vendor's streamable HTTP address, often ", "/mcp", ".")
	c.report(nil, h)
}

// headersHelper is a command that the client runs to make headers.
func (c *check) headersHelper() {
	n := c.srv.Node.Get("headersHelper").Resolve()
	if n == nil || strings.TrimSpace(n.Text) == "" {
		return
	}
	c.report(n, config.Hit{
		Rule: ruleHeadersHelper, Slot: "headersHelper", Severity: scanners.High,
		Message: c.say(" has its headers made by a command of this repository: ", c.f.Text(n)),
		Fix:     scanners.Say("Sign in with OAuth, or write the header with a reference. A helper belongs into the settings of the person who runs it."),
	})
}
