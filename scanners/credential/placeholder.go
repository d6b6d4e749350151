package credential

import (
	"regexp"
	"strings"
	"sync"
)

// bracketed and pathlike are placeholders by their form.
var (
	bracketed = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`<[^<>\s][^<>]{0,80}>|^[\[{(][\pL_][\pL0-9 _.-]*[\]})]$`)
	})
	pathlike = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^(/|[A-Z]:\\)?(path[/\\](to|vers)|chemin[/\\]vers|placeholder|Users[/\\](username|your[-_]?user(name)?)|home[/\\](user|username))([/\\]|$)`)
	})
)

// marked says whether a value is a placeholder by its punctuation, which no
// generator writes: <…>, ****, ..., /path/to.
func marked(s string) bool {
	for _, run := range []string{"***", "•••", "####", "____", "------", "...", "…"} {
		if strings.Contains(s, run) {
			return true
		}
	}
	return strings.TrimSpace(s) == "" || strings.Trim(s, "?.*_-xX#0") == "" && len(s) > 2 ||
		strings.ContainsAny(s, "<[{(") && bracketed().MatchString(s) || strings.ContainsAny(s, `/\`) && pathlike().MatchString(s)
}

// strongPlaceholders are placeholders by their words (formats.yaml,
// placeholders: 199 of 210 examples of docker/mcp-registry match one of these,
// weakPlaceholders or marked).
var strongPlaceholders = sync.OnceValue(func() *regexp.Regexp {
	return anyOf(
		`(?i)(^|[^a-z0-9])(your|yours|my|ur)[-_ .]|^your`,
		`(?i)your(_|-)?(api|token|key|secret|pass|user|org|project|domain|bot|client|account|access|personal|github|name|actual|own|real|value|server)`,
		`(?i)[-_ ](here|aqui|aquí|ici|hier|qui)$|^.{0,40}goes[-_ ]?here|^(aqui|aquí|ici|hier|qui)[-_ ]`,
		`(?i)(^|[^a-z])(replace|insert|enter|paste|put|add|fill|set|change|use|get)[-_ ]?(me|with|your|in|this|here|it|api|token|key)`,
		`(EXAMPLE|EXAMPLEKEY)$`,
		`(?i)^(some|the|an?|any)?[-_ ]?(api|access|auth|bearer|secret|private|personal|client|bot|service|admin|db|database|user)?[-_ ]?(key|token|secret|password|passwd|pass|pat|apikey|credential|credentials|value|string|jwt)s?[-_]?[0-9]{0,3}$`,
		`(?i)(^|[-_.:/ ])x{3,}([-_.:/ ]|$)|x{5,}`,
		`(?i)^(tu|votre|ton|ta|dein|deine|ihr|ihre|seu|sua|il_tuo|la_tua|jouw|din|mi)[-_ ]|你的|您的|替换|填写|填入|请输入|あなたの|ここに|여기에|입력|ваш|вставьте|здесь`,
		`(?i)(^|[^a-z])(reempla[zc]|remplace|ersetze|einf(ue|ü)gen|substitu|sostituisci|inserisci|insira|insere|ins(é|e)r(ez|er)|coloque|coloca|pon(er)?|vervang|wstaw)`,
	)
})

// anyOf matches what any of the patterns does. Each keeps its flags to itself.
func anyOf(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile("(?:" + strings.Join(patterns, ")|(?:") + ")")
}

// weakPlaceholders are classes a real value can fall into by chance.
var weakPlaceholders = sync.OnceValue(func() *regexp.Regexp {
	return anyOf(
		`(?i)(^|[^a-z])(dummy|example|sample|placeholder|fake|redacted|censored|masked|hidden|secret|todo|fixme|tbd|tbc|none|null|nil|undefined|n/a|foo|bar|baz|foobar|test|testing|tests|mock|demo|stub|invalid|`+
			`not-?real|not-?set|notset|not-?needed|not-?used|not-?required|unused|unset|empty|blank|default|changeme|change-?it|local|localdev|localhost|devonly|development|dev|whatever|anything|ignored|no-?key|no-?auth|lorem|ipsum|xxx)([^a-z]|$)`,
		`(?i)^[a-z_-]*(0{6,}|1{6,}|12345678[0-9]*|123456|12345|1234|abcdef[0-9a-z]{0,6}|abcd1234|abc123|123abc|deadbeef|qwerty|asdf)[a-z0-9]{0,4}$`,
		`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`,
		`^[a-z][a-z0-9]*([-_][a-z0-9]+)*[-_](api[-_]?key|key|token|secret|password|apikey)$`,
	)
})

// tellingWords are found in no random body of less than 150 characters by
// chance (under 1 in 100,000).
var tellingWords = []string{
	"example", "placeholder", "replace-", "replace_", "changeme", "redacted", "notreal", "not-real", "not_real", "notxreal", "sample", "dummy", "insert-", "insert_",
	"your-", "your_", "realkey", "abc123", "fakekey", "fake-", "fake_", "fakex", "xxxxxx", "00000000",
}

// published begin values that documentation and emulators print for everyone:
// the UUIDs of RFC 4122 and Wikipedia, AWS's example secret, the first account
// of Hardhat and Anvil, Azurite's and the Cosmos DB emulator's keys, Stripe's
// sample key.
var published = []string{
	"550e8400-e29b-41d4-a716-", "123e4567-e89b-12d3-a456-", "6ba7b810-9dad-11d1-80b4-", "f47ac10b-58cc-4372-a567-", "wJalrXUtnFEMI",
	"ac0974bec39a17e3", "0xac0974bec39a17e3", "Eby8vdM02xNO", "C2y6yDjf5/R", "sk_test_4eC39Hq",
}

// telling says whether a value calls itself an example, or is a known one.
func telling(s string) bool {
	lower := strings.ToLower(s)
	for _, word := range tellingWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	for _, start := range published {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// maxExample bounds what the classes look at, in bytes.
const maxExample = 512

// placeholder says whether a value is an example. Words do not outweigh a
// value that looks random, unless they are the whole of it.
func placeholder(name, value string) bool {
	head := value[:min(len(value), maxExample)]
	if sameName(name, value) || repeats(value) || marked(head) {
		return true
	}
	if telling(head) {
		return true
	}
	if random(value) {
		return false
	}
	if strongPlaceholders().MatchString(head) {
		return true
	}
	return weakPlaceholders().MatchString(head) && !generated(unworded(value), 16)
}

// unworded is a value without the example words at its ends and between its
// separators: test-token-4f9a… → 4f9a….
func unworded(value string) string {
	longest := ""
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' || r == ':' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	if isUUID(value) || len(longest) >= 16 {
		return longest
	}
	if random(value) {
		return value
	}
	return ""
}

// random says whether a value is made by a generator and holds next to no
// words: the evidence that outweighs a word in it.
func random(s string) bool {
	if isUUID(s) {
		return !repeats(s)
	}
	t := count(s)
	return generated(s, 20) && t.steps*6 < len(s) && t.turns*5 >= len(s)-t.other
}

// repeats says whether a value is one or two characters over and over, or
// counts upwards: 00000000, abababab, 0123456789abcdef, a1b2c3d4e5f6.
func repeats(s string) bool {
	if len(s) < 8 {
		return false
	}
	t := count(s)
	return t.distinct <= 2 || t.steps*10 >= len(s)*6 || t.distinct <= 4 && len(s) >= 16 || t.same*10 >= len(s)*6 || interleaved(s)
}

// interleaved says whether the letters of a value count upwards by themselves,
// and so do its digits: what people type who invent a key. Of 12 letters and
// digits by chance one in 10^8 does.
func interleaved(s string) bool {
	letters, digits, steps, breaks := byte(0), byte(0), 0, 0
	follow := func(prev *byte, c byte) {
		switch {
		case *prev == 0:
		case c == *prev+1, *prev == '9' && c == '0':
			steps++
		default:
			breaks++
		}
		*prev = c
	}
	for i := range len(s) {
		switch classOf(s[i]) {
		case 'l', 'u':
			follow(&letters, s[i]|0x20)
		case 'd':
			follow(&digits, s[i])
		}
	}
	return steps >= 10 && breaks*5 <= steps
}
