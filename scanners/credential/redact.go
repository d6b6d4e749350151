package credential

import "strings"

// Mask stands where a credential stood. Its length says nothing.
const Mask = "••••••"

// Redact masks everything in a text that could be a credential, for texts that
// are published. It errs on the side of masking; words, paths, package names,
// hosts and versions stay readable.
func Redact(s string) string { return RedactRanges(s, nil) }

// RedactKnown masks only what has a vendor's shape, for names and pointers
// that must otherwise stay as they are written.
func RedactKnown(s string) string {
	var b strings.Builder
	at := 0
	for _, j := range tidy(searchNear(s, nil)) {
		b.WriteString(s[at:j.Start] + Mask)
		at = j.End
	}
	return b.String() + s[at:]
}

// RedactRanges masks the ranges of judgements that are credentials, then
// whatever Redact would mask in the rest.
func RedactRanges(s string, js []Judgement) string {
	if s == "" {
		return s
	}
	var b strings.Builder
	at := 0
	kept := make([]Judgement, 0, len(js))
	for i := range js {
		if js[i].IsCredential() && js[i].Start >= 0 && js[i].End <= len(s) {
			kept = append(kept, js[i])
		}
	}
	for _, j := range tidy(kept) {
		redactRest(&b, s[at:j.Start])
		b.WriteString(Mask)
		at = j.End
	}
	redactRest(&b, s[at:])
	return b.String()
}

// redactRest masks what a look at the text alone gives away.
func redactRest(b *strings.Builder, s string) {
	if len(s) < 6 {
		b.WriteString(s)
		return
	}
	js := searchNear(s, nil)
	if i := strings.Index(s, "://"); i >= 0 {
		js = append(js, urlParts(s)...)
	}
	at := 0
	for _, j := range tidy(js) {
		if !j.IsCredential() {
			continue
		}
		redactTokens(b, s[at:j.Start])
		b.WriteString(Mask)
		at = j.End
	}
	redactTokens(b, s[at:])
}

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
		for start > at && (classOf(s[start-1]) != 'o' || s[start-1] == '+') {
			start--
		}
		for end < len(s) && strings.IndexByte(" \t\r\n\"'`<>\\", s[end]) < 0 {
			end++
		}
		if l, ok := locate(s[start:end]); ok {
			if l.passEnd > l.passStart && !strings.HasPrefix(s[start+l.passStart:], "$") {
				out = append(out, masked(start+l.passStart, start+l.passEnd))
			}
			if l.queryStart > 0 {
				for _, j := range judgeQuery(&Context{Place: InURL}, s[start:end], l.queryStart, l.end) {
					if j.IsCredential() {
						out = append(out, masked(start+j.Start, start+j.End))
					}
				}
			}
		}
		at = end
	}
	return out
}

func masked(start, end int) Judgement { return Judgement{Class: Literal, Start: start, End: end} }

// redactTokens masks the tokens that look generated.
func redactTokens(b *strings.Builder, s string) {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && (wordByte(s[i]) || s[i] == '-' || s[i] == '+' || s[i] == '=' || s[i] == '~') {
			continue
		}
		token := s[start:i]
		if generated(strings.Trim(token, "=-+"), 20) && !strings.HasSuffix(s[:start], "sha256:") {
			name, value, ok := strings.Cut(token, "=")
			if ok && plainName(name) && value != "" && !generated(name, 20) {
				b.WriteString(name + "=")
			}
			b.WriteString(Mask)
		} else {
			b.WriteString(token)
		}
		if i < len(s) {
			b.WriteByte(s[i])
		}
		start = i + 1
	}
}
