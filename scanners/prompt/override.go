package prompt

import "strings"

// override looks for sentences that set aside what an agent was told.
func (a *analysis) override(u *unit) {
	if u.any&cTurn != 0 {
		if i := u.find(cTurn, 0, len(u.tokens)); !a.spoken(u, i) && !u.is(inFence) {
			a.note(u, signTurn, i, i, mark{})
		}
	}
	if u.any&cIgnore != 0 && u.any&(cInstruction|cPrior) != 0 {
		a.ignores(u)
	}
	if u.any&cInstruction != 0 && u.any&(cPrior|cCore) != 0 {
		a.voids(u)
		a.refuses(u)
	}
	if u.any&(cTell|cHide|cQuiet|cReveal) != 0 {
		a.conceals(u)
		a.reveals(u)
	}
	if u.any&(cUnbound|cPrior|cAct|cForce) != 0 || u.any&cInstruction != 0 && u.any&cNegation != 0 {
		a.role(u)
	}
}

// ignores looks for "ignore all previous instructions" in its many forms and
// languages.
func (a *analysis) ignores(u *unit) {
	for i := range u.tokens {
		if !u.classed(i, cIgnore) || a.spoken(u, i) || u.any&cMention != 0 && !u.is(inHidden) || !a.orders(u, i) || u.negated(i) || u.any&cIf != 0 && u.reported(i) {
			continue
		}
		end := min(len(u.tokens), i+9)
		j := u.find(cInstruction, i+1, end)
		prior, all := u.find(cPrior, i+1, end), u.find(cAll, i+1, end)
		core := u.find(cCore, i+1, end)
		if j < 0 && (prior < 0 || all < 0 && !u.says(i+1, "what")) || u.find(cBut, i, max(j, prior)) >= 0 {
			continue
		}
		last := max(j, prior)
		if j > i && prior < 0 && u.asking(j+1) {
			continue // instructions of others
		}
		switch {
		case prior >= 0 && j >= 0 && !u.classed(i, cEnglish):
			a.note(u, signIgnore, i, last, mark{})
			a.note(u, signForeign, i, last, mark{})
		case prior >= 0 && all >= 0 && j >= 0:
			a.note(u, signIgnore, i, last, mark{})
			if !u.is(inFence) { // there it may be a sample
				a.note(u, signWhole, i, last, mark{})
			}
		case prior >= 0, u.is(inHidden), core >= 0 && core < j, j > i && u.says(j-1, "your"), all >= 0 && u.classed(j, cPrompt):
			a.note(u, signIgnore, i, last, mark{})
			if u.is(inHidden) && prior >= 0 {
				a.note(u, signWhole, i, last, mark{})
			}
		}
		if core >= 0 && u.says(core, "safety", "ethical") && core < j {
			a.note(u, signRole, i, last, mark{})
			return
		}
		if !u.classed(i, cEnglish) || a.sign&signIgnore == 0 {
			return
		}
	}
}

// asking says that behind token i somebody's text is said to ask for something:
// "in files that ask you to".
func (u *unit) asking(i int) bool {
	for k := i; k < min(len(u.tokens), i+8); k++ {
		if u.says(k, "that", "which") && u.says(k+1, "ask", "asks", "tell", "tells", "try", "tries", "want", "wants", "instruct", "instructs") {
			return true
		}
	}
	return false
}

// voids looks for "all previous instructions are void".
func (a *analysis) voids(u *unit) {
	i := u.find(cPrior, 0, len(u.tokens))
	j := u.find(cInstruction, i+1, i+4)
	if i < 0 || j < 0 || !u.says(j+1, "are") && !u.reads(j+1, "no", "longer") || a.spoken(u, i) || u.any&cMention != 0 {
		return
	}
	if u.says(j+2, "longer") {
		a.note(u, signIgnore, i, j+2, mark{})
		return
	}
	for k := j + 2; k < min(len(u.tokens), j+5); k++ {
		switch u.tokens[k].form {
		case "void", "superseded", "cancelled", "canceled", "revoked", "null", "invalid", "overridden", "obsolete":
			a.note(u, signIgnore, i, k, mark{})
			return
		}
	}
}

// orders is asked, for words of languages whose grammar it does not know too.
func (a *analysis) orders(u *unit, i int) bool {
	return !u.classed(i, cEnglish) || u.asked(i) || u.says(i, "override") && i > 0 && u.classed(i-1, cInstruction) && u.has(cAll, i+1, i+3)
}

// refuses looks for "stop following the previous instructions".
func (a *analysis) refuses(u *unit) {
	for i := range u.tokens {
		if !u.says(i, "following", "follow", "obey") || a.spoken(u, i) || u.any&cMention != 0 || u.is(inForbid) {
			continue
		}
		if !u.says(i-1, "stop", "not", "dont", "never") {
			continue
		}
		end := min(len(u.tokens), i+6)
		if j := u.find(cPrompt, i+1, end); j > 0 && (u.has(cPrior, i+1, end) || u.says(j-1, "system", "original")) {
			a.note(u, signIgnore, i, j, mark{})
			return
		}
	}
}

// conceals looks for "do not tell the user" and its like. Keeping secrets from
// strangers is no concealment: what is kept back must be what the agent does.
func (a *analysis) conceals(u *unit) {
	for i := range u.tokens {
		c := u.tokens[i].class
		if c&(cTell|cHide|cQuiet) == 0 || a.spoken(u, i) || u.is(inForbid) {
			continue
		}
		end := min(len(u.tokens), i+6)
		switch {
		case c&cQuiet != 0: // without telling the user
			if i+1 < len(u.tokens) && telling(u.tokens[i+1].form) && u.has(cPerson, i+2, end) {
				a.note(u, signConceal, i, end-1, mark{})
				return
			}
		case u.says(i, "keep"): // keep this secret from the user
			if k := u.find(cIt, i+1, i+3); k > 0 && (u.says(k+1, "secret", "hidden", "confidential") || u.has(cIt, k+1, k+2) && u.says(k+2, "secret")) &&
				u.has(cPerson, k+2, k+7) && u.asked(i) && !u.negated(i) {
				a.note(u, signConceal, i, k+1, mark{})
				return
			}
		case c&cHide != 0: // hide this from the user
			if from := u.phrase(i+1, end+3, "from"); from > 0 && u.has(cPerson, from, from+4) && u.asked(i) && !u.negated(i) {
				a.note(u, signConceal, i, from, mark{})
				return
			}
		case u.negatedBefore(i) && a.keepsBack(u, i, end):
			a.note(u, signConceal, max(0, i-2), end-1, mark{})
			return
		}
	}
}

func telling(w string) bool {
	switch w {
	case "telling", "informing", "notifying", "mentioning", "alerting", "showing", "letting", "reporting":
		return true
	}
	return false
}

// keepsBack says that the object of the verb of telling at i is a person, or
// what the agent does.
func (a *analysis) keepsBack(u *unit, i, end int) bool {
	w := u.tokens[i].form
	switch w {
	case "tell", "inform", "notify", "alert", "warn":
		if u.is(inHidden) && u.says(i+1, "them", "anyone") {
			return true
		}
		return u.has(cPerson, i+1, min(end, i+4))
	case "mention", "reveal", "disclose", "report", "acknowledge", "say", "discuss", "explain":
		next := i + 1
		for next < end && u.classed(next, cAll) {
			next++
		}
		if next >= len(u.tokens) {
			return false
		}
		return u.says(next, "this", "these", "it", "them", "that") &&
			(next+1 == len(u.tokens) || u.is(inHidden) || u.tokens[next+1].kind != word || u.has(cPerson|cInstruction, next+1, next+4) || u.has(cVenue, next+1, next+6))
	}
	return false
}

// reveals looks for "print your system prompt".
func (a *analysis) reveals(u *unit) {
	for i := range u.tokens {
		if !u.classed(i, cReveal) || a.spoken(u, i) || !u.asked(i) || u.negated(i) {
			continue
		}
		end := min(len(u.tokens), i+8)
		for j := i + 1; j+1 < end; j++ {
			if u.says(j, "system", "hidden", "initial") && u.says(j+1, "prompt", "instructions") {
				a.note(u, signReveal, i, j+1, mark{})
				return
			}
		}
	}
}

// role looks for sentences that give the agent a role without limits.
func (a *analysis) role(u *unit) {
	n := len(u.tokens)
	if i := u.phrase(0, n, "from", "now", "on"); i >= 0 && (u.says(i+3, "you") || u.says(i+4, "you") || u.has(cAct, i+3, i+6)) && !a.spoken(u, i) {
		a.note(u, signFromNow, i, i+2, mark{})
	}
	if u.is(inForbid) {
		return
	}
	now := u.phrase(0, n, "you", "are")
	if now < 0 {
		now = u.find(cAct, 0, n)
	}
	if i := u.find(cUnbound, 0, n); i >= 0 && now >= 0 && now < i && i-now < 8 && !a.spoken(u, now) && !u.negated(i) && u.any&cMention == 0 && (u.tokens[i].form != "dan" || u.at(i) == "DAN") {
		a.note(u, signRole, now, i, mark{})
		return
	}
	if u.any&(cFreedom|cUnbound) == 0 {
		return
	}
	if now >= 0 && !a.spoken(u, now) && u.any&cMention == 0 {
		for _, p := range limitless {
			if i := u.phrase(now, n, p...); i >= 0 {
				a.note(u, signRole, now, i+len(p)-1, mark{})
				return
			}
		}
	}
	for _, p := range freedoms {
		if i := u.phrase(0, n, p...); i >= 0 && !a.spoken(u, i) && u.any&cMention == 0 {
			a.note(u, signRole, i, i+len(p)-1, mark{})
			return
		}
	}
}

// freedoms say that an agent has no limits any more.
var freedoms = phrases(`no longer bound|have no restrictions|has no restrictions|without any restrictions or|without any ethical|
	developer mode enabled|developer mode is enabled|jailbreak mode|free from all restrictions|no ethical guidelines|
	no content policy|not bound by any|do anything now|god mode enabled|safety guidelines no longer|restrictions no longer apply|
	rules no longer apply|restrictions are lifted|restrictions have been lifted`)

// limitless say so of whom the sentence is about.
var limitless = phrases(`developer mode|no restrictions|without restrictions|without any restrictions|no limitations|developer mode with|without limits`)

func phrases(s string) [][]string {
	var out [][]string
	for _, p := range strings.Split(s, "|") {
		out = append(out, strings.Fields(p))
	}
	return out
}
