package scan

import (
	"slices"
	"strings"
)

// ChangeKind is what became of an integration between two states.
type ChangeKind uint8

const (
	Added ChangeKind = iota
	Removed
	Altered
)

// Change is what became of one integration. Of an altered one, Gained and Lost
// say what: versions, places, grants and what it reaches.
type Change struct {
	Kind         ChangeKind
	Integration  *Integration // as it is now; of one that was removed, as it was
	Gained, Lost []string
}

// Changes are the integrations that after has and before has not, the other way
// round, and those that differ: by kind of integration and name within each.
func Changes(before, after *Report) []Change {
	was, is := byID(before), byID(after)
	var out []Change
	for i := range after.Integrations {
		in := &after.Integrations[i]
		old := was[in.ID]
		if old == nil {
			out = append(out, Change{Kind: Added, Integration: in})
			continue
		}
		gained, lost := apart(features(in), features(old))
		if len(gained)+len(lost) > 0 {
			out = append(out, Change{Kind: Altered, Integration: in, Gained: gained, Lost: lost})
		}
	}
	for i := range before.Integrations {
		if in := &before.Integrations[i]; is[in.ID] == nil {
			out = append(out, Change{Kind: Removed, Integration: in})
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return strings.Compare(string(a.Integration.Integration.Kind)+"\x00"+strings.ToLower(a.Integration.Name), string(b.Integration.Integration.Kind)+"\x00"+strings.ToLower(b.Integration.Name))
	})
	return out
}

func byID(r *Report) map[string]*Integration {
	out := map[string]*Integration{}
	for i := range r.Integrations {
		out[r.Integrations[i].ID] = &r.Integrations[i]
	}
	return out
}

// features are what can change of an integration without its places' lines.
func features(in *Integration) map[string]bool {
	out := map[string]bool{}
	for i := range in.Sightings {
		s := &in.Sightings[i]
		out["at "+s.Path] = true
		if s.Package != "" && s.Version != "" {
			out[s.Package+" "+s.Version] = true
		}
		if s.URL != "" {
			out["reached at "+s.URL] = true
		}
		for _, g := range s.Grants {
			out["granted "+g.Name+": "+g.Level] = true
		}
		for _, r := range s.Reaches {
			out["reaches "+r] = true
		}
	}
	return out
}

// apart are the members that only one of two sets has.
func apart(a, b map[string]bool) (onlyA, onlyB []string) {
	for s := range a {
		if !b[s] {
			onlyA = append(onlyA, s)
		}
	}
	for s := range b {
		if !a[s] {
			onlyB = append(onlyB, s)
		}
	}
	slices.Sort(onlyA)
	slices.Sort(onlyB)
	return onlyA, onlyB
}
