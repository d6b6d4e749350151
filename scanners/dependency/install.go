package dependency

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/launch"
)

// installer is a program that fetches what its words name.
type installer struct {
	ecosystem string
	verbs     []string // the words before the names, "" for none
	valued    string   // flags that take the next word
	version   string   // flags whose value is the version
}

// Flags that take a word, of the programs of one ecosystem.
const (
	pipValued   = " -r --requirement -c --constraint -t --target -i --index-url --extra-index-url -f --find-links --trusted-host --prefix --root --platform --python-version --python --cache-dir --index --group -G -p -n --name -m --timeout --retries --proxy --log --src --progress-bar --extra --with-requirements "
	npmValued   = " --registry --prefix --cache --tag --filter -F --workspace --cwd --dir -C --loglevel --network-timeout "
	gemValued   = " -v --version -i --install-dir -n --bindir -s --source -P --trust-policy --group "
	cargoValued = " --version --vers --git --branch --tag --rev --path --root --features -F --registry --index --bin --target --profile -j --jobs -Z --manifest-path --package -p "
	netValued   = " --version -v --source -s --framework -f --package-directory --tool-path --add-source --configfile --project "
)

// installers are the programs by their names (their own help, 2026-11).
var installers = map[string]installer{
	"pip":            {"pypi", []string{"install", "download", "wheel"}, pipValued, ""},
	"uv":             {"pypi", []string{"pip install", "add", "tool install", "tool run"}, pipValued, ""},
	"uvx":            {"pypi", []string{""}, pipValued, ""},
	"pipx":           {"pypi", []string{"install", "run"}, pipValued, ""},
	"poetry":         {"pypi", []string{"add"}, pipValued, ""},
	"pdm":            {"pypi", []string{"add"}, pipValued, ""},
	"rye":            {"pypi", []string{"add", "install", "tools install"}, pipValued, ""},
	"pipenv":         {"pypi", []string{"install"}, pipValued, ""},
	"conda":          {"pypi", []string{"install", "create"}, pipValued + "-c --channel ", ""},
	"mamba":          {"pypi", []string{"install", "create"}, pipValued + "-c --channel ", ""},
	"micromamba":     {"pypi", []string{"install", "create"}, pipValued + "-c --channel ", ""},
	"npm":            {"npm", []string{"install", "i", "add", "exec"}, npmValued, ""},
	"npx":            {"npm", []string{""}, npmValued, ""},
	"pnpm":           {"npm", []string{"add", "install", "i", "dlx"}, npmValued, ""},
	"yarn":           {"npm", []string{"add", "global add", "dlx"}, npmValued, ""},
	"bun":            {"npm", []string{"add", "install", "i", "x"}, npmValued, ""},
	"bunx":           {"npm", []string{""}, npmValued, ""},
	"gem":            {"gem", []string{"install", "i"}, gemValued, " -v --version "},
	"bundle":         {"gem", []string{"add"}, gemValued, " -v --version "},
	"go":             {"go", []string{"install", "get", "run"}, " -ldflags -tags -C -o -p -mod -modfile ", ""},
	"cargo":          {"cargo", []string{"install", "add", "binstall"}, cargoValued, " --version --vers "},
	"cargo-binstall": {"cargo", []string{""}, cargoValued, " --version "},
	"dotnet":         {"nuget", []string{"add package", "tool install", "package add"}, netValued, " --version -v "},
	"composer":       {"composer", []string{"require", "global require"}, " -d --working-dir ", ""},
}

// installMarks are what one of must stand in a command that installs, beside a
// blank or a quote.
var installMarks = []string{"install", "add", "uvx", "npx", "bunx", "dlx", "exec", "require", "run", "get", "wheel", "download", "create", "bun x", "npm i", "gem i"}

// placed is a word of a command and the offset of its first byte in the file.
type placed struct {
	text  string
	start int
}

// readShell reads what the commands of a shell's text install.
func (f *file) readShell(start int, text string) {
	if !mentionsAny(text, installMarks) {
		return
	}
	for _, c := range launch.ParseShell(text).Commands {
		name, words := c.Program()
		if len(words) == 0 || name == "" {
			continue
		}
		places := []placed{{name, start}}
		for _, w := range words[1:] {
			places = append(places, placed{w.Text, start + w.Start})
		}
		f.addInstalls(places)
	}
}

// addInstalls adds the packages among the words of one command.
func (f *file) addInstalls(words []placed) {
	if len(words) == 0 {
		return
	}
	name := words[0].text[strings.LastIndexByte(words[0].text, '/')+1:]
	words = words[1:]
	if strings.HasPrefix(name, "python") || name == "py" {
		i := slices.IndexFunc(words, func(w placed) bool { return w.text == "-m" })
		if i < 0 || i+1 >= len(words) {
			return
		}
		name, words = words[i+1].text, words[i+2:]
	}
	if strings.HasPrefix(name, "pip") && strings.Trim(name[len("pip"):], "0123456789.") == "" {
		name = "pip"
	}
	how, ok := installers[name]
	if !ok {
		return
	}
	words, version := how.names(words)
	words, ok = how.behindVerb(words)
	for _, w := range words {
		if ok {
			f.addInstalled(how.ecosystem, w, version)
		}
	}
}

// names are the words that are no flags and no values of flags, and the version
// that a flag gives.
func (how *installer) names(words []placed) (names []placed, version string) {
	for i := 0; i < len(words); i++ {
		flag, value, joined := strings.Cut(words[i].text, "=")
		switch {
		case !strings.HasPrefix(flag, "-"):
			names = append(names, words[i])
		case strings.Contains(how.valued, " "+flag+" "):
			if !joined && i+1 < len(words) {
				i++
				value = words[i].text
			}
			if strings.Contains(how.version, " "+flag+" ") {
				version = value
			}
		}
	}
	return names, version
}

// running are the verbs behind which one package stands and then its own words.
const running = "||tool run|run|exec|dlx|x|"

// behindVerb are the words that name packages, behind the verb.
func (how *installer) behindVerb(words []placed) ([]placed, bool) {
	for _, verb := range how.verbs {
		parts := strings.Fields(verb)
		if len(words) < len(parts) {
			continue
		}
		i := 0
		for i < len(parts) && words[i].text == parts[i] {
			i++
		}
		if i < len(parts) {
			continue
		}
		if words = words[i:]; strings.Contains(running, "|"+verb+"|") {
			words = words[:min(1, len(words))]
		}
		return words, true
	}
	return nil, false
}

// addInstalled adds a package as the words of its program name it.
func (f *file) addInstalled(ecosystem string, w placed, version string) {
	if ecosystem == "pypi" {
		if r, ok := parseConda(w.text); ok && strings.Contains(w.text, "=") && !strings.Contains(w.text, "==") && !strings.ContainsAny(w.text, "<>!~") {
			f.add(mention{ecosystem: ecosystem, name: r.name, start: w.start + r.at, end: w.start + r.at + len(r.name), version: r.version})
			return
		}
		if r, ok := parseRequirement(w.text); ok {
			name, at, _ := strings.Cut(r.version, "@") // of uv and Poetry: name@version
			f.add(mention{ecosystem: ecosystem, name: r.name, start: w.start + r.at, end: w.start + r.at + len(r.name), version: interpolate(strings.TrimSpace(name+at), f.vars)})
		}
		return
	}
	name, at, mark := w.text, 0, "@"
	if rest, ok := strings.CutPrefix(name, "npm:"); ok {
		name, at = rest, len("npm:")
	}
	if ecosystem == "composer" || ecosystem == "gem" {
		mark = ":"
	}
	if i := strings.Index(name[min(1, len(name)):], mark); i >= 0 {
		if alias := parseSpec(name[i+2:]); alias.alias != "" {
			name, at = name[i+2+alias.at:], at+i+2+alias.at
			i = strings.Index(name[min(1, len(name)):], mark)
		}
		if i >= 0 {
			name, version = name[:i+1], name[i+2:]
		}
	}
	f.add(mention{ecosystem: ecosystem, name: name, start: w.start + at, end: w.start + at + len(name), version: interpolate(version, f.vars)})
}
