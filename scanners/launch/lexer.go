package launch

import "strings"

// lexer splits the text of a shell without its whole grammar: words, quotes,
// joins, redirections, substitutions. It reads PowerShell and cmd, and the
// POSIX text that the shell parser does not take. It does not recurse.
type lexer struct {
	src   Word
	lang  Lang
	text  string
	pos   int
	out   []Command
	pipes int
	stack []frame
	frame

	word      strings.Builder
	start     int // of the word, -1 between words
	quoted    bool
	expands   bool
	bare      int // where the word's text began, if it is one quoted string
	whole     bool
	operator  string // a redirection that waits for its target
	operandFD string
}

// frame is one level of substitution.
type frame struct {
	command int // index of the open command, -1 between commands
	first   int // index of the frame's first command
	block   int // index of the first command of the last block
	unit    int // index of the first command of what a pipe would read
	parent  int
	at      int // index of the parent's word
	place   Place
	join    Join
	in      int
	quote   byte // the quote that the substitution stands in
	close   byte
}

const maxFrames = 16

// lex splits the text of w.
func lex(w Word, lang Lang) Shell {
	l := &lexer{src: w, lang: lang, text: w.Text, start: -1, frame: frame{command: -1, parent: -1, at: -1}}
	for l.pos < len(l.text) && len(l.out) < maxCommands {
		l.next()
	}
	for len(l.stack) > 0 { // not closed
		l.endWord()
		l.quote = 0
		l.endCommand(Then)
		l.pop()
	}
	l.endCommand(Then)
	return Shell{Commands: l.out, Lang: lang}
}

// shellOfWords makes commands of words among which operators stand.
func shellOfWords(words []Word, lang Lang) Shell {
	l := &lexer{lang: lang, start: -1, frame: frame{command: -1, parent: -1, at: -1}}
	for _, w := range words {
		switch w.Text {
		case "|", "|&":
			l.pipe()
		case "&&":
			l.endCommand(And)
		case "||":
			l.endCommand(Or)
		case ";", "&":
			l.endCommand(Then)
		default:
			if len(l.out) < maxCommands {
				l.push(w)
			}
		}
	}
	sh := Shell{Commands: l.out, Lang: lang}
	sh.nest(0)
	return sh
}

// next reads one thing.
func (l *lexer) next() {
	c := l.text[l.pos]
	switch {
	case l.quote != 0:
		l.inQuote(c)
	case c == '\n' || c == '\r':
		l.endWord()
		l.endCommand(Then)
		l.pos++
	case c == ' ' || c == '\t':
		l.endWord()
		l.pos++
	case c == '"' || c == '\'' && l.lang != CMD:
		l.openQuote(c)
	case c == l.escape() && l.pos+1 < len(l.text):
		l.begin()
		if l.text[l.pos+1] != '\n' {
			l.word.WriteByte(l.text[l.pos+1])
		}
		l.pos += 2
	case c == '#' && l.start < 0 && l.lang != CMD:
		for l.pos < len(l.text) && l.text[l.pos] != '\n' {
			l.pos++
		}
	case c == '$' && l.reference():
	case l.joins(c), l.opens(c), l.redirects(c):
	default:
		l.begin()
		l.word.WriteByte(c)
		l.pos++
	}
}

// reference reads ${…}, in which nothing is a join or a blank.
func (l *lexer) reference() bool {
	if !strings.HasPrefix(l.text[l.pos:], "${") {
		return false
	}
	end := strings.IndexByte(l.text[l.pos:min(len(l.text), l.pos+256)], '}')
	if end < 0 {
		return false
	}
	l.begin()
	l.expands = true
	l.word.WriteString(l.text[l.pos : l.pos+end+1])
	l.pos += end + 1
	return true
}

func (l *lexer) escape() byte {
	switch l.lang {
	case PowerShell:
		return '`'
	case CMD:
		return '^'
	}
	if l.pos+1 < len(l.text) && strings.IndexByte(" \"'\\$`&|;<>()\n", l.text[l.pos+1]) < 0 {
		return 0 // a Windows path in a text that is none of POSIX
	}
	return '\\'
}

// begin opens a word if none is open.
func (l *lexer) begin() {
	if l.start < 0 {
		l.start, l.whole, l.expands = l.pos, false, false
		l.word.Reset()
		return
	}
	l.whole = false
}

func (l *lexer) openQuote(c byte) {
	fresh := l.start < 0
	l.begin()
	if fresh {
		l.whole, l.bare = true, l.pos+1
	}
	l.quote = c
	l.quoted = true
	l.pos++
}

// inQuote reads within quotes.
func (l *lexer) inQuote(c byte) {
	if l.start < 0 && c != l.quote { // behind a substitution
		l.begin()
	}
	switch {
	case c == l.quote:
		if l.lang == PowerShell && l.pos+1 < len(l.text) && l.text[l.pos+1] == c { // doubled
			l.word.WriteByte(c)
			l.pos += 2
			return
		}
		l.quote = 0
	case l.quote == '"' && c == '$' && strings.HasPrefix(l.text[l.pos:], "$(") && l.lang != CMD:
		l.open(2, ')', Substitution)
		return
	case l.quote == '"' && c == '`' && l.lang == POSIX:
		l.open(1, '`', Substitution)
		return
	case l.quote == '"' && c == l.escape() && l.pos+1 < len(l.text) && l.lang != CMD:
		l.word.WriteByte(l.text[l.pos+1])
		l.pos++
	default:
		l.word.WriteByte(c)
	}
	l.pos++
}

// joins reads what stands between two commands.
func (l *lexer) joins(c byte) bool {
	two := l.text[l.pos:min(len(l.text), l.pos+2)]
	switch {
	case two == "&&":
		l.endCommand(And)
	case two == "||":
		l.endCommand(Or)
	case two == "&>" || c == '&' && l.operator != "":
		return false
	case c == '|':
		l.pipe()
		if two != "|&" {
			l.pos++
			return true
		}
	case c == '{' && l.start < 0 && l.lang == PowerShell:
		l.endCommand(Then)
		l.block = len(l.out)
		l.pos++
		return true
	case c == '}' && l.lang == PowerShell: // a pipe behind it reads all of the block
		l.endCommand(Then)
		l.unit = min(l.block, len(l.out))
		l.pos++
		return true
	case c == ';', c == '{' && l.start < 0 && l.lang != CMD, c == '}' && l.start < 0 && l.lang != CMD:
		l.endCommand(Then)
		l.pos++
		return true
	case c == '&' && l.lang == PowerShell && l.start < 0: // the call operator
		l.pos++
		return true
	case c == '&':
		l.endCommand(Then)
		l.pos++
		return true
	case c == '@' && l.lang == CMD && l.start < 0 && l.command < 0:
		l.pos++
		return true
	default:
		return false
	}
	l.pos += 2
	return true
}

// opens reads what begins or ends a substitution or a group.
func (l *lexer) opens(c byte) bool {
	rest := l.text[l.pos:]
	switch {
	case c == l.close && len(l.stack) > 0:
		l.endWord()
		l.endCommand(Then)
		l.pop()
		l.pos++
	case l.lang == CMD && (c == '(' || c == ')'):
		l.endWord()
		l.endCommand(Then)
		l.pos++
	case l.lang == CMD:
		return false
	case strings.HasPrefix(rest, "$(") || strings.HasPrefix(rest, "@("):
		l.open(2, ')', Substitution)
	case l.lang == POSIX && (strings.HasPrefix(rest, "<(") || strings.HasPrefix(rest, ">(")):
		l.open(2, ')', Process)
	case c == '`' && l.lang == POSIX:
		l.open(1, '`', Substitution)
	case c == '(' && l.lang == PowerShell && l.start >= 0 && l.word.Len() <= maxName && isIEX(strings.ToLower(l.word.String())):
		l.endWord() // iex(…)
	case c == '(':
		l.open(1, ')', Substitution)
	case c == ')':
		l.endWord()
		l.endCommand(Then)
		l.pos++
	default:
		return false
	}
	return true
}

// open begins a substitution of skip bytes' opening.
func (l *lexer) open(skip int, closing byte, place Place) {
	if len(l.stack) >= maxFrames {
		l.pos += skip
		return
	}
	l.begin()
	l.expands = true
	l.word.WriteString(l.text[l.pos:min(len(l.text), l.pos+skip)])
	l.push(Word{}) // the word that the substitution is part of
	l.pos += skip
	inner := frame{command: -1, first: len(l.out), block: len(l.out), unit: len(l.out), parent: l.command, at: len(l.out[l.command].Words) - 1, place: place, close: closing, in: l.out[l.command].In}
	l.stack = append(l.stack, l.frame)
	l.frame = inner
	l.start = -1
}

// pop ends a substitution: the word around it goes on.
func (l *lexer) pop() {
	f, inner := l.stack[len(l.stack)-1], l.frame
	l.stack = l.stack[:len(l.stack)-1]
	l.frame = f
	c := &l.out[l.command]
	w := &c.Words[len(c.Words)-1]
	l.finishSubstitution(w)
	if s, ok := settingOf(*w); ok && len(c.Words) == 1 && l.lang == POSIX { // X=$(…)
		c.Words, c.Env = nil, append(c.Env, s)
		for i := inner.first; i < len(l.out); i++ {
			if in := &l.out[i]; in.Parent == l.command {
				in.ParentWord, in.into = -1, s.Name
			}
		}
	}
}

// finishSubstitution closes the word that held the substitution. What follows
// without a blank is a word of its own.
func (l *lexer) finishSubstitution(w *Word) {
	end := min(len(l.text), l.pos+1)
	start := w.Start // kept relative to the text until now
	*w = l.src.within(l.text[start:end], start, end, true)
	l.start = -1
}

// redirects reads a redirection's operator.
func (l *lexer) redirects(c byte) bool {
	if c != '>' && c != '<' && !(c == '&' && strings.HasPrefix(l.text[l.pos:], "&>")) {
		return false
	}
	fd := ""
	if l.start >= 0 && l.pos-l.start == 1 && (l.text[l.start] >= '0' && l.text[l.start] <= '9' || l.text[l.start] == '*') {
		fd = l.text[l.start:l.pos]
		l.start = -1
	}
	l.endWord()
	from := l.pos
	for l.pos < len(l.text) && l.pos-from < 3 && strings.IndexByte("<>&|", l.text[l.pos]) >= 0 {
		l.pos++
	}
	l.operator, l.operandFD = l.text[from:l.pos], fd
	if strings.HasSuffix(l.operator, "&") && l.pos < len(l.text) && l.text[l.pos] >= '0' && l.text[l.pos] <= '9' { // 2>&1
		l.pos++
		l.operator = ""
	}
	return true
}

// endWord closes the open word.
func (l *lexer) endWord() {
	if l.start < 0 {
		return
	}
	from, to := l.start, l.pos
	if l.whole && l.quote == 0 && to > from+1 {
		from, to = l.bare, to-1
	}
	if from > to {
		from = to
	}
	text := l.word.String()
	w := l.src.within(text, from, to, l.expands || dynamic(text))
	l.start = -1
	l.push(w)
}

// push gives a word to the open command, or opens one.
func (l *lexer) push(w Word) {
	if l.operator != "" && w != (Word{}) {
		l.openCommand()
		c := &l.out[l.command]
		c.Redirects = append(c.Redirects, Redirect{Op: l.operator, FD: l.operandFD, Target: w})
		l.operator = ""
		return
	}
	l.openCommand()
	c := &l.out[l.command]
	if w == (Word{}) {
		w.Start = l.start
	}
	if s, ok := settingOf(w); ok && len(c.Words) == 0 && l.lang == POSIX {
		c.Env = append(c.Env, s)
		return
	}
	if len(c.Words) < maxWords || w.Text == "" { // a substitution's word is always kept
		c.Words = append(c.Words, w)
	}
}

func (l *lexer) openCommand() {
	if l.command >= 0 {
		return
	}
	l.command = len(l.out)
	l.out = append(l.out, Command{Join: l.join, Place: l.place, Parent: l.parent, ParentWord: l.at, In: l.in})
}

// endCommand closes the open command; the next one follows by join.
func (l *lexer) endCommand(join Join) {
	l.endWord()
	l.operator = ""
	if l.command >= 0 {
		l.join = join
	}
	l.command, l.in = -1, 0
	l.unit = len(l.out)
}

// pipe closes the open command and lets the next one read it.
func (l *lexer) pipe() {
	l.endWord()
	l.operator = ""
	l.pipes++
	for i := l.unit; i < len(l.out); i++ {
		if c := &l.out[i]; c.Out == 0 && c.Parent == l.parent {
			c.Out = l.pipes
		}
	}
	l.command, l.join, l.in = -1, Piped, l.pipes
	l.unit = len(l.out)
}
