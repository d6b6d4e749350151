package mcp

import (
	"net/netip"
	"path"
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/launch"
)

// codeLoading: variables that make a runtime load a file before the program it
// was asked to run.
func (c *check) codeLoading() {
	for _, v := range c.variables() {
		if !c.loadsCode(strings.ToUpper(v.name), strings.TrimSpace(v.value)) {
			continue
		}
		v.at.Rule, v.at.Severity = ruleCodeLoading, scanners.High
		v.at.Message = c.say(" loads other code through ", v.name)
		v.at.Fix = scanners.Say("Take it out: a server needs no code but its own.")
		c.report(nil, v.at)
	}
}

var (
	nodeLoader = regexp.MustCompile(`(^|\s)(-r|--require|--import|--loader|--experimental-loader)([\s=]|$)`)
	javaLoader = regexp.MustCompile(`(^|\s)-(javaagent|agentlib|agentpath):`)
	perlLoader = regexp.MustCompile(`(^|\s)-[Mm]`)
	allocator  = regexp.MustCompile(`^(/usr(/local)?)?/lib[^:\s]*/lib(jemalloc|tcmalloc|tcmalloc_minimal|mimalloc)[^/:\s]*$`)
)

// loadsCode decides by name and value; a value that is a reference decides
// nothing.
func (c *check) loadsCode(name, value string) bool {
	if value == "" {
		return false
	}
	switch name {
	case "NODE_OPTIONS", "BUN_OPTIONS":
		return nodeLoader.MatchString(value)
	case "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS":
		return javaLoader.MatchString(value)
	case "PERL5OPT":
		return perlLoader.MatchString(value)
	case "RUBYOPT":
		return nodeLoader.MatchString(value) || strings.Contains(value, "-r")
	case "LD_PRELOAD":
		return !allocator.MatchString(value)
	case "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "PYTHONSTARTUP", "BASH_ENV", "PROMPT_COMMAND", "GIT_EXTERNAL_DIFF", "PERL5DB":
		return true
	case "GIT_SSH_COMMAND", "GIT_SSH":
		program := path.Base(strings.Fields(value)[0])
		return program != "ssh" && program != "ssh.exe" || strings.Contains(value, "ProxyCommand")
	case "PYTHONPATH", "PERL5LIB", "RUBYLIB", "NODE_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH", "PYTHONHOME":
		for dir := range strings.FieldsFuncSeq(value, listSeparator(value)) {
			if temporary(dir) || elsewhere(dir) && !c.own(dir) {
				return true
			}
		}
	}
	return false
}

// elsewhere says whether a folder is one of the machine, not of a project or of
// the user who works on it, and not where systems keep their own libraries.
func elsewhere(dir string) bool {
	p := slashed(dir)
	if !strings.HasPrefix(p, "/") && (len(p) < 2 || p[1] != ':') {
		return false
	}
	for _, own := range []string{"/home/", "/Users/", "/root/", "C:/Users/", "/workspace", "/app", "/usr/lib", "/usr/local/lib", "/opt/homebrew", "/lib", "/nix/store", "/github/workspace", "/mnt/", "D:/", "E:/"} {
		if strings.HasPrefix(p, own) {
			return false
		}
	}
	return !strings.Contains(p, "site-packages") && !strings.Contains(p, "node_modules")
}

// listSeparator parts a list of folders: at colons, or, where folders are on
// drives or semicolons stand, at semicolons alone.
func listSeparator(list string) func(rune) bool {
	if strings.Contains(list, ";") || strings.Contains(list, `:\`) || strings.Contains(list, ":/") && len(list) > 1 && list[1] == ':' {
		return func(r rune) bool { return r == ';' }
	}
	return func(r rune) bool { return r == ':' }
}

// own says whether a folder is the one in which the server's own program lies,
// or one that stands for it in instructions.
func (c *check) own(dir string) bool {
	l := c.launch()
	dir = strings.TrimRight(slashed(dir), "/") + "/"
	for _, w := range []launch.Word{l.Script, l.Program, l.Dir} {
		if dir != "/" && strings.HasPrefix(slashed(w.Text)+"/", dir) {
			return true
		}
	}
	return strings.HasPrefix(dir, "/path/to/") || strings.HasPrefix(dir, "/your/")
}

// unverifiedTLS: switches that accept any certificate.
func (c *check) unverifiedTLS() {
	for _, v := range c.variables() {
		if !disablesTLS(v.name, v.value) {
			continue
		}
		v.at.Rule, v.at.Severity = ruleTLS, scanners.High
		v.at.Message = c.say(" accepts any certificate: ", v.name)
		v.at.Fix = scanners.Say("Take it out. For a certificate of your own, name its authority, as with ", "NODE_EXTRA_CA_CERTS", ".")
		c.report(nil, v.at)
	}
	for i, w := range c.flags() {
		name, value, joined := strings.Cut(w.Text, "=")
		if !joined && i+1 < len(c.flags()) {
			value = c.flags()[i+1].Text
		}
		if !strings.HasPrefix(name, "-") || falsy(value) == insecureFlag(name) || !insecureFlag(name) && !verifies(name) {
			continue
		}
		c.reportWord(w, config.Hit{
			Rule: ruleTLS, Slot: name, Severity: scanners.High,
			Message: c.say(" accepts any certificate or none: ", name),
			Fix:     scanners.Say("Take the flag out, and reach the server over https with a certificate that holds."),
		})
	}
}

// flags are the words that the server itself gets, and those of a bridge.
func (c *check) flags() []launch.Word {
	l := c.launch()
	return append(append([]launch.Word(nil), l.Args...), l.BridgeFlags...)
}

func disablesTLS(name, value string) bool {
	switch strings.ToUpper(name) {
	case "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY":
		return falsy(value)
	case "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR":
		return value == "/dev/null"
	}
	w := nameWords(name)
	tls := anyWord(w, "TLS", "SSL", "CERT", "CERTS", "CERTIFICATE", "CERTIFICATES", "HTTPS", "X509")
	switch {
	case tls && anyWord(w, "VERIFY", "VERIFICATION", "VALIDATE", "CHECK", "STRICT") && !anyWord(w, "NO", "SKIP", "DISABLE", "IGNORE", "INSECURE"):
		return falsy(value)
	case tls && anyWord(w, "INSECURE", "SKIP", "IGNORE", "NO") && anyWord(w, "VERIFY", "VERIFICATION", "INSECURE", "ERRORS", "IGNORE"),
		anyWord(w, "SKIP", "NO") && anyWord(w, "VERIFY") && !anyWord(w, "EMAIL"), strings.HasSuffix(w, " INSECURE "):
		return truthy(value)
	}
	return false
}

// verifies says whether a flag switches the check of certificates on.
func verifies(name string) bool {
	w := nameWords(name)
	return anyWord(w, "TLS", "SSL", "CERT", "CERTS", "CERTIFICATE", "CERTIFICATES", "HTTPS") && anyWord(w, "VERIFY", "VERIFICATION", "VALIDATE", "CHECK", "STRICT") && !anyWord(w, "NO", "SKIP", "DISABLE", "IGNORE")
}

func insecureFlag(name string) bool {
	switch strings.ToLower(name) {
	case "--insecure", "--allow-http", "--insecure-skip-tls-verify", "--insecure-skip-verify", "--tls-skip-verify", "--skip-tls-verify", "--skip-ssl-verify", "--no-verify-ssl",
		"--no-ssl-verify", "--no-check-certificate", "--ignore-certificate-errors", "--ignore-https-errors", "--ignore-ssl-errors", "--disable-ssl-verification", "--disable-tls-verification",
		"--no-tls-verify", "--allow-insecure", "--trust-all-certs", "--accept-insecure-certs", "--acceptinsecurecerts":
		return true
	}
	return false
}

// bindsAll: a server that listens on every interface serves the whole network.
func (c *check) bindsAll() {
	inside := c.launch().Ecosystem == launch.OCI // a container's interfaces are its own
	for _, v := range c.variables() {
		w := nameWords(v.name)
		if inside || v.contained || !everywhere(v.value) || !anyWord(w, "HOST", "BIND", "LISTEN", "ADDR", "ADDRESS", "INTERFACE", "HOSTNAME", "IP") {
			continue
		}
		c.report(nil, bindHit(c, v.at, v.name))
	}
	if !inside {
		flags := c.flags()
		for i, w := range flags {
			name, value, joined := strings.Cut(w.Text, "=")
			if !joined && i+1 < len(flags) {
				value = flags[i+1].Text
			}
			if bindFlag(name) && everywhere(value) {
				h := bindHit(c, config.Hit{Slot: name}, name)
				c.reportWord(w, h)
			}
		}
	}
	for _, w := range c.launch().Container.Publish {
		if strings.HasPrefix(w.Text, "0.0.0.0:") || strings.HasPrefix(w.Text, "[::]:") {
			c.reportWord(w, bindHit(c, config.Hit{Slot: "--publish"}, w.Text))
		}
	}
}

func bindHit(c *check, h config.Hit, what string) config.Hit {
	h.Rule, h.Severity = ruleBindAll, scanners.Medium
	h.Message = c.say(" listens on every network interface: ", what)
	h.Fix = scanners.Say("Listen on ", "127.0.0.1", ".")
	return h
}

func bindFlag(name string) bool {
	if !strings.HasPrefix(name, "-") {
		return false
	}
	if name == "-H" || name == "-b" || name == "-h" || name == "-a" || name == "-l" {
		return true
	}
	w := nameWords(name)
	return anyWord(w, "HOST", "BIND", "LISTEN", "ADDR", "ADDRESS", "HOSTNAME") && !anyWord(w, "ALLOWED", "ALLOW", "ALLOWLIST", "ORIGINS", "DB", "REMOTE")
}

// everywhere says whether a value is the address of all interfaces, with or
// without a port.
func everywhere(value string) bool {
	value = strings.TrimSpace(value)
	if _, rest, ok := strings.Cut(value, "://"); ok {
		value = strings.TrimSuffix(rest, "/")
	}
	if value == "*" || strings.HasPrefix(value, "*:") || value == "[::]" {
		return true
	}
	if ip, err := netip.ParseAddr(value); err == nil {
		return ip.IsUnspecified()
	}
	at, err := netip.ParseAddrPort(value)
	return err == nil && at.Addr().IsUnspecified()
}

// envFile: a file with all secrets of a project, for a server that needs one.
func (c *check) envFile() {
	if n := c.srv.Node.Get("envFile").Resolve(); n != nil && sharedEnvFile(n.Text) {
		c.report(n, envFileHit(c, "envFile", c.f.Text(n)))
	}
	for _, w := range c.launch().EnvFiles {
		if sharedEnvFile(w.Text) {
			c.reportWord(w, envFileHit(c, "--env-file", w.Text))
		}
	}
	for _, cmd := range c.launch().Shell.Commands {
		if w, ok := readsIn(c.launch().Shell, &cmd); ok {
			c.reportWord(w, envFileHit(c, "--env-file", w.Text))
			return
		}
	}
}

// readsIn is the shared file whose variables a command of a shell takes over:
// ". .env", "export $(cat .env)", "env $(grep -v '^#' .env) node x".
func readsIn(sh launch.Shell, cmd *launch.Command) (launch.Word, bool) {
	name, words := cmd.Program()
	switch name {
	case "source", ".":
	case "cat", "grep", "egrep", "sed", "awk":
		if cmd.Parent < 0 || cmd.Place != launch.Substitution {
			return launch.Word{}, false
		}
		if around := sh.Commands[cmd.Parent].Words; len(around) == 0 || around[0].Text != "export" && around[0].Text != "env" && around[0].Text != "eval" {
			return launch.Word{}, false
		}
	default:
		return launch.Word{}, false
	}
	for _, w := range words[min(1, len(words)):] {
		if sharedEnvFile(w.Text) {
			return w, true
		}
	}
	return launch.Word{}, false
}

func envFileHit(c *check, slot, file string) config.Hit {
	return config.Hit{
		Rule: ruleEnvFile, Slot: slot, Severity: scanners.Medium,
		Message: c.say(" gets every variable of ", file),
		Fix:     scanners.Say("Name the variables it needs, or give it a file of its own."),
	}
}

// sharedEnvFile says whether a file is a project's own and not one server's:
// .env, or .env of a stage.
func sharedEnvFile(name string) bool {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	stage, ok := strings.CutPrefix(base, ".env")
	if !ok {
		return false
	}
	switch stage {
	case "", ".local", ".development", ".dev", ".production", ".prod", ".staging", ".stage", ".development.local", ".production.local", ".secrets":
		return true
	}
	return false
}
