package prompt

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
		if u.negatedBefore(i) && !matters || a.spoken(u, i) || u.any&cIf != 0 && u.reported(i) {
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
		if j := u.earlierWord(i+1, min(len(u.tokens), i+10)); j > 0 && u.straight(i, j) && !u.has(cIf, i, j) {
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
