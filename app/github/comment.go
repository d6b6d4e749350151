package github

import (
	"context"
	"time"
)

// Comment is a comment on an issue or a pull request.
type Comment struct {
	ID                   int64
	NodeID               string
	Body                 string
	Author               User
	ByUs                 bool // written through this App
	CreatedAt, UpdatedAt time.Time
}

type rawComment struct {
	ID        int64     `json:"id"`
	NodeID    string    `json:"node_id"`
	Body      string    `json:"body"`
	User      account   `json:"user"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Via       rawVia    `json:"performed_via_github_app"`
}

func (c *Client) comment(r rawComment) Comment {
	return Comment{
		ID: r.ID, NodeID: r.NodeID, Body: r.Body, Author: r.User.user(), ByUs: r.Via.ID == c.app.cfg.AppID,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

// Comment writes a comment.
func (c *Client) Comment(ctx context.Context, repo Repo, n int, body string) (Comment, error) {
	if body == "" {
		return Comment{}, invalid("empty comment")
	}
	if err := firstError(repo.check(), checkNumber(int64(n)), checkBody(body)); err != nil {
		return Comment{}, err
	}
	var raw rawComment
	_, err := c.send(ctx, callComment.on(repo), repo.path("/issues/%d/comments", n), map[string]string{"body": body}, &raw)
	return c.comment(raw), err
}

// Comments lists all comments of an issue, oldest first.
func (c *Client) Comments(ctx context.Context, repo Repo, n int) ([]Comment, error) {
	if err := firstError(repo.check(), checkNumber(int64(n))); err != nil {
		return nil, err
	}
	what := callComments.on(repo)
	all, err := pages(ctx, what, func(r rawComment) int64 { return r.ID }, func(ctx context.Context, page string) ([]rawComment, int, error) {
		var raw []rawComment
		resp, err := c.send(ctx, what, query(repo.path("/issues/%d/comments", n), "per_page", "100", "page", page), nil, &raw)
		return raw, nextOf(resp), err
	})
	return convert(all, c.comment), err
}
