package mcp

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/launch"
)

// remoteCode: what is fetched runs at once.
func (c *check) remoteCode() {
	cmd, ok := launch.FetchesAndRuns(c.launch().Shell)
	if !ok {
		return
	}
	w := launch.Word{}
	if len(cmd.Words) > 0 {
		w = cmd.Words[0]
	}
	c.reportWord(w, config.Hit{
		Rule: ruleRemoteCode, Severity: scanners.Critical,
		Message: c.say(" runs code as it is fetched: whoever controls the address controls the machine"),
		Fix:     scanners.Say("Keep the script in the repository, or install a pinned package, and start that."),
	})
}

// inlineCode: a program inside a configuration is read by nobody.
func (c *check) inlineCode() {
	l := c.launch()
	if l.Inline.Text == "" {
		return
	}
	if _, fetched := launch.FetchesAndRuns(l.Shell); fetched {
		return // said already
	}
	c.reportWord(l.Inline, config.Hit{
		Rule: ruleInlineCode, Severity: scanners.High,
		Message: c.say(" runs a program that stands in its own arguments (" + l.InlineLang + ")"),
		Fix:     scanners.Say("Put it into a file of the repository, where it is reviewed, and start that."),
	})
}

// temporaryPath: what is started there may be anything by then.
func (c *check) temporaryPath() {
	l := c.launch()
	for _, w := range []launch.Word{l.Script, l.Program} {
		if w.Text == "" || !temporary(w.Text) {
			continue
		}
		c.reportWord(w, config.Hit{
			Rule: ruleTemporary, Severity: scanners.High,
			Message: c.say(" is started from ", w.Text, ", where anybody and anything may write"),
			Fix:     scanners.Say("Start it from the repository or from an installed package."),
		})
		return
	}
	c.temporaryFolder()
}

// temporaryFolder: what a relative path leads to depends on the folder.
func (c *check) temporaryFolder() {
	l := c.launch()
	if l.Script.Text == "" || rooted(l.Script.Text) {
		return
	}
	h := config.Hit{
		Rule: ruleTemporary, Severity: scanners.High,
		Fix: scanners.Say("Start it from the repository or from an installed package."),
	}
	if l.Dir.Text != "" && temporary(l.Dir.Text) {
		h.Message = c.say(" is started in ", l.Dir.Text, ", where anybody and anything may write")
		c.reportWord(l.Dir, h)
		return
	}
	if n := c.srv.Node.Get("cwd").Resolve(); n != nil && temporary(n.Text) {
		h.Message, h.Slot = c.say(" is started in ", c.f.Text(n), ", where anybody and anything may write"), "cwd"
		c.report(n, h)
	}
}

// rooted says whether a path leads to the same place from every folder.
func rooted(file string) bool {
	return strings.HasPrefix(file, "/") || strings.HasPrefix(file, "~") || strings.HasPrefix(file, "$") || strings.HasPrefix(file, "%") || len(file) > 1 && file[1] == ':'
}

func (c *check) raised(w launch.Word, by string) {
	c.reportWord(w, config.Hit{
		Rule: ruleSudo, Severity: scanners.High, Slot: by,
		Message: c.say(" is started with the rights of another user, by ", by),
		Fix:     scanners.Say("Start it as the user who works with it."),
	})
}

// superuser: no server needs all of a machine.
func (c *check) superuser() {
	for _, w := range c.launch().Wrappers {
		switch w.Name {
		case "sudo", "doas", "su", "pkexec", "runas", "gsudo":
		default:
			continue
		}
		if len(w.Words) == 0 {
			continue
		}
		c.raised(w.Words[0], w.Name)
		return
	}
	for _, cmd := range c.launch().Shell.Commands { // Start-Process x -Verb RunAs
		if name, words := cmd.Program(); name == "start-process" || name == "saps" || name == "start" {
			for i, w := range words[:max(len(words)-1, 0)] {
				if strings.EqualFold(w.Text, "-Verb") && strings.EqualFold(words[i+1].Text, "RunAs") {
					c.raised(words[i+1], "RunAs")
					return
				}
			}
		}
	}
}
