package credential

import (
	"strings"
	"unicode/utf8"
)

// Judge says what a value of a configuration is, in the order of the package
// comment. Judgements are in order of their place and do not overlap; a value
// of which there is nothing to say gives none. A range covers the bytes as
// written; the Secret is what they stand for, without percent-encoding or
// base64, so that hashes agree however a credential is written.
func Judge(ctx Context, value string) []Judgement {
	return tidy(judgeValue(newScope(ctx), value))
}

func judgeValue(ctx *scope, value string) []Judgement {
	if len(value) > maxValue {
		return judgeLong(ctx, value)
	}
	start, end := trimmed(value)
	if start == end {
		return nil
	}
	if js, ok := judgeReference(ctx, value, start, end); ok {
		return js
	}
	if js := judgePEM(ctx, value); js != nil {
		return js
	}
	if ctx.Place != InText {
		if js, ok := judgeDocument(ctx, value); ok {
			return js
		}
	}
	if classifyName(ctx.Name) == nameVariable {
		return judgeVariable(ctx, value, start, end)
	}
	return judgePlain(ctx, value, start, end)
}

// judgePlain judges a value that is no document.
func judgePlain(ctx *scope, value string, start, end int) []Judgement {
	if isURL(value[start:end]) {
		return judgeURL(ctx, value, start, end)
	}
	if js := judgeConnection(ctx, value, start, end); js != nil {
		return js
	}
	if isCookie(ctx, value[start:end]) {
		return judgeCookies(ctx, value, start, end)
	}
	start, end = unquoted(value, start, end)
	if name, ok := assignment(value[start:end]); ok && classifyName(name) >= nameWeak && classifyName(ctx.Name) < nameWeak && ctx.Place != InText {
		if part, ok := ctx.named(name).deeper(); ok { // X-Api-Key=…, TOKEN=…
			return shift(judgeValue(part, value[start+len(name)+1:end]), start+len(name)+1)
		}
	}
	if owner, ok := ownedKey(ctx.Name, value[start:end]); ok {
		if part, ok := ctx.named(owner + "_" + ctx.Name).deeper(); ok { // api-key: gemini=…
			return shift(judgeValue(part, value[start+len(owner)+1:end]), start+len(owner)+1)
		}
	}
	if strings.IndexByte(value[start:end], ' ') >= 0 {
		if js, ok := judgePhrase(ctx, value, start, end); ok {
			return js
		}
	}
	if _, from := scheme(value, start, end); ctx.Place == InText || strings.ContainsAny(value[from:end], " \t\r\n") {
		return judgeText(ctx, value)
	}
	return judgeScheme(ctx, value, start, end)
}

// ownedKey is the provider of provider=key, as Aider writes its keys
// (aider.chat/docs/config/aider_conf.html).
func ownedKey(name, value string) (owner string, ok bool) {
	owner, key, ok := strings.Cut(value, "=")
	return owner, ok && len(owner) >= 2 && len(owner) <= 24 && len(key) >= 8 && key[0] != '=' &&
		strings.Trim(owner, "abcdefghijklmnopqrstuvwxyz-_") == "" && classifyName(name) == nameSecret && kindOf(&scope{Context: Context{Name: name}}) == "opaque"
}

// judgeVariable judges a value where the name of a variable is wanted. Names
// are not secret, but people put the value there, alone or behind the name.
func judgeVariable(ctx *scope, value string, start, end int) []Judgement {
	if name, ok := assignment(value[start:end]); ok && classifyName(name) >= nameWeak {
		if part, ok := ctx.named(name).deeper(); ok {
			return shift(judgeValue(part, value[start+len(name)+1:end]), start+len(name)+1)
		}
	}
	if js := credentials(judgeShapes(ctx, value, start, end), Low); len(js) > 0 {
		return js
	}
	return ctx.says(VariableName, start, end)
}

// judgeLong searches a value too long to be one.
func judgeLong(ctx *scope, value string) []Judgement {
	js := order(searchNear(value, append([]string{ctx.Name}, ctx.Near...)))
	for i := range js {
		js[i].Place, js[i].Name = ctx.Place, ctx.Name
	}
	return js
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

// unquoted is the range without quotes that a value carries within itself.
func unquoted(value string, start, end int) (from, to int) {
	if end-start > 2 && (value[start] == '"' || value[start] == '\'') && value[start] == value[end-1] {
		return start + 1, end - 1
	}
	return start, end
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// schemes are words that stand before a credential in a header.
var schemes = []string{"bearer", "basic", "token", "apikey", "api-key", "key", "bot", "jwt", "ssws", "genie"}

// scheme is the authentication scheme value[start:end] begins with, lower case,
// and where what follows it begins.
func scheme(value string, start, end int) (name string, from int) {
	s := value[start:end]
	rest := ""
	word, _, ok := strings.Cut(s[:min(len(s), 16)], " ")
	if ok {
		rest = s[len(word)+1:]
	} else if word, _, ok = strings.Cut(s[:min(len(s), 16)], "%20"); ok {
		rest = s[len(word)+3:]
	} else {
		return "", start
	}
	for _, known := range schemes {
		if strings.EqualFold(word, known) {
			rest = strings.TrimLeft(rest, " ")
			for _, prefix := range []string{"token=", "Token=", "key=", "\"", "'"} {
				rest = strings.TrimPrefix(rest, prefix)
			}
			return known, end - len(rest)
		}
	}
	return "", start
}

// judgeScheme takes the scheme off and judges what follows. A scheme says
// itself that a credential follows, whatever the name.
func judgeScheme(ctx *scope, value string, start, end int) []Judgement {
	name, from := scheme(value, start, end)
	if name == "" {
		return judgeToken(ctx, value, start, end)
	}
	for end > from && (value[end-1] == '"' || value[end-1] == '\'') {
		end--
	}
	if from == end {
		return nil
	}
	if name == "basic" {
		if js, ok := judgeBasic(ctx, value, from, end); ok {
			return js
		}
	}
	part := ctx.named("Authorization")
	part.Near = append([]string{ctx.Name}, ctx.Near...)
	js := judgeToken(part, value, from, end)
	for i := range js {
		js[i].Name = ctx.Name
	}
	return js
}

// judgeBasic decodes user:password. The secret is the password, the range the
// base64 text.
func judgeBasic(ctx *scope, value string, start, end int) ([]Judgement, bool) {
	plain, ok := decode64(value[start:end])
	if !ok || !utf8.Valid(plain) {
		return nil, false
	}
	user, password, ok := strings.Cut(string(plain), ":")
	if !ok {
		return nil, false
	}
	if password == "" || strings.EqualFold(password, "x") || password == "x-oauth-basic" || password == "api_token" {
		user, password = "", user // some services take the key as the user
	}
	if class, _, ok := reference(ctx, password); ok {
		js := ctx.says(class, start, end)
		js[0].Reference = Redact(password)
		return js, true
	}
	part := ctx.named("password")
	for _, j := range judgeShapes(part, password, 0, len(password)) {
		j.Start, j.End, j.Name = start, end, ctx.Name
		return []Judgement{j}, true
	}
	if password == "" || placeholder("", password) || user != "" && placeholder("", user) || commonPassword(password) || strings.EqualFold(user, password) {
		return ctx.says(Placeholder, start, end), true
	}
	confidence := Medium
	if !strong(password) && len(password) < 8 {
		confidence = Low
	}
	return ctx.finds("basic-auth", confidence, password, start, end), true
}

// isCookie says whether a value is a cookie header's: name=value pairs.
func isCookie(ctx *scope, s string) bool {
	name, _, ok := strings.Cut(s, "=")
	if !ok {
		return false
	}
	w := words(ctx.Name)
	return len(w) > 0 && in(" COOKIE COOKIES ", w[len(w)-1]) && plainName(strings.TrimSpace(name)) && !generated(name, 20)
}

// judgeCookies judges every cookie by its value: their names promise nothing.
func judgeCookies(ctx *scope, value string, start, end int) []Judgement {
	var out []Judgement
	for n := 0; start < end && n < 200; n++ {
		stop := end
		if i := strings.IndexByte(value[start:end], ';'); i >= 0 {
			stop = start + i
		}
		if i := strings.IndexByte(value[start:stop], '='); i >= 0 {
			name := strings.TrimSpace(value[start : start+i])
			from, to := unquoted(value, start+i+1, stop)
			for _, j := range decoded(ctx, value, from, to, judgeToken) {
				// Low is a language or a theme; _ga and _gid count visitors.
				if j.Class == Literal && j.Confidence > Low && !strings.HasPrefix(name, "_g") || j.Class == Reference || j.Class == Unexpanded {
					out = append(out, j)
				}
			}
		}
		start = stop + 1
	}
	return out
}
