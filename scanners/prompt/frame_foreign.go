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
