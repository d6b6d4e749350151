package dependency

import "strings"

// requirementWords are what a name in a setup.py has in it that holds requirements.
var requirementWords = []string{"require", "depend", "deps", "extras"}

// readSetupPy reads the lists of requirements in a setup.py: the strings within
// the brackets behind a name that says so. Keys of maps are none.
func readSetupPy(f *file) {
	tokens := f.tokens(python)
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].kind != wordToken || !namesRequirements(f.at(tokens[i])) || !tokens[i+1].is('=') && !tokens[i+1].is('+') {
			continue
		}
		from := i + 2
		if tokens[from].is('=') { // +=
			from++
		}
		i = f.addBracketed(tokens, from)
	}
}

func namesRequirements(name string) bool {
	name = strings.ToLower(name)
	for _, w := range requirementWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// addBracketed adds the strings in the brackets of a sum that begins at a token,
// and gives the token at which it ends. What a function makes of its arguments
// is not known.
func (f *file) addBracketed(tokens []token, from int) int {
	depth, unknown := 0, 0 // unknown: how deep the arguments of a function are
	for i := from; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.is('[') || t.is('{') || t.is('('):
			if depth++; unknown == 0 && t.is('(') && i > from && tokens[i-1].kind == wordToken && !keepsItems(f.at(tokens[i-1])) {
				unknown = depth
			}
		case t.is(']') || t.is('}') || t.is(')'):
			if depth == unknown {
				unknown = 0
			}
			if depth--; depth < 0 {
				return i - 1
			}
		case t.kind == stringToken && depth > 0:
			if unknown == 0 {
				f.addStrings(tokens, i)
			}
		case depth == 0 && t.kind != wordToken && !t.is('+') && !t.is('.'):
			return i - 1
		}
	}
	return len(tokens)
}

// keepsItems says whether a function of Python's gives back the items that it
// was given.
func keepsItems(name string) bool {
	return name == "list" || name == "tuple" || name == "set" || name == "sorted" || name == "dict"
}

// addStrings adds the requirements in a string that is no key: one, or one a line.
func (f *file) addStrings(tokens []token, i int) {
	if i+1 < len(tokens) && tokens[i+1].is(':') {
		return
	}
	t := tokens[i]
	for start, line := range linesOf(f.at(t)) {
		f.addRequirement(int(t.start)+start, line)
	}
}

// readSetupCfg reads the requirements of a setup.cfg: lines behind or below a
// key that says so, and all keys of the extras.
func readSetupCfg(f *file) {
	extras, open := false, false
	for start, line := range f.lines() {
		rest := strings.TrimSpace(line)
		switch {
		case rest == "" || rest[0] == '#' || rest[0] == ';':
		case rest[0] == '[':
			extras, open = rest == "[options.extras_require]", false
		case line[0] == ' ' || line[0] == '\t':
			if open {
				f.addRequirement(start, line)
			}
		default:
			key, value, ok := strings.Cut(line, "=")
			key = strings.TrimSpace(key)
			open = ok && (extras || key == "install_requires" || key == "tests_require" || key == "setup_requires" || key == "requires" || key == "requires-dist" || key == "requires_dist")
			if open {
				f.addList(start+len(line)-len(value), value)
			}
		}
	}
}

// addList reads the requirements of one line behind a key, which semicolons part.
// So they do with a marker: what follows the semicolon is then no requirement.
func (f *file) addList(start int, line string) {
	for part := range strings.SplitSeq(line, ";") {
		f.addRequirement(start, part)
		start += len(part) + 1
	}
}
