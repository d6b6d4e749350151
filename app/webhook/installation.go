package webhook

import "github.com/castellan-app/castellan/app/job"

// installation and installation_repositories: what we may reach has changed.
var installation = event{
	read: func(p *payload, f *Facts) error {
		if p.Installation == nil || p.Installation.ID == 0 {
			return errShape
		}
		return nil
	},
	plan: func(f *Facts) []job.Want {
		return []job.Want{{Kind: job.Installation, Lane: job.User, Facts: f}}
	},
}

// repository: renamed, transferred, archived, deleted, of another visibility.
var repository = event{
	read: func(p *payload, f *Facts) error {
		if p.Repository == nil || p.Repository.ID == 0 {
			return errShape
		}
		return nil
	},
	plan: func(f *Facts) []job.Want {
		return []job.Want{{Kind: job.Repository, Lane: job.User, Facts: f}}
	},
}

// ping says that the webhook is set up.
var ping = event{
	read: func(p *payload, f *Facts) error {
		if p.Zen == nil {
			return errShape
		}
		return nil
	},
	plan: func(*Facts) []job.Want { return nil },
}
