package credential

import (
	"bytes"
	re "regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// anywhere looks for keys of AI providers and of agents' tools in texts of any
// kind, source code and minified bundles among them. Every such key holds a run
// of letters, digits, "-", "_", "+" and "/" of at least leastRun bytes, which
// most text has not: a look at every stride-th byte finds all of them. Only what
// begins such a run, or a word in it, is compared with the shapes.
type anywhere struct {
	*engine
	first  [65536]bool            // two bytes that begin an anchor
	anchor map[[2]byte][]anchored // the longest first
	opaque []*shape               // of no fixed beginning
	// lengths are those that an opaque key can have
	lengths [maxOpaque + 1]bool
	runs    [256]bool // bytes of a run
	word    [256]bool // bytes of a word in it
}

// anchored is a literal of a shape by the part of it that begins a run: of
// "AQ.Ab8RN6" that is "Ab8RN6", back bytes behind its beginning.
type anchored struct {
	text  string
	back  int
	shape *shape
}

const (
	leastRun = 20
	stride   = leastRun / 2
	// longestRun bounds the runs that are looked into: longer ones are data
	longestRun = 4096
	// longestKey is what a shape is given to look at
	longestKey = 512
)

var anywhereOf = sync.OnceValue(func() *anywhere {
	e := &anywhere{engine: shapes(), anchor: map[[2]byte][]anchored{}}
	for c := range e.runs {
		e.word[c] = wordByte(byte(c))
		e.runs[c] = classOf(byte(c)) != 'o' || strings.IndexByte("-_+/", byte(c)) >= 0
	}
	for i := range e.shapes {
		s := &e.shapes[i]
		if s.Key == nil || s.Group == catalog.GroupCommon {
			continue
		}
		if len(s.Literals) == 0 {
			e.opaque = append(e.opaque, s)
			for _, n := range lengthsOf(s.Pattern) {
				e.lengths[n] = true
			}
		}
		for _, l := range s.Literals {
			back := strings.LastIndexFunc(l, func(r rune) bool { return !e.runs[byte(r)] }) + 1
			if len(l)-back < 2 {
				continue
			}
			start := [2]byte{l[back], l[back+1]}
			e.first[int(start[0])<<8|int(start[1])] = true
			e.anchor[start] = append(e.anchor[start], anchored{l, back, s})
		}
	}
	for _, all := range e.anchor {
		longestFirst(all)
	}
	return e
})

// Words in the name that a value is given to: of what is no key, and of keys.
var (
	notKeys = []string{"id", "ids", "uuid", "guid", "hash", "sha", "sha1", "md5", "checksum", "digest", "commit", "revision", "rev", "etag", "session", "version", "integrity", "fingerprint", "signature", "nonce", "salt", "reference", "ref", "tree", "parent", "blob", "cid", "address"}
	ofKeys  = []string{"key", "keys", "apikey", "token", "secret", "pat", "auth", "authorization", "credential", "credentials", "password", "bearer"}
)

// mentionsWord says whether one of the words is a word of a name.
func mentionsWord(name phrase, list []string) bool {
	for _, w := range words(name.raw) {
		if slices.Contains(list, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// GivenName is the name that the value at start is given to on its line:
// NAME=value, "name": "value", name := "value"; "" if there is none.
func GivenName(text []byte, start int) string {
	from := max(0, start-reachBefore)
	if i := bytes.LastIndexByte(text[from:start], '\n'); i >= 0 {
		from += i + 1
	}
	line := strings.TrimRight(string(text[from:start]), " \t\"'`([{")
	line = strings.TrimRight(strings.TrimSuffix(line, "Bearer"), " \t\"'`")
	name := strings.TrimRight(line, "=: ")
	if len(name) == len(line) {
		return ""
	}
	name = strings.TrimRight(name, "\"'`] ")
	i := len(name)
	for i > 0 && (wordByte(name[i-1]) || name[i-1] == '-' || name[i-1] == '.') {
		i--
	}
	return strings.Trim(name[i:], ".-")
}

// lengthsOf are the lengths that a pattern of fixed length can match, at most
// maxOpaque.
func lengthsOf(pattern string) []int {
	parsed, err := re.Parse(pattern, re.Perl)
	if err != nil {
		return nil
	}
	sums := fixed(parsed)
	return slices.DeleteFunc(sums, func(n int) bool { return n > maxOpaque })
}

// fixed are the lengths an expression can match, of those that opaque keys are
// written with: literals, classes, counts and alternatives.
func fixed(r *re.Regexp) []int {
	switch r.Op {
	case re.OpLiteral:
		return []int{len(r.Rune)}
	case re.OpCharClass, re.OpAnyChar, re.OpAnyCharNotNL:
		return []int{1}
	case re.OpRepeat:
		var out []int
		for _, n := range fixed(r.Sub[0]) {
			for k := r.Min; k <= max(r.Min, r.Max); k++ {
				out = append(out, n*k)
			}
		}
		return out
	case re.OpCapture:
		return fixed(r.Sub[0])
	case re.OpAlternate:
		var out []int
		for _, sub := range r.Sub {
			out = append(out, fixed(sub)...)
		}
		return out
	case re.OpConcat:
		sums := []int{0}
		for _, sub := range r.Sub {
			var next []int
			for _, a := range sums {
				for _, b := range fixed(sub) {
					next = append(next, a+b)
				}
			}
			sums = next
		}
		return sums
	}
	return []int{0}
}

func longestFirst(all []anchored) {
	slices.SortStableFunc(all, func(a, b anchored) int {
		if d := len(b.text) - len(a.text); d != 0 || a.shape.Strong == b.shape.Strong {
			return d
		}
		if a.shape.Strong {
			return -1
		}
		return 1
	})
}

// KeysAnywhere finds the keys of AI providers and of agents' tools in a text of
// any kind, in one pass. Placeholders and examples are left out. It takes time
// linear in the text and does not keep it.
func KeysAnywhere(text []byte) []Judgement {
	e := anywhereOf()
	var out []Judgement
	runs := &e.runs
	for p := 0; p+stride < len(text) && len(out) < maxHits; {
		if !runs[text[p]] {
			p += stride
			continue
		}
		if !runs[text[p+stride]] {
			p += 2 * stride
			continue
		}
		if i := gap(runs, text[p+1:p+stride]); i >= 0 {
			p += stride
			continue
		}
		start, end := p, p+stride+1
		for start > 0 && runs[text[start-1]] {
			start--
		}
		for end < len(text) && runs[text[end]] {
			end++
		}
		if n := end - start; n >= leastRun && n <= longestRun {
			out = e.run(out, text, start, end)
		}
		p = end + 1
	}
	return tidy(out)
}

// gap is where in a piece something stands that is no part of a run, -1 if it
// is all of one. Words end most often in its middle.
func gap(runs *[256]bool, piece []byte) int {
	for i := len(piece) / 2; i < len(piece); i++ {
		if !runs[piece[i]] {
			return i
		}
	}
	for i := range piece[:len(piece)/2] {
		if !runs[piece[i]] {
			return i
		}
	}
	return -1
}

// run compares what begins a run, or a word in it, with the shapes.
func (e *anywhere) run(out []Judgement, text []byte, start, end int) []Judgement {
	found := len(out)
	for i := start; i+1 < end; i++ {
		if i > start && e.word[text[i-1]] && (i > start+5 || !escaped(text, start, i)) {
			continue
		}
		if !e.first[int(text[i])<<8|int(text[i+1])] {
			continue
		}
		if j, ok := e.shaped(text, i); ok {
			out = append(out, j)
			i = max(i, j.End-1)
		}
	}
	if len(out) == found && end-start <= maxOpaque {
		if j, ok := e.opaqueRun(text, start, end); ok {
			out = append(out, j)
		}
	}
	return out
}

// escaped says whether a run begins with the rest of an escape that ends at i:
// \n, \u0022, %22.
func escaped(text []byte, start, i int) bool {
	if start == 0 {
		return false
	}
	switch c := text[start-1]; {
	case c == '%':
		return i == start+2 && isHex(string(text[start:i]))
	case c == '\\' && i == start+1:
		return strings.IndexByte("nrtbf", text[start]) >= 0
	case c == '\\' && i == start+5:
		return text[start] == 'u' && isHex(string(text[start+1:i]))
	}
	return false
}

// shaped judges the shapes whose anchor begins at i.
func (e *anywhere) shaped(text []byte, i int) (Judgement, bool) {
	for _, a := range e.anchor[[2]byte{text[i], text[i+1]}] {
		from := i - a.back
		if from < 0 || len(text)-from < len(a.text) || string(text[from:from+len(a.text)]) != a.text {
			continue
		}
		start, end, ok := a.shape.find(string(text[from:min(len(text), from+longestKey)]))
		if !ok {
			continue
		}
		start, end = from+start, from+end
		if end < len(text) && e.runs[text[end]] && text[end] != '/' && text[end] != '+' && !strings.ContainsAny(a.shape.Pattern, "/+") {
			continue // longer than any key of the shape
		}
		around := aroundKey(text, start, end)
		confidence := High
		if !a.shape.Strong {
			if named, near := around.agree(a.shape); !named && !near {
				if !a.shape.Distinct || !generated(a.shape.body(string(text[start:end])), 20) {
					continue
				}
				confidence = Medium
			}
		}
		j := a.shape.judgement(newScope(Context{Place: InText}), string(text[start:end]), 0, end-start, confidence)
		j.Start, j.End = start, end
		if a.shape.ID == "google-api-key" {
			j.googleKey(around)
		}
		return j, j.IsCredential()
	}
	return Judgement{}, false
}

// Words near a Google key that tell what it is for. The same shape is that of
// keys for maps and of Firebase's, which are in every page that uses them.
var (
	ofGemini   = []string{"gemini", "generativelanguage", "genai", "generative", "palm", "aistudio", "bard", "vertex"}
	ofBrowsers = []string{"authdomain", "firebase", "messagingsenderid", "measurementid", "storagebucket", "appid", "projectid", "maps", "youtube", "places", "recaptcha", "analytics", "android", "gms", "current_key", "geocod", "customsearch", "translate", "calendar", "gcm", "fcm"}
)

func (j *Judgement) googleKey(around *surroundings) {
	switch {
	case mentionsAny(around.near.lower, ofGemini):
	case mentionsAny(around.near.lower, ofBrowsers):
		j.Class = Publishable
	default:
		j.Confidence = Low
	}
}

func mentionsAny(lower string, words []string) bool {
	for _, w := range words {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// What stands around a key on its line and the lines beside it, in bytes.
const (
	reachBefore = 200
	reachAfter  = 200
)

// aroundKey are the words around a key in a text of any kind.
func aroundKey(text []byte, start, end int) *surroundings {
	before := string(text[max(0, start-reachBefore):start])
	after := string(text[end:min(len(text), end+reachAfter)])
	return &surroundings{near: newPhrase(before + " " + after)}
}

// given says whether what begins at start is given to something: behind "=",
// ":", a bracket, a comma or "Bearer".
func given(text []byte, start int) bool {
	i := start
	for i > 0 && start-i < 8 && strings.IndexByte(" \t\"'`\\>", text[i-1]) >= 0 {
		i--
	}
	if i == 0 {
		return false
	}
	return strings.IndexByte("=:,([", text[i-1]) >= 0 || i >= 6 && strings.EqualFold(string(text[i-6:i]), "bearer")
}

// opaqueRun judges a run as a whole: a key without a fixed beginning, whose
// provider is named around it. It must be given to something.
func (e *anywhere) opaqueRun(text []byte, start, end int) (Judgement, bool) {
	if end < len(text) && text[end] == '.' { // two parts with a dot between
		stop := end + 1
		for stop < len(text) && e.runs[text[stop]] && stop-end <= maxOpaque {
			stop++
		}
		if n := stop - end - 1; n >= 16 && n <= 64 {
			end = stop
		}
	} else if start >= 12 && text[start-1] == '.' && end-start == 43 {
		start -= 12
	}
	if n := end - start; n > maxOpaque || !e.lengths[n] || !given(text, start) {
		return Judgement{}, false
	}
	around := aroundKey(text, start, end)
	secret := string(text[start:end])
	name := newPhrase(GivenName(text, start))
	if mentionsWord(name, notKeys) {
		return Judgement{}, false
	}
	for _, s := range e.opaque {
		if !s.whole().MatchString(secret) || !generated(secret, 20) {
			continue
		}
		if named, near := around.agree(s); !named && !near && !s.Distinct {
			continue
		}
		if isUUID(secret) && !mentionsWord(name, ofKeys) {
			continue // identifiers of anything are written so
		}
		j := s.judgement(newScope(Context{Place: InText}), secret, 0, len(secret), Medium)
		j.Start, j.End = start, end
		return j, j.IsCredential()
	}
	return Judgement{}, false
}
