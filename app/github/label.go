package github

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	gh "github.com/google/go-github/v66/github"
)

// Label is a label of a repository; Color is six hex digits without "#".
type Label struct{ Name, Color, Description string }

// EnsureLabel creates the label unless there is one of its name; the look of
// one that exists is its repository's business.
func (c *Client) EnsureLabel(ctx context.Context, repo Repo, label Label) error {
	if err := firstError(repo.check(), checkLabels(label.Name)); err != nil {
		return err
	}
	_, err := c.send(ctx, callLabel.on(repo), repo.path("/labels/%s", url.PathEscape(label.Name)), nil, nil)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	_, _, err = c.rest.Issues.CreateLabel(withCall(ctx, callCreateLabel.on(repo)), repo.Owner, repo.Name, &gh.Label{
		Name: &label.Name, Color: optional(label.Color), Description: optional(label.Description),
	})
	err = fail(callCreateLabel, err)
	if status := (*StatusError)(nil); errors.As(err, &status) && status.Code == http.StatusUnprocessableEntity && status.says("already_exists") {
		return nil // another process was faster
	}
	return err
}

// AddLabels adds labels and returns all that the issue then has.
func (c *Client) AddLabels(ctx context.Context, repo Repo, n int, labels ...string) ([]string, error) {
	if err := firstError(repo.check(), checkNumber(int64(n)), checkLabels(labels...)); err != nil {
		return nil, err
	}
	raw, _, err := c.rest.Issues.AddLabelsToIssue(withCall(ctx, callAddLabels.on(repo)), repo.Owner, repo.Name, n, labels)
	return convert(raw, (*gh.Label).GetName), fail(callAddLabels, err)
}

func checkLabels(names ...string) error {
	for _, name := range names {
		if name == "" || len(name) > 50 || name == "." || name == ".." {
			return invalid("label %q", clip(name))
		}
	}
	if len(names) == 0 {
		return invalid("no label")
	}
	return nil
}
