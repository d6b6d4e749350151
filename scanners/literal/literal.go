// Package literal looks for any of many words in a text, in one pass that skips
// most of it (S. Wu and U. Manber, "A fast algorithm for multi-pattern
// searching", 1994). Case of ASCII letters does not count.
package literal

import "strings"

// Set is a set of words to look for. It is safe for concurrent use.
type Set struct {
	least int             // length of the shortest word
	shift [1 << 16]uint8  // how far a pair of bytes lets the search move on
	at    [1 << 16]uint16 // of each pair, where its words are in lists
	lists [][]string      // of words, by the pair that ends their first least bytes
}

// New makes a set of words of at least two bytes each.
func New(words ...string) *Set {
	s := &Set{least: 255, lists: [][]string{nil}}
	for _, w := range words {
		s.least = min(s.least, len(w))
	}
	for i := range s.shift {
		s.shift[i] = uint8(s.least - 1)
	}
	for _, w := range words {
		w = strings.ToLower(w)
		for i := 1; i < s.least; i++ {
			pair := pairOf(w[i-1], w[i])
			s.shift[pair] = min(s.shift[pair], uint8(s.least-1-i))
		}
		last := pairOf(w[s.least-2], w[s.least-1])
		if s.at[last] == 0 {
			s.at[last] = uint16(len(s.lists))
			s.lists = append(s.lists, nil)
		}
		s.lists[s.at[last]] = append(s.lists[s.at[last]], w)
	}
	return s
}

// pairOf is a pair of bytes without their case. Some bytes that are no letters
// fall together too, which a comparison tells apart.
func pairOf(a, b byte) uint16 { return uint16(a|0x20)<<8 | uint16(b|0x20) }

// In says whether a text holds one of the words.
func (s *Set) In(text []byte) bool { return s.Next(text, 0) >= 0 }

// Next is where the first of the words begins that begins at from or behind it,
// -1 if none does.
func (s *Set) Next(text []byte, from int) int {
	for i := from + s.least - 1; i < len(text); {
		pair := pairOf(text[i-1], text[i])
		if n := s.shift[pair]; n > 0 {
			i += int(n)
			continue
		}
		for _, w := range s.lists[s.at[pair]] {
			if start := i - s.least + 1; start+len(w) <= len(text) && same(text[start:start+len(w)], w) {
				return start
			}
		}
		i++
	}
	return -1
}

// same says whether a text is a word in lower case, but for its case.
func same(text []byte, word string) bool {
	for i := range len(word) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
