package policy

import (
	"cmp"
	"slices"
	"strings"
)

const (
	longestWord = 48 // bytes; longer words get no suggestion
	mostNear    = 3
)

// near are the words of a list that a misspelt word may stand for, nearest
// first: at most a third of its letters differ.
func near(word string, from []string) []string {
	type candidate struct {
		word string
		far  int
	}
	if len(word) > longestWord {
		return nil
	}
	var found []candidate
	for _, w := range from {
		if far := distance(strings.ToLower(word), w); far <= max(1, len(word)/3) {
			found = append(found, candidate{w, far})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var words []string
	for _, c := range found[:min(len(found), mostNear)] {
		if c.far <= found[0].far+1 {
			words = append(words, c.word)
		}
	}
	return words
}

// distance is how many bytes must be put in, taken out, replaced or swapped
// with their neighbour to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
