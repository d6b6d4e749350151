package credential

import (
	"math"
	"strings"
)

// entropy is the Shannon entropy of a string's bytes, in bits per byte.
func entropy(s string) float64 {
	if s == "" {
		return 0
	}
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	h, n := 0.0, float64(len(s))
	for _, c := range count {
		if c > 0 {
			p := float64(c) / n
			h -= p * math.Log2(p)
		}
	}
	return h
}

// tally counts what a string is made of.
type tally struct {
	lower, upper, digit, other int
	turns                      int // changes between lower case, upper case and digits within runs of them
	steps                      int // neighbours that follow each other in the alphabet: abc, 123
	same                       int // neighbours that are equal
	consonants                 int // longest run of lower or upper consonants
	distinct                   int
}

func count(s string) tally {
	var t tally
	var seen [256]bool
	prev, run := byte(0), 0
	for i := range len(s) {
		c := s[i]
		if !seen[c] {
			seen[c] = true
			t.distinct++
		}
		class := classOf(c)
		switch class {
		case 'l':
			t.lower++
		case 'u':
			t.upper++
		case 'd':
			t.digit++
		default:
			t.other++
		}
		if i > 0 {
			if p := classOf(prev); p != class && p != 'o' && class != 'o' && !(p == 'u' && class == 'l') {
				t.turns++
			}
			if c == prev+1 {
				t.steps++
			} else if c == prev {
				t.same++
			}
		}
		if (class == 'l' || class == 'u') && !vowel(c) {
			run++
		} else {
			run = 0
		}
		t.consonants = max(t.consonants, run)
		prev = c
	}
	return t
}

func vowel(c byte) bool {
	switch c | 0x20 {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}

func classOf(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z':
		return 'l'
	case c >= 'A' && c <= 'Z':
		return 'u'
	case c >= '0' && c <= '9':
		return 'd'
	default:
		return 'o'
	}
}

// generated says whether a string of at least least bytes looks made by a
// generator rather than by a person: hex, base32, base62, base64, UUID.
func generated(s string, least int) bool {
	if len(s) < least || len(s) > maxValue {
		return false
	}
	t := count(s)
	letters := t.lower + t.upper
	switch {
	case t.steps*2 > len(s), t.distinct < 6, t.other*4 > len(s)*3:
		return false
	case isUUID(s):
		return true
	case letters == 0:
		return false
	case isHex(s):
		return t.digit >= 1 && letters >= 1 && t.distinct >= 6 && t.turns >= 2
	case wordly(s):
		return false
	case t.digit == 0:
		return len(s) >= 16 && (t.consonants >= 5 || t.turns >= max(3, len(s)/6)) && entropy(s) > 3 && t.other <= 2+len(s)/16
	}
	return (t.turns >= max(3, (len(s)-t.other)/10) || t.consonants >= 5 && t.turns > 0) && entropy(s) >= 2.8
}

// wordly says whether a string is made of words and numbers as people write
// them: snake_case2, camelCaseNames, my-server-v2-eu-west1.
func wordly(s string) bool {
	parts, letters, start := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && classOf(s[i]) != 'o' && !(i > start && classOf(s[i]) == 'u' && classOf(s[i-1]) == 'l') {
			continue
		}
		if i > start {
			n, ok := wordlike(s[start:i])
			if !ok {
				return false
			}
			parts, letters = parts+1, letters+n
		}
		start = i
		if i < len(s) && classOf(s[i]) == 'o' {
			start++
		}
	}
	return parts > 0 && letters*10 >= parts*33 && !outlandish(s)
}

// outlandish says whether a longer text has more of j, q, x and z than words
// have: one letter in eight, where English has one in two hundred.
func outlandish(s string) bool {
	letters, rare := 0, 0
	for i := range len(s) {
		if classOf(s[i]) == 'l' || classOf(s[i]) == 'u' {
			letters++
			if strings.IndexByte("jqxz", s[i]|0x20) >= 0 {
				rare++
			}
		}
	}
	return letters >= 16 && rare*8 > letters
}

// wordlike says whether s is a word, with at most three digits after it, or a
// short number, and how many characters it counts.
func wordlike(s string) (length int, ok bool) {
	n := len(strings.TrimRight(s, "0123456789"))
	word := s[:n]
	if n == 0 {
		return 3, len(s) <= 4
	}
	if len(s)-n > 4 || n > 20 {
		return 0, false
	}
	rest := word[1:]
	if rest != strings.ToLower(rest) && word != strings.ToUpper(word) {
		return 0, false
	}
	t := count(word)
	return n, t.digit == 0 && (t.consonants <= 4 || n <= 4 || t.upper == 1 && n >= 7 && t.consonants == 5) // Mcpjson
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return s != ""
}

// isUUID takes the 8-4-4-4-12 form of RFC 9562.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i : i+1]) {
			return false
		}
	}
	return true
}
