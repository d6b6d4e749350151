package webhook

import (
	"strconv"

	"github.com/castellan-app/castellan/app/job"
)

// check_run: a person asks to judge again, or presses one of our buttons. Whose
// check run it is, the job verifies.
var checkRun = event{
	read: func(p *payload, f *Facts) error {
		if p.CheckRun == nil || p.CheckRun.HeadSHA == "" || p.Repository == nil {
			return errShape
		}
		f.CheckRun, f.Head = p.CheckRun.ID, p.CheckRun.HeadSHA
		if p.CheckRun.App != nil {
			f.CheckApp = p.CheckRun.App.ID
		}
		if p.RequestedAction != nil {
			f.Identifier = p.RequestedAction.Identifier
		}
		return nil
	},
	plan: func(f *Facts) []job.Want {
		switch f.Action {
		case "rerequested":
			return []job.Want{check(job.User, f.Head, f)}
		case "requested_action":
			subject := strconv.FormatInt(f.CheckRun, 10) + "/" + f.Identifier + "/" + strconv.FormatInt(f.Sender.ID, 10)
			return []job.Want{{Kind: job.Button, Lane: job.User, Subject: subject, Facts: f}}
		}
		return nil
	},
}

// check_suite: only "re-run all" matters, as suites are not made for forks and
// can be switched off.
var checkSuite = event{
	read: func(p *payload, f *Facts) error {
		if p.CheckSuite == nil || p.CheckSuite.HeadSHA == "" || p.Repository == nil {
			return errShape
		}
		f.Head = p.CheckSuite.HeadSHA
		if p.CheckSuite.App != nil {
			f.CheckApp = p.CheckSuite.App.ID
		}
		return nil
	},
	plan: func(f *Facts) []job.Want {
		if f.Action != "rerequested" {
			return nil
		}
		return []job.Want{check(job.User, f.Head, f)}
	},
}
