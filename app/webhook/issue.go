package webhook

import "github.com/castellan-app/castellan/app/job"

// issues: what people do with our issues.
var issues = event{
	read: func(p *payload, f *Facts) error {
		if p.Issue == nil || p.Issue.Number == 0 || p.Repository == nil {
			return errShape
		}
		f.Issue, f.IssueState, f.StateReason = p.Issue.Number, p.Issue.State, p.Issue.StateReason
		return nil
	},
	plan: func(f *Facts) []job.Want {
		switch f.Action {
		case "closed", "reopened", "deleted", "transferred", "edited":
			return []job.Want{{Kind: job.Issue, Lane: job.User, Subject: itoa(f.Issue), Facts: f}}
		}
		return nil
	},
}

// issue_comment is recorded; nothing is asked for by comments yet.
var issueComment = event{
	read: func(p *payload, f *Facts) error {
		if p.Issue == nil || p.Comment == nil || p.Repository == nil {
			return errShape
		}
		f.Issue, f.Comment = p.Issue.Number, p.Comment.ID
		return nil
	},
	plan: func(*Facts) []job.Want { return nil },
}
