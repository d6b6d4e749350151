package prompt

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/launch"
)

// remote looks for instructions that come from elsewhere: a text to fetch and
// follow, a program to fetch and run, an import from outside the repository.
func (a *analysis) remote(u *unit) {
	for i := range u.tokens {
		t := &u.tokens[i]
		switch {
		case t.kind == file && u.text[t.start] == '@' && !t.code && !t.quoted && !u.is(inFence|inTable|inHidden|inFront):
			a.imports(u, i)
		case t.kind == url && t.start > 0 && u.text[t.start-1] == '@' && (t.start == 1 || blank(u.text[t.start-2])) && !t.code && !u.is(inFence|inTable):
			a.note(u, signFetch, i, i, mark{rule: ruleRemote, severity: scanners.High})
		}
	}
	if u.any&cShell != 0 && u.any&cNetwork != 0 {
		a.pipe(u)
	}
	if u.any&cShell != 0 {
		a.evaluates(u)
	}
	if u.any&(cFetch|cFollow) != 0 && !u.is(inForbid|inTable|inHeading) && !u.is(inFence) {
		a.follows(u)
	}
}

// evaluates looks for an interpreter whose inline code fetches what it runs.
func (a *analysis) evaluates(u *unit) {
	i := u.find(cShell, 0, len(u.tokens))
	at := -1
	for k := i; k < len(u.tokens); k++ {
		if u.tokens[k].kind == url {
			at = k
			break
		}
	}
	if at < 0 || u.is(inTable|inForbid) || a.aboutAttacks(u) || u.negated(i) || localHost(hostOf(u.at(at))) {
		return
	}
	line := u.text[u.tokens[i].start:u.tokens[len(u.tokens)-1].end]
	if !strings.Contains(line, "exec(") && !strings.Contains(line, "eval") {
		return
	}
	if n := strings.IndexByte(line, '`'); n >= 0 {
		line = line[:n]
	}
	if _, runs := launch.FetchesAndRuns(launch.ParseShell(line)); runs {
		a.note(u, signPipe, i, at, mark{rule: ruleRemote, severity: scanners.High})
	}
}

// imports judges "@path", which Claude Code and Gemini CLI replace by the file's
// content (code.claude.com/docs/en/memory). Personal imports from the
// home's own .claude folder are documented there.
func (a *analysis) imports(u *unit, i int) {
	p := u.at(i)[1:]
	if start := u.tokens[i].start; start > 0 && !blank(u.text[start-1]) {
		return
	}
	s := scanners.High
	switch {
	case strings.HasPrefix(p, "~/.claude/"):
		s = scanners.LowSeverity
	case strings.HasPrefix(p, "~/"):
	case rooted(p):
	case escapes(a.path, p):
	default:
		return
	}
	a.note(u, signFetch, i, i, mark{rule: ruleRemote, severity: s})
}

func blank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == '*' || c == '-'
}

// rooted is a path of the machine. "@/" alone is an alias of many projects'
// source folder.
func rooted(p string) bool {
	for _, root := range []string{"/etc/", "/home/", "/Users/", "/tmp/", "/var/", "/opt/", "/root/", "/usr/", "/private/", "/mnt/", "/proc/", "/dev/"} {
		if strings.HasPrefix(p, root) {
			return true
		}
	}
	return false
}

// escapes says that a path relative to the folder of file leads out of the
// repository.
func escapes(file, p string) bool {
	if !strings.HasPrefix(p, "..") {
		return false
	}
	depth := strings.Count(file, "/")
	for _, part := range strings.Split(p, "/") {
		switch part {
		case "..":
			if depth--; depth < 0 {
				return true
			}
		case ".", "":
		default:
			depth++
		}
	}
	return false
}

// pipe looks for a program that is fetched and run at once. Installing a tool
// so, from its maker's host over TLS, is what people do; an order to an agent is
// not.
func (a *analysis) pipe(u *unit) {
	net := u.find(cNetwork, 0, len(u.tokens))
	shell := -1
	for i := net + 1; i < len(u.tokens); i++ {
		if u.classed(i, cShell) && (u.tokens[i-1].kind == piped || u.says(i-1, "sudo")) && !inlineCode(u.text[u.tokens[i].end:]) {
			shell = i
		}
	}
	if shell < 0 { // bash <(curl …), bash -c "$(curl …)"
		if first := u.find(cShell, 0, net); first >= 0 && u.substitutes(first, net) {
			net, shell = first, net
		}
	}
	if i := u.phrase(0, net, "iex"); shell < 0 && i >= 0 {
		net, shell = i, net
	}
	if shell < 0 || u.is(inTable|inForbid) || a.aboutAttacks(u) || u.negated(net) || u.tokens[net].quoted && !u.tokens[net].code && !u.is(inFence) {
		return
	}
	host, raw := "", ""
	for i := range u.tokens {
		if u.tokens[i].kind == url && host == "" {
			raw = u.at(i)
			host = hostOf(raw)
		}
	}
	end := max(shell, len(u.tokens)-1)
	if host == "" || localHost(host) {
		return
	}
	s := scanners.High
	if strings.HasPrefix(strings.ToLower(raw), "https://") && !sinkHost(host) && !address(host) && !u.is(inHidden) {
		if installer(raw, host) {
			return
		}
		if u.is(inSetup) || u.any&cSetup != 0 {
			s = scanners.LowSeverity
		}
	}
	a.note(u, signPipe, net, end, mark{rule: ruleRemote, severity: s})
}

// inlineCode says that an interpreter's options give it a program of their own:
// what is piped into it is data.
func inlineCode(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return strings.HasPrefix(rest, "-c") || strings.HasPrefix(rest, "-m") || strings.HasPrefix(rest, "-e") || strings.HasPrefix(rest, "-n") || strings.HasPrefix(rest, "-p")
}

// substitutes says that between an interpreter and a fetch stands a command or
// process substitution.
func (u *unit) substitutes(i, j int) bool {
	s := u.text[u.tokens[i].end:u.tokens[j].start]
	return len(s) < 40 && (strings.Contains(s, "$(") || strings.Contains(s, "<("))
}

// address is a host that is a number.
func address(h string) bool { return strings.Trim(h, "0123456789.") == "" }

// installer is an address under which the maker of a tool publishes how to
// install it: a host or path that says so.
func installer(raw, host string) bool {
	l := strings.ToLower(raw)
	return strings.HasPrefix(host, "get.") || strings.HasPrefix(host, "install.") || strings.HasPrefix(host, "sh.") ||
		strings.Contains(l, "/install") || strings.Contains(l, "install.sh") || strings.Contains(l, "/setup") && strings.HasSuffix(host, "nodesource.com")
}

// follows looks for texts that are fetched and then obeyed, in one unit or two.
func (a *analysis) follows(u *unit) {
	dest := -1
	for i := range u.tokens {
		if u.tokens[i].kind == url && !localHost(hostOf(u.at(i))) {
			dest = i
			break
		}
	}
	if dest < 0 {
		a.followsFetched(u)
		return
	}
	fetch := a.fetchBefore(u, dest)
	if fetch < 0 {
		a.followsNamed(u, dest)
		return
	}
	if u.any&(cMention|cIf) != 0 && !u.is(inHidden) {
		return
	}
	if !u.classed(fetch, cNetwork) && u.fetchesRules(fetch, dest) {
		a.include(u, fetch, dest)
		return
	}
	if i := a.obeys(u, fetch+1); i >= 0 {
		a.include(u, fetch, max(i, dest))
		return
	}
	switch u.tokens[fetch].form {
	case "visit", "open", "go", "check", "browse", "access", "consult":
		return // as people do
	}
	a.fetched, a.fetchedAt = mark{sign: signFetch, start: u.tokens[fetch].start}, u.index
}

func (a *analysis) include(u *unit, i, j int) {
	a.note(u, signFetch, i, j, mark{rule: ruleRemote, severity: scanners.High})
}

// followsFetched looks for the second step: follow it.
func (a *analysis) followsFetched(u *unit) {
	if a.fetched.sign == 0 || u.index-a.fetchedAt > 2 {
		return
	}
	i := a.obeys(u, 0)
	if i < 0 || !u.has(cIt, i, i+5) && !u.names(i, i+7, "there") || u.names(i, len(u.tokens), "by") {
		return
	}
	if verb := u.find(cFetch, 0, len(u.tokens)); a.fetched.end != 0 && (verb < 0 || !u.asked(verb)) {
		return // the first step only named an address
	}
	start := a.fetched.start
	a.include(u, i, i)
	a.found[len(a.found)-1].start = start
	a.fetched = mark{}
}

// fetchBefore is the verb that asks to fetch the address at dest, -1 without
// one.
func (a *analysis) fetchBefore(u *unit, dest int) int {
	for i := dest - 1; i >= 0 && dest-i <= 8; i-- {
		t := &u.tokens[i]
		asked := u.asked(i) || t.class&cNetwork != 0 && i > 0 && u.classed(i-1, cRun)
		if t.class&cFetch != 0 && asked && !u.negated(i) && !a.spoken(u, i) {
			return i
		}
	}
	return -1
}

// followsNamed looks for addresses whose text is to be followed, though nothing
// says to fetch it: "follow the rules at …".
func (a *analysis) followsNamed(u *unit, dest int) {
	if u.any&(cMention|cIf|cSetup) != 0 {
		return
	}
	if i := a.obeys(u, 0); i >= 0 && i < dest && dest-i <= 8 && rawText(u.at(dest)) {
		a.include(u, i, dest)
		return
	}
	if u.any&cInstruction == 0 {
		return
	}
	if i := a.obeys(u, dest+1); i > 0 && u.has(cIt, i, i+3) && u.has(cFetch, dest, i) {
		a.include(u, dest, i)
		return
	}
	a.fetched, a.fetchedAt = mark{sign: signFetch, start: u.tokens[0].start, end: 1}, u.index
}

// fetchesRules says that what is fetched is itself called rules or
// instructions: "load the latest guidelines from …".
func (u *unit) fetchesRules(fetch, dest int) bool {
	switch u.tokens[fetch].form {
	case "fetch", "download", "load", "retrieve", "pull", "import":
		from := u.phrase(fetch, dest, "from")
		i := u.find(cInstruction, fetch+1, from)
		return i > 0 && u.any&cSetup == 0 && (rawText(u.at(dest)) || !u.says(i, "instructions"))
	}
	return false
}

// rawText is an address that gives text rather than a page for people.
func rawText(raw string) bool {
	l := strings.ToLower(raw)
	return strings.HasPrefix(l, "https://raw.") || strings.HasPrefix(l, "https://gist.") ||
		!strings.Contains(l, "/blob/") && (strings.HasSuffix(l, ".md") || strings.HasSuffix(l, ".txt") || strings.HasSuffix(l, ".mdc"))
}

// obeys is the verb by which a unit tells to follow what was fetched, -1
// without one.
func (a *analysis) obeys(u *unit, from int) int {
	for i := from; i < len(u.tokens); i++ {
		if u.says(i, "treat") && u.has(cInstruction, i+1, i+6) || u.says(i, "do") && u.has(cIt, i+1, i+5) && u.names(i, i+6, "says") {
			return i
		}
		if !u.classed(i, cFollow) || !u.asked(i) || u.negated(i) || a.spoken(u, i) {
			continue
		}
		if i+2 < len(u.tokens) && u.tokens[i+1].kind == stop && u.tokens[i+2].kind == url && rawText(u.at(i+2)) {
			return i
		}
		for j := i + 1; j < min(len(u.tokens), i+7); j++ {
			if u.tokens[j].kind == stop || u.tokens[j].kind == comma || u.says(j, "our", "own") {
				break
			}
			if u.classed(j, cInstruction) || u.says(j, "it", "them", "steps", "step", "there", "commands", "says", "output", "response") {
				return i
			}
		}
	}
	return -1
}
