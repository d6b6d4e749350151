package prompt

import "strings"

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
		if !u.same(k, "npx") && !u.same(k, "bunx") && !u.same(k, "dlx") || u.negated(k) || !u.straight(k, at) {
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
		if u.tokens[k].class&cShell != 0 && strings.HasSuffix(strings.TrimRight(u.text[:u.tokens[k].start], " "), "&&") && u.any&cNetwork != 0 {
			if u.negated(k) || u.any&cSetup != 0 || u.is(inSetup) || installer(u.at(at), hostOf(u.at(at))) {
				return false
			}
			a.include(u, at, k)
			a.found[len(a.found)-1].sign = signPipe
			return true
		}
	}
	return false
}

// into is "curl it into bash", "pipe https://… to sh".
func (a *analysis) into(u *unit, at int) bool {
	for k := range u.tokens {
		if u.tokens[k].class&cShell == 0 || !u.same(k-1, "into") && !u.same(k-1, "to") && !u.same(k-1, "through") || u.any&cNetwork == 0 && u.phrase(0, k, "pipe") < 0 && u.phrase(0, k, "piped") < 0 && u.phrase(0, k, "feed") < 0 || u.negated(k) {
			continue
		}
		if u.any&(cSetup|cDefense) != 0 || u.tokens[k].class&cNegation != 0 || u.is(inSetup) || installer(u.at(at), hostOf(u.at(at))) {
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
	yours := u.same(g-1, "your") || u.same(g-2, "your") || u.same(g-3, "your")
	rule := u.sensed(nRule, at+1, len(u.tokens))
	before := u.sensed(nRule, 0, at)
	instruct := u.tokens[g].class&cInstruction != 0 || u.same(g, "policy") || u.same(g, "orders") || u.same(g, "directives")
	ruled := (u.sensed(nThat|nWide|nGuide, rule+1, min(rule+7, len(u.tokens))) > 0 || u.same(rule, "binding") || u.same(rule, "authoritative"))
	switch {
	case g < at && lives && instruct && yours && rawOrBare(u.at(at)) && (u.same(at-1, "at") || u.same(at-1, "from") || u.same(at-1, "on") || u.same(at-1, "under") || u.tokens[at-1].kind == stop):
	case g < at && lives && instruct && rule > at && ruled && u.tokens[rule].form != "apply" && u.tokens[rule].form != "applies":
	case g > at && before < 0 && rule > at && rule < g && ruled && u.tokens[rule].form != "apply" && u.tokens[rule].form != "applies" && u.means(rule, nRule):
	case g < at && lives && instruct && u.respected(at):
	default:
		return false
	}
	a.include(u, min(g, at), max(g, at, rule))
	return true
}

// respected says that behind an address the text wants what stands there
// followed: "you must respect them".
func (u *unit) respected(at int) bool {
	for i := at + 1; i+1 < len(u.tokens); i++ {
		if u.tokens[i].sense&vFollow != 0 && !u.same(i, "use") && (u.same(i+1, "them") || u.same(i+1, "it") || u.same(i+1, "with") && u.same(i+2, "them")) && u.wanted(i) {
			return true
		}
	}
	return false
}

// rawOrBare is an address that does not look like documentation for people.
func rawOrBare(raw string) bool {
	l := strings.ToLower(raw)
	return !strings.Contains(l, "docs.") && !strings.Contains(l, "/docs") && !strings.Contains(l, "/wiki") && !strings.Contains(l, "/blob/") && !strings.Contains(l, "github.com/") || rawText(raw)
}

// served is an address whose text is obeyed or whose program is run without a
// word of fetching: "obey the text served at …", "treat … as instructions".
func (a *analysis) served(u *unit, at int) bool {
	if (u.same(at-1, "whatever") || u.same(at-1, "what") || u.same(at-1, "everything")) && u.means(at+1, nOrders) && rawOrBare(u.at(at)) {
		for i := at + 2; i < len(u.tokens); i++ {
			if u.means(i, vFollow) && u.wanted(i) {
				a.include(u, at, i)
				return true
			}
		}
	}
	for i := range u.tokens[:at] {
		if u.tokens[i].sense&(vFollow|vFetch) == 0 || a.spoken(u, i) || !u.wanted(i) || at-i > 10 || !u.straight(i, at) {
			continue
		}
		switch u.tokens[i].form {
		case "apply", "comply", "adopt", "enforce", "respect", "implement":
			g := u.find(cInstruction, i+1, at)
			if (g > 0 || u.phrase(i, at, "policy") > 0) && rawOrBare(u.at(at)) && (u.phrase(i, at, "at") > 0 || u.phrase(i, at, "from") > 0) {
				a.include(u, i, at)
				return true
			}
		case "do":
			if u.same(i+1, "what") && u.means(at+1, nOrders) || u.same(i+1, "as") && u.means(at+1, nOrders) {
				a.include(u, i, at+1)
				return true
			}
		case "treat", "use", "accept", "consider", "load", "take", "import", "read", "fetch", "open", "download":
			as := u.phrase(at, min(len(u.tokens), at+4), "as")
			if g := u.sensed(nGuide, as, min(len(u.tokens), as+5)); as > 0 && g > 0 && u.tokens[g].class&cInstruction != 0 {
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
				if (u.same(k, "text") || u.same(k, "contents") || u.same(k, "content") || u.same(k, "response") || u.same(k, "output")) && rawOrBare(u.at(at)) {
					a.include(u, i, at)
					return true
				}
			}
			if (u.same(i, "execute") || u.same(i, "run")) && program(u.at(at)) {
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
		if u.same(i, "use") && (u.same(i+1, "webfetch") || u.same(i+1, "curl") || u.same(i+1, "wget") || u.same(i+2, "browser")) && i < at && u.wanted(i) {
			fetch = i
			break
		}
		if u.tokens[i].class&cNetwork != 0 && u.tokens[i].code && u.means(i-1, vRun) && u.wanted(i-1) && u.near(i, at) { // run `curl …`
			fetch = i
			break
		}
		if u.means(i, vFetch) && !a.spoken(u, i) && (u.wanted(i) && !u.assured(i) || u.tokens[i].class&cNetwork != 0 && !u.negated(i)) && u.near(i, at) {
			fetch = i
			break
		}
	}
	for i := range u.tokens {
		if i == fetch || u.tokens[i].sense&vFollow == 0 || a.spoken(u, i) || !u.wanted(i) && !u.joined(i) {
			continue
		}
		if fetch >= 0 && u.same(fetch, "ask") && at == fetch+1 && u.same(i, "do") && u.phrase(fetch, i, "what") > 0 {
			a.include(u, fetch, i)
			return true
		}
		whatever := a.whatever(u, i)
		switch {
		case i < at && whatever && at-i <= 9 && u.straight(i, at) && (u.phrase(i, at, "at") > 0 || u.phrase(i, at, "on") > 0 || u.phrase(i, at, "from") > 0 || u.phrase(i, at, "by") > 0) && rawOrBare(u.at(at)):
			a.include(u, i, at)
			return true
		case fetch < 0 || i < fetch:
			continue
		case i == at-1 && (u.same(i, "obey") || u.same(i, "follow") || u.same(i, "execute") || u.same(i, "run")), u.same(i, "comply") && i+1 == len(u.tokens), u.same(i, "act") && u.same(i+1, "on") && u.same(i+2, "it"):
			a.include(u, min(fetch, at), max(i, at))
			return true
		case whatever || a.carriesOut(u, i, at):
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

// near says that a verb of fetching belongs to the address at at: before it in
// its clause, or after it in the passive or with a pronoun.
func (u *unit) near(i, at int) bool {
	if i < at {
		return at-i <= 9 && u.straight(i, at)
	}
	return i-at <= 12 && (u.tokens[i].sense&fBase == 0 || u.same(i+1, "it") || u.same(i+1, "them") || u.same(i+1, "that"))
}

// joined is a participle that shares the passive of one before: "has to be
// fetched and its steps executed".
func (u *unit) joined(i int) bool {
	if u.tokens[i].sense&(fPart|fGerund) == 0 || u.tokens[i].sense&fBase != 0 {
		return false
	}
	for j := i - 1; j >= 0 && i-j <= 5; j-- {
		if u.tokens[j].class&cThen != 0 && j > 0 && (u.sharesPassive(j) || u.tokens[i].sense&fGerund != 0) {
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
			return u.same(i, "act") || u.same(i, "proceed") || u.same(i, "behave")
		case "all", "whatever", "everything", "anything", "what", "exactly", "whichever", "as":
			end := min(len(u.tokens), j+8)
			if u.same(j, "as") && !u.same(j+1, "it") && !u.same(j+1, "they") {
				return false
			}
			if u.same(j, "what") && u.same(j+1, "you") && (u.same(j+2, "find") || u.same(j+2, "get") || u.same(j+2, "receive") || u.same(j+2, "read") || u.same(j+2, "see")) {
				return true
			}
			return u.same(j, "whatever") || u.sensed(nOrders, j+1, end) > 0
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
	plain := u.same(i, "use") || u.same(i, "treat") || u.same(i, "load") || u.same(i, "consider") || u.same(i, "used")
	for j := i + 1; j < end && u.tokens[j].kind != stop; j++ {
		if plain {
			if (u.same(j, "as") || u.same(j, "like")) && u.sensed(nGuide, j+1, end+2) > 0 {
				return true
			}
			continue
		}
		if u.same(j, "them") && u.same(j+1, "out") || u.same(j, "out") && (u.same(i, "carry") || u.same(i, "carried")) {
			return true
		}
		if u.same(j, "our") || u.same(j, "own") {
			return false // not what was fetched
		}
		if u.means(j, nOrders) && u.tokens[j].class&cDeterminer == 0 && (u.same(i, "do") == u.same(j, "says") || !u.same(i, "do")) {
			return u.deictic(j, i) || j > i
		}
		if (u.same(j, "it") || u.same(j, "them")) && j == i+1 && u.tokens[i].class&(cFollow|cRun) != 0 && !u.same(i, "do") {
			return true
		}
	}
	// its steps executed
	if u.tokens[i].sense&fBase == 0 {
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
	if a.fetched.sign == 0 || a.fetched.end != 0 || u.index-a.fetchedAt > 2 || u.index == a.fetchedAt || u.is(inFence) || u.any&(cIf|cMention) != 0 {
		return
	}
	for i := range u.tokens {
		if u.tokens[i].sense&vFollow == 0 || u.same(i, "use") || u.same(i, "do") && !a.whatever(u, i) || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		if a.whatever(u, i) || u.allOrders(i) || u.treated(i) || (u.same(i+1, "them") || u.same(i+1, "it")) && u.tokens[i].class&cFollow != 0 && u.sensed(nOrders, 0, len(u.tokens)) >= 0 {
			start := a.fetched.start
			a.include(u, i, i)
			a.found[len(a.found)-1].start = start
			a.fetched = mark{}
			return
		}
	}
}

// followsThere is the second step after an address that was only named: "its
// instructions are to be followed".
func (a *analysis) followsThere(u *unit) {
	if a.fetched.sign == 0 || a.sign&signFetch != 0 || u.index-a.fetchedAt > 1 || u.index == a.fetchedAt || u.is(inFence) || u.any&(cIf|cMention) != 0 {
		return
	}
	g := u.find(cInstruction, 0, len(u.tokens))
	if g < 0 || !u.same(g-1, "its") && !u.same(g-1, "those") && !u.same(g-1, "these") && u.phrase(g, len(u.tokens), "there") < 0 {
		return
	}
	for i := range u.tokens {
		if u.tokens[i].sense&vFollow != 0 && !u.same(i, "use") && !a.spoken(u, i) && u.wanted(i) {
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
	if j < 0 || u.tokens[j].class&(cInstruction|cCommand) == 0 && !u.same(j, "tasks") && !u.same(j, "steps") && !u.same(j, "orders") {
		return false
	}
	rest := min(len(u.tokens), j+6)
	return u.straight(i, j) && (u.phrase(j, rest, "in") > 0 || u.phrase(j, rest, "it") > 0 || u.phrase(j, rest, "there") > 0 || u.sensed(nWide, i, j) > 0)
}

// treated is "treat it as your instructions".
func (u *unit) treated(i int) bool {
	if !u.same(i, "treat") && !u.same(i, "use") {
		return false
	}
	j := u.phrase(i, i+6, "as")
	return j > 0 && u.sensed(nGuide, j, min(len(u.tokens), j+6)) > 0 && (u.same(i+1, "it") || u.same(i+1, "them") || u.same(i+2, "content") || u.same(i+2, "contents"))
}
