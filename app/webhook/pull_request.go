package webhook

import "github.com/castellan-app/castellan/app/job"

// pull_request: its head is judged against its base; closed unmerged, what it
// leaked stays leaked. Heads of forks are known by this event only.
var pullRequest = event{
	read: func(p *payload, f *Facts) error {
		pr := p.PullRequest
		if pr == nil || pr.Number == 0 || pr.Head.SHA == "" || p.Repository == nil {
			return errShape
		}
		f.PullRequest, f.Merged = pr.Number, pr.Merged
		f.Head, f.HeadRef, f.Base, f.BaseRef = pr.Head.SHA, pr.Head.Ref, pr.Base.SHA, pr.Base.Ref
		if f.Action == "edited" && p.Changes.Base == nil {
			f.Action = "edited text"
		}
		return nil
	},
	plan: func(f *Facts) []job.Want {
		switch f.Action {
		case "opened", "synchronize", "reopened", "ready_for_review", "edited":
			return []job.Want{check(job.Webhook, f.Head, f)}
		case "closed":
			return []job.Want{{Kind: job.PullRequest, Lane: job.Webhook, Subject: itoa(f.PullRequest), Facts: f}}
		}
		return nil
	},
}
