package credential

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/castellan-app/castellan/scanners/wordset"
)

// nameClass is what a name promises of its value.
type nameClass uint8

const (
	nameNeutral  nameClass = iota // says nothing: only the value can
	nameHarmless                  // limits, paths, hosts, identifiers
	nameVariable                  // its value is the name of a variable
	namePublic                    // a public or anonymous key
	nameWeak                      // a credential if the value looks generated: key, auth, session
	nameSecret                    // a credential
)

// words splits a name in any convention (snake, kebab, camel, header, flag)
// into upper-case words without trailing digits: exaApiKey → EXA API KEY.
func words(name string) []string {
	out := make([]string, 0, 4) // most names have no more
	upper := strings.ToUpper(name)
	whole := len(upper) == len(name) // places in one are places in the other
	start := -1
	flush := func(end int) {
		if start >= 0 {
			for end > start && name[end-1] >= '0' && name[end-1] <= '9' {
				end--
			}
			switch {
			case end > start && whole:
				out = append(out, upper[start:end])
			case end > start:
				out = append(out, strings.ToUpper(name[start:end]))
			}
		}
		start = -1
	}
	var prev rune
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsDigit(prev)),
			unicode.IsUpper(prev) && unicode.IsUpper(r) && i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z' && name[i+1:] != "s":
			flush(i)
			start = i
		}
		prev = r
	}
	flush(len(name))
	return out
}

// Words that close a name. Measured by formats.md section 8 on 568 labelled
// names; Castellan's own additions are the camel-case and header spellings.
const (
	secretWords = " APIKEY TOKEN JWT PAT PASS PWD SECRET PASSWORD PASSWD PASSPHRASE CREDENTIAL PRIVATEKEY SECRETKEY ACCESSKEY ACCESSTOKEN AUTHTOKEN " +
		"BEARERTOKEN BOTTOKEN APITOKEN APISECRET CLIENTSECRET AUTHORIZATION COOKIE DSN SECRETS PASSCODE REFRESHTOKEN IDTOKEN SIGNINGKEY "
	weakWords     = " CREDS AK SK APPKEY AUTHKEY KEY AUTH SESSION CREDENTIALS BEARER TOKENS COOKIES SIG SIGNATURE PIN KEYS VALUE "
	variableWords = " VAR VARS ENV ENVVAR ENVVARS ENVKEYS "
	harmlessWords = " FILE PATH DIR DIRECTORY HOST HOSTNAME PORT REGION PROFILE TIMEOUT MODE LEVEL ENABLED DISABLED TRANSPORT NAME VERSION MODEL DATABASE DB SCHEMA " +
		"PREFIX SUFFIX FORMAT TOOLS TOOL TTL SCOPE SCOPES ISSUER AUDIENCE ID IDS UUID GUID HASH SHA CHECKSUM DIGEST FINGERPRINT INTEGRITY USERNAME USER EMAIL DESCRIPTION " +
		"TITLE LABEL TYPE COUNT LIMIT BUDGET SIZE LENGTH LOCATION KEYFILE KEYID DATE TIME AT URL URI ENDPOINT BASE ORIGIN DOMAIN COMMAND PROVIDER ALGORITHM STRATEGY HEADER METHOD "
	countWords = " MAX MIN NUM LIMIT TOTAL INPUT OUTPUT CONTEXT COMPLETION PROMPT BUDGET THINKING REASONING "
)

func in(list, word string) bool { return wordset.Has(list, word) }

// ending is what a word promises where a name ends with it.
type ending uint8

const (
	endsSecret ending = 1 << iota
	endsWeak
	endsVariable
	endsHarmless
	beginsCount // not an ending: a name that begins with it counts
)

// endings are the lists above by word: every name is looked up in all of them.
var endings = sync.OnceValue(func() map[string]ending {
	m := make(map[string]ending, 256)
	for _, list := range []struct {
		words string
		end   ending
	}{{secretWords, endsSecret}, {weakWords, endsWeak}, {variableWords, endsVariable}, {harmlessWords, endsHarmless}, {countWords, beginsCount}} {
		for w := range strings.FieldsSeq(list.words) {
			m[w] |= list.end
		}
	}
	return m
})

// NamesSecret says whether a name promises a credential: API_TOKEN, password,
// x-api-key.
func NamesSecret(name string) bool { return classifyName(name) == nameSecret }

// classifyName judges a name by its last words.
func classifyName(name string) nameClass {
	w := words(name)
	if len(w) == 0 {
		return nameNeutral
	}
	last, before := w[len(w)-1], ""
	if len(w) > 1 {
		before = w[len(w)-2]
	}
	has := func(word string) bool { return slices.Contains(w, word) }
	end := endings()[last]
	switch {
	case end&endsVariable != 0 && len(w) > 1, before == "ENV" && (last == "KEY" || last == "KEYS" || last == "NAME"), last == "REF" && has("SECRET"):
		return nameVariable
	case last == "BASE" && before == "KEY" && has("SECRET"), last == "HASH" && before == "API", last == "MNEMONIC", last == "PHRASE" && phraseWord(before):
		return nameSecret // Rails' key, Telegram's, and those of wallets
	case (has("WEBHOOK") && last == "URL") || (has("CONNECTION") && last == "STRING"):
		return nameWeak
	case end&endsHarmless != 0:
		return nameHarmless
	case in(" KEY TOKEN APIKEY ", last) && (has("PUBLISHABLE") || has("ANON") || has("SITE") || before == "SEARCH" && has("ALGOLIA") || has("ALGOLIA") && has("SEARCH")):
		return namePublic
	case last == "KEY" && before == "PUBLIC", last == "PUBLICKEY", last == "KEY" && has("PUBLIC") && (has("LANGFUSE") || has("STRIPE") || has("VAPID")):
		return nameHarmless // its pair is the secret
	case last == "TOKENS" && in(" ACCESS API AUTH BOT REFRESH BEARER SECRET ", before):
		return nameWeak
	case in(" TOKEN TOKENS ", last) && endings()[w[0]]&beginsCount != 0, last == "TOKENS" && len(w) > 1:
		return nameHarmless
	case last == "KEY" && in(" API ACCESS SECRET PRIVATE AUTH SIGNING ENCRYPTION MASTER ADMIN SERVICE SUBSCRIPTION ACCOUNT STORAGE LICENSE ", before):
		return nameSecret
	case last == "KEY" && in(" FILE DOCUMENT PAGE SHEET BOARD ISSUE SPACE OBJECT IDEMPOTENCY ", before):
		return nameHarmless // names a thing: Figma's file, Jira's issue
	case last == "KEY" && len(w) > 1 && !in(" PRIMARY FOREIGN SORT PARTITION CACHE HOT SHORTCUT PRESS I18N LOCALE UNIQUE INDEX GROUP SORTING ROUTING ANY ", before):
		return nameSecret
	case last == "VALUE":
		if endings()[before]&endsSecret != 0 {
			return nameSecret
		}
		return nameNeutral
	case end&endsSecret != 0:
		return nameSecret
	case end&endsWeak != 0:
		return nameWeak
	}
	for _, end := range []string{"APIKEY", "PASSWORD", "SECRET", "TOKEN", "PASSWD"} { // accesstoken, dbpassword
		if strings.HasSuffix(last, end) {
			return nameSecret
		}
	}
	return nameNeutral
}

// phraseWord says whether a phrase of this kind is the key of a wallet.
func phraseWord(word string) bool { return in(" SEED RECOVERY SECRET MNEMONIC BACKUP ", word) }

// sameName says whether a value merely repeats its own name.
func sameName(name, value string) bool {
	if name == "" || len(value) > 4*len(name) || firstLetter(name) != firstLetter(value) {
		return false
	}
	return strings.EqualFold(strings.Join(words(name), ""), strings.Join(words(value), ""))
}

// firstLetter is the first ASCII letter of a text, in lower case, 0 without one.
func firstLetter(s string) byte {
	for i := range len(s) {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' {
			return c
		}
	}
	return 0
}

// publicBuild says whether a variable is one that build tools put into the
// browser bundle, where everyone can read it.
func publicBuild(name string) bool {
	for _, p := range []string{"NEXT_PUBLIC_", "VITE_", "REACT_APP_", "PUBLIC_", "EXPO_PUBLIC_", "GATSBY_", "NUXT_PUBLIC_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
