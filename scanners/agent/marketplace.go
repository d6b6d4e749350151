package agent

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// makers are accounts whose plugins are their own clients' or platforms'.
var makers = []string{"anthropics", "anthropic", "github", "microsoft", "openai", "google", "google-gemini", "googleapis", "cursor", "dotnet", "azure", "aws", "awslabs", "modelcontextprotocol", "atlassian", "sentry", "getsentry", "supabase", "vercel", "stripe", "hashicorp", "figma", "makenotion", "linear", "cloudflare", "microsoftdocs", "googlechrome", "chromedevtools"}

// marketplaces looks at where plugins come from, whose code and servers a client
// installs: a map of named sources, or a list.
func (c *check) marketplaces() {
	if !c.is("claude-code", "copilot-agent", "copilot-cli", "codebuddy", "factory", "cursor", "codex") {
		return
	}
	if path.Base(c.Path) == "marketplace.json" {
		c.listed()
	}
	for _, n := range c.at("/extraKnownMarketplaces") {
		n = n.Resolve()
		if n == nil {
			continue
		}
		for _, m := range n.Members {
			c.marketplace(m.Key, m.Value.Resolve())
		}
		for _, item := range n.Items {
			c.marketplace("", item.Resolve())
		}
	}
}

// plugins looks at packages that OpenCode installs from npm as it starts and
// runs in itself (opencode.ai/docs/plugins).
func (c *check) plugins() {
	if !c.is("opencode", "kilo") {
		return
	}
	for _, n := range c.at("/plugin/*") {
		l := launch.Parse([]string{"npx", "-y", text(n)})
		p := l.Package()
		if p.Ecosystem != launch.NPM || p.Pin != launch.PinNone && p.Pin != launch.PinTag || strings.HasPrefix(p.Name, "@opencode-ai/") {
			continue
		}
		name := credential.RedactKnown(p.Name)
		c.say(config.Hit{
			Rule: ruleMarketplace, Node: n, Span: n.Span, Slot: name, Severity: scanners.Medium, Package: "npm:" + name,
			Message: c.words("installs and runs the plugin ", name, ", in whatever version there is at the time"),
			Fix:     scanners.Say("Write the version that was looked at: ", name+"@X.Y.Z", "."),
		})
	}
}

// listed looks at the plugins that a marketplace of this repository hands on
// (code.claude.com/docs/en/plugin-marketplaces).
func (c *check) listed() {
	for _, n := range c.at("/plugins/*/source") {
		n = n.Resolve()
		if n == nil || n.Kind != doctree.Map {
			continue
		}
		where := text(n.Get("repo"))
		if where == "" {
			where = text(n.Get("url"))
		}
		if where == "" || inRepository(where) || slices.Contains(makers, accountOf(where)) || commit(text(n.Get("sha"))) || commit(text(n.Get("ref"))) {
			continue
		}
		c.say(config.Hit{
			Rule: ruleMarketplace, Node: n, Span: n.Span, Slot: text(n.Parent().Get("name")), Severity: scanners.LowSeverity,
			Message: c.words("gets a plugin of this marketplace from ", credential.RedactKnown(where), ", whatever stands there at the time"),
			Fix:     scanners.Say("Name the commit with ", "sha", "."),
		})
	}
}

func (c *check) marketplace(name string, n *doctree.Node) {
	if n == nil {
		return
	}
	source := n.Get("source").Resolve()
	if source == nil || source.Kind != doctree.Map {
		source = n
	}
	where := ""
	for _, key := range []string{"repo", "url", "package", "path"} {
		if where = text(source.Get(key)); where != "" {
			break
		}
	}
	if where == "" && isScalar(n) {
		where = n.Text
	}
	if name == "" {
		name = where
	}
	if where == "" || text(source.Get("source")) != "npm" && inRepository(where) || slices.Contains(makers, strings.TrimPrefix(accountOf(where), "@")) {
		return
	}
	h := config.Hit{
		Rule: ruleMarketplace, Node: n, Span: n.Span, Slot: name, Severity: scanners.High,
		Message: c.words("installs plugins from ", credential.RedactKnown(where), ", whatever stands there at the time"),
		Fix:     scanners.Say("Name the commit with ", "sha", ", or keep the plugins of the organisation in a repository of its own and have it approved."),
	}
	if commit(text(source.Get("sha"))) || commit(text(source.Get("ref"))) {
		h.Severity = scanners.LowSeverity
		h.Message = c.words("installs plugins from ", credential.RedactKnown(where))
	}
	c.say(h)
}

// inRepository says whether a source lies in the repository itself.
func inRepository(where string) bool {
	return strings.HasPrefix(where, "./") || strings.HasPrefix(where, "../") || where == "." || !strings.Contains(where, "/") && !strings.Contains(where, ":")
}

// accountOf is the account of owner/name or of a URL at a host of repositories.
func accountOf(where string) string {
	if _, after, ok := strings.Cut(where, "://"); ok {
		_, where, _ = strings.Cut(after, "/")
	} else if _, after, ok := strings.Cut(where, ":"); ok && strings.Contains(where, "@") {
		where = after
	}
	account, _, _ := strings.Cut(where, "/")
	return strings.ToLower(account)
}

// commit says whether a revision is a full commit id.
func commit(revision string) bool {
	return (len(revision) == 40 || len(revision) == 64) && strings.Trim(revision, "0123456789abcdefABCDEF") == ""
}
