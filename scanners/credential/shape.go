package credential

import (
	"encoding/base64"
	"hash/crc32"
	"regexp"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// shape is a compiled catalog.Key.
type shape struct {
	*catalog.Key
	prefix *regexp.Regexp // at the start of a text
	whole  *regexp.Regexp // the whole text
}

// engine is every shape, and where in a text to look for one.
type engine struct {
	shapes  []shape
	byStart map[[2]byte][]literal // literals by their first two bytes
	starts  [65536]bool           // the same, as a table for the scan
}

// literal is a fixed text that begins a match of a shape.
type literal struct {
	text  string
	shape *shape
}

// shapes compiles the catalogue's keys once, on first use: a process that
// finds nothing to judge never pays for it.
var shapes = sync.OnceValue(func() *engine {
	keys := catalog.Keys()
	e := &engine{shapes: make([]shape, len(keys)), byStart: map[[2]byte][]literal{}}
	for i := range keys {
		k := &keys[i]
		s := &e.shapes[i]
		*s = shape{k, regexp.MustCompile(`^(?:` + k.Pattern + `)`), regexp.MustCompile(`^(?:` + k.Pattern + `)$`)}
		for _, l := range k.Literals {
			if len(l) >= 2 {
				start := [2]byte{l[0], l[1]}
				e.byStart[start] = append(e.byStart[start], literal{l, s})
				e.starts[int(l[0])<<8|int(l[1])] = true
			}
		}
	}
	return e
})

// matchWindow bounds what one anchored pattern looks at, in bytes.
const matchWindow = 4096

// at matches every shape whose literal begins at offset i of text, longest
// literal first. The byte before i must not continue a word.
func (e *engine) at(text string, i int) (s *shape, start, end int, ok bool) {
	if i+1 >= len(text) || i > 0 && wordByte(text[i-1]) {
		return nil, 0, 0, false
	}
	best := 0
	for _, l := range e.byStart[[2]byte{text[i], text[i+1]}] {
		if len(l.text) < best || !strings.HasPrefix(text[i:], l.text) {
			continue
		}
		if from, to, hit := l.shape.find(text[i:min(len(text), i+matchWindow)]); hit {
			if len(l.text) > best || l.shape.Strong && !s.Strong {
				s, start, end, best = l.shape, i+from, i+to, len(l.text)
			}
		}
	}
	return s, start, end, best > 0
}

// find is the range of the credential of a match at the start of text.
func (s *shape) find(text string) (start, end int, ok bool) {
	m := s.prefix.FindStringSubmatchIndex(text)
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
	return start, end, true
}

func wordByte(c byte) bool { return classOf(c) != 'o' || c == '_' }

// agrees says whether the name or the surroundings name the shape's provider.
func (s *shape) agrees(ctx *Context) (named, near bool) {
	for _, env := range s.EnvNames {
		if strings.EqualFold(env, ctx.Name) {
			return true, true
		}
	}
	name := strings.ToLower(ctx.Name)
	for _, word := range s.Context {
		if strings.Contains(name, word) {
			return true, true
		}
		for _, n := range ctx.Near {
			if strings.Contains(strings.ToLower(n), word) {
				near = true
			}
		}
	}
	return false, near
}

// judgement states that a shape's credential stands at [start,end) of value.
func (s *shape) judgement(ctx *Context, value string, start, end int, confidence Confidence) Judgement {
	secret := value[start:end]
	j := Judgement{
		Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: start, End: end,
		Provider: s.Provider, Product: s.Product, AI: s.Group == catalog.GroupAI, Kind: s.ID,
		Confidence: confidence, Secret: Secret{secret},
	}
	if s.Publishable || s.Product == "google-gemini" && publicBuild(ctx.Name) {
		j.Class = Publishable
		return j
	}
	if s.example(secret) {
		j.Class, j.Secret = Placeholder, Secret{}
	}
	return j
}

// example says whether a value of the right shape is made up. A checksum that
// fits proves it real; one that does not fit proves nothing, for vendors change
// theirs.
func (s *shape) example(secret string) bool {
	if s.Product == "github" && githubChecksum(secret) {
		return false
	}
	body := secret
	for _, l := range s.Literals {
		if rest, ok := strings.CutPrefix(secret, l); ok && len(rest) < len(body) {
			body = rest
		}
	}
	if strongPlaceholders().MatchString(secret) || repeats(body) {
		return true
	}
	return weakPlaceholders().MatchString(secret) && entropy(body) < 3.0
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
