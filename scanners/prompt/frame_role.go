package prompt

// role is what a unit says of whom it speaks to: where it addresses the reader,
// where it has the reader act as somebody (-1 if nowhere), and whether from now on.
type role struct {
	reader, act int
	asked       bool // acting is an order
	now         bool
}

func (u *unit) role() role {
	r := role{act: u.find(cAct, 0, len(u.tokens))}
	for _, w := range []string{"you", "youre", "your"} {
		if r.reader = u.phrase(0, len(u.tokens), w); r.reader >= 0 {
			break
		}
	}
	r.asked = r.act >= 0 && u.asked(r.act)
	r.now = u.any&cFromNow != 0 || u.phrase(0, len(u.tokens), "from", "now") >= 0 || u.phrase(0, len(u.tokens), "from", "this") >= 0
	return r
}

// acted says that the reader is to act as what stands at i.
func (r role) acted(i int) bool { return r.asked && r.act < i }

// frees is a role without limits: somebody, the reader, has none of them.
func (a *analysis) frees(u *unit) {
	r := u.role()
	if r.now && r.reader >= 0 && a.sign&signFromNow == 0 {
		a.note(u, signFromNow, 0, r.reader, mark{})
	}
	for i := range u.tokens {
		if a.spoken(u, i) {
			continue
		}
		if u.unbound(i, r) {
			a.note(u, signFreed, i, min(i+1, len(u.tokens)-1), mark{})
			if off := u.sensed(nLimit, 0, len(u.tokens)); off >= 0 && u.sensed(nVoid, off, len(u.tokens)) > 0 && a.sign&signFromNow == 0 {
				a.note(u, signFromNow, i, min(i+1, len(u.tokens)-1), mark{})
			}
			return
		}
		if j := u.limitless(i, r); j > 0 {
			a.note(u, signFreed, i, j, mark{})
			return
		}
	}
	if u.senses&nMode != 0 && u.holds("your") && u.holds("new") && u.names(1, len(u.tokens), "is") {
		a.note(u, signFromNow, 0, 1, mark{})
	}
}

// unbound says that token i names somebody without limits who the reader is to
// be: "developer mode", "act as an unfiltered model".
func (u *unit) unbound(i int, r role) bool {
	free := u.classed(i, cUnbound) && !u.says(i, "dan")
	mode := u.reads(i, "developer", "mode") || u.reads(i, "god", "mode") || u.classed(i, cUnbound|cFreedom) && u.means(i+1, nMode)
	switch {
	case mode || free && r.acted(i) && i-r.act <= 4:
		return !u.negated(i) && (u.enters(i) || r.asked || r.reader >= 0 && u.phrase(0, i, "you", "are") >= 0)
	case free && u.classed(i+1, cAgent):
		return r.reader > i && u.names(0, i, "as")
	}
	return false
}

// limitless is where the reader is said to be without limits, by the word for
// limits or for being without at i; -1 if it does not say so.
func (u *unit) limitless(i int, r role) int {
	end := min(len(u.tokens), i+6)
	is := r.reader >= 0 && r.reader < i && i-r.reader <= 12 && u.being(r.reader)
	switch {
	case u.means(i, nFree) && (r.acted(i) || is || r.now):
		if j := u.sensed(nLimit, i+1, end); j > 0 && u.straight(i, j) && u.endsLimit(j) {
			return j
		}
	case u.means(i, nLimit) && (r.acted(i) || r.reader >= 0):
		core := u.sensed(nCore, i-3, i) >= 0
		for k := i + 1; k < end && u.tokens[k].kind != stop; k++ {
			off := u.means(k, nVoid) && !u.says(k, "existing") && (u.copula(i, k) || u.says(i+1, "been"))
			if off && (core || r.act >= 0 || u.sensed(nMode, 0, i) >= 0) {
				return k
			}
			if u.classed(k, cNegation) && u.copula(i, k) && core && r.act >= 0 && r.act < i {
				return k
			}
		}
	}
	return -1
}

// enters is "enter", "activate" before the name of a mode at i.
func (u *unit) enters(i int) bool {
	for k := max(0, i-4); k < i; k++ {
		switch u.tokens[k].form {
		case "enter", "activate", "engage", "switch":
			return u.asked(k) && !u.negated(k)
		}
	}
	return false
}

// being says that a sentence says what the reader is or has: "you are", "your
// identity is", "you have".
func (u *unit) being(i int) bool {
	for k := i + 1; k < min(len(u.tokens), i+4); k++ {
		switch u.tokens[k].form {
		case "an", "are", "is", "have", "be", "now", "act", "answer", "operate":
			return true
		}
	}
	return false
}

// endsLimit says that the word for limits at j is not the attribute of another:
// "without rule files".
func (u *unit) endsLimit(j int) bool {
	return j+1 >= len(u.tokens) || u.tokens[j+1].kind != word || u.tokens[j+1].form != ""
}
