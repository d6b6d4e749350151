package trace

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// given is a name given to a parameter for a model.
	given = regexp.MustCompile(`(?i)(?:^|[^\w-])["']?((?:[\w.-]*[_.-])?(?:model|models|deployment)(?:[_-]?(?:name|id|uri|version|string|slug|path))?|[a-z]+model(?:name|id)?|engine|llm|embedder|embedding[_-]?model|azure_deployment|deploymentname|modelname|modelid|foundationmodel)["']?\s*\]?\s*(?::\s*[\w.|?\[\], <>]{1,60}?\s*=|:=|=>|=|:|,)\s*(?:[\w.]+\(\s*(?:["'][\w.-]+["']\s*,\s*)?(?:default\s*=\s*)?)?(["'\x60])([^"'\x60\s]{2,120})["'\x60]`)
	// called is a name handed to a function that makes a client of a model.
	called = regexp.MustCompile(`(?i)\b(?:\w*chat\w*|claude|litellm|a?completion|(?:create_\w*)?agent|create(?:openai|anthropic|google\w*|mistral|groq|xai|azure|cohere|deepseek|openrouter|amazonbedrock)\([^()\n]{0,200}\)|openai|azure|anthropic|google|gemini|vertex\w*|mistral|cohere|groq|xai|deepseek|perplexity|bedrock|ollama|openrouter|togetherai|fireworks|cerebras|generativemodel|init_chat_model|languagemodel|languageModel|model|llm|lm|embedding\w*|textembeddingmodel|get_?model|getgenerativemodel|from_pretrained|sentencetransformer|autotokenizer|pipeline|automodel\w*|crossencoder|gateway|provider\.chat|with_?model|set_?model|model_?(?:name|id)|add\w{2,40}(?:chatcompletion|chatclient|textgeneration|embeddinggenerator|embeddinggeneration))\s*\(\s*(?:(?:model(?:_?(?:name|id))?|id)\s*[:=]\s*)?(["'\x60])([^"'\x60\s]{2,120})["'\x60]`)
	// second is a name handed to a model behind its client.
	second = regexp.MustCompile(`\w(?:Model|LLM)\s*\(\s*[\w.]+\s*,\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// named is a method that sets the model, whatever its name.
	named = regexp.MustCompile(`(?i)\.(?:with_?|set_?)?model(?:_?(?:name|id))?\(\s*(["'\x60])([^"'\x60\s]{2,120})["'\x60]\s*\)`)
	// otherwise is the model that is asked for if a variable or setting gives none.
	otherwise = regexp.MustCompile(`(?i)([\w.-]*model[\w.-]*)["'\x60]?\s*[\])]*\s*(,|\|\||\?\?|\?:|\bor\b)\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// compared is what follows a name that something is compared with, or one of
	// those that a type allows.
	compared = regexp.MustCompile(`^\s*(?:in\b|[=!]=|not\b|\|(?:[^|]|$))`)
	// constant is a name in capitals that stands for a model.
	constant = regexp.MustCompile(`^\s*(?:(?:export|public|private|protected|internal|static|final|const|readonly|val|let|var|pub|string|String)\s+)*[A-Z][A-Z0-9_]*(?:\s*:\s*[&'\w]+(?:\s+str)?)?\s*:?=\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// flagDefault is the model that a program takes if it is given none.
	flagDefault = regexp.MustCompile(`(?i)["']--?([\w-]*model[\w-]*)["'][^)\n]{0,200}?\bdefault\s*[=:]\s*["']([^"'\s]{2,120})["']`)
	// escaped is a model in a document that a command is given in double quotes.
	escaped = regexp.MustCompile(`\\"model(?:_?id)?\\"\s*:\s*\\"([A-Za-z][\w./:@-]{1,119})\\"`)
	// flag is a model that a command is given.
	flag = regexp.MustCompile(`--?[\w-]*model[\w-]*(?:\s+|=)["']?([A-Za-z][\w./:@-]{1,119})`)
	// inShell is a variable of a shell for a model, with a default or without.
	inShell = regexp.MustCompile(`(?i)(?:^|[\s;&|(])([a-z_]\w*)(?:=|\s*[?:]=\s*)["']?(?:\$\{\w+:?[-=])?([a-z][\w./:@-]{1,119})`)
	// paired is a variable that a list gives by name and value.
	paired = regexp.MustCompile(`(?i)\bname["']?\s*:\s*["']?([\w.-]*model[\w.-]*)["']?\s*,\s*["']?value["']?\s*:\s*["']?([a-z][\w./:@-]{1,119})`)
	// setting is one without quotes: OPENAI_MODEL=gpt-4o, model: gpt-4o.
	setting = regexp.MustCompile(`(?i)^(?:export\s+|-\s+|set\s+|\$env:|%\w+\.)?["']?([\w.-]*model[\w.-]*|[\w.-]*deployment[_-]?name|engine|llm)["']?\s*[=:]\s*["']?([A-Za-z][\w./:@-]{1,119})["']?\s*,?\s*(?:#.*)?$`)
)

// ofModels says whether a parameter is for a language model and not for
// another thing that has models: every word of its name must be one of these.
func ofModels(parameter string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(parameter), func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		switch word {
		case "model", "models", "name", "id", "uri", "version", "string", "slug", "path", "deployment", "engine", "llm", "ai", "chat", "gpt", "default", "base", "fallback", "primary", "main", "small", "large", "fast", "big", "reasoning", "embedding", "embedder", "completion",
			"agent", "judge", "eval", "openai", "azure", "anthropic", "claude", "gemini", "google", "ollama", "mistral", "groq", "deepseek", "openrouter", "bedrock", "litellm", "foundation", "quarkus", "langchain4j", "spring", "client", "options", "dev", "prod", "self", "config", "settings", "args":
		default:
			if !strings.HasSuffix(word, "model") && !strings.HasSuffix(word, "modelname") && !strings.HasSuffix(word, "modelid") {
				return false
			}
		}
	}
	return true
}

// inline is such a setting in a map on one line: {model: gpt-4o, n: 1}.
var inline = regexp.MustCompile(`[{,]\s*([\w.-]*model[\w.-]*)\s*:\s+([A-Za-z][\w./:@-]{1,119})\s*[,}]`)

// modelWords are words of which one stands where a line has a model's place.
var modelWords = []string{"model", "engine", "deployment", "llm", "embedder"}

// models reads the models that a line names.
func (s *search) models(line string) {
	take := s.taker(line)
	if s.lang == shell {
		for _, m := range inShell.FindAllStringSubmatchIndex(line, 10) {
			if containsFold(line[m[2]:m[3]], "model") || alone(line[m[4]:m[5]], s.lang) {
				take(m[4], m[5], ofModels(line[m[2]:m[3]]))
			}
		}
	}
	if slices.ContainsFunc(modelWords, func(w string) bool { return containsFold(line, w) }) {
		for _, m := range given.FindAllStringSubmatchIndex(line, 10) {
			take(m[6], m[7], sureOf(line[m[2]:m[3]]))
		}
		for _, m := range otherwise.FindAllStringSubmatchIndex(line, 10) {
			if !compared.MatchString(line[m[1]:]) {
				take(m[6], m[7], ofModels(line[m[2]:m[3]]) && line[m[4]:m[5]] != "or")
			}
		}
		switch s.lang {
		case settings:
			for _, p := range []*regexp.Regexp{inline, paired} {
				for _, m := range p.FindAllStringSubmatchIndex(line, 10) {
					take(m[4], m[5], ofModels(line[m[2]:m[3]]))
				}
			}
			s.bare(line, take)
		case shell:
			for _, m := range escaped.FindAllStringSubmatchIndex(line, 5) {
				take(m[2], m[3], true)
			}
			for _, m := range flag.FindAllStringSubmatchIndex(line, 10) {
				take(m[2], m[3], false)
			}
			s.bare(line, take)
		default:
			for _, m := range flagDefault.FindAllStringSubmatchIndex(line, 3) {
				take(m[4], m[5], ofModels(line[m[2]:m[3]]))
			}
			for _, m := range named.FindAllStringSubmatchIndex(line, 10) {
				take(m[4], m[5], true)
			}
		}
	}
	if s.lang == settings || s.lang == shell {
		return
	}
	if strings.IndexByte(line, '(') >= 0 {
		for _, m := range called.FindAllStringSubmatchIndex(line, 10) {
			take(m[4], m[5], false)
		}
	}
	for _, p := range []*regexp.Regexp{constant, second} {
		if m := p.FindStringSubmatchIndex(line); m != nil {
			take(m[2], m[3], false)
		}
	}
}

// bare reads a setting without quotes.
func (s *search) bare(line string, take func(start, end int, sure bool)) {
	trimmed := strings.TrimLeft(line, " \t")
	if m := setting.FindStringSubmatchIndex(strings.TrimRight(trimmed, "\r ")); m != nil {
		off := len(line) - len(trimmed)
		take(off+m[4], off+m[5], sureOf(trimmed[m[2]:m[3]]))
	}
}

// at is a place of a file: a line and an offset in it.
type at struct{ line, start int }

// taker gives what notes a model at a place of the line, once for each place.
// sure says that a model is meant, whatever its name.
func (s *search) taker(line string) func(start, end int, sure bool) {
	return func(start, end int, sure bool) {
		name, here := line[start:end], at{s.line, start}
		doubtful := unsure.MatchString(name)
		if s.taken[here] || doubtful && (!sure || against.MatchString(strings.TrimRight(line[:start], "\"'`"))) {
			return
		}
		product := providerOf(name)
		if product == "" || strings.Contains(name, "${") || inComment(line, start) || s.quotedProse(line, start) {
			return
		}
		s.taken[here] = true
		if doubtful && s.lang != settings && s.lang != shell {
			s.doubts = append(s.doubts, choice{product, name, s.line, start, end})
			return
		}
		s.model(product, name, start, end)
		if !s.unasked {
			s.floating("product:"+product, name, line, start, end)
		}
	}
}

// structTag is how a field of Go's says what it is called and worth.
var structTag = regexp.MustCompile(`^\w+:"`)

// quotedProse says whether a name in quotes stands within a longer string, of a
// program: what people read, or another language. A document in a string is as
// good as one.
func (s *search) quotedProse(line string, start int) bool {
	if s.lang == settings || s.lang == shell || s.lang == rust || start == 0 || strings.IndexByte("\"'`", line[start-1]) < 0 {
		return false
	}
	before := line[:start-1]
	quote := openQuote(before)
	if quote == 0 || quote == line[start-1] || quote == '\'' && s.lang == script {
		return false
	}
	within := strings.TrimLeft(before[strings.LastIndexByte(before, quote)+1:], " ")
	return within != "" && within[0] != '{' && within[0] != '[' && !structTag.MatchString(within)
}

// sureOf says whether a parameter takes nothing but models. Cars have engines.
func sureOf(parameter string) bool {
	return ofModels(parameter) && !strings.EqualFold(parameter, "engine")
}

// containsFold is strings.Contains without regard to the case of letters; word
// is in lower case.
func containsFold(s, word string) bool {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return true
		}
	}
	return false
}
