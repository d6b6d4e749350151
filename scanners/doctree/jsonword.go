package doctree

import "strings"

// wordKind tells what an unquoted word means, with the words of JSON5 and
// Python beside those of JSON.
func wordKind(s string) Kind {
	switch s {
	case "true", "false", "True", "False":
		return Bool
	case "null", "None":
		return Null
	case "NaN", "Infinity", "+Infinity", "-Infinity", "-NaN", "+NaN":
		return Number
	}
	if isLooseNumber(s) {
		return Number
	}
	return String
}

func isJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		fraction := digits(s[1:])
		if fraction == 0 {
			return false
		}
		s = s[1+fraction:]
	}
	return isExponent(s)
}

// isLooseNumber also takes a plus, hexadecimal digits, leading zeros and a
// point at either end, as JSON5 does.
func isLooseNumber(s string) bool {
	if s == "" || s[0] > '9' {
		return false
	}
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		return strings.Trim(s[2:], "0123456789abcdefABCDEF") == ""
	}
	whole := digits(s)
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		fraction := digits(s[1:])
		s = s[1+fraction:]
		whole += fraction
	}
	return whole > 0 && isExponent(s)
}

// isExponent reports whether s is empty or e, an optional sign and digits.
func isExponent(s string) bool {
	if s == "" {
		return true
	}
	if s[0]|0x20 != 'e' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits counts the decimal digits s starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
