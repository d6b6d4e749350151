package trace

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// chosen is where the settings of an AI client say which providers it asks, by
// the name of the file: opencode.ai/docs/providers, librechat.ai/docs,
// docs.continue.dev/reference.
var chosen = []struct {
	is      func(p string) bool
	pointer string
	byKey   bool // the provider is the member's key, else the value
	plugin  bool // it is a plugin of the client instead
}{
	{func(p string) bool { b := path.Base(p); return b == "opencode.json" || b == "opencode.jsonc" }, "/provider/*", true, false},
	{func(p string) bool { b := path.Base(p); return b == "librechat.yaml" || b == "librechat.yml" }, "/endpoints/custom/*/name", false, false},
	{inContinue, "/models/*/provider", false, false},
	{inContinue, "/models/*/uses", false, false},
	{inClaude, "/enabledPlugins/*", true, true},
}

func inClaude(p string) bool {
	b := path.Base(p)
	return (b == "settings.json" || b == "settings.local.json") && path.Base(path.Dir(p)) == ".claude"
}

func inContinue(p string) bool { return strings.Contains("/"+p, "/.continue/") }

// providers reads the providers that a client's settings choose.
func (s *search) providers() {
	for _, c := range chosen {
		if !c.is(s.path) {
			continue
		}
		syntax := doctree.YAML
		if strings.HasPrefix(path.Ext(s.path), ".json") {
			syntax = doctree.JSON
		}
		doc := doctree.Parse(syntax, s.data, doctree.Limits{Bytes: maxFile, Depth: 50, Nodes: 50000})
		for _, n := range doc.At(c.pointer) {
			name, span := n.Resolve().Text, n.Span
			if c.byKey {
				name, span = n.Key(), n.KeySpan()
			}
			switch {
			case name == "" || len(s.out) >= maxTraces || n.Resolve().Text == "false":
			case c.plugin:
				s.plugin(doc, n, name, span)
			default:
				s.provider(doc, n, name, span)
			}
		}
	}
}

func (s *search) provider(doc *doctree.Document, n *doctree.Node, name string, span doctree.Span) {
	in := scanners.Integration{ID: "local:" + s.path + "#" + name, Kind: scanners.KindModelProvider, Name: name, Reputation: scanners.Unknown}
	short, _, _ := strings.Cut(strings.ToLower(name), "/")
	for _, slug := range []string{short, strings.ReplaceAll(short, " ", "-"), aliases[short]} {
		if p, ok := scanners.ProductOf(slug); ok {
			in = p
			break
		}
	}
	x := scanners.Sighting{Name: credential.RedactKnown(name), Path: s.path, Pointer: credential.RedactKnown(n.Pointer())}
	for _, at := range []*doctree.Node{n.Resolve().Get("options").Get("baseURL"), n.Parent().Get("baseURL"), n.Parent().Get("apiBase")} {
		if at == nil || at.Kind != doctree.String || !strings.Contains(at.Text, "://") {
			continue
		}
		x.URL = credential.Redact(at.Text)
		if host := hostOf(at.Text); in.Product == "" && host != "" {
			in.ID, in.Aliases = "host:"+host, nil
			if p := catalog.ProductByHost(host); p != nil {
				in, _ = scanners.ProductOf(p.Slug)
			}
		}
	}
	x.Integration = in
	x.Region = regionOf(doc, span)
	s.out = append(s.out, x)
}

// plugin notes a plugin that a client is told to use: NAME@MARKETPLACE
// (code.claude.com/docs/en/plugins).
func (s *search) plugin(doc *doctree.Document, n *doctree.Node, name string, span doctree.Span) {
	in := scanners.Integration{ID: "claude-plugin:" + name, Kind: scanners.KindPlugin, Name: name, Reputation: scanners.Unknown}
	if strings.HasSuffix(name, "@claude-plugins-official") || strings.HasSuffix(name, "@claude-code-plugins") {
		in.Vendor, in.Reputation = "Anthropic", scanners.Known
	}
	in.ID, in.Name = credential.RedactKnown(in.ID), credential.RedactKnown(in.Name)
	s.out = append(s.out, scanners.Sighting{Integration: in, Name: in.Name, Path: s.path, Pointer: credential.RedactKnown(n.Pointer()), Client: "claude-code", Region: regionOf(doc, span)})
}

func regionOf(doc *doctree.Document, span doctree.Span) scanners.Region {
	line, column := doc.Position(span.Start)
	endLine, endColumn := doc.Position(span.End)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

// aliases are the names that clients have for providers, where they are not the
// catalogue's.
var aliases = map[string]string{
	"gemini": "google-gemini", "google": "google-gemini", "vertexai": "vertex-ai", "bedrock": "amazon-bedrock", "azure": "azure-openai", "huggingface": "hugging-face", "together": "together-ai", "fireworks": "fireworks-ai", "x-ai": "xai", "lmstudio": "lm-studio", "llama.cpp": "llama-cpp", "zhipu": "zai", "mistralai": "mistral", "github-copilot": "github-copilot", "nvidia": "nvidia", "moonshot": "moonshot",
}
