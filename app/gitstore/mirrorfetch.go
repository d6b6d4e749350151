package gitstore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
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

// negotiate fetches one pack over smart HTTP (gitprotocol-http(5)).
func (r *Repository) negotiate(ctx context.Context, u *url.URL, ask request) (got received, err error) {
	bare := *u
	bare.User = nil
	endpoint, err := transport.NewEndpoint(bare.String())
	if err != nil {
		return got, err
	}
	guard := newGuard(ask.limit)
	defer guard.close()
	session, err := githttp.NewClient(&http.Client{Transport: again{guard}, CheckRedirect: sameOrigin}).NewUploadPackSession(endpoint, credentials(u.User, ask.token))
	if err != nil {
		return got, err
	}
	defer session.Close()
	remote, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return got, err
	}
	got.named = ask.name(remote)
	got.fetched = ask.wants
	if len(ask.wants) == 0 {
		return got, nil
	}
	req, err := uploadRequest(remote, ask)
	if err != nil {
		return got, err
	}
	res, err := session.UploadPack(ctx, req)
	if err != nil {
		return got, refusal(err, ask)
	}
	defer func() { err = errors.Join(err, res.Close()) }()
	if err := packfile.UpdateObjectStorage(r.store, unband(req.Capabilities, res)); err != nil {
		return got, refusal(fmt.Errorf("store the pack: %w", err), ask)
	}
	r.forget()
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

// uploadRequest words the request for what the server can do.
func uploadRequest(remote *packp.AdvRefs, ask request) (*packp.UploadPackRequest, error) {
	caps := remote.Capabilities
	shown := map[plumbing.Hash]bool{}
	for _, id := range remote.References {
		shown[id] = true
	}
	anything := caps.Supports(capability.AllowReachableSHA1InWant) || caps.Supports("allow-any-sha1-in-want")
	for _, id := range ask.wants {
		if !anything && !shown[id] {
			return nil, fmt.Errorf("%s: %w", id, ErrGone)
		}
	}
	req := packp.NewUploadPackRequestFromCapabilities(caps)
	req.Wants, req.Haves = ask.wants, ask.haves
	set := []capability.Capability{}
	if caps.Supports(capability.NoProgress) {
		set = append(set, capability.NoProgress)
	}
	if caps.Supports(capability.Filter) && anything { // what is left out must be had later by its id
		set = append(set, capability.Filter)
		if !ask.blobs {
			req.Filter = packp.FilterBlobNone()
		}
	}
	for _, c := range set {
		if err := req.Capabilities.Set(c); err != nil {
			return nil, err
		}
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

// forget drops what was remembered of objects that were not here.
func (r *Repository) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.loose)
}
