package credential

import "strings"

// finder looks for vendors' shapes and tokens that prove themselves in a text,
// once from its start to its end. A shape begins where a word begins.
type finder struct {
	*engine
	ctx  *scope
	text string
	out  []Judgement

	// running says that the text is no value: then keys, passwords in URLs and
	// opaque values beside their provider's name count as well, and the name a
	// weak shape needs must stand within contextReach before it.
	running  bool
	noJWT    int           // no JSON Web Token begins before this offset
	around   *surroundings // of the value; in running text of the offset aroundAt
	aroundAt int
}

// Kinds of bytes to the finder.
const (
	skip uint8 = iota
	inWord
	escape
	colon
	dash
)

// kindOfByte is the table that makes a finder quick.
func kindOfByte(c byte) uint8 {
	switch {
	case wordByte(c):
		return inWord
	case c == '%', c == '\\':
		return escape
	case c == ':':
		return colon
	case c == '-':
		return dash
	}
	return skip
}

// find searches [start,end) of the text.
func (f *finder) find(start, end int) []Judgement {
	text := f.text[:end]
	for i := start; i < len(text) && len(f.out) < maxHits; {
		switch f.kinds[text[i]] {
		case inWord:
			if text[i] == 'e' || i+1 < len(text) && f.starts[int(text[i])<<8|int(text[i+1])] {
				if end, ok := f.word(text, i); ok {
					i = end
					continue
				}
			}
			end := i + 1
			for end < len(text) && f.kinds[text[end]] == inWord {
				end++
			}
			if f.running && end-i >= 8 {
				end = f.opaqueWord(text, i, end)
			}
			i = end
		case escape:
			i += escapeLen(text[i:])
		case colon:
			i = f.url(text, i)
		case dash:
			i = f.pem(text, i)
		default:
			i++
		}
	}
	return f.out
}

// escapeLen is the length of a percent or backslash escape, after which a word
// begins although a letter stands there.
func escapeLen(s string) int {
	switch {
	case s[0] == '%' && len(s) > 2 && isHex(s[1:3]):
		return 3
	case s[0] == '\\' && len(s) > 5 && s[1] == 'u' && isHex(s[2:6]):
		return 6
	case s[0] == '\\' && len(s) > 1 && strings.IndexByte(`nrtbf"\/`, s[1]) >= 0:
		return 2
	}
	return 1
}

// word judges what begins with the word at i.
func (f *finder) word(text string, i int) (end int, ok bool) {
	if end, ok := f.shape(text, i); ok {
		return end, true
	}
	if text[i] == 'e' && i >= f.noJWT {
		return f.jwt(text, i)
	}
	return 0, false
}

// shape tries the shapes whose literal begins at i, the longest first.
func (f *finder) shape(text string, i int) (end int, ok bool) {
	if i+1 >= len(text) {
		return 0, false
	}
	for _, l := range f.byStart[[2]byte{text[i], text[i+1]}] {
		if !strings.HasPrefix(text[i:], l.text) {
			continue
		}
		if !l.shape.Strong {
			if named, near := f.surroundings(i).agree(l.shape); !named && !near {
				continue
			}
		}
		if from, to, hit := l.shape.find(text[i:min(len(text), i+matchWindow)]); hit {
			f.out = append(f.out, l.shape.judgement(f.ctx, text, i+from, i+to, High))
			return i + to, true
		}
	}
	return 0, false
}

func (f *finder) jwt(text string, i int) (end int, ok bool) {
	n, dead := jwtEnd(text[i:])
	f.noJWT = max(f.noJWT, i+dead)
	if n == 0 {
		return 0, false
	}
	j, ok := judgeJWT(f.ctx, text, i, i+n)
	if ok {
		f.out = append(f.out, j)
	}
	return i + n, ok
}

// maxOpaque bounds an opaque key of a known provider, in bytes.
const maxOpaque = 128

// opaqueWord judges a key without a fixed beginning by its provider's name
// before it, and returns where to go on. end is the end of the word at i; dots,
// dashes and colons may join it to others.
func (f *finder) opaqueWord(text string, i, end int) (next int) {
	stop := end
	for stop < len(text) && stop-i <= maxOpaque && (f.kinds[text[stop]] == inWord || strings.IndexByte(".-:", text[stop]) >= 0) {
		stop++
	}
	if stop-i < 32 || stop-i > maxOpaque || !f.hinted(i) || !generated(text[i:stop], 20) {
		return end
	}
	around := f.surroundings(i)
	if !around.assigns {
		return end
	}
	for _, s := range f.opaque {
		if named, near := around.agree(s); (named || near) && s.whole().MatchString(text[i:stop]) {
			if j := s.judgement(f.ctx, text, i, stop, Medium); j.IsCredential() {
				f.out = append(f.out, j)
				return stop
			}
		}
	}
	return end
}

// hinted says whether any provider of opaque keys can be named before offset
// i or around the text. It is a cheap first look.
func (f *finder) hinted(i int) bool {
	if len(f.ctx.Near) > 0 {
		return true
	}
	before := strings.ToLower(f.text[max(0, i-contextReach):i])
	for _, hint := range f.hints {
		if strings.Contains(before, hint) {
			return true
		}
	}
	return false
}

// url judges scheme://user:password@host whose "://" is at i.
func (f *finder) url(text string, i int) (next int) {
	if !f.running || !strings.HasPrefix(text[i:], "://") {
		return i + 1
	}
	start, end := i, i+3
	for start > 0 && i-start < 24 && (classOf(text[start-1]) != 'o' || text[start-1] == '+') {
		start--
	}
	for end < len(text) && end-i < 512 && strings.IndexByte(" \t\r\n\"'`,;()<>\\|/?#", text[end]) < 0 {
		end++
	}
	if start == i || strings.IndexByte(text[i+3:end], '@') < 0 {
		return i + 3
	}
	l, ok := locate(text[start:end])
	if !ok || l.userEnd == 0 {
		return i + 3
	}
	for _, j := range credentials(judgeUserinfo(f.ctx.at(InURL), text[start:end], &l), Medium) {
		j.Start, j.End = j.Start+start, j.End+start
		f.out = append(f.out, j)
		next = j.End
	}
	return max(next, i+3)
}

// pem judges a PEM private key whose first dash is at i.
func (f *finder) pem(text string, i int) (next int) {
	if f.running && strings.HasPrefix(text[i:], pemBegin) {
		if n, ok := privateKey(text[i:]); ok {
			f.out = append(f.out, f.ctx.finds("private-key", High, text[i:i+n], i, i+n)...)
			return i + n
		}
	}
	for next = i + 1; next < len(text) && text[next] == '-'; next++ {
	}
	if next < len(text) && strings.HasPrefix(text[max(i, next-5):], pemBegin) && next-5 > i {
		return next - 5
	}
	return next
}
