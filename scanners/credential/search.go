package credential

import (
	"strings"
)

// Search finds credentials of vendors' shapes anywhere in a text that is no
// value of its own: a file no parser accepts, a comment, running text. A shape
// that is weak alone counts only with a word of its provider within
// contextReach bytes before it. It takes time linear in the text.
func Search(text []byte) []Judgement { return tidy(searchNear(string(text), nil)) }

// contextReach is how far before a weak shape its provider's name may stand.
const contextReach = 48

// maxHits bounds the result of one search.
const maxHits = 10000

func searchNear(text string, near []string) []Judgement {
	e := shapes()
	var out []Judgement
	for i := 0; i+1 < len(text) && len(out) < maxHits; {
		pair := int(text[i])<<8 | int(text[i+1])
		if !e.starts[pair] && pair != 'e'<<8|'y' && pair != ':'<<8|'/' && pair != '-'<<8|'-' {
			i++
			continue
		}
		j, next, ok := e.hit(text, i, near)
		if ok {
			out = append(out, j)
		}
		i = max(next, i+1)
	}
	return out
}

// hit judges what begins at offset i, if anything does; next is where to go on.
func (e *engine) hit(text string, i int, near []string) (j Judgement, next int, ok bool) {
	ctx := &Context{Place: InText}
	switch text[i] {
	case ':':
		return urlPassword(ctx, text, i)
	case '-':
		if strings.HasPrefix(text[i:], "-----BEGIN ") {
			if j, ok := privateKey(ctx, text[i:min(len(text), i+16<<10)]); ok && j.Start == 0 {
				j.Start, j.End = i, i+j.End
				return j, j.End, true
			}
		}
		for next = i + 1; next < len(text) && text[next] == '-'; next++ {
		}
		if next-i > 2 {
			return Judgement{}, next - 1, false
		}
	case 'e':
		if i == 0 || !wordByte(text[i-1]) {
			if n := jwtEnd(text[i:min(len(text), i+maxValue)]); n > 0 {
				if j, ok := judgeJWT(ctx, text, i, i+n); ok {
					return j, i + n, j.IsCredential()
				}
				return Judgement{}, i + n, false
			}
		}
	}
	s, start, end, found := e.at(text, i)
	if !found {
		return Judgement{}, i + 1, false
	}
	ctx.Near = append([]string{text[max(0, start-contextReach):start]}, near...)
	_, close := s.agrees(ctx)
	if !s.Strong && !close {
		return Judgement{}, i + 1, false
	}
	j = s.judgement(ctx, text, start, end, High)
	return j, end, j.IsCredential()
}

// urlPassword judges scheme://user:password@host whose "://" is at offset i.
func urlPassword(ctx *Context, text string, i int) (j Judgement, next int, ok bool) {
	next = i + 3
	if !strings.HasPrefix(text[i:], "://") {
		return j, i + 1, false
	}
	start := i
	for start > 0 && i-start < 24 && (classOf(text[start-1]) != 'o' || text[start-1] == '+' || text[start-1] == '.') {
		start--
	}
	end := next
	for end < len(text) && end-i < 1024 && strings.IndexByte(" \t\r\n\"'`,;()<>\\|", text[end]) < 0 {
		end++
	}
	l, found := locate(text[start:end])
	if !found || l.passEnd == 0 {
		return j, next, false
	}
	for _, j := range judgeUserinfo(ctx, text[start:end], &l) {
		if j.IsCredential() && j.Confidence >= Medium {
			j.Start, j.End, j.Place = j.Start+start, j.End+start, InText
			return j, end, true
		}
	}
	return j, next, false
}
