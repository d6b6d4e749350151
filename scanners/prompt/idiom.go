package prompt

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// idiom is a phrase with holes that says one thing, however the sentence goes
// on. Its words stand in this order:
//
//	a|b     one of these words
//	#group  a word of a group below, also among others: a|#group
//	<n      up to n words of any kind
//	!x      x, as an order to the reader
type idiom struct {
	sign   sign
	phrase string
}

// element is one part of an idiom.
type element struct {
	words  []string
	groups []func(*unit, *token) bool
	gap    int // of up to this many words; words and groups are nil
	order  bool
}

// idiomTable is the idioms taken apart, and by word those in which it stands first
// of the words that are named.
var idiomTable = sync.OnceValue(func() (p struct {
	of []parts
	by map[string][]int
}) {
	p.by = map[string][]int{}
	for n, i := range idioms {
		f := parts{sign: i.sign, elements: elementsOf(i.phrase)}
		anchor := slices.IndexFunc(f.elements, func(e element) bool { return len(e.words) > 0 })
		for _, e := range f.elements[:anchor] {
			f.before += max(e.gap, 1)
		}
		for _, w := range f.elements[anchor].words {
			p.by[w] = append(p.by[w], n)
		}
		p.of = append(p.of, f)
	}
	return p
})

// parts is an idiom taken apart.
type parts struct {
	sign     sign
	elements []element
	before   int // how many words can stand before the first that is named
}

func elementsOf(s string) []element {
	var out []element
	for field := range strings.FieldsSeq(s) {
		rest, order := strings.CutPrefix(field, "!")
		e := element{order: order}
		if gap, ok := strings.CutPrefix(rest, "<"); ok {
			e.gap, _ = strconv.Atoi(gap)
			out = append(out, e)
			continue
		}
		for part := range strings.SplitSeq(rest, "|") {
			if name, ok := strings.CutPrefix(part, "#"); ok {
				e.groups = append(e.groups, idiomGroups[name])
			} else {
				e.words = append(e.words, part)
			}
		}
		out = append(out, e)
	}
	return out
}

// addIdioms makes every word of an idiom one of the lexicon.
func addIdioms(m map[string]meaning) {
	for _, i := range idioms {
		first := true
		for _, e := range elementsOf(i.phrase) {
			for _, w := range e.words {
				known := m[w]
				known.form = w
				if first {
					known.sense |= xIdiom
				}
				m[w] = known
			}
			first = first && len(e.words) == 0
		}
	}
}

// maxIdiomSteps bounds what is tried of the idioms of one unit.
const maxIdiomSteps = 2000

// idiomatic looks for idioms.
func (a *analysis) idiomatic(u *unit) {
	if u.senses&xIdiom == 0 || !u.is(inHidden) && (u.is(inTable|inForbid|inHeading|inFront|inFence) || u.any&cMention != 0 || a.aboutAttacks(u)) {
		return
	}
	p := idiomTable()
	a.steps = 0
	for i := range u.tokens {
		if !u.means(i, xIdiom) {
			continue
		}
		for _, n := range p.by[u.tokens[i].form] {
			f := &p.of[n]
			for from := max(0, i-f.before); from <= i && a.sign&f.sign == 0; from++ {
				a.idiom(u, f, from)
			}
		}
	}
}

// idiom looks for one idiom from token i on.
func (a *analysis) idiom(u *unit, p *parts, i int) {
	end := a.ends(u, p.elements, i)
	if end < 0 || a.spoken(u, i) || u.reported(i) {
		return
	}
	if !u.classed(i, cNegation) && u.negatedBefore(i) || u.tokens[i].kind == word && u.defended(i) {
		return
	}
	switch {
	case p.sign == signUnasked && (u.any&cIf != 0 || !u.limits(i, len(u.tokens))):
	case p.sign&evading != 0:
		a.evade(u, p.sign, i, end)
	case p.sign == signExfil:
		if dest := destinationOf(u); !ownVendor(u, dest.host) {
			a.steal(u, i, end, dest)
		}
	case p.sign == signFetch:
		a.include(u, i, end)
	default:
		a.note(u, p.sign, i, end, mark{})
	}
}

// ends is the last token of the elements from token i on, -1 if they do not stand
// there.
func (a *analysis) ends(u *unit, elements []element, i int) int {
	if a.steps++; a.steps > maxIdiomSteps {
		return -1
	}
	if len(elements) == 0 {
		return i - 1
	}
	e := &elements[0]
	if e.gap == 0 {
		if i >= len(u.tokens) || !u.fits(e, i) {
			return -1
		}
		return a.ends(u, elements[1:], i+1)
	}
	for k := i; k <= i+e.gap && k < len(u.tokens); k++ {
		if end := a.ends(u, elements[1:], k); end >= 0 {
			return end
		}
		if u.tokens[k].kind == stop {
			break
		}
	}
	return -1
}

func (u *unit) fits(e *element, i int) bool {
	t := &u.tokens[i]
	if e.order && !u.asked(i) {
		return false
	}
	for _, group := range e.groups {
		if group(u, t) {
			return true
		}
	}
	return t.form != "" && slices.Contains(e.words, t.form)
}
