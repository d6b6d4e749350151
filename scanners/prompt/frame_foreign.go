package prompt

import "github.com/castellan-app/castellan/scanners"

// foreign looks for "ignore all previous instructions" in other languages, whose
// words stand in any order.
func (a *analysis) foreign(u *unit) {
	if a.sign&signForeign != 0 || u.is(inForbid|inTable|inHeading) && !u.is(inHidden) {
		return
	}
	for i := range u.tokens {
		if !u.means(i, xIgnore) && !u.disregards(i) && !(u.means(i, xObey) && u.deniedForeign(i)) || a.spoken(u, i) || u.means(i, xIgnore) && u.deniedForeign(i) {
			continue
		}
		from, to := max(0, i-10), min(len(u.tokens), i+11)
		p, g := u.sensed(xPrior, from, to), u.sensed(xGuide, from, to)
		if p < 0 || g < 0 || p == g && u.classed(i, cEnglish) {
			continue
		}
		a.note(u, signIgnore, min(i, p, g), max(i, p, g), mark{})
		a.note(u, signForeign, min(i, p, g), max(i, p, g), mark{rule: ruleOverride, severity: scanners.High})
		return
	}
}

// abroad looks for thefts, texts to follow and freedom from asking in other
// languages.
func (a *analysis) abroad(u *unit) {
	if u.senses&(xSend|xObey|xQuiet) == 0 || u.is(inForbid|inTable|inHeading|inFence) && !u.is(inHidden) || a.aboutAttacks(u) {
		return
	}
	dest := u.goal()
	if u.senses&xSend != 0 && dest.foreign && a.sign&signExfil == 0 {
		a.sentAbroad(u, dest)
	}
	if u.senses&xObey != 0 && u.senses&xGuide != 0 && dest.foreign && a.sign&(signFetch|signPipe) == 0 {
		for i := range u.tokens {
			f := u.sensed(xFetch, 0, len(u.tokens))
			if u.means(i, xObey) && f >= 0 && f != i && u.tokens[dest.at].kind == url && !u.deniedForeign(i) && !u.deniedForeign(f) && !a.spoken(u, i) {
				a.include(u, min(f, i), max(dest.at, i))
				return
			}
		}
	}
	if u.senses&xQuiet != 0 && u.senses&xAsk != 0 && u.senses&xDeed != 0 && a.sign&evading == 0 {
		a.unaskedAbroad(u)
	}
}

func (a *analysis) sentAbroad(u *unit, dest destination) {
	target := u.sensed(xSecret, 0, len(u.tokens))
	if k := u.find(cSecret, 0, len(u.tokens)); k >= 0 {
		target = k
	}
	if target < 0 {
		return
	}
	for i := range u.tokens {
		if u.means(i, xSend) && !u.deniedForeign(i) && !a.spoken(u, i) && !u.has(cNegation, 0, i) {
			a.steal(u, min(i, target), max(i, target, dest.at), dest)
			return
		}
	}
}

// unaskedAbroad is "execute all commands without asking".
func (a *analysis) unaskedAbroad(u *unit) {
	for i := range u.tokens {
		if !u.means(i, xQuiet) || a.spoken(u, i) {
			continue
		}
		ask := u.sensed(xAsk, i, i+5)
		if ask < 0 || u.sensed(xDeed, 0, len(u.tokens)) < 0 || !u.limits(0, len(u.tokens)) {
			continue
		}
		for k := range u.tokens {
			switch u.tokens[k].form {
			case "nie", "niemals", "nunca", "jamais", "mai", "nooit", "никогда", "nicht", "keine", "kein", "pas", "non", "не", "niet", "geen":
				return
			case "no", "nao":
				if k < i {
					return
				}
			}
		}
		a.evade(u, signUnasked, i, ask)
		return
	}
}

// disregards are idioms of which no single word says it: "ne tiens pas compte",
// "no hagas caso", "non tenere conto", "не обращай внимания".
func (u *unit) disregards(i int) bool {
	var no string
	switch u.tokens[i].form {
	case "compte":
		no = "pas"
	case "caso", "conto":
		no = "no"
	case "aandacht":
		no = "geen"
	case "внимания":
		no = "не"
	default:
		return false
	}
	for k := max(0, i-4); k < i; k++ {
		if u.says(k, no) || no == "no" && u.says(k, "non", "omiso") {
			return true
		}
	}
	return false
}

// deniedForeign says that the verb at i is forbidden in its own language.
func (u *unit) deniedForeign(i int) bool {
	after := 3
	if u.means(i, xObey) {
		after = 8
	}
	for k := max(0, i-2); k < min(len(u.tokens), i+after); k++ {
		switch u.tokens[k].form {
		case "nicht", "niemals", "nie", "pas", "nunca", "jamais", "non", "не", "geen", "nao", "niet", "ne":
			return k < i || u.says(k, "nicht") && k == i+1 || u.says(k, "pas") && k <= i+1 || u.means(i, xObey)
		case "no":
			return k < i
		}
	}
	return false
}
