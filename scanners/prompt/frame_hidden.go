package prompt

// frameHidden notes what makes hidden text an instruction: that it speaks to an
// agent, and that it wants something done to the project or to people.
func (a *analysis) frameHidden(u *unit) {
	n := len(u.tokens)
	for i := 0; i < min(n, 9); i++ {
		agent := u.classed(i, cAgent) && u.addressed(i) || u.says(i, "you") && u.names(0, i, "if") && u.has(cAgent, i, i+5)
		if agent {
			a.sign |= signAgent
		}
	}
	for i := range u.tokens {
		if !u.means(i, vPlant|vWeaken|vRun|vOmit|vSend|vGrant) {
			continue
		}
		its := u.says(i-2, "it") && u.says(i-1, "should", "must") && !u.negated(i)
		if !its && !u.wanted(i) && !u.fronted(i) {
			continue
		}
		if u.stakes(i) || u.means(i, vOmit) && u.sensed(nCheck, i+1, i+6) > 0 || u.promotes(i) || u.installs(i) || u.means(i, vRun) && u.broad(i) {
			a.sign |= signAct
		}
	}
	if a.sign&signAct == 0 && u.claimsSuccess() {
		a.sign |= signAct
	}
	if a.sign&(signVeil|signConceal) == 0 {
		a.veils(u)
	}
	a.region |= a.sign
}

// addressed says that the agent named at i is spoken to: the name opens the
// text, with a greeting or a "note to" before it.
func (u *unit) addressed(i int) bool {
	if i == 0 {
		return true
	}
	for k := range u.tokens[:i] {
		switch u.tokens[k].form {
		case "for", "to", "if", "when", "whenever", "once", "note", "system", "hey", "dear", "attention", "instruction", "instructions":
			return true
		}
		if u.tokens[k].kind == stop {
			return k == i-1
		}
	}
	return i <= 2
}

// installs is a verb of running whose object is a command that installs.
func (u *unit) installs(i int) bool {
	if !u.means(i, vRun) {
		return false
	}
	for k := i + 1; k+1 < min(len(u.tokens), i+6); k++ {
		switch u.tokens[k].form {
		case "npm", "pip", "pnpm", "yarn", "cargo", "gem", "brew":
			return u.says(k+1, "i", "install", "add") && k+2 < len(u.tokens) && u.tokens[k+2].kind != stop && u.tokens[k+2].code
		}
	}
	return false
}

// promotes is a verb of recommending, whatever it recommends.
func (u *unit) promotes(i int) bool {
	switch u.tokens[i].form {
	case "recommend", "suggest", "promote", "advertise":
		return u.sensed(nPart, i+1, i+5) < 0
	}
	return false
}

// stakes says that the verb at i acts on more than the document: on code,
// dependencies, secrets, people.
func (u *unit) stakes(i int) bool {
	end := min(len(u.tokens), i+12)
	part := u.sensed(nPart, i+1, min(end, i+5))
	stake := -1
	for k := i + 1; k < end; k++ {
		if u.tokens[k].kind == stop && u.tokens[k].class == 0 && k > i+1 {
			break
		}
		away := u.tokens[k].kind == url && !localHost(hostOf(u.at(k)))
		if away || u.means(k, nStake) || u.classed(k, cSecret|cToken) || u.says(k, "tools") {
			stake = k
			break
		}
	}
	if stake < 0 && !u.means(i, fBase) { // keys are to be printed
		stake = u.sensed(nStake, 0, i)
		part = -1
	}
	if stake < 0 && u.says(i, "run", "execute") && u.sensed(nPart, i+1, end) < 0 {
		for k := i + 1; k < end; k++ {
			if u.tokens[k].kind == file {
				return true
			}
		}
	}
	return stake >= 0 && (part < 0 || stake < part)
}

// claimsSuccess is an order to report what may not be so.
func (u *unit) claimsSuccess() bool {
	for i := range u.tokens {
		success := u.has(cCertain, i+1, i+8) && u.sensed(nProof|nCheck, i+1, i+8) > 0
		if success && u.means(i, vTell) && (u.wanted(i) || u.says(i-1, "you")) {
			return true
		}
	}
	return false
}
