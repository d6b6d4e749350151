package agent

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Scripts implements scanners.Scanner: scripts and task files that start an
// agent without questions, and what IDEs start by themselves. It holds no state.
type Scripts struct{}

// NewScripts returns the scanner of scripts.
func NewScripts() Scripts { return Scripts{} }

// maxScript bounds what is read of a script, in bytes.
const maxScript = 1 << 20

// launcher is how an agent is started without questions: its program, the
// client it is, and the flags. Sources: the clients' own help, 2026-11.
type launcher struct {
	program, client string
	flags           []string
}

var launchers = []launcher{
	{"claude", "claude-code", []string{"--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "--permission-mode bypassPermissions", "--permission-mode=bypassPermissions"}},
	{"claude-code", "claude-code", []string{"--dangerously-skip-permissions"}},
	{"codex", "codex", []string{"--dangerously-bypass-approvals-and-sandbox", "--yolo", "--sandbox danger-full-access", "--sandbox=danger-full-access", "-s danger-full-access"}},
	{"gemini", "gemini-cli", []string{"-y", "--yolo", "--approval-mode yolo", "--approval-mode=yolo"}},
	{"gemini-cli", "gemini-cli", []string{"-y", "--yolo"}},
	{"qwen", "qwen-code", []string{"-y", "--yolo", "--approval-mode yolo", "--approval-mode=yolo"}},
	{"copilot", "copilot-cli", []string{"--allow-all-tools", "--yolo", "--allow-all"}},
	{"cursor-agent", "cursor", []string{"-f", "--yolo", "--force"}},
	{"aider", "aider", []string{"--yes-always"}},
	{"amp", "amp", []string{"--dangerously-allow-all"}},
	{"droid", "factory", []string{"--skip-permissions-unsafe"}},
	{"crush", "crush", []string{"--yolo"}},
	{"kimi", "kimi", []string{"--yolo"}},
	{"grok", "grok", []string{"--always-approve"}},
	{"kiro-cli", "kiro", []string{"--trust-all-tools"}},
	{"q", "amazon-q", []string{"--trust-all-tools"}},
}

// gates are what one of must stand in a file for anything to be found in it.
var gates = [][]byte{[]byte("--dangerously-"), []byte("--allow-dangerously-"), []byte("bypassPermissions"), []byte("--yolo"), []byte("danger-full-access"), []byte("=yolo"), []byte("mode yolo"), []byte("--allow-all"), []byte("--force"), []byte("--yes-always"),
	[]byte("--skip-permissions-unsafe"), []byte("--always-approve"), []byte("--trust-all-tools"), []byte("gemini"), []byte("qwen"), []byte("cursor-agent")}

// Rules are none of its own: its findings are of the rule about settings.
func (Scripts) Rules() []scanners.Rule { return nil }

// Candidate decides by name alone.
func (Scripts) Candidate(p string) scanners.Interest {
	base := path.Base(p)
	switch base {
	case "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile", "Taskfile.yml", "Taskfile.yaml", "package.json", "Procfile", "mise.toml", "Dockerfile", "Containerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "tasks.json", "devcontainer.json":
		return scanners.Chance
	}
	if isStartup(p) {
		return scanners.Chance
	}
	switch path.Ext(base) {
	case ".sh", ".bash", ".zsh", ".fish", ".ps1", ".cmd", ".bat", ".mk", ".dockerfile":
		return scanners.Chance
	}
	return scanners.NoInterest
}

// Scan reads one script.
func (Scripts) Scan(f scanners.File, _ *credential.Hasher) scanners.Result {
	var r scanners.Result
	if isStartup(f.Path) {
		return readStartup(f)
	}
	if !slices.ContainsFunc(gates, func(g []byte) bool { return bytes.Contains(f.Data, g) }) {
		return r
	}
	data := f.Data
	if len(data) > maxScript {
		data, r.Incomplete = data[:maxScript], "too large to be read whole"
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		l, at := unasked(line)
		if l == nil || len(r.Findings) >= mostSame {
			continue
		}
		r.Findings = append(r.Findings, scriptFinding(f.Path, l, line, n, at))
	}
	seen := map[string]bool{}
	for i := range r.Findings {
		c := catalog.ClientByID(r.Findings[i].Client)
		if !seen[c.ID] {
			seen[c.ID] = true
			r.Sightings = append(r.Sightings, scriptSighting(f.Path, c, r.Findings[i].Region))
		}
	}
	number(r.Findings)
	return r
}

// found is a flag and its bytes in a line.
type found struct {
	flag       string
	start, end int
}

// unasked is the agent that a line starts without questions, and the flag that
// says so; nil for none. What is commented out or only said starts nothing.
func unasked(line string) (*launcher, found) {
	trimmed := strings.TrimLeft(line, " \t@-\"'")
	for _, mark := range []string{"#", "//", "::", "rem ", "REM ", "echo ", "printf ", "grep ", "Write-Host ", "complete ", "compadd "} {
		if strings.HasPrefix(trimmed, mark) {
			return nil, found{}
		}
	}
	for i := range launchers {
		l := &launchers[i]
		at := wordIn(line, l.program, 0)
		if at < 0 {
			continue
		}
		for _, flag := range l.flags {
			if len(flag) == 2 && strings.Contains(line, "install") {
				continue // -y may be the package manager's
			}
			if start := wordIn(line, flag, at+len(l.program)); start >= 0 {
				return l, found{flag, start, start + len(flag)}
			}
		}
	}
	return nil, found{}
}

// wordIn is where a word stands in a line from a place on, -1 if nowhere. Paths
// and endings of programs belong to the word.
func wordIn(line, word string, from int) int {
	for from <= len(line) {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return -1
		}
		start, end := from+i, from+i+len(word)
		before, after := byte(' '), byte(' ')
		if start > 0 {
			before = line[start-1]
		}
		if end < len(line) {
			after = line[end]
		}
		if strings.IndexByte(" \t\"'`/\\;&|($={", before) >= 0 && strings.IndexByte(" \t\r\n\"'`;&|)\\,}@", after) >= 0 {
			return start
		}
		from = end
	}
	return -1
}

func scriptFinding(p string, l *launcher, line string, n int, at found) scanners.Finding {
	c := catalog.ClientByID(l.client)
	f := lineFinding(p, line, n, at.start, at.end)
	f.Rule, f.Severity, f.Integration, f.Slot, f.Client = ruleBypass, scanners.High, "product:"+c.Product, at.flag, c.ID
	f.Message = scanners.Say(c.Name+" is started without questions, with ", at.flag)
	if config.Passive(p) {
		f.Passive, f.Severity = true, f.Severity-1
	}
	f.Fix = scanners.Say("Take the flag out. Where the agent has to work alone, start it in a container that holds nothing of worth.")
	return f
}

func scriptSighting(p string, c *catalog.Client, region scanners.Region) scanners.Sighting {
	return scanners.Sighting{
		Integration: scanners.Integration{
			ID: "product:" + c.Product, Kind: scanners.KindAgent, Name: c.Name, Product: c.Product, Vendor: c.Vendor, Reputation: scanners.Known,
		},
		Name: path.Base(p), Path: p, Region: region, Client: c.ID,
	}
}

// number gives the second and later findings of one flag a slot of their own.
func number(findings []scanners.Finding) {
	seen := map[string]int{}
	for i := range findings {
		scanners.Distinguish(&findings[i], seen)
	}
}
