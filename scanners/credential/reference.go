package credential

import (
	"regexp"
	"strings"
	"sync"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// syntax is a compiled catalog.Reference.
type syntax struct {
	id string
	re *regexp.Regexp
}

var syntaxes = sync.OnceValue(func() []syntax {
	var out []syntax
	for _, r := range catalog.References() {
		out = append(out, syntax{r.ID, regexp.MustCompile(`^(?:` + r.Pattern + `)$`)})
	}
	return out
})

// clientSyntax are the syntaxes that one client expands and another does not.
// The others belong to wrappers, generators and templates: whoever writes them
// knows who resolves them, and the client is not the one.
const clientSyntax = " brace brace-default brace-env vscode-input bare-dollar opencode-env opencode-file gha-secret "

// reference judges a value that is one whole reference; ok is false otherwise.
func reference(ctx *Context, value string) (class Class, ok bool) {
	if !strings.ContainsAny(value, "${%<:") && !strings.HasPrefix(value, "COPILOT_MCP_") {
		return Harmless, false
	}
	matched := false
	for _, s := range syntaxes() {
		if !s.re.MatchString(value) {
			continue
		}
		if s.id == "legacy-angle" || s.id == "docker-passthrough" {
			continue // a placeholder, and a name that only argv gives a meaning
		}
		if ctx.AnyReference || !in(clientSyntax, s.id) {
			return Reference, true
		}
		matched = true
		for _, id := range ctx.References {
			if id == s.id {
				return Reference, true
			}
		}
	}
	if matched {
		return Unexpanded, true
	}
	return Harmless, false
}

// fallback is the literal in ${VAR:-literal}: its range in the value.
func fallback(value string) (start, end int, ok bool) {
	if !strings.HasPrefix(value, "${") || !strings.HasSuffix(value, "}") {
		return 0, 0, false
	}
	i := strings.Index(value, ":-")
	if i < 0 || strings.ContainsAny(value[2:i], "{}$ ") {
		return 0, 0, false
	}
	return i + 2, len(value) - 1, i+2 < len(value)-1
}
