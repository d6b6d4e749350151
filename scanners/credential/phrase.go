package credential

import "strings"

// maxPhrase bounds a password with spaces in it, in bytes.
const maxPhrase = 200

// judgePhrase judges a value with spaces in it under a name that promises a
// password or the words of a wallet; ok is false for prose.
func judgePhrase(ctx *scope, value string, start, end int) (js []Judgement, ok bool) {
	phrase := value[start:end]
	if ctx.Place == InText || len(phrase) > maxPhrase || strings.ContainsAny(phrase, "\r\n\t") || classifyName(ctx.Name) != nameSecret {
		return nil, false
	}
	fields := strings.Fields(phrase)
	switch {
	case isMnemonic(ctx.Name, fields):
		return ctx.finds("mnemonic", Medium, phrase, start, end), true
	case kindOf(ctx) != "password":
		return nil, false
	case isAppPassword(fields):
		if placeholder(ctx.Name, strings.Join(fields, "")) {
			return ctx.says(Placeholder, start, end), true
		}
		return ctx.finds("password", Medium, phrase, start, end), true
	case len(fields) > 5 || prose(fields) || placeholder(ctx.Name, phrase) || composed(phrase) || strings.ContainsAny(phrase, "<>{}"):
		return nil, false
	}
	t := count(phrase)
	if letters := t.lower + t.upper; letters < 3 || t.digit == 0 || len(phrase) < 8 {
		return nil, false
	}
	return ctx.finds("password", Low, phrase, start, end), true
}

// isMnemonic says whether a name promises the words of a wallet and they are
// as many as BIP 39 has, and no example of one word over and over.
func isMnemonic(name string, fields []string) bool {
	if len(fields) < 12 || len(fields) > 24 || len(fields)%3 != 0 {
		return false
	}
	w := words(name)
	if len(w) == 0 || w[len(w)-1] != "MNEMONIC" && w[len(w)-1] != "PHRASE" {
		return false
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if len(f) < 3 || len(f) > 8 || strings.Trim(f, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
		seen[f] = true
	}
	return len(seen)*2 > len(fields)
}

// isAppPassword knows the forms in which Google and WordPress show app
// passwords: four times four small letters, six times four letters and digits
// (support.google.com/accounts/answer/185833, developer.wordpress.org,
// Application Passwords).
func isAppPassword(fields []string) bool {
	small := true
	for _, f := range fields {
		if len(f) != 4 || count(f).other > 0 {
			return false
		}
		small = small && strings.Trim(f, "abcdefghijklmnopqrstuvwxyz") == ""
	}
	return len(fields) == 4 && small || len(fields) == 6 && generated(strings.Join(fields, ""), 20)
}

// prose says whether words are a sentence about a password rather than one.
func prose(fields []string) bool {
	for _, f := range fields {
		if in(" the a an of for to your is in at least min max characters chars required optional password and or with no not only must from use ", strings.ToLower(strings.Trim(f, ".,:;()!?"))) {
			return true
		}
	}
	return false
}
