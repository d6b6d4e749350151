package agent

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
)

// Programs with which a rule that leaves their arguments open allows anything:
// they run what they are given, or reach any host.
const (
	interpreters = " bash sh zsh fish dash ksh cmd powershell pwsh python python2 python3 py node deno bun ruby perl php lua osascript npx bunx uvx pnpx tsx ts-node eval exec xargs env timeout gtimeout wsl source command watch nice nohup parallel " +
		"sudo doas su sshpass ssh scp sftp curl wget nc ncat netcat socat telnet ftp docker podman nerdctl kubectl rm aws gcloud az terraform gh git "
	runtimes = " bash sh zsh fish dash ksh cmd powershell pwsh python python2 python3 py node deno bun ruby perl php lua osascript "
	// executors start other programs with some of their options or parts: find
	// -exec, awk's system, npm exec, go run.
	executors = " find awk gawk npm pnpm yarn uv pip pip3 cargo go dotnet "
	overHosts = " ssh scp sftp curl wget nc ncat netcat socat telnet ftp sshpass "
)

// harmlessParts are first arguments behind which a program only looks, by
// program, where most others change what they are given; boundlessParts are
// those behind which it does anything.
var (
	harmlessParts = map[string]string{
		"kubectl": " get describe logs top version explain api-resources config diff rollout wait ",
		"aws":     " s3 sts configure ", "gcloud": " config info version ", "az": " account version ",
	}
	boundlessParts = map[string]string{
		"git": " push config clone filter-branch difftool ", "gh": " api secret auth workflow release gist extension ", "docker": " run exec cp ", "podman": " run exec cp ", "nerdctl": " run exec ",
		"kubectl": " exec delete apply run cp patch edit replace ", "terraform": " apply destroy import ", "npm": " publish exec ", "pipx": " run ", "pnpm": " dlx ", "yarn": " dlx ", "uv": " run ",
		"pdm": " run ", "poetry": " run ", "hatch": " run ", "pipenv": " run ", "rye": " run ", "go": " run ", "dotnet": " run exec script ", "claude": " mcp ",
	}
	// behind two words
	boundlessPairs = " gh pr merge gh repo delete gh repo create gh workflow run gh secret set gh secret delete gh auth token gh auth login gh extension install gh release delete docker compose run docker compose exec aws s3 rm aws s3 cp aws s3 sync claude mcp add claude mcp add-json "
)

// shellRule judges a rule for commands.
func (c *check) shellRule(e entry, p permission, denied map[string]bool) {
	if denied["Bash"] || denied["Bash(*)"] {
		return
	}
	pattern := strings.TrimSpace(p.pattern)
	if p.all || strings.Trim(pattern, "*:. ") == "" {
		if c.reported(e) {
			return
		}
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.High, Broad: true}, "lets every command run without a question")
		return
	}
	words, open := openWords(pattern)
	if c.prefixes() && len(words) > 0 && words[0] != "git" && words[0] != "gh" {
		open = true
	}
	switch {
	case len(words) == 0:
	case secretCommand(words) && !(open && (words[0] == "set" || words[0] == "export")):
		c.allow(e, config.Hit{Rule: ruleSecretRead, Severity: scanners.High}, "lets the agent read secrets without a question")
	case open && boundless(words):
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.High}, "lets commands without bounds run without a question")
	case open && len(words) == 1 && among(executors, words[0]):
		c.allow(e, config.Hit{Rule: ruleBroadAllow, Severity: scanners.LowSeverity}, "lets a program that starts others run without a question")
	}
}

// prefixes says whether the file's client takes every command for the beginning
// of one (cursor.com/docs/cli/reference/permissions, docs.roocode.com,
// google-gemini/gemini-cli docs/tools/shell.md).
func (c *check) prefixes() bool { return c.is("cursor", "devin", "vscode", "gemini-cli", "qwen-code") }

// reported says whether the catalogue's settings tell of an entry already.
func (c *check) reported(e entry) bool {
	return e.node != nil && (c.powered[place{ruleBroadAllow, e.node}] || c.powered[place{ruleWildcard, e.node}] || c.powered[place{ruleBypass, e.node}])
}

// openWords are the words of a command pattern before what it leaves open, and
// whether it leaves anything open. A pattern without a wildcard is a prefix only
// where the client says so with ":*".
func openWords(pattern string) (words []string, open bool) {
	if before, ok := strings.CutSuffix(pattern, ":*"); ok {
		return strings.Fields(before), true
	}
	if i := strings.IndexByte(pattern, '*'); i >= 0 {
		before := pattern[:i]
		words = strings.Fields(before)
		if before != "" && !strings.HasSuffix(before, " ") && len(words) > 0 && i > 0 {
			last := words[len(words)-1]
			if len(words) == 1 { // python* is any python
				return []string{last}, true
			}
		}
		return words, true
	}
	return strings.Fields(pattern), false
}

// boundless says whether a command whose other arguments are open can do
// anything: its program runs what it is given, and no word says what.
func boundless(words []string) bool {
	program := strings.ToLower(words[0])
	program = program[strings.LastIndexAny(program, `/\`)+1:]
	program = strings.TrimSuffix(program, ".exe")
	rest := bare(words[1:])
	if program == "sudo" || program == "doas" || program == "eval" || program == "sshpass" {
		return true
	}
	first := ""
	if len(rest) > 0 {
		first = rest[0]
	}
	if len(rest) > 1 && strings.Contains(boundlessPairs, " "+program+" "+rest[0]+" "+rest[1]+" ") {
		return len(rest) == 2
	}
	if program == "git" && first == "config" && len(words) > 2 && among(" --get --get-all --get-regexp --list -l get list ", words[2]) {
		return false // it reads settings
	}
	if parts := boundlessParts[program]; first != "" && among(parts, first) {
		return len(rest) == 1
	}
	if among(" npx bunx pnpx uvx ", program) && len(rest) == 1 && among(runtimes+" tsx ts-node ", first) {
		return true // what it starts runs what it is given
	}
	if !among(interpreters, program) {
		return program == "python" || strings.HasPrefix(program, "python")
	}
	if among(runtimes, program) && inline(words[1:]) {
		return true
	}
	if first == "" {
		return true
	}
	if among(overHosts, program) {
		return !local(rest)
	}
	if program == "rm" {
		return strings.HasPrefix(rest[len(rest)-1], "/") && strings.Count(rest[len(rest)-1], "/") < 2 || rest[len(rest)-1] == "~" || rest[len(rest)-1] == "~/"
	}
	if parts, ok := harmlessParts[program]; ok {
		return !among(parts, first) && !slices.ContainsFunc(rest, looks)
	}
	return false
}

// looks says whether a part of a command line only shows something, as the
// command lines of clouds call it: describe, list-buckets.
func looks(part string) bool {
	return among(" describe list ls show get-caller-identity help ", part) || strings.HasPrefix(part, "describe-") || strings.HasPrefix(part, "list-")
}

// bare are the words that are no flags.
func bare(words []string) []string {
	var out []string
	for _, w := range words {
		if !strings.HasPrefix(w, "-") {
			out = append(out, w)
		}
	}
	return out
}

// inline says whether the last word is a flag whose value is a program.
func inline(words []string) bool {
	return len(words) > 0 && slices.Contains([]string{"-c", "-e", "-lc", "--eval", "-p", "--print", "-Command", "-EncodedCommand", "/c", "//c"}, words[len(words)-1])
}

// local says whether a word names this machine, or an address with a path: what
// follows stays there.
func local(words []string) bool {
	for _, w := range words {
		w = strings.Trim(w, `"'`)
		_, after, isURL := strings.Cut(w, "://")
		host, path, _ := strings.Cut(after, "/")
		switch {
		case strings.HasPrefix(w, "localhost") || strings.HasPrefix(w, "127.0.0.1") || strings.HasPrefix(host, "localhost") || strings.HasPrefix(host, "127.0.0.1") || strings.HasPrefix(host, "[::1]"):
			return true
		case isURL && host != "" && path != "":
			return true
		case isURL && strings.Contains(host, "."):
			return true
		}
	}
	return false
}

// Boundless says whether a command that is allowed with any further arguments
// can do anything, as the rules about allow-lists have it.
func Boundless(command string) bool {
	words := strings.Fields(command)
	return len(words) > 0 && (boundless(words) || len(words) == 1 && among(executors, words[0]))
}
