package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sync"

	gh "github.com/google/go-github/v66/github"
)

// send makes one call that go-github has no method for, or whose answer it
// would decode with losses. in and out may be nil.
func (c caller) send(ctx context.Context, what call, path string, in, out any) (*gh.Response, error) {
	req, err := c.rest.NewRequest(what.method, path, in)
	if err != nil {
		return nil, fail(what, err)
	}
	resp, err := c.rest.Do(withCall(ctx, what), req, out)
	return resp, fail(what, err)
}

// on is the call made on one repository.
func (c call) on(repo Repo) call {
	c.repo = repo.ID
	return c
}

// check refuses a repository no token can be scoped to or whose names could
// change the path of a request.
func (r Repo) check() error {
	if r.ID <= 0 {
		return invalid("repository id %d", r.ID)
	}
	return checkSegments(r.Owner, r.Name)
}

// path is a path below the repository.
func (r Repo) path(format string, args ...any) string {
	return "repos/" + r.Owner + "/" + r.Name + fmt.Sprintf(format, args...)
}

// segment is what owners, repositories, users and team slugs are made of; a
// bot's login ends in "[bot]".
var segment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}(\[bot\])?$`)
})

// checkSegments refuses names that could leave their place in a path: they
// come from deliveries and files.
func checkSegments(names ...string) error {
	for _, s := range names {
		if s == "." || s == ".." || !segment().MatchString(s) {
			return invalid("name %q", clip(s))
		}
	}
	return nil
}

var objectID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
})

func checkSHA(sha string) error {
	if !objectID().MatchString(sha) {
		return invalid("commit id %q", clip(sha))
	}
	return nil
}

func checkNumber(n int64) error {
	if n <= 0 {
		return invalid("number %d", n)
	}
	return nil
}

func clip(s string) string { return s[:min(len(s), 60)] }

func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return path + "?" + q.Encode()
}

func nextOf(r *gh.Response) int {
	if r == nil {
		return 0
	}
	return r.NextPage
}

// anonymous sends calls without credentials.
func anonymous(cfg Config, host endpoint) caller {
	return newCaller(cfg, host, nil, func(next http.RoundTripper) http.RoundTripper { return noAuth{next} })
}
