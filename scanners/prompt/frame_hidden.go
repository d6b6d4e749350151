package prompt

// frameHidden notes what makes hidden text an instruction: that it speaks to an
// agent, and that it wants something done to the project or to people.
func (a *analysis) frameHidden(u *unit) {
	n := len(u.tokens)
	for i := 0; i < min(n, 9); i++ {
		agent := u.tokens[i].class&cAgent != 0 && u.addressed(i) || u.same(i, "you") && u.tokenOf(0, i, "if") >= 0 && u.has(cAgent, i, i+5)
		if agent {
			a.sign |= signAgent
		}
	}
	for i := range u.tokens {
		t := &u.tokens[i]
		if t.sense&(vPlant|vWeaken|vRun|vOmit|vSend|vGrant) == 0 || !u.wanted(i) && !u.fronted(i) && !(u.same(i-2, "it") && (u.same(i-1, "should") || u.same(i-1, "must")) && !u.negated(i)) {
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
			return (u.same(k+1, "i") || u.same(k+1, "install") || u.same(k+1, "add")) && k+2 < len(u.tokens) && u.tokens[k+2].kind != stop && u.tokens[k+2].code
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
		if u.means(k, nStake) || u.tokens[k].class&(cSecret|cToken) != 0 || u.tokens[k].kind == url && !localHost(hostOf(u.at(k))) || u.means(k, nDeed) && u.same(k, "tools") {
			stake = k
			break
		}
	}
	if stake < 0 && u.tokens[i].sense&fBase == 0 { // keys are to be printed
		stake = u.sensed(nStake, 0, i)
		part = -1
	}
	if stake < 0 && (u.same(i, "run") || u.same(i, "execute")) && u.sensed(nPart, i+1, end) < 0 {
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
		if u.means(i, vTell) && (u.wanted(i) || u.same(i-1, "you")) && u.has(cCertain, i+1, i+8) && u.sensed(nProof|nCheck, i+1, i+8) > 0 {
			return true
		}
	}
	return false
}
