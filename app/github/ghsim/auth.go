package ghsim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// token is an installation access token.
type token struct {
	installation int64
	permissions  map[string]string
	repos        map[int64]bool // nil: all of the installation
	expires      time.Time
	revoked      bool // by uninstalling or ExpireTokens: the holder cannot know
}

// identity is who a request comes from; the zero value is anonymous.
type identity struct {
	app   bool
	token *token
}

// authError is a credential GitHub refuses.
type authError struct {
	status   int
	message  string
	innocent bool // the holder could not know
}

func (e *authError) Error() string { return e.message }

// defaultKey is one RSA key per process: making one takes longer than most
// tests.
var defaultKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func encodeKey(k *rsa.PrivateKey) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})
}

// randomText is n characters of base64url.
func randomText(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)[:n]
}

// newTokenText has the shape of GitHub's stateless installation tokens: the
// App's id, underscores and dots, no fixed length.
func newTokenText(appID int64) string {
	return fmt.Sprintf("ghs_%d_%s.%s.%s", appID, randomText(36), randomText(72), randomText(43))
}

// authenticate reads the Authorization header of a REST request. Lock held.
func (s *Sim) authenticate(h http.Header) (identity, *authError) {
	value := h.Get("Authorization")
	if value == "" {
		return identity{}, nil
	}
	scheme, credential, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return identity{}, &authError{status: http.StatusUnauthorized, message: "Bad credentials"}
	}
	if strings.HasPrefix(credential, "ghs_") {
		t, err := s.installationToken(credential)
		return identity{token: t}, err
	}
	if err := s.verifyJWT(credential); err != nil {
		return identity{}, err
	}
	return identity{app: true}, nil
}

func (s *Sim) installationToken(text string) (*token, *authError) {
	t := s.tokens[text]
	if t == nil || !s.opt.Now().Before(t.expires) {
		return nil, &authError{status: http.StatusUnauthorized, message: "Bad credentials"}
	}
	inst := s.installations[t.installation]
	if inst == nil || t.revoked {
		return nil, &authError{http.StatusUnauthorized, "Bad credentials", true}
	}
	if inst.suspended != nil {
		return nil, &authError{http.StatusForbidden, "This installation has been suspended", true}
	}
	return t, nil
}

// verifyJWT checks what GitHub checks of an App's token: RS256 by the App's
// key, iss the App's id or client id, iat not in the future, exp at most ten
// minutes ahead.
func (s *Sim) verifyJWT(text string) *authError {
	bad := func(message string) *authError { return &authError{status: http.StatusUnauthorized, message: message} }
	const undecodable = "A JSON web token could not be decoded"
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return bad(undecodable)
	}
	var header struct{ Alg string }
	var claims struct {
		Iss json.RawMessage
		Iat json.Number
		Exp json.Number
	}
	if !decodePart(parts[0], &header) || !decodePart(parts[1], &claims) || header.Alg != "RS256" {
		return bad(undecodable)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(&s.app.key.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return bad(undecodable)
	}
	iss := strings.Trim(string(claims.Iss), `"`)
	if iss != strconv.FormatInt(s.app.id, 10) && iss != s.app.clientID {
		return bad("'Issuer' claim ('iss') must be an Integer, or a valid client ID")
	}
	iat, errIat := claims.Iat.Float64()
	exp, errExp := claims.Exp.Float64()
	now := float64(s.opt.Now().UnixMilli()) / 1000
	switch {
	case errExp != nil || exp <= now:
		return bad("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case exp > now+600:
		return bad("'Expiration time' claim ('exp') is too far in the future")
	case errIat != nil || iat > now+1:
		return bad("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	}
	return nil
}

func decodePart(text string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && json.Unmarshal(raw, into) == nil
}

// issueToken answers POST /app/installations/{id}/access_tokens.
func (s *Sim) issueToken(c *call) reply {
	inst := s.installations[c.int64("installation_id")]
	if inst == nil {
		return c.notFound()
	}
	if inst.suspended != nil {
		return c.fail(http.StatusForbidden, "This installation has been suspended")
	}
	var in struct {
		Repositories  []string          `json:"repositories"`
		RepositoryIDs []int64           `json:"repository_ids"`
		Permissions   map[string]string `json:"permissions"`
	}
	if r := c.decode(&in); r != nil {
		return *r
	}
	t := &token{installation: inst.id, permissions: maps.Clone(inst.permissions), expires: s.now().Add(s.opt.TokenLife)}
	if in.Permissions != nil {
		for name, level := range in.Permissions {
			if rank(inst.permissions[name]) < rank(level) {
				c.violate(KindPermission, "token asks for "+name+":"+level+", which the installation lacks")
				return c.fail(http.StatusUnprocessableEntity, "The permissions requested are not granted to this installation.")
			}
		}
		t.permissions = maps.Clone(in.Permissions)
		t.permissions["metadata"] = "read"
	}
	if in.Repositories != nil || in.RepositoryIDs != nil {
		t.repos = map[int64]bool{}
		for _, name := range in.Repositories {
			in.RepositoryIDs = append(in.RepositoryIDs, s.names[fullKey(inst.account.login, name)])
		}
		for _, id := range in.RepositoryIDs {
			if !inst.covers(s.repos[id]) {
				return c.fail(http.StatusUnprocessableEntity,
					"There is at least one repository that does not exist or is not accessible to the parent installation.")
			}
			t.repos[id] = true
		}
		if len(t.repos) > 500 {
			return c.fail(http.StatusUnprocessableEntity, "Too many repositories")
		}
	}
	text := newTokenText(s.app.id)
	s.tokens[text] = t
	return reply{status: http.StatusCreated, body: s.tokenJSON(text, t, inst)}
}

func (s *Sim) tokenJSON(text string, t *token, inst *installation) object {
	out := object{"token": text, "expires_at": stamp(t.expires), "permissions": t.permissions, "repository_selection": inst.selection()}
	if t.repos != nil {
		list := []any{}
		for _, id := range slices.Sorted(maps.Keys(t.repos)) {
			list = append(list, s.repoJSON(s.repos[id]))
		}
		out["repositories"], out["repository_selection"] = list, "selected"
	}
	return out
}

// revokeToken answers DELETE /installation/token.
func (s *Sim) revokeToken(c *call) reply {
	maps.DeleteFunc(s.tokens, func(_ string, t *token) bool { return t == c.who.token })
	return reply{status: http.StatusNoContent}
}

// ExpireTokens makes every installation token issued so far invalid.
func (s *Sim) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens {
		t.revoked = true
	}
}
