package prompt

import "github.com/castellan-app/castellan/scanners"

// frameOverride looks for the frames of rules-instruction-override.
func (a *analysis) frameOverride(u *unit) {
	if u.senses&xPrior != 0 && u.senses&xGuide != 0 {
		a.foreign(u)
	}
	mentions := u.any&cMention != 0 && u.phrase(0, len(u.tokens), "jailbreak", "mode") < 0
	if !u.is(inHidden) && (u.is(inForbid|inTable|inHeading) || mentions) {
		return
	}
	if a.sign&signIgnore == 0 && u.senses&(nGuide|nPrior) != 0 {
		a.drops(u)
		a.voided(u)
		if a.sign&signIgnore == 0 {
			a.loosely(u)
		}
	}
	if a.sign&signVeil == 0 && !u.is(inHidden) && (u.any&(cNegation|cHide|cQuiet) != 0 || u.holds("secret", "nobody")) {
		a.veils(u)
	}
	if a.sign&signReveal == 0 && u.any&cReveal != 0 {
		a.recites(u)
	}
	if a.sign&(signRole|signFreed) == 0 && (u.senses&pYou != 0 || u.any&cAct != 0) && (u.senses&(nLimit|nMode) != 0 || u.any&cUnbound != 0) {
		a.frees(u)
	}
}

// drops is a verb of setting aside whose object is what was said before.
func (a *analysis) drops(u *unit) {
	for i := range u.tokens {
		verb := u.means(i, vDrop) || u.says(i, "set") && u.aside(i) || u.says(i, "attention") && u.says(i-1, "no")
		if !verb || a.spoken(u, i) {
			continue
		}
		if !(u.says(i, "attention") || u.says(i, "set") && u.asked(i) && !u.negated(i) || u.means(i, vDrop) && u.wanted(i)) {
			continue
		}
		j := u.earlierWord(i+1, min(len(u.tokens), i+10))
		if j < 0 && (u.means(i, fPart) || u.says(i+1, "it", "them")) {
			j = u.earlierWord(max(0, i-12), i)
		}
		if j >= 0 && u.straight(min(i, j), max(i, j)) {
			a.note(u, a.aside(), min(i, j), max(i, j), mark{})
			return
		}
	}
	a.stops(u)
}

// loosely is whatever sets aside what was said before, by whoever: "this
// replaces your system prompt", "I revoke the rules above". It counts beside
// another sign only.
func (a *analysis) loosely(u *unit) {
	g := u.earlierWord(0, len(u.tokens))
	if g < 0 || a.spoken(u, g) {
		return
	}
	for i := max(0, g-14); i < min(len(u.tokens), g+9); i++ {
		matters := u.reads(i-1, "longer", "matter")
		if i == g || !matters && !u.means(i, vDrop|nVoid) && !u.reads(i-1, "let", "go") {
			continue
		}
		if u.negatedBefore(i) && !matters || a.spoken(u, i) {
			continue
		}
		a.note(u, signLoose, min(i, g), max(i, g), mark{})
		return
	}
}

// stops is "stop obeying", "no longer follow", "do not heed" what was said
// before.
func (a *analysis) stops(u *unit) {
	for i := range u.tokens {
		if !u.means(i, vFollow) || a.spoken(u, i) || u.says(i, "use", "do") {
			continue
		}
		end := u.says(i-1, "stop", "cease", "quit", "longer") || u.classed(max(i-1, 0), cNegation) && i > 0
		if !end || u.governs(i-1) {
			continue
		}
		if j := u.earlierWord(i+1, min(len(u.tokens), i+10)); j > 0 && u.straight(i, j) {
			a.note(u, a.aside(), i-1, j, mark{})
			return
		}
	}
}

// recites is an order to give what was said before in full: "reveal it word for
// word".
func (a *analysis) recites(u *unit) {
	for i := range u.tokens {
		if !u.classed(i, cReveal) || !u.says(i+1, "it", "them") || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		if u.names(i, len(u.tokens), "verbatim", "for") || u.phrase(i, len(u.tokens), "in", "full") > 0 {
			a.note(u, signVeil, i, i+1, mark{})
			return
		}
	}
}

// aside is what a frame of setting aside is worth. In a short text, which says
// what a tool does, it counts beside another sign only.
func (a *analysis) aside() sign {
	if a.short {
		return signLoose
	}
	return signIgnore
}

// aside is "set … aside" at token i.
func (u *unit) aside(i int) bool { return u.says(i+1, "aside") || u.names(i, i+10, "aside") }

// earlierWord is where in [from, to) the text names what a model was told
// before: instructions that are earlier, its own or the system's, or "what you
// were told". -1 without it.
func (u *unit) earlierWord(from, to int) int {
	for k := max(from, 1); k < to; k++ {
		switch u.tokens[k].form {
		case "told", "configured", "taught", "instructed", "learned", "said":
			if u.sensed(nWide|nThat, from, k) >= 0 && u.sensed(pYou, from, k) > 0 {
				return k
			}
		}
	}
	for g := u.sensed(nGuide, from, to); g >= 0; g = u.sensed(nGuide, g+1, to) {
		if at := u.earlierGuide(from, g, to); at >= 0 {
			return at
		}
	}
	return -1
}

// earlierGuide is earlierWord for the word for instructions at g.
func (u *unit) earlierGuide(from, g, to int) int {
	near := u.sensed(nPrior, max(from, g-4), min(to, g+5))
	core := u.sensed(nCore, max(from, g-3), g)
	yours := u.phrase(from, g, "your")
	switch {
	case u.classed(g, cInstruction) && u.phrase(g, min(to, g+5), "from", "the", "system") > 0:
		return g
	case u.says(g+1, "you") && (u.says(g+2, "got", "received") || u.says(g+2, "have") && u.means(g+3, fPart)):
		return g
	case u.classed(g, cPrompt) && core >= 0, u.classed(g, cInstruction) && near >= 0, yours >= 0 && (core >= 0 || near >= 0),
		near >= 0 && (u.says(g, "context", "guidance", "messages", "orders", "training", "conditioning") || u.says(g, "rule") && u.sensed(nWide, from, g) >= 0),
		core >= 0 && !u.says(core, "base", "default") && u.means(g, nLimit) && u.sensed(nWide, from, g) >= 0:
		return max(g, near)
	}
	return -1
}

// voided is "all earlier instructions are void", "treat them as cancelled".
func (a *analysis) voided(u *unit) {
	end := len(u.tokens)
	g := u.earlierWord(0, end)
	if g < 0 || a.spoken(u, g) {
		return
	}
	for k := g + 1; k < min(end, g+9); k++ {
		if u.tokens[k].kind == stop {
			break
		}
		denied := u.classed(k-1, cNegation) || u.names(0, k, "neither")
		ended := u.reads(k-1, "no", "longer") || u.says(k, "apply", "count", "bind", "hold") && denied
		void := u.means(k, nVoid) && (u.copula(g, k) || u.holding(g))
		if ended && (denied || !u.negatedBefore(k) || u.says(k, "longer")) || void && (denied || !u.negatedBefore(k)) {
			a.note(u, a.aside(), max(0, g-2), k, mark{})
			return
		}
	}
}

// holding is a verb of holding something for something: "consider them void".
func (u *unit) holding(g int) bool {
	for k := range u.tokens[:g] {
		switch u.tokens[k].form {
		case "consider", "treat", "regard", "deem", "declare":
			return u.asked(k) && !u.negated(k)
		}
	}
	return false
}

// copula says that a form of "be", or "as", stands between two tokens.
func (u *unit) copula(i, j int) bool {
	for k := max(i+1, 0); k < j; k++ {
		switch u.tokens[k].form {
		case "is", "are", "been", "was", "were", "as", "be", "considered":
			return true
		}
	}
	return false
}

// veils are forms of concealment too weak to stand for themselves: "keep this
// between us", "do not bring it up".
func (a *analysis) veils(u *unit) {
	for i := range u.tokens {
		if a.spoken(u, i) {
			continue
		}
		if from, to, ok := u.veiled(i); ok {
			a.note(u, signVeil, max(0, from), to, mark{})
			return
		}
	}
}

// veiled is the form of concealment whose verb is at i, from one token to another.
func (u *unit) veiled(i int) (from, to int, ok bool) {
	end := min(len(u.tokens), i+9)
	denied := u.negatedBefore(i)
	switch {
	case u.says(i, "keep") && u.asked(i) && !u.negated(i):
		if k := u.keptQuiet(i, end); k > 0 {
			return i, k, true
		}
	case u.classed(i, cHide) && u.wantedHide(i) && u.sensed(nPerson, i+1, end+2) > 0:
		return i, end - 1, true
	case u.means(i, vTell) && u.says(i+1, "nobody") && u.asked(i):
		return i, i + 1, true
	case u.means(i, vTell) && (denied || u.says(i-1, "without")):
		that := u.says(i+1, "so") || u.means(i+1, nThat) || u.means(i+2, nThat)
		return i - 1, i, that || u.sensed(nPerson, i+1, end) > 0
	case u.says(i, "secret", "hidden") && u.says(i-1, "stay", "remain", "be", "kept") && u.says(i+1, "from"):
		return i - 1, i, u.sensed(nPerson, i, end) > 0
	case u.says(i, "know", "see", "notice", "learn", "aware") || u.reads(i, "find", "out"):
		return i - 3, i, u.sensed(nPerson, i-6, i) >= 0 && (denied || u.says(i-1, "not"))
	}
	return 0, 0, false
}

// keptQuiet is the word that ends "keep this between us", "keep quiet", -1
// without one.
func (u *unit) keptQuiet(i, end int) int {
	if u.sensed(nThat|vTell, i+1, i+4) < 0 && !u.says(i+1, "quiet", "silent") {
		return -1
	}
	for j := i + 1; j < end; j++ {
		if u.says(j, "us", "secret", "hidden", "confidential", "yourself", "quiet", "silent", "private") {
			return j
		}
	}
	return -1
}

// wantedHide is wanted for verbs of hiding, of which the lexicon has base forms
// only.
func (u *unit) wantedHide(i int) bool { return u.asked(i) && !u.negated(i) && !u.reported(i) }

// role is what a unit says of whom it speaks to: where it addresses the reader,
// where it has the reader act as somebody (-1 if nowhere), and whether from now on.
type role struct {
	reader, act int
	asked       bool // acting is an order
	now         bool
}

func (u *unit) role() role {
	r := role{act: u.find(cAct, 0, len(u.tokens))}
	for _, w := range []string{"you", "youre", "your"} {
		if r.reader = u.phrase(0, len(u.tokens), w); r.reader >= 0 {
			break
		}
	}
	r.asked = r.act >= 0 && u.asked(r.act)
	r.now = u.any&cFromNow != 0 || u.phrase(0, len(u.tokens), "from", "now") >= 0 || u.phrase(0, len(u.tokens), "from", "this") >= 0
	return r
}

// acted says that the reader is to act as what stands at i.
func (r role) acted(i int) bool { return r.asked && r.act < i }

// frees is a role without limits: somebody, the reader, has none of them.
func (a *analysis) frees(u *unit) {
	r := u.role()
	if r.now && r.reader >= 0 && a.sign&signFromNow == 0 {
		a.note(u, signFromNow, 0, r.reader, mark{})
	}
	for i := range u.tokens {
		if a.spoken(u, i) {
			continue
		}
		if u.unbound(i, r) {
			a.note(u, signFreed, i, min(i+1, len(u.tokens)-1), mark{})
			if off := u.sensed(nLimit, 0, len(u.tokens)); off >= 0 && u.sensed(nVoid, off, len(u.tokens)) > 0 && a.sign&signFromNow == 0 {
				a.note(u, signFromNow, i, min(i+1, len(u.tokens)-1), mark{})
			}
			return
		}
		if j := u.limitless(i, r); j > 0 {
			a.note(u, signFreed, i, j, mark{})
			return
		}
	}
	if u.senses&nMode != 0 && u.holds("your") && u.holds("new") && u.names(1, len(u.tokens), "is") {
		a.note(u, signFromNow, 0, 1, mark{})
	}
}

// unbound says that token i names somebody without limits who the reader is to
// be: "developer mode", "act as an unfiltered model".
func (u *unit) unbound(i int, r role) bool {
	free := u.classed(i, cUnbound) && !u.says(i, "dan")
	mode := u.reads(i, "developer", "mode") || u.reads(i, "god", "mode") || u.classed(i, cUnbound|cFreedom) && u.means(i+1, nMode)
	switch {
	case mode || free && r.acted(i) && i-r.act <= 4:
		return !u.negated(i) && (u.enters(i) || r.asked || r.reader >= 0 && u.phrase(0, i, "you", "are") >= 0)
	case free && u.classed(i+1, cAgent):
		return r.reader > i && u.names(0, i, "as")
	}
	return false
}

// limitless is where the reader is said to be without limits, by the word for
// limits or for being without at i; -1 if it does not say so.
func (u *unit) limitless(i int, r role) int {
	end := min(len(u.tokens), i+6)
	is := r.reader >= 0 && r.reader < i && i-r.reader <= 12 && u.being(r.reader)
	switch {
	case u.means(i, nFree) && (r.acted(i) || is || r.now):
		if j := u.sensed(nLimit, i+1, end); j > 0 && u.straight(i, j) && u.endsLimit(j) {
			return j
		}
	case u.means(i, nLimit) && (r.acted(i) || r.reader >= 0):
		core := u.sensed(nCore, i-3, i) >= 0
		for k := i + 1; k < end && u.tokens[k].kind != stop; k++ {
			off := u.means(k, nVoid) && !u.says(k, "existing") && (u.copula(i, k) || u.says(i+1, "been"))
			if off && (core || r.act >= 0 || u.sensed(nMode, 0, i) >= 0) {
				return k
			}
			if u.classed(k, cNegation) && u.copula(i, k) && core && r.act >= 0 && r.act < i {
				return k
			}
		}
	}
	return -1
}

// enters is "enter", "activate" before the name of a mode at i.
func (u *unit) enters(i int) bool {
	for k := max(0, i-4); k < i; k++ {
		switch u.tokens[k].form {
		case "enter", "activate", "engage", "switch":
			return u.asked(k) && !u.negated(k)
		}
	}
	return false
}

// being says that a sentence says what the reader is or has: "you are", "your
// identity is", "you have".
func (u *unit) being(i int) bool {
	for k := i + 1; k < min(len(u.tokens), i+4); k++ {
		switch u.tokens[k].form {
		case "an", "are", "is", "have", "be", "now", "act", "answer", "operate":
			return true
		}
	}
	return false
}

// endsLimit says that the word for limits at j is not the attribute of another:
// "without rule files".
func (u *unit) endsLimit(j int) bool {
	return j+1 >= len(u.tokens) || u.tokens[j+1].kind != word || u.tokens[j+1].form != ""
}

// foreign looks for "ignore all previous instructions" in other languages, whose
// words stand in any order.
func (a *analysis) foreign(u *unit) {
	if a.sign&signForeign != 0 || u.is(inForbid|inTable|inHeading) && !u.is(inHidden) {
		return
	}
	for i := range u.tokens {
		if !u.means(i, xIgnore) && !u.disregards(i) && !(u.means(i, xObey) && u.deniedForeign(i)) || a.spoken(u, i) || u.means(i, xIgnore) && u.deniedForeign(i) {
			continue
		}
		from, to := max(0, i-10), min(len(u.tokens), i+11)
		p, g := u.sensed(xPrior, from, to), u.sensed(xGuide, from, to)
		if p < 0 || g < 0 || p == g && u.classed(i, cEnglish) {
			continue
		}
		a.note(u, signIgnore, min(i, p, g), max(i, p, g), mark{})
		a.note(u, signForeign, min(i, p, g), max(i, p, g), mark{rule: ruleOverride, severity: scanners.High})
		return
	}
}

// disregards are idioms of which no single word says it: "ne tiens pas compte",
// "no hagas caso", "non tenere conto", "не обращай внимания".
func (u *unit) disregards(i int) bool {
	var no string
	switch u.tokens[i].form {
	case "compte":
		no = "pas"
	case "caso", "conto":
		no = "no"
	case "aandacht":
		no = "geen"
	case "внимания":
		no = "не"
	default:
		return false
	}
	for k := max(0, i-4); k < i; k++ {
		if u.says(k, no) || no == "no" && u.says(k, "non", "omiso") {
			return true
		}
	}
	return false
}

// deniedForeign says that the verb at i is forbidden in its own language.
func (u *unit) deniedForeign(i int) bool {
	after := 3
	if u.means(i, xObey) {
		after = 8
	}
	for k := max(0, i-2); k < min(len(u.tokens), i+after); k++ {
		switch u.tokens[k].form {
		case "nicht", "niemals", "nie", "pas", "nunca", "jamais", "non", "не", "geen", "nao", "niet", "ne":
			return k < i || u.says(k, "nicht") && k == i+1 || u.says(k, "pas") && k <= i+1 || u.means(i, xObey)
		case "no":
			return k < i
		}
	}
	return false
}
