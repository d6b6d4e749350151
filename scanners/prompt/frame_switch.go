package prompt

import (
	"slices"
	"strings"
)

// switches are settings of a command line that switch checks off: HUSKY=0,
// SKIP=…, git commit -n, a forced push to the main branch.
func (a *analysis) switches(u *unit) {
	if u.senses&nSwitch == 0 || u.exceptional() {
		return
	}
	for i := range u.tokens {
		if !u.means(i, nSwitch) || u.tokens[i].quoted && !u.tokens[i].code || u.negated(i) {
			continue
		}
		rest := u.text[u.tokens[i].end:min(len(u.text), u.tokens[i].end+24)]
		s, hit := signNoVerify, false
		switch {
		case u.says(i, "husky"):
			hit = strings.HasPrefix(rest, "=0")
		case u.says(i, "skip") && u.at(i) == "SKIP" && strings.HasPrefix(rest, "="):
			hit = u.senses&nCheck != 0 || u.names(i, len(u.tokens), "git")
		case u.says(i, "commit") && u.says(i-1, "git"):
			hit = rest == " -n" || slices.ContainsFunc([]string{" -n ", " -n`", " -nm", " -anm", " -an "}, func(s string) bool {
				return strings.HasPrefix(rest, s)
			})
		case u.tokens[i].kind == flag && !u.is(inFence): // push to main with --force
			p := u.phrase(0, i, "push")
			if p == i-1 && u.tokens[i].code && u.says(i+2, "main") && u.wantedNear(i) {
				a.evade(u, signUnasked, p, i+2)
				return
			}
			hit, s = p >= 0 && u.asked(p) && !u.negated(p) && !u.mentioned(p) && u.names(p, i, "main", "master"), signUnasked
			if hit {
				a.evade(u, s, p, i)
				return
			}
		case u.says(i, "force") && !u.is(inFence):
			k := u.phrase(i, min(len(u.tokens), i+7), "main")
			if k < 0 {
				k = u.phrase(i, min(len(u.tokens), i+7), "master")
			}
			hit, s = k > 0 && (u.names(i, k, "push") || u.says(i-1, "push")) && (u.asked(i) || u.wantedNear(i)), signUnasked
		}
		if hit && (u.is(inFence) || u.wantedNear(i)) {
			a.evade(u, s, i, i)
			return
		}
	}
}

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
		act := u.means(j, vRun|vSend|vPlant|vHarm) && u.wanted(j)
		if act || u.says(j, "set") && u.asked(j) || u.usesFlag(j) && (u.asked(j) || u.passive(j)) {
			return !u.negated(j)
		}
		if u.says(j, "made", "done", "run") && u.passive(j) && !u.negated(j) {
			return true
		}
		if u.tokens[j].kind == stop && j < i && !u.tokens[i].code {
			return false
		}
	}
	return false
}
