package trace

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// offered is an entry of a list of models, by what such lists call their names.
	offered = regexp.MustCompile(`(?:^|[{,\s(])["']?(?:id|name|value|slug|key)["']?\s*(?:=>|:|=)\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// offeredBare is one without quotes, in YAML.
	offeredBare = regexp.MustCompile(`^\s*(?:-\s+)?(?:id|name|value|slug)\s*:\s+([A-Za-z][\w./:@-]{1,119})\s*$`)
	// several is a list of models on one line.
	several = regexp.MustCompile(`(?i)models?["']?\s*(?::\s*[\w.|\[\], <>]{1,60}?\s*=|=|:|=>)\s*[\[({]([^\])}]{1,600})`)
)

// choice is a model in a list of such.
type choice struct {
	product, name    string
	line, start, end int
}

// listed reads the models that a program or its settings list, to choose from.
// Nobody asks for them yet, and other things go by a name like theirs: only
// names that are nothing else count, and only if a file has two.
func (s *search) listed(line string) {
	take := func(start, end int) {
		if name := line[start:end]; len(s.choices) < maxTraces && !unsure.MatchString(name) && !inComment(line, start) && !s.quotedProse(line, start) {
			if product := providerOf(name); ownNames[product] || s.lang != settings && openNames[product] {
				s.choices = append(s.choices, choice{product, name, s.line, start, end})
			}
		}
	}
	for _, m := range offered.FindAllStringSubmatchIndex(line, 10) {
		take(m[2], m[3])
	}
	if s.lang == settings {
		if m := offeredBare.FindStringSubmatchIndex(strings.TrimRight(line, "\r")); m != nil {
			take(m[2], m[3])
		}
	}
	for _, m := range several.FindAllStringSubmatchIndex(line, 3) {
		for _, q := range quotedText.FindAllStringSubmatchIndex(line[m[2]:m[3]], 40) {
			take(m[2]+q[2], m[2]+q[3])
		}
	}
}

// choose notes the models that were listed, if it is a list.
func (s *search) choose() {
	if len(s.out) > 0 { // something else of AI is in the file
		for _, c := range s.doubts {
			s.line = c.line
			s.model(c.product, c.name, c.start, c.end)
		}
	}
	if !slices.ContainsFunc(s.choices, func(c choice) bool { return c.name != s.choices[0].name }) {
		return
	}
	for _, c := range s.choices {
		if s.taken[at{c.line, c.start}] {
			continue
		}
		s.line = c.line
		s.model(c.product, c.name, c.start, c.end)
	}
}

var (
	// ownNames are providers after whose models nothing else is called.
	ownNames = map[string]bool{"openai": true, "azure-openai": true, "anthropic": true, "google-gemini": true, "vertex-ai": true, "xai": true, "amazon-bedrock": true, "perplexity": true}
	// openNames are those after whose models deployments and volumes are called.
	openNames = map[string]bool{"mistral": true, "deepseek": true, "dashscope": true, "moonshot": true, "groq": true, "openrouter": true, "voyage": true, "cohere": true}
)
