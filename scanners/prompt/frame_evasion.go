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
		if !u.classed(i, cMention) {
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
		if !u.classed(i, cAsk) && !u.means(i, vAsk) && !u.says(i, "review", "supervision", "sign") || a.spoken(u, i) || u.confirmsFact(i) {
			continue
		}
		if !u.unneeded(i) {
			continue
		}
		if tries++; tries > maxTries {
			return
		}
		for j := max(0, i-verbReach); j < min(len(u.tokens), i+verbReach); j++ {
			if a.acts(u, j, i) && (u.means(j, vRun) && (u.broad(j) || u.broadly(j)) || u.irrevocable(j)) && u.limits(min(i, j), max(i, j)) {
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

// acts says that the verb at j is something the agent is to do, whatever the
// word of asking at token ask says.
func (a *analysis) acts(u *unit, j, ask int) bool {
	if j == ask || !u.means(j, vRun|vHarm) || u.means(j, vAsk) || a.spoken(u, j) {
		return false
	}
	if u.says(j, "do") && u.classed(j+1, cNegation) || u.has(cDefense, 0, j) || u.defended(j) || u.governs(j) && !u.between(j, ask) {
		return false
	}
	return u.wanted(j) || u.permitted(j) || u.broadly(j) || u.says(j-1, "auto", "before", "to") || u.means(j, fGerund)
}

// irrevocable is a verb that cannot be taken back, wanted without limits.
func (u *unit) irrevocable(j int) bool {
	if !u.classed(j, cDanger) || !u.limits(j, len(u.tokens)) {
		return false
	}
	return u.says(j-1, "before") || !u.means(j-1, nWide) && (u.auto(j) || u.wanted(j) || u.permitted(j))
}

// between says that the negation that governs the verb at j is that of asking.
func (u *unit) between(j, ask int) bool {
	for k := j - 1; k >= 0; k-- {
		if u.classed(k, cNegation) {
			return ask > k && ask < j || j-ask <= 8 && k <= ask
		}
	}
	return false
}

// broadAsk is asking that is not needed for commands at large: "don't prompt me
// for shell commands".
func (u *unit) broadAsk(i int) bool {
	for j := i + 1; j < min(len(u.tokens), i+7) && u.tokens[j].kind != stop; j++ {
		if before := u.says(j, "before"); (u.says(j, "for") || before) && u.straight(i, j) {
			if u.says(j+1, "anything", "everything") && u.classed(i, cAsk) && !u.means(i, vAsk) {
				return true
			}
			for k := j + 1; k < min(len(u.tokens), j+5); k++ {
				if u.means(k, nDeed) && u.sensed(nWide, j+1, k) > 0 && u.limits(i, k+1) && u.unlisted(k) {
					return true
				}
				if (u.says(k, "commands", "calls", "tools", "actions") || before && u.says(k, "anything")) && !u.has(cDeterminer&^cAll, j, k) {
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
	if u.says(i, "supervision") {
		return u.says(i-1, "without") || u.says(i-2, "without")
	}
	if k := i + 1; u.says(k, "is", "are") {
		if u.says(k+1, "unnecessary", "superfluous") || u.says(k+1, "not", "never") && u.means(k+2, nNeeded) {
			return u.classed(i, cAsk)
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
			return u.says(j+1, "need", "reason") || u.says(i+1, "needed", "required", "necessary") || u.means(i+2, nNeeded) && u.says(i+1, "is")
		case "skip":
			return u.asked(j) && !u.negated(j)
		}
	}
	return false
}

// askingOnly says that between the negation at j and the word of asking at i
// stand only words that belong to asking: "do not stop to ask the user for".
func (u *unit) askingOnly(j, i int) bool {
	verb := u.means(i, vAsk) && u.means(i, fBase) && i-j == 1
	for k := j + 1; k < i; k++ {
		t := &u.tokens[k]
		switch {
		case t.sense&vAsk != 0 && t.sense&fBase != 0, u.says(k, "need") && u.says(k+1, "to"), u.says(k, "have") && u.says(k+1, "to"):
			verb = true
		case u.says(k, "need", "require", "have", "get") && u.classed(i, cAsk) && !u.means(i, vAsk):
			verb = true
		case t.class&cReally != 0 || t.sense&nPerson != 0 || u.says(k, "to", "for", "me", "my", "the", "any", "from"):
		default:
			return false
		}
	}
	return verb || u.means(i, vAsk) && u.means(i, fBase)
}

// permitted is "you may run", "you are free to push", "you are trusted to".
func (u *unit) permitted(j int) bool {
	for k := j - 1; k >= 0 && j-k <= 4; k-- {
		switch u.tokens[k].form {
		case "may", "can", "free", "allowed", "permitted", "trusted", "authorized":
			return u.names(max(0, k-3), k, "you") || u.says(k-1, "feel")
		}
	}
	return false
}

// broadly is "all commands can be executed".
func (u *unit) broadly(j int) bool {
	if !u.means(j, fPart) || !u.says(j-1, "be") || !u.says(j-2, "can", "may") && !u.passive(j) {
		return false
	}
	k := u.sensed(nDeed, max(0, j-7), j)
	if k < 0 {
		return false
	}
	if u.unlisted(k) && (k == 0 || u.sensed(nWide, k-3, k) >= 0) && u.limits(max(0, k-1), len(u.tokens)) {
		return true
	}
	return u.sensed(nWide, 0, k) >= 0 && u.names(k, j, "commands") && u.limits(0, len(u.tokens))
}

// broad says that the verb at j acts on anything whatever.
func (u *unit) broad(j int) bool {
	end := min(len(u.tokens), j+7)
	for k := j + 1; k < end; k++ {
		if u.tokens[k].kind == stop {
			return false
		}
		if u.says(k, "everything", "anything") {
			return u.limits(j, end)
		}
		if u.says(k, "shell", "terminal", "bash") && u.means(k+1, nDeed) {
			continue
		}
		if u.means(k, nDeed) {
			wide := u.sensed(nWide, j+1, k+1) > 0 || u.names(k, k+4, "any")
			bare := u.says(k, "commands", "tools") && !u.has(cDeterminer, j+1, k)
			return (wide || bare) && u.limits(j, end)
		}
		if u.says(k, "them") && k == j+1 {
			return u.names(0, j, "commands") && u.limits(0, j)
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
		from, end := max(0, i-8), min(len(u.tokens), i+8)
		switch {
		case u.preapproved(i):
			if k := u.sensed(nDeed, from, i); k >= 0 && u.sensed(nWide, from, k) >= 0 && u.limits(from, end) {
				a.evade(u, signApprove, k, i)
			}
		case u.says(0, "treat") && u.reads(i-1, "as", "granted"):
			if u.any&cAsk != 0 && u.sensed(nWide, 0, i) > 0 && !u.negated(0) {
				a.evade(u, signApprove, 0, i)
			}
		case !u.means(i, vGrant) || !u.wanted(i) && !u.auto(i):
		case u.means(i, fPart) && !u.means(i, fBase) && !u.says(i, "answered"): // dialogs are to be confirmed
			if u.names(from, end, "authenticated", "verified", "validated", "encrypted", "audited", "logged") {
				continue // and not before they are looked at
			}
			if k := u.sensed(nDeed, from, i); k >= 0 && u.any&cAsk != 0 && u.any&cIf == 0 && u.sensed(nWide|nAll, from, end) >= 0 && u.limits(from, end) {
				a.evade(u, signApprove, k, i)
			}
		case u.classed(i, cApprove) || u.says(i, "allow", "grant", "confirm", "authorize", "permit", "agree"):
			if k := u.approves(i, end); k > 0 {
				a.evade(u, signApprove, i, k)
			}
		case u.says(i, "say", "reply", "answer", "answered", "click", "press") && u.names(from, end, "yes"):
			asked := u.sensed(vAsk|nDeed, from, end) >= 0 || u.has(cAsk, from, end)
			if asked && (u.always(i) || u.sensed(nWide|nAll, from, end) >= 0) {
				a.evade(u, signApprove, i, i)
			}
		}
	}
}

// preapproved is "pre-approved", "approved in advance".
func (u *unit) preapproved(i int) bool {
	early := u.says(i, "approved") && (u.says(i-1, "pre", "automatically", "considered") || u.reads(i+1, "in", "advance"))
	return (early || u.says(i, "preapproved")) && !u.negated(i)
}

// auto is the order to do by itself what the verb at i does: "auto-approve".
func (u *unit) auto(i int) bool { return u.says(i-1, "auto") && u.asked(i-1) && !u.negated(i-1) }

// always says that the verb at i is meant for each time.
func (u *unit) always(i int) bool {
	return u.sensed(nAll, i-3, i) >= 0 || u.says(i-1, "always", "automatically", "auto") || u.says(i-2, "always")
}

// approves is where what stands is approved by the verb at i, whatever it is, -1
// if it is not.
func (u *unit) approves(i, end int) int {
	wide, deed := u.sensed(nWide, i+1, end), u.sensed(nDeed, i+1, end)
	if wide < 0 || deed < wide || u.any&cIf != 0 || !u.limits(i, end) || !u.straight(i, deed) {
		return -1
	}
	if u.says(i, "allow") && !u.always(i) {
		return -1
	}
	if !u.says(deed, "permission", "permissions", "prompt", "prompts", "request", "requests", "dialog", "calls", "commands") {
		return -1
	}
	return deed
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
		had := u.phrase(0, i, "you", "have") >= 0 || u.says(i-1, "assume") && u.asked(i-1)
		if !had || !u.says(i+1, "to", "for") || u.any&cIf != 0 || a.spoken(u, i) || u.negated(i) || u.governs(i) {
			continue
		}
		if k := u.sensed(nDeed, i+2, min(len(u.tokens), i+8)); k > 0 && u.sensed(nWide, i+2, k+1) > 0 && u.limits(i, min(len(u.tokens), k+3)) {
			a.evade(u, signApprove, i, k)
			return
		}
	}
}
