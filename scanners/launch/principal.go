package launch

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"
)

// shell reads a shell that is started with a text or a file.
func (p *parser) shell(name string, words []Word) (stage, verdict) {
	switch {
	case isPOSIXShell(name):
		inv := readShell(words)
		switch {
		case inv.text.Text != "":
			p.wrap(name, take(words, inv.rest))
			return p.shellText(inv.text, POSIX)
		case inv.file.Text != "":
			p.script(inv.file)
		case !inv.stdin:
			return stage{}, notMine
		}
		p.args(inv.rest)
		return stage{}, ends
	case name == "powershell" || name == "pwsh":
		return p.powerShell(name, words)
	case name == "cmd":
		own, rest := readCMD(words)
		if len(rest) == 0 {
			return stage{}, notMine
		}
		p.wrap("cmd", own)
		if len(rest) == 1 && !isSpacedPath(rest[0].Text) {
			return p.shellText(rest[0], CMD)
		}
		return stage{"", rest}, goesOn
	}
	return stage{}, notMine
}

func (p *parser) powerShell(name string, words []Word) (stage, verdict) {
	inv := readPowerShell(name, words)
	switch {
	case inv.encoded.Text != "":
		p.wrap(name, words)
		next, v := p.shellText(decoded(inv.encoded), PowerShell)
		p.l.Inline, p.l.InlineLang = inv.encoded, "powershell"
		return next, v
	case len(inv.command) == 1:
		p.wrap(name, take(words, inv.command))
		return p.shellText(inv.command[0], PowerShell)
	case len(inv.command) > 1:
		p.wrap(name, take(words, inv.command))
		if isOperatorAmong(inv.command) {
			sh := shellOfWords(inv.command, PowerShell)
			p.keep(sh)
			return stage{"", p.principal(&sh, inv.command[0], "powershell")}, goesOn
		}
		return stage{"", trimCall(inv.command)}, goesOn
	case inv.file.Text != "":
		p.script(inv.file)
		p.args(inv.rest)
		return stage{}, ends
	}
	return stage{}, notMine
}

func isOperatorAmong(words []Word) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return isOperator(w.Text) })
}

// trimCall takes PowerShell's call operator off.
func trimCall(words []Word) []Word {
	if len(words) > 1 && words[0].Text == "&" {
		return words[1:]
	}
	return words
}

// psInvocation is what PowerShell is started with.
type psInvocation struct {
	command       []Word
	encoded, file Word
	rest          []Word
}

// readPowerShell reads PowerShell's parameters, which may be shortened
// (learn.microsoft.com: about_PowerShell_exe, about_pwsh). A word that is no
// parameter is a command for powershell, a file for pwsh.
func readPowerShell(name string, words []Word) psInvocation {
	for i := 1; i < len(words); i++ {
		rest := words[i+1:]
		param, ok := parameter(words[i].Text)
		switch {
		case !ok && (name == "pwsh" && isScriptFile(words[i].Text) || strings.HasSuffix(strings.ToLower(words[i].Text), ".ps1") && isPath(words[i].Text)):
			return psInvocation{file: words[i], rest: rest}
		case !ok:
			return psInvocation{command: words[i:]}
		case len(rest) == 0:
			return psInvocation{}
		case short(param, "command", 1) || short(param, "commandwithargs", 8) || param == "cwa":
			return psInvocation{command: rest}
		case short(param, "file", 1):
			return psInvocation{file: rest[0], rest: rest[1:]}
		case short(param, "encodedcommand", 1) || param == "ec":
			return psInvocation{encoded: rest[0]}
		case short(param, "executionpolicy", 2) || param == "ep", short(param, "windowstyle", 1), short(param, "version", 1), short(param, "inputformat", 2), short(param, "outputformat", 1),
			short(param, "psconsolefile", 1), short(param, "configurationname", 4), short(param, "configurationfile", 14), short(param, "workingdirectory", 2), param == "wd", short(param, "settingsfile", 3), short(param, "custompipename", 2):
			i++
		}
	}
	return psInvocation{}
}

// parameter is a parameter's name in lower case.
func parameter(s string) (string, bool) {
	name := strings.TrimLeft(s, "-–—/")
	if name == s || name == "" || isPath(name) {
		return "", false
	}
	return strings.ToLower(name), true
}

// short says whether s shortens name to at least n letters.
func short(s, name string, n int) bool { return len(s) >= n && strings.HasPrefix(name, s) }

// decoded is the text of an -EncodedCommand: base64 of UTF-16LE. Its words
// have the place of the encoded word.
func decoded(w Word) Word {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(w.Text))
	if err != nil || len(raw) > 4*maxShellText {
		return w
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
	}
	out := w
	out.Text = string(utf16.Decode(units))
	if len(out.Text) >= w.End-w.Start { // never taken for the bytes of the place
		out.Text = out.Text[:max(0, w.End-w.Start-1)]
	}
	return out
}

// keep holds the first shell text of a line; those within it are part of it.
func (p *parser) keep(sh Shell) {
	if len(p.l.Shell.Commands) == 0 {
		p.l.Shell = sh
	}
}

// shellText goes on with the command that a text comes to.
func (p *parser) shellText(text Word, lang Lang) (stage, verdict) {
	if lang == POSIX && guessLang(text.Text) == PowerShell && !strings.HasPrefix(text.Text, "exec ") {
		lang = PowerShell
	}
	sh := parseText(text, lang)
	p.keep(sh)
	words := p.principal(&sh, text, lang.String())
	if len(words) == 0 {
		return stage{}, ends
	}
	return stage{"", words}, goesOn
}

// principal is the command that a text comes to: the last that is neither
// preparation nor a filter of another one's output. A text of more than that
// one command is a program of its own.
func (p *parser) principal(sh *Shell, text Word, lang string) []Word {
	main, others := -1, 0
	for i := range sh.Commands {
		c := &sh.Commands[i]
		if c.Parent >= 0 || len(c.Words) == 0 {
			continue
		}
		if p.prepares(c) || main >= 0 && c.Join == Piped && hasName(" tee cat ", programName(c.Words[0].Text)) {
			continue
		}
		if main >= 0 {
			others++
		}
		main = i
	}
	if main < 0 {
		if len(sh.Commands) > 0 && text.Text != "" {
			p.inline(text, lang)
		}
		return nil
	}
	if others > 0 && lang != "" {
		p.inline(text, lang)
	}
	c := &sh.Commands[main]
	p.l.Env = append(p.l.Env, c.Env...)
	return trimCall(c.Words)
}

// prepares says whether a command only prepares for another: a folder, a
// variable, a build of what the repository holds. Packages that it installs
// are noted.
func (p *parser) prepares(c *Command) bool {
	name := programName(c.Words[0].Text)
	args := c.Words[1:]
	switch name {
	case "cd", "pushd", "set-location", "sl", "chdir":
		if len(args) > 0 && !p.contained {
			p.l.Dir = args[len(args)-1]
		}
		return true
	case "export", "set", "setx", "unset", "umask", "ulimit", "true", ":", "exit", "wait", "trap", "echo", "printf", "sleep", "test", "[", "[[", "source", ".", "shopt", "chcp", "nvm", "fnm", "popd", "mkdir", "write-host", "write-output", "command", "which", "type", "return", "set-executionpolicy", "@echo":
		for _, a := range args {
			if s, ok := settingOf(a); ok && (name == "export" || name == "set") {
				p.l.Env = append(p.l.Env, s)
			}
		}
		return name != "command" || len(args) > 0 && args[0].Text == "-v"
	case "eval":
		return len(args) > 0 && args[0].Dynamic && !strings.Contains(args[0].Text, "http")
	case "npm", "pnpm", "yarn", "bun":
		return p.builds(name, args, NPM)
	case "pip", "pip3", "uv", "pipx":
		return p.builds(name, args, PyPI)
	case "make", "tsc":
		return c.Join != First || len(args) > 0
	case "go", "cargo", "dotnet":
		return len(args) > 0 && hasName(" build mod install restore fetch ", args[0].Text)
	case "git":
		return len(args) > 0 && hasName(" pull fetch checkout submodule ", args[0].Text)
	}
	return strings.HasPrefix(name, "$env:") && strings.Contains(c.Words[0].Text, "=") || strings.HasPrefix(name, "$") && len(args) > 1 && args[0].Text == "="
}

// builds says whether a package manager installs or builds, and notes what it
// installs by name.
func (p *parser) builds(name string, args []Word, ecosystem string) bool {
	f := npmFlags
	if ecosystem == PyPI {
		f = flags{long: uvFlags.long + "--requirement --editable --target --constraint ", short: "rectif"}
	}
	if name == "uv" && len(args) > 0 && hasName(" pip tool ", args[0].Text) {
		args = args[1:]
	}
	if len(args) == 0 {
		return name == "yarn"
	}
	switch args[0].Text {
	case "ci", "sync", "build", "lock", "venv", "upgrade", "self", "update":
		return true
	case "run", "run-script":
		return len(args) > 1 && hasName(" build compile prepare bundle ", args[1].Text)
	case "install", "i", "add", "ensure":
	default:
		return false
	}
	for rest := args[1:]; len(rest) > 0; {
		var opts []option
		opts, rest, _ = f.read(rest)
		for _, o := range opts {
			if hasName(" --registry --index-url --extra-index-url --default-index --index --find-links ", o.name) && o.hasValue {
				p.registry(o.value)
			}
		}
		if len(rest) > 0 {
			if w := rest[0]; w.Text != "" {
				p.fetch(specification(ecosystem, w), false, true)
			}
			rest = rest[1:]
		}
	}
	return true
}
