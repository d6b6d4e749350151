package scan

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
)

// scanFolder reads the files as they lie in a folder, or the one file it is.
// repo is the repository around it, nil outside git.
func (t *target) scanFolder(ctx context.Context, folder string, repo *gitstore.Repository) error {
	t.Mode = ModeTree
	from := vantageOf(folder)
	if base, alone := from.file(folder); alone && !from.reads(t.Options, base) {
		return errors.New("no scanner reads a file of this name: nothing of it was read (docs/scanning.md says what is read)")
	}
	t.policyAbove(from)
	t.registriesAbove(from)
	var f facts
	found, err := t.readFiles(from, func(v gitstore.Visit) (gitstore.Stats, error) {
		return gitstore.Folder(ctx, folder, v, gitstore.FolderOptions{IncludeIgnored: t.IncludeIgnored})
	}, &f)
	if err != nil {
		return err
	}
	if repo != nil {
		head, err := repo.Resolve("HEAD")
		switch {
		case errors.Is(err, gitstore.ErrEmpty) || errors.Is(err, gitstore.ErrUnborn):
		case err != nil:
			*t.notices = append(*t.notices, fmt.Sprintf("findings in %s carry no commit: %v", t.Name, err))
		default:
			t.Commit = head.Hash
			t.attribute(ctx, repo, head.Hash, found)
			if t.Since && from.prefix == "" {
				t.authors(ctx, repo, head.Hash, mostLogged)
			}
		}
	}
	t.keep(found)
	t.surveyFolder(ctx, repo, from, folder, found, &f)
	return ctx.Err()
}

// scanCommit reads the tree of a commit.
func (t *target) scanCommit(ctx context.Context, repo *gitstore.Repository, rev string) error {
	t.Mode = ModeHead
	head, err := repo.Resolve(rev)
	if errors.Is(err, gitstore.ErrEmpty) {
		*t.notices = append(*t.notices, t.Name+" is an empty repository")
		return nil
	}
	if err != nil {
		return err
	}
	t.Commit = head.Hash
	var f facts
	found, err := t.readFiles(vantage{}, func(v gitstore.Visit) (gitstore.Stats, error) { return repo.Tree(ctx, head.Hash, v) }, &f)
	if err != nil {
		return err
	}
	t.attribute(ctx, repo, head.Hash, found)
	if t.Since {
		t.authors(ctx, repo, head.Hash, mostLogged)
	}
	t.keep(found)
	look, err := repo.LookAt(head.Hash)
	if err != nil {
		return err
	}
	t.told(ctx, repo, t.surveyed(vantage{}, found, t.Coverage.Skipped, &f, look))
	return ctx.Err()
}

// scanStaged reads what is staged, and leaves out what HEAD has at the same
// place.
func (t *target) scanStaged(ctx context.Context, repo *gitstore.Repository) error {
	t.Mode = ModeTree
	found, err := t.readFiles(vantage{}, func(v gitstore.Visit) (gitstore.Stats, error) { return repo.Staged(ctx, v) }, &facts{})
	if err != nil {
		return err
	}
	head, err := repo.Resolve("HEAD")
	if err == nil {
		t.Commit = head.Hash
		before, err := t.keysAt(ctx, repo, head.Hash, paths(found))
		if err != nil {
			return err
		}
		for _, f := range found {
			f.before = before
			f.Findings = slices.DeleteFunc(f.Findings, func(x scanners.Finding) bool { return before[f.path+"\x00"+keyOf(&x)] })
		}
	}
	t.keep(found)
	return t.surveyStaged(ctx, repo, t.Commit)
}

// scanned is one file and what was found in it.
type scanned struct {
	path  string
	local bool
	scanners.Result
	origins map[string]Origin // by key
	before  map[string]bool   // what was there already, by path and key
	strange bool              // see survey.Strange
}

// A batch is what is handed over to be scanned at once: to hand over a small file
// alone costs as much as to scan it.
const (
	batchFiles = 64
	batchBytes = 512 << 10
)

// readFiles scans every wanted file that read delivers, several at a time. Its
// paths are seen from a vantage. f gets what a survey asks beside them.
func (t *target) readFiles(from vantage, read func(gitstore.Visit) (gitstore.Stats, error), f *facts) ([]*scanned, error) {
	var mu sync.Mutex
	var found []*scanned
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, t.Jobs))
	one := func(e *gitstore.Entry) {
		s := &scanned{path: e.Path, local: e.Local, Result: from.scan(t.Options, scanners.File{Path: e.Path, Data: e.Data, Local: e.Local})}
		s.strange = survey.Strange(e.Path, e.Data, &s.Result)
		mu.Lock()
		defer mu.Unlock()
		candidate := from.wants(t.Options, e.Path)
		if candidate || len(s.Findings)+len(s.Sightings) > 0 {
			found = append(found, s)
		}
		if candidate {
			t.Coverage.Scanned++
		}
		if s.Incomplete != "" {
			t.Coverage.Skipped = append(t.Coverage.Skipped, partly(e.Path, from.names(t.Options, e.Path), &s.Result))
		}
		t.Progress.Step(1)
	}
	var batch []gitstore.Entry
	size := 0
	hand := func() {
		all := batch
		batch, size = nil, 0
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for i := range all {
				one(&all[i])
			}
		})
	}
	t.Progress.Phase("scanning "+t.Name, 0)
	visit := t.visit()
	visit.Want = func(p string) bool {
		p = from.shown(p)
		return p == ownPolicy || ownersFile(p) || t.registryFile(p) || t.inside(p) && from.reads(t.Options, p)
	}
	named := func(p string) bool {
		p = from.shown(p)
		return p == ownPolicy || ownersFile(p) || t.registryFile(p) || t.inside(p) && from.names(t.Options, p)
	}
	visit.WantLink, visit.WantLocal = named, named
	visit.Entry = func(e gitstore.Entry) error {
		e.Path = from.shown(e.Path)
		if e.Path == ownPolicy {
			t.readOwnPolicy(e.Data)
		}
		t.readRegistries(e.Path, e.Data)
		f.take(e)
		if !t.inside(e.Path) || !from.reads(t.Options, e.Path) {
			return nil
		}
		batch, size = append(batch, e), size+len(e.Data)
		if len(batch) == batchFiles || size >= batchBytes {
			hand()
		}
		return nil
	}
	visit.Skip = func(s gitstore.Skip) {
		mu.Lock()
		defer mu.Unlock()
		s.Path = from.shown(s.Path)
		t.skipFile(s)
	}
	t.leave(&visit, f, from)
	stats, err := read(visit)
	hand()
	wg.Wait()
	t.count(stats)
	slices.SortFunc(found, func(a, b *scanned) int { return strings.Compare(a.path, b.path) })
	slices.SortStableFunc(t.Coverage.Skipped, func(a, b Skip) int { return strings.Compare(a.Path, b.Path) })
	return found, err
}

// visit is what every reading wants.
func (t *target) visit() gitstore.Visit {
	return gitstore.Visit{
		Want:      func(p string) bool { return t.inside(p) && t.reads(p) },
		WantLink:  func(p string) bool { return t.inside(p) && t.names(p) },
		WantLocal: func(p string) bool { return t.inside(p) && t.names(p) },
		WantDir:   func(dir string) bool { return strings.HasPrefix(path.Base(dir), ".") },
		Limit:     t.limit,
		Skip:      t.skipFile,
	}
}

// inside reports whether a path of the repository belongs to the target.
func (t *target) inside(path string) bool { return strings.HasPrefix(path, t.within) }

// skipFile is skip but for a file that most likely is about something else. One
// that is larger than what is read is told without making the scan incomplete.
func (t *target) skipFile(s gitstore.Skip) {
	switch interest := t.interest(s.Path); {
	case s.Path == ownPolicy:
	case interest < scanners.Named && s.Beyond:
		s.Incomplete = false
	case interest == scanners.Chance:
		return
	}
	t.skip(s)
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
	own, err := policy.ReadRepository(ownPolicy, data, policy.ReadOptions{Rules: RuleIDs(t.Scanners, t.Rules)})
	if err != nil {
		*t.notices = append(*t.notices, fmt.Sprintf("the policy of %s does not count: %v", t.Name, err))
		return
	}
	tightened, notices := t.Policy.Tighten(own)
	t.policy = tightened
	*t.notices = append(*t.notices, notices...)
}

// keep hands everything found to the gatherer.
func (t *target) keep(found []*scanned) {
	for _, s := range found {
		for _, x := range s.Sightings {
			t.g.sighting(Sighting{Sighting: x, Target: t.Name, Origin: s.origins[sightKey(&x)]})
			if !s.before[s.path+"\x00"+launchKey(&x)] {
				t.launched(x, s.local, s.origins[launchKey(&x)])
			}
		}
		for _, x := range s.Findings {
			t.g.finding(Finding{Finding: x, Target: t.Name, Local: s.local, Origin: s.origins[keyOf(&x)]})
		}
	}
}

// sightKey identifies a sighting within a file, whatever its version.
func sightKey(s *scanners.Sighting) string {
	return strings.Join([]string{"sight", s.Name, s.Integration.ID}, "\x00")
}

// sightKeys are those of sightings whose origin is asked for.
func (t *target) sightKeys(list []scanners.Sighting) []string {
	if !t.Since {
		return nil
	}
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = sightKey(&list[i])
	}
	return keys
}

// mostDated bounds the files of one integration whose past is looked into to
// find out since when it is there: each costs a walk through history.
const mostDated = 3

// dated are the files whose sightings' origins are looked for.
func (t *target) dated(found []*scanned) map[*scanned]bool {
	out := map[*scanned]bool{}
	if !t.Since {
		return out
	}
	files := map[string]int{} // by integration
	for _, s := range found {
		for i := range s.Sightings {
			if id := s.Sightings[i].Integration.ID; files[id] < mostDated && !s.local {
				files[id]++
				out[s] = true
			}
		}
	}
	return out
}

// keyOf identifies a finding within a repository, wherever its file is moved.
func keyOf(f *scanners.Finding) string {
	return strings.Join([]string{f.Rule, f.Server, f.Slot, hashOf(f)}, "\x00")
}

func hashOf(f *scanners.Finding) string {
	if f.Credential == nil {
		return ""
	}
	return f.Credential.Hash
}

func paths(found []*scanned) map[string]bool {
	out := map[string]bool{}
	for _, s := range found {
		out[s.path] = true
	}
	return out
}

// keysAt are the findings of some paths at the commit a change starts from, by
// path and key, and with look-ups what its servers launch. The repository's
// policy there is the one that holds for it.
func (t *target) keysAt(ctx context.Context, repo *gitstore.Repository, commit string, only map[string]bool) (map[string]bool, error) {
	keys := map[string]bool{}
	v := gitstore.Visit{
		Want:     func(p string) bool { return p == ownPolicy || only[p] },
		WantLink: func(p string) bool { return t.inside(p) && t.names(p) },
		Skip:     func(gitstore.Skip) {},
		Entry: func(e gitstore.Entry) error {
			if e.Path == ownPolicy {
				t.readOwnPolicy(e.Data)
			}
			for key := range t.keysOf(e.Path, e.Data) {
				keys[e.Path+"\x00"+key] = true
			}
			return nil
		},
	}
	_, err := repo.Tree(ctx, commit, v)
	return keys, err
}

// attribute finds the commit that introduced each finding. Its cost follows
// the findings: files without any are not looked up. A file whose past cannot
// be read keeps its findings, without a commit.
func (t *target) attribute(ctx context.Context, repo *gitstore.Repository, commit string, found []*scanned) {
	var todo []*scanned
	dated := t.dated(found)
	for _, s := range found {
		if (len(s.Findings) > 0 || len(t.launchKeys(s.Sightings)) > 0 || dated[s]) && !s.local {
			todo = append(todo, s)
		}
	}
	if len(todo) == 0 {
		return
	}
	t.Progress.Phase("tracing findings to their commits", len(todo))
	t.shallow = repo.Shallow()
	for _, s := range todo {
		if ctx.Err() != nil {
			return
		}
		var want []string
		for i := range s.Findings {
			want = append(want, keyOf(&s.Findings[i]))
		}
		want = append(want, t.launchKeys(s.Sightings)...)
		if dated[s] {
			want = append(want, t.sightKeys(s.Sightings)...)
		}
		origins, err := repo.Introduced(ctx, commit, s.path, t.keysOf, want)
		if err != nil {
			*t.notices = append(*t.notices, fmt.Sprintf("who introduced the findings of %s could not be read: %v", s.path, err))
		}
		s.origins = map[string]Origin{}
		for key, c := range origins {
			s.origins[key] = originOf(c)
		}
		for i := range s.Findings {
			if o, ok := s.origins[keyOf(&s.Findings[i])]; ok && o.Commit == "" {
				t.lost++
			}
		}
		t.Progress.Step(1)
	}
}

// tellLost says that some of the past is missing, in one notice.
func (t *target) tellLost() {
	unknown := fmt.Sprintf("who introduced %d findings is unknown", t.lost)
	if t.lost == 1 {
		unknown = "who introduced 1 finding is unknown"
	}
	const rest = "; `git fetch --unshallow` gets the rest (for actions/checkout: `fetch-depth: 0`)"
	notice := ""
	switch {
	case t.cut && t.lost > 0:
		notice = "the history of " + t.Name + " is shallow: older commits were not read, and " + unknown + rest
	case t.cut:
		notice = "the history of " + t.Name + " is shallow: older commits were not read" + rest
	case t.lost > 0 && t.shallow:
		notice = "the history of " + t.Name + " is shallow: " + unknown + rest
	case t.lost > 0:
		notice = "the history of " + t.Name + " cannot be read in full: " + unknown
	default:
		return
	}
	*t.notices = append(*t.notices, notice)
}

func originOf(c gitstore.Commit) Origin {
	return Origin{Commit: c.Hash, Author: c.Author, Time: c.Time}
}

// keysOf are the findings of one version of a file, and with look-ups what its
// servers launch.
func (t *target) keysOf(path string, data []byte) map[string]bool {
	r := t.scanFile(scanners.File{Path: path, Data: data})
	keys := map[string]bool{}
	for i := range r.Findings {
		keys[keyOf(&r.Findings[i])] = true
	}
	for _, key := range append(t.launchKeys(r.Sightings), t.sightKeys(r.Sightings)...) {
		keys[key] = true
	}
	return keys
}
