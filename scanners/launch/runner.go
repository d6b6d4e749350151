package launch

import (
	"slices"
	"strings"
)

// runner reads a program that fetches or builds what it runs, or that runs a
// script of the repository's manifest.
func (p *parser) runner(name string, words []Word) (stage, verdict) {
	switch name {
	case "npx", "bunx", "pnpx", "pnx", "dnx", "uvx":
		return p.short(name, words)
	case "npm", "pnpm", "yarn", "yarnpkg", "bun":
		return p.npmTool(name, words)
	case "uv":
		return p.uv(words)
	case "pipx":
		return p.pipx(words)
	case "docker", "podman", "nerdctl", "container":
		return p.docker(name, words)
	case "go":
		return p.goTool(words)
	case "deno":
		return p.deno(words)
	case "dotnet":
		return p.dotnet(words)
	case "cargo", "make", "just", "task", "gradle", "gradlew", "mvn", "mvnw", "composer", "rake", "turbo", "nx", "lerna":
		return p.buildTool(name, words)
	}
	return stage{}, notMine
}

// short reads the runners that are one word.
func (p *parser) short(name string, words []Word) (stage, verdict) {
	switch name {
	case "uvx":
		return p.uvTool("uvx", words, words[1:])
	case "dnx":
		return p.dotnetTool("dnx", words[1:])
	case "pnpx", "pnx":
		name = "pnpm dlx"
	}
	return p.npmRun(name, words, words[1:], false)
}

// npmFlags are the flags with a value of npx, npm exec, pnpm dlx, yarn dlx and
// bunx (docs.npmjs.com/cli/commands/npx, pnpm.io/cli/dlx, yarnpkg.com/cli/dlx,
// bun.sh/docs/cli/bunx).
var npmFlags = flags{
	long:  " --package --call --cache --registry --loglevel --prefix --workspace --userconfig --globalconfig --node-options --script-shell --shell --node-arg --dir --reporter --filter --config --allow-build --store-dir --cwd ",
	short: "pcwnC",
}

// npmRun reads what stands behind npx and its like. local says that only what
// is installed is run.
func (p *parser) npmRun(name string, words, rest []Word, local bool) (stage, verdict) {
	opts, rest, dashes := npmFlags.read(rest)
	var packages []Word
	call := Word{}
	for _, o := range opts {
		switch o.name {
		case "-p", "--package":
			packages = append(packages, o.value)
		case "-c", "--call":
			call = o.value
		case "--registry":
			p.registry(o.value)
		case "--no-install", "--no", "--offline":
			local = local || !o.off()
		case "--yes", "--install":
			local = local || o.off()
		case "--prefix", "--dir", "-C", "--cwd":
			p.l.Dir = o.value
		default:
			if strings.HasPrefix(o.name, "--@") && strings.HasSuffix(o.name, ":registry") {
				p.registry(o.value)
			}
		}
	}
	p.l.Runner, p.runs = name, true
	if strings.HasPrefix(name, "npm") && len(packages) == 0 && len(rest) > 1 && rest[1].Text == "--" { // npm exec x -- args
		rest = append([]Word{rest[0]}, rest[2:]...)
	} else if !dashes && len(packages) > 0 && len(rest) > 0 && rest[0].Text == "--" {
		rest = rest[1:]
	}
	for i, w := range packages {
		p.fetch(specification(NPM, w), local, i > 0)
	}
	if call.Text != "" {
		return p.shellText(call, POSIX)
	}
	if len(rest) == 0 {
		return stage{}, ends
	}
	if len(packages) > 0 {
		return stage{programName(rest[0].Text), rest}, goesOn
	}
	pkg := specification(NPM, rest[0])
	p.fetch(pkg, local, false)
	return p.installed(pkg, words, rest)
}

// fetch notes a package that is fetched, or only looked for if local.
func (p *parser) fetch(pkg Package, local, extra bool) {
	if pkg.Word.Text == "" || len(p.fetched) >= maxWords {
		return
	}
	if local && pkg.Pin != PinUnknown {
		pkg.Pin = PinLocal
	}
	pkg.Extra = extra
	p.fetched = append(p.fetched, pkg)
	if pkg.Pin == PinLocal && !extra && isLocal(pkg.Word.Text) && pkg.Ecosystem != OCI {
		p.script(pkg.Word)
	}
}

// binaries are programs whose package is named otherwise.
var binaries = map[string]string{
	"dotenv-cli": "dotenv", "python-dotenv": "dotenv", "@dotenvx/dotenvx": "dotenvx", "@smithery/cli": "smithery", "@pyroprompts/mcp-stdio-to-streamable-http-adapter": "mcp-stdio-to-streamable-http-adapter",
	"@modelcontextprotocol/inspector": "mcp-inspector", "@infisical/cli": "infisical",
}

// installed goes on with what a package's program does with its words. A
// package that is itself a wrapper leaves the place of the main one.
func (p *parser) installed(pkg Package, words, rest []Word) (stage, verdict) {
	if pkg.Name == "" {
		p.args(rest[1:])
		return stage{}, ends
	}
	bin := pkg.Name
	if b, ok := binaries[pkg.Name]; ok {
		bin = b
	} else if strings.HasPrefix(bin, "@") || pkg.Ecosystem != PyPI && hasName(" mcp fastmcp ", bin) { // a server of its own
		p.args(rest[1:])
		return stage{}, ends
	}
	if isWrapperPackage(bin) {
		p.fetched[len(p.fetched)-1].Extra = true
		runner := p.l.Runner
		p.runs = false
		next, v := p.wrapper(bin, rest)
		if v != notMine {
			p.l.Runner = ""
			return next, v
		}
		p.fetched[len(p.fetched)-1].Extra = false
		p.l.Runner, p.runs = runner, true
	}
	return stage{bin, rest}, goesOn
}

// isWrapperPackage names the wrappers that are published as packages.
func isWrapperPackage(bin string) bool {
	return hasName(" dotenv dotenvx cross-env env-cmd envmcp infisical doppler varlock corepack ", bin)
}

// npmTool reads npm, pnpm, yarn and bun.
func (p *parser) npmTool(name string, words []Word) (stage, verdict) {
	opts, rest, _ := npmFlags.read(words[1:])
	for _, o := range opts {
		switch o.name {
		case "--prefix", "--dir", "-C", "--cwd":
			p.l.Dir = o.value
		case "--registry":
			p.registry(o.value)
		case "-e", "--eval", "-p", "--print":
			if name == "bun" {
				if !o.hasValue && len(rest) > 0 {
					o.value = rest[0]
				}
				return p.inlineCode(words, o, "javascript")
			}
		}
	}
	if len(rest) == 0 {
		return stage{}, notMine
	}
	sub := rest[0].Text
	switch {
	case sub == "dlx" && name != "npm", sub == "x" && (name == "npm" || name == "bun"), sub == "exec" && name == "npm":
		tool := name + " " + sub
		if name == "npm" {
			tool = "npm exec"
		}
		return p.npmRun(tool, words, slices.Concat(take(words[1:], rest), rest[1:]), false) // pnpm --package=x dlx y
	case sub == "exec":
		return p.npmRun(name+" exec", words, rest[1:], true)
	case name == "bun":
		return p.bun(words, rest)
	case sub == "run" || sub == "run-script" || sub == "rum" || sub == "urn":
		return p.task(name+" run", rest[1:])
	case sub == "start" || sub == "test" || sub == "restart" || sub == "stop":
		return p.task(name+" run", rest)
	case sub == "node":
		return stage{"node", rest}, goesOn
	case name != "npm" && !hasName(" install add remove i ci up update link init config create ", sub):
		return p.task(name+" run", rest)
	}
	return stage{}, notMine
}

// task reads a script of the repository's own manifest.
func (p *parser) task(runner string, words []Word) (stage, verdict) {
	opts, rest, _ := npmFlags.read(words)
	for _, o := range opts {
		if hasName(" --prefix --dir -C --cwd ", o.name) && o.hasValue {
			p.l.Dir = o.value
		}
	}
	p.l.Runner, p.runs = runner, true
	p.l.Wrappers = append(p.l.Wrappers, Wrapper{runner, words})
	if len(rest) == 0 {
		return stage{}, ends
	}
	if !p.contained {
		p.l.Task = rest[0]
	}
	rest = rest[1:]
	if len(rest) > 0 && rest[0].Text == "--" {
		rest = rest[1:]
	}
	p.args(rest)
	return stage{}, ends
}

// bun reads "bun run x" and "bun x.ts"; a word that is no file is a script of
// the manifest.
func (p *parser) bun(words, rest []Word) (stage, verdict) {
	if rest[0].Text == "run" {
		_, rest, _ = npmFlags.read(rest[1:])
	}
	if len(rest) == 0 {
		return stage{}, notMine
	}
	if !isScriptFile(rest[0].Text) {
		return p.task("bun run", rest)
	}
	p.script(rest[0])
	p.args(rest[1:])
	return stage{}, ends
}

// buildTool reads tools that build and run what the repository holds.
func (p *parser) buildTool(name string, words []Word) (stage, verdict) {
	f := flags{long: " --bin --package --example --manifest-path --target --features --profile --directory --file --project ", short: "pCf"}
	opts, rest, dashes := f.read(words[1:])
	for _, o := range opts {
		if hasName(" -C --directory --project ", o.name) {
			p.l.Dir = o.value
		}
	}
	p.l.Runner, p.runs = name, true
	if dashes || len(rest) == 0 {
		p.args(rest)
		return stage{}, ends
	}
	if name == "cargo" {
		p.l.Runner = "cargo " + rest[0].Text
		_, rest, _ = f.read(rest[1:])
		p.args(rest)
		return stage{}, ends
	}
	if !p.contained {
		p.l.Task = rest[0]
	}
	p.args(rest[1:])
	return stage{}, ends
}

// isScriptFile says whether a word names a file by its ending or place.
func isScriptFile(s string) bool {
	base := strings.ToLower(s[strings.LastIndexAny(s, `/\`)+1:])
	dot := strings.LastIndexByte(base, '.')
	if dot < 0 {
		return isLocal(s) || strings.Contains(s, "/") && s[0] != '@'
	}
	return hasName(" .js .mjs .cjs .ts .mts .cts .tsx .jsx .py .pyw .pyz .rb .pl .php .sh .bash .zsh .ps1 .jar .dll .exe .lua .r .go .java .kts .bat .cmd .exs .jl .scpt .csx .cs ", base[dot:]) || isLocal(s)
}

func (p *parser) registry(w Word) {
	if w.Text != "" {
		p.l.Registry = append(p.l.Registry, w)
	}
}

// IsRegistryVariable says whether an environment variable names the registry
// or index that packages come from (docs.npmjs.com/cli/using-npm/config,
// docs.astral.sh/uv/reference/environment, pip.pypa.io/en/stable/topics/configuration).
func IsRegistryVariable(name string) bool {
	upper := strings.ToUpper(name)
	switch upper {
	case "NPM_CONFIG_REGISTRY", "YARN_REGISTRY", "YARN_NPM_REGISTRY_SERVER", "BUN_CONFIG_REGISTRY", "PNPM_CONFIG_REGISTRY", "JSR_URL",
		"UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS",
		"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "GOPROXY":
		return true
	}
	return strings.HasPrefix(upper, "NPM_CONFIG_@") && strings.HasSuffix(upper, ":REGISTRY")
}
