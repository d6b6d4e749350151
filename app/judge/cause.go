package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners/credential"
)

// causes are why a head is judged, from all deliveries that are kept of it and
// not only the last one: whoever asks to judge it again, presses a button or
// pushes it to another branch takes nothing away from what it is judged for.
type causes struct {
	branch string         // that it was pushed to last, "" if unknown
	before []string       // where the default branch stood before it was pushed there, "" for nowhere; the latest first
	group  *webhook.Facts // of the merge group that it is
	pulls  []int          // that it is or was the head of
}

// Bounds of what one head is judged for.
const (
	mostCauses = 200 // deliveries read
	mostBefore = 5   // pushes of one head to the default branch
	mostPulls  = 20
)

// causes reads them; facts are those of the task, which may outlive its
// deliveries.
func (j *Judge) causes(ctx context.Context, rp *repo.Repo, sha string, facts *webhook.Facts) (*causes, error) {
	rows, err := j.Keeper.Store.Queries().CausesOfHead(ctx, query.CausesOfHeadParams{
		RepositoryID: rp.ID, HeadSha: sha, Most: mostCauses,
	})
	if err != nil {
		return nil, fmt.Errorf("list what %s is judged for: %w", sha, err)
	}
	home := credential.RedactKnown("refs/heads/" + rp.DefaultBranch)
	c := &causes{}
	c.add(facts, sha, home)
	for _, row := range rows {
		var f webhook.Facts
		if err := json.Unmarshal([]byte(row), &f); err != nil {
			return nil, fmt.Errorf("read what %s is judged for: %w", sha, err)
		}
		c.add(&f, sha, home)
	}
	return c, nil
}

func (c *causes) add(f *webhook.Facts, sha, home string) {
	switch {
	case f.After == sha:
		if c.branch == "" {
			c.branch = strings.TrimPrefix(f.Ref, "refs/heads/")
		}
		if start := f.Start(); f.Ref == home && len(c.before) < mostBefore && !slices.Contains(c.before, start) {
			c.before = append(c.before, start)
		}
	case f.Action == "checks_requested" && f.Head == sha:
		if c.group == nil {
			c.group = f
		}
	case f.PullRequest > 0 && f.Head == sha:
		if len(c.pulls) < mostPulls && !slices.Contains(c.pulls, f.PullRequest) {
			c.pulls = append(c.pulls, f.PullRequest)
		}
	}
}
