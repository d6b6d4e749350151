package scan

import (
	"context"
	"maps"
	"slices"
	"strconv"
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
	for _, c := range tips {
		if c.Hash != tip {
			l.others = append(l.others, c.Hash)
		}
	}
	if err := l.close(ctx, repo, tip, nil); err != nil {
		return err
	}
	t.authors(ctx, repo, tip, 0)
	return t.surveyCommit(ctx, repo, tip)
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
	if err := l.close(ctx, repo, b.Hash, before); err != nil {
		return err
	}
	return t.surveyRange(ctx, repo, a.Hash, b.Hash, len(l.paths) > 0)
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
	others     []string                   // tips beside the one it is compared with
	launchers  map[string]Origin          // who introduced what a server launches, by path and key
}

func newLedger(t *target) *ledger {
	return &ledger{
		target: t, seen: map[string]bool{}, sightings: map[string]Sighting{}, versions: map[string]map[string]bool{},
		paths: map[string]bool{}, files: map[string]bool{}, launchers: map[string]Origin{},
	}
}

// change reads one version of a file that a commit brings in.
func (l *ledger) change(c gitstore.Change) error {
	l.paths[c.Path] = true
	result := l.scanFile(scanners.File{Path: c.Path, Data: c.Data})
	l.Progress.Step(1)
	if id := c.Path + "\x00" + c.Blob; !l.files[id] {
		l.files[id] = true
		if l.wants(c.Path) {
			l.Coverage.Scanned++
		}
		if result.Incomplete != "" {
			l.Coverage.Skipped = append(l.Coverage.Skipped, partly(c.Path, l.names(c.Path), &result))
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
	for _, key := range l.launchKeys(result.Sightings) {
		if id := c.Path + "\x00" + key; l.launchers[id] == (Origin{}) {
			l.launchers[id] = origin
		}
	}
	twins := map[string]int{}
	for _, s := range result.Sightings {
		id := strings.Join([]string{s.Integration.ID, s.Path, s.Name}, "\x00")
		if twins[id]++; twins[id] > 1 { // two of one name in one file
			id += "\x00" + strconv.Itoa(twins[id])
		}
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
// stands now, also where its file was moved to, or as it stands on another
// branch; a credential that is gone from all is leaked all the same, and anything
// else that is gone is settled. Findings in before (by path and key) were there
// already.
func (l *ledger) close(ctx context.Context, repo *gitstore.Repository, tip string, before map[string]bool) error {
	l.Commit, l.shallow = tip, repo.Shallow()
	now, links, err := l.atTip(ctx, repo, tip, before)
	if err != nil {
		return err
	}
	l.linked(ctx, repo, tip, links, before)
	moved := l.moved(now, before)
	elsewhere, err := l.elsewhere(ctx, repo, now, moved)
	if err != nil {
		return err
	}
	here := map[string]*scanned{}
	for _, f := range l.introduced {
		id := f.Path + "\x00" + keyOf(&f.Finding)
		if before[id] {
			continue
		}
		current, still := now[id]
		if !still {
			current, still = take(moved, keyOf(&f.Finding))
		}
		if still && before == nil { // who introduced it is said as for the tip alone
			stand(here, current)
			continue
		}
		if !still {
			current, still = elsewhere[id]
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
	found := slices.SortedFunc(maps.Values(here), func(a, b *scanned) int { return strings.Compare(a.path, b.path) })
	l.attribute(ctx, repo, tip, found)
	l.keep(found)
	for _, id := range l.order {
		l.g.sighting(l.sightings[id])
	}
	return nil
}

// stand adds a finding to those of its file at the tip.
func stand(here map[string]*scanned, f scanners.Finding) {
	s := here[f.Path]
	if s == nil {
		s = &scanned{path: f.Path}
		here[f.Path] = s
	}
	s.Findings = append(s.Findings, f)
}

// maxTips bounds the branches that are looked at for what the tip lacks.
const maxTips = 200

// elsewhere are findings that the tip lacks and another branch or tag has, by
// path and key.
func (l *ledger) elsewhere(ctx context.Context, repo *gitstore.Repository, now map[string]scanners.Finding, moved map[string][]scanners.Finding) (map[string]scanners.Finding, error) {
	lacking, paths := map[string]bool{}, map[string]bool{}
	for i := range l.introduced {
		f := &l.introduced[i].Finding
		id := f.Path + "\x00" + keyOf(f)
		if _, here := now[id]; !here && len(moved[keyOf(f)]) == 0 {
			lacking[id], paths[f.Path] = true, true
		}
	}
	found := map[string]scanners.Finding{}
	for _, tip := range l.others[:min(len(l.others), maxTips)] {
		if len(lacking) == 0 {
			break
		}
		_, err := repo.Tree(ctx, tip, gitstore.Visit{
			Want: func(p string) bool { return paths[p] },
			Skip: func(gitstore.Skip) {},
			Entry: func(e gitstore.Entry) error {
				for _, f := range l.scanFile(scanners.File{Path: e.Path, Data: e.Data}).Findings {
					if id := f.Path + "\x00" + keyOf(&f); lacking[id] {
						found[id] = f
						delete(lacking, id)
					}
				}
				return nil
			},
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// atTip are the findings of the paths that changed, by path and key, as they
// stand at the tip, and what its links to other files hold.
func (l *ledger) atTip(ctx context.Context, repo *gitstore.Repository, tip string, before map[string]bool) (map[string]scanners.Finding, []*scanned, error) {
	now := map[string]scanners.Finding{}
	var links []*scanned
	_, err := repo.Tree(ctx, tip, gitstore.Visit{
		Want:     func(p string) bool { return p == ownPolicy || l.registryFile(p) || l.paths[p] },
		WantLink: func(p string) bool { return l.inside(p) && l.names(p) },
		Skip:     func(gitstore.Skip) {},
		Entry: func(e gitstore.Entry) error {
			if e.Path == ownPolicy && before == nil {
				l.readOwnPolicy(e.Data)
			}
			l.readRegistries(e.Path, e.Data)
			result := l.scanFile(scanners.File{Path: e.Path, Data: e.Data})
			if e.Link {
				links = append(links, &scanned{path: e.Path, Result: result})
				return nil
			}
			for _, f := range result.Findings {
				now[f.Path+"\x00"+keyOf(&f)] = f
			}
			for _, s := range result.Sightings {
				if id := e.Path + "\x00" + launchKey(&s); !before[id] {
					l.launched(s, false, l.launchers[id])
				}
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
