package launch

import "strings"

// wrapper reads a program that runs another one.
func (p *parser) wrapper(name string, words []Word) (stage, verdict) {
	if name == "runas" {
		return p.runas(words)
	}
	if name == "nix" {
		return p.nix(words)
	}
	w, rest, ok := wrapperOf(name, words)
	if !ok {
		return stage{}, notMine
	}
	u := w.unwrap(rest)
	if len(u.command) == 0 && u.text.Text == "" {
		if name == "docker-compose" || name == "time" { // a program of that name with other words
			return stage{}, notMine
		}
		p.wrap(name, words)
		p.args(u.own)
		return stage{}, ends
	}
	p.l.EnvFiles = append(p.l.EnvFiles, u.files...)
	p.l.Env = append(p.l.Env, u.env...)
	if u.dir.Text != "" {
		p.l.Dir = u.dir
	}
	if u.text.Text != "" {
		p.wrap(name, words)
		return p.shellText(u.text, POSIX)
	}
	p.wrap(name, take(words, u.command))
	if name == "docker" || name == "podman" || name == "nerdctl" || name == "kubectl" || name == "docker-compose" {
		p.contained, p.runs = true, true
	}
	return stage{"", u.command}, goesOn
}

// unwrapped is what a wrapper's words hold.
type unwrapped struct {
	own, command []Word
	text, dir    Word
	files        []Word
	env          []Setting
}

// unwrap parts a wrapper's own words from the command behind them.
func (w wrapper) unwrap(words []Word) unwrapped {
	opts, rest, dashes := w.flags.read(words)
	for i := 0; w.late && i+1 < len(rest); i++ { // su bob -c TEXT
		if hasName(w.text, rest[i].Text) {
			opts = append(opts, option{rest[i].Text, rest[i], rest[i+1], true})
			break
		}
	}
	u := unwrapped{own: take(words, rest)}
	w.meanings(opts, &u)
	w.find(rest, dashes, &u)
	if w.joined && len(u.command) == 1 && strings.Contains(u.command[0].Text, " ") {
		u.text = u.command[0]
	}
	return u
}

// meanings notes the flags that have one.
func (w wrapper) meanings(opts []option, u *unwrapped) {
	for _, o := range opts {
		switch {
		case !o.hasValue:
		case hasName(w.text, o.name):
			u.text = o.value
		case hasName(w.file, o.name):
			u.files = append(u.files, o.value)
		case hasName(w.env, o.name):
			u.env = append(u.env, passed(o.value))
		case hasName(w.dir, o.name):
			u.dir = o.value
		}
	}
}

// find looks for the command among the words behind the flags.
func (w wrapper) find(rest []Word, dashes bool, u *unwrapped) {
	skip := w.skip
	for len(rest) > 0 {
		s, isSetting := settingOf(rest[0])
		switch {
		case !dashes && rest[0].Text == "--":
			dashes = true
		case !dashes && w.toDashes:
		case w.assign && isSetting:
			u.env = append(u.env, s)
		case skip > 0:
			skip--
		default:
			u.command = rest
			return
		}
		rest = rest[1:]
	}
}

// runas reads Windows' runas: flags with a slash, then one line of text.
func (p *parser) runas(words []Word) (stage, verdict) {
	rest := words[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0].Text, "/") {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return stage{}, notMine
	}
	p.wrap("runas", take(words, rest))
	if len(rest) == 1 {
		return p.shellText(rest[0], CMD)
	}
	return stage{"", rest}, goesOn
}

// nix reads "nix run INSTALLABLE -- args" and "nix shell|develop … -c command".
func (p *parser) nix(words []Word) (stage, verdict) {
	if len(words) < 2 {
		return stage{}, notMine
	}
	sub, rest := words[1].Text, words[2:]
	switch sub {
	case "shell", "develop":
		for i, w := range rest {
			if (w.Text == "-c" || w.Text == "--command") && i+1 < len(rest) {
				p.wrap("nix "+sub, take(words, rest[i+1:]))
				return stage{"", rest[i+1:]}, goesOn
			}
		}
	case "run":
		f := flags{long: " --option --override-input --inputs-from --expr --file --max-jobs ", short: "fIj"}
		_, rest, _ = f.read(rest)
		p.l.Runner = "nix run"
		if len(rest) == 0 {
			return stage{}, ends
		}
		if pkg, ok := flake(rest[0]); ok {
			p.fetched = append(p.fetched, pkg)
		}
		_, rest, _ = f.read(rest[1:])
		p.args(rest)
		return stage{}, ends
	}
	return stage{}, notMine
}

// flake reads a flake reference: github:owner/repository/rev#output or a URL.
// Names of a registry of flakes, and places on this machine, are no sources.
func flake(w Word) (Package, bool) {
	ref, _, _ := strings.Cut(w.Text, "#")
	ref, query, _ := strings.Cut(ref, "?")
	pkg := Package{Ecosystem: "git", Word: w, Pin: PinNone}
	for host, domain := range gitHosts {
		if rest, ok := strings.CutPrefix(ref, host+":"); ok {
			parts := strings.SplitN(rest, "/", 3)
			if len(parts) < 2 {
				return Package{}, false
			}
			pkg.Source = domain + "/" + parts[0] + "/" + parts[1]
			if len(parts) == 3 {
				pkg.Revision = parts[2]
			}
		}
	}
	if pkg.Source == "" {
		source, ok := strings.CutPrefix(ref, "git+")
		if !ok {
			return Package{}, false
		}
		pkg.Source = sourceOf(source)
	}
	for pair := range strings.SplitSeq(query, "&") {
		if k, v, _ := strings.Cut(pair, "="); k == "rev" || k == "ref" && pkg.Revision == "" {
			pkg.Revision = v
		}
	}
	pkg.Name, pkg.Version, pkg.Pin = pkg.Source, pkg.Revision, pinRevision(pkg.Revision)
	return pkg, true
}
