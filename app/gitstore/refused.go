package gitstore

import (
	"errors"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// Refused says that a server did not take the token of a fetch.
func Refused(err error) bool {
	return errors.Is(err, transport.ErrAuthenticationRequired) || errors.Is(err, transport.ErrAuthorizationFailed)
}
