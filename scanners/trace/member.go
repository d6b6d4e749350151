package trace

import "strings"

// member is a field of an object in a program's text, or an item of a list,
// which has no key. The offsets are the text's.
type member struct {
	key              string
	keyStart, keyEnd int
	start, end       int // of its value
}

// membersOf are the members of the object or list whose bracket stands at a
// place, whatever expressions their values are.
func membersOf(text string, at int) []member {
	var out []member
	list := text[at] == '['
	for at++; at < len(text) && len(out) < maxServers; {
		at = skipBlank(text, at)
		if at >= len(text) || strings.IndexByte(")]}", text[at]) >= 0 {
			return out
		}
		m := member{}
		if keyed, value := keyAt(text, at); !list || keyed.key != "" && strings.Contains(text[keyed.keyEnd:value], "=>") { // PHP's lists may have keys
			m, at = keyed, value
		}
		m.start = at
		at = valueEnd(text, at)
		m.end = at
		if list || m.key != "" {
			out = append(out, m)
		}
		if at < len(text) && text[at] == ',' {
			at++
		}
	}
	return out
}

// skipBlank is the place behind blanks and comments.
func skipBlank(text string, at int) int {
	for at < len(text) {
		switch {
		case strings.IndexByte(" \t\r\n", text[at]) >= 0:
			at++
		case text[at] == '#' || strings.HasPrefix(text[at:], "//"):
			line, _, _ := strings.Cut(text[at:], "\n")
			at += len(line)
		case strings.HasPrefix(text[at:], "/*"):
			i := strings.Index(text[at:], "*/")
			if i < 0 {
				return len(text)
			}
			at += i + 2
		default:
			return at
		}
	}
	return at
}

// keyAt is the key at a place and where its value begins. Without a key, what
// stands there is the value.
func keyAt(text string, at int) (member, int) {
	m := member{keyStart: at}
	end := at
	if q := text[at]; q == '"' || q == '\'' {
		end = at + 1 + strings.IndexByte(text[at+1:]+string(q), q)
		m.key = text[at+1 : min(end, len(text))]
		end = min(end+1, len(text))
		m.keyEnd = end
	} else {
		for end < len(text) && (isNameByte(text[end]) || text[end] == '-' || text[end] == '$') {
			end++
		}
		m.key, m.keyEnd = text[at:end], end
	}
	if next := skipBlank(text, end); m.key != "" && next < len(text) && (text[next] == ':' || text[next] == '=') {
		if strings.HasPrefix(text[next:], "=>") {
			next++
		}
		return m, skipBlank(text, next+1)
	}
	return member{}, at
}

// valueEnd is where the expression ends that begins at a place: at a comma or
// bracket that is not its own.
func valueEnd(text string, at int) int {
	depth, quote := 0, byte(0)
	for start := at; at < len(text); at++ {
		c := text[at]
		switch {
		case quote != 0:
			if c == '\\' {
				at++
			} else if c == quote || c == '\n' && quote != '`' {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth < 0 {
				return at
			}
		case c == ',' && depth == 0:
			return at
		case c == '/' && at > start && (strings.HasPrefix(text[at:], "//") || strings.HasPrefix(text[at:], "/*")), c == '#' && (at == start || text[at-1] == ' '):
			at = max(at, skipBlank(text, at)-1)
		}
	}
	return len(text)
}
