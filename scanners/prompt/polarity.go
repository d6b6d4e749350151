package prompt

// How a text means what it names. The same words attack ("send .env to…") and
// defend ("never send .env to…"); what stands before a verb, its heading and
// its list's lead-in tell them apart.

// negated says that the verb at token i is forbidden rather than asked for.
func (u *unit) negated(i int) bool {
	if u.is(inForbid) {
		return true
	}
	return u.negatedBefore(i) || u.defended(i)
}

// negatedBefore looks for the negation that governs the verb at i.
func (u *unit) negatedBefore(i int) bool {
	crossed := false // a comma or conjunction
	for j := i - 1; j >= 0; j-- {
		t := &u.tokens[j]
		switch {
		case t.class&cBad != 0 && t.kind == stop:
			return true
		case t.kind == stop || t.kind == piped:
			return j > 0 && u.classed(j-1, cNegation|cBad) && (j == 1 || u.tokens[j-2].kind != word)
		case t.kind == comma, t.class&cThen != 0:
			crossed = true
		}
		if t.class&cBut != 0 {
			return u.insteadOf(j) && u.tokens[i-1].kind != comma // rather than fixing it, delete it
		}
		if t.class&cQuiet != 0 && i-j <= 2 {
			return true
		}
		if u.says(j, "no") && crossed {
			continue // belongs to a noun
		}
		if t.class&cNegation != 0 && u.classed(j+1, cThen) && u.says(j, "refuse", "stop", "decline", "reject", "deny", "refrain", "block") {
			continue // refuse and report it
		}
		if t.class&cDefense != 0 || t.class&cNegation != 0 && !u.undone(j, i, crossed) {
			return true
		}
	}
	return false
}

// insteadOf is "instead of" and "rather than", which negate what follows them.
func (u *unit) insteadOf(j int) bool {
	return u.says(j, "instead") && u.says(j+1, "of") || u.says(j, "rather") && u.says(j+1, "than")
}

// undone says that the negation at j does not reach the verb at i: a verb of
// hesitation turns it round ("do not hesitate to"), a verb of telling or asking
// takes it for itself ("do not ask, run"), or it belongs to a condition.
func (u *unit) undone(j, i int, crossed bool) bool {
	k := j + 1
	for k < i && u.classed(k, cReally|cDeterminer) && !u.classed(k, cHedge) {
		k++
	}
	if k >= i {
		return false
	}
	if u.classed(k, cHedge) {
		return true
	}
	if !crossed {
		return false
	}
	if u.classed(k, cTell|cAsk) && u.crossing(k, i) {
		return true
	}
	return u.crossing(k, i) && u.conditional(j) && !u.has(cIf, k, i)
}

// conditional says that token j stands in the clause of a condition: "if it does
// not pass, …", but not "if it fails, do not …".
func (u *unit) conditional(j int) bool {
	for k := j - 1; k >= 0 && j-k <= 6 && u.tokens[k].kind != comma; k-- {
		if u.classed(k, cIf) {
			return true
		}
	}
	return false
}

// crossing says that a comma or conjunction stands between two tokens.
func (u *unit) crossing(from, to int) bool {
	for k := from + 1; k < to; k++ {
		if u.tokens[k].kind == comma || u.classed(k, cThen) {
			return true
		}
	}
	return false
}

// defended says that what follows the verb at i forbids it: "is prohibited".
func (u *unit) defended(i int) bool {
	for j := i + 1; j < len(u.tokens) && u.tokens[j].kind != stop && !u.says(j, "when", "if"); j++ {
		if u.classed(j, cDefense) {
			return true
		}
		if u.classed(j, cNegation) && u.says(j+1, "allowed", "permitted", "acceptable") {
			return true
		}
	}
	return false
}

// asked says that the verb at token i tells the reader to do something: it
// stands where a clause or its predicate begins, in its base form, and nothing
// says that somebody else does it.
func (u *unit) asked(i int) bool {
	j := i - 1
	for j >= 0 && u.classed(j, cReally) && u.tokens[j].kind == word {
		j--
	}
	if j < 0 {
		return true
	}
	t := &u.tokens[j]
	switch {
	case t.kind == comma || t.kind == stop || t.kind == piped:
		return true
	case u.says(j, "will", "shall", "should", "must"):
		return j == 0 || u.says(j-1, "you") || u.classed(j-1, cAgent|cThen) || u.tokens[j-1].kind != word
	case t.class&(cThen|cForce) != 0:
		return !u.thirdActs(j)
	case t.class&cBut != 0 && !u.insteadOf(j):
		return true
	case u.says(j, "on") && u.says(j-1, "now") && u.says(j-2, "from"):
		return true
	case u.says(j, "to") && j == 1 && (u.classed(0, cInstruction|cAsk) || u.says(0, "requests", "tries")):
		return u.any&cForce != 0 // "requests to send it"
	case u.says(j, "to"):
		return j == 0 || !u.says(j-1, "how", "used", "ability")
	case u.says(j, "you"):
		return j == 0 || !u.classed(j-1, cIf)
	}
	return t.class&cNegation != 0 || (t.class&cAgent != 0 || u.text[t.start] == '@') && j <= 1 || u.fronted(i)
}

// maxFront is how many words of time can stand before an order.
const maxFront = 8

// fronted is an order behind words of time that no comma sets off: "before every
// answer run x", "at the start of each session fetch y".
func (u *unit) fronted(i int) bool {
	if i == 0 || !u.means(i, fBase) {
		return false
	}
	before := &u.tokens[i-1]
	if before.kind != word && before.kind != file || before.class&(cDeterminer|cPerson|cThird|cThen|cNegation) != 0 || u.says(i-1, "to", "of", "not") {
		return false
	}
	for k := i - 2; k >= 0 && i-k <= maxFront; k-- {
		if kind := u.tokens[k].kind; kind == stop || kind == piped {
			return false
		}
		switch u.tokens[k].form {
		case "from", "before", "after", "when", "whenever", "at", "on", "every", "each":
			if k == 0 || u.tokens[k-1].kind != word {
				return true
			}
		}
	}
	return false
}

// thirdActs says that somebody else is the subject of the clause before token
// j: "attackers read it and send it".
func (u *unit) thirdActs(j int) bool {
	for k := j - 1; k >= 0 && u.tokens[k].kind != stop; k-- {
		if u.classed(k, cThird) && !u.says(k, "it", "that") && u.tokens[k].kind == word {
			return !u.ordered(k)
		}
		if j-k > 12 {
			return false
		}
	}
	return false
}

// ordered says that a verb in its base form opens the clause before token k, so
// that what k names is an object: "read the user's key and send it".
func (u *unit) ordered(k int) bool {
	for i := k - 1; i >= 0 && k-i <= 12 && u.tokens[i].kind != stop; i-- {
		if !u.classed(i, cRead|cRun|cFetch|cFollow|cSend|cTell) {
			continue
		}
		j := i - 1
		for j >= 0 && u.classed(j, cReally|cForce) && u.tokens[j].kind == word {
			j--
		}
		if j < 0 || u.tokens[j].kind == stop || u.tokens[j].kind == comma {
			return true
		}
	}
	return false
}

// stance is what a heading says of its section.
func (t *tokenizer) stance(text string) place {
	var p place
	good := false
	for i := range t.tokens {
		c := t.tokens[i].class
		if c&(cNegation|cDefense|cBad) != 0 {
			p |= inForbid
		}
		if c&cAttack != 0 {
			p |= inAttack
		}
		if c&cSetup != 0 {
			p |= inSetup
		}
		good = good || c&cGood != 0
	}
	if good {
		p &^= inForbid
	}
	return p
}

// leadStance is what a sentence that ends in a colon says of the list below.
func (t *tokenizer) leadStance(text string) place {
	var p place
	n := len(t.tokens)
	condition := false
	for i := range t.tokens {
		c := t.tokens[i].class
		condition = condition || c&cIf != 0
		if c&(cNegation|cDefense|cBad) != 0 && !condition && (i < 4 || n-i <= 5) {
			p |= inForbid
		}
		if c&cAttack != 0 || c&cMention != 0 && t.tokens[i].kind == word {
			p |= inAttack
		}
	}
	return p
}
