package gitstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// CloneOptions of a clone. The zero value fetches one commit without
// authentication.
type CloneOptions struct {
	Token    string // sent to the URL's own host only
	History  bool   // all commits of all heads and tags; else one commit
	MaxBytes int64  // received; default 2 GiB
	Ref      string // branch, tag, reference or full commit id; default HEAD
}

const defaultCloneBytes = 2 << 30

func (o *CloneOptions) limit() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return defaultCloneBytes
}

// Clone fetches a repository into a private temporary folder that the returned
// function removes. It speaks https, and http to this machine; a redirect to
// another scheme, host or port is refused. A file URL is opened where it lies.
// Errors never contain the token or the user information of the URL.
func Clone(ctx context.Context, rawURL string, opt CloneOptions) (*Repository, func() error, error) {
	u, err := remote(rawURL)
	if err != nil {
		return nil, nil, err
	}
	if u.Scheme == "file" {
		return openFile(u, opt.Ref)
	}
	dir, err := os.MkdirTemp("", "castellan-clone-")
	if err != nil {
		return nil, nil, fmt.Errorf("clone %q: %w", RedactURL(rawURL), err)
	}
	remove := func() error { return os.RemoveAll(dir) }
	r, err := fetchInto(ctx, dir, u, opt)
	if err != nil {
		err = explain(err, u.User, opt.Token)
		return nil, nil, errors.Join(scrub(fmt.Errorf("clone %q: %w", RedactURL(rawURL), err), opt.Token, u.User), remove())
	}
	return r, func() error { return errors.Join(r.Close(), remove()) }, nil
}

func openFile(u *url.URL, ref string) (*Repository, func() error, error) {
	r, err := Open(filepath.FromSlash(u.Path))
	if err != nil {
		return nil, nil, err
	}
	if ref != "" {
		if _, err := r.resolve(ref); err != nil {
			return nil, nil, errors.Join(err, r.Close())
		}
	}
	return r, func() error { return nil }, nil
}

// scrub rewrites an error that carries a secret.
func scrub(err error, token string, user *url.Userinfo) error {
	text := err.Error()
	secrets := []string{token}
	if user != nil {
		password, _ := user.Password()
		secrets = append(secrets, user.String(), password, url.QueryEscape(password))
		if len(user.Username()) > 8 { // may be a token; a short name is none
			secrets = append(secrets, user.Username())
		}
	}
	clean := text
	for _, s := range secrets {
		if s != "" {
			clean = strings.ReplaceAll(clean, s, "***")
		}
	}
	if clean == text {
		return err
	}
	return errors.New(clean)
}
