package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is made of.
type kind uint8

const (
	word  kind = iota
	url        // http or https
	mail       // an address at a host
	file       // a path, or a name with a dot before it
	flag       // --option
	comma      // also other marks within a clause
	stop       // semicolon, colon, dash: a clause ends
	piped      // |
)

// token is a word or mark of a text, text[start:end].
type token struct {
	start, end int
	class      class
	sense      sense
	form       string // of a word of the lexicon, as it stands there
	kind       kind
	code       bool // in a code span
	quoted     bool // between quotation marks
}

// maxWord is the longest word the lexicon can hold, in bytes.
const maxWord = 48

// tokenizer cuts lines into tokens and gives sentences to a reader. What spans
// lines, quotation marks and code spans, lasts until the block ends.
type tokenizer struct {
	text   string
	tokens []token
	code   int  // backticks of the code span that is open, 0 outside
	double bool // within double quotation marks
	single bool
	buf    [maxWord]byte
}

// reset forgets what a block left open.
func (t *tokenizer) reset() {
	t.tokens = t.tokens[:0]
	t.code, t.double, t.single = 0, false, false
}

func (t *tokenizer) push(k kind, m meaning, start, end int) {
	t.tokens = append(t.tokens, token{
		start: start, end: end, class: m.class, sense: m.sense, form: m.form, kind: k, code: t.code > 0, quoted: t.double || t.single,
	})
}

// step reads one token or mark at text[at:end] and is where to go on; done says
// that a sentence ended before that.
func (t *tokenizer) step(at, end int) (next int, done bool) {
	c := t.text[at]
	switch {
	case c == ' ' || c == '\t' || c == '*' || c == '\r':
		return at + 1, false
	case c == '`':
		n := at
		for n < end && t.text[n] == '`' {
			n++
		}
		if t.code == 0 && strings.IndexByte(t.text[n:min(end, n+400)], '`') >= 0 {
			t.code = n - at
		} else {
			t.code = 0
		}
		return n, false
	case c == '"':
		t.double = !t.double && t.closes(at)
		return at + 1, false
	case c == '\'':
		return t.apostrophe(at, end), false
	case c == '|':
		t.push(piped, meaning{}, at, at+1)
		return at + 1, false
	case c == ',' || c == '(' || c == ')':
		t.push(comma, meaning{}, at, at+1)
		return at + 1, false
	case c == ';' || c == ':':
		t.push(stop, meaning{}, at, at+1)
		return at + 1, false
	case c == '.' || c == '!' || c == '?':
		return t.dot(at, end)
	case c == '-' && (at+1 >= end || t.text[at+1] == ' '):
		t.push(stop, meaning{}, at, at+1)
		return at + 1, false
	case c >= utf8.RuneSelf:
		return t.wide(at, end)
	case wordByte(c):
		return t.chunk(at, end)
	}
	return at + 1, false
}

// closes says that the quotation which opens at a mark ends within its block.
func (t *tokenizer) closes(at int) bool {
	rest := t.text[at+1 : min(len(t.text), at+600)]
	end := strings.IndexByte(rest, '"')
	return end >= 0 && !strings.Contains(rest[:end], "\n\n")
}

// apostrophe opens or closes a quotation in single marks.
func (t *tokenizer) apostrophe(at, end int) int {
	before := at == 0 || !letterByte(t.text[at-1]) && t.text[at-1] < utf8.RuneSelf
	after := at+1 < end && letterByte(t.text[at+1])
	if !t.single && before && after {
		t.single = strings.IndexByte(t.text[at+1:min(end, at+300)], '\'') >= 0
	} else if t.single && !after {
		t.single = false
	}
	return at + 1
}

// dot tells the end of a sentence from a name that begins with a dot.
func (t *tokenizer) dot(at, end int) (int, bool) {
	if t.text[at] == '.' && at+1 < end && (letterByte(t.text[at+1]) || t.text[at+1] == '/' || t.text[at+1] == '.' && at+2 < end && t.text[at+2] == '/') {
		return t.chunk(at, end)
	}
	if t.text[at] == '!' && at+1 < end && t.text[at+1] == '[' {
		return at + 2, false // an image
	}
	return at + 1, t.code == 0 && (at+1 >= end || !wordByte(t.text[at+1]))
}

// wide reads what is not ASCII: words of other scripts, typographic marks.
func (t *tokenizer) wide(at, end int) (int, bool) {
	r, size := utf8.DecodeRuneInString(t.text[at:end])
	switch r {
	case '“', '„', '«', '「':
		t.double = true
	case '”', '»', '」':
		t.double = false
	case '‘':
		t.single = true
	case '’':
		t.single = false
	case '—', '–', '→', '：', '；':
		t.push(stop, meaning{}, at, at+size)
	case '，', '、':
		t.push(comma, meaning{}, at, at+size)
	case '。', '！', '？', '…':
		return at + size, true
	case '❌', '🚫', '⛔', '✗', '✖', '✘':
		t.push(stop, meaning{class: cBad}, at, at+size)
	case '✅', '✓', '✔':
		t.push(stop, meaning{class: cGood}, at, at+size)
	default:
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			return t.ideographs(at, end), false
		}
		if unicode.IsLetter(r) {
			return t.chunk(at, end)
		}
	}
	return at + size, false
}

func letterByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// wordByte can stand in a word, a path or a flag.
func wordByte(c byte) bool {
	return letterByte(c) || c >= '0' && c <= '9' || c == '_' || c == '/' || c == '~' || c == '@' || c == '$' || c == '-' || c == '\\' || c == '&'
}
