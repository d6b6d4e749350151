package webhook

import "github.com/castellan-app/castellan/app/job"

// merge_group: the queue waits for a conclusion on its commit.
var mergeGroup = event{
	read: func(p *payload, f *Facts) error {
		g := p.MergeGroup
		if g == nil || g.HeadSHA == "" || p.Repository == nil {
			return errShape
		}
		f.Head, f.HeadRef, f.Base, f.BaseRef = g.HeadSHA, g.HeadRef, g.BaseSHA, g.BaseRef
		return nil
	},
	plan: func(f *Facts) []job.Want {
		if f.Action != "checks_requested" {
			return nil
		}
		return []job.Want{check(job.Webhook, f.Head, f)}
	},
}
