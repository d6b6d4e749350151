package scan

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/scanners"
)

// scanHistory reads every commit of all heads and tags.
func (t *target) scanHistory(ctx context.Context, repo *gitstore.Repository) error {
	t.Mode = ModeHistory
	l := newLedger(t)
	t.Progress.Phase("reading the history of "+t.Name, 0)
	tips, stats, err := repo.History(ctx, t.visit(), l.change)
	t.count(stats)
	if err != nil {
		return err
	}
	t.cut = stats.Cut > 0
	tip := ""
	if head, err := repo.Resolve("HEAD"); err == nil {
		tip = head.Hash
	} else if len(tips) > 0 {
		tip = tips[0].Hash
	}
	if tip == "" {
		if complete(t.Coverage.Skipped) {
			*t.notices = append(*t.notices, t.Name+" is an empty repository")
		}
		return nil
	}
	return l.close(ctx, repo, tip, nil)
}

// scanRange reads what B has that A has not, commit by commit.
func (t *target) scanRange(ctx context.Context, repo *gitstore.Repository) error {
	t.Mode = ModeRange
	from, to, _ := strings.Cut(t.Range, "..")
	a, err := repo.Resolve(from)
	if err != nil {
		return err
	}
	b, err := repo.Resolve(to)
	if err != nil {
		return err
	}
	l := newLedger(t)
	t.Progress.Phase("reading "+t.Range, 0)
	stats, err := repo.Range(ctx, a.Hash, b.Hash, t.visit(), l.change)
	t.count(stats)
	if err != nil {
		return err
	}
	t.cut = stats.Cut > 0
	before, err := t.keysAt(ctx, repo, a.Hash, l.paths)
	if err != nil {
		return err
	}
	return l.close(ctx, repo, b.Hash, before)
}

// ledger keeps what commits introduce, first come first.
type ledger struct {
	*target
	introduced []Finding
	seen       map[string]bool            // key of introduced
	sightings  map[string]Sighting        // by integration, path and name: the first one
	order      []string                   // of sightings
	versions   map[string]map[string]bool // keys by path and blob
	paths      map[string]bool            // that changed
	files      map[string]bool            // distinct path and blob
}

func newLedger(t *target) *ledger {
	return &ledger{
		target: t, seen: map[string]bool{}, sightings: map[string]Sighting{}, versions: map[string]map[string]bool{},
		paths: map[string]bool{}, files: map[string]bool{},
	}
}

// change reads one version of a file that a commit brings in.
func (l *ledger) change(c gitstore.Change) error {
	l.paths[c.Path] = true
	result := l.scanFile(scanners.File{Path: c.Path, Data: c.Data})
	l.Progress.Step(1)
	if id := c.Path + "\x00" + c.Blob; !l.files[id] {
		l.files[id] = true
		l.Coverage.Scanned++
		if result.Incomplete != "" {
			l.skip(gitstore.Skip{Path: c.Path, Reason: result.Incomplete, Incomplete: true})
		}
	}
	before := map[string]bool{}
	for _, v := range c.Before {
		for key := range l.keys(v) {
			before[key] = true
		}
	}
	origin := originOf(c.Commit)
	for _, f := range result.Findings {
		if id := f.Path + "\x00" + keyOf(&f); !before[keyOf(&f)] && !l.seen[id] {
			l.seen[id] = true
			l.introduced = append(l.introduced, Finding{Finding: f, Target: l.Name, Origin: origin})
		}
	}
	for _, s := range result.Sightings {
		id := strings.Join([]string{s.Integration.ID, s.Path, s.Name}, "\x00")
		if _, known := l.sightings[id]; !known {
			l.sightings[id] = Sighting{Sighting: s, Target: l.Name, Origin: origin}
			l.order = append(l.order, id)
		}
	}
	return nil
}

// keys are the findings of an earlier version, read once.
func (l *ledger) keys(v gitstore.Version) map[string]bool {
	id := v.Path + "\x00" + v.Blob
	keys, ok := l.versions[id]
	if !ok {
		keys = l.keysOf(v.Path, v.Data)
		l.versions[id] = keys
	}
	return keys
}

// close compares with the tip: a finding that is still there is shown where it
// stands now, also where its file was moved to; a credential that is gone is
// leaked all the same, and anything else that is gone is settled. Findings in
// before (by path and key) were there already.
func (l *ledger) close(ctx context.Context, repo *gitstore.Repository, tip string, before map[string]bool) error {
	l.Commit, l.shallow = tip, repo.Shallow()
	now, links, err := l.atTip(ctx, repo, tip, before == nil)
	if err != nil {
		return err
	}
	l.linked(ctx, repo, tip, links, before)
	moved := l.moved(now, before)
	for _, f := range l.introduced {
		id := f.Path + "\x00" + keyOf(&f.Finding)
		if before[id] {
			continue
		}
		current, still := now[id]
		if !still {
			current, still = take(moved, keyOf(&f.Finding))
		}
		switch {
		case still:
			f.Finding = current
		case f.Credential == nil:
			continue
		default:
			f.Gone = true
		}
		if f.Origin.Commit == "" {
			l.lost++
		}
		l.g.finding(f)
	}
	for _, id := range l.order {
		l.g.sighting(l.sightings[id])
	}
	return nil
}

// atTip are the findings of the paths that changed, by path and key, as they
// stand at the tip, and what its links to other files hold.
func (l *ledger) atTip(ctx context.Context, repo *gitstore.Repository, tip string, ownPolicyToo bool) (map[string]scanners.Finding, []*scanned, error) {
	now := map[string]scanners.Finding{}
	var links []*scanned
	_, err := repo.Tree(ctx, tip, gitstore.Visit{
		Want:     func(p string) bool { return p == ownPolicy || l.paths[p] },
		WantLink: l.wants,
		Skip:     func(gitstore.Skip) {},
		Entry: func(e gitstore.Entry) error {
			if e.Path == ownPolicy && ownPolicyToo {
				l.readOwnPolicy(e.Data)
			}
			result := l.scanFile(scanners.File{Path: e.Path, Data: e.Data})
			if e.Link {
				links = append(links, &scanned{path: e.Path, Result: result})
				return nil
			}
			for _, f := range result.Findings {
				now[f.Path+"\x00"+keyOf(&f)] = f
			}
			return nil
		},
	})
	return now, links, err
}

// linked keeps what the tip's links to other files hold and was not there
// before. What such a file held in between is not looked for: it was nobody's
// configuration by its own name.
func (l *ledger) linked(ctx context.Context, repo *gitstore.Repository, tip string, links []*scanned, before map[string]bool) {
	for _, s := range links {
		s.Findings = slices.DeleteFunc(s.Findings, func(f scanners.Finding) bool { return before[s.path+"\x00"+keyOf(&f)] })
	}
	if before != nil { // the rest of them is as it was
		links = slices.DeleteFunc(links, func(s *scanned) bool { return len(s.Findings) == 0 })
	}
	l.attribute(ctx, repo, tip, links)
	l.keep(links)
}

// moved are the findings of the tip, by key, that no commit introduced where
// they stand: they came with their file.
func (l *ledger) moved(now map[string]scanners.Finding, before map[string]bool) map[string][]scanners.Finding {
	moved := map[string][]scanners.Finding{}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if !l.seen[id] && !before[id] {
			f := now[id]
			moved[keyOf(&f)] = append(moved[keyOf(&f)], f)
		}
	}
	return moved
}

// take removes the first of the findings with a key.
func take(from map[string][]scanners.Finding, key string) (f scanners.Finding, ok bool) {
	list := from[key]
	if len(list) == 0 {
		return f, false
	}
	from[key] = list[1:]
	return list[0], true
}
