package mcp

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/address"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/launch"
	"github.com/castellan-app/castellan/scanners/typosquat"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// advisories: what is known of a package's versions without asking anybody.
func (c *check) advisories() {
	for _, p := range c.launch().Packages {
		known := catalog.Advisories(p.Ecosystem, p.Name)
		for i := range known {
			c.advisory(p, &known[i])
		}
	}
}

func (c *check) advisory(p launch.Package, a *catalog.Advisory) {
	if a.Affects(p.Version) != catalog.Yes {
		return
	}
	h := config.Hit{Rule: ruleVulnerable, Severity: scanners.SeverityOf(a.Severity), Slot: a.ID, Package: p.Ecosystem + ":" + p.Name}
	if a.Malicious {
		h.Rule, h.Severity = ruleMalicious, scanners.Critical
		h.Message = c.say(" runs ", p.Spec(), ", which is known to be malicious ("+a.ID+": "+a.Summary+")")
		h.Fix = scanners.Say("Remove it. Whatever it ran on and every credential it could read there is to be taken as stolen.")
	} else {
		h.Message = c.say(" runs ", p.Spec(), ", which is vulnerable ("+a.ID+": "+a.Summary+")")
		h.Fix = scanners.Say("Take a version that is not affected.")
		if a.Fixed != "" {
			h.Fix = scanners.Say("Pin version ", a.Fixed, " or a later one.")
		}
	}
	c.reportWord(p.Word, h)
}

// unpinned: what is fetched anew at every start can change without a diff.
func (c *check) unpinned() {
	if c.srv.Managed {
		return
	}
	for _, p := range c.launch().Packages {
		h, ok := c.unpinnedHit(p)
		if !ok {
			continue
		}
		h.Package = p.Ecosystem + ":" + p.Name
		c.reportWord(p.Word, h)
	}
}

func (c *check) unpinnedHit(p launch.Package) (config.Hit, bool) {
	switch {
	case p.Pin == launch.PinExact || p.Pin == launch.PinLocal || p.Pin == launch.PinUnknown:
		return config.Hit{}, false
	case p.Ecosystem == launch.OCI && c.srv.Node.Get("build") != nil:
		return config.Hit{}, false // compose gives its own build that name
	case p.Ecosystem == launch.OCI:
		h := config.Hit{Rule: ruleUnpinnedImage, Severity: scanners.Medium, Slot: p.Name}
		if p.Version != "" && p.Version != "latest" {
			h.Severity = scanners.LowSeverity
		}
		h.Message = c.say(" runs image ", p.Spec(), " by a tag that can move")
		if p.Version == "" {
			h.Message = c.say(" runs whatever image ", p.Name, " is at the time")
		}
		h.Fix = scanners.Say("Name the image by its digest: ", p.Name+"@sha256:…", ".")
		return h, true
	case p.Ecosystem == launch.Git || p.Ecosystem == launch.URL:
		return config.Hit{
			Rule: ruleUnpinnedGit, Severity: scanners.High, Slot: p.Source,
			Message: c.say(" runs whatever stands in ", p.Source, " at the time"),
			Fix:     scanners.Say("Name the commit by its full id, behind ", "@", " or ", "#", "."),
		}, true
	case p.Name == "":
		return config.Hit{}, false
	}
	h := config.Hit{Rule: ruleUnpinnedPackage, Severity: scanners.Medium, Slot: p.Name}
	h.Message = c.say(" runs the newest version of ", p.Name, " there is at the time")
	if p.Version != "" {
		h.Message = c.say(" runs any version of ", p.Name, " that ", p.Version, " allows at the time")
	}
	h.Fix = scanners.Say("Pin a version you have looked at: ", p.Pinned(), ".")
	return h, true
}

// typosquat: a name that is almost a known one.
func (c *check) typosquat() {
	for _, p := range c.launch().Packages {
		name := p.Name
		if name == "" { // letters that no registry takes, and a reader does not see
			name = p.Word.Text[:max(0, strings.LastIndexByte(p.Word.Text, '@'))]
		}
		known, how, ok := typosquat.Similar(p.Ecosystem, name)
		if !ok {
			continue
		}
		c.reportWord(p.Word, config.Hit{
			Rule: ruleTyposquat, Severity: scanners.High, Slot: name, Package: p.Ecosystem + ":" + name,
			Message: c.say(" runs ", name, ", whose name is almost that of ", known, " ("+how+")"),
			Fix:     scanners.Say("If ", known, " was meant, correct the name, and look at what ran under the other one. Names of your own can be declared under ", "private_names", " in the organisation's policy."),
		})
	}
}

// archived: nobody mends it any more.
func (c *check) archived() {
	known := c.f.Known(c.srv)
	if known == nil || !known.Archived() {
		return
	}
	fix := scanners.Say("Look for a server that its maker still looks after.")
	if known.Successor != "" {
		fix = scanners.Say("Use ", known.Successor, ".")
	}
	h := config.Hit{Rule: ruleDeprecated, Severity: scanners.LowSeverity, Message: c.say(" is " + known.Name + ", which is archived: it gets no more fixes"), Fix: fix}
	if p := c.launch().Package(); p.Name != "" {
		h.Slot = p.Name
		c.reportWord(p.Word, h)
		return
	}
	c.report(nil, h)
}

// registry: a package from elsewhere is another package.
func (c *check) registry() {
	for _, w := range c.launch().Registry {
		h := config.Hit{Slot: "registry"}
		h.Node, h.Span = c.f.Word(c.srv, w)
		c.registryAt(w.Text, h)
	}
	for _, v := range c.variables() {
		if launch.IsRegistryVariable(v.name) {
			c.registryAt(v.value, v.at)
		}
	}
}

// registries are the public ones that packages come from anyway, and their
// documented mirrors by the same makers.
var registries = []string{"registry.npmjs.org", "registry.yarnpkg.com", "npm.jsr.io", "pypi.org", "files.pythonhosted.org", "test.pypi.org", "download.pytorch.org", "proxy.golang.org", "npm.pkg.github.com"}

func (c *check) registryAt(raw string, h config.Hit) {
	scheme, host, r := address.Parse(raw)
	if host == "" || r == address.Loopback || scheme == "https" && slices.Contains(registries, host) {
		return
	}
	h.Rule, h.Severity, h.Host = ruleRegistry, scanners.High, host
	h.Message = c.say(" takes its packages from ", host, ", not from the public registry")
	if scheme == "http" {
		h.Message = c.say(" takes its packages in clear over http:// from ", host)
	}
	h.Fix = scanners.Say("Take it out, or name the host under ", "approved_hosts", " in the organisation's policy if it is your own registry.")
	c.report(nil, h)
}

// shellServer: a server whose purpose it is to run what it is told: one that is
// known for it, or that says nothing else of itself.
func (c *check) shellServer() {
	p := c.launch().Package()
	h := config.Hit{
		Rule: ruleShellServer, Severity: scanners.High,
		Fix: scanners.Say("Remove it, or run it in a container or sandbox that holds nothing of worth."),
	}
	switch known := c.f.Known(c.srv); {
	case known != nil && known.Shell:
		h.Message = c.say(" is " + known.Name + ": it lets the agent run any command on this machine")
	case known == nil && (shellName(p.Name) || shellName(repositoryName(p.Source))):
		h.Doubt = 1
		h.Message = c.say(" is ", p.Spec(), ": by its name, it lets the agent run any command on this machine")
	default:
		return
	}
	if p.Name != "" {
		h.Slot = p.Name
		c.reportWord(p.Word, h)
		return
	}
	c.report(nil, h)
}

// repositoryName is the last part of a repository's address: windows-mcp.
func repositoryName(source string) string {
	return strings.TrimSuffix(source[strings.LastIndexByte(source, '/')+1:], ".git")
}

// Words of packages that run commands or work the desktop, and words that may
// stand beside them.
const (
	shellWords = " shell terminal iterm iterm2 applescript powershell bash zsh ssh cmd cli commands command exec executor tmux autohotkey pyautogui computer desktop windows osascript subprocess "
	otherWords = " mcp server servers super mac macos linux win windows tool tools remote secure safe local interactive js py node python control commander use automation access run runner executor the my "
)

// shellName says whether a package's name says that it runs commands, and
// nothing else.
func shellName(name string) bool {
	_, bare, scoped := strings.Cut(name, "/")
	if !scoped {
		bare = name
	}
	shell, mcp := false, false
	for word := range strings.FieldsFuncSeq(strings.ToLower(bare), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		switch {
		case wordset.Has(shellWords, word):
			shell = shell || word != "cli" && word != "windows" && word != "desktop" || strings.Contains(bare, "win-cli") || bare == "windows-mcp" || bare == "mcp-windows"
		case !wordset.Has(otherWords, word):
			return false
		}
		mcp = mcp || word == "mcp" || word == "server"
	}
	return shell && mcp
}

// broadRoot: a server of files with more of them than a project, by its
// arguments or by a variable that says where it may go.
func (c *check) broadRoot() {
	if c.launch().Ecosystem == launch.OCI {
		return // what a container's paths lead to, its mounts say
	}
	for _, v := range c.variables() {
		if !v.contained && bounds(v.name) {
			c.broad(v.value, v.at)
		}
	}
	files := filesName(c.launch().Package().Name) || filesName(c.launch().Script.Text)
	if known := c.f.Known(c.srv); known == nil && !files || known != nil && !known.Files {
		return
	}
	for _, w := range c.launch().Args {
		if !strings.HasPrefix(w.Text, "-") {
			h := config.Hit{Slot: w.Text}
			h.Node, h.Span = c.f.Word(c.srv, w)
			c.broad(w.Text, h)
		}
	}
}

// filesName says whether a package calls itself a server of files.
func filesName(name string) bool {
	words := nameWords(name)
	return anyWord(words, "FILESYSTEM", "FILESYSTEMS") || anyWord(words, "FILE") && anyWord(words, "SYSTEM")
}

// bounds says whether a variable is where a server of files is told to stay:
// ALLOWED_DIRECTORIES, FILESYSTEM_ROOT, MCP_ALLOWED_PATHS.
func bounds(name string) bool {
	w := nameWords(name)
	place := anyWord(w, "DIR", "DIRS", "DIRECTORY", "DIRECTORIES", "PATH", "PATHS", "ROOT", "ROOTS", "FOLDER", "FOLDERS")
	return place && anyWord(w, "ALLOWED", "ALLOW") || anyWord(w, "FILESYSTEM", "FS", "FILES") && anyWord(w, "ROOT", "ROOTS")
}

func (c *check) broad(paths string, h config.Hit) {
	for path := range strings.FieldsFuncSeq(paths, func(r rune) bool { return r == ',' || r == ';' }) {
		if path = strings.TrimPrefix(strings.TrimSpace(path), "file://"); !broadPath(path) {
			continue
		}
		h.Rule, h.Severity = ruleBroadRoot, scanners.High
		h.Message = c.say(" may read and write all below ", path)
		h.Fix = scanners.Say("Name the folders it needs, as in ", "./docs", ".")
		c.report(nil, h)
		return
	}
}
