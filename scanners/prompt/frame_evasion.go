package prompt

import "strings"

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

// switches are settings of a command line that switch checks off: HUSKY=0,
// SKIP=…, git commit -n, a forced push to the main branch.
func (a *analysis) switches(u *unit) {
	if u.senses&nSwitch == 0 || u.exceptional() {
		return
	}
	for i := range u.tokens {
		if u.tokens[i].sense&nSwitch == 0 || u.tokens[i].quoted && !u.tokens[i].code || u.negatedSwitch(i) {
			continue
		}
		rest := u.text[u.tokens[i].end:min(len(u.text), u.tokens[i].end+24)]
		s, hit := signNoVerify, false
		switch {
		case u.same(i, "husky"):
			hit = strings.HasPrefix(rest, "=0")
		case u.same(i, "skip") && u.at(i) == "SKIP" && strings.HasPrefix(rest, "="):
			hit = u.senses&nCheck != 0 || u.phrase(i, len(u.tokens), "git") > 0
		case u.same(i, "commit") && u.same(i-1, "git"):
			hit = strings.HasPrefix(rest, " -n ") || strings.HasPrefix(rest, " -n`") || strings.HasPrefix(rest, " -nm") || strings.HasPrefix(rest, " -anm") || strings.HasPrefix(rest, " -an ") || rest == " -n"
		case u.same(i, "force") && !u.is(inFence):
			k := u.phrase(i, min(len(u.tokens), i+7), "main")
			if k < 0 {
				k = u.phrase(i, min(len(u.tokens), i+7), "master")
			}
			hit, s = k > 0 && (u.phrase(i, k, "push") > 0 || u.same(i-1, "push")) && (u.asked(i) || u.wantedNear(i)), signUnasked
		}
		if hit && (u.is(inFence) || u.wantedNear(i)) {
			a.evade(u, s, i, i)
			return
		}
	}
}

// negatedSwitch is negated, but not by the "no" of another clause.
func (u *unit) negatedSwitch(i int) bool { return u.negated(i) }

// wantedNear says that some verb of acting before or at token i is wanted: use,
// set, run, commit, or that the unit begins with the command.
func (u *unit) wantedNear(i int) bool {
	if i == 0 {
		return !u.copula(0, min(len(u.tokens), 5))
	}
	for j := i; j >= 0 && i-j <= 12; j-- {
		if u.tokens[j].code && j > 0 && u.mentioned(j) {
			continue
		}
		if u.tokens[j].sense&(vRun|vSend|vPlant|vHarm) != 0 && u.wanted(j) || u.same(j, "set") && u.asked(j) || (u.usesFlag(j)) && (u.asked(j) || u.passive(j)) {
			return !u.negated(j)
		}
		if (u.same(j, "made") || u.same(j, "done") || u.same(j, "run")) && u.passive(j) && !u.negated(j) {
			return true
		}
		if u.tokens[j].kind == stop && j < i && !u.tokens[i].code {
			return false
		}
	}
	return false
}

// free looks for freedom from asking together with something broad or something
// that cannot be taken back.
func (a *analysis) free(u *unit) {
	for i := range u.tokens {
		if u.tokens[i].class&cAsk == 0 && u.tokens[i].sense&vAsk == 0 && !u.same(i, "review") && !u.same(i, "supervision") && !u.same(i, "sign") || a.spoken(u, i) {
			continue
		}
		if !u.unneeded(i) {
			continue
		}
		for j := range u.tokens {
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
			return u.same(j+1, "need") || u.same(i+1, "needed") || u.same(i+1, "required") || u.same(i+1, "necessary") || u.means(i+2, nNeeded) && u.same(i+1, "is")
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

// omits looks for orders to take tests that fail, or controls, out of the way,
// in any mood.
func (a *analysis) omits(u *unit) {
	for i := range u.tokens {
		if u.tokens[i].sense&vOmit == 0 || a.spoken(u, i) || u.same(i, "comment") && u.phrase(i, i+5, "out") < 0 || (u.same(i, "turn") || u.same(i, "switch")) && u.phrase(i, i+6, "off") < 0 || u.same(i, "get") && u.phrase(i, i+3, "rid") < 0 || u.same(i, "drop") && u.same(i+1, "in") {
			continue
		}
		want := u.wanted(i) || u.tokens[i].sense&fPart != 0 && u.maybe(i)
		if !want {
			continue
		}
		lo, hi := i+1, min(len(u.tokens), i+9)
		if u.tokens[i].sense&fPart != 0 && u.tokens[i].sense&fBase == 0 {
			lo, hi = max(0, i-8), i
		}
		if u.same(i+1, "it") || u.same(i+1, "them") {
			lo = 0
		}
		for j := lo; j < hi; j++ {
			if u.tokens[j].kind == stop && j > i {
				break
			}
			proof := u.means(j, nProof) && (u.sensed(nFail, i-2, j) >= i+1 || u.failsAfter(j)) && !u.flaky(i, j)
			if proof || u.same(j, "commit") && u.same(j-1, "pre") && u.tokens[i].sense&fPart != 0 || u.means(j, nCheck) && u.control(j) && u.phrase(i, j, "from") < 0 && u.phrase(i, j, "in") < 0 {
				a.evade(u, signDisabled, i, j)
				return
			}
		}
	}
}

// flaky tests are quarantined by people.
func (u *unit) flaky(i, j int) bool { return u.phrase(i, min(len(u.tokens), j+6), "flaky") >= 0 }

// failsAfter is "tests that fail", "assertions which do not pass".
func (u *unit) failsAfter(j int) bool {
	for k := j + 1; k < min(len(u.tokens), j+6); k++ {
		if u.tokens[k].kind == stop || u.tokens[k].kind == comma {
			return false
		}
		if u.same(k, "until") && u.has(cCertain, k+1, k+6) {
			return true
		}
		if u.means(k, nFail) || (u.same(k, "pass") || u.same(k, "green")) && u.tokens[k-1].class&cNegation != 0 {
			return true
		}
	}
	return false
}

// maybe is the passive of permission: "the scan may be skipped".
func (u *unit) maybe(i int) bool {
	return u.same(i-1, "be") && (u.same(i-2, "may") || u.same(i-2, "can") || u.same(i-2, "should")) && u.any&cIf == 0 && !u.negated(i)
}

// control says that the noun at j names a control over changes: security scans,
// hooks of git, signing, branch protection.
func (u *unit) control(j int) bool {
	before := func(words ...string) bool {
		for _, w := range words {
			if u.same(j-1, w) || u.same(j-2, w) {
				return true
			}
		}
		return false
	}
	switch u.tokens[j].form {
	case "codeql", "semgrep", "gitleaks", "trufflehog", "snyk", "dependabot", "antivirus":
		return true
	case "check", "checks", "hook", "hooks":
		return before("push", "precommit", "security", "secret") || u.same(j-1, "commit") || before("git")
	case "scanner", "scanners", "scan", "scans", "scanning", "audit", "review", "reviews", "gate", "gates", "verification", "analysis":
		return before("security", "secret", "vulnerability", "signature") || u.same(j-1, "code") && !u.same(j, "analysis")
	case "protection", "protections":
		return before("branch")
	case "signing", "verifier":
		return before("commit", "tag") || before("gpg")
	case "signature", "signatures":
		return before("commit") || u.same(j+1, "verification")
	case "linter", "linters":
		return before("security")
	}
	return false
}

// silences looks for marks that silence scanners, put wherever they complain.
func (a *analysis) silences(u *unit) {
	for i := range u.tokens {
		m := u.same(i, "nosec") || u.same(i, "nosemgrep") || u.same(i, "nosonar") || u.same(i, "eslint") && u.same(i+1, "disable") || u.same(i, "gitleaks") && u.same(i+1, "allow")
		if !m || u.negated(i) {
			continue
		}
		for j := 0; j < i; j++ {
			if (u.same(j, "add") || u.same(j, "put") || u.same(j, "insert") || u.same(j, "append") || u.same(j, "use") || u.same(j, "place") || u.same(j, "silence")) && u.wanted(j) && u.straight(j, i) &&
				u.sensed(nAll|nWide|nFail, i+1, len(u.tokens)) > 0 {
				a.evade(u, signDisabled, j, i)
				return
			}
		}
	}
}

// deedBetween says that between two tokens stands what was done: "the removed
// checks".
func (u *unit) deedBetween(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if u.tokens[k].sense&fPart != 0 && u.tokens[k].sense&fBase == 0 && u.tokens[k].sense&(vHarm|vOmit|vPlant|vWeaken) != 0 {
			return true
		}
	}
	return false
}

// untold is "reviewers should not be told about the new dependency".
func (a *analysis) untold(u *unit) bool {
	for i := range u.tokens {
		if !u.means(i, vTell) || u.tokens[i].sense&fPart == 0 || a.spoken(u, i) {
			continue
		}
		p := u.sensed(nPerson, max(0, i-7), i)
		if p < 0 || !u.same(p, "reviewer") && !u.same(p, "reviewers") && !u.same(p, "maintainer") && !u.same(p, "maintainers") || !u.negatedBefore(i) || !u.same(i+1, "about") && !u.same(i+1, "of") && !u.same(i+1, "that") {
			continue
		}
		a.evade(u, signMasked, p, i)
		return true
	}
	return false
}

// unmentioned looks for orders to keep a change out of what reviewers read.
func (a *analysis) unmentioned(u *unit) {
	if a.untold(u) {
		return
	}
	if u.any&cVenue == 0 || u.any&cCredit != 0 || u.any&cChange == 0 && u.senses&vHarm == 0 {
		return
	}
	for i := range u.tokens {
		if a.spoken(u, i) {
			continue
		}
		end := min(len(u.tokens), i+10)
		if u.means(i, vTell) && u.tokens[i].class&cTell != 0 && u.negatedBefore(i) && !u.is(inForbid) {
			in := u.phrase(i, min(end, i+7), "in")
			if in > 0 && u.has(cVenue, in, in+5) && u.deedBetween(i, in) {
				a.evade(u, signMasked, i, in)
				return
			}
			if in > 0 && u.has(cVenue, in, in+5) {
				if that := u.phrase(in, end, "that"); that > 0 && u.phrase(that, len(u.tokens), "were") > 0 || that > 0 && u.sensed(vHarm|vPlant, that, len(u.tokens)) > 0 {
					a.evade(u, signMasked, i, that)
					return
				}
			}
		}
		if (u.same(i, "leave") || u.same(i, "omit") || u.same(i, "keep")) && u.asked(i) && !u.negated(i) {
			out := u.phrase(i, end, "out")
			if from := u.phrase(i, end, "from"); u.same(i, "omit") && from > 0 {
				out = from
			}
			if out > 0 && u.has(cChange, i, out) && u.has(cVenue, out, out+6) {
				a.evade(u, signMasked, i, out)
				return
			}
		}
	}
}
