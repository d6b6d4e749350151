package prompt

import "github.com/castellan-app/castellan/scanners"

// frameOverride looks for the frames of rules-instruction-override.
func (a *analysis) frameOverride(u *unit) {
	if u.senses&xPrior != 0 && u.senses&xGuide != 0 {
		a.foreign(u)
	}
	if u.is(inForbid|inTable|inHeading) && !u.is(inHidden) || u.any&cMention != 0 && !u.is(inHidden) && u.phrase(0, len(u.tokens), "jailbreak", "mode") < 0 {
		return
	}
	if a.sign&signIgnore == 0 && u.senses&(nGuide|nPrior) != 0 {
		a.drops(u)
		a.voided(u)
		if a.sign&signIgnore == 0 {
			a.loosely(u)
		}
	}
	if a.sign&signVeil == 0 && (u.any&(cNegation|cHide|cQuiet) != 0 || u.phrase(0, len(u.tokens), "secret") >= 0 || u.phrase(0, len(u.tokens), "nobody") >= 0) && !u.is(inHidden) {
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
		verb := u.tokens[i].sense&vDrop != 0 || u.same(i, "set") && u.aside(i) || u.same(i, "attention") && u.same(i-1, "no")
		if !verb || a.spoken(u, i) {
			continue
		}
		if !(u.same(i, "attention") || u.same(i, "set") && u.asked(i) && !u.negated(i) || u.tokens[i].sense&vDrop != 0 && u.wanted(i)) {
			continue
		}
		j := u.earlierWord(i+1, min(len(u.tokens), i+10))
		if j < 0 && (u.tokens[i].sense&fPart != 0 || u.same(i+1, "it") || u.same(i+1, "them")) {
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
		if i == g || u.tokens[i].sense&(vDrop|nVoid) == 0 && !(u.same(i, "matter") && u.same(i-1, "longer")) && !(u.same(i, "go") && u.same(i-1, "let")) || u.negatedBefore(i) && !u.same(i, "matter") || a.spoken(u, i) {
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
		if u.tokens[i].sense&vFollow == 0 || a.spoken(u, i) || u.same(i, "use") || u.same(i, "do") {
			continue
		}
		end := u.same(i-1, "stop") || u.same(i-1, "cease") || u.same(i-1, "quit") || u.same(i-1, "longer") || u.tokens[max(i-1, 0)].class&cNegation != 0 && i > 0
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
		if u.tokens[i].class&cReveal == 0 || !u.same(i+1, "it") && !u.same(i+1, "them") || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		if u.phrase(i, len(u.tokens), "verbatim") > 0 || u.phrase(i, len(u.tokens), "for") > 0 || u.phrase(i, len(u.tokens), "in", "full") > 0 {
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
func (u *unit) aside(i int) bool { return u.same(i+1, "aside") || u.phrase(i, i+10, "aside") > 0 }

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
	yours := u.tokenOf(from, g, "your")
	switch {
	case u.tokens[g].class&cInstruction != 0 && u.phrase(g, min(to, g+5), "from", "the", "system") > 0:
		return g
	case u.same(g+1, "you") && (u.same(g+2, "got") || u.same(g+2, "received") || u.same(g+2, "have") && u.means(g+3, fPart)):
		return g
	case u.tokens[g].class&cPrompt != 0 && core >= 0, u.tokens[g].class&cInstruction != 0 && near >= 0, yours >= 0 && (core >= 0 || near >= 0),
		near >= 0 && (u.same(g, "context") || u.same(g, "rule") && u.sensed(nWide, from, g) >= 0 || u.same(g, "guidance") || u.same(g, "messages") || u.same(g, "orders") || u.same(g, "training") || u.same(g, "conditioning")),
		core >= 0 && !u.same(core, "base") && !u.same(core, "default") && u.means(g, nLimit) && u.sensed(nWide, from, g) >= 0:
		return max(g, near)
	}
	return -1
}

// tokenOf is the first token of a form in [from, to), -1 without one.
func (u *unit) tokenOf(from, to int, w string) int { return u.phrase(from, to, w) }

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
		void := u.means(k, nVoid) && (u.copula(g, k) || u.holding(g)) ||
			u.same(k, "longer") && u.same(k-1, "no") || (u.same(k, "apply") || u.same(k, "count") || u.same(k, "bind") || u.same(k, "hold")) && (u.tokens[k-1].class&cNegation != 0 || u.phrase(0, k, "neither") >= 0)
		if void && !u.negatedBefore(k) || void && u.same(k, "longer") || void && (u.tokens[k-1].class&cNegation != 0 || u.phrase(0, k, "neither") >= 0) {
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
		end := min(len(u.tokens), i+9)
		switch {
		case u.same(i, "keep") && u.asked(i) && !u.negated(i):
			if k := u.sensed(nThat|vTell, i+1, i+4); k > 0 || u.same(i+1, "quiet") || u.same(i+1, "silent") {
				for j := i + 1; j < end; j++ {
					switch u.tokens[j].form {
					case "us", "secret", "hidden", "confidential", "yourself", "quiet", "silent", "private":
						a.note(u, signVeil, i, j, mark{})
						return
					}
				}
			}
		case u.tokens[i].class&cHide != 0 && u.wantedHide(i) && u.sensed(nPerson, i+1, end+2) > 0:
			a.note(u, signVeil, i, end-1, mark{})
			return
		case u.means(i, vTell) && u.same(i+1, "nobody") && u.asked(i):
			a.note(u, signVeil, i, i+1, mark{})
			return
		case u.means(i, vTell) && (u.negatedBefore(i) || u.same(i-1, "without")):
			if u.same(i+1, "so") || u.sensed(nPerson, i+1, end) > 0 || u.means(i+1, nThat) || u.means(i+2, nThat) && i+2 < end {
				a.note(u, signVeil, max(0, i-1), i, mark{})
				return
			}
		case (u.same(i, "secret") || u.same(i, "hidden")) && (u.same(i-1, "stay") || u.same(i-1, "remain") || u.same(i-1, "be") || u.same(i-1, "kept")) && u.same(i+1, "from") && u.sensed(nPerson, i, end) > 0:
			a.note(u, signVeil, i-1, i, mark{})
			return
		case (u.same(i, "find") && u.same(i+1, "out") || u.same(i, "know") || u.same(i, "see") || u.same(i, "notice") || u.same(i, "learn") || u.same(i, "aware")) && u.sensed(nPerson, i-6, i) >= 0 && (u.negatedBefore(i) || u.same(i-1, "not")):
			a.note(u, signVeil, max(0, i-3), i, mark{})
			return
		}
	}
}

// wantedHide is wanted for verbs of hiding, of which the lexicon has base forms
// only.
func (u *unit) wantedHide(i int) bool { return u.asked(i) && !u.negated(i) && !u.reported(i) }

// frees is a role without limits: somebody, the reader, has none of them.
func (a *analysis) frees(u *unit) {
	addressed := u.tokenOf(0, len(u.tokens), "you")
	if addressed < 0 {
		addressed = u.tokenOf(0, len(u.tokens), "youre")
	}
	if addressed < 0 {
		addressed = u.tokenOf(0, len(u.tokens), "your")
	}
	act := u.find(cAct, 0, len(u.tokens))
	now := u.phrase(0, len(u.tokens), "from", "now") >= 0 || u.any&cFromNow != 0 || u.phrase(0, len(u.tokens), "from", "this") >= 0
	if now && addressed >= 0 && a.sign&signFromNow == 0 {
		a.note(u, signFromNow, 0, addressed, mark{})
	}
	for i := range u.tokens {
		if a.spoken(u, i) {
			continue
		}
		end := min(len(u.tokens), i+6)
		switch {
		case u.same(i, "developer") && u.same(i+1, "mode") || u.same(i, "god") && u.same(i+1, "mode") || u.means(i+1, nMode) && u.tokens[i].class&(cUnbound|cFreedom) != 0 || u.tokens[i].class&cUnbound != 0 && u.tokens[i].form != "dan" && act >= 0 && act < i && u.asked(act) && i-act <= 4:
			if u.negated(i) || !u.enters(i) && (addressed < 0 && (act < 0 || !u.asked(act)) || u.phrase(0, i, "you", "are") < 0 && (act < 0 || !u.asked(act))) {
				continue
			}
			a.note(u, signFreed, i, i+1, mark{})
			if off := u.sensed(nLimit, 0, len(u.tokens)); off >= 0 && u.sensed(nVoid, off, len(u.tokens)) > 0 && a.sign&signFromNow == 0 {
				a.note(u, signFromNow, i, i+1, mark{})
			}
			return
		case u.tokens[i].class&cUnbound != 0 && u.tokens[i].form != "dan" && i+1 < len(u.tokens) && u.tokens[i+1].class&cAgent != 0 && addressed > i && u.phrase(0, i, "as") >= 0:
			a.note(u, signFreed, i, i+1, mark{})
			return
		case u.means(i, nFree) && (act >= 0 && act < i && u.asked(act) || addressed >= 0 && addressed < i && i-addressed <= 12 && u.being(addressed) || now):
			if j := u.sensed(nLimit, i+1, end); j > 0 && u.straight(i, j) && u.endsLimit(j) {
				a.note(u, signFreed, i, j, mark{})
				return
			}
		case u.means(i, nLimit) && (act >= 0 && act < i && u.asked(act) || addressed >= 0):
			for k := i + 1; k < end && u.tokens[k].kind != stop; k++ {
				if u.tokens[k].class&cNegation != 0 && u.copula(i, k) && act >= 0 && act < i && u.sensed(nCore, i-3, i) >= 0 {
					a.note(u, signFreed, i, k, mark{})
					return
				}
				if u.means(k, nVoid) && (u.copula(i, k) || u.same(i+1, "been")) && !u.same(k, "existing") && (act >= 0 || u.sensed(nCore, i-3, i) >= 0 || u.sensed(nMode, 0, i) >= 0) {
					a.note(u, signFreed, i, k, mark{})
					return
				}
			}
		}
	}
	if u.tokenOf(0, len(u.tokens), "your") >= 0 && u.tokenOf(0, len(u.tokens), "new") >= 0 && u.senses&nMode != 0 && u.tokenOf(0, len(u.tokens), "is") > 0 {
		a.note(u, signFromNow, 0, 1, mark{})
	}
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
		if !u.means(i, xIgnore) && !u.disregards(i) && !(u.means(i, xObey) && u.deniedForeign(i)) || a.spoken(u, i) || u.tokens[i].sense&xIgnore != 0 && u.deniedForeign(i) {
			continue
		}
		from, to := max(0, i-10), min(len(u.tokens), i+11)
		p, g := u.sensed(xPrior, from, to), u.sensed(xGuide, from, to)
		if p < 0 || g < 0 || p == g && u.tokens[i].class&cEnglish != 0 {
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
		if u.same(k, no) || no == "no" && (u.same(k, "non") || u.same(k, "omiso")) {
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
			return k < i || u.same(k, "nicht") && k == i+1 || u.same(k, "pas") && k <= i+1 || u.means(i, xObey)
		case "no":
			return k < i
		}
	}
	return false
}
