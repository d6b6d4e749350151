package github

import (
	"context"
	"fmt"
	"hash/fnv"

	gh "github.com/google/go-github/v66/github"
)

// Annotations lists those of a check run. Equal ones count once: they have no
// id to tell them apart.
func (c *Client) Annotations(ctx context.Context, repo Repo, run int64) ([]Annotation, error) {
	if err := firstError(repo.check(), checkNumber(run)); err != nil {
		return nil, err
	}
	call := callAnnotations.on(repo)
	return pages(ctx, call, Annotation.sum, func(ctx context.Context, page string) ([]Annotation, int, error) {
		var raw []*gh.CheckRunAnnotation
		resp, err := c.send(ctx, call, query(repo.path("/check-runs/%s/annotations", number(run)), "per_page", "100", "page", page), nil, &raw)
		return convert(raw, annotation), nextOf(resp), err
	})
}

func annotation(a *gh.CheckRunAnnotation) Annotation {
	return Annotation{
		Path: a.GetPath(), StartLine: a.GetStartLine(), EndLine: a.GetEndLine(), StartColumn: a.GetStartColumn(), EndColumn: a.GetEndColumn(),
		Level: a.GetAnnotationLevel(), Title: a.GetTitle(), Message: a.GetMessage(), RawDetails: a.GetRawDetails(),
	}
}

func (a Annotation) sum() int64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %d %d %q %q", a.Path, a.StartLine, a.EndLine, a.Title, a.Message)
	return int64(h.Sum64())
}
