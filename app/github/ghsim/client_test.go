package ghsim_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

type object = map[string]any

// client is a bare HTTP client of the simulation.
type client struct {
	t    testing.TB
	sim  *ghsim.Sim
	auth string
}

// response is an answer with its body read.
type response struct {
	status int
	header http.Header
	raw    []byte
}

func (r response) object(t testing.TB) object {
	t.Helper()
	var out object
	if err := json.Unmarshal(r.raw, &out); err != nil {
		t.Fatalf("%v in %s", err, r.raw)
	}
	return out
}

func (r response) list(t testing.TB) []object {
	t.Helper()
	var out []object
	if err := json.Unmarshal(r.raw, &out); err != nil {
		t.Fatalf("%v in %s", err, r.raw)
	}
	return out
}

func (c client) try(method, path string, body any, header ...string) (response, error) {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	if path[0] == '/' {
		path = c.sim.URL + "/api/v3" + path
	}
	req, err := http.NewRequest(method, path, in)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.auth != "" {
		req.Header.Set("Authorization", "Bearer "+c.auth)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	plain := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := plain.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, raw}, err
}

// call wants a status.
func (c client) call(want int, method, path string, body any, header ...string) response {
	c.t.Helper()
	got, err := c.try(method, path, body, header...)
	if err != nil {
		c.t.Fatal(err)
	}
	if got.status != want {
		c.t.Fatalf("%s %s = %d, want %d: %s", method, path, got.status, want, got.raw)
	}
	return got
}

// claims signs an App's JWT.
func claims(t testing.TB, key []byte, alg string, iss any, iat, exp time.Time) string {
	t.Helper()
	block, _ := pem.Decode(key)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	part := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	text := part(object{"alg": alg, "typ": "JWT"}) + "." + part(object{"iss": iss, "iat": iat.Unix(), "exp": exp.Unix()})
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// app is a client signed as the App.
func app(t testing.TB, s *ghsim.Sim) client {
	now := time.Now()
	return client{t, s, claims(t, s.PrivateKey(), "RS256", s.AppID(), now.Add(-time.Minute), now.Add(2*time.Minute))}
}

// installed is a client with a token of an installation; scope is the body of
// the token request.
func installed(t testing.TB, s *ghsim.Sim, id int64, scope object) client {
	t.Helper()
	var body any
	if scope != nil {
		body = scope
	}
	out := app(t, s).call(http.StatusCreated, "POST", fmt.Sprintf("/app/installations/%d/access_tokens", id), body).object(t)
	return client{t, s, out["token"].(string)}
}

// world is a simulation with one private repository acme/shop, installed.
func world(t *testing.T, opt ghsim.Options) (*ghsim.Sim, *ghsim.Repo, client) {
	t.Helper()
	s := ghsim.New(t, opt)
	s.Org("acme", "alice")
	r := s.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n"}})
	return s, r, installed(t, s, s.Install("acme"), nil)
}
