package credential

import (
	"regexp"
	"strings"
	"sync"
)

// judgeToken judges one value without structure of its own: what is left when
// schemes, documents and URLs are taken away. value[start:end] is the token.
func judgeToken(ctx *scope, value string, start, end int) []Judgement {
	if start >= end {
		return nil
	}
	if js, ok := judgeReference(ctx, value, start, end); ok {
		return js
	}
	if js := judgeShapes(ctx, value, start, end); js != nil {
		return js
	}
	token := value[start:end]
	class := classifyName(ctx.Name)
	if ctx.Place == InHeader && class == nameNeutral && opaque(token) {
		class = nameWeak
	}
	switch class {
	case nameVariable:
		return judgeVariable(ctx, value, start, end)
	case nameNeutral, nameHarmless:
		return nil // whatever it is, nothing calls it a credential
	}
	if composed(token) {
		return nil
	}
	if placeholder(ctx.Name, token) {
		return ctx.says(Placeholder, start, end)
	}
	return judgeByName(ctx, class, value, start, end)
}

// opaque says whether a token under a name that says nothing looks like a key
// all the same, and like no identifier.
func opaque(token string) bool {
	for i := range len(token) {
		if !tokenByte(token[i]) && token[i] != '.' {
			return false
		}
	}
	return generated(token, 20) && !isUUID(token) && !isHex(token) && !isDigest(token)
}

// judgeByName judges an opaque value by what its name promises.
func judgeByName(ctx *scope, class nameClass, value string, start, end int) []Judgement {
	token := value[start:end]
	kind := kindOf(ctx)
	confidence := Low
	switch {
	case kind == "password" && class == nameSecret && numeral(token): // a birthday, a telephone
	case ordinary(token):
		return nil
	case kind == "password" && commonPassword(token), namesItself(token):
		return ctx.says(Placeholder, start, end)
	case class == namePublic:
		if !generated(token, 16) {
			return nil
		}
		js := ctx.finds(kind, Medium, token, start, end)
		js[0].Class = Publishable
		return js
	case strong(token):
		confidence = Medium
	case class == nameWeak, len(token) < 4, wordy(token) && kind != "password":
		return nil
	}
	return ctx.finds(kind, confidence, token, start, end)
}

// namesItself says whether a value is letters that say "password" or "secret":
// what people write who have none to give, whatever they add or mistype.
func namesItself(s string) bool {
	t := count(s)
	if t.digit > 0 || t.other > 3 || random(s) {
		return false
	}
	lower := strings.ToLower(s)
	for _, word := range []string{"password", "passwort", "passwd", "secret", "apikey", "contrase", "motdepasse", "senha"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// numeral says whether a password is digits, and more of them than a setting
// has.
func numeral(s string) bool {
	return len(s) >= 6 && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// strong says whether a value looks generated, or like a password that takes
// some guessing: long, of three classes, and no plain word with a year.
func strong(s string) bool {
	if generated(s, 16) {
		return true
	}
	if wordly(strings.TrimRight(s, "!?.$#@*1234567890")) {
		return false
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

// everyday are settings that credential names are often given.
const everyday = " true false yes no on off none null required optional auto bearer basic oauth oauth2 jwt api_key apikey string env file keychain keyring header query password " +
	"secret token default disabled enabled any static manual prompt system user admin anonymous public private inherit bypass plain s256 rs256 hs256 es256 eddsa allow deny ask "

// call matches a function call and a property access in source code.
var call = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z_][\w.]*(?:\([^()]*\)|\[["']?\w+["']?\])$|^(?:[a-z][A-Za-z]*\.){2,}\w+$`)
})

// ordinary are values that no credential looks like, whatever their name says.
func ordinary(s string) bool {
	if in(everyday, strings.ToLower(s)) && !strings.Contains(s, " ") {
		return true
	}
	t := count(s)
	switch {
	case t.lower+t.upper == 0 && (len(s) < 9 || t.other == 0) && t.other <= 1: // numbers
		return len(s) < 9 || len(s) <= 20 && t.digit == len(s)
	case t.lower+t.upper+t.digit < 3, isCrypt(s):
		return true
	case strings.HasPrefix(s, "ssh-") && strings.Contains(s, " "), strings.HasPrefix(s, "-----BEGIN "):
		return true
	case strings.HasPrefix(s, "0x") && len(s) == 42 && isHex(s[2:]): // an Ethereum address
		return true
	case strings.Contains(s, "{{"), strings.Contains(s, "}}"), isDigest(s), isPath(s), strings.ContainsAny(s, "([.") && call().MatchString(s[:min(len(s), maxExample)]):
		return true
	}
	return email(s)
}

// isCrypt knows hashes of passwords in crypt(3)'s form: bcrypt, SHA-crypt,
// yescrypt, Argon2, scrypt, PBKDF2. They open nothing themselves.
func isCrypt(s string) bool {
	if len(s) < 30 || s[0] != '$' {
		return false
	}
	scheme, rest, ok := strings.Cut(s[1:], "$")
	return ok && strings.Contains(rest, "$") && in(" 1 2a 2b 2x 2y 5 6 7 y gy argon2i argon2d argon2id scrypt pbkdf2 pbkdf2-sha256 pbkdf2-sha512 ", scheme)
}

// isDigest knows content digests: sha256:… of images, sha512-… of lock files.
func isDigest(s string) bool {
	for _, prefix := range []string{"sha1", "sha256", "sha384", "sha512", "md5", "SHA256"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && rest != "" && strings.IndexByte(":-=", rest[0]) >= 0 {
			return true
		}
	}
	return false
}

// isPath says whether a value names a file. A slash alone does not: base64
// has them too.
func isPath(s string) bool {
	if len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/') || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.HasPrefix(s, "~/") {
		return true
	}
	for _, ending := range []string{".json", ".pem", ".key", ".txt", ".yaml", ".yml", ".env", ".crt", ".cer", ".p12", ".pfx", ".toml", ".sh", ".py", ".js", ".ts", ".mjs", ".jwk"} {
		if strings.HasSuffix(s, ending) {
			return true
		}
	}
	if !strings.Contains(s, "/") {
		return false
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(s, "@"), "/") {
		if part != "" && !wordly(part) && !strings.HasPrefix(part, ".") && !strings.HasPrefix(part, "$") {
			return false
		}
	}
	return true
}

func email(s string) bool {
	user, host, ok := strings.Cut(s, "@")
	dot := strings.LastIndexByte(host, '.')
	return ok && user != "" && dot > 0 && !strings.ContainsAny(user, ":/ #!$%^&*") &&
		strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" && strings.Trim(host[dot+1:], "abcdefghijklmnopqrstuvwxyz") == ""
}

// wordy says whether a value is made of words: my-service-account, Opus.
func wordy(s string) bool {
	if is, ok := wordless(s); ok && (is || len(s) > 20) { // longer than words are
		return !is
	}
	t := count(s)
	return wordly(s) || t.digit <= 2 && t.consonants < 5 && t.turns <= 2 && (t.other > 0 || len(s) < 16)
}

// kindOf names an unattributed credential by its name.
func kindOf(ctx *scope) string {
	for _, w := range words(ctx.Name) {
		switch {
		case strings.HasSuffix(w, "PASSWORD"), strings.HasSuffix(w, "PASSWD"), in(" PASS PWD PASSPHRASE ", w): // PGPASSWORD
			return "password"
		case in(" COOKIE COOKIES ", w):
			return "cookie"
		case in(" AUTHORIZATION BEARER ", w):
			return "bearer-token"
		}
	}
	return "opaque"
}
