package credential

import "strings"

// namedValues are the values that a text assigns to a credential's name,
// however weak: password=x, "apiKey": "x", --token x, Authorization: Bearer x.
// References and placeholders stay readable.
func namedValues(s string) []Judgement {
	var out []Judgement
	for i := 0; i < len(s) && len(out) < maxHits; {
		if !wordByte(s[i]) {
			i++
			continue
		}
		end := i
		for end < len(s) && (wordByte(s[end]) || s[end] == '-' || s[end] == '.') {
			end++
		}
		if end-i <= 128 {
			flag := i >= 2 && s[i-2:i] == "--"
			if from, to, ok := assigned(s, s[i:end], end, flag); ok {
				out = append(out, masked(from, to))
				end = to
			}
		}
		i = end
	}
	return out
}

// assigned is the range of the value that follows a name ending at offset at.
func assigned(s, name string, at int, flag bool) (from, to int, ok bool) {
	from = at
	for from < len(s) && from-at < 4 && strings.IndexByte("\"'\\]", s[from]) >= 0 {
		from++
	}
	for from < len(s) && s[from] == ' ' && from-at < 8 {
		from++
	}
	sign := from < len(s) && (s[from] == '=' || s[from] == ':')
	if !sign && !(flag && from == at+1) || classifyName(name) < nameSecret {
		return 0, 0, false
	}
	if sign {
		from++
	}
	for from < len(s) && from-at < 24 && strings.IndexByte(" \"'\\>", s[from]) >= 0 {
		from++
	}
	to = valueEnd(s, from)
	if name, after := scheme(s, from, len(s)); name != "" && after < len(s) {
		from, to = after, valueEnd(s, after)
	}
	value := s[from:to]
	if len(value) < 4 || isReference(value) || strings.HasPrefix(value, "--") || ordinary(value) || isURL(value) || composed(value) || placeholder(name, value) {
		return 0, 0, false
	}
	return from, to, true
}

// valueEnd is where a value in running text ends.
func valueEnd(s string, from int) int {
	to := from
	for to < len(s) && to-from < maxValue && strings.IndexByte(" \t\r\n\"'`,;<>)&", s[to]) < 0 {
		if s[to] == '\\' && to+1 < len(s) && strings.IndexByte("\"nrt", s[to+1]) >= 0 {
			break
		}
		to++
	}
	return to
}
