package survey

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/launch"
)

// register are servers that no entry of the organisation's register covers, if it
// keeps one.
func (t *Tree) register() []scanners.Finding {
	if t.Policy == nil || !t.Policy.Registers() {
		return nil
	}
	var all []scanners.Finding
	t.servers(func(s *scanners.Sighting, _ *catalog.Format) {
		covers, why := t.Policy.Approves(t.use(s), t.Now)
		if covers != nil {
			return
		}
		f := at(ruleUnregistered, scanners.Medium, s)
		f.Message = say("The organisation's register has no entry for the server ", s.Name, ", which is ", s.Integration.ID)
		f.Fix = say("Ask for an entry under ", "approved", " in the organisation's ", "castellan.yml", " that names the integration ", s.Integration.ID,
			", its owner and the reason for it (docs/policy.md), or remove the server.")
		if why != nil {
			f.Message = append(say("The organisation's register does not cover the server ", s.Name, ", which is ", s.Integration.ID, ": "), redact(why)...)
			f.Fix = say("Use it as it is approved, or ask for another version, scope or date under ", "approved", " in the organisation's ", "castellan.yml", " (docs/policy.md).")
		}
		all = append(all, f)
	})
	return all
}

// use is a server as the register would name it.
func (t *Tree) use(s *scanners.Sighting) policy.Use {
	u := policy.Use{IDs: []string{s.Integration.ID}, Version: s.Version, Repository: t.Repository}
	if s.Integration.Product != "" {
		u.IDs = append(u.IDs, "product:"+s.Integration.Product)
	}
	if host := hostOf(s.URL); host != "" {
		u.IDs = append(u.IDs, "host:"+host)
	} else if s.Command != "" {
		l := launch.Parse(append([]string{s.Command}, s.Args...))
		if p := l.Package(); l.Bridge == "" && p.Name != "" {
			u.IDs = append(u.IDs, p.Ecosystem+":"+p.Name)
		}
	}
	if u.Version != "" && strings.Trim(u.Version[:1], "0123456789v=") != "" {
		u.Version = "" // a tag or a range
	}
	return u
}

// hosts are remote servers at hosts that the policy does not name, if it names
// any, nor belong to a vendor. What the register covers is approved as it is.
func (t *Tree) hosts() []scanners.Finding {
	if t.Policy == nil || len(t.Policy.ApprovedHosts) == 0 {
		return nil
	}
	said := map[string]bool{}
	for i := range t.Files {
		for _, f := range t.Files[i].Findings {
			if f.Rule == ruleHost {
				said[f.Path+"\x00"+f.Server] = true
			}
		}
	}
	var all []scanners.Finding
	t.servers(func(s *scanners.Sighting, _ *catalog.Format) {
		host := hostOf(s.URL)
		if host == "" || nearby(host) || said[s.Path+"\x00"+s.Name] || t.Policy.ApprovesHost(host) || t.Vendor != nil && t.Vendor(host) {
			return
		}
		if covers, _ := t.Policy.Approves(t.use(s), t.Now); covers != nil {
			return
		}
		f := at(ruleHost, scanners.Medium, s)
		f.Host = host
		f.Message = say("The server ", s.Name, " is reached at ", host, ", which is not among the hosts the organisation has approved")
		f.Fix = say("Use an approved host, or ask for an entry under ", "approved_hosts", " in the organisation's ", "castellan.yml", " (docs/policy.md).")
		all = append(all, f)
	})
	return all
}

// hostOf is the host of an address, in lower case; "" without one, or if it is
// only known where the client runs.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || !slices.Contains([]string{"http", "https", "ws", "wss"}, strings.ToLower(u.Scheme)) {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if strings.ContainsAny(host, "${}<>%•* ") {
		return ""
	}
	return strings.TrimSuffix(host, ".")
}

// nearby says that a host is this machine or its own network: a name without a
// dot, or an address or a name that nobody outside has.
func nearby(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified()
	}
	if !strings.Contains(host, ".") {
		return true
	}
	for _, suffix := range []string{".localhost", ".local", ".internal", ".lan", ".home.arpa"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}
