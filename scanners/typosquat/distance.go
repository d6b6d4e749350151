package typosquat

import "strings"

// twoSteps says whether a long word is two steps from another and begins like
// it: letters left out, added, changed or in each other's place. Time is linear
// in the word: only a band of the table is looked at.
func twoSteps(word, target string) bool {
	n, t := len(word), len(target)
	if t < longWord || t > maxName || n > maxName || n-t > 2 || t-n > 2 || word[0] != target[0] {
		return false
	}
	const far = 3
	var rows [3][maxName + 1]uint8 // the two rows above, and this one
	for j := range t + 1 {
		rows[1][j] = uint8(min(j, far))
	}
	for i := 1; i <= n; i++ {
		above2, above, row := &rows[(i+2)%3], &rows[i%3], &rows[(i+1)%3]
		from, to := max(1, i-2), min(t, i+2)
		row[from-1] = far
		if from == 1 {
			row[0] = uint8(min(i, far))
		}
		for j := from; j <= to; j++ {
			cost := uint8(1)
			if word[i-1] == target[j-1] {
				cost = 0
			}
			best := min(above[j-1]+cost, row[j-1]+1, far)
			if j < i+2 { // the one above lies within the band
				best = min(best, above[j]+1)
			}
			if i > 1 && j > 1 && word[i-1] == target[j-2] && word[i-2] == target[j-1] {
				best = min(best, above2[j-2]+1)
			}
			row[j] = best
		}
	}
	return rows[(n+1)%3][t] == 2
}

// oneWordOff says whether two names have the same words but for a long one that
// is two steps off.
func oneWordOff(name, target string) bool {
	if len(name)-len(target) > 2 || len(target)-len(name) > 2 {
		return false
	}
	off := false
	for name != "" || target != "" {
		var a, b string
		a, name, _ = strings.Cut(name, "-")
		b, target, _ = strings.Cut(target, "-")
		if a == b {
			continue
		}
		if off || a == "" || !twoSteps(a, b) {
			return false
		}
		off = true
	}
	return off
}
