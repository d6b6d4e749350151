package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners/credential"
)

// What a policy can be other than read. Callers wrap their own failures to get
// at the file in ErrUnreadable; Read and ReadRepository return errors of all
// three.
var (
	ErrAbsent     = errors.New("there is no policy file")          // the defaults hold
	ErrUnreadable = errors.New("the policy file cannot be read")   // the last good policy holds
	ErrInvalid    = errors.New("the policy file has errors in it") // the last good policy holds
)

// Problem is one thing wrong in a policy file. It is an ErrInvalid.
type Problem struct {
	Name         string // of the file
	Line, Column int    // 1-based, columns in bytes
	Message      string // what is wrong, and what to do
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.Name, p.Line, p.Column, p.Message)
}

// Is makes every Problem an ErrInvalid.
func (p *Problem) Is(target error) bool { return target == ErrInvalid }

// longestQuote bounds what a message repeats of a file, in bytes.
const longestQuote = 60

// quote repeats a piece of a file in a message: on one line, not too long,
// without what looks like a credential.
func quote(s string) string {
	s = credential.Redact(s[:min(len(s), 16*longestQuote)])
	if len(s) > longestQuote {
		cut := longestQuote
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strconv.Quote(s)
}

// shown is a message of a parser with what cannot be shown escaped.
func shown(s string) string {
	q := strconv.Quote(credential.Redact(s))
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// printable says whether a text is one line that shows as what it is. Joiners
// are letters' business in several scripts.
func printable(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\u200c' && r != '\u200d' {
			return false
		}
	}
	return true
}

// either joins words as "a", "b" or "c".
func either(words []string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(w))
	}
	return b.String()
}
