package prompt

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// stepUnits is how many units a later step may be away from the one that
// prepared it.
const stepUnits = 3

// exfiltration looks for instructions that read a secret and send it out, in
// one unit or in steps that follow each other.
func (a *analysis) exfiltration(u *unit) {
	if u.any&(cSecret|cToken|cHistory|cSend|cNetwork|cEmbed) == 0 {
		return
	}
	if u.is(inTable|inForbid) && !u.is(inHidden) {
		return
	}
	target := a.secretIn(u)
	dest := u.goal()
	if target >= 0 && a.takes(u, target) {
		a.note(u, signSecret, target, target, mark{})
	}
	if u.any&cNetwork != 0 && target >= 0 && a.sentByCommand(u, target, dest) {
		return
	}
	if target >= 0 && a.sentByWord(u, target, dest) {
		return
	}
	if a.secret.sign != 0 && u.index-a.secretAt <= stepUnits && a.sendsWhatWasRead(u, dest) {
		return
	}
	if target >= 0 && a.sign&signSecret != 0 && u.any&cAuth == 0 {
		a.secret, a.secretAt = mark{sign: signSecret, start: u.tokens[0].start, end: u.tokens[len(u.tokens)-1].end}, u.index
	}
}

// secretIn is the token that names a secret: a file, the environment, a key of
// a kind, what was said; -1 without one. What is spoken about counts too: file
// names stand in code spans.
func (a *analysis) secretIn(u *unit) int {
	weak := -1
	for i := range u.tokens {
		c := u.tokens[i].class
		switch {
		case c&cSecret != 0:
			return i
		case u.says(i, "environment") && u.says(i+1, "variables", "variable"), u.says(i, "env") && u.says(i+1, "vars", "variables"),
			u.says(i, "ssh") && u.classed(min(i+1, len(u.tokens)-1), cToken), u.says(i, "private") && u.says(i+1, "keys", "key"),
			u.says(i, "env", "printenv") && i+1 < len(u.tokens) && u.tokens[i+1].kind == piped,
			u.says(i, "env") && u.tokens[i].start >= 2 && u.text[u.tokens[i].start-2:u.tokens[i].start] == "$(",
			c&cHistory != 0 && u.says(i+1, "history", "transcript", "log"), u.says(i, "aws") && u.says(i+1, "credentials"):
			return i
		case weak < 0 && u.tokens[i].kind == word && variable(u.at(i)) && (u.says(i-1, "of") || i > 0 && u.classed(i-1, cSend|cEmbed)):
			weak = i
		case weak < 0 && c&(cToken|cHistory) != 0 && u.tokens[i].kind == word && a.plural(u, i):
			weak = i
		}
	}
	return weak
}

// variable is the name of an environment variable that holds a credential.
func variable(s string) bool {
	for _, end := range []string{"_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_PAT", "_CREDENTIALS", "_DSN", "DATABASE_URL", "DB_URL"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// plural says that a word for credentials stands for them in general, or for
// more than the one a call needs.
func (a *analysis) plural(u *unit, i int) bool {
	if i+1 < len(u.tokens) && u.tokens[i+1].kind == word && (u.tokens[i+1].form == "" && u.tokens[i+1].class == 0 || u.says(i+1, "package")) {
		return false // "tokens package"
	}
	switch u.tokens[i].form {
	case "credentials", "secrets", "passwords", "tokens", "cookies", "conversation", "transcript":
		return true
	case "key", "token", "password":
		return u.has(cAll, i-3, i) || u.says(i-2, "an")
	case "keys":
		return u.says(i-1, "api", "ssh", "secret")
	}
	return false
}

// takes says that a verb before the secret asks to read it.
func (a *analysis) takes(u *unit, target int) bool {
	if u.says(target, "printenv") || u.says(target, "env") && u.is(inFence) {
		return true
	}
	if u.says(target-1, "to", "into", "in") {
		return false
	}
	for i := target - 1; i >= 0 && target-i <= 10; i-- {
		if u.classed(i, cRead) && (u.asked(i) || u.is(inFence)) && !u.negated(i) && !u.says(i, "include") {
			return true
		}
	}
	return false
}

// destination is where a unit says that something goes.
type destination struct {
	at      int    // token, -1 without one
	foreign bool   // a host or an address that is not this machine
	host    string // of a URL
	sink    bool   // a host that exists to collect requests
}

func destinationOf(u *unit) destination {
	d := destination{at: -1}
	for i := range u.tokens {
		switch u.tokens[i].kind {
		case url:
			h := hostOf(u.at(i))
			if localHost(h) || u.says(i-1, "see", "docs") || u.says(i-2, "see") {
				continue
			}
			return destination{at: i, foreign: true, host: h, sink: sinkHost(h)}
		case mail:
			if d.at < 0 {
				d = destination{at: i, foreign: true}
			}
		case file:
			h := hostOf("https://" + u.at(i))
			if u.says(i-1, "nc", "ncat", "netcat", "telnet", "socat") && !localHost(h) {
				return destination{at: i, foreign: true, host: h}
			}
			if sinkHost(h) || strings.Count(h, ".") == 3 && address(h) && !localHost(h) {
				return destination{at: i, foreign: true, host: h, sink: true}
			}
		case word:
			if d.at < 0 && u.classed(i, cSink) {
				paste := u.pastes(i)
				d = destination{at: i, foreign: paste, sink: paste}
			}
		}
	}
	return d
}

// pastes is "into a public gist": a host by another name.
func (u *unit) pastes(i int) bool {
	switch u.tokens[i].form {
	case "gist", "gists", "pastebin", "hastebin":
	default:
		return false
	}
	for j := max(0, i-3); j < i; j++ {
		if u.says(j, "to", "into", "on") {
			return true
		}
	}
	return false
}

// hostOf is the host of a URL in lower case, without user and port.
func hostOf(raw string) string {
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if i := strings.LastIndexByte(rest, ':'); i > 0 {
		rest = rest[:i]
	}
	return strings.ToLower(rest)
}

// localHost is this machine, or a placeholder for a host.
func localHost(h string) bool {
	return h == "" || h == "localhost" || strings.HasPrefix(h, "127.") || h == "0.0.0.0" || strings.HasPrefix(h, "[") || strings.HasSuffix(h, ".localhost") ||
		strings.HasSuffix(h, ".local") || strings.ContainsAny(h, "<>{}$") || strings.HasPrefix(h, "your") || !strings.Contains(h, ".")
}

// sinkHosts exist to receive what others send, to paste, or to reach a machine
// that has no name.
var sinkHosts = []string{"webhook.site", "requestbin", "pipedream.net", "ngrok", "trycloudflare.com", "loca.lt", "interact.sh", "oast.", "burpcollaborator",
	"pastebin.com", "hookbin", "beeceptor", "requestcatcher", "transfer.sh", "ptsv", "canarytokens", "dnslog", "serveo.net", "localhost.run", "file.io", "discord.com/api/webhooks"}

func sinkHost(h string) bool {
	for _, s := range sinkHosts {
		if strings.Contains(h, s) {
			return true
		}
	}
	return false
}

// ownVendor says that a credential in the unit shares its name with the host: a
// key that is used where it belongs.
func ownVendor(u *unit, host string) bool {
	for _, label := range strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' }) {
		if len(label) < 4 || label == "https" {
			continue
		}
		for i := range u.tokens {
			if s := u.at(i); u.tokens[i].kind != url && len(s) < 80 && strings.Contains(strings.ToLower(s), label) && strings.Contains(s, "_") {
				return true
			}
		}
	}
	return false
}

// sentByCommand looks for command lines that send a secret: a file, the whole
// environment, what was said. Reading variables from a file to use them is not
// sending them.
func (a *analysis) sentByCommand(u *unit, target int, dest destination) bool {
	net := u.find(cNetwork, 0, len(u.tokens))
	if later := u.find(cSecret, net, len(u.tokens)); later >= 0 {
		target = later
	}
	if !u.classed(target, cSecret) && !u.says(target, "environment", "env") || !dest.foreign {
		return false
	}
	before := target - 1
	if before >= 0 && (u.says(before, "source") || u.at(before) == "--env-file") || u.negated(net) || u.negated(u.spanStart(net)) {
		return false
	}
	if !uploads(u, net, target) && !a.pipes(u, target, net) || a.spoken(u, net) && !u.is(inFence) && !u.mentioned(net) || a.aboutAttacks(u) {
		return false
	}
	if u.mentioned(net) && !u.is(inHidden) && u.any&(cMention&^cAttack) != 0 {
		return false
	}
	a.steal(u, min(target, net), max(dest.at, target, net), dest)
	return true
}

// spanStart is the first token of the code span that token i stands in.
func (u *unit) spanStart(i int) int {
	for i > 0 && u.tokens[i].code && u.tokens[i-1].code {
		i--
	}
	return i
}

// uploads says that a command at token net takes the file at target as what it
// sends.
func uploads(u *unit, net, target int) bool {
	if target < net { // cat .env, then curl -d @-
		rest := u.text[u.tokens[net].start:u.tokens[len(u.tokens)-1].end]
		return u.says(target-1, "cat") && (strings.Contains(rest, "@-") || strings.Contains(rest, "$("))
	}
	s := u.text[u.tokens[net].start:u.tokens[target].end]
	for _, by := range []string{"@", "$(", "<", " -T ", "--upload-file", "--post-file", "$(cat", "`cat", " -InFile", "open(", "readFileSync("} {
		if strings.Contains(s, by) {
			return true
		}
	}
	return u.says(net, "scp", "rsync")
}

func (a *analysis) pipes(u *unit, from, to int) bool {
	for i := from; i < to; i++ {
		if u.tokens[i].kind == piped {
			return true
		}
	}
	return false
}

func (a *analysis) aboutAttacks(u *unit) bool {
	return !u.is(inHidden) && (a.attack || u.is(inAttack) || u.any&cAttack != 0)
}

func (a *analysis) steal(u *unit, i, j int, dest destination) {
	s := scanners.High
	if dest.foreign {
		s = scanners.Critical
	}
	a.note(u, signExfil, i, j, mark{rule: ruleExfiltration, severity: s})
	a.secret = mark{}
}

// sentByWord looks for a verb of sending whose object is the secret.
func (a *analysis) sentByWord(u *unit, target int, dest destination) bool {
	if dest.at < 0 || a.aboutAttacks(u) || u.mentioned(target) && u.tokens[target].quoted {
		return false
	}
	if u.any&cAuth != 0 && !dest.sink || ownVendor(u, dest.host) {
		return false
	}
	for i := range u.tokens {
		if dest.foreign && dest.at < i || !a.sends(u, i, dest) || u.apart(i, target, dest.at) {
			continue
		}
		if !u.toward(i, dest.at) || !a.isObject(u, i, target, dest) {
			continue
		}
		if !dest.foreign && !a.bulk(u, target, i) {
			continue
		}
		a.steal(u, min(i, target), max(i, target, dest.at), dest)
		return true
	}
	return false
}

// apart says that a clause ends, or a condition begins, between a verb, what it
// sends and where.
func (u *unit) apart(verb, target, dest int) bool {
	for k := min(verb, target, dest) + 1; k < max(verb, target, dest); k++ {
		t := &u.tokens[k]
		if t.kind == stop && u.text[t.start] == ';' && verb < k && k < dest || t.class&cIf != 0 && k > max(verb, dest) && !u.means(k, nAll) {
			return true
		}
	}
	return false
}

// sends says that the verb at i asks to send something out, or to make it part
// of a URL.
func (a *analysis) sends(u *unit, i int, dest destination) bool {
	c := u.tokens[i].class
	embeds := c&cEmbed != 0 && dest.foreign && u.tokens[dest.at].kind == url
	if c&(cSend|cNetwork) == 0 && !embeds || a.spoken(u, i) || !u.asked(i) && !u.makes(i) || u.negated(i) || u.reported(i) {
		return false
	}
	return !u.says(i, "report") || u.says(i+1, "them", "it") // reporting a leak is no leak
}

// isObject says that the secret at target is what the verb at i sends: it stands
// between verb and destination or soon after, or was read before and is sent as
// "it".
func (a *analysis) isObject(u *unit, i, target int, dest destination) bool {
	if target < i {
		if dest.at-i > 3 && !u.has(cIt|cEntire|cHistory|cToken, i+1, min(i+8, max(dest.at, i+1))) {
			return false
		}
		return a.takes(u, target) || u.says(i+1, "it", "them")
	}
	if !u.classed(i, cSend|cNetwork) && u.passing(i, target) || u.sendsElse(target, dest.at) {
		return false
	}
	return target < dest.at || target-dest.at <= 6 || target-dest.at <= 9 && u.has(cEntire, dest.at, target)
}

// passing says that a credential is only named on the way: "request an API key
// at …". A file, the environment or the value of a variable is not.
func (u *unit) passing(i, target int) bool {
	t := &u.tokens[target]
	if t.class&(cSecret|cHistory) != 0 || u.says(target, "environment") || variable(u.at(target)) {
		return false
	}
	return u.says(target, "key", "token", "password") || !u.has(cEntire, i+1, target)
}

// sendsElse says that a verb of sending between a secret and a destination has
// another object: "copy it to .env and post questions to …".
func (u *unit) sendsElse(from, to int) bool {
	for k := from + 1; k < to; k++ {
		if u.classed(k, cSend) && u.asked(k) && !u.has(cIt|cEntire, k+1, k+4) && to-k > 2 {
			return true
		}
	}
	return false
}

// toward says that a preposition of direction stands between a verb of sending
// and its destination, or that both are close.
func (u *unit) toward(i, dest int) bool {
	if u.says(dest-1, "from") {
		return false
	}
	for k := i + 1; k < dest; k++ {
		if u.says(k, "to", "at", "via", "with", "using", "through", "in", "into", "as") {
			return true
		}
	}
	return dest > i && dest-i <= 4 || dest < i
}

// bulk says that more than a key for a call is sent to a place without a name:
// a secret file or everything, to somewhere outside.
func (a *analysis) bulk(u *unit, target, verb int) bool {
	out := u.holds("webhook", "external", "remote",
		"attacker", "collector") ||
		u.phrase(0, len(u.tokens), "our", "endpoint") >= 0
	return out && (u.classed(target, cSecret) || a.takes(u, target) || u.has(cEntire, verb, target)) && !u.says(verb, "put", "push", "share")
}

// sendsWhatWasRead looks for the second step: send it, them, the result.
func (a *analysis) sendsWhatWasRead(u *unit, dest destination) bool {
	if !dest.foreign || a.aboutAttacks(u) || u.any&cAuth != 0 && !dest.sink || ownVendor(u, dest.host) {
		return false
	}
	for i := range u.tokens {
		if !u.classed(i, cSend|cNetwork|cEmbed) || u.negated(i) {
			continue
		}
		if !u.is(inFence) && (a.spoken(u, i) || !u.asked(i) && !u.makes(i)) {
			continue
		}
		it := u.find(cIt, i+1, min(len(u.tokens), i+9))
		if u.is(inFence) {
			if !u.classed(i, cNetwork) || !carriesVariable(u) {
				continue
			}
			it = i
		}
		if it < 0 {
			continue
		}
		m := a.secret
		a.note(u, signExfil, i, max(i, dest.at), mark{rule: ruleExfiltration, severity: scanners.Critical})
		a.found[len(a.found)-1].start = m.start
		a.secret = mark{}
		return true
	}
	return false
}

// makes says that a noun of sending follows an order to make one: "make a POST
// request".
func (u *unit) makes(i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if u.says(j, "make", "issue", "perform", "do") && u.asked(j) && !u.negated(j) && !u.has(cNegation, j, i) {
			return true
		}
	}
	return false
}

// carriesVariable says that a command line sends the value of a variable.
func carriesVariable(u *unit) bool {
	s := u.text[u.tokens[0].start:u.tokens[len(u.tokens)-1].end]
	return strings.Contains(s, "$") && (strings.Contains(s, " -d") || strings.Contains(s, "--data") || strings.Contains(s, " -F") || strings.Contains(s, "=$"))
}
