package report

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// Sentence is Markdown that is also readable as it stands, where nothing
// renders it: strings of strangers in code spans of at most name bytes, and
// words of our own that GitHub would take for more than words in code spans
// too. Past about most bytes it is cut.
func Sentence(t scanners.Text, name, most int) string {
	var b strings.Builder
	for _, s := range Merge(spanned(t, most)) {
		if b.Len() > most {
			b.WriteString("…")
			break
		}
		if s.Code {
			b.WriteString(Code(s.Text, name))
		} else {
			b.WriteString(s.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

// Ended is a sentence with its full stop.
func Ended(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// spanned makes code of those of our own words that are special. Words are cut
// at spaces only.
func spanned(t scanners.Text, most int) scanners.Text {
	var words scanners.Text
	for _, s := range t {
		s.Text = Clip(s.Text, most)
		if !s.Code {
			s.Text = Visible(s.Text)
		}
		if s.Code || !Special(s.Text) {
			words = append(words, s)
			continue
		}
		for _, w := range strings.SplitAfter(s.Text, " ") {
			word := strings.TrimSuffix(w, " ")
			words = append(words, scanners.Span{Text: word, Code: Special(word)}, scanners.Span{Text: w[len(word):]})
		}
	}
	return words
}

// Special says that s could become more than words: Markdown, HTML, a mention,
// an issue number, a commit, a URL, an address.
func Special(s string) bool { return strings.ContainsAny(s, "\\`*_{}[]<>&|~#$@") || Linked(s) }

// Linked says that GitHub could make a link of something in s: a mention, an
// issue number, a URL, an address, or, without any sign, www., a word of seven
// hexadecimal digits or more, a key and a number (GH-1).
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
func Linked(s string) bool {
	if strings.ContainsAny(s, "@#") || strings.Contains(s, "://") {
		return true
	}
	word, hex := 0, 0 // bytes of the word so far, and hexadecimal ones among them
	for i := range len(s) {
		c := s[i] | ' ' // lower case
		digit, letter := c >= '0' && c <= '9', c >= 'a' && c <= 'z'
		switch {
		case digit && i > 1 && s[i-1] == '-' && word == 0 && s[i-2]|' ' >= 'a' && s[i-2]|' ' <= 'z':
			return true
		case !digit && !letter:
			if word == hex && word >= 7 || s[i] == '.' && word == 3 && strings.EqualFold(s[i-3:i], "www") {
				return true
			}
			word, hex = 0, 0
			continue
		}
		word++
		if digit || c <= 'f' {
			hex++
		}
	}
	return word == hex && word >= 7
}

// Row is a row of a Markdown table.
func Row(cells ...string) string {
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// cell makes a piece of Markdown fit for a table, which is cut at its pipes
// before code spans are read (GFM 4.10). Renderers differ on a pipe behind a
// backslash: it is written as \x7c.
func cell(s string) string {
	if !strings.Contains(s, "|") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch {
		case s[i] != '|':
			b.WriteByte(s[i])
		case i > 0 && s[i-1] == '\\':
			b.WriteString(`\x7c`)
		default:
			b.WriteString(`\|`)
		}
	}
	return b.String()
}

// List is "a, b and c".
func List(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}
