package scan

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
)

// scanned is one file and what was found in it.
type scanned struct {
	path  string
	local bool
	scanners.Result
}

// readFiles scans every wanted file that read delivers, several at a time.
func (t *target) readFiles(read func(gitstore.Visit) (gitstore.Stats, error)) error {
	var mu sync.Mutex
	var found []*scanned
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, t.Jobs))
	t.Progress.Phase("scanning "+t.Name, 0)
	visit := t.visit()
	visit.Entry = func(e gitstore.Entry) error {
		if e.Path == ownPolicy {
			t.readOwnPolicy(e.Data)
		}
		if !t.wants(e.Path) {
			return nil
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			s := &scanned{path: e.Path, local: e.Local, Result: t.scanFile(scanners.File{Path: e.Path, Data: e.Data, Local: e.Local})}
			mu.Lock()
			defer mu.Unlock()
			found = append(found, s)
			t.Coverage.Scanned++
			if s.Incomplete != "" {
				t.Coverage.Skipped = append(t.Coverage.Skipped, Skip{Path: e.Path, Reason: s.Incomplete, Incomplete: true})
			}
			t.Progress.Step(1)
		})
		return nil
	}
	visit.Skip = func(s gitstore.Skip) {
		mu.Lock()
		defer mu.Unlock()
		t.skip(s)
	}
	stats, err := read(visit)
	wg.Wait()
	t.count(stats)
	slices.SortFunc(found, func(a, b *scanned) int { return strings.Compare(a.path, b.path) })
	slices.SortStableFunc(t.Coverage.Skipped, func(a, b Skip) int { return strings.Compare(a.Path, b.Path) })
	if err != nil {
		return err
	}
	t.keep(found)
	return nil
}

// visit is what every reading wants.
func (t *target) visit() gitstore.Visit {
	return gitstore.Visit{
		Want: func(p string) bool { return p == ownPolicy || t.wants(p) },
		Skip: t.skip,
	}
}

func (t *target) skip(s gitstore.Skip) {
	t.Coverage.Skipped = append(t.Coverage.Skipped, Skip{Path: s.Path, Reason: s.Reason, Incomplete: s.Incomplete})
}

func (t *target) count(s gitstore.Stats) {
	t.Coverage.Files += s.Files
	t.Coverage.Blobs += s.Blobs
	t.Coverage.Bytes += s.Bytes
	t.Coverage.Commits += s.Commits
}

// readOwnPolicy lets the target's own policy tighten what applies to it.
func (t *target) readOwnPolicy(data []byte) {
	own, err := policy.ReadRepository(ownPolicy, data)
	if err != nil {
		*t.notices = append(*t.notices, fmt.Sprintf("the policy of %s does not count: %v", t.Name, err))
		return
	}
	tightened, notices := t.Policy.Tighten(own)
	t.own[t.Name] = tightened
	*t.notices = append(*t.notices, notices...)
}

// keep hands everything found to the gatherer.
func (t *target) keep(found []*scanned) {
	for _, s := range found {
		for _, x := range s.Sightings {
			t.g.sighting(Sighting{Sighting: x, Target: t.Name})
		}
		for _, x := range s.Findings {
			t.g.finding(Finding{Finding: x, Target: t.Name, Local: s.local})
		}
	}
}
