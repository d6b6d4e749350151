package prompt

import "github.com/castellan-app/castellan/scanners"

// evasion looks for instructions that take people, reviews and tests out of the
// way.
func (a *analysis) evasion(u *unit) {
	if u.is(inTable|inForbid|inHeading|inFront) && !u.is(inHidden) || a.aboutAttacks(u) {
		return
	}
	if u.any&(cSkipAsk|cNoVerify) != 0 {
		a.flags(u)
	}
	if first := &u.tokens[0]; u.is(inFence) || len(u.tokens) > 1 && (first.code || first.kind == flag) && u.any&cSkipAsk == 0 {
		return // the description of an option
	}
	if u.any&(cAsk|cQuiet) != 0 {
		a.unasked(u)
	}
	if u.any&cDisable != 0 && u.any&(cTest|cGuard) != 0 {
		a.disables(u)
	}
	if u.any&cApprove != 0 {
		a.approves(u)
	}
	if i := u.phrase(0, len(u.tokens), "yes"); i > 0 && u.asked(i-1) && u.says(i-1, "answer") && u.has(cAsk, i, i+5) && !u.negated(i) && !a.spoken(u, i) {
		a.evade(u, signApprove, i-1, i)
	}
	if u.any&(cHide|cTell) != 0 && u.any&(cChange|cVenue|cPerson) != 0 {
		a.masks(u)
	}
	if u.any&cCertain != 0 && u.any&cTell != 0 {
		a.claims(u)
	}
}

func (a *analysis) evade(u *unit, s sign, i, j int) {
	a.note(u, s, min(i, j), max(i, j), mark{rule: ruleEvasion, severity: scanners.Medium})
}

// flags looks for options that switch hooks or approval off, in an order or a
// command line. A warning, a condition or a description is none.
func (a *analysis) flags(u *unit) {
	if u.any&cMention != 0 {
		return
	}
	for i := range u.tokens {
		switch u.tokens[i].form {
		case "only", "emergency", "emergencies", "rare", "rarely", "resort", "unless", "explicitly", "asks", "requested", "whether":
			return // an exception that people make
		}
	}
	for i := range u.tokens {
		c := u.tokens[i].class
		if c&(cSkipAsk|cNoVerify) == 0 || u.negated(i) || u.tokens[i].quoted && !u.tokens[i].code {
			continue
		}
		verb := -1
		for j := 0; j < i; j++ {
			if u.is(inFence) && j == 0 && u.tokens[0].kind == word || !u.mentioned(j) && u.usesFlag(j) && u.asked(j) && u.clause(j, i) {
				verb = j
				break
			}
		}
		if verb < 0 {
			continue
		}
		s := signUnasked
		if c&cNoVerify != 0 {
			s = signNoVerify
		}
		a.evade(u, s, verb, i)
		return
	}
}

func (u *unit) usesFlag(i int) bool {
	switch u.tokens[i].form {
	case "committe", "commite", "verwende", "benutze", "nutze", "usa", "utilise", "utilisez", "gebruik", "используй", "use", "run", "commit", "push", "pass", "add", "launch", "start", "execute", "invoke", "append", "set", "skip", "bypass", "retry", "repeat", "try", "do":
		return true
	}
	return false
}

// verbReach is how far the verb of acting may be from the word of asking, in
// tokens.
const verbReach = 24

// unasked looks for permission to run anything, or what cannot be taken back,
// without asking. Naming one harmless command is how people keep an agent
// moving.
func (a *analysis) unasked(u *unit) {
	if u.holds("whether") {
		return
	}
	for i := range u.tokens {
		if !u.classed(i, cAsk) && !u.says(i, "review") || a.spoken(u, i) || u.confirmsFact(i) || !u.freely(i) {
			continue
		}
		if u.coversAll(i) || u.neverAsks(i) {
			a.evade(u, signUnasked, i, i)
			return
		}
		for j := max(0, i-verbReach); j < min(len(u.tokens), i+verbReach); j++ {
			if j >= i-3 && j <= i+3 && u.classed(j, cAsk) || a.spoken(u, j) || u.negatedFor(j, i) {
				continue
			}
			if !u.clause(j, i) && !(u.classed(j, cRun) && u.has(cAll, j+1, j+3)) {
				continue
			}
			final := u.classed(j, cDanger) && (u.asked(j) || u.says(j-1, "before")) && u.limits(j, len(u.tokens))
			if final || u.runsAnything(j) {
				a.evade(u, signUnasked, i, j)
				return
			}
		}
	}
}

// confirmsFact says that the word at i is about what is so, not about who is
// asked: "without confirming it is unused".
func (u *unit) confirmsFact(i int) bool {
	return u.says(i, "confirm", "confirming", "verify", "verifying") && u.says(i+1, "it", "its", "that", "whether", "which", "they")
}

// neverAsks is "never ask for confirmation" without a word on what for.
func (u *unit) neverAsks(i int) bool {
	from := 0
	for k := 1; k < i; k++ {
		if u.tokens[k-1].kind == stop {
			from = k
		}
	}
	if from > 0 && i+1 == len(u.tokens) && i-from <= 5 && u.says(from, "never") && u.classed(i, cAsk) && !u.means(i, vAsk) {
		return true
	}
	if i+1 != len(u.tokens) || len(u.tokens) > 7 {
		return false
	}
	return u.classed(i, cAsk) && (u.says(0, "never") || u.reads(0, "always", "proceed"))
}

// coversAll says that the word of asking at i is for commands at large: "ask for
// permission for shell commands".
func (u *unit) coversAll(i int) bool {
	if !u.says(i+1, "for", "before") {
		return false
	}
	for j := i + 2; j < min(len(u.tokens), i+8) && u.clause(i, j); j++ {
		if u.says(j, "commands") || u.says(j, "anything") && u.says(i+1, "before") {
			return !u.has(cDeterminer, j-2, j) && u.limits(i, j+1)
		}
	}
	return false
}

// clause says that two tokens stand in one clause.
func (u *unit) clause(i, j int) bool {
	for k := min(i, j) + 1; k < max(i, j); k++ {
		if t := &u.tokens[k]; t.kind == stop || t.kind == piped || t.kind == comma && u.text[t.start] != ',' {
			return false
		}
	}
	return true
}

// runsAnything says that the verb at j lets the agent run whatever it likes.
func (u *unit) runsAnything(j int) bool {
	if !u.runs(j) || !u.asked(j) && !u.says(j-1, "may", "before", "can") {
		return false
	}
	if u.says(j-1, "may", "can") && !u.says(j-2, "you") {
		return false
	}
	end := min(len(u.tokens), j+6)
	k := u.find(cAll, j+1, end)
	if k < 0 { // "run commands", "run shell commands"
		k = u.phrase(j+1, j+3, "commands")
		return k > 0 && !u.has(cDeterminer, j+1, k) && u.limits(j, end)
	}
	return u.has(cCommand|cChange, k, k+4) && u.limits(j, end)
}

// runs is a verb of running at j, also as "before running".
func (u *unit) runs(j int) bool {
	return u.classed(j, cRun) || u.says(j, "use", "running", "executing", "using", "invoking")
}

// freely says that the word of asking at i is denied: without asking, never ask.
func (u *unit) freely(i int) bool {
	for j := i - 1; j >= 0 && i-j <= 5; j-- {
		if k := u.tokens[j].kind; k == stop || k == comma {
			return false
		}
		switch {
		case u.classed(j, cQuiet):
			return !u.governs(j)
		case u.says(i, "review"):
			continue
		case u.says(j, "never", "not", "dont"):
			return i-j <= 2 || u.says(j+1, "ask", "stop", "pause", "wait", "prompt", "request")
		case u.says(j, "skip"):
			return u.asked(j) && !u.negated(j)
		}
	}
	return false
}

// governs says that a negation before token j forbids the whole: "never push
// without asking".
func (u *unit) governs(j int) bool {
	for k := j - 1; k >= 0; k-- {
		if u.tokens[k].kind == stop || u.classed(k, cBut) {
			return false
		}
		if u.classed(k, cNegation) {
			return true
		}
	}
	return false
}

// negatedFor is negated, but for the negation that belongs to asking.
func (u *unit) negatedFor(j, ask int) bool {
	if ask < j {
		return u.defended(j)
	}
	return u.negated(j)
}

// limits says that nothing in [from, to) narrows what may be run: no code span
// and no kind of command that only looks.
func (u *unit) limits(from, to int) bool {
	for k := from; k < to; k++ {
		if u.tokens[k].code && !u.classed(k, cDanger) {
			return false
		}
		switch u.tokens[k].form {
		case "staging", "draft", "drafts", "preview", "read", "readonly", "safe", "test", "tests", "lint", "these", "following", "listed", "build", "harmless", "local", "format", "above", "below", "search":
			return false
		}
	}
	return true
}

// disables looks for orders to disable what would stop a change.
func (a *analysis) disables(u *unit) {
	if u.holds("only", "quarantine") { // under a condition, or until somebody mends them
		return
	}
	for i := range u.tokens {
		if !u.classed(i, cDisable) || a.spoken(u, i) || !u.asked(i) || u.negated(i) {
			continue
		}
		if u.says(i, "mark") && !u.names(i, i+6, "skipped") {
			continue
		}
		if u.says(i, "comment") && !u.says(i+1, "out") || u.says(i, "turn") && !u.says(i+1, "off") {
			continue
		}
		end := min(len(u.tokens), i+8)
		for j := i + 1; j < end; j++ {
			c := u.tokens[j].class
			if u.tokens[j].kind == stop {
				break
			}
			failing := c&cTest != 0 && !u.names(i, j, "flaky") && (u.has(cFailing, i+1, j) || u.has(cFailing, j+1, j+4) && !u.names(j, j+5, "flaky"))
			failing = failing || j == i+1 && u.says(j, "it") && u.has(cTest, 0, i) && u.has(cFailing, 0, i)
			if failing || c&cGuard != 0 && !u.names(i, j, "from", "accounts", "authors", "users", "bots", "commits") && (u.is(inHidden) && u.has(cAuth|cCore, i+1, j) || a.guards(u, i, j)) {
				a.evade(u, signDisabled, i, j)
				return
			}
		}
	}
}

// guards says that tokens i to j name a control rather than a step of some
// work: the security scanner, pre-commit hooks, branch protection.
func (a *analysis) guards(u *unit, i, j int) bool {
	switch u.tokens[j].form {
	case "codeql", "semgrep", "gitleaks", "trufflehog", "snyk", "dependabot", "sandbox":
		return true
	case "scanner", "scanners", "scan", "scans", "scanning", "check", "checks", "audit", "review", "validation", "verification":
		return u.says(j-1, "security", "secret", "vulnerability", "code")
	case "hooks", "hook":
		return u.says(j-1, "commit", "push", "git", "precommit")
	case "protection", "protections":
		return u.says(j-1, "branch")
	}
	return false
}

// approves looks for orders to approve whatever comes.
func (a *analysis) approves(u *unit) {
	for i := range u.tokens {
		if !u.classed(i, cApprove) || a.spoken(u, i) || u.negated(i) {
			continue
		}
		end := min(len(u.tokens), i+7)
		auto := u.says(i-1, "auto", "automatically", "always", "blindly") || u.says(i, "autoapprove") || u.names(i+1, i+7, "automatically")
		all := u.find(cAll, i+1, end)
		object := u.has(cChange|cVenue|cCommand, i+1, end) || u.names(i+1, end, "requests", "calls")
		start := i
		if u.says(i-1, "auto") {
			start = i - 1
		}
		object = object || u.is(inHidden) && u.says(i-1, "always")
		every := all >= 0 && (auto || u.is(inHidden)) || u.says(i-1, "always")
		if object && every && u.asked(start) && u.any&cIf == 0 && u.limits(i, end) {
			a.evade(u, signApprove, start, end-1)
			return
		}
	}
}

// masks looks for orders to keep a change from those who review it. Leaving a
// tool's name out of commit messages is a matter of taste.
func (a *analysis) masks(u *unit) {
	for i := range u.tokens {
		c := u.tokens[i].class
		if c&(cHide|cTell) == 0 || a.spoken(u, i) {
			continue
		}
		end := min(len(u.tokens), i+9)
		if c&cHide != 0 && u.asked(i) && !u.negated(i) {
			from := u.phrase(i+1, end, "from")
			if k := u.find(cChange|cIt, i+1, end); k >= 0 && from > k && u.has(cPerson|cVenue|cChange, from, from+4) {
				a.evade(u, signMasked, i, from)
				return
			}
		}
		if c&cTell == 0 || !u.negatedBefore(i) || u.any&cCredit != 0 {
			continue
		}
		reviewer := u.says(i+1, "reviewers", "reviewer", "maintainers") || u.says(i+2, "reviewer", "reviewers")
		if reviewer && u.says(i, "tell", "inform") && u.names(i, i+5, "about") {
			a.evade(u, signMasked, i, i+1)
			return
		}
		object := i + 1
		if object < end && (u.says(object, "this", "these", "it") || u.has(cChange, object, object+2)) &&
			u.says(object, "this", "these", "it", "the") {
			k := u.find(cVenue, object+1, end)
			if in := u.phrase(object, k, "in"); k >= 0 && in > 0 && (in == object+1 || u.has(cChange, object, in)) {
				a.evade(u, signMasked, i, k)
				return
			}
		}
	}
}

// claims looks for orders to report success whatever happened.
func (a *analysis) claims(u *unit) {
	for i := range u.tokens {
		w := u.tokens[i].form
		if w != "report" && w != "say" && w != "claim" && w != "tell" || a.spoken(u, i) || !u.asked(i) || u.negated(i) {
			continue
		}
		k := u.find(cCertain, i+1, min(len(u.tokens), i+8))
		if k < 0 {
			continue
		}
		if e := u.phrase(k, len(u.tokens), "even", "if"); e >= 0 || u.names(k, len(u.tokens), "regardless") || u.phrase(k, len(u.tokens), "without", "running") >= 0 {
			a.evade(u, signMasked, i, k)
			return
		}
	}
}
