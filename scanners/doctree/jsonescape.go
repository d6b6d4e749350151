package doctree

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescapeJSON decodes the string content src[from:to]. Lone surrogates become
// U+FFFD, as in encoding/json. An unknown escape stays as written; bad is the
// offset of the first one, -1 if there is none. loose reports escapes that
// only JSON5 has: \', \v, \0, \xHH and an escaped line break.
func unescapeJSON(src string, from, to int, out *sink) (bad int, loose bool) {
	bad = -1
	for from < to {
		n := strings.IndexByte(src[from:to], '\\')
		if n < 0 {
			out.copy(src, from, to)
			break
		}
		out.copy(src, from, from+n)
		from += n
		size, isLoose := out.jsonEscape(src[from:to], from)
		if size == 0 {
			if bad < 0 {
				bad = from
			}
			size = min(2, to-from)
			out.copy(src, from, from+size)
		}
		loose = loose || isLoose
		from += size
	}
	return bad, loose
}

// jsonEscape decodes the escape s starts with and returns its size, 0 if it is
// none. at is where s stands.
func (out *sink) jsonEscape(s string, at int) (size int, loose bool) {
	if len(s) < 2 {
		return 0, false
	}
	const plain, meant = `"\/bfnrt'v0`, "\"\\/\b\f\n\r\t'\v\x00"
	if i := strings.IndexByte(plain, s[1]); i >= 0 {
		out.put(meant[i:i+1], at, at+2)
		return 2, i >= 8
	}
	switch s[1] {
	case '\n':
		out.put("", at, at+2)
		return 2, true
	case '\r':
		size = 2
		if len(s) > 2 && s[2] == '\n' {
			size = 3
		}
		out.put("", at, at+size)
		return size, true
	case 'x':
		r, ok := hex(s, 2, 2)
		if !ok {
			return 0, false
		}
		out.put(string(r), at, at+4)
		return 4, true
	case 'u':
		r, size := surrogates(s)
		if size > 0 {
			out.put(string(r), at, at+size)
		}
		return size, false
	}
	return 0, false
}

// surrogates decodes \uXXXX or a pair of them.
func surrogates(s string) (rune, int) {
	r, ok := hex(s, 2, 4)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if low, ok := hex(s, 8, 4); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
	}
	return utf8.RuneError, 6
}

// hex reads size hexadecimal digits at s[from:].
func hex(s string, from, size int) (rune, bool) {
	if len(s) < from+size {
		return 0, false
	}
	v, err := strconv.ParseUint(s[from:from+size], 16, 32)
	return rune(v), err == nil && v <= utf8.MaxRune
}
