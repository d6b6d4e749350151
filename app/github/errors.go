package github

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners/credential"
	gh "github.com/google/go-github/v66/github"
)

// What a *StatusError may be, for errors.Is.
var (
	ErrNotFound     = errors.New("not found on GitHub, or not visible to the App")           // 404; also a commit or repository GitHub does not know
	ErrGone         = errors.New("disabled or deleted on GitHub")                            // 410: issues are disabled
	ErrForbidden    = errors.New("forbidden by GitHub")                                      // 403 that is no limit
	ErrArchived     = errors.New("the repository is archived")                               // also ErrForbidden
	ErrSuspended    = errors.New("the installation is suspended")                            // also ErrForbidden
	ErrNotGranted   = errors.New("the installation has not granted the permission for this") // also ErrForbidden
	ErrUnauthorized = errors.New("GitHub does not accept the App's credentials")             // 401
	ErrInvalid      = errors.New("not valid for GitHub")                                     // refused before anything was sent
	ErrRepeats      = errors.New("repeats what came before")                                 // a page of a list that would go round for ever
)

// LimitError is a limit of GitHub's, or our own reserve: nothing more is sent
// for this installation until then.
type LimitError struct {
	Until     time.Time
	Secondary bool // GitHub's unpublished limits on bursts and creations
}

func (e *LimitError) Error() string {
	kind := "rate limit"
	if e.Secondary {
		kind = "secondary rate limit"
	}
	return fmt.Sprintf("GitHub's %s is reached until %s", kind, e.Until.UTC().Format(time.RFC3339))
}

// RetryAt is when the job that met the limit may go on.
func (e *LimitError) RetryAt() time.Time { return e.Until }

// StatusError is an answer of GitHub's that is not success. Message is at
// most 300 bytes, without credentials.
type StatusError struct {
	Code          int
	Message       string
	Documentation string
	ungranted     bool
}

func (e *StatusError) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("GitHub answered %d: %s", e.Code, e.Message), ": ")
}

// Permanent tells whether the same call would get the same answer: a later
// try makes no sense until somebody changes something.
func (e *StatusError) Permanent() bool {
	switch e.Code {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusConflict, http.StatusLocked, http.StatusTooEarly, http.StatusTooManyRequests:
		return errors.Is(e, ErrNotFound)
	}
	return e.Code >= 300 && e.Code < 500
}

// Is answers errors.Is for the sentinels above.
func (e *StatusError) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.Code == http.StatusNotFound || e.unknownObject()
	case ErrGone:
		return e.Code == http.StatusGone
	case ErrForbidden:
		return e.Code == http.StatusForbidden || e.ungranted
	case ErrArchived:
		return e.Code == http.StatusForbidden && e.says("archived")
	case ErrSuspended:
		return e.Code == http.StatusForbidden && e.says("suspended")
	case ErrNotGranted:
		return e.ungranted || e.Code == http.StatusForbidden && e.says("not accessible by integration")
	case ErrUnauthorized:
		return e.Code == http.StatusUnauthorized
	}
	return false
}

// unknownObject knows the answers by which GitHub says "no such commit", "no
// commits at all" and "no such repository in this installation".
func (e *StatusError) unknownObject() bool {
	switch e.Code {
	case http.StatusUnprocessableEntity:
		return e.says("no commit found") || e.says("repository that does not exist")
	case http.StatusConflict:
		return e.says("repository is empty")
	}
	return false
}

func (e *StatusError) says(text string) bool {
	return strings.Contains(strings.ToLower(e.Message), text)
}

// Permanent tells whether trying again makes no sense: GitHub's answer is
// final, or the call was refused here.
func Permanent(err error) bool {
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return status.Permanent()
	}
	return errors.Is(err, ErrInvalid)
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), ErrInvalid)
}

// fail turns whatever a call ended with into this package's errors. 202
// Accepted, an error to go-github, is success.
func fail(c call, err error) error {
	if accepted := (*gh.AcceptedError)(nil); err == nil || errors.As(err, &accepted) {
		return nil
	}
	return fmt.Errorf("%s: %w", c.verb, translate(err))
}

func translate(err error) error {
	var (
		limited  *LimitError
		status   *StatusError
		response *gh.ErrorResponse
		link     *url.Error
	)
	switch {
	case errors.As(err, &limited):
		return limited
	case errors.As(err, &response):
		return statusError(response)
	}
	if errors.As(err, &link) {
		err = link.Err // the URL names the repository, or holds a code
	}
	if errors.As(err, &status) {
		return err // of a token that was needed first, already quiet
	}
	return &quietError{err}
}

func statusError(r *gh.ErrorResponse) *StatusError {
	message := r.Message
	for _, e := range r.Errors {
		message += fmt.Sprintf(" (%s)", strings.Join(nonEmpty(e.Resource, e.Field, e.Code, e.Message), " "))
	}
	code := 0
	if r.Response != nil {
		code = r.Response.StatusCode
	}
	if message == "" {
		message = http.StatusText(code)
	}
	return &StatusError{Code: code, Message: quiet(message), Documentation: quiet(r.DocumentationURL)}
}

func nonEmpty(all ...string) []string {
	var kept []string
	for _, s := range all {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// quietError prints an error of the standard library bounded and without
// credentials, and unwraps to it.
type quietError struct{ err error }

func (e *quietError) Error() string { return quiet(e.err.Error()) }
func (e *quietError) Unwrap() error { return e.err }

// tokenShape finds what may authenticate: GitHub's tokens of any length (they
// may hold dots), JWTs, authorization headers, passwords in URLs.
var tokenShape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(gh[a-z]_|github_pat_|eyJ)[\w.~+/=-]+|\b(bearer|token|basic)\s+[\w.~+/=-]{20,}|://[^/\s@]+@`)
})

const messageBytes = 300

// quiet makes text fit for errors and logs: one line, at most 300 bytes, no
// credentials.
func quiet(text string) string {
	if len(text) > 16*messageBytes {
		text = text[:16*messageBytes]
	}
	text = credential.RedactKnown(tokenShape().ReplaceAllString(text, "[redacted]"))
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if len(text) <= messageBytes {
		return text
	}
	cut := messageBytes - len("…")
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
