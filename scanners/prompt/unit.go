package prompt

import "slices"

// place says where a unit stands.
type place uint16

const (
	inFence   place = 1 << iota // a line of a code block
	inTable                     // a row of a table
	inQuote                     // a block quotation
	inHeading                   // a heading
	inList                      // a list item
	inFront                     // front matter
	inHidden                    // text that is not shown
	inForbid                    // under a heading, lead-in or mark that says what not to do
	inAttack                    // in a section about attacks
	inSetup                     // in a section about installing
	inTitle                     // a heading of the first level
)

// unit is a sentence, a list item, a heading or a line of code. Its tokens are
// valid only while it is looked at.
type unit struct {
	text   string
	tokens []token
	any    class // of all tokens
	senses sense // of all tokens
	place  place
	index  int // counts units
}

// is reports whether the unit stands in one of the places.
func (u *unit) is(p place) bool { return u.place&p != 0 }

// has reports whether a token of the class stands in tokens [from, to).
func (u *unit) has(c class, from, to int) bool { return u.find(c, from, to) >= 0 }

// find is the first token of the class in [from, to), -1 without one.
func (u *unit) find(c class, from, to int) int {
	for i := max(from, 0); i < min(to, len(u.tokens)); i++ {
		if u.tokens[i].class&c != 0 {
			return i
		}
	}
	return -1
}

// phrase is where the words stand in a row, by their text in lower case, -1 if
// nowhere in [from, to).
func (u *unit) phrase(from, to int, words ...string) int {
	for i := max(from, 0); i+len(words) <= min(to, len(u.tokens)); i++ {
		if u.reads(i, words...) {
			return i
		}
	}
	return -1
}

func (u *unit) reads(at int, words ...string) bool {
	for k, w := range words {
		if !u.says(at+k, w) {
			return false
		}
	}
	return true
}

// names reports whether one of the words, which are of the lexicon, stands in
// [from, to).
func (u *unit) names(from, to int, words ...string) bool {
	for i := max(from, 0); i < min(to, len(u.tokens)); i++ {
		if slices.Contains(words, u.tokens[i].form) {
			return true
		}
	}
	return false
}

// holds reports whether one of the words stands anywhere in the unit.
func (u *unit) holds(words ...string) bool { return u.names(0, len(u.tokens), words...) }

// classed reports whether token i is of the class.
func (u *unit) classed(i int, c class) bool {
	return i >= 0 && i < len(u.tokens) && u.tokens[i].class&c != 0
}

// says reports whether token i is one of the words, which are of the lexicon. No
// token stands before the first or behind the last.
func (u *unit) says(i int, words ...string) bool {
	if i < 0 || i >= len(u.tokens) {
		return false
	}
	return slices.Contains(words, u.tokens[i].form)
}

// at is the text of a token.
func (u *unit) at(i int) string { return u.text[u.tokens[i].start:u.tokens[i].end] }

// mentioned says that a token is spoken about: quoted or in a code span.
func (u *unit) mentioned(i int) bool { return u.tokens[i].quoted || u.tokens[i].code }
