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
	if i := u.phrase(0, len(u.tokens), "yes"); i > 0 && u.asked(i-1) && u.same(i-1, "answer") && u.has(cAsk, i, i+5) && !u.negated(i) && !a.spoken(u, i) {
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
	case "use", "run", "commit", "push", "pass", "add", "launch", "start", "execute", "invoke", "append", "set", "skip", "bypass", "retry", "repeat", "try", "do":
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
	if u.phrase(0, len(u.tokens), "whether") >= 0 {
		return
	}
	for i := range u.tokens {
		if u.tokens[i].class&cAsk == 0 && !u.same(i, "review") || a.spoken(u, i) || !u.freely(i) {
			continue
		}
		if u.coversAll(i) || u.neverAsks(i) {
			a.evade(u, signUnasked, i, i)
			return
		}
		for j := max(0, i-verbReach); j < min(len(u.tokens), i+verbReach); j++ {
			if j >= i-3 && j <= i+3 && u.tokens[j].class&cAsk != 0 || a.spoken(u, j) || !u.clause(j, i) && (u.tokens[j].class&cRun == 0 || !u.has(cAll, j+1, j+3)) {
				continue
			}
			if u.runsAnything(j) && !u.negatedFor(j, i) || u.tokens[j].class&cDanger != 0 && (u.asked(j) || u.same(j-1, "before")) && !u.negatedFor(j, i) && u.limits(j, len(u.tokens)) {
				a.evade(u, signUnasked, i, j)
				return
			}
		}
	}
}

// neverAsks is "never ask for confirmation" without a word on what for.
func (u *unit) neverAsks(i int) bool {
	from := 0
	for k := 1; k < i; k++ {
		if u.tokens[k-1].kind == stop {
			from = k
		}
	}
	if from > 0 && i+1 == len(u.tokens) && i-from <= 5 && u.same(from, "never") && u.tokens[i].class&cAsk != 0 && u.tokens[i].sense&vAsk == 0 {
		return true
	}
	return i+1 == len(u.tokens) && len(u.tokens) <= 7 && (u.same(0, "never") || u.same(0, "always") && u.same(1, "proceed")) && u.tokens[i].class&cAsk != 0
}

// coversAll says that the word of asking at i is for commands at large: "ask for
// permission for shell commands".
func (u *unit) coversAll(i int) bool {
	if !u.same(i+1, "for") && !u.same(i+1, "before") {
		return false
	}
	for j := i + 2; j < min(len(u.tokens), i+8) && u.clause(i, j); j++ {
		if u.same(j, "commands") || u.same(j, "anything") && u.same(i+1, "before") {
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
	if !u.runs(j) || !u.asked(j) && !u.same(j-1, "may") && !u.same(j-1, "before") && !u.same(j-1, "can") {
		return false
	}
	if (u.same(j-1, "may") || u.same(j-1, "can")) && !u.same(j-2, "you") {
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
	return u.tokens[j].class&cRun != 0 || u.same(j, "use") || u.same(j, "running") || u.same(j, "executing") || u.same(j, "using") || u.same(j, "invoking")
}

// freely says that the word of asking at i is denied: without asking, never ask.
func (u *unit) freely(i int) bool {
	for j := i - 1; j >= 0 && i-j <= 5; j-- {
		if k := u.tokens[j].kind; k == stop || k == comma {
			return false
		}
		switch {
		case u.tokens[j].class&cQuiet != 0:
			return !u.governs(j)
		case u.same(i, "review"):
			continue
		case u.same(j, "never") || u.same(j, "not") || u.same(j, "dont"):
			return i-j <= 2 || u.same(j+1, "ask") || u.same(j+1, "stop") || u.same(j+1, "pause") || u.same(j+1, "wait") || u.same(j+1, "prompt") || u.same(j+1, "request")
		case u.same(j, "skip"):
			return u.asked(j) && !u.negated(j)
		}
	}
	return false
}

// governs says that a negation before token j forbids the whole: "never push
// without asking".
func (u *unit) governs(j int) bool {
	for k := j - 1; k >= 0; k-- {
		if u.tokens[k].kind == stop || u.tokens[k].class&cBut != 0 {
			return false
		}
		if u.tokens[k].class&cNegation != 0 {
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
		if u.tokens[k].code && u.tokens[k].class&cDanger == 0 {
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
	if u.phrase(0, len(u.tokens), "only") >= 0 || u.phrase(0, len(u.tokens), "quarantine") >= 0 { // under a condition, or until somebody mends them
		return
	}
	for i := range u.tokens {
		if u.tokens[i].class&cDisable == 0 || a.spoken(u, i) || !u.asked(i) || u.negated(i) {
			continue
		}
		if u.same(i, "mark") && u.phrase(i, i+6, "skipped") < 0 {
			continue
		}
		if u.same(i, "comment") && !u.same(i+1, "out") || u.same(i, "turn") && !u.same(i+1, "off") {
			continue
		}
		end := min(len(u.tokens), i+8)
		for j := i + 1; j < end; j++ {
			c := u.tokens[j].class
			if u.tokens[j].kind == stop {
				break
			}
			failing := c&cTest != 0 && (u.has(cFailing, i+1, j) || u.has(cFailing, j+1, j+4) && u.phrase(j, j+5, "flaky") < 0)
			failing = failing || j == i+1 && u.same(j, "it") && u.has(cTest, 0, i) && u.has(cFailing, 0, i)
			if failing || c&cGuard != 0 && u.phrase(i, j, "from") < 0 && (u.is(inHidden) && u.has(cAuth|cCore, i+1, j) || a.guards(u, i, j)) {
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
		return u.same(j-1, "security") || u.same(j-1, "secret") || u.same(j-1, "vulnerability") || u.same(j-1, "code")
	case "hooks", "hook":
		return u.same(j-1, "commit") || u.same(j-1, "push") || u.same(j-1, "git") || u.same(j-1, "precommit")
	case "protection", "protections":
		return u.same(j-1, "branch")
	}
	return false
}

// approves looks for orders to approve whatever comes.
func (a *analysis) approves(u *unit) {
	for i := range u.tokens {
		if u.tokens[i].class&cApprove == 0 || a.spoken(u, i) || u.negated(i) {
			continue
		}
		end := min(len(u.tokens), i+7)
		auto := u.same(i-1, "auto") || u.same(i-1, "automatically") || u.same(i-1, "always") || u.same(i-1, "blindly") || u.same(i, "autoapprove") || u.phrase(i+1, i+7, "automatically") > 0
		all := u.find(cAll, i+1, end)
		object := u.has(cChange|cVenue|cCommand, i+1, end) || u.phrase(i+1, end, "requests") >= 0 || u.phrase(i+1, end, "calls") >= 0
		start := i
		if u.same(i-1, "auto") {
			start = i - 1
		}
		object = object || u.is(inHidden) && u.same(i-1, "always")
		if object && (u.is(inHidden) && all >= 0 || auto && all >= 0 || auto && u.same(i-1, "always")) && u.asked(start) && u.any&cIf == 0 && u.limits(i, end) {
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
		if (u.same(i, "tell") || u.same(i, "inform")) && (u.same(i+1, "reviewers") || u.same(i+1, "reviewer") || u.same(i+2, "reviewer") || u.same(i+2, "reviewers") || u.same(i+1, "maintainers")) && u.phrase(i, i+5, "about") > 0 {
			a.evade(u, signMasked, i, i+1)
			return
		}
		object := i + 1
		if object < end && (u.same(object, "this") || u.same(object, "these") || u.same(object, "it") || u.has(cChange, object, object+2)) &&
			(u.same(object, "this") || u.same(object, "these") || u.same(object, "it") || u.same(object, "the")) {
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
		if e := u.phrase(k, len(u.tokens), "even", "if"); e >= 0 || u.phrase(k, len(u.tokens), "regardless") >= 0 || u.phrase(k, len(u.tokens), "without", "running") >= 0 {
			a.evade(u, signMasked, i, k)
			return
		}
	}
}
