package agent

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/launch"
)

// helperKeys are settings whose command mints credentials
// (code.claude.com/docs/en/settings).
var helperKeys = []string{"apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "gcpAuthRefresh", "otelHeadersHelper", "proxyAuthHelper"}

// helpers looks at commands that mint credentials: a script of the repository
// gets to hand out what everybody signs in with.
func (c *check) helpers() {
	if !c.is("claude-code", "codebuddy") {
		return
	}
	for _, key := range helperKeys {
		for _, n := range c.at("/" + key) {
			n = n.Resolve()
			if line := strings.TrimSpace(text(n)); line == "" || !ofRepository(line) {
				continue
			}
			c.say(config.Hit{
				Rule: ruleHelper, Node: n, Slot: key, Severity: scanners.Medium,
				Message: c.words("has a script of this repository mint its credentials: ", shorten(c.Text(n))),
				Fix:     scanners.Say("Keep the helper outside the repository, at a path that is managed, and name it in the settings of the person or the organisation."),
			})
		}
	}
}

// ofRepository says whether a command line runs a file of the repository.
func ofRepository(line string) bool {
	if script(launch.Parse(strings.Fields(line))) {
		return true
	}
	for _, cmd := range launch.ParseShell(line).Commands {
		words := make([]string, len(cmd.Words))
		for i, w := range cmd.Words {
			words[i] = w.Text
		}
		if script(launch.Parse(words)) {
			return true
		}
	}
	return false
}

// script says whether a launch starts a file of the repository.
func script(l launch.Launch) bool {
	file := l.Script.Text
	if file == "" && (strings.HasPrefix(l.Program.Text, "./") || strings.HasPrefix(l.Program.Text, "../") || inProject(l.Program.Text)) {
		file = l.Program.Text
	}
	return inProject(file) || l.Task.Text != "" || file != "" && !strings.ContainsAny(file[:1], "/~$%") && (len(file) < 2 || file[1] != ':')
}

// inProject says whether a path starts at the root of the repository, as a
// client's variable names it.
func inProject(file string) bool {
	for _, root := range []string{"$CLAUDE_PROJECT_DIR", "${CLAUDE_PROJECT_DIR}", `"$CLAUDE_PROJECT_DIR"`} {
		if strings.HasPrefix(file, root) {
			return true
		}
	}
	return false
}
