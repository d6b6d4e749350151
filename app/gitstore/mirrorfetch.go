package gitstore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	wants, haves []plumbing.Hash
	blobs        bool // wants are blobs
	token        string
	limit        int64 // bytes
}

// ErrGone is a commit that the server does not have, or no longer shows: a
// branch was deleted or force-pushed.
var ErrGone = errors.New("the commit is gone from the server")

// negotiate fetches one pack over smart HTTP (gitprotocol-http(5)).
func (r *Repository) negotiate(ctx context.Context, u *url.URL, ask request) (err error) {
	bare := *u
	bare.User = nil
	endpoint, err := transport.NewEndpoint(bare.String())
	if err != nil {
		return err
	}
	guard := newGuard(ask.limit)
	defer guard.close()
	session, err := githttp.NewClient(&http.Client{Transport: guard, CheckRedirect: sameOrigin}).NewUploadPackSession(endpoint, credentials(u.User, ask.token))
	if err != nil {
		return err
	}
	defer session.Close()
	remote, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return err
	}
	req, err := uploadRequest(remote, ask)
	if err != nil {
		return err
	}
	res, err := session.UploadPack(ctx, req)
	if err != nil {
		return refusal(err, ask)
	}
	defer func() { err = errors.Join(err, res.Close()) }()
	if err := packfile.UpdateObjectStorage(r.store, unband(req.Capabilities, res)); err != nil {
		return refusal(fmt.Errorf("store the pack: %w", err), ask)
	}
	r.forget()
	return nil
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
