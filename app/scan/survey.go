package scan

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/survey"
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
		f.exits = append(f.exits, survey.Exit{Path: p, From: from.shown(e.From), Target: e.Target, Folder: !from.names(t.Options, p)})
	}
}

// agentFolder says whether files of a folder are wanted because they lie there.
func (t *target) agentFolder(from vantage, path string) bool {
	return t.inside(path) && survey.AgentFolder(path, func(p string) bool { return from.names(t.Options, p) })
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
		if !s.local && from.names(t.Options, s.path) { // one state has no other files, so that states compare
			tree.Files = append(tree.Files, survey.File{Path: s.path, Result: s.Result, Strange: s.strange})
		}
		if !s.local && survey.Joined(s.path) {
			tree.Workflows = append(tree.Workflows, survey.File{Path: s.path, Result: s.Result})
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
		case s.Incomplete && from.names(t.Options, s.Path) && !read[s.Path]:
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
