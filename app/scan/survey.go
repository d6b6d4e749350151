package scan

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
)

// facts are what a survey asks of one state of a repository beside the files that
// scanners want.
type facts struct {
	owners map[string][]byte // by the place of CODEOWNERS
	exits  []survey.Exit
}

// ownersFile says whether a path is one at which GitHub looks for CODEOWNERS.
func ownersFile(path string) bool { return slices.Contains(owner.Locations(), path) }

// take keeps the file of an entry if it is CODEOWNERS and git holds it.
func (f *facts) take(e gitstore.Entry) {
	if e.Local || !ownersFile(e.Path) {
		return
	}
	if f.owners == nil {
		f.owners = map[string][]byte{}
	}
	f.owners[e.Path] = slices.Clone(e.Data)
}

// codeowners are those of the place GitHub looks at first.
func (f *facts) codeowners() *owner.Codeowners {
	for _, path := range owner.Locations() {
		if data, ok := f.owners[path]; ok {
			return owner.ParseCodeowners(path, data)
		}
	}
	return nil
}

// leave wants links in the place of agents' files and folders followed, and keeps
// those that lead out. Paths are shown from a vantage.
func (t *target) leave(v *gitstore.Visit, f *facts, from vantage) {
	v.WantExit = func(p string) bool { return t.agentFolder(from, from.shown(p)) }
	v.Exit = func(e gitstore.Exit) {
		p := from.shown(e.Path)
		f.exits = append(f.exits, survey.Exit{Path: p, From: from.shown(e.From), Target: e.Target, Folder: !from.wants(t.Options, p)})
	}
}

// agentFolder says whether files of a folder are wanted because they lie there.
func (t *target) agentFolder(from vantage, path string) bool {
	return t.inside(path) && survey.AgentFolder(path, func(p string) bool { return from.wants(t.Options, p) })
}

// surveyed is one state for a survey: of the files that were found, and of what was
// skipped.
func (t *target) surveyed(from vantage, found []*scanned, skipped []Skip, f *facts, look survey.Look) *survey.Tree {
	tree := &survey.Tree{
		Repository: t.repository, Git: t.Commit != "" || from.top != "", Whole: from.prefix == "" && t.within == "" && !from.alone, Codeowners: f.codeowners(), Exits: f.exits,
		Look: look, Policy: t.policy, Vendor: t.Vendor, Now: t.Now,
	}
	read := map[string]bool{}
	for _, s := range found {
		read[s.path] = true
		if !s.local {
			tree.Files = append(tree.Files, survey.File{Path: s.path, Result: s.Result, Strange: s.strange})
		}
	}
	for _, s := range skipped {
		folder := s.Reason == gitstore.ReasonSubmodule
		if folder {
			tree.Submodules = append(tree.Submodules, s.Path)
		}
		switch {
		case strings.HasPrefix(s.Reason, "missing object"), !t.inside(s.Path): // not its own fault
		case folder && t.agentFolder(from, s.Path):
			tree.Gaps = append(tree.Gaps, survey.Gap{Path: s.Path, Reason: "it is a submodule", Folder: true})
		case s.Incomplete && from.wants(t.Options, s.Path) && !read[s.Path]:
			tree.Gaps = append(tree.Gaps, survey.Gap{Path: s.Path, Reason: s.Reason})
		}
	}
	slices.SortFunc(tree.Exits, func(a, b survey.Exit) int { return strings.Compare(a.Path, b.Path) })
	return tree
}

// surveyFolder tells what the folder as a whole shows. It is outside git where the
// vantage has no top.
func (t *target) surveyFolder(ctx context.Context, repo *gitstore.Repository, from vantage, folder string, found []*scanned, f *facts) {
	var look survey.Look
	switch {
	case from.top != "":
		t.ownersAbove(from, f)
		look = gitstore.LookBelow(from.top)
	case !from.alone && !strings.HasPrefix(filepath.Base(strings.TrimSuffix(from.around, "/")), "."):
		look = gitstore.LookBelow(folder)
	}
	t.told(ctx, repo, t.surveyed(from, found, t.Coverage.Skipped, f, look))
}

// ownersAbove reads the CODEOWNERS of a work tree of which the target is a part.
func (t *target) ownersAbove(from vantage, f *facts) {
	if from.prefix == "" {
		return
	}
	for _, path := range owner.Locations() {
		name := filepath.Join(from.top, filepath.FromSlash(path))
		if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() || strings.HasPrefix(path, from.prefix) {
			continue
		}
		data, err := gitstore.ReadFile(name, owner.MaxSize)
		if err != nil {
			t.skip(gitstore.Skip{Path: path, Reason: err.Error()})
			continue
		}
		f.take(gitstore.Entry{Path: path, Data: data})
	}
}

// told hands over what a state shows by itself. repo is nil outside git.
func (t *target) told(ctx context.Context, repo *gitstore.Repository, tree *survey.Tree) {
	t.tell(ctx, repo, tree, tree.Judge())
	t.g.advise(t.Name, tree.Generated())
}

// surveyCommit tells what a commit as a whole shows.
func (t *target) surveyCommit(ctx context.Context, repo *gitstore.Repository, commit string) error {
	tree, err := t.stateAt(ctx, repo, commit, results{})
	if err != nil {
		return err
	}
	t.told(ctx, repo, tree)
	return nil
}

// surveyRange tells what the head as a whole shows and the base did not, and which
// servers are not what they were.
func (t *target) surveyRange(ctx context.Context, repo *gitstore.Repository, base, head string, touched bool) error {
	known := results{}
	now, err := t.stateAt(ctx, repo, head, known)
	if err != nil {
		return err
	}
	shown := now.Judge()
	t.g.advise(t.Name, now.Generated())
	if len(shown.Findings) == 0 && !touched {
		return nil
	}
	before, err := t.stateAt(ctx, repo, base, known)
	if err != nil {
		return err
	}
	t.compared(ctx, repo, shown, now, before)
	return nil
}

// surveyStaged does that for the index and HEAD, "" before the first commit.
func (t *target) surveyStaged(ctx context.Context, repo *gitstore.Repository, head string) error {
	look, err := repo.LookStaged()
	if err != nil {
		return err
	}
	known := results{}
	now, err := t.state(known, look, func(v gitstore.Visit) (gitstore.Stats, error) { return repo.Index(ctx, v) })
	if err != nil {
		return err
	}
	before := &survey.Tree{}
	if head != "" {
		if before, err = t.stateAt(ctx, repo, head, known); err != nil {
			return err
		}
	}
	t.g.advise(t.Name, now.Generated())
	t.compared(ctx, nil, now.Judge(), now, before)
	return nil
}

// compared tells what is new since before.
func (t *target) compared(ctx context.Context, repo *gitstore.Repository, shown survey.Result, now, before *survey.Tree) {
	shown.Findings = introduced(shown.Findings, before.Judge().Findings)
	t.tell(ctx, repo, now, shown)
	t.tell(ctx, repo, now, now.Drift(before))
}

// introduced are the findings that were not there before, at their path or at one
// that has lost theirs: a file that is only moved brings nothing.
func introduced(now, before []scanners.Finding) []scanners.Finding {
	id := func(f *scanners.Finding) string { return f.Path + "\x00" + keyOf(f) }
	here, gone := map[string]bool{}, map[string]int{}
	for i := range now {
		here[id(&now[i])] = true
	}
	known := map[string]bool{}
	for i := range before {
		known[id(&before[i])] = true
		if !here[id(&before[i])] {
			gone[keyOf(&before[i])]++
		}
	}
	var all []scanners.Finding
	for i := range now {
		f := &now[i]
		switch {
		case known[id(f)]:
		case gone[keyOf(f)] > 0:
			gone[keyOf(f)]--
		default:
			all = append(all, *f)
		}
	}
	return all
}

// tell hands findings to the gatherer, those about a server with the commit that
// made it what it is, and those of their integrations that nothing else of the
// target has shown.
func (t *target) tell(ctx context.Context, repo *gitstore.Repository, tree *survey.Tree, r survey.Result) {
	origins := t.serversOf(ctx, repo, tree, r.Findings)
	uses := map[string]bool{}
	for _, f := range r.Findings {
		t.g.finding(Finding{Finding: f, Target: t.Name, Origin: origins[f.Path+"\x00"+f.Server]})
		uses[f.Integration] = true
	}
	for _, s := range r.Sightings {
		if uses[s.Integration.ID] && !t.g.has(s.Integration.ID, t.Name) {
			t.g.sighting(Sighting{Sighting: s, Target: t.Name})
		}
	}
}

// serversOf finds the commits that made the servers of findings what they are, by
// path and name.
func (t *target) serversOf(ctx context.Context, repo *gitstore.Repository, tree *survey.Tree, findings []scanners.Finding) map[string]Origin {
	origins := map[string]Origin{}
	if repo == nil || t.Commit == "" {
		return origins
	}
	servers := map[string]map[string]bool{} // names by path
	for _, f := range findings {
		if f.Server != "" {
			if servers[f.Path] == nil {
				servers[f.Path] = map[string]bool{}
			}
			servers[f.Path][f.Server] = true
		}
	}
	for i := range tree.Files {
		file := &tree.Files[i]
		names := servers[file.Path]
		if len(names) == 0 || ctx.Err() != nil {
			continue
		}
		var want []string
		for _, s := range file.Sightings {
			if names[s.Name] {
				want = append(want, launchOf(&s))
			}
		}
		commits, err := repo.Introduced(ctx, t.Commit, file.Path, t.launchesOf, want)
		if err != nil {
			*t.notices = append(*t.notices, fmt.Sprintf("who introduced the servers of %s could not be read: %v", file.Path, err))
		}
		for _, s := range file.Sightings {
			if c, ok := commits[launchOf(&s)]; ok {
				origins[file.Path+"\x00"+s.Name] = originOf(c)
			}
		}
	}
	return origins
}

// launchOf is a server as it is launched.
func launchOf(s *scanners.Sighting) string { return s.Name + "\x00" + s.LaunchHash }

// launchesOf are the servers of one version of a file.
func (t *target) launchesOf(path string, data []byte) map[string]bool {
	r := t.scanFile(scanners.File{Path: path, Data: data})
	launches := map[string]bool{}
	for i := range r.Sightings {
		launches[launchOf(&r.Sightings[i])] = true
	}
	return launches
}

// results are what scanners said of contents, by the hash of path and content, so
// that of two states only what differs is scanned twice.
type results map[[sha256.Size]byte]*scanned

func (t *target) stateAt(ctx context.Context, repo *gitstore.Repository, commit string, known results) (*survey.Tree, error) {
	look, err := repo.LookAt(commit)
	if err != nil {
		return nil, err
	}
	return t.state(known, look, func(v gitstore.Visit) (gitstore.Stats, error) { return repo.Tree(ctx, commit, v) })
}

// state reads what a survey asks of one state. What could not be read of it is part
// of the state, and no part of the target's coverage.
func (t *target) state(known results, look survey.Look, read func(gitstore.Visit) (gitstore.Stats, error)) (*survey.Tree, error) {
	f := &facts{}
	var found []*scanned
	var skipped []Skip
	v := gitstore.Visit{
		Want: func(p string) bool { return ownersFile(p) || t.inside(p) && t.wants(p) },
		Skip: func(s gitstore.Skip) {
			skipped = append(skipped, Skip{Path: s.Path, Reason: s.Reason, Incomplete: s.Incomplete})
		},
		Entry: func(e gitstore.Entry) error {
			f.take(e)
			if t.inside(e.Path) && t.wants(e.Path) {
				found = append(found, t.known(known, e))
			}
			return nil
		},
	}
	t.leave(&v, f, vantage{})
	if _, err := read(v); err != nil {
		return nil, fmt.Errorf("survey the files: %w", err)
	}
	tree := t.surveyed(vantage{}, found, skipped, f, look)
	tree.Git = true
	return tree, nil
}

// known scans a file, or says what it said before of the same.
func (t *target) known(all results, e gitstore.Entry) *scanned {
	h := sha256.New()
	h.Write([]byte(e.Path + "\x00"))
	h.Write(e.Data)
	id := [sha256.Size]byte(h.Sum(nil))
	if all[id] == nil {
		s := &scanned{path: e.Path, Result: t.scanFile(scanners.File{Path: e.Path, Data: e.Data})}
		s.strange = survey.Strange(e.Path, e.Data, &s.Result)
		all[id] = s
	}
	return all[id]
}

// has says whether an integration was seen in a target.
func (g *gatherer) has(id, target string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	in := g.integrations[id]
	return in != nil && slices.ContainsFunc(in.Sightings, func(s Sighting) bool { return s.Target == target })
}

// advise adds to the fixes of credentials in generated files where to mend them.
func (g *gatherer) advise(target string, copies survey.Generated) {
	if len(copies) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range g.findings {
		if g.findings[i].Target == target {
			copies.Advise(&g.findings[i].Finding)
		}
	}
}
