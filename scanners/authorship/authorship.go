// Package authorship tells which agents made or helped to make a commit, by the
// addresses and trailers that they sign with. All of it can be forged and
// switched off: it says who works here, not who does not.
package authorship

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

// Commit is what a commit says of its making. Author and Committer are "Name
// <email>".
type Commit struct{ Author, Committer, Message string }

// maxMessage bounds what is read of a message, in bytes.
const maxMessage = 64 << 10

// Agents are the agents behind a commit, by product slug, sorted. assisted says
// of each whether a person signed and the agent is only named beside them.
func Agents(c Commit) (products []string, assisted map[string]bool) {
	assisted = map[string]bool{}
	add := func(product string, helped bool) {
		if product == "" {
			return
		}
		if !slices.Contains(products, product) {
			products = append(products, product)
			assisted[product] = helped
		}
		assisted[product] = assisted[product] && helped
	}
	add(ofPerson(c.Author), false)
	add(ofPerson(c.Committer), false)
	message := c.Message[:min(len(c.Message), maxMessage)]
	for line := range strings.Lines(message) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "co-authored-by", "assisted-by", "co-developed-by", "generated-by":
			add(ofPerson(strings.TrimSpace(value)), true)
			add(byName(value), true)
		case "made-with":
			add(byName(value), true)
		case "amp-thread-id":
			add("amp", true)
		case "claude-session":
			add("claude-code", true)
		}
	}
	for _, m := range markers {
		if m.pattern.MatchString(message) {
			add(m.product, true)
		}
	}
	slices.Sort(products)
	return products, assisted
}

// markers are sentences that agents add to a message.
var markers = []struct {
	pattern *regexp.Regexp
	product string
}{
	{regexp.MustCompile(`(?i)generated with \[?claude code\]?`), "claude-code"},
	{regexp.MustCompile(`(?i)^\s*(?:🤖 )?generated (?:with|by) (?:\[?)codex\b`), "openai-codex"},
	{regexp.MustCompile(`(?i)copilot autofix powered by ai`), "github-copilot"},
	{regexp.MustCompile(`(?i)generated with \[?(?:crush|charm crush)\]?`), "crush"},
	{regexp.MustCompile(`(?i)generated with \[?(?:opencode)\]?\(`), "opencode"},
}

// ofPerson is the agent whose address "Name <email>" has, "" for a person.
func ofPerson(who string) string {
	open := strings.LastIndexByte(who, '<')
	if open < 0 {
		return ""
	}
	email := strings.ToLower(strings.TrimSuffix(strings.TrimSpace(who[open+1:]), ">"))
	if p := addresses[email]; p != "" {
		if p == "claude-code" && email == "noreply@anthropic.com" && !strings.Contains(strings.ToLower(who), "claude") {
			return ""
		}
		return p
	}
	local, host, ok := strings.Cut(email, "@")
	if !ok || host != "users.noreply.github.com" {
		return ""
	}
	if _, login, numbered := strings.Cut(local, "+"); numbered {
		local = login
	}
	if p := logins[strings.TrimSuffix(local, "[bot]")]; p != "" {
		return p
	}
	return ""
}

// byName is the agent that a trailer without an address names.
func byName(value string) string {
	name := strings.ToLower(strings.TrimSpace(value))
	if i := strings.IndexByte(name, '<'); i >= 0 {
		return "" // its address says more
	}
	for _, n := range []struct{ start, product string }{{"cursor", "cursor"}, {"claude", "claude-code"}, {"crush", "crush"}, {"codex", "openai-codex"}, {"gemini", "gemini-cli"}, {"github copilot", "github-copilot"}, {"copilot", "github-copilot"}, {"opencode", "opencode"}, {"aider", "aider"}} {
		if strings.HasPrefix(name, n.start) {
			return n.product
		}
	}
	return ""
}

// addresses are those that agents commit with. Sources: the agents' documentation
// and commits of public repositories (the project's survey of vendors, 2026-11).
var addresses = map[string]string{
	"noreply@anthropic.com": "claude-code", "claude@anthropic.com": "claude-code", "codex@openai.com": "openai-codex", "noreply@openai.com": "openai-codex",
	"cursoragent@cursor.com": "cursor", "noreply@cursor.com": "cursor", "bot@devin.ai": "devin", "windsurf@codeium.com": "windsurf", "openhands@all-hands.dev": "openhands",
	"noreply@opencode.ai": "opencode", "noreply@aider.chat": "aider", "aider@aider.chat": "aider", "amp@ampcode.com": "amp", "agent@warp.dev": "warp", "oz-agent@warp.dev": "warp",
	"crush@charm.land": "crush", "agent@replit.com": "replit-agent", "github@emergent.sh": "emergent",
}

// logins are accounts of agents on GitHub, without "[bot]".
var logins = map[string]string{
	"claude": "claude-code", "claude-code": "claude-code", "codex": "openai-codex", "chatgpt-codex-connector": "openai-codex", "openai-codex": "openai-codex", "copilot": "github-copilot", "copilot-swe-agent": "github-copilot", "copilot-pull-request-reviewer": "github-copilot",
	"cursor": "cursor", "cursoragent": "cursor", "devin-ai-integration": "devin", "windsurf-bot": "windsurf", "google-labs-jules": "jules", "gemini-cli": "gemini-cli", "gemini-code-assist": "gemini-code-assist", "amazon-q-developer": "amazon-q", "kiro-agent": "kiro",
	"openhands-agent": "openhands", "openhands-ai": "openhands", "factory-droid": "factory", "opencode-agent": "opencode", "kilo-code-bot": "kilo-code", "augmentcode": "augment", "jetbrains-junie": "junie", "junie-agent": "junie", "codegen-sh": "codegen",
	"sweep-ai": "sweep", "sweep-nightly": "sweep", "lovable-dev": "lovable", "gpt-engineer-app": "lovable", "v0": "v0", "coderabbitai": "coderabbit", "greptile-apps": "greptile", "sourcery-ai": "sourcery", "qodo-merge-pro": "qodo", "qodo-ai": "qodo", "codiumai-pr-agent": "qodo",
	"ellipsis-dev": "ellipsis", "korbit-ai": "korbit", "cubic-dev-ai": "cubic", "seer-by-sentry": "seer", "mentatbot": "mentat", "charliecreates": "charlie", "tembo-io": "tembo", "dosubot": "dosu", "mintlify": "mintlify", "roomote": "roo-code", "continue": "continue", "pixeebot": "pixee", "blackboxaicode": "blackbox",
}

// Integration is the agent of a slug.
func Integration(product string) scanners.Integration {
	if in, ok := scanners.ProductOf(product); ok {
		return in
	}
	for i, all := 0, catalog.Clients(); i < len(all); i++ {
		if c := &all[i]; c.Product == product {
			return scanners.Integration{ID: "product:" + product, Kind: scanners.KindAgent, Name: c.Name, Product: product, Vendor: c.Vendor, Reputation: scanners.Known}
		}
	}
	return scanners.Integration{ID: "product:" + product, Kind: scanners.KindAgent, Name: strings.ToUpper(product[:1]) + product[1:], Product: product, Reputation: scanners.Community}
}
