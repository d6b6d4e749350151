package launch

import (
	"strings"
)

// Bounds of a shell's text.
const (
	maxShellText = 32 << 10 // what the shell parser is given
	maxOpeners   = 1500     // brackets, keywords and operators that may nest in it
	maxCommands  = 500
	maxShellNest = 4 // texts within texts: bash -c "bash -c '…'"
)

// Lang is the language of a shell's text.
type Lang int

const (
	POSIX Lang = iota
	PowerShell
	CMD
)

var langNames = [...]string{"sh", "powershell", "cmd"}

func (l Lang) String() string { return langNames[l] }

// Shell is a text for a shell, as simple commands in the order of the text.
type Shell struct {
	Commands []Command
	Lang     Lang
	// Rough says that the text was not a program the shell parser takes (too
	// long, nested too deep, an error): it was split by a tolerant reader.
	Rough bool
}

// Join is how a command follows the one before it.
type Join int

const (
	First Join = iota // of its list
	Then              // ; & or a new line
	And               // &&
	Or                // ||
	Piped             // | reads what the one before writes
)

// Place is where a command stands.
type Place int

const (
	Top          Place = iota // in the text itself, also in a loop, a group or a function
	Substitution              // $(…) or `…`, in PowerShell (…)
	Process                   // <(…) or >(…)
	Nested                    // the text that its parent is given to run: sh -c "…", eval
)

// Command is one simple command. Words holds program and arguments, without
// assignments before it and without redirections.
type Command struct {
	Words     []Word
	Env       []Setting
	Redirects []Redirect
	Join      Join
	Place     Place
	// Parent is the index of the command in whose words this one stands, -1 at
	// the top; ParentWord the index of the word there: -1 for an assignment or
	// a redirection.
	Parent, ParentWord int
	// In and Out are the pipes it reads and writes, 0 for none.
	In, Out int
	// into is the variable that a substitution's output is given to.
	into string
}

// Program is the bare name and the words of what a command runs behind its
// wrappers: of "sudo -u x env A=1 curl h" those of curl.
func (c Command) Program() (name string, words []Word) {
	name, words, _ = unwrapAll(c.Words)
	return name, words
}

// Redirect is one redirection. Op is as written without the descriptor: ">",
// ">>", "<", "<<<", "&>". Of a here-document, Target is the text.
type Redirect struct {
	Op     string
	FD     string
	Target Word
}

// ParseShell reads a text for a shell: POSIX, bash, PowerShell or Windows' cmd,
// whichever it looks like. Words have Arg 0 and their bytes in text.
func ParseShell(text string) Shell {
	return parseText(newWord(text, 0), guessLang(text))
}

// parseText reads the text of w.
func parseText(w Word, lang Lang) Shell { return parseNested(w, lang, 0) }

func parseNested(w Word, lang Lang, depth int) Shell {
	var sh Shell
	ok := false
	if lang == POSIX {
		sh, ok = parsePOSIX(w)
	}
	if !ok {
		rough := lang == POSIX
		sh = lex(w, lang)
		sh.Rough = rough
	}
	sh.Lang = lang
	sh.nest(depth)
	return sh
}

// nest adds the commands of texts that commands are given to run.
func (sh *Shell) nest(depth int) {
	if depth >= maxShellNest {
		return
	}
	for i, n := 0, len(sh.Commands); i < n; i++ {
		c := sh.Commands[i]
		text, lang, ok := textOf(c.Words)
		if !ok {
			continue
		}
		inner := parseNested(text, lang, depth+1)
		sh.add(inner, i)
		if len(sh.Commands) >= maxCommands {
			return
		}
	}
}

// add appends the commands of a text that command parent runs.
func (sh *Shell) add(inner Shell, parent int) {
	base, pipes := len(sh.Commands), 0
	for _, c := range sh.Commands {
		pipes = max(pipes, c.In, c.Out)
	}
	sh.Rough = sh.Rough || inner.Rough
	for _, c := range inner.Commands[:min(len(inner.Commands), max(0, maxCommands-base))] {
		if c.In > 0 {
			c.In += pipes
		} else if c.Place == Top {
			c.In = sh.Commands[parent].In
		}
		if c.Out > 0 {
			c.Out += pipes
		} else if c.Place == Top {
			c.Out = sh.Commands[parent].Out
		}
		if c.Parent >= 0 {
			c.Parent += base
		} else {
			c.Parent, c.Place, c.ParentWord = parent, Nested, -1
		}
		sh.Commands = append(sh.Commands, c)
	}
}

// textOf is the text that a command gives to a shell: bash -c TEXT, eval TEXT,
// powershell -Command TEXT, cmd /c TEXT, su -c TEXT.
func textOf(words []Word) (Word, Lang, bool) {
	name, words, text := unwrapAll(words)
	if text.Text != "" {
		return text, POSIX, true
	}
	switch {
	case name == "eval" && len(words) == 2:
		return words[1], POSIX, true
	case isPOSIXShell(name):
		inv := readShell(words)
		return inv.text, POSIX, inv.text.Text != ""
	case name == "powershell" || name == "pwsh":
		inv := readPowerShell(name, words)
		switch {
		case len(inv.command) == 1:
			return inv.command[0], PowerShell, true
		case inv.encoded.Text != "":
			return decoded(inv.encoded), PowerShell, true
		}
	case name == "cmd":
		_, rest := readCMD(words)
		if len(rest) == 1 {
			return rest[0], CMD, true
		}
	case (name == "iex" || name == "invoke-expression") && len(words) == 2:
		return words[1], PowerShell, true
	}
	return Word{}, 0, false
}

// unwrapAll takes the wrappers off a command. text is that of a wrapper that
// takes a whole line.
func unwrapAll(words []Word) (name string, rest []Word, text Word) {
	for range maxSteps {
		for len(words) > 0 {
			if _, ok := settingOf(words[0]); !ok {
				break
			}
			words = words[1:]
		}
		if len(words) == 0 {
			return "", nil, Word{}
		}
		words = behindAssignment(words)
		name = programName(words[0].Text)
		if behind := behindShell(name, words); len(behind) > 1 {
			words = behind
			continue
		}
		w, behind, ok := wrapperOf(name, words)
		if !ok || name == "docker-compose" {
			return name, words, Word{}
		}
		u := w.unwrap(behind)
		if u.text.Text != "" {
			return name, words, u.text
		}
		if len(u.command) == 0 {
			return name, words, Word{}
		}
		words = u.command
	}
	return name, words, Word{}
}

// behindAssignment is the command whose output PowerShell gives a variable:
// $x = command.
func behindAssignment(words []Word) []Word {
	name, ok := strings.CutPrefix(words[0].Text, "$")
	n := nameLength(name)
	if !ok || n == 0 {
		return words
	}
	switch {
	case n == len(name) && len(words) > 2 && words[1].Text == "=":
		return words[2:]
	case strings.HasPrefix(name[n:], "=") && len(name) > n+1:
		return append([]Word{words[0].part(n+2, len(words[0].Text))}, words[1:]...)
	case strings.HasPrefix(name[n:], "=") && len(words) > 1:
		return words[1:]
	}
	return words
}

// behindShell is the command that cmd or PowerShell is given as words.
func behindShell(name string, words []Word) []Word {
	switch name {
	case "cmd":
		_, rest := readCMD(words)
		return rest
	case "powershell", "pwsh":
		return readPowerShell(name, words).command
	}
	return nil
}

func isPOSIXShell(name string) bool {
	return hasName(" sh bash zsh dash ksh mksh ash fish rbash git-bash ", name)
}

func isShell(name string) bool {
	return isPOSIXShell(name) || hasName(" powershell pwsh cmd ", name)
}

// invocation is what a POSIX shell is started with.
type invocation struct {
	text  Word // -c
	file  Word
	rest  []Word
	stdin bool // it reads its program from its input
}

// readShell reads the flags of a shell: -c takes the first word that is no
// flag, wherever it stands among them.
func readShell(words []Word) invocation {
	f := flags{long: " --rcfile --init-file --init-command ", short: "oOC"}
	opts, rest, _ := f.read(words[1:])
	inv := invocation{}
	command, stdin := false, false
	for _, o := range opts {
		command = command || o.name == "-c" || o.name == "--command"
		stdin = stdin || o.name == "-s"
		if o.name == "--command" && o.hasValue {
			inv.text = o.value
		}
	}
	switch {
	case inv.text.Text != "":
	case command && len(rest) > 0:
		inv.text, rest = rest[0], rest[1:]
	case stdin || len(rest) == 0:
		inv.stdin = true
	case rest[0].Text == "-" || rest[0].Text == "/dev/stdin" || rest[0].Text == "/dev/fd/0":
		inv.stdin, rest = true, rest[1:]
	default:
		inv.file, rest = rest[0], rest[1:]
	}
	inv.rest = rest
	return inv
}

// readCMD reads the switches of cmd; rest is the command behind /c or /k.
func readCMD(words []Word) (own, rest []Word) {
	for i, w := range words[1:] {
		s := strings.ToLower(w.Text)
		if len(s) < 2 || s[0] != '/' {
			return words, nil
		}
		if s == "/c" || s == "/k" || s == "/r" || s == "//c" {
			return words[:i+2], words[i+2:]
		}
		if (strings.HasPrefix(s, "/c") || strings.HasPrefix(s, "/k")) && len(s) > 2 { // /cnpx
			return words[:i+1], append([]Word{w.part(2, len(w.Text))}, words[i+2:]...)
		}
	}
	return words, nil
}

// guessLang says in which shell's language a text is.
func guessLang(text string) Lang {
	lower := strings.ToLower(text[:min(len(text), maxShellText)])
	first, _, _ := strings.Cut(strings.TrimSpace(lower), " ")
	switch programName(first) {
	case "powershell", "pwsh":
		return POSIX // its arguments are quoted words
	case "certutil", "bitsadmin", "cmd":
		return CMD
	}
	if isPowerShell(lower) {
		return PowerShell
	}
	if strings.HasPrefix(lower, "@echo") || isDrive(lower) || strings.Contains(lower, ` c:\`) || percentName(lower) {
		return CMD
	}
	return POSIX
}

// percentName says whether a text holds a variable of cmd: %NAME%.
func percentName(s string) bool {
	for i := strings.IndexByte(s, '%'); i >= 0; {
		n := nameLength(s[i+1:])
		if n > 1 && i+1+n < len(s) && s[i+1+n] == '%' {
			return true
		}
		next := strings.IndexByte(s[i+1:], '%')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// isPowerShell looks for what only PowerShell writes.
func isPowerShell(lower string) bool {
	for _, mark := range []string{"$env:", "invoke-webrequest", "invoke-restmethod", "invoke-expression", "invoke-command", "new-object ", "start-process", "start-bitstransfer", "-outfile", "out-file ", "[net.", "[system.", "[scriptblock]", ".downloadstring(", ".downloadfile(", "set-executionpolicy", "write-host", "expand-archive"} {
		if strings.Contains(lower, mark) {
			return true
		}
	}
	for _, alias := range []string{"iwr", "irm", "iex"} {
		for rest := lower; ; {
			i := strings.Index(rest, alias)
			if i < 0 {
				break
			}
			before, after := byte(' '), byte(' ')
			if i > 0 {
				before = rest[i-1]
			}
			if i+3 < len(rest) {
				after = rest[i+3]
			}
			if strings.IndexByte(" (|;&{\n\t", before) >= 0 && strings.IndexByte(" )|;(\n\t\"'", after) >= 0 {
				return true
			}
			rest = rest[i+3:]
		}
	}
	return false
}
