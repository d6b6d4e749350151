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

// ofRepository says whether a command runs a file of the repository.
func ofRepository(line string) bool {
	l := launch.Parse(strings.Fields(line))
	script := l.Script.Text
	if script == "" && (strings.HasPrefix(line, "./") || strings.HasPrefix(line, "../")) {
		script = l.Program.Text
	}
	for _, root := range []string{"$CLAUDE_PROJECT_DIR", "${CLAUDE_PROJECT_DIR}", `"$CLAUDE_PROJECT_DIR"`} {
		if strings.HasPrefix(script, root) {
			return true
		}
	}
	return script != "" && !strings.HasPrefix(script, "/") && !strings.HasPrefix(script, "~") && !strings.HasPrefix(script, "$") && !strings.HasPrefix(script, "%") &&
		(len(script) < 2 || script[1] != ':')
}
