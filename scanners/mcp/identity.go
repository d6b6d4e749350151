package mcp

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// integration is the identity of a server: the first key that applies. A name
// local to the file stands for what nothing outside names.
func (s *file) integration(srv *server) scanners.Integration {
	in := scanners.Integration{Kind: scanners.KindMCPServer, Name: srv.name, Reputation: scanners.Unknown}
	switch {
	case srv.remote() != "":
		in.ID, in.Name = "host:"+srv.remote(), srv.remote()
	case srv.launch.pkg != "" && srv.launch.url == "":
		in.ID, in.Name = srv.launch.ecosystem+":"+srv.launch.pkg, srv.launch.pkg
	default:
		in.ID = "local:" + s.Path + "#" + srv.name
	}
	return in
}

// remote is the host the server is reached at, directly or over a bridge.
func (srv *server) remote() string {
	if srv.launch.url != "" {
		return remoteHost(srv.launch.url)
	}
	if srv.launch.pkg == "" && srv.url != nil {
		return remoteHost(credential.RedactKnown(srv.url.Text))
	}
	return ""
}

// clientIntegration is the agent whose file this is; a file that no one client
// owns gives an integration local to it.
func (s *file) clientIntegration() scanners.Integration {
	if s.client == nil || s.client.Product == "" {
		return scanners.Integration{
			ID: "local:" + s.Path, Kind: scanners.KindAgent, Name: path.Base(s.Path), Reputation: scanners.Unknown,
		}
	}
	return scanners.Integration{
		ID: "product:" + s.client.Product, Kind: scanners.KindAgent, Name: s.client.Name,
		Product: s.client.Product, Vendor: s.client.Vendor, Reputation: scanners.Known,
	}
}

// keyIntegration is whose key a credential outside servers is: its AI
// provider, else the client in whose file it lies.
func (s *file) keyIntegration(j *credential.Judgement) scanners.Integration {
	if j == nil || j.Product == "" || !j.AI {
		return s.clientIntegration()
	}
	return scanners.Integration{
		ID: "product:" + j.Product, Kind: scanners.KindModelProvider, Name: j.Provider,
		Product: j.Product, Vendor: j.Provider, Reputation: scanners.Known,
	}
}

// owner is the integration a hit belongs to.
func (s *file) owner(h *hit) scanners.Integration {
	if h.server != nil {
		return s.integration(h.server)
	}
	return s.keyIntegration(h.judgement)
}

// sightings are the client's own file, if it has a client, and every server.
func (s *file) sightings() []scanners.Sighting {
	var out []scanners.Sighting
	if s.client != nil && s.client.Product != "" {
		out = append(out, scanners.Sighting{
			Integration: s.clientIntegration(), Name: path.Base(s.Path), Path: s.Path,
			Region: scanners.Region{Line: 1, Column: 1, EndLine: 1, EndColumn: 1},
			Client: s.format.Client, Template: s.template(),
		})
	}
	for _, srv := range s.servers {
		out = append(out, s.serverSighting(srv))
	}
	return out
}

func (s *file) serverSighting(srv *server) scanners.Sighting {
	si := scanners.Sighting{
		Integration: s.integration(srv),
		Name:        srv.name, Path: s.Path, Region: s.region(srv.nameSpan), Pointer: srv.pointer,
		Client: s.format.Client, Transport: srv.transport,
		Package: srv.launch.pkg, Version: srv.launch.version,
		Disabled: srv.disabled, Template: s.template(),
	}
	if srv.command != nil {
		si.Command = s.safe(srv.command)
	}
	for _, a := range srv.args {
		si.Args = append(si.Args, s.safe(a))
	}
	switch {
	case srv.url != nil:
		si.URL = s.safe(srv.url)
	case srv.launch.url != "":
		si.URL = credential.Redact(srv.launch.url)
	}
	for _, e := range srv.env {
		name := e.name
		if name == "" { // "NAME=value", as compose files write it
			name, _, _ = strings.Cut(e.value.Text, "=")
		}
		si.Env = append(si.Env, credential.RedactKnown(name))
	}
	return si
}

// ownerSighting is the sighting of a key provider at the key's place; servers
// and clients have theirs already.
func (s *file) ownerSighting(h *hit) *scanners.Sighting {
	if h.server != nil {
		return nil
	}
	in := s.owner(h)
	if in.Kind == scanners.KindAgent && s.client != nil && s.client.Product != "" {
		return nil
	}
	return &scanners.Sighting{
		Integration: in, Name: credential.RedactKnown(h.slot), Path: s.Path, Region: s.region(h.span),
		Pointer: pointerOf(h.node), Client: s.format.Client, Template: s.template(),
	}
}

// safe is a scalar's text with every credential in it masked.
func (s *file) safe(n *doctree.Node) string {
	return credential.RedactRanges(n.Text, s.credentials[n])
}

func pointerOf(n *doctree.Node) string {
	if n == nil {
		return ""
	}
	return credential.RedactKnown(n.Pointer())
}
