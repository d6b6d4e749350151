package config

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// integration is the identity of a server: the first key that applies, and the
// others as aliases. A name local to the file stands for what nothing outside
// names.
func (s *File) integration(srv *Server) scanners.Integration {
	in := scanners.Integration{Kind: scanners.KindMCPServer, Name: srv.Name, Reputation: scanners.Unknown}
	key, name := srv.key()
	if key == "" {
		in.ID = "local:" + s.Path + "#" + srv.Name
		return in
	}
	in.ID, in.Name = key, name
	known := s.Known(srv)
	if known == nil {
		return in
	}
	in.ID, in.Aliases = "product:"+known.Product, []string{key}
	in.Name, in.Product, in.Vendor, in.Reputation = known.Name, known.Product, known.Vendor, scanners.Reputation(known.Reputation)
	return in
}

// key is what names a server beyond this repository: the host it is reached
// at, directly or over a bridge, or its package.
func (srv *Server) key() (key, name string) {
	if host := srv.remote(); host != "" {
		return "host:" + host, host
	}
	if p := srv.Launch.Package(); p.Name != "" && srv.Launch.URL.Text == "" {
		return p.Ecosystem + ":" + p.Name, p.Name
	}
	return "", ""
}

// remote is the host the server is reached at, directly or over a bridge.
func (srv *Server) remote() string {
	if srv.Launch.URL.Text != "" {
		return remoteHost(srv.Launch.URL.Text)
	}
	if srv.Launch.Package().Name == "" && srv.URL != nil {
		return remoteHost(credential.RedactKnown(srv.URL.Text))
	}
	return ""
}

// clientIntegration is the agent whose file this is; a file that no one client
// owns gives an integration local to it.
func (s *File) clientIntegration() scanners.Integration {
	if s.Client == nil || s.Client.Product == "" {
		return scanners.Integration{
			ID: "local:" + s.Path, Kind: scanners.KindAgent, Name: path.Base(s.Path), Reputation: scanners.Unknown,
		}
	}
	return scanners.Integration{
		ID: "product:" + s.Client.Product, Kind: scanners.KindAgent, Name: s.Client.Name,
		Product: s.Client.Product, Vendor: s.Client.Vendor, Reputation: scanners.Known,
	}
}

// keyIntegration is whose key a credential outside servers is: its AI
// provider, else the client in whose file it lies.
func (s *File) keyIntegration(j *credential.Judgement) scanners.Integration {
	if j == nil || j.Product == "" || !j.AI {
		return s.clientIntegration()
	}
	return scanners.Integration{
		ID: "product:" + j.Product, Kind: scanners.KindModelProvider, Name: j.Provider,
		Product: j.Product, Vendor: j.Provider, Reputation: scanners.Known,
	}
}

// owner is the integration a hit belongs to.
func (s *File) owner(h *Hit) scanners.Integration {
	if h.Server != nil {
		return s.integration(h.Server)
	}
	return s.keyIntegration(h.judgement)
}

// sightings are the client's own file, if it has a client, and every server.
func (s *File) sightings() []scanners.Sighting {
	var out []scanners.Sighting
	if s.ofClient() {
		out = append(out, scanners.Sighting{
			Integration: s.clientIntegration(), Name: path.Base(s.Path), Path: s.Path,
			Region: scanners.Region{Line: 1, Column: 1, EndLine: 1, EndColumn: 1},
			Client: s.Format.Client, Template: s.template(),
		})
	}
	for _, srv := range s.Servers {
		out = append(out, s.serverSighting(srv))
	}
	return out
}

func (s *File) serverSighting(srv *Server) scanners.Sighting {
	pkg := srv.Launch.Package()
	si := scanners.Sighting{
		Integration: s.integration(srv),
		Name:        srv.Name, Path: s.Path, Region: s.region(srv.NameSpan), Pointer: srv.Pointer,
		Client: s.Format.Client, Transport: srv.Transport,
		Package: pkg.Name, Version: pkg.Version,
		Disabled: srv.Disabled, Template: s.template(),
	}
	if known := s.Known(srv); known != nil {
		si.Reaches, si.Grants = known.Reaches, grants(srv, known)
	}
	if srv.Command != nil {
		si.Command = s.safe(srv.Command)
	}
	for _, a := range srv.Args {
		si.Args = append(si.Args, s.safe(a))
	}
	switch {
	case srv.URL != nil:
		si.URL = s.safe(srv.URL)
	case srv.Launch.URL.Text != "":
		si.URL = credential.Redact(srv.Launch.URL.Text)
	}
	for _, e := range srv.Env {
		name := e.Name
		if name == "" { // "NAME=value", as compose files write it
			name, _, _ = strings.Cut(e.Value.Text, "=")
		}
		si.Env = append(si.Env, credential.RedactKnown(name))
	}
	s.normalise(srv, &si)
	return si
}

// grants are what a known server may do with what it reaches: as much as it can,
// or only read where it is told so.
func grants(srv *Server, known *catalog.Server) []scanners.Grant {
	level := "read"
	switch {
	case srv.ReadOnly():
	case known.Has(catalog.Execute):
		level = "execute"
	case known.Has(catalog.Write):
		level = "write"
	}
	var out []scanners.Grant
	for _, r := range known.Reaches {
		out = append(out, scanners.Grant{Name: r, Level: level})
	}
	return out
}

// ReadOnly says whether a server is told, by a flag or a variable, to change
// nothing.
func (srv *Server) ReadOnly() bool {
	for _, w := range srv.Launch.Args {
		name, value, _ := strings.Cut(strings.ToLower(w.Text), "=")
		switch strings.Trim(strings.ReplaceAll(name, "_", "-"), "-") {
		case "readonly", "read-only":
			return value != "false" && value != "0"
		case "access-mode":
			return value == "restricted" || value == "readonly" || value == "read-only"
		}
	}
	for _, e := range srv.Env {
		name := strings.ToUpper(e.Name)
		if (strings.Contains(name, "READ_ONLY") || strings.Contains(name, "READONLY")) && truth(e.Value) || strings.HasSuffix(name, "READ_ONLY") && e.Value.Text == "1" {
			return true
		}
	}
	return false
}

// ownerSighting is the sighting of a key provider at the key's place; servers
// and clients have theirs already.
func (s *File) ownerSighting(h *Hit) *scanners.Sighting {
	if h.Server != nil {
		return nil
	}
	in := s.owner(h)
	if in.Kind == scanners.KindAgent && s.ofClient() {
		return nil
	}
	return &scanners.Sighting{
		Integration: in, Name: credential.RedactKnown(h.Slot), Path: s.Path, Region: s.region(h.Span),
		Pointer: s.pointer(h.Node), Client: s.Format.Client, Template: s.template(),
	}
}

// ofClient says whether the file shows that its client is in use. Editors and
// workflows have files without AI at the same paths.
func (s *File) ofClient() bool {
	return s.Client != nil && s.Client.Product != "" && (!s.Format.Wide || len(s.Servers)+len(s.hits) > 0)
}

// safe is a scalar's text with every credential in it masked.
func (s *File) safe(n *doctree.Node) string {
	if text, ok := s.safeTexts[n]; ok {
		return text
	}
	text := credential.RedactRanges(n.Text, s.credentials[n])
	s.safeTexts[n] = text
	return text
}

// pointer leads to a value of the file's own document: what stands in a
// document in a string has the string's.
func (s *File) pointer(n *doctree.Node) string {
	if n == nil {
		return ""
	}
	return credential.RedactKnown(s.Doc.Holder(n).Pointer())
}
