package workflow

import "strings"

// A condition is what an if: asks, as alternatives: one of the branches holds
// when it does, and all atoms of that branch hold then.
// (docs.github.com/en/actions/reference/workflows-and-actions/expressions)
type condition struct {
	branches []branch
	text     string // as written, in lower case
}

type branch []atom

// atom is one comparison, call or name, in lower case without white space
// around it.
type atom struct {
	text string
	not  bool
}

// Bounds of a condition.
const (
	maxCondition = 16 << 10 // bytes
	maxBranches  = 64
	maxNesting   = 50
)

// always is the condition of what has none.
func always() condition { return condition{branches: []branch{nil}} }

// readCondition reads an if:. What is too long or too entangled is one atom of
// its whole text.
func readCondition(text string) condition {
	text = strings.ToLower(text)
	if strings.TrimSpace(text) == "" {
		return always()
	}
	c := condition{text: text}
	p := parser{text: strings.NewReplacer("${{", "  (", "}}", ") ").Replace(text)}
	if len(text) <= maxCondition {
		c.branches = p.any(false, 0)
	}
	if len(c.branches) == 0 || len(c.branches) > maxBranches || p.failed {
		c.branches = []branch{{atom{text: text}}}
	}
	return c
}

// and is what holds when both conditions do.
func (c condition) and(other condition) condition {
	out := condition{branches: product(c.branches, other.branches), text: c.text + "\n" + other.text}
	if len(out.branches) == 0 {
		out.branches = c.branches // too many: the other is left out, which never hides anything
	}
	return out
}

// product is every branch of one with every branch of the other, nil if that
// is too many.
func product(a, b []branch) []branch {
	if len(a)*len(b) > maxBranches {
		return nil
	}
	var out []branch
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(append(branch{}, x...), y...))
		}
	}
	return out
}

// parser reads a boolean expression into its branches. Negations are carried
// down to the atoms.
type parser struct {
	text   string
	at     int
	failed bool
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) takes(op string) bool {
	p.space()
	if strings.HasPrefix(p.text[p.at:], op) {
		p.at += len(op)
		return true
	}
	return false
}

// any reads a || b || …
func (p *parser) any(not bool, depth int) []branch {
	out := p.all(not, depth)
	for p.takes("||") {
		out = p.join(out, p.all(not, depth), not)
	}
	return out
}

// all reads a && b && …
func (p *parser) all(not bool, depth int) []branch {
	out := p.one(not, depth)
	for p.takes("&&") {
		out = p.join(out, p.one(not, depth), !not)
	}
	return out
}

// join is either of both (or), or both of them.
func (p *parser) join(a, b []branch, both bool) []branch {
	if !both {
		if len(a)+len(b) > maxBranches {
			p.failed = true
			return a
		}
		return append(a, b...)
	}
	out := product(a, b)
	if out == nil {
		p.failed = true
		return a
	}
	return out
}

// one reads a group, a negation or an atom.
func (p *parser) one(not bool, depth int) []branch {
	if depth > maxNesting {
		p.failed = true
		p.at = len(p.text)
		return nil
	}
	p.space()
	if p.at < len(p.text) && p.text[p.at] == '!' && !strings.HasPrefix(p.text[p.at:], "!=") {
		p.at++
		return p.one(!not, depth+1)
	}
	if p.at < len(p.text) && p.text[p.at] == '(' && p.isGroup() {
		p.at++
		out := p.any(not, depth+1)
		p.takes(")")
		return out
	}
	start := p.at
	p.skipAtom()
	text := strings.TrimSpace(p.text[start:p.at])
	if text == "" {
		if p.at < len(p.text) {
			p.at++ // a stray bracket
		}
		return []branch{nil}
	}
	return []branch{{atom{text: strings.Join(strings.Fields(text), " "), not: not}}}
}

// isGroup says whether the bracket at the parser's place closes before an
// operator other than && and ||: (a || b) == 'x' is an atom.
func (p *parser) isGroup() bool {
	end := closing(p.text, p.at)
	rest := strings.TrimLeft(p.text[min(end, len(p.text)):], " \t\r\n")
	return rest == "" || strings.HasPrefix(rest, "&&") || strings.HasPrefix(rest, "||") || rest[0] == ')'
}

// closing is the offset behind the bracket that closes the one at from.
func closing(text string, from int) int {
	depth, quoted := 0, false
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// skipAtom goes to the end of an atom: an operator or bracket outside its own
// brackets and strings.
func (p *parser) skipAtom() {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '\'':
			end := strings.IndexByte(p.text[p.at+1:], '\'')
			if end < 0 {
				p.at = len(p.text)
				return
			}
			p.at += end + 2
		case c == '(':
			p.at = closing(p.text, p.at)
		case c == ')' || strings.HasPrefix(p.text[p.at:], "&&") || strings.HasPrefix(p.text[p.at:], "||"):
			return
		default:
			p.at++
		}
	}
}
