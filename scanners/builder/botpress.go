package builder

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// Definitions of Botpress are programs (botpress.com/docs): what is read of them
// is what every one writes alike.
var (
	botpressImport = regexp.MustCompile(`\bfrom\s*["']@botpress/(?:sdk|runtime|adk)["']|\brequire\(["']@botpress/(?:sdk|runtime|adk)["']\)`)
	botpressOpens  = regexp.MustCompile(`\b(?:defineConfig|BotDefinition)\s*\(`)
	botpressName   = regexp.MustCompile(`(?m)^\s*name\s*:\s*["']([^"'\n]{1,100})["']`)
	botpressModels = regexp.MustCompile(`\bdefaultModels\s*:\s*\{([^}]{0,1000})\}`)
	botpressModel  = regexp.MustCompile(`["']([a-z][\w-]*):([\w./:-]{2,100})["']`)
	botpressAdds   = regexp.MustCompile(`\.addIntegration\(\s*([A-Za-z_]\w*)`)
	botpressBegins = regexp.MustCompile(`\bintegrations\s*:\s*\{`)
	botpressEntry  = regexp.MustCompile(`(?m)^\s*["']?([A-Za-z][\w-]*)["']?\s*:\s*\{[^\n]*\bversion\b`)
)

// botpressChannels are integrations by which people talk to the bot itself.
var botpressChannels = map[string]bool{"chat": true, "webchat": true, "browser": true}

// botpress reads a definition in TypeScript.
func (s *scan) botpress(data []byte) {
	text := withoutComments(string(data))
	if !botpressImport.MatchString(text) {
		return
	}
	opens := botpressOpens.FindStringIndex(text)
	if opens == nil {
		return
	}
	s.doc = &doctree.Document{Source: data}
	first, _, _ := strings.Cut(text, "\n")
	f := newFlow(s.base(), doctree.Span{End: len(first)}, "botpress", "Botpress", "")
	f.certain = true
	if m := botpressName.FindStringSubmatchIndex(text[opens[1]:]); m != nil {
		f.name, f.at = text[opens[1]+m[2]:opens[1]+m[3]], doctree.Span{Start: opens[1] + m[2], End: opens[1] + m[3]}
	}
	if strings.HasPrefix(text[opens[0]:], "defineConfig") {
		f.add(&node{role: agent, name: f.name, at: f.at})
	}
	if block := botpressModels.FindStringSubmatchIndex(text); block != nil {
		for _, m := range botpressModel.FindAllStringSubmatchIndex(text[block[2]:block[3]], 20) {
			at := doctree.Span{Start: block[2] + m[2], End: block[2] + m[5]}
			provider, name := text[block[2]+m[2]:block[2]+m[3]], text[block[2]+m[4]:block[2]+m[5]]
			f.add(&node{role: model, name: name, at: at, product: slugOf(providers, strings.ReplaceAll(provider, "-", "")), model: name})
		}
	}
	integration := func(start, end int) {
		if name := text[start:end]; !botpressChannels[strings.ToLower(name)] && f.node(name) == nil {
			f.add(&node{role: system, name: name, at: doctree.Span{Start: start, End: end}, system: systemOf(name), level: "write"})
		}
	}
	for _, m := range botpressAdds.FindAllStringSubmatchIndex(text, 100) {
		integration(m[2], m[3])
	}
	if begins := botpressBegins.FindStringIndex(text); begins != nil {
		for _, m := range botpressEntry.FindAllStringSubmatchIndex(text[begins[1]:], 100) {
			integration(begins[1]+m[2], begins[1]+m[3])
		}
	}
	s.sight(f)
}

// withoutComments is a program with blanks in place of the comments that fill
// lines, byte for byte.
func withoutComments(text string) string {
	out := []byte(text)
	block, at := false, 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if block || strings.HasPrefix(trimmed, "//") || strings.HasPrefix(trimmed, "/*") {
			for i := at; i < at+len(line); i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
			if block || strings.HasPrefix(trimmed, "/*") {
				block = !strings.Contains(trimmed, "*/")
			}
		}
		at += len(line)
	}
	return string(out)
}
