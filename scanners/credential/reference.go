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
const clientSyntax = " brace brace-default brace-env vscode-input bare-dollar opencode-env opencode-file gha-secret windows-percent "

// maxReference bounds the text of a reference, in bytes.
const maxReference = 1024

// judgeReference judges value[start:end] if all of it is one reference.
func judgeReference(ctx *scope, value string, start, end int) (js []Judgement, ok bool) {
	text := value[start:end]
	if from, to, ok := fallback(text); ok {
		return judgeDefault(ctx, value, start, start+from, start+to), true
	}
	class, id, ok := reference(ctx, text)
	if !ok {
		return nil, false
	}
	if len(text) >= 16 { // a credential between the brackets is no reference
		if js := credentials(judgeShapes(ctx, value, start, end), Low); len(js) > 0 {
			return js, true
		}
	}
	if part, down := ctx.deeper(); id == "crush-cmd" && down {
		if js := credentials(judgeText(part, text), Medium); len(js) > 0 {
			return shift(js, start), true
		}
	}
	js = ctx.says(class, start, end)
	js[0].Reference = Redact(text)
	return js, true
}

// judgeDefault judges ${VAR:-default}, of which the default is value[from:to].
// The Reference is given without it.
func judgeDefault(ctx *scope, value string, start, from, to int) []Judgement {
	js := ctx.says(expanded(ctx, "brace-default"), start, from)
	js[0].Reference = Redact(value[start:from]) + "}"
	if part, ok := ctx.deeper(); ok {
		return append(js, shift(judgeValue(part, value[from:to]), from)...)
	}
	return js
}

// reference says whether text is one whole reference, and of which syntax.
func reference(ctx *scope, text string) (class Class, id string, ok bool) {
	if len(text) > maxReference || !strings.ContainsAny(text, "${%:") && !strings.HasPrefix(text, "COPILOT_MCP_") && !strings.HasPrefix(text, "os.environ/") &&
		!strings.HasPrefix(text, "process.env.") {
		return Harmless, "", false
	}
	for _, s := range syntaxes() {
		if s.id == "legacy-angle" || s.id == "docker-passthrough" || !s.re.MatchString(text) {
			continue // a placeholder, and a name that only argv gives a meaning
		}
		if c := expanded(ctx, s.id); !ok || c == Reference {
			class, id, ok = c, s.id, true
		}
	}
	return class, id, ok
}

// expanded says what a reference of a syntax is to this client.
func expanded(ctx *scope, id string) Class {
	if ctx.AnyReference || !in(clientSyntax, id) {
		return Reference
	}
	for _, known := range ctx.References {
		if known == id {
			return Reference
		}
	}
	return Unexpanded
}

// fallback is the literal in ${VAR:-literal}: its range in the text.
func fallback(text string) (start, end int, ok bool) {
	if !strings.HasPrefix(text, "${") || !strings.HasSuffix(text, "}") {
		return 0, 0, false
	}
	i := strings.Index(text, ":-")
	if i < 0 || i > 128 || !plainName(text[2:i]) {
		return 0, 0, false
	}
	// ${A:-x}${B} is two references, not one with a long default.
	depth := 0
	for k := i + 2; k < len(text)-1; k++ {
		switch text[k] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return 0, 0, false
			}
		}
	}
	return i + 2, len(text) - 1, true
}

// embedded matches references within a longer value.
var embedded = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{\{[^}]{1,200}\}\}|\{\{[^}]{1,200}\}\}|\$\{[A-Za-z_][^}]{0,200}\}|\{(?:env|file):[^}]{1,200}\}|\$[A-Z_][A-Z0-9_]{2,}|%[A-Z_][A-Z0-9_]+%`)
})

// composed says whether a value is put together from references and fixed
// text that holds no credential: ${USER}:${PASS}, prefix-${KEY}.
func composed(value string) bool {
	if len(value) > maxReference || !strings.ContainsAny(value, "${%") {
		return false
	}
	rest := embedded().ReplaceAllString(value, " ")
	if rest == value || !strings.HasPrefix(value, "$") && !strings.ContainsAny(value, "{%") {
		return false // pa$SWORD is a password
	}
	for _, part := range strings.Fields(rest) {
		if strong(part) {
			return false
		}
	}
	return true
}
