package prompt

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
func (u *unit) flaky(i, j int) bool {
	return u.phrase(i, min(len(u.tokens), j+6), "flaky") >= 0 || u.phrase(0, j, "quarantine") >= 0
}

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

// unseen is "do not show the diff to the user before you commit": what was
// changed is kept from those who would look at it.
func (a *analysis) unseen(u *unit) bool {
	for i := range u.tokens {
		if !u.same(i, "show") && !u.same(i, "reveal") && !u.same(i, "display") || a.spoken(u, i) || !u.negatedBefore(i) {
			continue
		}
		end := min(len(u.tokens), i+8)
		c := u.find(cChange, i+1, end)
		if c < 0 || u.tokens[c-1].class&cDeterminer == 0 || u.any&cIf != 0 || u.any&cBut != 0 {
			continue
		}
		if p := u.sensed(nPerson, c+1, end); p > 0 && u.same(p-1, "the") && u.straight(i, p) {
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
