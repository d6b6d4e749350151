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
	if u.says(i-1, "could", "would") && u.says(i-2, "you") {
		for k := range u.tokens[:i] {
			switch u.tokens[k].form {
			case "great", "nice", "kind", "appreciated", "helpful", "good", "please":
				return true
			}
		}
	}
	if u.says(i-1, "so") {
		return i >= 2 && u.tokens[i-2].kind == comma
	}
	return u.says(i-1, "always") && !u.has(cThird, i-5, i-1) && u.any&cIf == 0
}

// obliged is "you have to send", "you are to send", "you want to send".
func (u *unit) obliged(i int) bool {
	j := i - 1
	for j >= 0 && u.classed(j, cReally) && u.tokens[j].kind == word {
		j--
	}
	return u.says(j, "you") && u.any&cIf == 0 || u.says(j, "to") && u.says(j-1, "are", "have", "need", "free", "sure") ||
		u.says(j, "may", "can", "dont") && u.says(j-1, "you") && u.any&cIf == 0 && !u.says(j, "dont")
}

// passive is "must be sent", "has to be sent", "is to be sent".
func (u *unit) passive(i int) bool {
	for j := i - 1; j >= 0 && i-j <= 4; j-- {
		if u.tokens[j].kind == stop {
			return false
		}
		if u.says(j, "be", "get") {
			return u.sensed(nModal, j-3, j) >= 0 && !u.says(j-1, "may", "can") ||
				u.says(j-1, "to") && u.says(j-2, "is", "are", "has", "have", "need")
		}
	}
	return false
}

// nominal is "sending it is required", "start by sending it".
func (u *unit) nominal(i int) bool {
	if u.says(i-1, "by") || u.says(i-2, "by") && u.classed(i-1, cReally) {
		for k := range u.tokens[:i] {
			if (u.means(k, fBase) || u.says(k, "begin", "make") || u.classed(k, cForce)) && u.asked(k) {
				return true
			}
		}
		return false
	}
	if u.says(i-1, "includes", "involves", "is") {
		if u.says(i-2, "job", "duty", "task") && u.says(i-3, "your") {
			return true
		}
	}
	if u.says(i-1, "with") && i >= 2 && u.means(i-2, vShow) && !u.means(i-2, fGerund) {
		return true // each task begins with loading it
	}
	for j := i + 1; j < len(u.tokens) && u.tokens[j].kind != stop; j++ {
		if u.means(j, nNeeded) {
			return u.sensed(nFree, j-3, j) < 0 && !u.says(j-1, "not") && u.copula(j-4, j)
		}
		if u.says(j, "must") {
			return !u.classed(min(j+1, len(u.tokens)-1), cNegation)
		}
	}
	return false
}

// assured says that a unit wants what it goes on to say: "make sure that …",
// "it is required that …".
func (u *unit) assured(i int) bool {
	for j := max(0, i-12); j < i; j++ {
		switch {
		case u.says(j, "sure") && u.says(j-1, "make", "be"), u.says(j, "ensure") && u.asked(j):
			return u.straight(j, i)
		case u.means(j, nNeeded) && u.says(j+1, "that", "for") && u.says(j-1, "is"):
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
				if u.says(k, "to") {
					return true
				}
			}
			return j == i-1
		case "and":
			if !u.classed(0, cIf) {
				return false
			}
		case "follow", "obey", "then":
			return false
		}
	}
	return false
}
