// Package survey holds the rules that one file alone cannot show: what a
// repository as a whole says of its agent files, where its links lead, who owns
// what, which servers its files disagree about, what the organisation's register
// has of them, and what of all that changed.
//
// The package is pure: one state of a repository goes in, findings come out. Who
// reads it, and from where, is app/scan's part.
package survey

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Tree is one state of a repository, or of a part of it.
type Tree struct {
	Repository string            // owner/name; "" if unknown
	Whole      bool              // nothing of the repository was left out
	Git        bool              // git says what belongs to it
	Files      []File            // those the scanners want, that git holds, by path
	Workflows  []File            // and the files that workflows run, see Joined, by path
	Codeowners *owner.Codeowners // nil: the repository has none
	Exits      []Exit            // by path
	Gaps       []Gap             // by path
	Submodules []string          // paths
	Look       Look              // nil: nothing is known of files the scanners do not want
	Policy     *policy.Policy
	Vendor     func(host string) bool // whether a host is that of a known vendor's server; nil: no host is
	Now        time.Time

	spent int // of the steps that owned may take
}

// File is one file that was read.
type File struct {
	Path string
	scanners.Result
	Strange bool // see Strange
}

// Exit is a symbolic link at a path the scanners want, or in place of a folder of
// such paths, that leads out of what was read: From is the link that does, itself
// or one it leads to, and Target the text of that one.
type Exit struct {
	Path, From, Target string
	Folder             bool // it stands for all below
}

// Gap is a path the scanners want, or a folder of such paths, that was not read.
type Gap struct {
	Path, Reason string
	Folder       bool // it stands for all below
}

// Look says what lies at other paths.
type Look interface {
	File(path string) bool
	Folder(path string) bool
}

// Result is what a survey has to say. Sightings are the integrations of its
// findings, for those that nothing else has shown.
type Result struct {
	Findings  []scanners.Finding
	Sightings []scanners.Sighting
}

// Judge applies every rule about one state.
func (t *Tree) Judge() Result {
	var all []scanners.Finding
	for _, rule := range []func() []scanners.Finding{t.exits, t.unowned, t.scripts, t.shadows, t.register, t.hosts, t.gaps, t.calls} {
		all = append(all, rule()...)
	}
	return t.result(all)
}

// result numbers equals and adds the integrations.
func (t *Tree) result(all []scanners.Finding) Result {
	r := Result{Findings: all}
	ordinals, known := map[string]int{}, map[string]bool{}
	for i := range all {
		f := &all[i]
		id := f.Fingerprint()
		if ordinals[id]++; ordinals[id] > 1 {
			f.Slot = strings.TrimSpace(f.Slot + " #" + strconv.Itoa(ordinals[id]))
		}
		if !known[f.Integration] {
			known[f.Integration] = true
			r.Sightings = append(r.Sightings, t.sighting(f))
		}
	}
	return r
}

// sighting shows the integration of a finding: as its file does, or of a path
// that no scanner has read, by its name.
func (t *Tree) sighting(f *scanners.Finding) scanners.Sighting {
	i, found := slices.BinarySearchFunc(t.Files, f.Path, func(file File, path string) int { return cmp.Compare(file.Path, path) })
	if found {
		for _, s := range t.Files[i].Sightings {
			if s.Integration.ID == f.Integration {
				return s
			}
		}
	}
	in := integrationOf(f.Path)
	return scanners.Sighting{Integration: in, Name: in.Name, Path: f.Path, Region: scanners.Region{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}, Client: f.Client}
}

// integrationOf is whose file lies at a path: that of the client that reads it.
func integrationOf(path string) scanners.Integration {
	for _, format := range catalog.MatchNamed(path) {
		if c := catalog.ClientByID(format.Client); c != nil && c.Product != "" && len(format.Gate) == 0 {
			return scanners.Integration{ID: "product:" + c.Product, Kind: scanners.KindAgent, Name: c.Name, Product: c.Product, Vendor: c.Vendor, Reputation: scanners.Known}
		}
	}
	in := scanners.Integration{ID: "local:" + path, Kind: scanners.KindAgent, Name: path[strings.LastIndexByte(path, '/')+1:], Reputation: scanners.Unknown}
	if slices.Contains(owner.Locations(), path) {
		in.Kind = scanners.KindService
	}
	return in
}

// about begins a finding about a path as a whole.
func about(rule string, severity scanners.Severity, path string) scanners.Finding {
	f := scanners.Finding{Rule: rule, Severity: severity, Confidence: credential.High, Integration: integrationOf(path).ID, Path: path, Passive: config.Passive(path)}
	if f.Passive && f.Severity > scanners.Info {
		f.Severity--
	}
	for _, format := range catalog.MatchNamed(path) {
		if len(format.Gate) == 0 {
			f.Client = format.Client
			break
		}
	}
	return f
}

// at begins a finding about a server.
func at(rule string, severity scanners.Severity, s *scanners.Sighting) scanners.Finding {
	return scanners.Finding{
		Rule: rule, Severity: severity, Confidence: credential.High, Integration: s.Integration.ID, Server: s.Name,
		Path: s.Path, Region: s.Region, Pointer: s.Pointer, Client: s.Client,
	}
}

// servers are the servers that a client starts or reaches from where they stand:
// not switched off, and in no template, documentation or test.
func (t *Tree) servers(visit func(s *scanners.Sighting, format *catalog.Format)) {
	t.declared(func(s *scanners.Sighting, format *catalog.Format) {
		if !s.Disabled {
			visit(s, format)
		}
	})
}

// declared are the servers and those that are switched off where they stand.
func (t *Tree) declared(visit func(s *scanners.Sighting, format *catalog.Format)) {
	for i := range t.Files {
		f := &t.Files[i]
		if config.Passive(f.Path) {
			continue
		}
		for j := range f.Sightings {
			s := &f.Sightings[j]
			if s.Integration.Kind != scanners.KindMCPServer || s.Template {
				continue
			}
			if format := formatOf(s); format == nil || format.Role == catalog.RoleServers || format.Role == catalog.RolePower || format.Role == catalog.RoleGenerator {
				visit(s, format)
			}
		}
	}
}

// longestQuote bounds a string of the repository in a message, in bytes.
const longestQuote = 160

// say builds a text like scanners.Say, the repository's strings short and without
// credentials.
func say(parts ...string) scanners.Text {
	return redact(scanners.Say(parts...))
}

func redact(t scanners.Text) scanners.Text {
	for i := range t {
		if !t[i].Code {
			continue
		}
		if t[i].Text = credential.Redact(t[i].Text); len(t[i].Text) > longestQuote {
			t[i].Text = strings.ToValidUTF8(t[i].Text[:longestQuote-3], "") + "…"
		}
	}
	return t
}
