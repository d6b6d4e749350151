package gitstore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

// explained is an error in words that say what to do about it.
type explained struct {
	text  string
	cause error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.cause }

// explain finds words for why a clone failed. What a server says of its own is
// left out: often nothing, or a page for browsers.
func explain(err error, user *url.Userinfo, token string) error {
	text := ""
	switch {
	case errors.Is(err, transport.ErrAuthenticationRequired):
		text = unauthenticated(user, token)
	case errors.Is(err, transport.ErrAuthorizationFailed) && token != "":
		text = "the server refuses it: the token in CASTELLAN_TOKEN may not read this repository"
	case errors.Is(err, transport.ErrAuthorizationFailed):
		text = "the server refuses it: set CASTELLAN_TOKEN to a token that may read this repository"
	case errors.Is(err, transport.ErrRepositoryNotFound) && token != "":
		text = "no such repository, or one that the token in CASTELLAN_TOKEN may not read"
	case errors.Is(err, transport.ErrRepositoryNotFound):
		text = "no such repository, or a private one: set CASTELLAN_TOKEN to a token that may read it"
	case errors.Is(err, pktline.ErrInvalidPktLen), errors.Is(err, packp.ErrEmptyInput):
		text = "the answer is not a git server's: is this the address of a repository?"
	default:
		text = unexpected(err)
	}
	if text == "" {
		return err
	}
	return &explained{text, err}
}

// unauthenticated is for 401, which GitHub also gives where there is nothing.
func unauthenticated(user *url.Userinfo, token string) string {
	switch {
	case token != "":
		return "the server does not accept the token in CASTELLAN_TOKEN"
	case user != nil:
		return "the server does not accept the user and password in the URL"
	}
	return "no such repository, or the server asks who reads it: set CASTELLAN_TOKEN to a token that may"
}

// unexpected is for what has a better remedy than its own words say; "" if it
// has none.
func unexpected(err error) string {
	if wrapped, ok := errors.AsType[*plumbing.UnexpectedError](err); ok {
		if answer, ok := errors.AsType[*githttp.Err](wrapped.Err); ok {
			return fmt.Sprintf("the server answered %d %s", answer.StatusCode(), http.StatusText(answer.StatusCode()))
		}
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return err.Error() + ": if you trust it, add its authority to the system's certificates, or name a file of it in SSL_CERT_FILE"
	}
	return ""
}
