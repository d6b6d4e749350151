package survey

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

// Generated are the servers whose file is generated from another one in the same
// project: that one by the place of the copy. The two have one name and are the
// same, whatever their formats.
type Generated map[place]string

// Generated finds the copies of a state.
func (t *Tree) Generated() Generated {
	type source struct{ project, server string }
	sources := map[source]*scanners.Sighting{}
	t.declared(func(s *scanners.Sighting, format *catalog.Format) {
		key := source{projectOf(s.Path), s.Name}
		if format != nil && format.Role == catalog.RoleGenerator && sources[key] == nil {
			sources[key] = s
		}
	})
	out := Generated{}
	if len(sources) == 0 {
		return out
	}
	t.declared(func(s *scanners.Sighting, format *catalog.Format) {
		from := sources[source{projectOf(s.Path), s.Name}]
		if from != nil && format != nil && format.Role == catalog.RoleServers && from.Path != s.Path && same(from, s) {
			out[place{s.Path, s.Name}] = from.Path
		}
	})
	return out
}

// same says that two sightings are one server: of one identity, or launched alike.
func same(a, b *scanners.Sighting) bool {
	local := a.Command != "" && a.Package == "" && a.URL == ""
	return !local && a.Integration.ID == b.Integration.ID || a.LaunchHash == b.LaunchHash
}

// Advise adds to the fix of a credential in a copy where to mend it.
func (g Generated) Advise(f *scanners.Finding) {
	from := g[place{f.Path, f.Server}]
	if from == "" || f.Credential == nil || f.Server == "" {
		return
	}
	more := say(" This file is generated from ", from, ": fix it there and generate again.")
	f.Fix = append(f.Fix[:len(f.Fix):len(f.Fix)], more...)
}
