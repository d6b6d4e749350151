package mcp

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
)

// mostJoined bounds how many servers are tried for each part.
const mostJoined = 8

// combination: untrusted text, private data and a way out, joined by one
// agent. Whoever writes the text gets the data. It is told where the last of
// the three comes in, and only if three servers make it so: what one server
// joins by itself, or one beside a browser, is everywhere and that server's own
// affair.
func combination(f *config.File) {
	var outside, private, egress []*config.Server
	for _, srv := range f.Servers {
		known := f.Known(srv)
		if known == nil || srv.Disabled {
			continue
		}
		outside = with(outside, srv, known.Has(catalog.OutsideContent))
		private = with(private, srv, known.Has(catalog.PrivateData))
		egress = with(egress, srv, known.Has(catalog.Egress))
	}
	for _, o := range outside {
		for _, p := range private {
			for _, e := range egress {
				if o != p && p != e && o != e {
					f.Report(combinationHit(f, o, p, e))
					return
				}
			}
		}
	}
}

func with(list []*config.Server, srv *config.Server, has bool) []*config.Server {
	if has && len(list) < mostJoined {
		return append(list, srv)
	}
	return list
}

func combinationHit(f *config.File, outside, private, egress *config.Server) config.Hit {
	last := outside
	for _, srv := range []*config.Server{private, egress} {
		if srv.NameSpan.Start > last.NameSpan.Start {
			last = srv
		}
	}
	return config.Hit{
		Rule: ruleCombination, Server: last, Node: last.Node, Span: last.NameSpan, Severity: scanners.Medium,
		Message: scanners.Say("Together these servers bring in what strangers write (", outside.Name, "), hold private data (", private.Name, ") and can send it out (", egress.Name, ")"),
		Fix:     scanners.Say("Give them to separate agents, or take one of the three away: restrict what is read, or where it may be sent."),
	}
}
