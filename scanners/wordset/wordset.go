// Package wordset is sets of words that are written as one constant string, each
// word between blanks: " npx bunx uvx ". Such a table reads well, costs nothing
// when a process starts, and is searched without allocating.
package wordset

import "strings"

// Has says whether the set holds the word. The set begins and ends with a blank;
// a word that is empty or holds a blank is in none.
func Has(set, word string) bool {
	if word == "" || strings.IndexByte(word, ' ') >= 0 {
		return false
	}
	for at := 0; ; {
		i := strings.Index(set[at:], word)
		if i < 0 {
			return false
		}
		i += at
		if at = i + len(word); i > 0 && set[i-1] == ' ' && at < len(set) && set[at] == ' ' {
			return true
		}
	}
}
