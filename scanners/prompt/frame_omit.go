package prompt

// omits looks for orders to take tests that fail, or controls, out of the way,
// in any mood.
func (a *analysis) omits(u *unit) {
	for i := range u.tokens {
		if !u.takesAway(i) || a.spoken(u, i) || !u.wanted(i) && !(u.means(i, fPart) && u.maybe(i)) {
			continue
		}
		lo, hi := i+1, min(len(u.tokens), i+9)
		if u.means(i, fPart) && !u.means(i, fBase) {
			lo, hi = max(0, i-8), i
		}
		if u.says(i+1, "it", "them") {
			lo = 0
		}
		for j := lo; j < hi; j++ {
			if u.tokens[j].kind == stop && j > i {
				break
			}
			fails := u.sensed(nFail, i-2, j)
			test := u.means(j, nProof) && (fails >= i+1 && !u.names(fails, j, "from", "of") || u.failsAfter(j)) && !u.flaky(i, j)
			hook := u.reads(j-1, "pre", "commit") && u.means(i, fPart)
			if test || hook || u.means(j, nCheck) && u.control(j) && !u.names(i, j, "from", "in", "accounts", "authors", "users", "bots", "commits", "by") {
				a.evade(u, signDisabled, i, j)
				return
			}
		}
	}
}

// takesAway is a verb of omitting, with the word that makes it one: "comment out".
func (u *unit) takesAway(i int) bool {
	switch {
	case !u.means(i, vOmit), u.reads(i, "drop", "in"):
		return false
	case u.says(i, "comment"):
		return u.names(i, i+5, "out")
	case u.says(i, "turn", "switch"):
		return u.names(i, i+6, "off")
	case u.says(i, "get"):
		return u.names(i, i+3, "rid")
	}
	return true
}

// flaky tests are quarantined by people.
func (u *unit) flaky(i, j int) bool {
	return u.names(i, min(len(u.tokens), j+6), "flaky") || u.names(0, j, "quarantine")
}

// failsAfter is "tests that fail", "assertions which do not pass".
func (u *unit) failsAfter(j int) bool {
	for k := j + 1; k < min(len(u.tokens), j+6); k++ {
		if u.tokens[k].kind == stop || u.tokens[k].kind == comma {
			return false
		}
		if u.says(k, "until") && u.has(cCertain, k+1, k+6) {
			return true
		}
		if u.means(k, nFail) || u.says(k, "pass", "green") && u.classed(k-1, cNegation) {
			return true
		}
	}
	return false
}

// maybe is the passive of permission: "the scan may be skipped".
func (u *unit) maybe(i int) bool {
	return u.says(i-1, "be") && u.says(i-2, "may", "can", "should") && u.any&cIf == 0 && !u.negated(i)
}

// control says that the noun at j names a control over changes: security scans,
// hooks of git, signing, branch protection.
func (u *unit) control(j int) bool {
	before := func(words ...string) bool {
		for _, w := range words {
			if u.says(j-1, w) || u.says(j-2, w) {
				return true
			}
		}
		return false
	}
	switch u.tokens[j].form {
	case "codeql", "semgrep", "gitleaks", "trufflehog", "snyk", "dependabot", "antivirus":
		return true
	case "check", "checks", "hook", "hooks":
		return before("push", "precommit", "security", "secret") || u.says(j-1, "commit") || before("git")
	case "scanner", "scanners", "scan", "scans", "scanning", "audit", "review", "reviews", "gate", "gates", "verification", "analysis":
		return before("security", "secret", "vulnerability", "signature") || u.says(j-1, "code") && !u.says(j, "analysis")
	case "protection", "protections":
		return before("branch")
	case "signing", "verifier":
		return before("commit", "tag") || before("gpg")
	case "signature", "signatures":
		return before("commit") || u.says(j+1, "verification")
	case "linter", "linters":
		return before("security")
	}
	return false
}

// silences looks for marks that silence scanners, put wherever they complain.
func (a *analysis) silences(u *unit) {
	for i := range u.tokens {
		silencer := u.says(i, "nosec", "nosemgrep", "nosonar") || u.reads(i, "eslint", "disable") || u.reads(i, "gitleaks", "allow")
		if !silencer || u.negated(i) {
			continue
		}
		for j := 0; j < i; j++ {
			if u.says(j, "add", "put", "insert", "append", "use", "place", "silence") && u.wanted(j) && u.straight(j, i) &&
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
		if u.means(k, fPart) && !u.means(k, fBase) && u.means(k, vHarm|vOmit|vPlant|vWeaken) {
			return true
		}
	}
	return false
}

// untold is "reviewers should not be told about the new dependency".
func (a *analysis) untold(u *unit) bool {
	for i := range u.tokens {
		if !u.means(i, vTell) || !u.means(i, fPart) || a.spoken(u, i) {
			continue
		}
		p := u.sensed(nPerson, max(0, i-7), i)
		if p < 0 || !u.says(p, "reviewer", "reviewers", "maintainer", "maintainers") || !u.negatedBefore(i) || !u.says(i+1, "about", "of", "that") {
			continue
		}
		a.evade(u, signMasked, p, i)
		return true
	}
	return false
}

// unseen is "do not show the diff to the user before you commit": what was
// changed is kept from those who would look at it.
func (a *analysis) unseen(u *unit) bool {
	for i := range u.tokens {
		if !u.says(i, "show", "reveal", "display") || a.spoken(u, i) || !u.negatedBefore(i) {
			continue
		}
		end := min(len(u.tokens), i+8)
		c := u.find(cChange, i+1, end)
		if c < 0 || !u.classed(c-1, cDeterminer) || u.any&cIf != 0 || u.any&cBut != 0 {
			continue
		}
		if p := u.sensed(nPerson, c+1, end); p > 0 && u.says(p-1, "the") && u.straight(i, p) {
			a.evade(u, signMasked, i, p)
			return true
		}
	}
	return false
}

// unmentioned looks for orders to keep a change out of what reviewers read.
func (a *analysis) unmentioned(u *unit) {
	if a.untold(u) || a.unseen(u) {
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
		if u.means(i, vTell) && u.classed(i, cTell) && u.negatedBefore(i) && !u.is(inForbid) {
			in := u.phrase(i, min(end, i+7), "in")
			if in > 0 && u.has(cVenue, in, in+5) && u.deedBetween(i, in) {
				a.evade(u, signMasked, i, in)
				return
			}
			if in > 0 && u.has(cVenue, in, in+5) {
				that := u.phrase(in, end, "that")
				if that > 0 && (u.names(that, len(u.tokens), "were") || u.sensed(vHarm|vPlant, that, len(u.tokens)) > 0) {
					a.evade(u, signMasked, i, that)
					return
				}
			}
		}
		if u.says(i, "leave", "omit", "keep") && u.asked(i) && !u.negated(i) {
			out := u.phrase(i, end, "out")
			if from := u.phrase(i, end, "from"); u.says(i, "omit") && from > 0 {
				out = from
			}
			if out > 0 && u.has(cChange, i, out) && u.has(cVenue, out, out+6) {
				a.evade(u, signMasked, i, out)
				return
			}
		}
	}
}
