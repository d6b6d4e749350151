package prompt

// frameEvasion looks for the frames of rules-approval-evasion.
func (a *analysis) frameEvasion(u *unit) {
	if a.sign&evading != 0 || u.is(inTable|inForbid|inHeading|inFront) && !u.is(inHidden) || a.onAttacks(u) {
		return
	}
	a.switches(u)
	first := &u.tokens[0]
	if u.is(inFence) || len(u.tokens) > 1 && (first.code || first.kind == flag) || u.exceptional() || a.sign&evading != 0 {
		return
	}
	if u.senses&(vAsk|nCheck) != 0 || u.any&cAsk != 0 || u.senses&vGrant != 0 {
		a.free(u)
		a.granted(u)
	}
	if a.sign&evading == 0 && u.senses&vOmit != 0 && u.senses&(nCheck|nProof) != 0 {
		a.omits(u)
	}
	if a.sign&evading == 0 {
		if u.senses&nSilencer != 0 {
			a.silences(u)
		}
		a.unmentioned(u)
	}
}

// onAttacks is aboutAttacks, but for a scan for vulnerabilities or a scanner that
// flags something, which are no attacks.
func (a *analysis) onAttacks(u *unit) bool {
	if u.is(inHidden) {
		return false
	}
	if a.attack || u.is(inAttack) {
		return true
	}
	for i := range u.tokens {
		if u.tokens[i].class&cMention == 0 {
			continue
		}
		switch u.tokens[i].form {
		case "flag", "flags", "flagged", "detect", "detects", "risk", "risks", "violation", "violations":
		case "vulnerability", "vulnerabilities":
			if !u.means(i+1, nCheck) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// exceptional says that a unit speaks of exceptions that people make.
func (u *unit) exceptional() bool {
	for i := range u.tokens {
		switch u.tokens[i].form {
		case "only", "emergency", "emergencies", "rare", "rarely", "resort", "unless", "explicitly", "requested", "whether", "temporarily":
			return true
		}
	}
	return false
}

// maxTries is how often a unit is looked at for freedom from asking, which
// looks at its neighbours every time.
const maxTries = 4

// free looks for freedom from asking together with something broad or something
// that cannot be taken back.
func (a *analysis) free(u *unit) {
	tries := 0
	for i := range u.tokens {
		if u.tokens[i].class&cAsk == 0 && u.tokens[i].sense&vAsk == 0 && !u.same(i, "review") && !u.same(i, "supervision") && !u.same(i, "sign") || a.spoken(u, i) {
			continue
		}
		if !u.unneeded(i) {
			continue
		}
		if tries++; tries > maxTries {
			return
		}
		for j := max(0, i-verbReach); j < min(len(u.tokens), i+verbReach); j++ {
			if u.tokens[j].sense&(vRun|vHarm) == 0 || u.tokens[j].sense&vAsk != 0 || u.same(j, "do") && j+1 < len(u.tokens) && u.tokens[j+1].class&cNegation != 0 || u.has(cDefense, 0, j) || u.defended(j) || a.spoken(u, j) || j == i || u.governs(j) && !u.between(j, i) {
				continue
			}
			broad := u.tokens[j].sense&vRun != 0 && (u.broad(j) || u.broadly(j))
			final := u.tokens[j].class&cDanger != 0 && (u.wanted(j) || u.same(j-1, "auto") && u.asked(j-1) && !u.negated(j-1) || u.permitted(j)) && u.limits(j, len(u.tokens)) && !u.means(j-1, nWide)
			if final = final || u.tokens[j].class&cDanger != 0 && u.same(j-1, "before") && u.limits(j, len(u.tokens)); (broad || final) && u.limits(min(i, j), max(i, j)) && (u.wanted(j) || u.permitted(j) || u.broadly(j) || u.same(j-1, "auto") || u.same(j-1, "before") || u.same(j-1, "to") || u.tokens[j].sense&fGerund != 0) {
				a.evade(u, signUnasked, i, j)
				return
			}
		}
		if u.broadAsk(i) {
			a.evade(u, signUnasked, i, i)
			return
		}
	}
}

// between says that the negation that governs the verb at j is that of asking.
func (u *unit) between(j, ask int) bool {
	for k := j - 1; k >= 0; k-- {
		if u.tokens[k].class&cNegation != 0 {
			return ask > k && ask < j || j-ask <= 8 && k <= ask
		}
	}
	return false
}

// broadAsk is asking that is not needed for commands at large: "don't prompt me
// for shell commands".
func (u *unit) broadAsk(i int) bool {
	for j := i + 1; j < min(len(u.tokens), i+7) && u.tokens[j].kind != stop; j++ {
		if before := u.same(j, "before"); (u.same(j, "for") || before) && u.straight(i, j) {
			if (u.same(j+1, "anything") || u.same(j+1, "everything")) && u.tokens[i].class&cAsk != 0 && u.tokens[i].sense&vAsk == 0 {
				return true
			}
			for k := j + 1; k < min(len(u.tokens), j+5); k++ {
				if u.means(k, nDeed) && u.sensed(nWide, j+1, k) > 0 && u.limits(i, k+1) && u.unlisted(k) {
					return true
				}
				if (u.same(k, "commands") || u.same(k, "calls") || before && u.same(k, "anything") || u.same(k, "tools") || u.same(k, "actions")) && !u.has(cDeterminer&^cAll, j, k) {
					return u.limits(i, k+1)
				}
			}
		}
	}
	return false
}

// unlisted says that the noun at k is of what an agent runs, not of what it is
// asked about.
func (u *unit) unlisted(k int) bool {
	switch u.tokens[k].form {
	case "command", "commands", "tool", "tools", "action", "actions", "operation", "operations", "calls":
		return true
	}
	return false
}

// unneeded says that asking, at token i, is not needed: "no need to ask", "you
// don't have to wait", "without waiting for", "no confirmation needed".
func (u *unit) unneeded(i int) bool {
	if u.same(i, "supervision") {
		return u.same(i-1, "without") || u.same(i-2, "without")
	}
	if k := i + 1; u.same(k, "is") || u.same(k, "are") {
		if u.same(k+1, "unnecessary") || u.same(k+1, "superfluous") || u.same(k+1, "not") && u.means(k+2, nNeeded) || u.same(k+1, "never") && u.means(k+2, nNeeded) {
			return u.tokens[i].class&cAsk != 0
		}
	}
	for j := i - 1; j >= 0 && i-j <= 6; j-- {
		if k := u.tokens[j].kind; k == stop || k == comma {
			return false
		}
		switch u.tokens[j].form {
		case "without", "nobody", "neednt":
			return !u.governs(j)
		case "never", "not", "dont":
			return u.askingOnly(j, i)
		case "no":
			return u.same(j+1, "need") || u.same(j+1, "reason") || u.same(i+1, "needed") || u.same(i+1, "required") || u.same(i+1, "necessary") || u.means(i+2, nNeeded) && u.same(i+1, "is")
		case "skip":
			return u.asked(j) && !u.negated(j)
		}
	}
	return false
}

// askingOnly says that between the negation at j and the word of asking at i
// stand only words that belong to asking: "do not stop to ask the user for".
func (u *unit) askingOnly(j, i int) bool {
	verb := u.tokens[i].sense&vAsk != 0 && u.tokens[i].sense&fBase != 0 && i-j == 1
	for k := j + 1; k < i; k++ {
		t := &u.tokens[k]
		switch {
		case t.sense&vAsk != 0 && t.sense&fBase != 0, u.same(k, "need") && u.same(k+1, "to"), u.same(k, "have") && u.same(k+1, "to"):
			verb = true
		case (u.same(k, "need") || u.same(k, "require") || u.same(k, "have") || u.same(k, "get")) && u.tokens[i].class&cAsk != 0 && u.tokens[i].sense&vAsk == 0:
			verb = true
		case t.class&cReally != 0 || t.sense&nPerson != 0 || u.same(k, "to") || u.same(k, "for") || u.same(k, "me") || u.same(k, "my") || u.same(k, "the") || u.same(k, "any") || u.same(k, "from"):
		default:
			return false
		}
	}
	return verb || u.tokens[i].sense&vAsk != 0 && u.tokens[i].sense&fBase != 0
}

// permitted is "you may run", "you are free to push", "you are trusted to".
func (u *unit) permitted(j int) bool {
	for k := j - 1; k >= 0 && j-k <= 4; k-- {
		switch u.tokens[k].form {
		case "may", "can", "free", "allowed", "permitted", "trusted", "authorized":
			return u.phrase(max(0, k-3), k, "you") >= 0 || u.same(k-1, "feel")
		}
	}
	return false
}

// broadly is "all commands can be executed".
func (u *unit) broadly(j int) bool {
	if u.tokens[j].sense&fPart == 0 || !u.same(j-1, "be") || !u.same(j-2, "can") && !u.same(j-2, "may") && !u.passive(j) {
		return false
	}
	k := u.sensed(nDeed, max(0, j-7), j)
	return k >= 0 && u.unlisted(k) && (u.sensed(nWide, k-3, k) >= 0 || k == 0) && u.limits(max(0, k-1), len(u.tokens)) || k >= 0 && u.sensed(nWide, 0, k) >= 0 && u.phrase(k, j, "commands") >= 0 && u.limits(0, len(u.tokens))
}

// broad says that the verb at j acts on anything whatever.
func (u *unit) broad(j int) bool {
	end := min(len(u.tokens), j+7)
	for k := j + 1; k < end; k++ {
		if u.tokens[k].kind == stop {
			return false
		}
		if u.same(k, "everything") || u.same(k, "anything") {
			return u.limits(j, end)
		}
		if u.means(k, nDeed) {
			wide := u.sensed(nWide, j+1, k+1) > 0 && !u.same(k, "everything") && !u.same(k, "anything") || u.phrase(k, min(len(u.tokens), k+4), "any") > 0 || !u.has(cDeterminer, j+1, k) && (u.same(k, "commands") || u.same(k, "tools"))
			return wide && u.limits(j, end)
		}
		if u.same(k, "them") && k == j+1 {
			return u.phrase(0, j, "commands") >= 0 && u.limits(0, j)
		}
	}
	return false
}

// granted looks for approval of whatever comes: prompts that are to be answered
// with yes, calls that are approved in advance.
func (a *analysis) granted(u *unit) {
	a.consents(u)
	for i := range u.tokens {
		if a.spoken(u, i) || a.sign&evading != 0 {
			continue
		}
		end, from := min(len(u.tokens), i+8), max(0, i-8)
		pre := u.same(i, "preapproved") || u.same(i, "approved") && (u.same(i-1, "pre") || u.same(i+1, "in") && u.same(i+2, "advance") || u.same(i-1, "automatically") || u.same(i-1, "considered"))
		if pre && !u.negated(i) {
			if k := u.sensed(nDeed, from, i); k >= 0 && u.sensed(nWide, from, k) >= 0 && u.limits(from, end) {
				a.evade(u, signApprove, k, i)
			}
			continue
		}
		if u.same(i, "granted") && u.same(i-1, "as") && u.same(0, "treat") && u.any&cAsk != 0 && u.sensed(nWide, 0, i) > 0 && !u.negated(0) {
			a.evade(u, signApprove, 0, i)
			continue
		}
		if u.tokens[i].sense&vGrant == 0 || !u.wanted(i) && !(u.same(i-1, "auto") && u.asked(i-1) && !u.negated(i-1)) {
			continue
		}
		always := u.sensed(nAll, i-3, i) >= 0 || u.same(i-1, "always") || u.same(i-1, "automatically") || u.same(i-2, "always") || u.same(i-1, "auto")
		any := u.sensed(nWide, i+1, end)
		deed := u.sensed(nDeed, i+1, end)
		if u.tokens[i].sense&fPart != 0 && u.tokens[i].sense&fBase == 0 && !u.same(i, "answered") { // dialogs are to be confirmed
			if d := u.sensed(nDeed, from, i); d >= 0 && (u.any&cAsk != 0) && (u.sensed(nWide|nAll, from, end) >= 0) && u.any&cIf == 0 && u.limits(from, end) {
				a.evade(u, signApprove, d, i)
			}
			continue
		}
		switch {
		case u.tokens[i].class&cApprove != 0 || u.same(i, "allow") || u.same(i, "grant") || u.same(i, "confirm") || u.same(i, "authorize") || u.same(i, "permit") || u.same(i, "agree"):
			asked := deed > 0 && u.tokens[deed].sense&nDeed != 0 && (u.same(deed, "permission") || u.same(deed, "permissions") || u.same(deed, "prompt") || u.same(deed, "prompts") || u.same(deed, "request") || u.same(deed, "requests") || u.same(deed, "dialog") || u.same(deed, "calls") || u.same(deed, "commands"))
			if asked && any > 0 && any < deed+1 && u.limits(i, end) && u.any&cIf == 0 && (always || !u.same(i, "allow")) && u.straight(i, deed) {
				a.evade(u, signApprove, i, deed)
			}
		case u.same(i, "say") || u.same(i, "reply") || u.same(i, "answer") || u.same(i, "answered") || u.same(i, "click") || u.same(i, "press"):
			yes := u.phrase(from, end, "yes") >= 0
			if yes && (u.sensed(vAsk, from, end) >= 0 || u.sensed(nDeed, from, end) >= 0 || u.has(cAsk, from, end)) && (always || u.sensed(nWide|nAll, from, end) >= 0) {
				a.evade(u, signApprove, i, i)
			}
		}
	}
}

// consents is consent given once for all: "you have my permission for all
// commands".
func (a *analysis) consents(u *unit) {
	for i := range u.tokens {
		switch u.tokens[i].form {
		case "consent", "permission", "approval", "authorization", "authority", "confirmation":
		default:
			continue
		}
		if u.phrase(0, i, "you", "have") < 0 && !(u.same(i-1, "assume") && u.asked(i-1)) || a.spoken(u, i) || u.any&cIf != 0 || u.negated(i) || u.governs(i) || !u.same(i+1, "to") && !u.same(i+1, "for") {
			continue
		}
		if k := u.sensed(nDeed, i+2, min(len(u.tokens), i+8)); k > 0 && u.sensed(nWide, i+2, k+1) > 0 && u.limits(i, min(len(u.tokens), k+3)) {
			a.evade(u, signApprove, i, k)
			return
		}
	}
}
