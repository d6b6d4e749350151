package scan

import (
	"context"
	"fmt"
	"slices"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
)

// told hands over what a state shows by itself. repo is nil outside git.
func (t *target) told(ctx context.Context, repo *gitstore.Repository, tree *survey.Tree) {
	t.tell(ctx, repo, tree, tree.Judge())
	t.g.advise(t.Name, tree.Generated())
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
