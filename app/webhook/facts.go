package webhook

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/castellan-app/castellan/scanners/credential"
)

// Facts are what is kept of a payload: ids, refs, commit ids and logins. They
// are hints; what is not in a payload is zero.
type Facts struct {
	Action       string     `json:"action,omitempty"`
	Installation int64      `json:"installation,omitempty"`
	Account      Account    `json:"account,omitzero"` // of the installation
	Repository   Repository `json:"repository,omitzero"`
	Sender       Account    `json:"sender,omitzero"`

	Ref     string `json:"ref,omitempty"` // push
	Before  string `json:"before,omitempty"`
	After   string `json:"after,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`

	PullRequest int    `json:"pull_request,omitempty"`
	Head        string `json:"head,omitempty"` // commit id
	HeadRef     string `json:"head_ref,omitempty"`
	Base        string `json:"base,omitempty"` // commit id
	BaseRef     string `json:"base_ref,omitempty"`
	Merged      bool   `json:"merged,omitempty"`

	CheckRun   int64  `json:"check_run,omitempty"`
	CheckApp   int64  `json:"check_app,omitempty"` // whose check run or suite it is
	Identifier string `json:"identifier,omitempty"`

	Issue       int    `json:"issue,omitempty"`
	IssueState  string `json:"issue_state,omitempty"`
	StateReason string `json:"state_reason,omitempty"`
	Comment     int64  `json:"comment,omitempty"`
}

// Account is a user, organisation or bot.
type Account struct {
	ID    int64  `json:"id,omitempty"`
	Login string `json:"login,omitempty"`
	Type  string `json:"type,omitempty"`
}

// Repository as a payload has it.
type Repository struct {
	ID            int64  `json:"id,omitempty"`
	Owner         string `json:"owner,omitempty"`
	Name          string `json:"name,omitempty"`
	DefaultBranch string `json:"default_branch,omitempty"`
}

// payload is the part of GitHub's payloads that is read. A pointer is nil where
// the payload has no such object, which tells a payload from that of another
// event.
type payload struct {
	Action       string `json:"action"`
	Installation *struct {
		ID      int64   `json:"id"`
		Account Account `json:"account"`
	} `json:"installation"`
	Organization *Account `json:"organization"`
	Sender       Account  `json:"sender"`
	Repository   *struct {
		ID            int64   `json:"id"`
		Name          string  `json:"name"`
		Owner         Account `json:"owner"`
		DefaultBranch string  `json:"default_branch"`
	} `json:"repository"`

	Ref     *string `json:"ref"`
	Before  *string `json:"before"`
	After   *string `json:"after"`
	Deleted bool    `json:"deleted"`

	PullRequest *struct {
		Number int    `json:"number"`
		Merged bool   `json:"merged"`
		Head   gitRef `json:"head"`
		Base   gitRef `json:"base"`
	} `json:"pull_request"`
	Changes struct {
		Base *json.RawMessage `json:"base"`
	} `json:"changes"`

	CheckRun        *checkObject `json:"check_run"`
	CheckSuite      *checkObject `json:"check_suite"`
	RequestedAction *struct {
		Identifier string `json:"identifier"`
	} `json:"requested_action"`

	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		HeadRef string `json:"head_ref"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`

	Issue *struct {
		Number      int              `json:"number"`
		State       string           `json:"state"`
		StateReason string           `json:"state_reason"`
		PullRequest *json.RawMessage `json:"pull_request"`
	} `json:"issue"`
	Comment *struct {
		ID   int64   `json:"id"`
		User Account `json:"user"`
	} `json:"comment"`
	Zen  *string          `json:"zen"`
	Team *json.RawMessage `json:"team"`
}

type gitRef struct {
	SHA string `json:"sha"`
	Ref string `json:"ref"`
}

type checkObject struct {
	ID      int64  `json:"id"`
	HeadSHA string `json:"head_sha"`
	App     *struct {
		ID int64 `json:"id"`
	} `json:"app"`
}

// errShape says that a payload is not one of its event.
var errShape = errors.New("the object of the event is missing")

// Read takes the facts from a payload. known is false for an event that
// nothing is planned for; its facts are empty. An error says why a payload is
// not one of a known event.
func Read(event string, body []byte) (f Facts, known bool, err error) {
	e, known := events[event]
	if !known {
		if !json.Valid(body) {
			return f, false, errors.New("it is no JSON")
		}
		return f, false, nil
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return f, true, shapeError(err)
	}
	f.Action, f.Sender = p.Action, p.Sender
	if p.Installation != nil {
		f.Installation, f.Account = p.Installation.ID, p.Installation.Account
	}
	if p.Repository != nil {
		f.Repository = Repository{ID: p.Repository.ID, Owner: p.Repository.Owner.Login, Name: p.Repository.Name, DefaultBranch: p.Repository.DefaultBranch}
	}
	if err := e.read(&p, &f); err != nil {
		return Facts{}, true, err
	}
	if err := f.check(); err != nil {
		return f, true, err
	}
	f.mask()
	return f, true, nil
}

// mask takes credentials out of the names of branches: facts are stored.
func (f *Facts) mask() {
	for _, ref := range []*string{&f.Ref, &f.HeadRef, &f.BaseRef, &f.Repository.DefaultBranch} {
		*ref = credential.RedactKnown(*ref)
	}
}

// shapeError drops what a decoder quotes from a payload.
func shapeError(err error) error {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) {
		return fmt.Errorf("%s is of the wrong type", t.Field)
	}
	return errors.New("it is no JSON")
}

// check refuses facts that GitHub cannot have sent: they end in git requests
// and paths.
func (f *Facts) check() error {
	for _, sha := range []string{f.Before, f.After, f.Head, f.Base} {
		if sha != "" && !isCommit(sha) {
			return errors.New("a commit id is malformed")
		}
	}
	for _, name := range []string{f.Repository.Owner, f.Repository.Name, f.Account.Login} {
		if name != "" && !isName(name) {
			return errors.New("the name of an owner or repository is malformed")
		}
	}
	for _, ref := range []string{f.Ref, f.HeadRef, f.BaseRef, f.Repository.DefaultBranch} {
		if len(ref) > 1024 {
			return errors.New("a ref is too long")
		}
	}
	if !isPrintable(f.Action) || !isPrintable(f.Identifier) { // PostgreSQL takes no NUL
		return errors.New("a name is malformed")
	}
	if f.Installation < 0 || f.Repository.ID < 0 || f.PullRequest < 0 || f.Issue < 0 || len(f.Identifier) > 64 || len(f.Action) > 64 {
		return errors.New("a number or name is out of range")
	}
	return nil
}

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func isCommit(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return true
}

// isName is what GitHub's owners and repositories are called.
func isName(s string) bool {
	if len(s) > 100 || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// Start is the commit at which a branch stood before a push, "" if it began with
// the push.
func (f *Facts) Start() string {
	if absent(f.Before) {
		return ""
	}
	return f.Before
}

// absent is the commit id GitHub sends for no commit.
func absent(sha string) bool {
	for i := range len(sha) {
		if sha[i] != '0' {
			return false
		}
	}
	return true
}
