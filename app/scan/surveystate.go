package scan

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
)

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
		Want: func(p string) bool { return ownersFile(p) || t.inside(p) && (t.names(p) || survey.Joined(p)) },
		Skip: func(s gitstore.Skip) {
			skipped = append(skipped, Skip{Path: s.Path, Reason: s.Reason, Incomplete: s.Incomplete})
		},
		Entry: func(e gitstore.Entry) error {
			f.take(e)
			if t.inside(e.Path) && (t.names(e.Path) || survey.Joined(e.Path)) {
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
