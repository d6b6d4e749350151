package github

import (
	"context"
	"errors"
)

// User is an account of GitHub's. Type is User, Bot, Organization or Mannequin.
type User struct {
	ID          int64
	Login, Type string
}

func (a account) user() User { return User{ID: a.ID, Login: a.Login, Type: a.Type} }

// Assignable tells whether GitHub lets issues of the repository be assigned
// to the login.
func (c *Client) Assignable(ctx context.Context, repo Repo, login string) (bool, error) {
	if err := firstError(repo.check(), checkSegments(login)); err != nil {
		return false, err
	}
	_, err := c.send(ctx, callAssignable.on(repo), repo.path("/assignees/%s", login), nil, nil)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Permission is what the login may do in the repository: admin, maintain,
// write, triage, read or none. A custom role counts as the base role it is
// built on; an unknown login may do nothing.
func (c *Client) Permission(ctx context.Context, repo Repo, login string) (string, error) {
	if err := firstError(repo.check(), checkSegments(login)); err != nil {
		return "", err
	}
	raw, _, err := c.rest.Repositories.GetPermissionLevel(withCall(ctx, callPermission.on(repo)), repo.Owner, repo.Name, login)
	err = fail(callPermission, err)
	switch {
	case errors.Is(err, ErrNotFound):
		return "none", nil
	case err != nil:
		return "", err
	}
	for _, role := range []string{raw.GetRoleName(), raw.GetPermission()} {
		switch role {
		case "admin", "maintain", "write", "triage", "read", "none":
			return role, nil
		}
	}
	return "none", nil
}

// Account describes an account as the repository's people see it. ErrNotFound
// if there is none.
func (c *Client) Account(ctx context.Context, repo Repo, login string) (User, error) {
	if err := firstError(repo.check(), checkSegments(login)); err != nil {
		return User{}, err
	}
	raw, _, err := c.rest.Repositories.GetPermissionLevel(withCall(ctx, callPermission.on(repo)), repo.Owner, repo.Name, login)
	return User{ID: raw.GetUser().GetID(), Login: raw.GetUser().GetLogin(), Type: raw.GetUser().GetType()}, fail(callPermission, err)
}

// Admins lists who administers the repository, organisation owners included.
func (c *Client) Admins(ctx context.Context, repo Repo) ([]User, error) {
	if err := repo.check(); err != nil {
		return nil, err
	}
	return c.users(ctx, callCollaborators.on(repo), repo.path("/collaborators"), "permission", "admin", "affiliation", "all")
}

// CommitAuthor is the account GitHub has verified the author's address to
// belong to; the zero User where there is none. It reads the list of commits,
// whose answer holds no patches.
func (c *Client) CommitAuthor(ctx context.Context, repo Repo, sha string) (User, error) {
	if err := firstError(repo.check(), checkSHA(sha)); err != nil {
		return User{}, err
	}
	var raw []struct {
		SHA    string  `json:"sha"`
		Author account `json:"author"`
	}
	_, err := c.send(ctx, callCommits.on(repo), query(repo.path("/commits"), "sha", sha, "per_page", "1"), nil, &raw)
	if err != nil || len(raw) == 0 || raw[0].SHA != sha {
		return User{}, err
	}
	return raw[0].Author.user(), nil
}

// Membership reads a login's membership: state active or pending, role admin
// or member; both "" for one who is no member.
func (c *Client) Membership(ctx context.Context, org, login string) (state, role string, err error) {
	if err := checkSegments(org, login); err != nil {
		return "", "", err
	}
	raw, _, err := c.rest.Organizations.GetOrgMembership(withCall(ctx, callMembership), login, org)
	err = fail(callMembership, err)
	if errors.Is(err, ErrNotFound) {
		return "", "", nil
	}
	return raw.GetState(), raw.GetRole(), err
}

// TeamMembers lists a team's members, child teams included.
func (c *Client) TeamMembers(ctx context.Context, org, slug string) ([]User, error) {
	if err := checkSegments(org, slug); err != nil {
		return nil, err
	}
	return c.users(ctx, callTeamMembers, "orgs/"+org+"/teams/"+slug+"/members")
}

func (c *Client) users(ctx context.Context, what call, path string, filter ...string) ([]User, error) {
	return pages(ctx, what, func(u User) int64 { return u.ID }, func(ctx context.Context, page string) ([]User, int, error) {
		var raw []account
		resp, err := c.send(ctx, what, query(path, append(filter, "per_page", "100", "page", page)...), nil, &raw)
		return convert(raw, account.user), nextOf(resp), err
	})
}
