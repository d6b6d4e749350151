package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chunk reads a run of characters without a space: a URL, a path, a flag, or
// words.
func (t *tokenizer) chunk(at, end int) (int, bool) {
	if c := t.text[at] | 0x20; c == 'h' && isURL(t.text[at:end]) {
		return t.address(at, end), false
	}
	if t.text[at] == '@' && isURL(t.text[at+1:end]) {
		return at + 1, false
	}
	stopAt, shape := at, byte(0)
	for stopAt < end {
		c := t.text[stopAt]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(t.text[stopAt:end])
			if r != '’' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !invisibleRune(r) ||
				unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
				break
			}
			shape |= shapeWide
			stopAt += size
			continue
		}
		if !wordByte(c) && c != '.' && c != '*' && c != '\'' {
			break
		}
		shape |= shapeOf(c)
		stopAt++
	}
	next := stopAt
	for stopAt > at && (t.text[stopAt-1] == '.' || t.text[stopAt-1] == '\'' || t.text[stopAt-1] == '*') {
		stopAt--
	}
	if stopAt == at {
		return next, false
	}
	if strings.IndexByte(t.text[stopAt:next], '\'') >= 0 {
		next = stopAt + strings.IndexByte(t.text[stopAt:next], '\'') // may close a quotation
	}
	dots := strings.IndexByte(t.text[stopAt:next], '.') >= 0
	if dots && strings.IndexByte(t.text[at:stopAt], '.') < 0 {
		shape &^= shapeDot
	}
	t.classify(at, stopAt, shape)
	done := dots && t.code == 0 && !abbreviation(t.text[at:stopAt])
	return max(next, at+1), done
}

const (
	shapePath   byte = 1 << iota // a slash, a tilde
	shapeDot                     // a dot inside
	shapeAt                      // an at sign
	shapeDash                    // a hyphen
	shapeMark                    // to be dropped inside words: * ' _
	shapeDollar                  // a variable
	shapeWide                    // not ASCII
)

func shapeOf(c byte) byte {
	switch c {
	case '/', '~', '\\':
		return shapePath
	case '.':
		return shapeDot
	case '@':
		return shapeAt
	case '-':
		return shapeDash
	case '*', '\'', '_':
		return shapeMark
	case '$':
		return shapeDollar
	}
	return 0
}

// abbreviation is a word whose dot ends no sentence.
func abbreviation(w string) bool {
	switch strings.ToLower(w) {
	case "e.g", "i.e", "etc", "vs", "cf", "eg", "ie", "approx", "z.b":
		return true
	}
	return false
}

func isURL(s string) bool {
	return len(s) > 8 && (strings.EqualFold(s[:7], "http://") || strings.EqualFold(s[:8], "https://"))
}

// address reads a URL up to what cannot stand in one.
func (t *tokenizer) address(at, end int) int {
	stopAt := at
	for stopAt < end {
		switch c := t.text[stopAt]; {
		case c <= ' ', c == '"', c == '<', c == '>', c == ')', c == ']', c == '`', c == '\'', c == '|', c == '\\':
			goto done
		}
		stopAt++
	}
done:
	for stopAt > at && strings.IndexByte(".,;:!?*", t.text[stopAt-1]) >= 0 {
		stopAt--
	}
	t.push(url, meaning{}, at, stopAt)
	return max(stopAt, at+1)
}

// classify makes tokens of text[at:end], which holds no space.
func (t *tokenizer) classify(at, end int, shape byte) {
	s := t.text[at:end]
	switch {
	case strings.HasPrefix(s, "--"):
		m := meaning{class: flagClass(s)}
		if s == "--force" {
			m.sense = nSwitch
		}
		t.push(flag, m, at, end)
		return
	case shape&shapeAt != 0 && s[0] != '@' && shape&shapeDot != 0:
		t.push(mail, meaning{}, at, end)
		return
	case s[0] == '@' || s[0] == '.' || s[0] == '~' || s[0] == '/' || shape&shapePath != 0 && (shape&shapeDot != 0 || strings.Count(s, "/") > 2):
		c := fileClass(s)
		if s[0] == '@' && shape&(shapePath|shapeDot) == 0 {
			c |= t.lookup(at+1, end).class
		}
		t.push(file, meaning{class: c}, at, end)
		return
	case shape&shapeDot != 0 && shape&shapeWide == 0:
		m := meaning{class: fileClass(s)}
		if s == "process.env" || s == "os.environ" {
			m.sense = nData
		}
		t.push(file, m, at, end)
		return
	}
	if shape&(shapePath|shapeDash) == 0 {
		t.push(word, t.lookup(at, end), at, end)
		return
	}
	for i := at; i < end; { // read/write, auto-approve
		j := i
		for j < end && t.text[j] != '/' && t.text[j] != '-' && t.text[j] != '\\' {
			j++
		}
		if j > i {
			t.push(word, t.lookup(i, j), i, j)
		}
		i = j + 1
	}
}

// lookup is the meaning of a word: lower case, without emphasis, accents and
// invisible characters.
func (t *tokenizer) lookup(at, end int) meaning {
	n := 0
	for i := at; i < end; {
		c := t.text[i]
		if c < utf8.RuneSelf {
			i++
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			} else if c == '*' || c == '\'' || c == '$' || c == '_' && (n == 0 || i == end) {
				continue
			}
			if n == maxWord {
				return meaning{}
			}
			t.buf[n] = c
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(t.text[i:end])
		i += size
		if r == '’' || unicode.IsMark(r) || invisibleRune(r) {
			continue
		}
		if r = fold(r); n+utf8.RuneLen(r) > maxWord {
			return meaning{}
		}
		n += utf8.EncodeRune(t.buf[n:n+utf8.RuneLen(r)], r)
	}
	if n > 0 && t.buf[0] >= 0xEA && t.buf[0] <= 0xED {
		return hangul(t.text[at:end])
	}
	return lexicon[string(t.buf[:n])]
}

// fold is a letter without case and accent; full-width letters become ASCII.
func fold(r rune) rune {
	switch {
	case r >= 0xFF21 && r <= 0xFF5A:
		r -= 0xFEE0
	case r < 0x180:
		if r < utf8.RuneSelf {
			break
		}
		if at := strings.IndexRune("àáâãäåçèéêëìíîïñòóôõöùúûüýÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ", r); at >= 0 {
			return rune("aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuy"[at/2])
		}
	}
	return unicode.ToLower(r)
}

// flagClass knows the options of agents and git that take people out.
func flagClass(s string) class {
	switch strings.ToLower(s) {
	case "--no-verify", "--no-gpg-sign":
		if strings.EqualFold(s, "--no-verify") {
			return cNoVerify
		}
	case "--dangerously-skip-permissions", "--yolo", "--dangerously-bypass-approvals-and-sandbox", "--allow-all-tools", "--yes-always":
		return cSkipAsk
	}
	if len(s) > len("--dangerously-") && strings.EqualFold(s[:len("--dangerously-")], "--dangerously-") {
		return cSkipAsk
	}
	return 0
}
