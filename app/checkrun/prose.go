package checkrun

import (
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
)

// code is a string of strangers in a code span; an empty one is nothing.
func code(s string) string { return report.Code(s, maxName) }

// prose is a sentence as Markdown that is also readable as it stands, where
// nothing renders it: strings of strangers in code spans, and words of our own
// that a renderer would take for more than words in code spans as well.
func prose(t scanners.Text) string {
	var words scanners.Text
	for _, s := range t {
		s.Text = report.Clip(s.Text, maxWords)
		if !s.Code {
			s.Text = report.Visible(s.Text)
		}
		if s.Code || !special(s.Text) {
			words = append(words, s)
			continue
		}
		for _, w := range strings.SplitAfter(s.Text, " ") {
			word := strings.TrimSuffix(w, " ")
			words = append(words, scanners.Span{Text: word, Code: special(word)}, scanners.Span{Text: w[len(word):]})
		}
	}
	var b strings.Builder
	for _, s := range report.Merge(words) {
		if b.Len() > maxWords {
			b.WriteString("…")
			break
		}
		if s.Code {
			b.WriteString(code(s.Text))
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// sentence is prose that ends.
func sentence(t scanners.Text) string {
	s := prose(t)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// special says that s could become more than words: Markdown, HTML, a mention,
// an issue number, a commit, a URL, an address.
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
func special(s string) bool {
	return strings.ContainsAny(s, "\\`*_{}[]<>&|~#$@") || strings.Contains(s, "://") || linked(s)
}

// linked says that s may hold what GitHub links without any sign: www., a word
// of seven hexadecimal digits or more, a key and a number (GH-1).
func linked(s string) bool {
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

// plain is s if a title can carry it as it is: one line of harmless ASCII that
// nothing links, at most limit bytes. It is "" otherwise.
func plain(s string, limit int, signs string) string {
	if len(s) > limit || special(strings.ReplaceAll(s, "_", "")) {
		return ""
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(signs, c) < 0 {
			return ""
		}
	}
	return s
}

// fenced is one line of source as a block of code.
func fenced(s string) string {
	s = report.Clip(report.Visible(report.Clip(s, 2*maxName)), 2*maxName)
	fence := strings.Repeat("`", max(3, report.LongestRun(s, '`')+1))
	return fence + "text\n" + s + "\n" + fence + "\n\n"
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

func row(cells ...string) string {
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// place is path:line in a code span. A long path is cut in its middle: its end
// tells more than its folders.
func place(path string, line int) string {
	const room = maxName - 24 // for the colon and the line
	if len(path) > 8*room {
		path = path[:4*room] + path[len(path)-4*room:]
	}
	path = report.Visible(path)
	if len(path) > room {
		tail := len(path) - room*2/3
		for tail < len(path) && !utf8.RuneStart(path[tail]) {
			tail++
		}
		path = report.Clip(path, room/3) + path[tail:]
	}
	return code(report.Location(path, line, 0))
}

// commit is what people need of a commit id.
func commit(hex string) string { return code(report.ShortCommit(hex)) }

// list is "a, b and c".
func list(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}
