package config

import (
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
)

// launch is what a command line runs, as far as it names a published thing.
type launch struct {
	ecosystem string // npm, pypi, oci; "" for a program or script of its own
	pkg       string // package name or image repository
	version   string // as written; "" when none is
	url       string // the remote server a bridge such as mcp-remote connects to
}

// runner is a program that fetches and runs a package.
type runner struct {
	ecosystem string
	// valued are flags that take the next word as their value; pkgFlags name the
	// package in theirs.
	valued, pkgFlags []string
}

var (
	npmRunner  = runner{"npm", []string{"-c", "--call", "--cache", "--registry", "--loglevel", "--prefix", "-w", "--workspace"}, []string{"-p", "--package"}}
	pypiRunner = runner{"pypi", []string{"-p", "--python", "--with", "--with-editable", "--index-url", "--extra-index-url", "--index", "--default-index", "--directory", "--project", "--env-file", "--refresh-package", "--pip-args"}, []string{"--from", "--spec"}}
	ociRunner  = runner{"oci", []string{"-e", "--env", "--env-file", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network", "--net", "-u", "--user",
		"-w", "--workdir", "--entrypoint", "--platform", "-l", "--label", "-h", "--hostname", "--add-host", "--cap-add", "--cap-drop", "--security-opt", "-m", "--memory",
		"--cpus", "--ulimit", "--tmpfs", "--device", "--gpus", "--pid", "--ipc", "--dns", "--restart", "--pull", "--log-driver", "--runtime", "--cgroupns", "--userns"}, nil}
)

// parseLaunch reads an argv through the wrappers people put in front of it.
// Words are taken as they stand: nothing is expanded or looked up.
func parseLaunch(argv []string) launch {
	if len(argv) > 0 && strings.ContainsRune(argv[0], ' ') && !strings.ContainsAny(argv[0], `\/`) {
		argv = append(strings.Fields(argv[0]), argv[1:]...)
	}
	for range 6 { // wrappers in wrappers
		next, ok := unwrap(argv)
		if !ok {
			break
		}
		argv = next
	}
	if len(argv) == 0 {
		return launch{}
	}
	run, rest, ok := runnerOf(argv)
	if !ok {
		return launch{}
	}
	spec, after := run.target(rest)
	l := splitSpec(run.ecosystem, spec)
	if isBridge(l) {
		l.url = firstURL(after)
	}
	return l
}

// program is the name of an executable without directory and ending.
func program(word string) string {
	base := strings.ToLower(path.Base(strings.ReplaceAll(word, `\`, "/")))
	for _, ending := range []string{".exe", ".cmd", ".bat", ".ps1"} {
		base = strings.TrimSuffix(base, ending)
	}
	return base
}

// unwrap strips one wrapper from the front of argv.
func unwrap(argv []string) ([]string, bool) {
	if len(argv) < 2 {
		return nil, false
	}
	switch program(argv[0]) {
	case "cmd":
		for i, a := range argv[1:] {
			if strings.EqualFold(a, "/c") || strings.EqualFold(a, "/k") {
				return refield(argv[i+2:]), true
			}
		}
	case "bash", "sh", "zsh", "powershell", "pwsh":
		for i, a := range argv[1:] {
			if (a == "-c" || a == "-lc" || a == "-ic" || strings.EqualFold(a, "-command")) && i+2 < len(argv) {
				words := strings.Fields(argv[i+2])
				if len(words) > 0 && words[0] == "exec" {
					words = words[1:]
				}
				return words, true
			}
		}
	case "env", "sudo", "doas", "nohup", "time":
		i := 1
		for i < len(argv) && (strings.HasPrefix(argv[i], "-") || strings.Contains(argv[i], "=")) {
			i++
		}
		return argv[i:], true
	case "wsl":
		return strip(argv[1:]), true
	case "op", "doppler", "dotenvx", "infisical", "dotenv", "envmcp":
		for i, a := range argv {
			if a == "--" {
				return argv[i+1:], true
			}
		}
	}
	return nil, false
}

// refield splits a command line that was given as one word.
func refield(argv []string) []string {
	if len(argv) == 1 {
		return strings.Fields(argv[0])
	}
	return argv
}

func strip(argv []string) []string {
	for len(argv) > 0 && strings.HasPrefix(argv[0], "-") {
		argv = argv[1:]
	}
	return argv
}

// runnerOf recognises the program (and subcommand) that fetches packages.
func runnerOf(argv []string) (runner, []string, bool) {
	rest := argv[1:]
	sub := ""
	if len(rest) > 0 {
		sub = rest[0]
	}
	switch program(argv[0]) {
	case "npx", "bunx", "pnpx":
		return npmRunner, rest, true
	case "npm", "pnpm", "yarn", "bun":
		if sub == "exec" || sub == "x" || sub == "dlx" {
			return npmRunner, rest[1:], true
		}
	case "uvx":
		return pypiRunner, rest, true
	case "uv":
		if sub == "tool" && len(rest) > 1 && rest[1] == "run" {
			return pypiRunner, rest[2:], true
		}
	case "pipx":
		if sub == "run" {
			return pypiRunner, rest[1:], true
		}
	case "docker", "podman", "nerdctl":
		if sub == "run" {
			return ociRunner, rest[1:], true
		}
		if sub == "container" && len(rest) > 1 && rest[1] == "run" {
			return ociRunner, rest[2:], true
		}
	}
	return runner{}, nil, false
}

// target is the first word that is no flag nor a flag's value, or the value of
// a flag that names the package; after are the words behind it.
func (r runner) target(words []string) (spec string, after []string) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		name, value, joined := strings.Cut(w, "=")
		switch {
		case w == "--":
			continue
		case slices.Contains(r.pkgFlags, name) && joined:
			return value, words[i+1:]
		case slices.Contains(r.pkgFlags, name) && i+1 < len(words):
			return words[i+1], words[i+2:]
		case strings.HasPrefix(w, credential.Mask):
			continue // the value of a flag that is not known here
		case !strings.HasPrefix(w, "-"):
			return w, words[i+1:]
		case slices.Contains(r.valued, w):
			i++
		}
	}
	return "", nil
}

// splitSpec parts a package specification into name and version. Local paths,
// git sources and references name no package of a registry.
func splitSpec(ecosystem, spec string) launch {
	odd := `$<>{}\ `
	if ecosystem == "pypi" {
		odd = `${}\ ` // name>=1 is a version
	}
	if spec == "" || strings.HasPrefix(spec, ".") || strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "<") || strings.ContainsAny(spec, odd) || strings.Contains(spec, "://") {
		return launch{}
	}
	l := launch{ecosystem: ecosystem, pkg: spec}
	switch ecosystem {
	case "npm":
		if at := strings.LastIndexByte(spec, '@'); at > 0 {
			l.pkg, l.version = spec[:at], spec[at+1:]
		}
		if strings.Contains(strings.TrimPrefix(l.pkg, "@"), ":") || strings.Count(l.pkg, "/") > 1 || (strings.Contains(l.pkg, "/") && l.pkg[0] != '@') {
			return launch{} // an alias, a folder or owner/repository
		}
	case "pypi":
		l.pkg, l.version = splitPyPI(spec)
	case "oci":
		l.pkg, l.version = splitImage(spec)
	}
	if strings.Contains(l.pkg, credential.Mask) {
		return launch{}
	}
	if strings.Contains(l.version, credential.Mask) {
		l.version = ""
	}
	return l
}

// splitPyPI reads name[extras]==version and uv's name@version. Names compare
// as PEP 503 folds them.
func splitPyPI(spec string) (name, version string) {
	name = spec
	if i := strings.IndexAny(spec, "=<>!~@"); i > 0 {
		name, version = spec[:i], strings.TrimLeft(spec[i:], "=@")
	}
	name, _, _ = strings.Cut(name, "[")
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name)), version
}

// splitImage parts repository from tag or digest and spells Docker Hub out.
func splitImage(spec string) (repository, version string) {
	repository = spec
	if name, digest, ok := strings.Cut(spec, "@"); ok {
		repository, version = name, digest
	}
	if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		if version == "" {
			version = repository[i+1:]
		}
		repository = repository[:i]
	}
	host, _, deep := strings.Cut(repository, "/")
	if !deep {
		return "docker.io/library/" + repository, version
	}
	if !strings.ContainsAny(host, ".:") && host != "localhost" {
		return "docker.io/" + repository, version
	}
	return repository, version
}

// isBridge names packages that only carry stdio to a remote server.
func isBridge(l launch) bool {
	return l.ecosystem == "npm" && (l.pkg == "mcp-remote" || l.pkg == "supergateway" || l.pkg == "@pyroprompts/mcp-stdio-to-streamable-http-adapter") ||
		l.ecosystem == "pypi" && l.pkg == "mcp-proxy"
}

func firstURL(words []string) string {
	for _, w := range words {
		if strings.HasPrefix(w, "https://") || strings.HasPrefix(w, "http://") {
			return w
		}
	}
	return ""
}

// remoteHost is the host (with a port that is not the scheme's) of a URL that
// names one outside this machine; "" otherwise, also when part of it is a reference.
func remoteHost(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, "${}<>%") {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal" {
		return ""
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		return ""
	}
	if port := u.Port(); port != "" && port != "443" && port != "80" {
		return host + ":" + port
	}
	return host
}
