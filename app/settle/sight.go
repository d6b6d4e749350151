package settle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/castellan-app/castellan/app/casework"
	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// sight is what was seen of a repository: the head of its default branch, what
// pushes brought since it was settled last, and what leaked beside it.
type sight struct {
	version    string
	branch     string
	commit     string // "" in an empty repository
	at         time.Time
	complete   bool
	report     *scan.Report
	gone       []scan.Finding  // that pushes brought and took away again
	introduced map[string]bool // by casework.Key
	blobs      func(path string) string
	leaked     []leak
	codeowners *owner.Codeowners
	pol        *policy.Policy // tightened by the repository's own
}

// leak is a credential that is due without having reached the default branch.
type leak struct {
	row     query.Finding
	finding inventory.Detail
	in      scanners.Integration
}

// look reads the head of the default branch.
func (s *Settler) look(ctx context.Context, r *job.Run, rp *repo.Repo, pol *policy.Policy) (*sight, error) {
	seen := &sight{version: s.Keeper.Version, branch: credential.RedactKnown(rp.DefaultBranch), at: s.Now(), introduced: map[string]bool{}, blobs: func(string) string { return "" }, pol: pol}
	if err := s.due(ctx, rp, seen); err != nil {
		return nil, err
	}
	m, err := rp.Mirror(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	home := "refs/heads/" + rp.DefaultBranch
	tips, err := m.FetchRefs(ctx, []string{home})
	if err != nil && !errors.Is(err, gitstore.ErrEmpty) {
		return nil, err
	}
	if seen.commit = tips[home]; seen.commit == "" {
		return seen, nil
	}
	if seen.pol, err = rp.Tighten(ctx, m, seen.commit, pol, &checkrun.PolicyState{}); err != nil {
		return nil, err
	}
	if seen.report, err = rp.Read(ctx, m, "", seen.commit, pol); err != nil {
		return nil, err
	}
	seen.complete = true
	for _, t := range seen.report.Targets {
		seen.complete = seen.complete && t.Coverage.Complete
	}
	if err := s.brought(ctx, r, rp, m, seen); err != nil {
		return nil, err
	}
	if err := s.owners(ctx, m, seen); err != nil {
		return nil, err
	}
	return seen, s.contents(ctx, rp, m, seen)
}

// brought finds out what pushes brought since the repository was settled last.
// The first time those count that asked for it: all else was there before.
func (s *Settler) brought(ctx context.Context, r *job.Run, rp *repo.Repo, m *gitstore.Mirror, seen *sight) error {
	bases := []string{rp.SettledCommit}
	if rp.SettledCommit == "" {
		var err error
		if bases, err = s.before(ctx, r, rp); err != nil {
			return err
		}
	}
	for _, base := range bases {
		if base == seen.commit {
			continue
		}
		if base == "" { // the branch began with a push
			for i := range seen.report.Findings {
				seen.introduced[casework.Key(&seen.report.Findings[i])] = true
			}
			continue
		}
		if err := s.since(ctx, rp, m, base, seen); err != nil {
			return err
		}
	}
	return nil
}

// before are the commits at which the default branch stood before the pushes to
// it that asked for the task, "" for none. Each but the first of a row of pushes
// starts where another ended.
func (s *Settler) before(ctx context.Context, r *job.Run, rp *repo.Repo) ([]string, error) {
	const most = 1000
	rows, err := s.Keeper.Store.Queries().PushesOfTask(ctx, query.PushesOfTaskParams{TaskID: r.Task.ID, Most: most})
	if err != nil {
		return nil, fmt.Errorf("list the pushes to repository %d: %w", rp.ID, err)
	}
	var starts []string
	ends := map[string]bool{}
	for _, row := range rows {
		var f webhook.Facts
		if err := json.Unmarshal([]byte(row.Facts), &f); err != nil {
			return nil, fmt.Errorf("read the facts of delivery %s: %w", row.ID, err)
		}
		if f.Ref != credential.RedactKnown("refs/heads/"+rp.DefaultBranch) {
			continue
		}
		ends[f.After] = true
		if start := f.Start(); !slices.Contains(starts, start) {
			starts = append(starts, start)
		}
	}
	const tried = 5 // of force-pushes, each of which starts elsewhere
	starts = slices.DeleteFunc(starts, func(c string) bool { return ends[c] })
	return starts[:min(len(starts), tried)], nil
}

// since adds what the head has that base has not.
func (s *Settler) since(ctx context.Context, rp *repo.Repo, m *gitstore.Mirror, base string, seen *sight) error {
	base, err := m.Base(ctx, base, seen.commit)
	if err != nil || base == "" { // force-pushed away, and the branch begins with head
		return err
	}
	report, err := rp.Read(ctx, m, base, seen.commit, seen.pol)
	if err != nil {
		return err
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		if f.Gone && !seen.introduced[casework.Key(f)] {
			seen.gone = append(seen.gone, *f)
			seen.report.Integrations = adopt(seen.report.Integrations, report, f.Integration)
		}
		seen.introduced[casework.Key(f)] = true
	}
	return nil
}

// adopt adds the integration of a finding, without sightings: it stands nowhere
// any more.
func adopt(all []scan.Integration, from *scan.Report, id string) []scan.Integration {
	if slices.ContainsFunc(all, func(i scan.Integration) bool { return i.ID == id }) {
		return all
	}
	return append(all, scan.Integration{Integration: *inventory.Find(from, id)})
}

// owners reads the CODEOWNERS of the branch.
func (s *Settler) owners(ctx context.Context, m *gitstore.Mirror, seen *sight) error {
	found := map[string][]byte{}
	read := func() error {
		_, err := m.Tree(ctx, seen.commit, gitstore.Visit{
			Want:  func(p string) bool { return slices.Contains(owner.Locations(), p) },
			Entry: func(e gitstore.Entry) error { found[e.Path] = append([]byte(nil), e.Data...); return nil },
			Skip:  func(gitstore.Skip) {},
		})
		return err
	}
	if err := errors.Join(m.Complete(ctx, read), read()); err != nil {
		return err
	}
	for _, path := range owner.Locations() {
		if data, ok := found[path]; ok {
			seen.codeowners = owner.ParseCodeowners(path, data)
			break
		}
	}
	return nil
}

// contents notes the ids of the files that have or had findings, as the mirror
// will not be open when they are asked for.
func (s *Settler) contents(ctx context.Context, rp *repo.Repo, m *gitstore.Mirror, seen *sight) error {
	rows, err := s.Keeper.Store.Queries().CasesOfRepository(ctx, rp.ID)
	if err != nil {
		return fmt.Errorf("list the cases of repository %d: %w", rp.ID, err)
	}
	ids := map[string]string{}
	note := func(path string) error {
		if _, known := ids[path]; known {
			return nil
		}
		id, _, err := m.BlobAt(seen.commit, path)
		ids[path] = id
		return err
	}
	for i := range seen.report.Findings {
		if err := note(seen.report.Findings[i].Path); err != nil {
			return err
		}
	}
	for i := range rows {
		c, err := caseOf(&rows[i])
		if err != nil {
			return err
		}
		for i := range c.Findings {
			if err := note(c.Findings[i].Finding.Path); err != nil {
				return err
			}
		}
	}
	seen.blobs = func(path string) string { return ids[path] }
	return nil
}

// due reads the credentials that count as leaked beside the default branch.
func (s *Settler) due(ctx context.Context, rp *repo.Repo, seen *sight) error {
	rows, err := s.Keeper.Store.Queries().DueFindingsOfRepository(ctx, query.DueFindingsOfRepositoryParams{RepositoryID: rp.ID, Now: s.Now().UnixMilli()})
	if err != nil {
		return fmt.Errorf("list due findings of repository %d: %w", rp.ID, err)
	}
	for _, row := range rows {
		in, err := s.Keeper.Store.Queries().Integration(ctx, row.IntegrationID)
		if err != nil {
			return fmt.Errorf("read integration %d: %w", row.IntegrationID, err)
		}
		l := leak{row: row, in: scanners.Integration{
			ID: in.Identity, Kind: scanners.Kind(in.Kind), Name: in.Name, Product: in.Product, Vendor: in.Vendor, Reputation: scanners.Reputation(in.Reputation),
		}}
		if err := json.Unmarshal([]byte(row.Detail), &l.finding); err != nil {
			return fmt.Errorf("read finding %d: %w", row.ID, err)
		}
		seen.leaked = append(seen.leaked, l)
	}
	return nil
}

// integrations are those with findings, which need a case.
func (seen *sight) integrations() []*scanners.Integration {
	var all []*scanners.Integration
	add := func(in *scanners.Integration) {
		if !slices.ContainsFunc(all, func(o *scanners.Integration) bool { return o.ID == in.ID }) {
			all = append(all, in)
		}
	}
	if seen.report != nil {
		for i := range seen.report.Findings {
			add(inventory.Find(seen.report, seen.report.Findings[i].Integration))
		}
		for i := range seen.gone {
			add(inventory.Find(seen.report, seen.gone[i].Integration))
		}
	}
	for i := range seen.leaked {
		add(&seen.leaked[i].in)
	}
	return all
}

// of are the observations of the integrations that match, for a case with these
// findings: the head first, then what leaked elsewhere.
func (seen *sight) of(match func(integration string) bool, stored []casework.Tracked) []*casework.Observation {
	var all []*casework.Observation
	if seen.report != nil {
		all = append(all, seen.head(match, stored))
	}
	for i := range seen.leaked {
		l := &seen.leaked[i]
		if !match(l.in.ID) {
			continue
		}
		o := &casework.Observation{
			Scope: casework.Branch, Ref: l.finding.Ref, PullRequest: int(l.row.PullRequest), Unmerged: true, Commit: l.row.SeenCommit, At: seen.at,
			Pushed: time.UnixMilli(l.row.FirstSeenAt), Complete: true, Version: l.row.Version, Findings: []scan.Finding{l.finding.Finding},
		}
		if o.PullRequest > 0 {
			o.Scope = casework.PullRequest
		}
		all = append(all, o)
	}
	return all
}

func (seen *sight) head(match func(integration string) bool, stored []casework.Tracked) *casework.Observation {
	o := &casework.Observation{
		Scope: casework.DefaultBranch, Ref: seen.branch, Commit: seen.commit, At: seen.at, Complete: seen.complete, Version: seen.version,
		Waived: map[string]string{}, Introduced: seen.introduced, Blobs: map[string]string{}, Pending: map[string]bool{},
	}
	for _, f := range slices.Concat(seen.report.Findings, seen.gone) {
		if !match(f.Integration) {
			continue
		}
		o.Findings = append(o.Findings, f)
		if f.Waiver != "" {
			o.Waived[casework.Key(&f)] = f.Waiver
		}
		if id := seen.blobs(f.Path); id != "" {
			o.Blobs[f.Path] = id
		}
	}
	for i := range stored {
		f := &stored[i].Finding
		if slices.Contains(lookup.IDs(), f.Rule) && seen.pending(f) {
			o.Pending[casework.Key(f)] = true
		}
		if path := stored[i].Finding.Path; seen.blobs(path) != "" {
			o.Blobs[path] = seen.blobs(path)
		}
	}
	return o
}

// pending says whether look-ups about the server of a finding were not answered.
func (seen *sight) pending(f *scan.Finding) bool {
	return slices.ContainsFunc(seen.report.Pending, func(p scan.Place) bool { return p.Path == f.Path && p.Server == f.Server })
}
