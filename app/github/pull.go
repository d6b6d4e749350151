package github

import (
	"context"

	gh "github.com/google/go-github/v66/github"
)

// PullRequest is a pull request as it is now.
type PullRequest struct {
	Number                     int
	State                      string // open, closed
	Merged                     bool
	HeadSHA, HeadRef, HeadRepo string // HeadRepo is OWNER/NAME, "" if the fork is gone
	BaseSHA, BaseRef           string
	Author                     string
	Draft                      bool
}

// PullRequest reads one pull request.
func (c *Client) PullRequest(ctx context.Context, repo Repo, number int) (PullRequest, error) {
	if err := firstError(repo.check(), checkNumber(int64(number))); err != nil {
		return PullRequest{}, err
	}
	raw, _, err := c.rest.PullRequests.Get(withCall(ctx, callPullRequest.on(repo)), repo.Owner, repo.Name, number)
	return pullRequest(raw), fail(callPullRequest, err)
}

// PullRequestsOf lists the pull requests a commit belongs to: open ones, and
// for a commit of the default branch the one that merged it.
func (c *Client) PullRequestsOf(ctx context.Context, repo Repo, sha string) ([]PullRequest, error) {
	if err := firstError(repo.check(), checkSHA(sha)); err != nil {
		return nil, err
	}
	call := callPullRequestsOf.on(repo)
	all, err := pages(ctx, call, (*gh.PullRequest).GetID, func(ctx context.Context, page string) ([]*gh.PullRequest, int, error) {
		var raw []*gh.PullRequest
		resp, err := c.send(ctx, call, query(repo.path("/commits/%s/pulls", sha), "per_page", "100", "page", page), nil, &raw)
		return raw, nextOf(resp), err
	})
	return convert(all, pullRequest), err
}

func pullRequest(r *gh.PullRequest) PullRequest {
	return PullRequest{
		Number: r.GetNumber(), State: r.GetState(), Merged: r.GetMerged() || !r.GetMergedAt().IsZero(),
		HeadSHA: r.GetHead().GetSHA(), HeadRef: r.GetHead().GetRef(), HeadRepo: r.GetHead().GetRepo().GetFullName(),
		BaseSHA: r.GetBase().GetSHA(), BaseRef: r.GetBase().GetRef(), Author: r.GetUser().GetLogin(), Draft: r.GetDraft(),
	}
}
