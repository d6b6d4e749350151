package credential

import (
	"encoding/base64"
	"hash/crc32"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// shape is a compiled catalog.Key.
type shape struct {
	*catalog.Key
	prefix func() *regexp.Regexp // matches at the start of a text; compiled on first use
	whole  func() *regexp.Regexp // matches a whole text
	envs   []string              // EnvNames in lower case
}

// engine is every shape, and where in a text to look for one.
type engine struct {
	shapes  []shape
	byStart map[[2]byte][]literal // literals by their first two bytes, the longest first
	starts  [65536]bool           // the same, as a table for the scan
	opaque  []*shape              // shapes without a literal
	hints   []string              // words that confirm one of them, lower case
	byEnv   map[string]*shape     // by canonical EnvNames; nil where several providers use one
	kinds   [256]uint8            // kindOfByte of every byte
}

// literal is a fixed text that begins a match of a shape.
type literal struct {
	text  string
	shape *shape
}

// shapes makes the tables of the catalogue's keys once, on first use. A shape's
// patterns are compiled when its literal is first met.
var shapes = sync.OnceValue(func() *engine {
	keys := catalog.Keys()
	e := &engine{shapes: make([]shape, len(keys)), byStart: map[[2]byte][]literal{}, byEnv: map[string]*shape{}}
	for i := range keys {
		k := &keys[i]
		if strings.Contains(k.Pattern, "://") {
			continue // the structure of URLs is judged part by part
		}
		s := &e.shapes[i]
		*s = shape{k, compiled(`^(?:` + k.Pattern + `)`), compiled(`^(?:` + k.Pattern + `)$`), nil}
		for _, env := range k.EnvNames {
			s.envs = append(s.envs, strings.ToLower(env))
			name := strings.Join(words(env), "_")
			if other, taken := e.byEnv[name]; taken && (other == nil || other.Product != s.Product) {
				e.byEnv[name] = nil
			} else if !taken {
				e.byEnv[name] = s
			}
		}
		if len(k.Literals) == 0 {
			e.opaque = append(e.opaque, s)
			e.hints = append(append(e.hints, k.Context...), s.envs...)
		}
		for _, l := range k.Literals {
			if len(l) >= 2 {
				start := [2]byte{l[0], l[1]}
				e.byStart[start] = append(e.byStart[start], literal{l, s})
				e.starts[int(l[0])<<8|int(l[1])] = true
			}
		}
	}
	for c := range e.kinds {
		e.kinds[c] = kindOfByte(byte(c))
	}
	for _, ls := range e.byStart {
		sort.SliceStable(ls, func(a, b int) bool {
			if len(ls[a].text) != len(ls[b].text) {
				return len(ls[a].text) > len(ls[b].text)
			}
			return ls[a].shape.Strong && !ls[b].shape.Strong
		})
	}
	return e
})

func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// What one anchored pattern looks at, in bytes: most keys are short, and a
// match that reaches the end of the first window is tried again in the second.
const (
	firstWindow = 512
	matchWindow = 8192
)

// find is the range of the credential of a match at the start of text.
func (s *shape) find(text string) (start, end int, ok bool) {
	m := s.prefix().FindStringSubmatchIndex(text[:min(len(text), firstWindow)])
	if m != nil && m[1] == firstWindow && len(text) > firstWindow {
		m = s.prefix().FindStringSubmatchIndex(text[:min(len(text), matchWindow)])
	}
	if m == nil {
		return 0, 0, false
	}
	start, end = m[0], m[1]
	if len(m) >= 4 && m[2] >= 0 {
		start, end = m[2], m[3]
	}
	for end > start && strings.IndexByte("\"' ,;)}]<>&\r\n\t`", text[end-1]) >= 0 {
		end--
	}
	return start, end, !wordly(s.body(text[start:end]))
}

// body is a key without its fixed beginning.
func (s *shape) body(secret string) string {
	body := secret
	for _, l := range s.Literals {
		if rest, ok := strings.CutPrefix(secret, l); ok && len(rest) < len(body) {
			body = rest
		}
	}
	return body
}

func wordByte(c byte) bool { return classOf(c) != 'o' || c == '_' }

// judgement states that a shape's credential stands at [start,end) of value.
func (s *shape) judgement(ctx *scope, value string, start, end int, confidence Confidence) Judgement {
	secret := value[start:end]
	if s.example(secret) {
		return ctx.says(Placeholder, start, end)[0]
	}
	j := ctx.finds(s.ID, confidence, secret, start, end)[0]
	j.Provider, j.Product, j.AI = s.Provider, s.Product, s.Group == catalog.GroupAI
	if s.Publishable || s.ID == "google-api-key" && publicBuild(ctx.Name) {
		j.Class = Publishable
	}
	if s.ID == "stripe-publishable-key" && hasWord(append([]string{ctx.Name}, ctx.Near...), "clerk") {
		j.Provider, j.Product = "Clerk", "clerk" // the same prefix (clerk.com/docs, API keys)
	}
	return j
}

// attribute gives a credential whose shape says nothing the provider whose
// variable it stands under: AWS_SECRET_ACCESS_KEY, exaApiKey, --exa-api-key. A
// variable of several providers says nothing.
func (j *Judgement) attribute() {
	if j.Class != Literal || j.Provider != "" || len(j.Name) < 8 || len(j.Name) > 64 {
		return
	}
	if s := shapes().byEnv[strings.Join(words(j.Name), "_")]; s != nil {
		j.Provider, j.Product, j.AI = s.Provider, s.Product, s.Group == catalog.GroupAI
	}
}

// example says whether a value of the right shape is made up. A checksum that
// fits proves it real; one that does not fit proves nothing, for vendors change
// theirs.
func (s *shape) example(secret string) bool {
	if s.Product == "github" && githubChecksum(secret) {
		return false
	}
	body := s.body(secret)
	switch {
	case repeats(body), telling(secret):
		return true
	case random(body), entropy(body) >= 3.5 && !marked(body):
		return false
	}
	return marked(secret) || strongPlaceholders().MatchString(secret) || weakPlaceholders().MatchString(secret)
}

// githubChecksum verifies the CRC-32 that ends tokens of the form prefix_ +
// base62 (github.blog, "Behind GitHub's new authentication token formats").
func githubChecksum(token string) bool {
	_, body, ok := strings.Cut(token, "_")
	if !ok || len(body) != 36 {
		return false
	}
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := uint64(crc32.ChecksumIEEE([]byte(body[:30])))
	want := make([]byte, 6)
	for i := 5; i >= 0; i-- {
		want[i] = digits[sum%62]
		sum /= 62
	}
	return string(want) == body[30:]
}

// decode64 takes base64 in either alphabet, padded or not.
func decode64(s string) ([]byte, bool) {
	s = strings.TrimRight(s, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil {
			return b, true
		}
	}
	return nil, false
}
