package github

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	tokenMargin   = 5 * time.Minute // a token is not handed out in its last minutes
	grantPatience = 5 * time.Minute // after which a missing permission is asked for again
)

// token is an installation access token; the text may be of any length and
// form.
type token struct {
	text        string
	permissions map[string]string
	made        time.Time
	expires     time.Time
}

func (t token) fresh(now time.Time) bool {
	return t.text != "" && now.Add(tokenMargin).Before(t.expires)
}

// tokens keeps one token per scope of an installation. Callers that need the
// same one wait for a single request.
type tokens struct {
	app          *App
	installation int64
	flight       singleflight.Group

	mu      sync.Mutex
	kept    map[scope]token
	granted map[string]string // what the installation grants, if less than was asked; nil: not known
	learnt  time.Time
}

func newTokens(a *App, installation int64) *tokens {
	return &tokens{app: a, installation: installation, kept: map[scope]token{}}
}

// get is a token of scope s that allows need.
func (t *tokens) get(ctx context.Context, s scope, need string) (string, error) {
	tok, ok := t.lookUp(s)
	if ok && !covers(tok.permissions, need) && t.app.cfg.Now().Sub(tok.made) > grantPatience {
		t.drop(s, tok.text) // the owner may have accepted new permissions
		ok = false
	}
	if !ok {
		var err error
		if tok, err = t.fetch(ctx, s); err != nil {
			return "", err
		}
	}
	if !covers(tok.permissions, need) {
		return "", &StatusError{Code: http.StatusForbidden, Message: "the installation has not granted " + need, ungranted: true}
	}
	return tok.text, nil
}

func (t *tokens) lookUp(s scope) (token, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tok := t.kept[s]
	return tok, tok.fresh(t.app.cfg.Now())
}

// fetch waits for the one request of its scope. The request outlives a caller
// that gives up, since others wait for it.
func (t *tokens) fetch(ctx context.Context, s scope) (token, error) {
	done := t.flight.DoChan(fmt.Sprint(s), func() (any, error) {
		if tok, ok := t.lookUp(s); ok {
			return tok, nil
		}
		shared, cancel := context.WithTimeout(WithLane(context.WithoutCancel(ctx), LaneWebhook), 2*t.app.cfg.Timeout)
		defer cancel()
		tok, err := t.mint(shared, s)
		if err == nil {
			t.keep(s, tok)
		}
		return tok, err
	})
	select {
	case <-ctx.Done():
		return token{}, ctx.Err()
	case r := <-done:
		tok, _ := r.Val.(token)
		return tok, r.Err
	}
}

func (t *tokens) keep(s scope, tok token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.app.cfg.Now()
	for other, old := range t.kept {
		if !old.fresh(now) {
			delete(t.kept, other)
		}
	}
	t.kept[s] = tok
}

// drop forgets the token of scope s if it still is the one given.
func (t *tokens) drop(s scope, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept[s].text == text {
		delete(t.kept, s)
	}
}

func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.kept)
	t.granted = nil
}

// mint asks for a token. An installation that has not granted all of it gets
// one for what it has granted, so that every feature with its permission works.
func (t *tokens) mint(ctx context.Context, s scope) (token, error) {
	want := t.within(parsePermissions(s.permissions))
	tok, err := t.ask(ctx, s.repository, want)
	if status := (*StatusError)(nil); !errors.As(err, &status) || status.Code != http.StatusUnprocessableEntity || !status.says("permission") {
		return tok, err
	}
	info, lookErr := t.app.ReadInstallation(ctx, t.installation)
	if lookErr != nil {
		return token{}, lookErr
	}
	t.mu.Lock()
	t.granted, t.learnt = info.Permissions, t.app.cfg.Now()
	t.mu.Unlock()
	have := t.within(want)
	if len(have) == 0 || maps.Equal(have, want) {
		return token{}, err
	}
	return t.ask(ctx, s.repository, have)
}

// within is what is wanted and, as far as is known, granted. It saves two of
// three requests for each repository of an installation that grants less.
func (t *tokens) within(want map[string]string) map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.granted == nil || t.app.cfg.Now().Sub(t.learnt) > grantPatience {
		return want
	}
	return intersect(want, t.granted)
}

func (t *tokens) ask(ctx context.Context, repository int64, permissions map[string]string) (token, error) {
	body := map[string]any{"permissions": permissions}
	if repository != 0 {
		body["repository_ids"] = []int64{repository}
	}
	var answer struct {
		Token       string            `json:"token"`
		ExpiresAt   time.Time         `json:"expires_at"`
		Permissions map[string]string `json:"permissions"`
	}
	path := fmt.Sprintf("app/installations/%d/access_tokens", t.installation)
	if _, err := t.app.send(ctx, callToken, path, body, &answer); err != nil {
		return token{}, err
	}
	if answer.Token == "" || strings.ContainsAny(answer.Token, "\r\n") {
		return token{}, fail(callToken, errors.New("GitHub's answer holds no token"))
	}
	if answer.Permissions == nil {
		answer.Permissions = maps.Clone(permissions)
	}
	answer.Permissions["metadata"] = "read" // comes with every other permission, named or not
	return token{text: answer.Token, permissions: answer.Permissions, made: t.app.cfg.Now(), expires: answer.ExpiresAt}, nil
}

// intersect is what is wanted and granted, at the lower level of the two.
func intersect(want, granted map[string]string) map[string]string {
	both := map[string]string{}
	for name, level := range want {
		switch {
		case covers(granted, name+":"+level):
			both[name] = level
		case granted[name] != "":
			both[name] = granted[name]
		}
	}
	return both
}
