package launch

import (
	"strings"
)

// interpreter says how a program is given its program.
type interpreter struct {
	names  string // each between blanks
	lang   string
	flags  flags
	inline string // flags with code as their value
	module string // flags with a module's name
	file   string // flags with the file
	env    string // flags with a file of variables
	// skipWords are words that stand before the file: "run", "watch".
	skipWords string
}

var nodeFlags = flags{
	long: " --require --import --loader --experimental-loader --env-file --env-file-if-exists --eval --print --conditions --input-type --title --watch-path --inspect-port --icu-data-dir --openssl-config" +
		" --redirect-warnings --unhandled-rejections --experimental-config-file --tsconfig --project --compiler-options --exec --ext --watch --ignore --delay --config --cwd --test-reporter --dns-result-order --max-http-header-size ",
	short: "repCPwix",
}

// interpreterTable are interpreters and launchers.
var interpreterTable = []interpreter{
	{names: " node nodejs ", lang: "javascript", flags: without(nodeFlags, "wixP", " --exec --watch --ignore --delay --config --project --ext "), inline: " -e --eval -p --print ", env: " --env-file --env-file-if-exists "},
	{names: " tsx ts-node ts-node-esm ts-node-script vite-node babel-node swc-node esr jiti zx esbuild-runner esno sucrase-node ", lang: "javascript", flags: without(nodeFlags, "wix", " --watch "), inline: " -e --eval -p --print ", env: " --env-file --env-file-if-exists ", skipWords: " watch "},
	{names: " nodemon ", lang: "javascript", flags: nodeFlags},
	{names: " ruby jruby ", lang: "ruby", flags: flags{short: "eICErW", long: " --encoding "}, inline: " -e "},
	{names: " perl ", lang: "perl", flags: flags{short: "eEMmIC"}, inline: " -e -E "},
	{names: " php ", lang: "php", flags: flags{short: "rdcfStzBRFE", long: " --run --define --file --server "}, inline: " -r --run -B -R -E ", file: " -f --file -F "},
	{names: " lua luajit ", lang: "lua", flags: flags{short: "el"}, inline: " -e "},
	{names: " rscript r ", lang: "r", flags: flags{short: "e", long: " --file "}, inline: " -e ", file: " --file "},
	{names: " osascript ", lang: "applescript", flags: flags{short: "els"}, inline: " -e "},
	{names: " elixir ", lang: "elixir", flags: flags{short: "erSp", long: " --eval --name --sname "}, inline: " -e --eval "},
	{names: " julia ", lang: "julia", flags: flags{short: "eEJLpt", long: " --eval --print --project --load "}, inline: " -e -E --eval --print "},
	{names: " groovy ", lang: "groovy", flags: flags{short: "ecp"}, inline: " -e "},
	{names: " java ", lang: "java", flags: flags{long: " -cp -classpath --class-path -p --module-path -jar -m --module --add-modules ", dash: true}, file: " -jar ", module: " -m --module "},
	{names: " mcp fastmcp ", lang: "python", flags: flags{long: " --with --with-editable --transport --env-file --env-var --name --host --port --path --python --project --with-requirements --log-level --server-spec ", short: "tefvn"}, env: " --env-file -f ", skipWords: " run dev "},
	{names: " wscript cscript mshta ", lang: "vbscript", flags: flags{}},
}

// pythonFlags are Python's (docs.python.org/3/using/cmdline.html).
var pythonInterpreter = interpreter{lang: "python", flags: flags{long: " --check-hash-based-pycs ", short: "cmWXQ"}, inline: " -c ", module: " -m "}

func without(f flags, short, long string) flags {
	for _, c := range short {
		f.short = strings.ReplaceAll(f.short, string(c), "")
	}
	for name := range strings.FieldsSeq(long) {
		f.long = strings.ReplaceAll(f.long, " "+name+" ", " ")
	}
	return f
}

// interpreterOf finds an interpreter by its bare name.
func interpreterOf(name string) (interpreter, bool) {
	if isPython(name) {
		return pythonInterpreter, true
	}
	for _, in := range interpreterTable {
		if hasName(in.names, name) {
			return in, true
		}
	}
	if bare := strings.TrimRight(name, "0123456789."); bare != name && hasName(" php ruby perl lua node ", bare) { // php8.3
		return interpreterOf(bare)
	}
	return interpreter{}, false
}

func isInterpreter(name string) bool {
	_, ok := interpreterOf(name)
	return ok
}

// program is what an interpreter is given: code, a module or a file, and the
// words behind.
type program struct {
	code, module, file Word
	dir                Word
	envFiles           []Word
	rest               []Word
}

// read parts an interpreter's words. Code or a module end its own flags.
func (in interpreter) read(words []Word) program {
	var pr program
	for len(words) > 0 && pr.code.Text == "" && pr.module.Text == "" && pr.file.Text == "" {
		opts, rest, _ := in.flags.readOne(words)
		if len(opts) == 0 {
			words = rest
			break
		}
		words = rest
		for _, o := range opts {
			switch {
			case !o.hasValue && hasName(in.env, o.name):
				pr.envFiles = append(pr.envFiles, Word{Text: ".env", Arg: o.flag.Arg, Start: o.flag.Start, End: o.flag.End})
			case !o.hasValue:
			case hasName(in.inline, o.name):
				pr.code = o.value
			case hasName(in.module, o.name):
				pr.module = o.value
			case hasName(in.file, o.name):
				pr.file = o.value
			case hasName(in.env, o.name):
				pr.envFiles = append(pr.envFiles, o.value)
			case in.lang == "javascript" && strings.HasPrefix(o.value.Text, "dotenv/config"): // -r, --require, --import
				pr.envFiles = append(pr.envFiles, Word{Text: ".env", Arg: o.value.Arg, Start: o.value.Start, End: o.value.End})
			case o.name == "--cwd":
				pr.dir = o.value
			}
		}
	}
	if pr.code.Text == "" && pr.module.Text == "" && pr.file.Text == "" && len(words) > 0 {
		if in.skipWords != "" && len(words) > 1 && hasName(in.skipWords, words[0].Text) {
			_, words, _ = in.flags.read(words[1:])
		}
		if len(words) > 0 {
			pr.file, words = words[0], words[1:]
		}
	}
	pr.rest = words
	return pr
}

// readOne reads the flags of one word.
func (f flags) readOne(words []Word) (opts []option, rest []Word, dashes bool) {
	n := 1
	if len(words) > 1 && words[0].Text != "--" {
		n = 2
	}
	opts, rest, dashes = f.read(words[:n])
	if len(opts) == 0 {
		return nil, words[n-len(rest):], dashes
	}
	// A second flag among the two words is read in its turn.
	if len(rest) == 0 && n == 2 && opts[len(opts)-1].flag == words[1] {
		for len(opts) > 0 && opts[len(opts)-1].flag == words[1] {
			opts = opts[:len(opts)-1]
		}
		return opts, words[1:], false
	}
	return opts, words[n-len(rest):], dashes
}

// interpreter reads a program that runs a file, a module or given code.
func (p *parser) interpreter(name string, words []Word) (stage, verdict) {
	in, ok := interpreterOf(name)
	if !ok {
		return stage{}, notMine
	}
	if hasName(" mcp fastmcp ", name) && isPath(words[0].Text) && (len(words) < 2 || !hasName(" run dev ", words[1].Text)) {
		return stage{}, notMine // a program of its own that is called so
	}
	if name == "py" && len(words) > 1 && len(words[1].Text) > 1 && words[1].Text[0] == '-' && words[1].Text[1] >= '0' && words[1].Text[1] <= '9' {
		words = words[1:] // py -3.11 x.py
	}
	pr := in.read(words[1:])
	p.l.EnvFiles = append(p.l.EnvFiles, pr.envFiles...)
	if pr.dir.Text != "" {
		p.l.Dir = pr.dir
	}
	switch {
	case pr.code.Text != "":
		p.code(words, pr.code, in.lang)
	case pr.module.Text != "":
		p.module(pr.module)
		if in.lang == "python" && p.pythonModule(pr) {
			return stage{programName(pr.module.Text), append([]Word{pr.module}, pr.rest...)}, goesOn
		}
	case isURL(pr.file.Text) && hasName(" mcp fastmcp ", name):
		p.l.Bridge, p.l.URL = name, pr.file
		p.bridgeWords(pr.rest)
		return stage{}, ends
	case pr.file.Text != "" && pr.file.Text != "-":
		file := pr.file
		if file.Text == "-" || in.skipWords != "" && hasName(" version install list inspect ", file.Text) {
			break
		}
		if i := strings.LastIndexByte(file.Text, ':'); i > 0 && hasName(" mcp fastmcp ", name) && strings.HasSuffix(file.Text[:i], ".py") {
			file = file.part(0, i)
		}
		p.script(file)
	}
	p.args(pr.rest)
	return stage{}, ends
}

// pythonModule says whether a module is itself a program of this package:
// python -m uv run, python -m mcp_proxy.
func (p *parser) pythonModule(pr program) bool {
	switch pr.module.Text {
	case "uv", "pipx", "mcp", "fastmcp", "mcp_proxy":
		return true
	}
	return false
}

// code notes a program that stands in the words. Where the line has no shell,
// its words are looked at as one command: code can fetch.
func (p *parser) code(words []Word, code Word, lang string) {
	p.inline(code, lang)
	if len(p.l.Shell.Commands) == 0 {
		p.l.Shell = Shell{Commands: []Command{{Words: words, Parent: -1, ParentWord: -1}}}
	}
}

func (p *parser) inlineCode(words []Word, o option, lang string) (stage, verdict) {
	p.code(words, o.value, lang)
	return stage{}, ends
}
