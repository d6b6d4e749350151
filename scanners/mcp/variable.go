package mcp

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// variable is one environment variable a server is given.
type variable struct {
	name, value string
	at          config.Hit // its place
	contained   bool       // given to a container, not to a process of this machine
}

// variables are those of the server's own map and those set on its command line.
func (c *check) variables() []variable {
	contained := c.launch().Ecosystem == "oci"
	var out []variable
	for _, e := range c.srv.Env {
		name, value := e.Name, e.Value.Text
		if name == "" { // "NAME=value"
			name, value, _ = strings.Cut(value, "=")
		}
		out = append(out, variable{name, value, config.Hit{Node: e.Value, Slot: name}, false})
	}
	for _, e := range c.launch().Env {
		if e.Value == "" {
			continue // handed on
		}
		h := config.Hit{Slot: e.Name}
		h.Node, h.Span = c.f.Word(c.srv, e.Word)
		out = append(out, variable{e.Name, e.Value, h, contained})
	}
	return out
}

// truthy and falsy are how people write a switch.
func truthy(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", "yes", "on", "y":
		return true
	}
	return false
}

func falsy(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "0", "false", "no", "off", "n", "never", "none", "disabled":
		return true
	}
	return false
}

// nameWords are the words of a variable's or flag's name, in upper case, each
// between blanks: " SSL VERIFY ".
func nameWords(name string) string {
	var b strings.Builder
	b.WriteByte(' ')
	lower := false
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z':
			if lower {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
		lower = r >= 'a' && r <= 'z'
	}
	b.WriteByte(' ')
	return b.String()
}

// anyWord says whether one of the words stands in a result of nameWords.
func anyWord(words string, want ...string) bool {
	for _, w := range want {
		if wordset.Has(words, w) {
			return true
		}
	}
	return false
}
