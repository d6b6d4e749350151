package github

import (
	"context"
	"time"
	"unicode/utf8"

	gh "github.com/google/go-github/v66/github"
)

// CheckRun is a check run of ours. Zero fields are not sent. HeadSHA, ID and
// Name of an update are those of the run; StartedAt cannot be changed.
type CheckRun struct {
	ID                     int64
	Name, HeadSHA          string
	ExternalID             string
	Status                 string // queued, in_progress, completed
	Conclusion             string // with completed: success, failure, neutral, …
	DetailsURL             string
	StartedAt, CompletedAt time.Time
	Title, Summary, Text   string
	Annotations            []Annotation // of this call; GitHub adds them to those of earlier calls
	Actions                []Action
}

// Annotation marks lines of a file; lines and columns are 1-based. Columns are
// sent only if the first and last line are the same, as GitHub demands.
type Annotation struct {
	Path                   string
	StartLine, EndLine     int
	StartColumn, EndColumn int
	Level                  string // notice, warning, failure
	Title, Message         string
	RawDetails             string
}

// Action is a button.
type Action struct{ Label, Description, Identifier string }

// GitHub's limits (docs.github.com, "REST API endpoints for check runs").
const (
	MaxAnnotations = 50    // a call
	MaxTitle       = 255   // characters
	MaxOutput      = 65535 // bytes of summary and of text
	maxMessage     = 64 << 10
	maxActions     = 3
)

// CreateCheckRun creates a run on a commit and returns its id.
func (c *Client) CreateCheckRun(ctx context.Context, repo Repo, run CheckRun) (int64, error) {
	if err := firstError(repo.check(), checkSHA(run.HeadSHA), run.check()); err != nil {
		return 0, err
	}
	raw, _, err := c.rest.Checks.CreateCheckRun(withCall(ctx, callCreateCheckRun.on(repo)), repo.Owner, repo.Name, gh.CreateCheckRunOptions{
		Name: run.Name, HeadSHA: run.HeadSHA, DetailsURL: optional(run.DetailsURL), ExternalID: optional(run.ExternalID),
		Status: optional(run.Status), Conclusion: optional(run.Conclusion), StartedAt: timestamp(run.StartedAt), CompletedAt: timestamp(run.CompletedAt),
		Output: run.output(), Actions: run.actions(),
	})
	return raw.GetID(), fail(callCreateCheckRun, err)
}

// UpdateCheckRun changes a run. Annotations are added to those it has.
func (c *Client) UpdateCheckRun(ctx context.Context, repo Repo, id int64, run CheckRun) error {
	if err := firstError(repo.check(), checkNumber(id), run.check()); err != nil {
		return err
	}
	_, _, err := c.rest.Checks.UpdateCheckRun(withCall(ctx, callUpdateCheckRun.on(repo)), repo.Owner, repo.Name, id, gh.UpdateCheckRunOptions{
		Name: run.Name, DetailsURL: optional(run.DetailsURL), ExternalID: optional(run.ExternalID),
		Status: optional(run.Status), Conclusion: optional(run.Conclusion), CompletedAt: timestamp(run.CompletedAt),
		Output: run.output(), Actions: run.actions(),
	})
	return fail(callUpdateCheckRun, err)
}

// CheckRuns lists all runs of this App on a commit, without annotations.
func (c *Client) CheckRuns(ctx context.Context, repo Repo, sha string) ([]CheckRun, error) {
	if err := firstError(repo.check(), checkSHA(sha)); err != nil {
		return nil, err
	}
	call := callCheckRuns.on(repo)
	all, err := pages(ctx, call, (*gh.CheckRun).GetID, func(ctx context.Context, page string) ([]*gh.CheckRun, int, error) {
		var raw gh.ListCheckRunsResults
		path := query(repo.path("/commits/%s/check-runs", sha), "filter", "all", "app_id", number(c.app.cfg.AppID), "per_page", "100", "page", page)
		resp, err := c.send(ctx, call, path, nil, &raw)
		return raw.CheckRuns, nextOf(resp), err
	})
	var ours []CheckRun
	for _, r := range all {
		if r.GetApp().GetID() == c.app.cfg.AppID {
			ours = append(ours, checkRun(r))
		}
	}
	return ours, err
}

func checkRun(r *gh.CheckRun) CheckRun {
	return CheckRun{
		ID: r.GetID(), Name: r.GetName(), HeadSHA: r.GetHeadSHA(), ExternalID: r.GetExternalID(), Status: r.GetStatus(), Conclusion: r.GetConclusion(),
		DetailsURL: r.GetDetailsURL(), StartedAt: r.GetStartedAt().Time, CompletedAt: r.GetCompletedAt().Time,
		Title: r.GetOutput().GetTitle(), Summary: r.GetOutput().GetSummary(), Text: r.GetOutput().GetText(),
	}
}

// check refuses what GitHub would refuse, or worse, would not.
func (r CheckRun) check() error {
	switch {
	case r.Name == "":
		return invalid("check run without a name")
	case (r.Status == "completed") != (r.Conclusion != ""):
		return invalid("check run with status %q and conclusion %q", r.Status, r.Conclusion)
	case len(r.Annotations) > MaxAnnotations:
		return invalid("%d annotations in one call, the most is %d", len(r.Annotations), MaxAnnotations)
	case utf8.RuneCountInString(r.Title) > MaxTitle:
		return invalid("title of %d characters, the most is %d", utf8.RuneCountInString(r.Title), MaxTitle)
	case len(r.Summary) > MaxOutput || len(r.Text) > MaxOutput:
		return invalid("summary of %d and text of %d bytes, the most is %d", len(r.Summary), len(r.Text), MaxOutput)
	case len(r.Actions) > maxActions:
		return invalid("%d actions, the most is %d", len(r.Actions), maxActions)
	case r.output() != nil && (r.Title == "" || r.Summary == ""):
		return invalid("output without a title or a summary")
	}
	for _, a := range r.Actions {
		if a.Label == "" || len(a.Label) > 20 || len(a.Description) > 40 || a.Identifier == "" || len(a.Identifier) > 20 {
			return invalid("action %q", clip(a.Label))
		}
	}
	for _, a := range r.Annotations {
		if a.Path == "" || a.Message == "" || a.StartLine < 1 || a.EndLine < a.StartLine || len(a.Message) > maxMessage || len(a.RawDetails) > maxMessage {
			return invalid("annotation of lines %d to %d with a message of %d bytes", a.StartLine, a.EndLine, len(a.Message))
		}
	}
	return nil
}

func (r CheckRun) output() *gh.CheckRunOutput {
	if r.Title == "" && r.Summary == "" && r.Text == "" && len(r.Annotations) == 0 {
		return nil
	}
	out := &gh.CheckRunOutput{Title: optional(r.Title), Summary: optional(r.Summary), Text: optional(r.Text)}
	for _, a := range r.Annotations {
		one := &gh.CheckRunAnnotation{
			Path: &a.Path, StartLine: &a.StartLine, EndLine: &a.EndLine, AnnotationLevel: &a.Level,
			Message: &a.Message, Title: optional(a.Title), RawDetails: optional(a.RawDetails),
		}
		if a.StartLine == a.EndLine && a.StartColumn > 0 && a.EndColumn >= a.StartColumn {
			one.StartColumn, one.EndColumn = &a.StartColumn, &a.EndColumn
		}
		out.Annotations = append(out.Annotations, one)
	}
	return out
}

func (r CheckRun) actions() []*gh.CheckRunAction {
	var all []*gh.CheckRunAction
	for _, a := range r.Actions {
		all = append(all, &gh.CheckRunAction{Label: a.Label, Description: a.Description, Identifier: a.Identifier})
	}
	return all
}
