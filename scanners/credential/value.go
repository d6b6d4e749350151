package credential

import (
	"regexp"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxValue bounds a value that is judged by all means, in bytes; longer ones
// are searched for shapes only.
const maxValue = 64 << 10

// maxNesting bounds documents in values in documents.
const maxNesting = 2

// Judge says what a value of a configuration is. The order: a document in a
// string, a URL, a connection string, running text, then the value itself: the
// authentication scheme is taken off, a reference recognised, vendors' shapes
// tried, placeholders set aside, and at last the name decides what an opaque
// value is. Judgements are in order of their place and do not overlap; a value
// of which there is nothing to say gives none.
func Judge(ctx Context, value string) []Judgement {
	return tidy(judgeValue(&ctx, value, maxNesting))
}

// IsCredential says whether a judgement is about a literal credential.
func (j *Judgement) IsCredential() bool { return j.Class == Literal || j.Class == Publishable }

// tidy orders judgements and drops what overlaps an earlier one.
func tidy(js []Judgement) []Judgement {
	sort.SliceStable(js, func(a, b int) bool { return js[a].Start < js[b].Start })
	out := js[:0]
	end := 0
	for _, j := range js {
		if j.Start >= end && j.End > j.Start {
			out = append(out, j)
			end = j.End
		}
	}
	return out
}

func judgeValue(ctx *Context, value string, nesting int) []Judgement {
	if len(value) > maxValue {
		return Search([]byte(value))
	}
	start, end := trimmed(value)
	if start == end {
		return nil
	}
	body := value[start:end]
	if from, to, ok := fallback(body); ok {
		js := []Judgement{{Class: Reference, Place: ctx.Place, Name: ctx.Name, Start: start, End: start + from, Reference: body[:from]}}
		return append(js, shift(judgeValue(ctx, body[from:to], nesting), start+from)...)
	}
	if j, ok := privateKey(ctx, value); ok {
		return []Judgement{j}
	}
	if nesting > 0 && ctx.Place != InText {
		if js, ok := judgeDocument(ctx, value, nesting-1); ok {
			return js
		}
	}
	if isURL(body) {
		return judgeURL(ctx, value, start, end)
	}
	if js := judgeConnection(ctx, value); js != nil {
		return js
	}
	if class := classifyName(ctx.Name); class == nameVariable {
		return []Judgement{{Class: VariableName, Place: ctx.Place, Name: ctx.Name, Start: start, End: end}}
	}
	if _, from := scheme(value, start, end); ctx.Place == InText || strings.ContainsAny(value[from:end], " \t\r\n") {
		return judgeText(ctx, value)
	}
	return judgeScheme(ctx, value, start, end)
}

// isURL says whether a value as a whole is a URL.
func isURL(s string) bool { return schemeEnd(s) > 0 && !strings.ContainsAny(s, " \t\r\n\"'") }

func trimmed(s string) (start, end int) {
	start, end = 0, len(s)
	for start < end && isSpace(s[start]) {
		start++
	}
	for end > start && isSpace(s[end-1]) {
		end--
	}
	return start, end
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func shift(js []Judgement, by int) []Judgement {
	for i := range js {
		js[i].Start += by
		js[i].End += by
	}
	return js
}

// schemes are words that stand before a credential in a header.
var schemes = []string{"bearer", "basic", "token", "apikey", "api-key", "key", "bot"}

// scheme is the authentication scheme value[start:end] begins with, lower case,
// and where what follows it begins.
func scheme(value string, start, end int) (name string, from int) {
	s := value[start:end]
	word, rest, ok := strings.Cut(s, " ")
	if !ok {
		if word, rest, ok = strings.Cut(s, "%20"); !ok {
			return "", start
		}
	}
	for _, known := range schemes {
		if strings.EqualFold(word, known) {
			from = end - len(strings.TrimLeft(rest, " "))
			if after, ok := strings.CutPrefix(value[from:end], "token="); ok {
				from = end - len(after)
			}
			return known, from
		}
	}
	return "", start
}

// judgeScheme takes the scheme off and judges what follows.
func judgeScheme(ctx *Context, value string, start, end int) []Judgement {
	for _, quote := range []byte{'"', '\''} { // a quoted value in a value
		if end-start > 2 && value[start] == quote && value[end-1] == quote {
			start, end = start+1, end-1
		}
	}
	name, from := scheme(value, start, end)
	if name == "" {
		return judgeToken(ctx, value, start, end)
	}
	inner := *ctx
	if classifyName(inner.Name) < nameWeak && inner.Name != "" || inner.Name == "" {
		inner.Name = "Authorization"
		if ctx.Name != "" {
			inner.Name = ctx.Name
		}
	}
	if name == "basic" {
		if js, ok := judgeBasic(&inner, value, from, end); ok {
			return js
		}
	}
	js := judgeToken(&inner, value, from, end)
	if js == nil && strong(value[from:end]) && ctx.Place != InText {
		js = []Judgement{{Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: from, End: end, Kind: "bearer-token", Confidence: Medium, Secret: Secret{value[from:end]}}}
	}
	return js
}

// judgeBasic decodes user:password. The secret is the password, the range the
// base64 text.
func judgeBasic(ctx *Context, value string, start, end int) ([]Judgement, bool) {
	plain, ok := decode64(value[start:end])
	if !ok || !utf8.Valid(plain) {
		return nil, false
	}
	user, password, ok := strings.Cut(string(plain), ":")
	if !ok {
		return nil, false
	}
	if password == "" {
		user, password = "", user // some services take the key as the user
	}
	whole := Judgement{Place: ctx.Place, Name: ctx.Name, Start: start, End: end}
	if strings.ContainsAny(password, "${<") && placeholder("", password) || placeholder("", password) || commonPassword(password) && commonPassword(user) || strings.EqualFold(user, password) {
		whole.Class = Placeholder
		return []Judgement{whole}, true
	}
	for _, j := range judgeToken(&Context{Place: ctx.Place, Name: "password", Near: ctx.Near}, password, 0, len(password)) {
		if j.IsCredential() {
			j.Start, j.End, j.Name, j.Place = start, end, ctx.Name, ctx.Place
			if j.Kind == "password" {
				j.Kind = "basic-auth"
			}
			j.Confidence = max(j.Confidence, Medium)
			return []Judgement{j}, true
		}
	}
	whole.Class = Harmless
	return []Judgement{whole}, true
}

// privateKey finds a PEM private key, with line ends real or written as \n.
func privateKey(ctx *Context, value string) (Judgement, bool) {
	start := strings.Index(value, "-----BEGIN ")
	if start < 0 {
		return Judgement{}, false
	}
	head, _, ok := strings.Cut(value[start+11:], "-----")
	if !ok || len(head) > 40 || !strings.HasSuffix(head, "PRIVATE KEY") {
		return Judgement{}, false
	}
	end := len(value)
	if i := strings.Index(value[start:], "-----END "); i >= 0 {
		if k := strings.Index(value[start+i+9:], "-----"); k >= 0 {
			end = start + i + 9 + k + 5
		}
	}
	body := value[start+11+len(head) : end]
	if len(body) < 100 || strongPlaceholders().MatchString(strings.ReplaceAll(body, "-----", "")) {
		return Judgement{}, false
	}
	return Judgement{
		Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: start, End: end,
		Kind: "private-key", Confidence: High, Secret: Secret{value[start:end]},
	}, true
}

// connection finds the password of "Server=…;Password=…" and "host=… password=…".
var connection = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[;\s])(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*("[^"]*"|'[^']*'|[^;\s"']+)`)
})

func judgeConnection(ctx *Context, value string) []Judgement {
	lower := strings.ToLower(value)
	if !strings.Contains(lower, "host=") && !strings.Contains(lower, "server=") && !strings.Contains(lower, "data source=") && !strings.Contains(lower, "accountname=") &&
		!strings.Contains(lower, "endpoint=") && !strings.Contains(lower, "dbname=") {
		return nil
	}
	m := connection().FindStringSubmatchIndex(value)
	if m == nil {
		return nil
	}
	start, end := m[2], m[3]
	if c := value[start]; end-start >= 2 && (c == '"' || c == '\'') {
		start, end = start+1, end-1
	}
	secret := value[start:end]
	local := strings.Contains(lower, "localhost") || strings.Contains(lower, "127.0.0.1")
	if class, ok := reference(ctx, secret); ok {
		return []Judgement{{Class: class, Place: ctx.Place, Name: ctx.Name, Start: start, End: end, Reference: secret}}
	}
	if secret == "" || placeholder("", secret) || local && commonPassword(secret) {
		return []Judgement{{Class: Placeholder, Place: ctx.Place, Name: ctx.Name, Start: start, End: end}}
	}
	j := Judgement{Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: start, End: end, Kind: "connection-string", Confidence: Medium, Secret: Secret{secret}}
	if local && !generated(secret, 16) || commonPassword(secret) {
		j.Confidence = Low
	}
	return []Judgement{j}
}
