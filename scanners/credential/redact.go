package credential

import (
	"strings"
)

// Mask stands where a credential stood. Its length says nothing.
const Mask = "••••••"

// Redact masks everything in a text that could be a credential, for texts that
// are published. It errs on the side of masking; words, paths, package names,
// hosts and versions stay readable.
func Redact(s string) string { return RedactRanges(s, nil) }

// RedactKnown masks only what Search finds, for names and pointers that must
// otherwise stay as they are written.
func RedactKnown(s string) string { return mask(s, order(searchNear(s, nil)), verbatim) }

// RedactRanges masks the ranges of judgements that are credentials, then
// whatever Redact would mask in the rest.
func RedactRanges(s string, js []Judgement) string {
	known := make([]Judgement, 0, len(js))
	for i := range js {
		if js[i].IsCredential() && js[i].Start >= 0 && js[i].End <= len(s) {
			known = append(known, masked(js[i].Start, js[i].End))
		}
	}
	known = union(known)
	// What surrounds a known credential is looked at with it in place: it may
	// be the middle of a URL or follow a name.
	guesses := searchNear(s, nil)
	guesses = append(guesses, urlParts(s)...)
	guesses = append(guesses, namedValues(s)...)
	return mask(s, union(append(known, guesses...)), redactTokens)
}

func masked(start, end int) Judgement { return Judgement{Class: Literal, Start: start, End: end} }

// union merges overlapping ranges, so that nothing of any of them stays.
func union(js []Judgement) []Judgement {
	var out []Judgement
	for _, j := range byStart(js) {
		if n := len(out); n > 0 && j.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, j.End)
			continue
		}
		if j.End > j.Start {
			out = append(out, masked(j.Start, j.End))
		}
	}
	return out
}

// mask replaces the ranges of js, which are in order, and gives what is
// between them to rest.
func mask(s string, js []Judgement, rest func(*strings.Builder, string)) string {
	var b strings.Builder
	at := 0
	for _, j := range js {
		if j.Start < at {
			continue
		}
		rest(&b, s[at:j.Start])
		b.WriteString(Mask)
		at = j.End
	}
	rest(&b, s[at:])
	return b.String()
}

func verbatim(b *strings.Builder, s string) { b.WriteString(s) }

// urlParts are passwords and credential-named parameters of the URLs in a text,
// however weak.
func urlParts(s string) []Judgement {
	var out []Judgement
	for at := 0; len(out) < maxHits; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return out
		}
		start, end := at+i, at+i+3
		for start > at && at+i-start < 24 && (classOf(s[start-1]) != 'o' || s[start-1] == '+') {
			start--
		}
		for end < len(s) && strings.IndexByte(" \t\r\n\"'`<>\\", s[end]) < 0 {
			end++
		}
		if l, ok := locate(s[start:end]); ok {
			out = append(out, urlGuesses(s[start:end], &l, start)...)
		}
		at = end
	}
	return out
}

func urlGuesses(s string, l *location, at int) []Judgement {
	var out []Judgement
	guess := func(start, end int) {
		if end > start && !isReference(s[start:end]) {
			out = append(out, masked(at+start, at+end))
		}
	}
	guess(l.passStart, l.passEnd)
	if l.passEnd == 0 && generated(s[l.userStart:l.userEnd], 16) {
		guess(l.userStart, l.userEnd)
	}
	for start, n := l.queryStart, 0; start > 0 && start < l.end && n < maxParameters; n++ {
		stop := l.end
		if i := strings.IndexAny(s[start:l.end], "&;#"); i >= 0 {
			stop = start + i
		}
		if name, _, ok := strings.Cut(s[start:stop], "="); ok && classifyName(name) >= nameWeak {
			guess(start+len(name)+1, stop)
		}
		start = stop + 1
	}
	return out
}

// isReference says whether a text as a whole is a reference in any syntax.
func isReference(text string) bool {
	if strings.HasPrefix(text, Mask) {
		return true
	}
	whoever := newScope(Context{AnyReference: true})
	_, _, ok := reference(whoever, text)
	return ok && !strings.Contains(text, ":-") && !strings.HasPrefix(text, "$(")
}

// redactTokens masks the tokens that look generated.
func redactTokens(b *strings.Builder, s string) {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && tokenByte(s[i]) {
			continue
		}
		redactToken(b, s[start:i], s[:start])
		if i < len(s) {
			b.WriteByte(s[i])
		}
		start = i + 1
	}
}

// tokenByte are the characters of base64, base64url and percent-encoding.
func tokenByte(c byte) bool { return wordByte(c) || strings.IndexByte("-+=~/%", c) >= 0 }

// redactToken masks one token, or the parts of a path that look generated.
func redactToken(b *strings.Builder, token, before string) {
	if name, value, ok := strings.Cut(token, "="); ok && value != "" && plainName(name) && !generated(name, 20) {
		b.WriteString(name + "=")
		token = value
	}
	switch {
	case len(token) < 20, isDigest(lastWord(before) + token), isRevision(token, before):
		b.WriteString(token)
	case !strings.Contains(token, "/"):
		if generated(strings.Trim(token, "=-+~%"), 20) {
			token = Mask
		}
		b.WriteString(token)
	case scrambled(token):
		b.WriteString(Mask)
	default:
		for i, part := range strings.Split(token, "/") {
			if i > 0 {
				b.WriteByte('/')
			}
			if generated(strings.Trim(part, "=-+~%"), 20) {
				part = Mask
			}
			b.WriteString(part)
		}
	}
}

// isRevision says whether a token is the commit that an address of a repository
// is fixed to: git+https://host/name@ or github:owner/name# before 40 hex digits.
func isRevision(token, before string) bool {
	if len(token) != 40 || !isHex(token) || !strings.HasSuffix(before, "@") && !strings.HasSuffix(before, "#") {
		return false
	}
	address := before[max(0, len(before)-300):]
	address = address[strings.LastIndexAny(address, " \t\n\"'")+1:]
	return strings.HasPrefix(address, "git+") || strings.HasPrefix(address, "github:") || strings.HasPrefix(address, "gitlab:") || strings.HasSuffix(address[:len(address)-1], ".git")
}

// scrambled says whether a token with slashes is base64 rather than a path.
func scrambled(token string) bool {
	if isPath(token) {
		return false
	}
	joined := strings.ReplaceAll(token, "/", "")
	t := count(joined)
	return generated(joined, 20) && t.turns*4 >= len(joined) && t.upper*8 >= len(joined)
}

// lastWord is the word, with its separator, that a text ends in.
func lastWord(s string) string {
	s = s[max(0, len(s)-8):]
	i := len(s)
	for i > 0 && (classOf(s[i-1]) != 'o' || i == len(s) && s[i-1] == ':') {
		i--
	}
	return s[i:]
}
