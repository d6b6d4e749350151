package prompt

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// sign is something a unit betrays. Rules ask for one or several.
type sign uint32

const (
	signIgnore   sign = 1 << iota // ignore what you were told
	signWhole                     // the same, said in full: ignore all previous instructions
	signForeign                   // the same in a language of which no other sign is known
	signConceal                   // do not tell the user
	signRole                      // you are unrestricted now
	signFromNow                   // from now on you …
	signTurn                      // the mark of a chat's turn
	signReveal                    // print your system prompt
	signSecret                    // read a secret
	signExfil                     // read a secret and send it out
	signFetch                     // fetch a text and follow it
	signPipe                      // fetch a program and run it
	signUnasked                   // run anything without asking
	signNoVerify                  // skip hooks
	signMasked                    // hide a change from review
	signDisabled                  // disable a test or a scanner
	signApprove                   // always approve
	signYou                       // addressed to whoever reads
	signAgent                     // addressed to an agent
	signForce                     // must, always, silently
	signRun                       // run a command, install something
	signNetwork                   // reach a host
	signOrder                     // signForce with something to do, in one unit
	signFreed                     // the reader has no limits, in whatever words
	signLoose                     // a text sets aside instructions, in whatever words
	signVeil                      // keep it between us
	signAct                       // change what a project is made of, or what people are told
)

// Groups of signs.
const (
	overriding = signIgnore | signLoose | signRole | signFreed | signReveal
	evading    = signUnasked | signNoVerify | signMasked | signDisabled | signApprove
	stealing   = signExfil | signFetch | signPipe
	hostile    = overriding&^signLoose | evading | stealing | signConceal | signWhole | signForeign
)

// mark is a sign at its place.
type mark struct {
	rule       string
	sign       sign
	start, end int
	severity   scanners.Severity
	kind       regionKind // of rules-hidden-markup
	decoded    string     // what code spells
}

// analysis looks at the units of a text in order.
type analysis struct {
	text  string
	path  string
	add   func(mark)
	inner bool // the text was decoded from another: only its signs matter
	short bool // the text is one string, not a file: every sign counts

	sign   sign   // of the unit at hand
	found  []mark // of the unit at hand
	region sign   // of the open hidden region
	steps  int    // that were taken for idioms of the unit at hand

	window    []mark // signs that override, of the last units
	indices   []int
	secret    mark // the last secret that was read
	secretAt  int
	fetched   mark // the last text that was fetched
	fetchedAt int
	attack    bool // the file is about attacks
}

// windowUnits is how many units apart two signs can support each other.
const windowUnits = 10

// unit looks at a unit with every rule.
func (a *analysis) unit(u *unit) {
	a.sign, a.found = 0, a.found[:0]
	if u.index < 8 && u.place&(inTitle|inFront) != 0 && u.any&cAttack != 0 {
		a.attack = true
	}
	a.override(u)
	a.frameOverride(u)
	a.exfiltration(u)
	a.frameTheft(u)
	a.remote(u)
	a.frameRemote(u)
	a.evasion(u)
	a.frameEvasion(u)
	a.idiomatic(u)
	a.abroad(u)
	if u.is(inHidden) {
		a.hiddenUnit(u)
		a.frameHidden(u)
	}
	for i := range a.found {
		a.judge(u, a.found[i])
	}
}

// note keeps a sign of the unit at hand, from token i to token j; of a short unit
// it marks the whole, which people understand.
func (a *analysis) note(u *unit, s sign, i, j int, m mark) {
	if one := i == j && u.tokens[i].kind != word; !one && u.tokens[len(u.tokens)-1].end-u.tokens[0].start <= maxShown {
		i, j = 0, len(u.tokens)-1
	}
	m.sign, m.start, m.end = s, u.tokens[i].start, u.tokens[j].end
	a.sign |= s
	a.found = append(a.found, m)
}

// spoken says that what stands at token i of a unit is spoken about, not said:
// quoted, in a table, or in a text about attacks. What is hidden is said.
func (a *analysis) spoken(u *unit, i int) bool {
	if u.is(inHidden) {
		return false
	}
	return u.mentioned(i) || u.is(inTable|inAttack|inHeading) || a.attack
}

// judge decides what a sign of a visible or hidden unit means by itself.
func (a *analysis) judge(u *unit, m mark) {
	if a.inner || a.short {
		a.region |= m.sign
		if a.short {
			a.add(m)
		}
		return
	}
	if u.is(inHidden) {
		a.region |= m.sign
		if m.sign&(overriding&^(signLoose|signFreed)|signWhole) != 0 {
			a.report(ruleOverride, scanners.High, m)
			return
		}
	}
	if m.rule != "" {
		a.add(m)
	}
	a.support(u, m)
}

func (a *analysis) report(rule string, s scanners.Severity, m mark) {
	m.rule, m.severity = rule, s
	a.add(m)
}

// support keeps signs that override and reports two that stand together.
func (a *analysis) support(u *unit, m mark) {
	if m.sign&(overriding|signWhole|signForeign|signConceal|signVeil|signFromNow|signTurn|stealing|signUnasked|signApprove|signDisabled) == 0 || u.is(inHidden) {
		return
	}
	keep := 0
	for i := range a.window {
		if u.index-a.indices[i] <= windowUnits && len(a.window) < 64 {
			a.window[keep], a.indices[keep] = a.window[i], a.indices[i]
			keep++
		}
	}
	a.window, a.indices = append(a.window[:keep], m), append(a.indices[:keep], u.index)
	var all sign
	first := -1
	for i := range a.window {
		all |= a.window[i].sign
		if first < 0 && a.window[i].sign&overriding != 0 {
			first = i
		}
	}
	if first < 0 || all&(all-1) == 0 {
		return
	}
	hit := a.window[first]
	a.report(ruleOverride, scanners.High, hit)
	a.window, a.indices = a.window[:0], a.indices[:0]
}

// newSection forgets what steps of the last section prepared.
func (a *analysis) newSection() {
	a.secret, a.fetched = mark{}, mark{}
}

func (a *analysis) beginRegion() { a.region = 0 }

// endRegion decides whether hidden text instructs an agent. Text that only a
// comment hides must be hostile, or address an agent and make it act; text that
// is hidden from every eye needs less.
func (a *analysis) endRegion(h hiddenRegion, end int) {
	s := a.region
	bad := instructs(s)
	if h.kind != commentRegion && h.kind != linkRegion {
		bad = bad || s&(hostile|signOrder|signAct) != 0 || s&(signAgent|signYou) != 0 && s&(signForce|signRun|signNetwork|signSecret) != 0
	}
	if bad {
		a.report(ruleMarkup, scanners.High, mark{start: h.start, end: end, kind: h.kind, sign: s})
	}
}

// instructs says that the signs of a comment are those of an instruction to an
// agent: a hostile one beside any other, one that is hostile enough by itself,
// or an order addressed to an agent.
func instructs(s sign) bool {
	h := s & hostile
	if s&(stealing|signWhole|signForeign|signConceal) != 0 || h != 0 && s&(s-1) != 0 {
		return true
	}
	return s&signAgent != 0 && s&(signSecret|signOrder|signAct|signVeil) != 0
}

// decoded looks at a text that stood in code at text[at:end] of the file. Who
// encodes an instruction means to hide it, so it needs less than a comment.
func (a *analysis) decoded(t string, at, end int) {
	s := signsOf(t, a.path)
	if s&hostile != 0 || s&(signAgent|signYou|signForce) != 0 && s&(signRun|signNetwork|signSecret) != 0 {
		a.report(ruleMarkup, scanners.High, mark{start: at, end: end, kind: codedRegion, sign: s, decoded: t})
	}
}

// signsOf are the signs of a text all of which is hidden.
func signsOf(t, path string) sign {
	r := &reader{text: t, out: &analysis{text: t, path: path, inner: true}}
	r.shown.text, r.secret.text = t, t
	at := 0
	for line := range strings.SplitSeq(t, "\n") {
		r.hide(at, at+len(line))
		r.give(&r.secret, inHidden)
		at += len(line) + 1
	}
	return r.out.region
}

// hiddenUnit notes what makes a hidden unit an instruction for an agent.
func (a *analysis) hiddenUnit(u *unit) {
	for i := range u.tokens {
		t := &u.tokens[i]
		switch {
		case t.class&cAgent != 0 && (i <= 3 || i <= 6 && u.says(0, "if")):
			a.sign |= signAgent
		case u.says(i, "you") && (u.has(cForce, i+1, i+2) || u.says(i+1, "are")):
			a.sign |= signYou
		case t.kind == url && !localHost(hostOf(u.at(i))), t.class&cNetwork != 0, t.class&cSend != 0 && u.asked(i) && !u.negated(i) && u.has(cIt|cEntire|cToken, i+1, i+5):
			a.sign |= signNetwork
		case forces(u, i):
			a.sign |= signForce
		case u.any&cTest == 0 && (t.class&cRun != 0 || u.says(i, "install", "download") || plants(u, i)) && u.asked(i) && !u.negated(i):
			a.sign |= signRun
		}
	}
	if a.sign&signForce != 0 && a.sign&(signRun|signNetwork|signSecret) != 0 {
		a.sign |= signOrder
	}
	a.region |= a.sign
}

// plants is a verb of adding whose object is code from elsewhere.
func plants(u *unit, i int) bool {
	if !u.says(i, "add", "insert", "include", "import") {
		return false
	}
	end := min(len(u.tokens), i+6)
	return u.names(i, end, "dependency", "package", "script", "snippet", "backdoor")
}

// forces is a word that leaves an agent no choice, or no witness.
func forces(u *unit, i int) bool {
	if u.classed(i, cStealth) {
		return true
	}
	return u.says(i, "backdoor", "must", "always", "immediately", "before", "whenever", "every")
}
