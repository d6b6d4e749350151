package judge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners/credential"
)

// verdict is a judgement and what becomes of it beside the check run.
type verdict struct {
	checkrun.Judgement
	report  *scan.Report
	branch  string // of the head, "" if unknown
	settled bool   // the head is, or was, of the default branch: its findings are settled there
	merged  bool   // its pull request was merged already
}

// against is one comparison before its base is known.
type against struct {
	checkrun.Comparison
	ref     string // whose tip the head is compared with, by their merge base
	merged  bool   // BaseSHA is compared with instead: the tip has the head by now
	settled bool   // the head is of the default branch already
}

// verdict reads what a head brings in.
func (j *Judge) verdict(ctx context.Context, rp *repo.Repo, sha string, facts *webhook.Facts) (*verdict, error) {
	pol, state, err := rp.Policy(ctx)
	if err != nil {
		return nil, err
	}
	why, err := j.causes(ctx, rp, sha, facts)
	if err != nil {
		return nil, err
	}
	pulls, err := j.pulls(ctx, rp, sha, why)
	if err != nil {
		return nil, err
	}
	m, err := rp.Mirror(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	all, home, err := j.comparisons(ctx, rp, m, sha, why, pulls)
	if err != nil {
		return nil, err
	}
	if pol, err = rp.Tighten(ctx, m, home, pol, &state); err != nil {
		return nil, err
	}
	v := &verdict{branch: why.branch}
	v.Head, v.Policy, v.OnIncomplete, v.Coverage.Complete = sha, state, pol.OnIncomplete, true
	for _, c := range all {
		v.Comparisons = append(v.Comparisons, c.Comparison)
		v.settled = v.settled || c.settled || c.Kind == checkrun.Push
		v.merged = v.merged || c.merged
	}
	if err := j.read(ctx, rp, m, pol, v); err != nil {
		return nil, err
	}
	return v, j.rotations(ctx, rp, v)
}

// pulls are the open pull requests whose head it is, without one those that were
// merged: what they brought in is the same as before. GitHub lists those of a
// commit only if the repository has it: the ones of forks are known by their
// events alone (google/go-github#2241).
func (j *Judge) pulls(ctx context.Context, rp *repo.Repo, sha string, why *causes) ([]github.PullRequest, error) {
	if why.group != nil {
		return nil, nil
	}
	found, err := rp.Client().PullRequestsOf(ctx, rp.Ref(), sha)
	if err != nil && !errors.Is(err, github.ErrNotFound) {
		return nil, fmt.Errorf("list the pull requests of %s: %w", sha, err)
	}
	for _, n := range why.pulls {
		if slices.ContainsFunc(found, func(p github.PullRequest) bool { return p.Number == n }) {
			continue
		}
		pr, err := rp.Client().PullRequest(ctx, rp.Ref(), n)
		if err != nil && !errors.Is(err, github.ErrNotFound) {
			return nil, fmt.Errorf("read pull request %d: %w", n, err)
		}
		if err == nil {
			found = append(found, pr)
		}
	}
	found = slices.DeleteFunc(found, func(p github.PullRequest) bool { return p.State != "open" && !p.Merged || p.HeadSHA != sha })
	open := func(p github.PullRequest) bool { return p.State == "open" }
	if slices.ContainsFunc(found, open) { // where some are open, those that were merged are history
		found = slices.DeleteFunc(found, func(p github.PullRequest) bool { return !open(p) })
	}
	slices.SortFunc(found, func(a, b github.PullRequest) int { return a.Number - b.Number })
	return found, nil
}

// comparisons fetches the head and what it is compared with. tip is that of the
// default branch.
func (j *Judge) comparisons(ctx context.Context, rp *repo.Repo, m *gitstore.Mirror, sha string, why *causes, pulls []github.PullRequest) (all []against, tip string, err error) {
	home := "refs/heads/" + rp.DefaultBranch
	refs := []string{home}
	for _, p := range pulls {
		if ref := "refs/heads/" + p.BaseRef; !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	tips, err := m.FetchRefs(ctx, refs, sha)
	if err != nil {
		return nil, "", err
	}
	for _, p := range pulls {
		c := against{checkrun.Comparison{Kind: checkrun.PullRequest, Against: credential.RedactKnown(p.BaseRef), PullRequest: p.Number, BaseSHA: p.BaseSHA}, "refs/heads/" + p.BaseRef, p.Merged, false}
		all = append(all, c)
	}
	if why.group != nil {
		base, err := m.Base(ctx, why.group.Base, sha)
		if err != nil {
			return nil, "", err
		}
		branch := strings.TrimPrefix(why.group.BaseRef, "refs/heads/")
		all = append(all, against{Comparison: checkrun.Comparison{Kind: checkrun.MergeGroup, Against: branch, BaseSHA: base}})
	}
	bases, err := pushed(ctx, m, sha, why, tips[home])
	if err != nil {
		return nil, "", err
	}
	for _, base := range bases {
		all = append(all, against{Comparison: checkrun.Comparison{Kind: checkrun.Push, Against: credential.RedactKnown(rp.DefaultBranch), BaseSHA: base}})
	}
	if len(all) == 0 {
		all = append(all, against{Comparison: checkrun.Comparison{Kind: checkrun.Branch, Against: credential.RedactKnown(rp.DefaultBranch)}, ref: home})
	}
	for i := range all {
		if c := &all[i]; c.ref != "" {
			if err := c.resolve(ctx, m, sha, tips[c.ref]); err != nil {
				return nil, "", err
			}
			c.settled = c.settled && c.ref == home
		}
	}
	return all, tips[home], nil
}

// resolve finds the commit that the head is compared with: their merge base with
// the tip of the branch.
func (c *against) resolve(ctx context.Context, m *gitstore.Mirror, sha, tip string) error {
	told := c.BaseSHA          // by GitHub, of the base branch
	if tip == "" || c.merged { // the branch is gone, or has the head
		var err error
		if tip, err = m.Base(ctx, told, ""); err != nil {
			return err
		}
	}
	c.BaseSHA = ""
	if tip == "" {
		return nil
	}
	base, ok, err := m.MergeBase(ctx, tip, sha)
	if err != nil || !ok {
		return err
	}
	c.BaseSHA = base.Hash
	switch {
	case base.Hash != sha:
		return nil
	case c.PullRequest > 0 && !c.merged && told != tip: // merged since GitHub was asked
		c.BaseSHA, c.merged = told, true
		return c.resolve(ctx, m, sha, "")
	case c.PullRequest > 0 && !c.merged: // it has nothing that its base has not
		return nil
	}
	c.BaseSHA, err = m.Base(ctx, "", sha) // it is in there by now: what it brought itself
	c.settled = true
	return err
}

// pushed is what a head is compared with that was pushed to the default branch:
// where the branch stood, "" if it began with the push. How the tip came there
// may not be known any more: its first parent stands in.
func pushed(ctx context.Context, m *gitstore.Mirror, sha string, why *causes, tip string) ([]string, error) {
	if len(why.before) == 0 && tip == sha {
		base, err := m.Base(ctx, "", sha)
		return []string{base}, err
	}
	var bases []string
	for _, base := range why.before {
		if base != "" {
			var err error
			if base, err = m.Base(ctx, base, sha); err != nil {
				return nil, err
			}
		}
		bases = append(bases, base)
	}
	return bases, nil
}

// read scans each comparison and gathers what at least one of them introduces.
func (j *Judge) read(ctx context.Context, rp *repo.Repo, m *gitstore.Mirror, pol *policy.Policy, v *verdict) error {
	done := map[string]bool{}
	seen := map[string]bool{}
	for _, c := range v.Comparisons {
		if done[c.BaseSHA] || c.BaseSHA == v.Head {
			continue
		}
		done[c.BaseSHA] = true
		report, err := rp.Read(ctx, m, c.BaseSHA, v.Head, pol)
		if err != nil {
			return err
		}
		v.report = report
		v.NotAssessed = cmp.Or(v.NotAssessed, report.NotAssessed)
		for _, f := range report.Findings {
			id := f.Fingerprint
			if f.Credential != nil {
				id += f.Credential.Hash
			}
			if f.Action != policy.Off && !seen[id] {
				seen[id] = true
				v.Findings = append(v.Findings, f)
			}
		}
		v.Integrations = append(v.Integrations, report.Integrations...)
		for _, t := range report.Targets {
			v.cover(&t.Coverage)
		}
	}
	return nil
}

// cover adds what one comparison read. What the change itself made unreadable
// counts against the change, an object that GitHub did not give against us.
func (v *verdict) cover(c *scan.Coverage) {
	v.Touched = max(v.Touched, c.Scanned)
	v.Coverage.Files += c.Files
	v.Coverage.Scanned += c.Scanned
	v.Coverage.Commits += c.Commits
	v.Coverage.Skipped = append(v.Coverage.Skipped, c.Skipped...)
	v.Coverage.Complete = v.Coverage.Complete && c.Complete
	for _, s := range c.Skipped {
		switch {
		case !s.Incomplete:
		case strings.HasPrefix(s.Reason, "missing object"):
			v.Fault = "objects of the repository could not be fetched"
		default:
			v.Incomplete = append(v.Incomplete, s)
		}
	}
}

// rotations are the credentials that a person confirmed rotated on all pull
// requests judged here.
func (j *Judge) rotations(ctx context.Context, rp *repo.Repo, v *verdict) error {
	pulls := 0
	count := map[string]int{}
	for _, c := range v.Comparisons {
		if c.PullRequest == 0 {
			continue
		}
		pulls++
		rows, err := j.Keeper.Store.Queries().Rotations(ctx, query.RotationsParams{RepositoryID: rp.ID, PullRequest: int64(c.PullRequest)})
		if err != nil {
			return fmt.Errorf("read the rotations of pull request %d: %w", c.PullRequest, err)
		}
		for _, r := range rows {
			count[r.CredentialHash]++
		}
	}
	v.Rotated = map[string]bool{}
	for hash, n := range count {
		v.Rotated[hash] = n == pulls
	}
	return nil
}
