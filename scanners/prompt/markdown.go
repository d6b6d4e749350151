package prompt

import "strings"

// heading is the level of an ATX heading, 0 if the line is none.
func heading(s string) int {
	n := 0
	for n < len(s) && s[n] == '#' {
		n++
	}
	if n > 6 || n == len(s) || s[n] != ' ' && s[n] != '\t' {
		return 0
	}
	return n
}

// listMarker is the length of the marker of a list item with the checkbox that
// may follow, 0 if the line begins none.
func listMarker(s string) int {
	n := 0
	switch c := s[0]; {
	case c == '-' || c == '*' || c == '+':
		n = 1
	case strings.HasPrefix(s, "•"):
		n = len("•")
	case c >= '0' && c <= '9':
		for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n == len(s) || s[n] != '.' && s[n] != ')' {
			return 0
		}
		n++
	default:
		return 0
	}
	if n < len(s) && s[n] != ' ' && s[n] != '\t' {
		return 0
	}
	if rest := s[n:]; len(rest) >= 4 && rest[1] == '[' && rest[3] == ']' {
		return n + 4
	}
	return n
}

// thematic is a line of dashes, stars, underscores or equal signs.
func thematic(s string) bool {
	return len(s) >= 3 && strings.Trim(s, "-*_= ") == ""
}

// linkComment is where the hidden text begins in "[//]: # (text)" and its like:
// link definitions that lead nowhere, which renderers leave out. 0 if the line
// is none.
func linkComment(s string) int {
	end := strings.Index(s[:min(len(s), 40)], "]:")
	if end < 0 {
		return 0
	}
	rest := strings.TrimLeft(s[end+2:], " ")
	if rest == "" || rest[0] != '#' && !strings.HasPrefix(rest, "<>") || len(rest) > 1 && rest[0] == '#' && rest[1] != ' ' {
		return 0
	}
	return len(s) - len(rest)
}
