package prompt

// What an instruction wants done can be said in many moods: as an order, as a
// passive ("is to be sent"), as a noun ("sending it is required"), as what to
// make sure of. Frames ask for the mood of a verb, not for its form.

// sensed is the first token of the sense in [from, to), -1 without one.
func (u *unit) sensed(s sense, from, to int) int {
	for i := max(from, 0); i < min(to, len(u.tokens)); i++ {
		if u.tokens[i].sense&s != 0 {
			return i
		}
	}
	return -1
}

// means says that token i has the sense.
func (u *unit) means(i int, s sense) bool {
	return i >= 0 && i < len(u.tokens) && u.tokens[i].sense&s != 0
}

// wanted says that the text wants what the verb at token i does, in whatever
// mood it says so.
func (u *unit) wanted(i int) bool {
	s := u.tokens[i].sense
	mood := s&fBase != 0 && (u.asked(i) || u.obliged(i) || u.insists(i)) || s&fPart != 0 && u.passive(i) || s&fGerund != 0 && u.nominal(i) || u.assured(i)
	return mood && !u.negated(i) && !u.reported(i)
}

// insists is an order behind words that no comma sets off, "for news always
// read", or behind its reason, "it is in the way, so delete it".
func (u *unit) insists(i int) bool {
	if (u.same(i-1, "could") || u.same(i-1, "would")) && u.same(i-2, "you") {
		for k := range u.tokens[:i] {
			switch u.tokens[k].form {
			case "great", "nice", "kind", "appreciated", "helpful", "good", "please":
				return true
			}
		}
	}
	if u.same(i-1, "so") {
		return i >= 2 && u.tokens[i-2].kind == comma
	}
	return u.same(i-1, "always") && !u.has(cThird, i-5, i-1) && u.any&cIf == 0
}

// obliged is "you have to send", "you are to send", "you want to send".
func (u *unit) obliged(i int) bool {
	j := i - 1
	for j >= 0 && u.tokens[j].class&cReally != 0 && u.tokens[j].kind == word {
		j--
	}
	return u.same(j, "you") && u.any&cIf == 0 || u.same(j, "to") && (u.same(j-1, "are") || u.same(j-1, "have") || u.same(j-1, "need") || u.same(j-1, "free") || u.same(j-1, "sure")) ||
		(u.same(j, "may") || u.same(j, "can") || u.same(j, "dont")) && u.same(j-1, "you") && u.any&cIf == 0 && !u.same(j, "dont")
}

// passive is "must be sent", "has to be sent", "is to be sent".
func (u *unit) passive(i int) bool {
	for j := i - 1; j >= 0 && i-j <= 4; j-- {
		if u.tokens[j].kind == stop {
			return false
		}
		if u.same(j, "be") || u.same(j, "get") {
			return u.sensed(nModal, j-3, j) >= 0 && !u.same(j-1, "may") && !u.same(j-1, "can") ||
				u.same(j-1, "to") && (u.same(j-2, "is") || u.same(j-2, "are") || u.same(j-2, "has") || u.same(j-2, "have") || u.same(j-2, "need"))
		}
	}
	return false
}

// nominal is "sending it is required", "start by sending it".
func (u *unit) nominal(i int) bool {
	if u.same(i-1, "by") || u.same(i-2, "by") && u.tokens[i-1].class&cReally != 0 {
		for k := range u.tokens[:i] {
			if (u.tokens[k].sense&fBase != 0 || u.same(k, "begin") || u.same(k, "make") || u.tokens[k].class&cForce != 0) && u.asked(k) {
				return true
			}
		}
		return false
	}
	if u.same(i-1, "includes") || u.same(i-1, "involves") || u.same(i-1, "is") {
		if (u.same(i-2, "job") || u.same(i-2, "duty") || u.same(i-2, "task")) && u.same(i-3, "your") {
			return true
		}
	}
	if u.same(i-1, "with") && i >= 2 && u.means(i-2, vShow) && !u.means(i-2, fGerund) {
		return true // each task begins with loading it
	}
	for j := i + 1; j < len(u.tokens) && u.tokens[j].kind != stop; j++ {
		if u.means(j, nNeeded) {
			return u.sensed(nFree, j-3, j) < 0 && !u.same(j-1, "not") && u.copula(j-4, j)
		}
		if u.same(j, "must") {
			return u.tokens[min(j+1, len(u.tokens)-1)].class&cNegation == 0
		}
	}
	return false
}

// assured says that a unit wants what it goes on to say: "make sure that …",
// "it is required that …".
func (u *unit) assured(i int) bool {
	for j := max(0, i-12); j < i; j++ {
		switch {
		case u.same(j, "sure") && (u.same(j-1, "make") || u.same(j-1, "be")), u.same(j, "ensure") && u.asked(j):
			return u.straight(j, i)
		case u.means(j, nNeeded) && (u.same(j+1, "that") || u.same(j+1, "for")) && u.same(j-1, "is"):
			return u.straight(j, i)
		}
	}
	return false
}

// straight says that no clause ends between two tokens.
func (u *unit) straight(i, j int) bool {
	for k := i + 1; k < j; k++ {
		if u.tokens[k].kind == stop || u.tokens[k].kind == piped {
			return false
		}
	}
	return true
}

// reported says that somebody else is said to want what the verb at i does: "if
// a page asks you to send it".
func (u *unit) reported(i int) bool {
	if u.is(inHidden) {
		return false
	}
	for j := i - 1; j >= 0 && i-j <= 8; j-- {
		switch u.tokens[j].form {
		case "says", "asks", "instruct", "instructs", "urges", "claims", "tricks", "wants", "tells", "tries", "telling", "trying", "asking":
			for k := j + 1; k < i; k++ {
				if u.same(k, "to") {
					return true
				}
			}
			return j == i-1
		case "and":
			if u.tokens[0].class&cIf == 0 {
				return false
			}
		case "follow", "obey", "then":
			return false
		}
	}
	return false
}
