package mcp

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/launch"
)

// mightyCaps are capabilities with which a container gets out of itself
// (capabilities(7), docs.docker.com/engine/security).
var mightyCaps = []string{"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "DAC_OVERRIDE", "SYS_BOOT", "BPF", "NET_ADMIN", "SYS_CHROOT", "MKNOD"}

// container: options that take a container's walls down.
func (c *check) container() {
	o := c.launch().Container
	if o.Privileged.Text != "" {
		c.privileged(o.Privileged, "--privileged")
	}
	for _, w := range o.CapAdd {
		if slices.Contains(mightyCaps, strings.TrimPrefix(strings.ToUpper(w.Text), "CAP_")) {
			c.privileged(w, "--cap-add")
		}
	}
	for _, w := range o.SecurityOpts {
		opt := strings.ToLower(w.Text)
		if strings.HasSuffix(opt, "unconfined") || strings.HasSuffix(opt, "label=disable") || strings.HasSuffix(opt, "label:disable") {
			c.privileged(w, "--security-opt")
		}
	}
	for _, w := range o.Devices {
		c.privileged(w, "--device")
	}
	for _, w := range o.Namespaces {
		c.privileged(w, "namespace")
	}
}

func (c *check) privileged(w launch.Word, slot string) {
	c.reportWord(w, config.Hit{
		Rule: ruleDockerPrivileged, Severity: scanners.Critical, Slot: slot,
		Message: c.say(" runs in a container without walls: ", w.Text),
		Fix:     scanners.Say("Take the option out, and add ", "--cap-drop=ALL", " if the image allows it."),
	})
}

// sockets with which a container commands the machine's container engine.
var engineSockets = []string{"docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine"}

// mounts: folders of the machine inside a container.
func (c *check) mounts() {
	for _, m := range c.launch().Mounts {
		severity, why := mountSeverity(m)
		if severity == scanners.Info {
			continue
		}
		c.reportWord(m.Word, config.Hit{
			Rule: ruleDockerMount, Severity: severity, Slot: m.Target,
			Message: c.say(" has ", m.Source, why),
			Fix:     scanners.Say("Mount the folder it needs and nothing above it, read-only: ", "./docs:/docs:ro", "."),
		})
	}
}

// mountSeverity says how bad a mount is, and why; Info is not at all.
func mountSeverity(m launch.Mount) (scanners.Severity, string) {
	if m.Kind != launch.Bind || m.Source == "" {
		return scanners.Info, ""
	}
	p := slashed(m.Source)
	base := p[strings.LastIndexByte(p, '/')+1:]
	switch {
	case slices.Contains(engineSockets, base):
		return scanners.Critical, " of this machine inside its container: with it, it commands every container and so the machine"
	case isRoot(p) || isHome(p) || secretPath(p) || p == "/etc" || p == "/proc" || p == "/sys" || p == "/dev" || p == "/var/run" || p == "/run":
		severity := scanners.Critical
		if m.ReadOnly && !isRoot(p) && !secretPath(p) {
			severity = scanners.High
		}
		return severity, " of this machine inside its container"
	case p == "/var" || p == "/usr" || p == "/opt" || p == "/boot" || strings.HasPrefix(p, "/etc/") && !strings.HasPrefix(p, "/etc/ssl") && p != "/etc/localtime" && p != "/etc/timezone" && p != "/etc/hosts" && p != "/etc/resolv.conf":
		return scanners.High, " of this machine inside its container"
	case !m.ReadOnly && wholeWorkspace(p):
		return scanners.LowSeverity, ", the whole workspace, inside its container, to be written"
	}
	return scanners.Info, ""
}

// workspaces are ways to write the folder that is open.
var workspaces = []string{".", "./", "$PWD", "${PWD}", "$(pwd)", "${workspaceFolder}", "${workspaceRoot}", "%cd%", "${CLAUDE_PROJECT_DIR}", "$CLAUDE_PROJECT_DIR", "${localWorkspaceFolder}"}

func wholeWorkspace(p string) bool { return slices.Contains(workspaces, p) }
