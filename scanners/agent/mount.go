package agent

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// mounts looks at what of the machine a dev container lets in, in which agents
// work (containers.dev/implementors/json_reference: a text as docker's --mount
// takes it, or a map).
func (c *check) mounts() {
	if !c.is("devcontainer") {
		return
	}
	for _, n := range c.at("/mounts/*") {
		n = n.Resolve()
		source := mountSource(n)
		h := config.Hit{Rule: ruleSandbox, Node: n, Slot: source, Severity: scanners.Medium, Fix: scanners.Say("Take it out, or mount only what the work needs.")}
		switch base := path.Base(source); {
		case base == "docker.sock":
			h.Message = c.words("gives the container Docker's socket, and with it this machine: ", source)
		case secretFile(source):
			h.Message = c.words("gives the container a folder of secrets: ", source)
		case base == ".claude" || base == ".codex" || base == ".gemini":
			h.Severity = scanners.LowSeverity
			h.Message = c.words("gives the container an agent's settings and session of this machine: ", source)
		default:
			continue
		}
		c.say(h)
	}
}

// mountSource is the place on this machine of a bind mount, "" of another.
func mountSource(n *doctree.Node) string {
	if n == nil {
		return ""
	}
	source, kind := text(n.Get("source")), text(n.Get("type"))
	if n.Kind == doctree.String {
		for option := range strings.SplitSeq(n.Text, ",") {
			switch name, value, _ := strings.Cut(strings.TrimSpace(option), "="); name {
			case "source", "src":
				source = value
			case "type":
				kind = value
			}
		}
	}
	if kind == "volume" || kind == "tmpfs" || !strings.ContainsAny(source, `/\`) {
		return ""
	}
	return strings.TrimRight(strings.ReplaceAll(source, `\`, "/"), "/")
}
