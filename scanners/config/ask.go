package config

import (
	"slices"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// What checks ask of a file and its servers.

// Text is a scalar's text with every credential in it masked, fit to be said.
func (s *File) Text(n *doctree.Node) string { return s.safe(n) }

// ClientName is what people call the client that reads the file.
func (s *File) ClientName() string {
	if s.Client == nil {
		return "its client"
	}
	return s.Client.Name
}

// Word is where a word of a server's command line stands: the value that holds
// it, and its span in the source. A value of which a part is masked counts as a
// whole: words are those of the masked text.
func (s *File) Word(srv *Server, w launch.Word) (*doctree.Node, doctree.Span) {
	nodes := srv.Args
	if srv.Command != nil {
		nodes = append([]*doctree.Node{srv.Command}, nodes...)
	}
	if srv.packaged || w.Arg < 0 || w.Arg >= len(nodes) {
		return srv.Node, srv.NameSpan
	}
	n := nodes[w.Arg]
	if w.Start >= w.End || s.safe(n) != n.Text {
		return n, n.Span
	}
	return n, s.Doc.Locate(n, w.Start, w.End)
}

// Identity is the key of a server's integration.
func (s *File) Identity(srv *Server) string { return s.integration(srv).ID }

// Same says whether two servers launch or reach the same thing.
func (s *File) Same(a, b *Server) bool {
	return s.url(a) == s.url(b) && slices.Equal(a.Launch.Normal(), b.Launch.Normal())
}

func (s *File) url(srv *Server) string {
	if srv.URL == nil {
		return ""
	}
	return s.safe(srv.URL)
}

// Known is what the catalogue knows of a server, by its package, image or host;
// nil if it knows nothing.
func (s *File) Known(srv *Server) *catalog.Server {
	if host := srv.remote(); host != "" {
		return catalog.ServerByHost(host)
	}
	p := srv.Launch.Package()
	if p.Name == "" {
		return nil
	}
	if p.Ecosystem == "oci" {
		return catalog.ServerByImage(p.Name)
	}
	return catalog.ServerByPackage(p.Ecosystem, p.Name)
}
