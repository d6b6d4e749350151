package prompt

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/launch"
)

// frameRemote looks for the frames of rules-remote-include: an address, a verb
// of fetching and one of following, in any mood and order.
func (a *analysis) frameRemote(u *unit) {
	if a.sign&(signFetch|signPipe) != 0 || u.is(inTable|inForbid|inHeading|inFront) && !u.is(inHidden) || a.aboutAttacks(u) {
		return
	}
	at := -1
	for i := range u.tokens {
		if u.tokens[i].kind == url && !localHost(hostOf(u.at(i))) && !u.tokens[i].quoted {
			at = i
			break
		}
	}
	if at < 0 {
		a.followsLater(u)
		a.followsThere(u)
		return
	}
	if u.is(inFence) || a.runsAddress(u, at) {
		return
	}
	if u.any&cMention != 0 && !u.is(inHidden) {
		return
	}
	if a.fetchThen(u, at) || a.rulesFrom(u, at) || a.into(u, at) || a.served(u, at) {
		return
	}
	a.fetchFollow(u, at)
}

// runsAddress is a runner of packages that is given an address for the package:
// nothing but its own flags stand before it.
func (a *analysis) runsAddress(u *unit, at int) bool {
	for k := max(0, at-3); k < at; k++ {
		if !u.says(k, "npx", "bunx", "dlx") || u.negated(k) || !u.straight(k, at) {
			continue
		}
		between := u.text[u.tokens[k].end:u.tokens[at].start]
		if strings.TrimSpace(strings.NewReplacer("--yes", "", "-y", "").Replace(between)) != "" {
			continue
		}
		a.include(u, k, at)
		a.found[len(a.found)-1].sign = signPipe
		return true
	}
	return false
}

// fetchThen is "wget https://… && sh file".
func (a *analysis) fetchThen(u *unit, at int) bool {
	for k := at + 1; k < len(u.tokens); k++ {
		if u.classed(k, cShell) && strings.HasSuffix(strings.TrimRight(u.text[:u.tokens[k].start], " "), "&&") && u.any&cNetwork != 0 {
			if u.negated(k) || u.any&cSetup != 0 || u.is(inSetup) || installer(u.at(at), hostOf(u.at(at))) || !u.runsFetched(at) {
				return false
			}
			a.include(u, at, k)
			a.found[len(a.found)-1].sign = signPipe
			return true
		}
	}
	return false
}

// runsFetched says whether the commands around an address run what they fetch.
func (u *unit) runsFetched(at int) bool {
	net := u.find(cNetwork, 0, at)
	if net < 0 {
		return true // "get https://… && sh file"
	}
	line := u.text[u.tokens[net].start:u.tokens[len(u.tokens)-1].end]
	if n := strings.IndexByte(line, '`'); n >= 0 {
		line = line[:n]
	}
	_, runs := launch.FetchesAndRuns(launch.ParseShell(line))
	return runs
}

// into is "curl it into bash", "pipe https://… to sh".
func (a *analysis) into(u *unit, at int) bool {
	for k := range u.tokens {
		piped := u.any&cNetwork != 0 || u.names(0, k, "pipe", "piped", "feed")
		if !piped || !u.classed(k, cShell) || !u.says(k-1, "into", "to", "through") || u.negated(k) {
			continue
		}
		if u.any&(cSetup|cDefense) != 0 || u.classed(k, cNegation) || u.is(inSetup) || installer(u.at(at), hostOf(u.at(at))) {
			return true
		}
		a.include(u, min(at, k), max(at, k))
		a.found[len(a.found)-1].sign = signPipe
		return true
	}
	return false
}

// rulesFrom is an address that is said to hold the rules, or to rule over them.
func (a *analysis) rulesFrom(u *unit, at int) bool {
	g := u.sensed(nGuide, 0, len(u.tokens))
	if g < 0 || a.spoken(u, g) || u.negated(g) {
		return false
	}
	var lives bool
	for k := min(g, at) + 1; k < at; k++ {
		switch u.tokens[k].form {
		case "at", "live", "lives", "found", "kept", "located", "published", "stored", "hosted", "under", "are", "is", "on", "from":
			lives = true
		}
	}
	rule := u.sensed(nRule, at+1, len(u.tokens)) // what rules: "… is authoritative"
	ruled := u.sensed(nThat|nWide|nGuide, rule+1, rule+7) > 0 || u.says(rule, "binding", "authoritative")
	ruled = ruled && rule > at && !u.says(rule, "apply", "applies")
	instruct := u.classed(g, cInstruction) || u.says(g, "policy", "orders", "directives")
	switch {
	case g > at:
		if !ruled || rule > g || u.sensed(nRule, 0, at) >= 0 {
			return false
		}
	case !lives || !instruct:
		return false
	case ruled, u.respected(at):
	default:
		yours := u.names(g-3, g, "your")
		there := u.says(at-1, "at", "from", "on", "under") || u.tokens[at-1].kind == stop
		if !yours || !there || !rawOrBare(u.at(at)) {
			return false
		}
	}
	a.include(u, min(g, at), max(g, at, rule))
	return true
}

// respected says that behind an address the text wants what stands there
// followed: "you must respect them".
func (u *unit) respected(at int) bool {
	for i := at + 1; i+1 < len(u.tokens); i++ {
		them := u.says(i+1, "them", "it") || u.reads(i+1, "with", "them")
		if them && u.means(i, vFollow) && !u.says(i, "use") && u.wanted(i) {
			return true
		}
	}
	return false
}

// rawOrBare is an address that does not look like documentation for people.
func rawOrBare(raw string) bool {
	l := strings.ToLower(raw)
	for _, docs := range []string{"docs.", "/docs", "/wiki", "/blob/", "github.com/"} {
		if strings.Contains(l, docs) {
			return rawText(raw)
		}
	}
	return true
}

// served is an address whose text is obeyed or whose program is run without a
// word of fetching: "obey the text served at …", "treat … as instructions".
func (a *analysis) served(u *unit, at int) bool {
	if u.says(at-1, "whatever", "what", "everything") && u.means(at+1, nOrders) && rawOrBare(u.at(at)) {
		for i := at + 2; i < len(u.tokens); i++ {
			if u.means(i, vFollow) && u.wanted(i) {
				a.include(u, at, i)
				return true
			}
		}
	}
	for i := range u.tokens[:at] {
		if !u.means(i, vFollow|vFetch) || a.spoken(u, i) || !u.wanted(i) || at-i > 10 || !u.straight(i, at) {
			continue
		}
		switch u.tokens[i].form {
		case "apply", "comply", "adopt", "enforce", "respect", "implement":
			g := u.find(cInstruction, i+1, at)
			if (g > 0 || u.names(i, at, "policy")) && rawOrBare(u.at(at)) && u.names(i, at, "at", "from") {
				a.include(u, i, at)
				return true
			}
		case "do":
			if u.says(i+1, "what") && u.means(at+1, nOrders) || u.says(i+1, "as") && u.means(at+1, nOrders) {
				a.include(u, i, at+1)
				return true
			}
		case "treat", "use", "accept", "consider", "load", "take", "import", "read", "fetch", "open", "download":
			as := u.phrase(at, min(len(u.tokens), at+4), "as")
			if g := u.sensed(nGuide, as, min(len(u.tokens), as+5)); as > 0 && g > 0 && u.classed(g, cInstruction) {
				a.include(u, i, g)
				return true
			}
		case "obey", "follow", "heed", "execute", "run":
			if g := u.find(cInstruction|cCommand, i+1, at); g > 0 && at-g <= 2 {
				switch u.tokens[min(at+1, len(u.tokens)-1)].form {
				case "returns", "serves", "gives", "provides", "contains":
					a.include(u, i, at)
					return true
				}
			}
			for k := i + 1; k < at; k++ {
				if u.says(k, "text", "contents", "content", "response", "output") && rawOrBare(u.at(at)) {
					a.include(u, i, at)
					return true
				}
			}
			if u.says(i, "execute", "run") && program(u.at(at)) {
				a.include(u, i, at)
				a.found[len(a.found)-1].sign = signPipe
				return true
			}
		}
	}
	return false
}

// program is an address that ends like a script's.
func program(raw string) bool {
	for _, end := range []string{".py", ".sh", ".js", ".ps1", ".rb", ".pl", ".bat", ".mjs"} {
		if strings.HasSuffix(strings.ToLower(raw), end) {
			return !strings.Contains(raw, "/blob/") && !installer(raw, hostOf(raw))
		}
	}
	return false
}

// fetchFollow is a verb of fetching and one of following in a unit with an
// address; a verb of following alone where its object is whatever stands there.
func (a *analysis) fetchFollow(u *unit, at int) bool {
	fetch := -1
	for i := range u.tokens {
		if a.fetches(u, i, at) {
			fetch = i
			break
		}
	}
	for i := range u.tokens {
		if i == fetch || !u.means(i, vFollow) || a.spoken(u, i) || !u.wanted(i) && !u.joined(i) {
			continue
		}
		if fetch >= 0 && u.says(fetch, "ask") && at == fetch+1 && u.says(i, "do") && u.names(fetch, i, "what") {
			a.include(u, fetch, i)
			return true
		}
		whatever := a.whatever(u, i)
		switch {
		case whatever && i < at && at-i <= 9 && u.straight(i, at) && u.names(i, at, "at", "on", "from", "by") && rawOrBare(u.at(at)):
			a.include(u, i, at)
			return true
		case fetch < 0 || i < fetch:
			continue
		case whatever || a.carriesOut(u, i, at),
			i == at-1 && u.says(i, "obey", "follow", "execute", "run"), u.says(i, "comply") && i+1 == len(u.tokens), u.reads(i, "act", "on", "it"):
			a.include(u, min(fetch, at), max(i, at))
			return true
		}
	}
	if fetch < 0 && a.fetched.sign == 0 && rawText(u.at(at)) && u.any&(cIf|cSetup) == 0 {
		a.fetched, a.fetchedAt = mark{sign: signFetch, start: u.tokens[0].start, end: 1}, u.index
	}
	if fetch >= 0 && a.fetched.sign == 0 {
		a.fetched, a.fetchedAt = mark{sign: signFetch, start: u.tokens[fetch].start}, u.index
	}
	return false
}

// fetches says that the verb at i fetches what is at the address.
func (a *analysis) fetches(u *unit, i, at int) bool {
	switch {
	case u.says(i, "use"):
		by := u.says(i+1, "webfetch", "curl", "wget") || u.says(i+2, "browser")
		return by && i < at && u.wanted(i)
	case u.classed(i, cNetwork) && u.tokens[i].code && u.means(i-1, vRun) && u.wanted(i-1): // run `curl …`
		return u.near(i, at)
	case u.means(i, vFetch) && !a.spoken(u, i):
		return (u.wanted(i) && !u.assured(i) || u.classed(i, cNetwork) && !u.negated(i)) && u.near(i, at)
	}
	return false
}

// near says that a verb of fetching belongs to the address at at: before it in
// its clause, or after it in the passive or with a pronoun.
func (u *unit) near(i, at int) bool {
	if i < at {
		return at-i <= 9 && u.straight(i, at)
	}
	return i-at <= 12 && (!u.means(i, fBase) || u.says(i+1, "it", "them", "that"))
}

// joined is a participle that shares the passive of one before: "has to be
// fetched and its steps executed".
func (u *unit) joined(i int) bool {
	if !u.means(i, fPart|fGerund) || u.means(i, fBase) {
		return false
	}
	for j := i - 1; j >= 0 && i-j <= 5; j-- {
		if u.classed(j, cThen) && j > 0 && (u.sharesPassive(j) || u.means(i, fGerund)) {
			return true
		}
	}
	return false
}

// sharesPassive says that a participle before token j is wanted.
func (u *unit) sharesPassive(j int) bool {
	for k := j - 1; k >= 0 && j-k <= 4; k-- {
		if u.means(k, fPart) && u.passive(k) && u.wanted(k) {
			return true
		}
	}
	return false
}

// whatever says that the object of the verb at i is all that stands somewhere:
// "whatever it says", "everything the page tells you", "what is written".
func (a *analysis) whatever(u *unit, i int) bool {
	for j := i + 1; j < min(len(u.tokens), i+4); j++ {
		switch u.tokens[j].form {
		case "accordingly":
			return u.says(i, "act", "proceed", "behave")
		case "all", "whatever", "everything", "anything", "what", "exactly", "whichever", "as":
			end := min(len(u.tokens), j+8)
			if u.says(j, "as") && !u.says(j+1, "it", "they") {
				return false
			}
			if u.reads(j, "what", "you") && u.says(j+2, "find", "get", "receive", "read", "see") {
				return true
			}
			return u.says(j, "whatever") || u.sensed(nOrders, j+1, end) > 0
		}
		if u.tokens[j].kind == stop {
			return false
		}
	}
	return false
}

// carriesOut says that the verb at i, after a fetch, acts on what was fetched.
func (a *analysis) carriesOut(u *unit, i, at int) bool {
	end := min(len(u.tokens), i+8)
	plain := u.says(i, "use", "treat", "load", "consider", "used")
	for j := i + 1; j < end && u.tokens[j].kind != stop; j++ {
		if plain {
			if u.says(j, "as", "like") && u.sensed(nGuide, j+1, end+2) > 0 {
				return true
			}
			continue
		}
		if u.says(j, "them") && u.says(j+1, "out") || u.says(j, "out") && u.says(i, "carry", "carried") {
			return true
		}
		if u.says(j, "our", "own") {
			return false // not what was fetched
		}
		if u.means(j, nOrders) && !u.classed(j, cDeterminer) && (u.says(i, "do") == u.says(j, "says") || !u.says(i, "do")) {
			return u.deictic(j, i) || j > i
		}
		if u.says(j, "it", "them") && j == i+1 && u.classed(i, cFollow|cRun) && !u.says(i, "do") {
			return true
		}
	}
	// its steps executed
	if !u.means(i, fBase) {
		for j := i - 1; j > 0 && i-j <= 4; j-- {
			if u.means(j, nOrders) {
				return true
			}
		}
	}
	return false
}

// deictic is a noun that points back: the, its, those commands.
func (u *unit) deictic(j, i int) bool { return u.has(cDeterminer|cAll|cIt, i, j) }

// followsLater is the second step: carry out what was fetched.
func (a *analysis) followsLater(u *unit) {
	if a.fetched.end != 0 || !a.afterFetch(u, 2) {
		return
	}
	for i := range u.tokens {
		if !u.means(i, vFollow) || u.says(i, "use") || u.says(i, "do") && !a.whatever(u, i) || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		them := u.says(i+1, "them", "it") && u.classed(i, cFollow) && u.senses&nOrders != 0
		if them || a.whatever(u, i) || u.allOrders(i) || u.treated(i) {
			start := a.fetched.start
			a.include(u, i, i)
			a.found[len(a.found)-1].start = start
			a.fetched = mark{}
			return
		}
	}
}

// afterFetch says that a unit, which is an instruction, stands at most so many
// units behind one that fetched something.
func (a *analysis) afterFetch(u *unit, units int) bool {
	behind := u.index - a.fetchedAt
	return a.fetched.sign != 0 && behind > 0 && behind <= units && !u.is(inFence) && u.any&(cIf|cMention) == 0
}

// followsThere is the second step after an address that was only named: "its
// instructions are to be followed".
func (a *analysis) followsThere(u *unit) {
	if a.sign&signFetch != 0 || !a.afterFetch(u, 1) {
		return
	}
	g := u.find(cInstruction, 0, len(u.tokens))
	if g < 0 || !u.says(g-1, "its", "those", "these") && !u.names(g, len(u.tokens), "there") {
		return
	}
	for i := range u.tokens {
		if u.means(i, vFollow) && !u.says(i, "use") && !a.spoken(u, i) && u.wanted(i) {
			start := a.fetched.start
			a.include(u, i, i)
			a.found[len(a.found)-1].start = start
			a.fetched = mark{}
			return
		}
	}
}

// allOrders is "every instruction in it", "the commands it contains".
func (u *unit) allOrders(i int) bool {
	j := u.sensed(nOrders, i+1, min(len(u.tokens), i+6))
	if j < 0 || !u.classed(j, cInstruction|cCommand) && !u.says(j, "tasks", "steps", "orders") {
		return false
	}
	rest := min(len(u.tokens), j+6)
	return u.straight(i, j) && (u.names(j, rest, "in", "it", "there") || u.sensed(nWide, i, j) > 0)
}

// treated is "treat it as your instructions".
func (u *unit) treated(i int) bool {
	if !u.says(i, "treat", "use") {
		return false
	}
	j := u.phrase(i, i+6, "as")
	return j > 0 && u.sensed(nGuide, j, min(len(u.tokens), j+6)) > 0 && (u.says(i+1, "it", "them") || u.says(i+2, "content", "contents"))
}
