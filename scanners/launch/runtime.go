package launch

import "strings"

// goTool reads "go run" and "go tool". A path without a version is of the
// module around it, whose go.sum fixes it.
func (p *parser) goTool(words []Word) (stage, verdict) {
	f := flags{long: " -C -mod -modfile -tags -ldflags -gcflags -exec -overlay -pkgdir -p -toolexec -asmflags -buildmode -compiler -installsuffix -pgo ", dash: true}
	opts, rest, _ := f.read(words[1:])
	for _, o := range opts {
		if o.name == "-C" {
			p.l.Dir = o.value
		}
	}
	if len(rest) == 0 || rest[0].Text != "run" {
		return stage{}, notMine
	}
	opts, rest, _ = f.read(rest[1:])
	for _, o := range opts {
		if o.name == "-C" {
			p.l.Dir = o.value
		}
	}
	p.l.Runner, p.runs = "go run", true
	if len(rest) == 0 {
		return stage{}, ends
	}
	pkg := goModule(rest[0])
	if pkg.Pin == PinLocal {
		p.script(rest[0])
	}
	p.fetched = append(p.fetched, pkg)
	rest = rest[1:]
	for pkg.Pin == PinLocal && len(rest) > 0 && strings.HasSuffix(rest[0].Text, ".go") {
		rest = rest[1:]
	}
	p.args(rest)
	return stage{}, ends
}

// denoFlags are deno's flags whose value may stand apart (docs.deno.com/runtime/reference/cli/run).
var denoFlags = flags{
	long:  " --config --import-map --lock --cert --location --seed --log-level --ext --cwd --preload --import --require --conditions --permission-set ",
	short: "cL",
}

// deno reads "deno run", "deno x", "deno eval" and "deno task".
func (p *parser) deno(words []Word) (stage, verdict) {
	opts, rest, _ := denoFlags.read(words[1:])
	p.denoOptions(opts)
	if len(rest) == 0 {
		return stage{}, notMine
	}
	switch rest[0].Text {
	case "run", "serve", "x":
		return p.denoRun("deno "+rest[0].Text, rest[1:])
	case "eval":
		opts, rest, _ := denoFlags.read(rest[1:])
		p.denoOptions(opts)
		if len(rest) > 0 {
			p.code(words, rest[0], "javascript")
			p.args(rest[1:])
		}
		return stage{}, ends
	case "task":
		return p.task("deno task", rest[1:])
	}
	return p.denoRun("deno run", rest)
}

func (p *parser) denoOptions(opts []option) {
	for _, o := range opts {
		switch {
		case o.name == "--env-file" && o.hasValue:
			p.l.EnvFiles = append(p.l.EnvFiles, o.value)
		case o.name == "--env-file":
			p.l.EnvFiles = append(p.l.EnvFiles, Word{Text: ".env", Arg: o.flag.Arg, Start: o.flag.Start, End: o.flag.End})
		case o.name == "--cwd":
			p.l.Dir = o.value
		}
	}
}

// denoRun reads npm: and jsr: specifiers, addresses and files.
func (p *parser) denoRun(runner string, words []Word) (stage, verdict) {
	opts, rest, _ := denoFlags.read(words)
	p.denoOptions(opts)
	local := false
	for _, o := range opts {
		local = local || o.name == "--cached-only" || o.name == "--no-remote"
	}
	p.l.Runner, p.runs = runner, true
	if len(rest) == 0 {
		return stage{}, ends
	}
	w := rest[0]
	scheme, _, hasScheme := strings.Cut(w.Text, ":")
	switch {
	case hasScheme && (scheme == NPM || scheme == JSR):
		pkg := denoPackage(w, scheme)
		p.fetch(pkg, local, false)
		return p.installed(pkg, words, rest)
	case isURL(w.Text):
		p.fetch(addressOf(w.Text, w), local, false)
	case w.Text == "-":
	default:
		p.script(w)
	}
	p.args(rest[1:])
	return stage{}, ends
}

// denoPackage reads npm:name@version/path and jsr:@scope/name@version/path.
func denoPackage(w Word, scheme string) Package {
	spec := strings.TrimPrefix(w.Text[len(scheme)+1:], "/")
	parts := strings.Split(spec, "/")
	n := 1
	if strings.HasPrefix(spec, "@") {
		n = 2
	}
	spec = strings.Join(parts[:min(n, len(parts))], "/")
	return npmPackage(Package{Ecosystem: scheme, Word: w, Pin: PinUnknown}, spec)
}

// dotnet reads "dotnet tool exec", "dotnet run" and "dotnet x.dll".
func (p *parser) dotnet(words []Word) (stage, verdict) {
	f := flags{long: " --project --framework --configuration --launch-profile --fx-version --roll-forward --additionalprobingpath --depsfile --runtimeconfig --verbosity --arch --runtime --os ", short: "fcvap"}
	_, rest, _ := f.read(words[1:])
	if len(rest) == 0 {
		return stage{}, notMine
	}
	switch rest[0].Text {
	case "tool":
		if len(rest) > 1 && (rest[1].Text == "exec" || rest[1].Text == "execute") {
			return p.dotnetTool("dotnet tool exec", rest[2:])
		}
		if len(rest) > 2 && rest[1].Text == "run" {
			p.l.Runner, p.runs = "dotnet tool run", true
			pkg := nugetTool(rest[2], Word{})
			p.fetch(pkg, true, false)
			p.args(rest[3:])
			return stage{}, ends
		}
	case "dnx":
		return p.dotnetTool("dnx", rest[1:])
	case "run":
		opts, rest, _ := f.read(rest[1:])
		p.l.Runner, p.runs = "dotnet run", true
		for _, o := range opts {
			if o.name == "--project" || o.name == "-p" {
				p.script(o.value)
			}
		}
		p.args(rest)
		return stage{}, ends
	case "exec":
		_, rest, _ = f.read(rest[1:])
	}
	if len(rest) == 0 || !isScriptFile(rest[0].Text) {
		return stage{}, notMine
	}
	p.script(rest[0])
	p.args(rest[1:])
	return stage{}, ends
}

// dotnetTool reads what stands behind dnx (learn.microsoft.com: dotnet tool
// exec): flags may stand on both sides of the package.
func (p *parser) dotnetTool(runner string, words []Word) (stage, verdict) {
	f := flags{long: " --version --source --add-source --configfile --framework --verbosity --arch ", short: "va"}
	opts, rest, _ := f.read(words)
	p.l.Runner, p.runs = runner, true
	if len(rest) == 0 {
		return stage{}, ends
	}
	spec := rest[0]
	more, rest, dashes := f.read(rest[1:])
	version, local := Word{}, false
	own := append(opts, more...)
	for i, o := range own {
		switch o.name {
		case "--version":
			version = o.value
		case "--source", "--add-source":
			p.registry(o.value)
		case "--yes", "-y", "--prerelease", "--interactive", "--allow-roll-forward", "--ignore-failed-sources", "--no-http-cache", "--configfile", "--framework", "--verbosity", "-v", "--arch", "-a", "--disable-parallel":
		default:
			if i >= len(opts) && !dashes {
				p.args([]Word{o.flag})
			}
		}
	}
	p.fetch(nugetTool(spec, version), local, false)
	p.args(rest)
	return stage{}, ends
}
