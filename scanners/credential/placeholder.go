package credential

import (
	"regexp"
	"strings"
	"sync"
)

// Placeholder classes, built from example values that vendors publish
// (reference: formats.yaml, placeholders; 199 of 210 examples of
// docker/mcp-registry match, random values practically never).
var strongPlaceholders = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(strings.Join([]string{
		`^\s*$`,
		`<[^<>\s][^<>]{0,80}>`,
		`^[\[{][A-Za-z_][A-Za-z0-9 _.-]*[\]}]$`,
		`(?i)(^|[^a-z0-9])(your|yours|my|ur)[-_ .]`,
		`(?i)your(_|-|)?(api|token|key|secret|pass|user|org|project|domain|bot|client|account|access|personal|github|name|actual|own|real)`,
		`(?i)[-_ ]here$`,
		`(?i)(^|[^a-z])(replace|insert|enter|paste|put|add|fill|set|change)[-_ ]?(me|with|your|in|this|here|it|api|token|key)`,
		`(EXAMPLE|EXAMPLEKEY)$`,
		`(?i)^(some|the|an?|any)?[-_ ]?(api|access|auth|bearer|secret|private|personal|client|bot|service|admin)?[-_ ]?(key|token|secret|password|passwd|pass|pat|apikey|credential|credentials|value|string|jwt)s?[-_]?[0-9]{0,3}$`,
		`(?i)(^|[-_.:/ ])x{3,}([-_.:/ ]|$)|x{5,}`,
		`\*{3,}|•{3,}|#{4,}|_{4,}|-{6,}`,
		`\.\.\.|…`,
		`(?i)^(tu|votre|ton|ta|dein|deine|ihr|ihre|seu|sua|il_tuo|la_tua|jouw|din|mi)[-_ ]|你的|您的|あなたの|여기에|ваш`,
		`(?i)^(/|[A-Z]:\\)?(path[/\\](to|vers)|chemin[/\\]vers|placeholder|Users[/\\](username|your[-_]?user(name)?)|home[/\\](user|username))([/\\]|$)`,
	}, "|"))
})

// weakPlaceholders are classes a real value can fall into by chance.
var weakPlaceholders = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(strings.Join([]string{
		`(?i)(^|[^a-z])(dummy|example|sample|placeholder|fake|redacted|censored|masked|hidden|secret|todo|fixme|tbd|none|null|undefined|n/a|foo|bar|foobar|test|testing|tests|mock|demo|invalid|not-?real|changeme|notset|unset|empty|default|local|localdev|devonly|development|dev)([^a-z]|$)`,
		`(?i)^[a-z_-]*(0{6,}|1{6,}|12345678[0-9]*|123456|1234|abcdef[0-9a-z]{0,6}|abc123|deadbeef|qwerty|asdf)[a-z0-9]{0,4}$`,
		`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`,
		`^[a-z][a-z0-9]*([-_][a-z0-9]+)*[-_](api[-_]?key|key|token|secret|password|apikey)$`,
	}, "|"))
})

// placeholder says whether a value is an example. A weak class does not
// outweigh a value that looks generated.
func placeholder(name, value string) bool {
	if sameName(name, value) || strongPlaceholders().MatchString(value) {
		return true
	}
	if repeats(value) {
		return true
	}
	return weakPlaceholders().MatchString(value) && !generated(value, 20)
}

// repeats says whether a value is one or two characters over and over, or
// counts upwards: 00000000, abababab, 0123456789abcdef.
func repeats(s string) bool {
	if len(s) < 8 {
		return false
	}
	t := count(s)
	return t.distinct <= 2 || t.steps*10 >= len(s)*7 || t.distinct <= 4 && len(s) >= 16 && !isUUID(s)
}
