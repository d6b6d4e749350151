package scan

import (
	"context"
	"fmt"

	"github.com/castellan-app/castellan/app/gitstore"
)

// Source is an open repository, and what of it to scan.
type Source struct {
	Repository *gitstore.Repository
	Name       string // what the report calls it
	FullName   string // owner/name, for the policy; "" if unknown
	Commit     string // full id
	Base       string // full id: only what Commit has that Base has not; "": the tree of Commit
}

// Read scans a source as `castellan scan` does a target: a change by its
// commits, with what was added and removed again, or a tree with the commit
// behind each finding. Range, History and Staged of the options do not count.
func Read(ctx context.Context, s Source, o Options) (*Report, error) {
	o.History, o.Staged, o.Range = false, false, ""
	if s.Base != "" {
		o.Range = s.Base + ".." + s.Commit
	}
	r, g := o.begin()
	t := o.target(s.Name, g, r)
	t.repository = s.FullName
	scan := func() error { return t.scanCommit(ctx, s.Repository, s.Commit) }
	if s.Base != "" {
		scan = func() error { return t.scanRange(ctx, s.Repository) }
	}
	if err := scan(); err != nil {
		return nil, fmt.Errorf("scan %s: %w", t.Name, err)
	}
	t.end(r)
	o.lookUp(ctx, r, g)
	g.decide(r, &o)
	return r, nil
}

// Needs reads a source like Read and gives nothing: it is for a mirror, which
// learns from it which blobs it lacks.
func Needs(ctx context.Context, s Source, o Options) error {
	needs := func(wants func(path string) bool) gitstore.Visit {
		visit := gitstore.Visit{Want: func(p string) bool { return p == ownPolicy || ownersFile(p) || wants(p) || o.registryFile(p) }, Entry: func(gitstore.Entry) error { return nil }}
		(&target{Options: &o}).leave(&visit, &facts{}, vantage{})
		return visit
	}
	visit := needs(o.reads)
	if s.Base != "" { // of what did not change, a survey asks for what has a name
		if _, err := s.Repository.Range(ctx, s.Base, s.Commit, visit, func(gitstore.Change) error { return nil }); err != nil {
			return err
		}
		visit = needs(o.names)
		if _, err := s.Repository.Tree(ctx, s.Base, visit); err != nil {
			return err
		}
	}
	_, err := s.Repository.Tree(ctx, s.Commit, visit)
	return err
}
