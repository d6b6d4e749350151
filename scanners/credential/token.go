package credential

import (
	"strings"
)

// judgeToken judges one value without structure of its own: what is left when
// schemes, references, URLs and documents are taken away. value[start:end] is
// the token.
func judgeToken(ctx *Context, value string, start, end int) []Judgement {
	token := value[start:end]
	if token == "" {
		return nil
	}
	if class, ok := reference(ctx, token); ok {
		return []Judgement{{Class: class, Place: ctx.Place, Name: ctx.Name, Start: start, End: end, Reference: token}}
	}
	if js := judgeShapes(ctx, value, start, end); js != nil {
		return js
	}
	if class := classifyName(ctx.Name); class <= nameHarmless && ctx.Place != InHeader && ctx.Name != "userinfo" {
		return nil // whatever it is, nothing calls it a credential
	}
	if placeholder(ctx.Name, token) {
		return []Judgement{{Class: Placeholder, Place: ctx.Place, Name: ctx.Name, Start: start, End: end}}
	}
	return judgeByName(ctx, value, start, end)
}

// judgeShapes looks for vendors' shapes and tokens that prove themselves.
func judgeShapes(ctx *Context, value string, start, end int) []Judgement {
	token := value[start:end]
	e := shapes()
	var out []Judgement
	for i := start; i < end; {
		if i == start || !wordByte(value[i-1]) {
			if n := jwtEnd(value[i:end]); n > 0 {
				if j, ok := judgeJWT(ctx, value, i, i+n); ok {
					out = append(out, j)
					i += n
					continue
				}
			}
			if s, from, to, ok := e.at(value[:end], i); ok {
				named, near := s.agrees(ctx)
				if s.Strong || named || near {
					out = append(out, s.judgement(ctx, value, from, to, High))
					i = max(to, i+1)
					continue
				}
			}
		}
		i++
	}
	if out != nil {
		return out
	}
	for i := range e.shapes {
		s := &e.shapes[i]
		if s.Strong || len(s.Literals) > 0 || !s.whole.MatchString(token) {
			continue
		}
		named, near := s.agrees(ctx)
		class := classifyName(ctx.Name)
		if named && class != nameHarmless && class != nameVariable || near && class >= nameWeak {
			confidence := Medium
			if named {
				confidence = High
			}
			return []Judgement{s.judgement(ctx, value, start, end, confidence)}
		}
	}
	return nil
}

// judgeByName judges an opaque value by what its name promises.
func judgeByName(ctx *Context, value string, start, end int) []Judgement {
	token := value[start:end]
	class := classifyName(ctx.Name)
	if ctx.Place == InHeader && class == nameNeutral {
		class = nameWeak
	}
	j := Judgement{
		Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: start, End: end,
		Kind: kindOf(ctx.Name), Confidence: Low, Secret: Secret{token},
	}
	switch class {
	case nameVariable:
		return []Judgement{{Class: VariableName, Place: ctx.Place, Name: ctx.Name, Start: start, End: end}}
	case nameNeutral, nameHarmless:
		return nil
	case namePublic:
		if !generated(token, 16) {
			return nil
		}
		j.Class, j.Confidence = Publishable, Medium
		return []Judgement{j}
	}
	switch {
	case ordinary(token):
		return nil
	case strong(token):
		j.Confidence = Medium
	case class == nameWeak || len(token) < 4 || wordy(token) && j.Kind != "password":
		return nil
	}
	return []Judgement{j}
}

// strong says whether a value looks generated, or like a password that takes
// some guessing: long, of three classes, and no plain word with a year.
func strong(s string) bool {
	if generated(s, 16) {
		return true
	}
	t := count(s)
	classes := 0
	for _, n := range []int{t.lower, t.upper, t.digit, t.other} {
		if n > 0 {
			classes++
		}
	}
	return len(s) >= 12 && classes >= 3 && t.turns >= 3 && entropy(s) >= 3 || len(s) >= 10 && classes == 4
}

// ordinary are values that no credential looks like, whatever their name says.
func ordinary(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "none", "null", "required", "optional", "auto", "bearer", "basic", "oauth", "oauth2", "jwt", "api_key", "apikey",
		"string", "env", "file", "keychain", "keyring", "header", "query", "password", "secret", "token", "default", "disabled", "enabled", "any", "static":
		return true
	}
	t := count(s)
	switch {
	case t.lower+t.upper == 0 && len(s) < 9 && t.other <= 1: // numbers
		return true
	case strings.HasPrefix(s, "/"), strings.HasPrefix(s, "./"), strings.HasPrefix(s, "../"), strings.HasPrefix(s, "~/"), strings.HasPrefix(s, "$"), strings.HasPrefix(s, "%"):
		return !generated(strings.Trim(s, "/"), 20) || strings.Count(s, "/") > 1
	case len(s) > 2 && s[1] == ':' && s[2] == '\\':
		return true
	case strings.HasPrefix(s, "sha256:"), strings.HasPrefix(s, "sha512-"), strings.HasPrefix(s, "sha256-"), strings.HasPrefix(s, "sha384-"), strings.HasPrefix(s, "sha1-"):
		return true
	case strings.HasPrefix(s, "ssh-rsa "), strings.HasPrefix(s, "ssh-ed25519 "), strings.HasPrefix(s, "-----BEGIN PUBLIC KEY"), strings.HasPrefix(s, "-----BEGIN CERTIFICATE"):
		return true
	case strings.Contains(s, "{{") || strings.Contains(s, "}}"), strings.Contains(s, "(") && strings.Contains(s, ")"):
		return true
	}
	for _, ending := range []string{".json", ".pem", ".key", ".txt", ".yaml", ".yml", ".env", ".crt", ".toml", ".sh", ".py", ".js", ".ts"} {
		if strings.HasSuffix(s, ending) {
			return true
		}
	}
	return email(s)
}

func email(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && strings.IndexByte(s[at:], '.') > 1 && !strings.ContainsAny(s, ":/ ")
}

// wordy says whether a value is made of words: my-service-account, Opus.
func wordy(s string) bool {
	t := count(s)
	return t.digit <= 2 && t.consonants < 5 && t.turns <= 2 && (t.other > 0 || len(s) < 16)
}

// kindOf names an unattributed credential by its name.
func kindOf(name string) string {
	for _, w := range words(name) {
		switch w {
		case "PASSWORD", "PASSWD", "PASS", "PWD", "PASSPHRASE":
			return "password"
		case "COOKIE", "COOKIES", "SESSION":
			return "cookie"
		case "AUTHORIZATION", "BEARER":
			return "bearer-token"
		}
	}
	return "opaque"
}
