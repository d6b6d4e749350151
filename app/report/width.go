package report

import (
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// cells measures as terminals do outside East Asian locales, whatever the
// environment of the process says: the same report gives the same output.
func cells() *runewidth.Condition {
	return &runewidth.Condition{StrictEmojiNeutral: true}
}

// Width is the number of terminal columns of a Visible string.
func Width(s string) int {
	if narrow(s) {
		return utf8.RuneCountInString(s)
	}
	return cells().StringWidth(s)
}

// Truncate cuts a Visible string to at most n columns, the last of them an
// ellipsis if something was cut.
func Truncate(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if len(s) <= n || Width(s) <= n {
		return s
	}
	if ascii(s) {
		return s[:n-1] + "…"
	}
	return cells().Truncate(s, n, "…")
}

// TruncateLeft is Truncate from the other end: it keeps the tail.
func TruncateLeft(s string, n int) string {
	if n <= 0 {
		return ""
	}
	w := Width(s)
	if w <= n {
		return s
	}
	c := cells()
	for len(s) > 0 && w > n-1 {
		r, size := utf8.DecodeRuneInString(s)
		w -= c.RuneWidth(r)
		s = s[size:]
	}
	for len(s) > 0 && Width("…"+s) > n { // a mark that had joined a rune before it stands alone now
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return "…" + s
}

// narrow reports that every rune takes one column for certain: ASCII, Latin
// and the signs of our own output. It spares a process the tables, 2 ms of
// work, that the library computes for the first string beyond them.
func narrow(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x7f, r >= 0xae && r < 0x300, r >= 0x2010 && r <= 0x2027: // dashes, dots, quotes
		case r == '→', r >= 0x2500 && r < 0x2580, r == '✓', r == '✗':
		default:
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
