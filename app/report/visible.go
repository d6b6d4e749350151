package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible makes a string of strangers safe to show on one line: everything that
// a terminal or a reader could take for a command, a line break or nothing at
// all is written as an escape. That is control characters (\n, \x1b, \u009b),
// bidirectional and other format characters (\u202e), variation selectors and
// fillers, spaces but the plain one, unassigned code points, and bytes that are
// not UTF-8 (\xff). Backslashes stay as they are: the result is for eyes, not
// for parsers.
func Visible(s string) string {
	bad := unsafeAt(s)
	if bad < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for bad >= 0 {
		b.WriteString(s[:bad])
		r, size := utf8.DecodeRuneInString(s[bad:])
		escape(&b, r, s[bad:bad+size])
		s = s[bad+size:]
		bad = unsafeAt(s)
	}
	b.WriteString(s)
	return b.String()
}

// unsafeAt is the offset of the first rune of s that must not be shown as it
// is, -1 without one.
func unsafeAt(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if size == 1 || !Printable(r) {
			return i
		}
		i += size
	}
	return -1
}

// Printable says that a rune shows as itself and leaves its neighbours alone.
func Printable(r rune) bool {
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func escape(b *strings.Builder, r rune, raw string) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case len(raw) == 1:
		fmt.Fprintf(b, `\x%02x`, raw[0])
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

// UTF8 is s with every byte that is not UTF-8 written as \xNN, for formats
// whose strings are UTF-8 and carry everything else.
func UTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// Clip is s if it has at most n bytes, else as many of its whole runes as fit
// with an ellipsis into n bytes. n must be at least 3.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	cut := n - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
