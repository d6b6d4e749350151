package webhook

import (
	"strconv"

	"github.com/castellan-app/castellan/app/job"
)

// event is how one of GitHub's events is read, and what it asks for.
type event struct {
	read func(*payload, *Facts) error
	plan func(*Facts) []job.Want
}

// events that are read. Others are stored, by their headers and hash, and
// ignored.
var events = map[string]event{
	"push":                      push,
	"pull_request":              pullRequest,
	"merge_group":               mergeGroup,
	"check_run":                 checkRun,
	"check_suite":               checkSuite,
	"issues":                    issues,
	"issue_comment":             issueComment,
	"installation":              installation,
	"installation_repositories": installation,
	"repository":                repository,
	"public":                    repository,
	"ping":                      ping,
}

func isKnown(name string) bool { _, ok := events[name]; return ok }

// Plan is what a delivery asks to be done.
func Plan(name string, f *Facts) []job.Want {
	e, ok := events[name]
	if !ok || f.Installation == 0 {
		return nil
	}
	wants := e.plan(f)
	for i := range wants {
		w := &wants[i]
		w.Installation = f.Installation
		if w.Kind != job.Installation {
			w.Repository = f.Repository.ID
		}
	}
	return wants
}

// check is the wish to judge a commit.
func check(lane job.Lane, sha string, f *Facts) job.Want {
	return job.Want{Kind: job.Check, Lane: lane, Subject: sha, Facts: f}
}

func itoa(n int) string { return strconv.Itoa(n) }
