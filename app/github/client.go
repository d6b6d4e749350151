package github

import (
	"context"

	gh "github.com/google/go-github/v66/github"
)

// Client speaks for one installation. It is safe for concurrent use. What it
// learns of limits and budget holds for all its callers.
type Client struct {
	caller
	app    *App
	id     int64
	tokens *tokens
}

// Repo names a repository. ID is what tokens are scoped by and survives a
// rename; Owner and Name may be old ones, GitHub redirects.
type Repo struct {
	ID          int64
	Owner, Name string
}

// Repository is a repository as GitHub describes it.
type Repository struct {
	Repo
	DefaultBranch                                 string
	Visibility                                    string // public, private, internal
	Archived, Fork, Template, HasIssues, Disabled bool
	Size                                          int // KiB, as GitHub last measured; 0: probably empty
}

// GitToken is a token that can read the contents of this one repository over
// git, with the user x-access-token. It lives five minutes or more: ask again
// for each fetch.
func (c *Client) GitToken(ctx context.Context, repo Repo) (string, error) {
	if err := repo.check(); err != nil {
		return "", err
	}
	return c.tokens.get(ctx, scope{repository: repo.ID, permissions: gitPermissions}, "contents:read")
}

// Granted reads what the installation has granted: {"checks": "write", …}.
func (c *Client) Granted(ctx context.Context) (map[string]string, error) {
	info, err := c.app.ReadInstallation(ctx, c.id)
	return info.Permissions, err
}

// Forget drops the installation's tokens, so that the next call sees
// permissions and repositories as they are now.
func (c *Client) Forget() { c.tokens.forget() }

// Repositories lists what the installation can see.
func (c *Client) Repositories(ctx context.Context) ([]Repository, error) {
	return pages(ctx, callRepositories, func(r Repository) int64 { return r.ID }, func(ctx context.Context, page string) ([]Repository, int, error) {
		var raw struct {
			Repositories []*gh.Repository `json:"repositories"`
		}
		resp, err := c.send(ctx, callRepositories, query("installation/repositories", "per_page", "100", "page", page), nil, &raw)
		return convert(raw.Repositories, repository), nextOf(resp), err
	})
}

// Repository reads one repository; the answer's names are its present ones.
func (c *Client) Repository(ctx context.Context, owner, name string) (Repository, error) {
	if err := checkSegments(owner, name); err != nil {
		return Repository{}, err
	}
	raw, _, err := c.rest.Repositories.Get(withCall(ctx, callRepository), owner, name)
	return repository(raw), fail(callRepository, err)
}

func repository(r *gh.Repository) Repository {
	visibility := r.GetVisibility()
	if visibility == "" { // an old GitHub Enterprise Server
		visibility = "public"
		if r.GetPrivate() {
			visibility = "private"
		}
	}
	return Repository{
		Repo:          Repo{ID: r.GetID(), Owner: r.GetOwner().GetLogin(), Name: r.GetName()},
		DefaultBranch: r.GetDefaultBranch(), Visibility: visibility,
		Archived: r.GetArchived(), Fork: r.GetFork(), Template: r.GetIsTemplate(), HasIssues: r.GetHasIssues(), Disabled: r.GetDisabled(),
		Size: r.GetSize(),
	}
}
