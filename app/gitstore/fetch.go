package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// fetchInto makes a bare repository in dir and fills it from u.
func fetchInto(ctx context.Context, dir string, u *url.URL, opt CloneOptions) (*Repository, error) {
	if err := initBare(dir); err != nil {
		return nil, err
	}
	r, err := openPlace(place{gitDir: dir, common: dir})
	if err != nil {
		return nil, err
	}
	r.received = true
	err = r.fetch(ctx, u, opt)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) && opt.Ref == "" {
		err = nil
	}
	if err == nil {
		err = r.readShallow()
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func initBare(dir string) error {
	for _, name := range []string{"objects/pack", "objects/info", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(name)), 0o700); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte("[core]\n\tbare = true\n"), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/main\n"), 0o600)
}

// fetch asks for the references, then for one pack with all that is wanted.
func (r *Repository) fetch(ctx context.Context, u *url.URL, opt CloneOptions) error {
	guard := newGuard(opt.limit())
	defer guard.close()
	session, remote, err := advertised(ctx, guard, u, opt.Token)
	if err != nil {
		return err
	}
	defer session.Close()
	plan, err := choose(remote, opt)
	if err != nil {
		return err
	}
	set := []capability.Capability{capability.NoProgress}
	shallow := !opt.History && remote.Capabilities.Supports(capability.Shallow)
	if shallow {
		set = append(set, capability.Shallow)
	}
	req, err := uploadRequest(remote, plan.wants, set...)
	if err != nil {
		return err
	}
	if shallow {
		req.Depth = packp.DepthCommits(1)
	}
	shallows, err := r.receive(ctx, session, req)
	if err != nil {
		return err
	}
	if err := r.store.SetShallow(shallows); err != nil {
		return fmt.Errorf("store the shallow commits: %w", err)
	}
	return plan.write(r.gitDir)
}

// advertised opens a session over smart HTTP (gitprotocol-http(5)) with the
// references that the server shows.
func advertised(ctx context.Context, over http.RoundTripper, u *url.URL, token string) (transport.UploadPackSession, *packp.AdvRefs, error) {
	bare := *u
	bare.User = nil
	endpoint, err := transport.NewEndpoint(bare.String())
	if err != nil {
		return nil, nil, err
	}
	client := &http.Client{Transport: over, CheckRedirect: sameOrigin}
	session, err := githttp.NewClient(client).NewUploadPackSession(endpoint, credentials(u.User, token))
	if err != nil {
		return nil, nil, err
	}
	remote, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, session.Close())
	}
	return session, remote, nil
}

// uploadRequest asks for wants, with those capabilities of set that the server
// has.
func uploadRequest(remote *packp.AdvRefs, wants []plumbing.Hash, set ...capability.Capability) (*packp.UploadPackRequest, error) {
	req := packp.NewUploadPackRequestFromCapabilities(remote.Capabilities)
	req.Wants = wants
	for _, c := range set {
		if !remote.Capabilities.Supports(c) {
			continue
		}
		if err := req.Capabilities.Set(c); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// receive stores the pack that answers a request. It returns the commits whose
// parents were left out.
func (r *Repository) receive(ctx context.Context, session transport.UploadPackSession, req *packp.UploadPackRequest) (shallows []plumbing.Hash, err error) {
	res, err := session.UploadPack(ctx, req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Close()) }()
	if err := packfile.UpdateObjectStorage(r.store, unband(req.Capabilities, res)); err != nil {
		return nil, fmt.Errorf("store the pack: %w", err)
	}
	r.forget()
	return res.Shallows, nil
}

// forget drops what was remembered of objects that were not here.
func (r *Repository) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.loose)
}

func credentials(user *url.Userinfo, token string) transport.AuthMethod {
	if token != "" {
		return &githttp.BasicAuth{Username: "x-access-token", Password: token}
	}
	if user != nil {
		password, _ := user.Password()
		return &githttp.BasicAuth{Username: user.Username(), Password: password}
	}
	return nil
}

// unband takes the pack out of the channels it comes in.
func unband(caps *capability.List, in io.Reader) io.Reader {
	switch {
	case caps.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, in)
	case caps.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, in)
	}
	return in
}

// plan is what to ask for and what to call it afterwards.
type plan struct {
	wants []plumbing.Hash
	head  string // content of HEAD
	refs  []string
	ids   map[string]plumbing.Hash
}

func choose(remote *packp.AdvRefs, opt CloneOptions) (*plan, error) {
	p := &plan{ids: map[string]plumbing.Hash{}}
	var names []string
	for name := range remote.References {
		if validRef(name) && (strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/tags/")) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) > maxRefs {
		return nil, fmt.Errorf("%d references are too many", len(names))
	}
	tip, err := p.tip(remote, names, opt.Ref)
	if err != nil {
		return nil, err
	}
	if p.head == "" {
		p.head = tip.String()
	}
	wanted := map[plumbing.Hash]bool{tip: true}
	p.wants = []plumbing.Hash{tip}
	for _, name := range names {
		id := remote.References[name]
		if !opt.History && id != tip {
			continue
		}
		p.refs, p.ids[name] = append(p.refs, name), id
		if !wanted[id] {
			wanted[id] = true
			p.wants = append(p.wants, id)
		}
	}
	return p, nil
}

// tip is the commit HEAD shall name, and sets head if it names a branch.
func (p *plan) tip(remote *packp.AdvRefs, names []string, ref string) (plumbing.Hash, error) {
	if ref != "" && ref != "HEAD" {
		for _, name := range []string{ref, "refs/tags/" + ref, "refs/heads/" + ref} {
			if id, ok := remote.References[name]; ok {
				return id, nil
			}
		}
		if plumbing.IsHash(ref) {
			return plumbing.NewHash(ref), nil
		}
		return plumbing.ZeroHash, fmt.Errorf("%q: %w", ref, ErrRevision)
	}
	for _, s := range remote.Capabilities.Get(capability.SymRef) {
		target, ok := strings.CutPrefix(s, "HEAD:")
		if id, has := remote.References[target]; ok && has && validRef(target) {
			p.head = "ref: " + target
			return id, nil
		}
	}
	if remote.Head != nil {
		return *remote.Head, nil
	}
	for _, name := range names { // HEAD names a branch that does not exist
		p.head = "ref: " + name
		return remote.References[name], nil
	}
	return plumbing.ZeroHash, transport.ErrEmptyRemoteRepository
}

// write stores the references.
func (p *plan) write(dir string) error {
	var packed strings.Builder
	packed.WriteString("# pack-refs with: sorted\n")
	for _, name := range p.refs {
		fmt.Fprintf(&packed, "%s %s\n", p.ids[name], name)
	}
	if err := os.WriteFile(filepath.Join(dir, "packed-refs"), []byte(packed.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte(p.head+"\n"), 0o600)
}

// sameOrigin refuses redirects that leave the host that was asked for.
func sameOrigin(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if req.URL.Scheme != first.Scheme || req.URL.Host != first.Host {
		return fmt.Errorf("redirect to %q refused: it is not the host that was asked for", req.URL.Scheme+"://"+req.URL.Host)
	}
	if len(via) >= 5 {
		return errors.New("too many redirects")
	}
	return nil
}

// guard bounds what one clone receives.
type guard struct {
	base  *http.Transport
	limit int64
	left  atomic.Int64
}

func newGuard(limit int64) *guard {
	g := &guard{limit: limit, base: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 15 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 1 << 20,
	}}
	g.left.Store(limit)
	return g
}

func (g *guard) close() { g.base.CloseIdleConnections() }

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := g.base.RoundTrip(req)
	if err == nil {
		res.Body = &counted{res.Body, g}
	}
	return res, err
}

type counted struct {
	io.ReadCloser
	g *guard
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.g.left.Add(-int64(n)) < 0 {
		return 0, errors.New("the repository is " + larger(c.g.limit))
	}
	return n, err
}
