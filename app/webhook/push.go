package webhook

import (
	"strings"

	"github.com/castellan-app/castellan/app/job"
)

// push to a branch: the commit is judged, and the default branch settles what
// stands there. Tags bring no commits that no branch had.
var push = event{
	read: func(p *payload, f *Facts) error {
		if p.Ref == nil || p.Before == nil || p.After == nil || p.Repository == nil {
			return errShape
		}
		f.Ref, f.Before, f.After, f.Deleted = *p.Ref, *p.Before, *p.After, p.Deleted || absent(*p.After)
		return nil
	},
	plan: func(f *Facts) []job.Want {
		branch, ok := strings.CutPrefix(f.Ref, "refs/heads/")
		if !ok || f.Deleted || strings.HasPrefix(branch, "gh-readonly-queue/") { // merge_group judges those
			return nil
		}
		wants := []job.Want{check(job.Webhook, f.After, f)}
		if branch == f.Repository.DefaultBranch {
			wants = append(wants, job.Want{Kind: job.Settle, Lane: job.Webhook, Facts: f})
		}
		return wants
	},
}
