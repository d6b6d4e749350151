package gitstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
)

// request is what one fetch asks for.
type request struct {
	refs         []string // names, of which what they name is wanted too
	wants, haves []plumbing.Hash
	here         []plumbing.Hash // not wanted, whatever names them
	blobs        bool            // wants are blobs
	token        string
	limit        int64 // bytes
}

// received is what came of a request.
type received struct {
	named   map[string]plumbing.Hash // by the names asked for
	fetched []plumbing.Hash          // that were not here
}

// ErrGone is a commit that the server does not have, or no longer shows: a
// branch was deleted or force-pushed.
var ErrGone = errors.New("the commit is gone from the server")

// negotiate fetches one pack.
func (r *Repository) negotiate(ctx context.Context, u *url.URL, ask request) (got received, err error) {
	guard := newGuard(ask.limit)
	defer guard.close()
	session, remote, err := advertised(ctx, again{guard}, u, ask.token)
	if err != nil {
		return got, err
	}
	defer session.Close()
	got.named = ask.name(remote)
	got.fetched = ask.wants
	if len(ask.wants) == 0 {
		return got, nil
	}
	req, err := ask.upload(remote)
	if err != nil {
		return got, err
	}
	if _, err := r.receive(ctx, session, req); err != nil {
		return got, refusal(err, ask)
	}
	return got, nil
}

// name resolves the names that are asked for, and wants what is not here.
func (q *request) name(remote *packp.AdvRefs) map[string]plumbing.Hash {
	named := map[string]plumbing.Hash{}
	for _, name := range q.refs {
		id, ok := remote.References[name]
		if !ok {
			continue
		}
		named[name] = id
		if !slices.Contains(q.here, id) && !slices.Contains(q.wants, id) {
			q.wants = append(q.wants, id)
		}
	}
	return named
}

// upload words the request for what the server can do.
func (q *request) upload(remote *packp.AdvRefs) (*packp.UploadPackRequest, error) {
	caps := remote.Capabilities
	shown := map[plumbing.Hash]bool{}
	for _, id := range remote.References {
		shown[id] = true
	}
	anything := caps.Supports(capability.AllowReachableSHA1InWant) || caps.Supports("allow-any-sha1-in-want")
	for _, id := range q.wants {
		if !anything && !shown[id] {
			return nil, fmt.Errorf("%s: %w", id, ErrGone)
		}
	}
	set := []capability.Capability{capability.NoProgress}
	partial := caps.Supports(capability.Filter) && anything // what is left out must be had later by its id
	if partial {
		set = append(set, capability.Filter)
	}
	req, err := uploadRequest(remote, q.wants, set...)
	if err != nil {
		return nil, err
	}
	req.Haves = q.haves
	if partial && !q.blobs {
		req.Filter = packp.FilterBlobNone()
	}
	return req, nil
}

// refusal tells a commit that is gone from other failures. Servers say so in
// words only ("upload-pack: not our ref ID").
func refusal(err error, ask request) error {
	if strings.Contains(err.Error(), "not our ref") && !ask.blobs {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	return err
}
