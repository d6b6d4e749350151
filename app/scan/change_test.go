package scan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	in := func(id string, kind scanners.Kind, sightings ...scanners.Sighting) Integration {
		x := Integration{Integration: scanners.Integration{ID: id, Kind: kind, Name: id}}
		for _, s := range sightings {
			x.Sightings = append(x.Sightings, Sighting{Sighting: s})
		}
		return x
	}
	before := &Report{Integrations: []Integration{
		in("product:a", scanners.KindAgent, scanners.Sighting{Path: "x.yml", Region: scanners.Region{Line: 3}, Package: "a/a", Version: "v1", Grants: []scanners.Grant{{Name: "contents", Level: "read"}}}),
		in("product:gone", scanners.KindFramework, scanners.Sighting{Path: "p.json"}),
		in("product:same", scanners.KindFramework, scanners.Sighting{Path: "p.json", Region: scanners.Region{Line: 1}}),
	}}
	after := &Report{Integrations: []Integration{
		in("product:a", scanners.KindAgent, scanners.Sighting{Path: "x.yml", Region: scanners.Region{Line: 9}, Package: "a/a", Version: "v2", Reaches: []string{"shell"}, Grants: []scanners.Grant{{Name: "contents", Level: "write"}}}),
		in("product:new", scanners.KindAgent, scanners.Sighting{Path: "y.yml"}),
		in("product:same", scanners.KindFramework, scanners.Sighting{Path: "p.json", Region: scanners.Region{Line: 7}}), // only moved
	}}
	type change struct {
		kind         ChangeKind
		id           string
		gained, lost []string
	}
	var got []change
	for _, c := range Changes(before, after) {
		got = append(got, change{c.Kind, c.Integration.ID, c.Gained, c.Lost})
	}
	want := []change{
		{Altered, "product:a", []string{"a/a v2", "granted contents: write", "reaches shell"}, []string{"a/a v1", "granted contents: read"}},
		{Added, "product:new", nil, nil},
		{Removed, "product:gone", nil, nil},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(change{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
