package dependency

import "strings"

// language is what of a language's grammar a reader of its manifests has to know.
type language struct {
	comments []string // that end with their line
	block    bool     // /* comments */
	quotes   string   // what strings stand in
	triple   bool     // strings of many lines in three quotes
	percent  bool     // strings as %q(…), and comments between lines =begin and =end
}

var (
	python = language{comments: []string{"#"}, quotes: `"'`, triple: true}
	ruby   = language{comments: []string{"#"}, quotes: `"'`, percent: true}
	groovy = language{comments: []string{"//"}, block: true, quotes: `"'`, triple: true} // also Kotlin and Scala
	elixir = language{comments: []string{"#"}, quotes: `"`, triple: true}
	swift  = language{comments: []string{"//"}, block: true, quotes: `"`, triple: true}
	hcl    = language{comments: []string{"#", "//"}, block: true, quotes: `"`}
)

// What a token is, if not a mark, which is its own byte.
const (
	wordToken   = 'w'
	stringToken = 's' // a string; its range is without quotes
)

// token is a piece of a text: a word, a string, the end of a line or a mark.
type token struct {
	kind       byte
	start, end int32
}

// is says whether a token is a mark, or the end of a line.
func (t token) is(mark byte) bool { return t.kind == mark }

// at is a token's text as it stands, a string's without quotes and with escapes.
func (f *file) at(t token) string { return f.text[t.start:t.end] }

// tokens cuts the text into tokens, without blanks and comments. A string that
// is not closed ends with its line.
func (f *file) tokens(l language) []token {
	s := f.text
	tokens := make([]token, 0, len(s)/8)
	emit := func(kind byte, start, end int) {
		tokens = append(tokens, token{kind, int32(start), int32(end)})
	}
	for at := 0; at < len(s); {
		c := s[at]
		if next := l.comment(s, at); next > at {
			at = next
			continue
		}
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			at++
		case strings.IndexByte(l.quotes, c) >= 0:
			start, end, next := l.literal(s, at)
			emit(stringToken, start, end)
			at = next
		case l.percent && c == '%' && percentEnd(s, at) > at:
			end := percentEnd(s, at)
			emit(stringToken, at+len("%q("), end)
			at = end + 1
		case isWordByte(c):
			start := at
			for at < len(s) && isWordByte(s[at]) {
				at++
			}
			emit(wordToken, start, at)
		default:
			emit(c, at, at+1)
			at++
		}
	}
	return tokens
}

// isWordByte says whether a byte belongs to a word: letters and digits of any
// script, and the underscore. Marks are never letters, so that a token's kind
// tells them apart.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// comment is the offset behind a comment that begins at a place, or the place.
func (l *language) comment(s string, at int) int {
	for _, mark := range l.comments {
		if strings.HasPrefix(s[at:], mark) {
			if i := strings.IndexByte(s[at:], '\n'); i >= 0 {
				return at + i
			}
			return len(s)
		}
	}
	if l.block && strings.HasPrefix(s[at:], "/*") {
		return commentEnd(s, at)
	}
	if l.percent && strings.HasPrefix(s[at:], "=begin") && (at == 0 || s[at-1] == '\n') {
		if i := strings.Index(s[at:], "\n=end"); i >= 0 {
			return at + i + len("\n=end")
		}
		return len(s)
	}
	return at
}

// longestPercent bounds a string that begins with %q, so that many without an end
// cost little.
const longestPercent = 1000

// percentEnd is where a string of Ruby's ends that begins at a place with %q or
// %Q and a bracket, or the place if none does. Brackets within are not counted.
func percentEnd(s string, at int) int {
	if at+2 >= len(s) || s[at+1]|0x20 != 'q' {
		return at
	}
	opens := strings.IndexByte("(<[{", s[at+2])
	if opens < 0 {
		return at
	}
	rest := s[at+3 : min(len(s), at+3+longestPercent)]
	end := strings.IndexByte(rest, ")>]}"[opens])
	if end < 0 || strings.IndexByte(rest[:end], '\n') >= 0 {
		return at
	}
	return at + 3 + end
}

// literal is the range of a string that begins at a place, and what is behind it.
func (l *language) literal(s string, at int) (start, end, next int) {
	quote := s[at]
	if three := strings.Repeat(string(quote), 3); l.triple && strings.HasPrefix(s[at:], three) {
		start = at + 3
		if i := strings.Index(s[start:], three); i >= 0 {
			return start, start + i, start + i + 3
		}
		return start, len(s), len(s)
	}
	for i := at + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return at + 1, i, i + 1
		case '\n':
			return at + 1, i, i
		}
	}
	return at + 1, len(s), len(s)
}
