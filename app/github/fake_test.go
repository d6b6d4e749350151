package github

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// newKey is made once: it costs more than all else in these tests.
var newKey = sync.OnceValue(func() []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
})

const (
	appID     = 77
	headSHA   = "0123456789abcdef0123456789abcdef01234567"
	apiPrefix = "/api/v3"
)

var acme = Repo{ID: 5, Owner: "acme", Name: "shop"}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// mint is one request for a token.
type mint struct {
	Installation string
	Repositories []int64
	Permissions  map[string]string
}

// fake is a GitHub Enterprise Server that hands out tokens; tests add routes.
type fake struct {
	*http.ServeMux
	url   string
	clock *clock
	grant map[string]string // what the installation has granted; nil: everything

	mu       sync.Mutex
	mints    []mint
	tokens   map[string]mint
	requests []string // "GET /repos/acme/shop", without the minting
	attempts []Attempt
}

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{ServeMux: http.NewServeMux(), tokens: map[string]mint{}, clock: &clock{at: time.Now().Truncate(time.Second)}}
	f.HandleFunc("POST "+apiPrefix+"/app/installations/{id}/access_tokens", f.mint)
	server := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/access_tokens") {
		f.mu.Lock()
		f.requests = append(f.requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, apiPrefix))
		f.mu.Unlock()
	}
	f.ServeMux.ServeHTTP(w, r)
}

func (f *fake) mint(w http.ResponseWriter, r *http.Request) {
	m := mint{Installation: r.PathValue("id")}
	var body struct {
		Repositories []int64           `json:"repository_ids"`
		Permissions  map[string]string `json:"permissions"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || !strings.HasPrefix(bearer(r), "eyJ") {
		http.Error(w, `{"message":"bad request for a token"}`, http.StatusBadRequest)
		return
	}
	m.Repositories, m.Permissions = body.Repositories, body.Permissions
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mints = append(f.mints, m)
	if f.grant != nil {
		for name, level := range m.Permissions {
			if !covers(f.grant, name+":"+level) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				io.WriteString(w, `{"message":"The permissions requested are not granted to this installation."}`)
				return
			}
		}
	}
	text := fmt.Sprintf("ghs_%d.%s", len(f.mints), strings.Repeat("aB3_-", 20))
	f.tokens[text] = m
	w.WriteHeader(http.StatusCreated)
	answer(w, map[string]any{"token": text, "expires_at": f.clock.now().Add(time.Hour), "permissions": m.Permissions})
}

// handle adds a route below the API.
func (f *fake) handle(pattern string, h http.HandlerFunc) {
	method, path, _ := strings.Cut(pattern, " ")
	f.HandleFunc(method+" "+apiPrefix+path, h)
}

// tokenOf is what the request's token was minted for.
func (f *fake) tokenOf(r *http.Request) mint {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tokens[bearer(r)]
}

func (f *fake) Observe(a Attempt) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts = append(f.attempts, a)
}

func (f *fake) count() (requests, mints int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.requests), len(f.mints)
}

func (f *fake) app(t testing.TB) *App {
	t.Helper()
	a, err := New(Config{WebURL: f.url, AppID: appID, PrivateKey: newKey(), Now: f.clock.now, CreationGap: -1, Observe: f, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// refuse answers like GitHub.
func refuse(w http.ResponseWriter, code int, message string, headers ...string) {
	for i := 0; i+1 < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(code)
	answer(w, map[string]string{"message": message, "documentation_url": "https://docs.example/rest"})
}

func ctx(t *testing.T) context.Context {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return c
}
