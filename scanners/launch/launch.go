// Package launch brings a command line that starts an MCP server to one normal
// form: through every wrapper around it, to the package, image, script or
// address that runs in the end, with all that a rule wants to know of it and
// the place of each part.
//
// Nothing is expanded, resolved or executed: words are taken as they stand.
package launch

import "slices"

// Bounds of one command line; what lies beyond is not looked at.
const (
	maxWords = 2000
	maxSteps = 12 // wrappers in wrappers
)

// Launch is the normal form of one command line.
type Launch struct {
	// Wrappers are the programs around the innermost one, outermost first.
	Wrappers []Wrapper
	// Program is the innermost program as written, Name its bare name: lower
	// case, without directory and without .exe, .cmd, .bat, .com or .ps1.
	Program Word
	Name    string
	// Runner is what fetches or builds the thing that runs ("npx", "uv run",
	// "docker run"), "" when the program itself is the thing.
	Runner string
	// Ecosystem is that of the main package; "" without one.
	Ecosystem string
	// Packages are all that is fetched, the main one first. A launch of a local
	// script with additions ("uv run --with a x.py") has no main package.
	Packages []Package

	Registry []Word    // values of flags that name a registry or index
	Env      []Setting // variables set or handed on by the line itself
	EnvFiles []Word    // files of variables
	Dir      Word      // the folder it is told to work in

	Mounts        []Mount
	Container     Container
	ContainerArgs []Word // what stands behind the image

	// Bridge is the program that carries stdio to a server elsewhere, URL that
	// server, Hosted its name at a hosting service.
	Bridge        string
	URL           Word
	Hosted        Word
	BridgeHeaders []Word // "Name: value", or the name and the value apart
	BridgeFlags   []Word // its other words, in order

	Script Word // a file that is run, by an interpreter or by itself
	Module Word // python -m
	Task   Word // a script of the repository's own manifest: npm run TASK
	Inline Word // a program that stands in the arguments
	// InlineLang is its language: javascript, python, sh, powershell, cmd…
	InlineLang string

	// Shell is the text of a shell in the line, if there is one, and of inline
	// code that may fetch.
	Shell Shell
	// Args are the words left for the server itself.
	Args []Word
}

// Wrapper is one program around another, with its own words: its name first,
// then its flags and their values.
type Wrapper struct {
	Name  string
	Words []Word
}

// Setting is one environment variable. Without a value (Passed) it is handed on
// from outside. Word is the value, or the name where there is none.
type Setting struct {
	Name, Value string
	Passed      bool
	Word        Word
}

// Package is the main package, the zero Package without one.
func (l *Launch) Package() Package {
	if len(l.Packages) > 0 && !l.Packages[0].Extra {
		return l.Packages[0]
	}
	return Package{}
}

// Wrapped says whether one of the named programs stands around the server.
func (l *Launch) Wrapped(names ...string) bool {
	return slices.ContainsFunc(l.Wrappers, func(w Wrapper) bool { return slices.Contains(names, w.Name) })
}

// parser is one command line while it is read.
type parser struct {
	l         Launch
	contained bool // the words are run in a container: its files are not ours
	runs      bool // a runner was met: its program stays the launch's program
	fetched   []Package
}

// Parse reads a command line. argv[0] is the command; a command that holds its
// whole line in one string is split as a shell would, unless it is a path.
func Parse(argv []string) Launch {
	var p parser
	words := make([]Word, 0, min(len(argv), maxWords))
	for i, a := range argv[:min(len(argv), maxWords)] {
		words = append(words, newWord(a, i))
	}
	p.line(words)
	p.finish()
	return p.l
}

// line reads the words as a client starts them, before any wrapper.
func (p *parser) line(words []Word) {
	if len(words) == 0 || words[0].Text == "" {
		return
	}
	if slices.ContainsFunc(words, func(w Word) bool { return isOperator(w.Text) }) {
		p.l.Shell = shellOfWords(words, POSIX)
		words = p.principal(&p.l.Shell, Word{}, "")
	} else if split, ok := p.splitCommand(words[0], len(words) == 1); ok {
		words = append(split, words[1:]...)
	}
	name := ""
	for range maxSteps {
		if len(words) == 0 {
			return
		}
		if name == "" {
			words = p.assignments(words)
			name = programName(words[0].Text)
		}
		next, more := p.step(name, words)
		if !more {
			return
		}
		name, words = next.name, next.words
	}
}

// stage is what is left to read: the words from a program on, and the name it
// is known by if that is not its first word.
type stage struct {
	name  string
	words []Word
}

// step reads one program and its own flags; more is false when the server
// itself was met.
func (p *parser) step(name string, words []Word) (next stage, more bool) {
	if !p.runs {
		p.l.Program, p.l.Name = words[0], name
	}
	for _, read := range []func(*parser, string, []Word) (stage, verdict){
		(*parser).wrapper, (*parser).shell, (*parser).runner, (*parser).bridge, (*parser).interpreter,
	} {
		switch next, v := read(p, name, words); v {
		case goesOn:
			return next, true
		case ends:
			return stage{}, false
		}
	}
	p.args(words[1:])
	if isPath(words[0].Text) && !p.runs {
		p.script(words[0])
	}
	return stage{}, false
}

// verdict is what a reader says of words: not its own, read and done, or read
// with a program behind it.
type verdict int

const (
	notMine verdict = iota
	ends
	goesOn
)

func (p *parser) args(words []Word) {
	p.l.Args = append(p.l.Args, words...)
}

func (p *parser) script(w Word) {
	if !p.contained && p.l.Script.Text == "" {
		p.l.Script = w
	}
}

func (p *parser) inline(w Word, lang string) {
	if p.l.Inline.Text == "" {
		p.l.Inline, p.l.InlineLang = w, lang
	}
}

func (p *parser) wrap(name string, words []Word) {
	p.l.Wrappers = append(p.l.Wrappers, Wrapper{name, words})
	p.runs = p.contained
}

// finish puts the main package first.
func (p *parser) finish() {
	main, extra := []Package(nil), []Package(nil)
	for _, f := range p.fetched {
		if f.Extra {
			extra = append(extra, f)
		} else {
			main = append(main, f)
		}
	}
	p.l.Packages = append(main, extra...)
	p.l.Ecosystem = p.l.Package().Ecosystem
}

// assignments reads "NAME=value program": what a shell would set.
func (p *parser) assignments(words []Word) []Word {
	for len(words) > 1 && p.assignment(words[0]) {
		words = words[1:]
	}
	return words
}

// assignment takes a word of the form NAME=value as a variable.
func (p *parser) assignment(w Word) bool {
	s, ok := settingOf(w)
	if ok {
		p.l.Env = append(p.l.Env, s)
	}
	return ok
}

// settingOf reads NAME=value.
func settingOf(w Word) (Setting, bool) {
	n := nameLength(w.Text)
	if n == 0 || n >= len(w.Text) || w.Text[n] != '=' {
		return Setting{}, false
	}
	v := w.part(n+1, len(w.Text))
	return Setting{Name: w.Text[:n], Value: v.Text, Word: v}, true
}

// passed reads NAME=value or NAME alone.
func passed(w Word) Setting {
	if s, ok := settingOf(w); ok {
		return s
	}
	return Setting{Name: w.Text, Passed: true, Word: w}
}

// nameLength is the length of the variable name that s begins with.
func nameLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}
