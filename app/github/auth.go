package github

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/golang-jwt/jwt/v4"
)

// signer makes the App's JWTs.
type signer struct {
	app int64
	rsa ghinstallation.Signer
	now func() time.Time
}

func newSigner(app int64, pem []byte, now func() time.Time) (signer, error) {
	key, err := jwt.ParseRSAPrivateKeyFromPEM(pem)
	if err != nil {
		return signer{}, fmt.Errorf("read the App's private key: it is no RSA key in PEM form") // the cause may quote it
	}
	return signer{app: app, rsa: ghinstallation.NewRSASigner(jwt.SigningMethodRS256, key), now: now}, nil
}

// token is a JWT of five minutes, dated back by one against drifting clocks as
// docs.github.com ("Generating a JWT for a GitHub App") advises; the most
// GitHub allows is ten.
func (s signer) token() (string, error) {
	issued := s.now().Add(-time.Minute).Truncate(time.Second)
	text, err := s.rsa.Sign(&jwt.RegisteredClaims{
		Issuer:    strconv.FormatInt(s.app, 10),
		IssuedAt:  jwt.NewNumericDate(issued),
		ExpiresAt: jwt.NewNumericDate(issued.Add(6 * time.Minute)),
	})
	if err != nil {
		return "", fmt.Errorf("sign the App's token: %w", err)
	}
	return text, nil
}

// appAuth signs requests as the App.
type appAuth struct {
	next http.RoundTripper
	sign signer
}

func (a *appAuth) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, err := declared(req.Context(), asApp); err != nil {
		return nil, err
	}
	token, err := a.sign.token()
	if err != nil {
		return nil, err
	}
	return a.next.RoundTrip(authorized(req, token))
}

// noAuth sends requests as they are.
type noAuth struct{ next http.RoundTripper }

func (a noAuth) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, err := declared(req.Context(), asNobody); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(req)
}

// installationAuth gives each request a token of the scope its call declares.
// A token GitHub no longer accepts is replaced once: such a request was not
// carried out, so repeating a write is safe.
type installationAuth struct {
	next   http.RoundTripper
	tokens *tokens
}

func (a *installationAuth) RoundTrip(req *http.Request) (*http.Response, error) {
	c, err := declared(req.Context(), asRepository, asInstallation)
	if err != nil {
		return nil, err
	}
	token, err := a.tokens.get(req.Context(), c.scope(), c.need)
	if err != nil {
		return nil, err
	}
	resp, err := a.next.RoundTrip(authorized(req, token))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	again, ok := repeatable(req)
	if !ok {
		return resp, nil
	}
	a.tokens.drop(c.scope(), token)
	if token, err = a.tokens.get(req.Context(), c.scope(), c.need); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(authorized(again, token))
}

// authorized is a copy of req with a credential; RoundTrippers must not change
// what they are given.
func authorized(req *http.Request, token string) *http.Request {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token)
	return req
}

// repeatable is req with its body from the start, if that can be had.
func repeatable(req *http.Request) (*http.Request, bool) {
	again := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return again, true
	}
	if req.GetBody == nil {
		return nil, false
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, false
	}
	again.Body = body
	return again, true
}
