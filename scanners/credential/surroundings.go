package credential

import "strings"

// surroundings are the words that can confirm a shape that is weak alone.
type surroundings struct {
	name, near phrase
	assigns    bool // the text before ends in "=", ":" or a scheme
}

// phrase is a text as written and in lower case.
type phrase struct{ raw, lower string }

func newPhrase(raw string) phrase { return phrase{raw, strings.ToLower(raw)} }

// contextReach is how far before a weak shape in running text its provider's
// name may stand, in bytes.
const contextReach = 48

// surroundings are those of the value, or in running text of offset i.
func (f *finder) surroundings(i int) *surroundings {
	if f.around != nil && (!f.running || f.aroundAt == i) {
		return f.around
	}
	near := strings.Join(f.ctx.Near, " ")
	if !f.running {
		f.around = &surroundings{name: newPhrase(f.ctx.Name), near: newPhrase(near)}
		return f.around
	}
	before := f.text[max(0, i-contextReach):i]
	tail := strings.TrimRight(before, " \t\"'`\\>")
	if near != "" {
		before = near + " " + before
	}
	f.around, f.aroundAt = &surroundings{near: newPhrase(before)}, i
	f.around.assigns = tail != "" && strings.IndexByte("=:,", tail[len(tail)-1]) >= 0 || strings.HasSuffix(strings.ToLower(tail), "bearer")
	return f.around
}

// agree says whether the name, or only what is near, names a shape's provider.
func (s *surroundings) agree(k *shape) (named, near bool) {
	for _, env := range k.envs {
		if env == s.name.lower || strings.Contains(s.near.lower, env) {
			return true, true
		}
	}
	for _, word := range k.Context {
		if s.name.mentions(word) {
			return true, true
		}
		near = near || s.near.mentions(word)
	}
	return false, near
}

// mentions says whether a text contains a context word. A short word must be a
// word of the text: exa is no part of example.
func (p phrase) mentions(word string) bool {
	if !strings.Contains(p.lower, word) {
		return false
	}
	if len(word) >= 5 || strings.ContainsAny(word, ".-_0123456789") {
		return true
	}
	for _, w := range words(p.raw) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
