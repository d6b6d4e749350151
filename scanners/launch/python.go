package launch

import (
	"slices"
	"strings"
)

// Flags with a value of uv (docs.astral.sh/uv/reference/cli) and of pipx.
var (
	uvFlags = flags{
		long: " --with --with-editable --with-requirements --from --python --env-file --directory --project --package --extra --no-extra --group --no-group --only-group --index --default-index" +
			" --index-url --extra-index-url --find-links --upgrade-package --upgrade-group --reinstall-package --refresh-package --index-strategy --keyring-provider --resolution --prerelease --fork-strategy" +
			" --config-setting --config-settings --config-settings-package --no-build-isolation-package --no-build-package --no-binary-package --no-sources-package --exclude-newer --exclude-newer-package --link-mode --cache-dir --config-file --color" +
			" --allow-insecure-host --python-platform --python-preference --python-fetch --constraints --overrides --build-constraints --excludes --torch-backend --module --with-executables-from ",
		short: "wpPifCcbm",
	}
	pipxFlags = flags{long: " --spec --python --index-url --pip-args --with --backend --fetch-python ", short: "i"}
)

// pythonRun is what the flags of uv and pipx say.
type pythonRun struct {
	with          []Word
	from, module  Word
	script, local bool
}

// pythonOptions reads the flags; what concerns the launch as a whole is noted
// at once.
func (p *parser) pythonOptions(opts []option) pythonRun {
	var run pythonRun
	for _, o := range opts {
		switch o.name {
		case "--with", "-w":
			for part := range splitList(o.value) {
				run.with = append(run.with, part)
			}
		case "--from", "--spec":
			run.from = o.value
		case "--module", "-m":
			run.module = o.value
		case "--script", "-s", "--gui-script":
			run.script = true
		case "--offline":
			run.local = !o.off()
		case "--env-file":
			p.l.EnvFiles = append(p.l.EnvFiles, o.value)
		case "--directory", "--project":
			p.l.Dir = o.value
		case "--index-url", "-i", "--extra-index-url", "--default-index", "--index", "--find-links", "-f":
			p.registry(afterName(o.value))
		case "--pip-args":
			p.pipArgs(o.value)
		}
	}
	return run
}

// splitList parts a comma-separated list of specifications: "a,b==1". A comma
// before a version belongs to it: "a>=1,<2"; so does one between brackets.
func splitList(w Word) func(func(Word) bool) {
	return func(yield func(Word) bool) {
		from, depth := 0, 0
		for i := 0; i <= len(w.Text); i++ {
			if i < len(w.Text) {
				switch w.Text[i] {
				case '[':
					depth++
				case ']':
					depth--
				}
				if w.Text[i] != ',' || depth > 0 || i+1 < len(w.Text) && strings.IndexByte("<>=!~ ", w.Text[i+1]) >= 0 {
					continue
				}
			}
			if i > from && !yield(w.part(from, i)) {
				return
			}
			from = i + 1
		}
	}
}

// afterName takes uv's name off an index: name=https://…
func afterName(w Word) Word {
	if name, _, ok := strings.Cut(w.Text, "="); ok && name != "" && !strings.ContainsAny(name, ":/?$") {
		return w.part(len(name)+1, len(w.Text))
	}
	return w
}

// pipArgs looks for an index among arguments that are handed on to pip.
func (p *parser) pipArgs(w Word) {
	for _, c := range lex(w, POSIX).Commands {
		opts, _, _ := flags{long: " --index-url --extra-index-url --find-links ", short: "if"}.read(c.Words)
		for _, o := range opts {
			if hasName(" --index-url --extra-index-url --find-links -i -f ", o.name) {
				p.registry(o.value)
			}
		}
	}
}

// uv reads "uv run" and "uv tool run".
func (p *parser) uv(words []Word) (stage, verdict) {
	opts, rest, _ := uvFlags.read(words[1:])
	p.pythonOptions(opts)
	if len(rest) == 0 {
		return stage{}, notMine
	}
	switch rest[0].Text {
	case "run":
		return p.uvRun(rest[1:])
	case "x":
		return p.uvTool("uvx", words, rest[1:])
	case "tool":
		opts, rest, _ = uvFlags.read(rest[1:])
		p.pythonOptions(opts)
		if len(rest) > 0 && rest[0].Text == "run" {
			return p.uvTool("uv tool run", words, rest[1:])
		}
	}
	return stage{}, notMine
}

// uvTool reads what stands behind uvx.
func (p *parser) uvTool(name string, words, rest []Word) (stage, verdict) {
	opts, rest, _ := uvFlags.read(rest)
	run := p.pythonOptions(opts)
	p.l.Runner, p.runs = name, true
	pkg := Package{}
	switch {
	case run.from.Text != "":
		pkg = specification(PyPI, run.from)
	case len(rest) > 0:
		pkg = specification(PyPI, rest[0])
	}
	if isPython(programName(pkg.Name)) && run.from.Text == "" { // uvx python: the interpreter, not a package of that name
		pkg = Package{}
	}
	p.fetch(pkg, run.local, false)
	for _, w := range run.with {
		p.fetch(specification(PyPI, w), run.local, true)
	}
	if len(rest) == 0 {
		return stage{}, ends
	}
	if run.from.Text != "" || pkg.Word.Text == "" {
		return stage{programName(rest[0].Text), rest}, goesOn
	}
	return p.installed(pkg, words, rest)
}

// uvRun reads what stands behind "uv run": a script, an address, a module or a
// program of the project or of what is added to it.
func (p *parser) uvRun(words []Word) (stage, verdict) {
	opts, rest, _ := uvFlags.read(words)
	run := p.pythonOptions(opts)
	p.l.Runner, p.runs = "uv run", true
	main := -1
	if len(rest) > 0 {
		main = slices.IndexFunc(run.with, func(w Word) bool {
			return specification(PyPI, w).Name == foldPyPI(programName(rest[0].Text)) && !hasName(" mcp fastmcp ", rest[0].Text)
		})
	}
	for i, w := range run.with {
		p.fetch(specification(PyPI, w), run.local, i != main)
	}
	if run.module.Text != "" {
		p.module(run.module)
		p.args(rest)
		return stage{}, ends
	}
	if len(rest) == 0 {
		return stage{}, ends
	}
	target := rest[0]
	switch {
	case isURL(target.Text):
		p.fetch(addressOf(target.Text, target), run.local, false)
		p.args(rest[1:])
		return stage{}, ends
	case run.script || isScriptFile(target.Text):
		p.script(target)
		p.args(rest[1:])
		return stage{}, ends
	case main >= 0:
		p.args(rest[1:])
		return stage{}, ends
	}
	return stage{programName(target.Text), rest}, goesOn
}

// pipx reads "pipx run".
func (p *parser) pipx(words []Word) (stage, verdict) {
	opts, rest, _ := pipxFlags.read(words[1:])
	p.pythonOptions(opts)
	if len(rest) == 0 || rest[0].Text != "run" {
		return stage{}, notMine
	}
	opts, rest, _ = pipxFlags.read(rest[1:])
	run := p.pythonOptions(opts)
	p.l.Runner, p.runs = "pipx run", true
	if len(rest) == 0 {
		return stage{}, ends
	}
	target := rest[0]
	defer func() {
		for _, w := range run.with {
			p.fetch(specification(PyPI, w), false, true)
		}
	}()
	switch {
	case run.from.Text != "":
		p.fetch(specification(PyPI, run.from), false, false)
		return stage{programName(target.Text), rest}, goesOn
	case isURL(target.Text):
		p.fetch(addressOf(target.Text, target), false, false)
		p.args(rest[1:])
		return stage{}, ends
	case isScriptFile(target.Text):
		p.script(target)
		p.args(rest[1:])
		return stage{}, ends
	}
	pkg := specification(PyPI, target)
	p.fetch(pkg, false, false)
	return p.installed(pkg, words, rest)
}

func (p *parser) module(w Word) {
	if !p.contained {
		p.l.Module = w
	}
}

// isPython says whether a program is a Python interpreter: python3.12, pypy.
func isPython(name string) bool {
	rest, ok := strings.CutPrefix(name, "python")
	if !ok {
		rest, ok = strings.CutPrefix(name, "pypy")
	}
	return ok && strings.Trim(rest, "0123456789.w") == "" || name == "py"
}
