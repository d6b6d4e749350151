package github

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// The most characters GitHub takes.
const (
	MaxBody       = 65536 // of an issue or a comment
	MaxIssueTitle = 256
)

// Issue is an issue as GitHub has it.
type Issue struct {
	ID                             int64
	NodeID                         string
	Repository                     string // owner/name
	Number                         int
	Title, Body                    string
	State                          string // open, closed
	StateReason                    string // completed, not_planned, reopened, duplicate or ""
	Labels, Assignees              []string
	Author                         string
	ByUs                           bool // created through this App
	ClosedBy                       string
	CreatedAt, ClosedAt, UpdatedAt time.Time
}

// IssueDraft is an issue to create. It names no assignees: one that GitHub
// does not accept would make the creation fail, so they are added afterwards.
type IssueDraft struct {
	Title, Body string
	Labels      []string
}

// IssueUpdate changes an issue; "" leaves a field as it is.
type IssueUpdate struct {
	Title, Body string
	State       string // open, closed
	StateReason string // completed, not_planned, reopened, duplicate
}

type rawIssue struct {
	ID          int64     `json:"id"`
	NodeID      string    `json:"node_id"`
	Home        string    `json:"repository_url"`
	Number      int       `json:"number"`
	Title       string    `json:"title"`
	Body        string    `json:"body"`
	State       string    `json:"state"`
	StateReason string    `json:"state_reason"`
	User        account   `json:"user"`
	Assignees   []account `json:"assignees"`
	ClosedBy    account   `json:"closed_by"`
	CreatedAt   time.Time `json:"created_at"`
	ClosedAt    time.Time `json:"closed_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Via         rawVia    `json:"performed_via_github_app"`
	PullRequest any       `json:"pull_request"`
	Labels      []struct {
		Name string `json:"name"`
	} `json:"labels"`
}

// rawVia is the App through which something was written, id 0 for none.
type rawVia struct {
	ID int64 `json:"id"`
}

func (c *Client) issue(r rawIssue) Issue {
	i := Issue{
		ID: r.ID, NodeID: r.NodeID, Repository: lastTwo(r.Home), Number: r.Number, Title: r.Title, Body: r.Body, State: r.State, StateReason: r.StateReason,
		Assignees: convert(r.Assignees, account.name), Labels: []string{}, Author: r.User.Login, ByUs: r.Via.ID == c.app.cfg.AppID,
		ClosedBy: r.ClosedBy.Login, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt, UpdatedAt: r.UpdatedAt,
	}
	for _, l := range r.Labels {
		i.Labels = append(i.Labels, l.Name)
	}
	return i
}

// Issue reads one issue. One that was transferred within reach of the
// installation is followed: its Repository and Number are then others. GitHub
// tells where to only those who may read there, which the token for one
// repository may not.
func (c *Client) Issue(ctx context.Context, repo Repo, n int) (Issue, error) {
	i, err := c.oneIssue(ctx, callIssue, repo, n, "", nil)
	if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrGone) {
		return i, err
	}
	i, again := c.oneIssue(ctx, callIssueAnywhere, repo, n, "", nil)
	if Permanent(again) {
		return i, err
	}
	return i, again
}

// lastTwo are the last two parts of a path: owner/name of .../repos/owner/name.
func lastTwo(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}

// UpdateIssue changes an issue and returns it as it then is.
func (c *Client) UpdateIssue(ctx context.Context, repo Repo, n int, u IssueUpdate) (Issue, error) {
	if err := firstError(checkTitle(u.Title), checkBody(u.Body)); err != nil {
		return Issue{}, err
	}
	if u == (IssueUpdate{}) {
		return Issue{}, invalid("update that changes nothing")
	}
	body := map[string]any{}
	for name, value := range map[string]string{"title": u.Title, "body": u.Body, "state": u.State, "state_reason": u.StateReason} {
		if value != "" {
			body[name] = value
		}
	}
	return c.oneIssue(ctx, callUpdateIssue, repo, n, "", body)
}

// CreateIssue creates an issue and returns what GitHub made of it: labels it
// does not accept are missing. ErrGone: issues are disabled; ErrArchived.
func (c *Client) CreateIssue(ctx context.Context, repo Repo, draft IssueDraft) (Issue, error) {
	if draft.Title == "" {
		return Issue{}, invalid("issue without a title")
	}
	if err := firstError(repo.check(), checkTitle(draft.Title), checkBody(draft.Body)); err != nil {
		return Issue{}, err
	}
	body := map[string]any{"title": draft.Title, "body": draft.Body}
	if len(draft.Labels) > 0 {
		body["labels"] = draft.Labels
	}
	var raw rawIssue
	_, err := c.send(ctx, callCreateIssue.on(repo), repo.path("/issues"), body, &raw)
	return c.issue(raw), err
}

// AddAssignees adds up to ten assignees and returns the issue, whose Assignees
// are those GitHub accepted. Ask Assignable first: assigning a login that
// belongs to an agent starts it.
func (c *Client) AddAssignees(ctx context.Context, repo Repo, n int, logins ...string) (Issue, error) {
	if len(logins) == 0 || len(logins) > 10 {
		return Issue{}, invalid("%d assignees, GitHub takes one to ten", len(logins))
	}
	if err := checkSegments(logins...); err != nil {
		return Issue{}, err
	}
	return c.oneIssue(ctx, callAddAssignees, repo, n, "/assignees", map[string]any{"assignees": logins})
}

func (c *Client) oneIssue(ctx context.Context, what call, repo Repo, n int, below string, body map[string]any) (Issue, error) {
	if err := firstError(repo.check(), checkNumber(int64(n))); err != nil {
		return Issue{}, err
	}
	var in any
	if body != nil {
		in = body
	}
	var raw rawIssue
	_, err := c.send(ctx, what.on(repo), repo.path("/issues/%d%s", n, below), in, &raw)
	return c.issue(raw), err
}

// Issues lists the issues created through this App, open and closed, oldest
// first, that changed at or after since (zero: all). It reads every issue of
// the repository, since GitHub's filter by creator is not documented for Apps:
// it is for finding one that an attempt without an answer made.
func (c *Client) Issues(ctx context.Context, repo Repo, since time.Time) ([]Issue, error) {
	if err := repo.check(); err != nil {
		return nil, err
	}
	from := ""
	if !since.IsZero() {
		from = since.UTC().Format(time.RFC3339)
	}
	what := callIssues.on(repo)
	all, err := pages(ctx, what, func(r rawIssue) int64 { return r.ID }, func(ctx context.Context, page string) ([]rawIssue, int, error) {
		var raw []rawIssue
		path := query(repo.path("/issues"), "state", "all", "sort", "created", "direction", "asc", "since", from, "per_page", "100", "page", page)
		resp, err := c.send(ctx, what, path, nil, &raw)
		return raw, nextOf(resp), err
	})
	ours := []Issue{}
	for _, r := range all {
		if i := c.issue(r); i.ByUs && r.PullRequest == nil {
			ours = append(ours, i)
		}
	}
	return ours, err
}

func checkBody(body string) error {
	if n := utf8.RuneCountInString(body); n > MaxBody {
		return invalid("body of %d characters, the most is %d", n, MaxBody)
	}
	return nil
}

func checkTitle(title string) error {
	if n := utf8.RuneCountInString(title); n > MaxIssueTitle {
		return invalid("title of %d characters, the most is %d", n, MaxIssueTitle)
	}
	return nil
}
