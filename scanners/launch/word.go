package launch

import (
	"path"
	"strings"
)

// Word is one word of a command line, and where it came from: the element of
// argv and the byte range in it. The range covers the text without quotes
// around it; where quotes or escapes stand within, it covers them too, and
// where the text was encoded, all of the encoded word.
type Word struct {
	Text       string
	Arg        int
	Start, End int
	// Dynamic says that (part of) the value is a reference or an expansion.
	Dynamic bool
}

func newWord(text string, arg int) Word {
	return Word{Text: text, Arg: arg, End: len(text), Dynamic: dynamic(text)}
}

// exact says whether the range holds the text byte by byte: quotes and escapes
// only ever make it longer.
func (w Word) exact() bool { return w.End-w.Start == len(w.Text) }

// part is the word's text from from to to.
func (w Word) part(from, to int) Word {
	p := Word{Text: w.Text[from:to], Arg: w.Arg, Start: w.Start, End: w.End}
	if w.exact() {
		p.Start, p.End = w.Start+from, w.Start+to
	}
	p.Dynamic = dynamic(p.Text)
	return p
}

// within places a word read from this word's text.
func (w Word) within(text string, from, to int, isDynamic bool) Word {
	p := Word{Text: text, Arg: w.Arg, Start: w.Start, End: w.End, Dynamic: isDynamic}
	if w.exact() {
		p.Start, p.End = w.Start+from, w.Start+to
	}
	return p
}

// dynamic says whether a text holds a reference of a shell, of cmd or of a
// client: $X, ${X}, $(c), `c`, %X%, {env:X}, {{x}}.
func dynamic(s string) bool {
	for i := 0; i < len(s); i++ {
		rest := s[i+1:]
		switch s[i] {
		case '$':
			if rest != "" && (rest[0] == '{' || rest[0] == '(' || nameLength(rest) > 0) {
				return true
			}
		case '%':
			if n := nameLength(rest); n > 0 && n < len(rest) && rest[n] == '%' {
				return true
			}
		case '{':
			if n := nameLength(rest); strings.HasPrefix(rest, "{") || n > 0 && n < len(rest) && rest[n] == ':' && !strings.HasPrefix(rest[n:], "://") {
				return true
			}
		case '`':
			if strings.IndexByte(rest, '`') > 0 {
				return true
			}
		}
	}
	return false
}

// endings of programs that are not part of their names.
var endings = []string{".exe", ".cmd", ".bat", ".com", ".ps1"}

// maxName is longer than the name of any program or flag.
const maxName = 128

// programName is the bare name of an executable.
func programName(word string) string {
	if cut := len(word) - 32*maxName; cut > 0 {
		word = word[cut:]
	}
	base := strings.ToLower(path.Base(slashes(strings.Trim(word, `"'`))))
	for _, ending := range endings {
		base = strings.TrimSuffix(base, ending)
	}
	return base
}

func slashes(s string) string { return strings.ReplaceAll(s, `\`, "/") }

// isPath says whether a word names a file by its place.
func isPath(s string) bool { return strings.ContainsAny(s, `/\`) && !strings.Contains(s, "://") }

// isLocal says whether a package specification is a place on this machine.
func isLocal(s string) bool {
	return s == "." || s == ".." || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../") || strings.HasPrefix(s, `.\`) || strings.HasPrefix(s, `..\`) ||
		strings.HasPrefix(s, "/") || strings.HasPrefix(s, `\`) || strings.HasPrefix(s, "~") || isDrive(s)
}

// isDrive says whether s begins with a Windows drive: C:\ or C:/.
func isDrive(s string) bool {
	return len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/') && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z'
}

// isURL says whether a word is an address of the web.
func isURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	return ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

func isOperator(s string) bool { return s == "|" || s == "&&" || s == "||" || s == "|&" }

// splitCommand parts a command that holds more than the program: the whole
// line. alone says that no arguments follow it.
func (p *parser) splitCommand(w Word, alone bool) ([]Word, bool) {
	text := w.Text
	if !strings.ContainsAny(text, " \t\n") || !alone && isSpacedPath(text) {
		return nil, false
	}
	if end := programEnd(text); end > 0 { // C:\Program Files\nodejs\npx.cmd -y x
		words := []Word{w.part(0, end)}
		rest := w.part(end, len(text))
		for _, c := range lex(rest, CMD).Commands {
			words = append(words, c.Words...)
		}
		return words, true
	}
	if isSpacedPath(text) {
		return nil, false
	}
	lang := guessLang(text)
	sh := parseText(w, lang)
	if len(sh.Commands) == 0 {
		return nil, false
	}
	plain := len(sh.Commands) == 1 && len(sh.Commands[0].Redirects) == 0
	if plain && len(sh.Commands[0].Env) == 0 && len(sh.Commands[0].Words) > 0 {
		return sh.Commands[0].Words, true
	}
	p.l.Shell = sh
	return p.principal(&p.l.Shell, w, ""), true
}

// programEnd is where the path of a Windows program in a line ends, if the
// path holds a blank or is followed by one.
func programEnd(s string) int {
	if !isDrive(s) && !strings.HasPrefix(s, `\\`) {
		return 0
	}
	lower := strings.ToLower(s)
	for _, ending := range endings {
		if i := strings.Index(lower, ending+" "); i > 0 {
			return i + len(ending)
		}
		if strings.HasSuffix(lower, ending) {
			return len(s)
		}
	}
	return 0
}

// isSpacedPath says whether a command with blanks is one path: it begins like
// one, and goes on like one behind the first blank.
func isSpacedPath(s string) bool {
	first, rest, ok := strings.Cut(s, " ")
	if !ok || !isPath(first) || strings.HasPrefix(first, `"`) || strings.HasPrefix(first, "'") {
		return false
	}
	if isDrive(s) {
		return !strings.Contains(s, " -") && strings.Count(s, ":") == 1
	}
	next, _, _ := strings.Cut(rest, " ")
	return !strings.HasPrefix(next, "-") && !isLocal(next) && !strings.HasPrefix(next, "@") && !strings.ContainsAny(rest, "\"'|&;") && !strings.Contains(rest, "://") && strings.ContainsAny(rest, `/\`) && !strings.Contains(rest, " -")
}
