package trace

import (
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// family is how the names of a provider's models are written. Of providers that
// serve others' models the name alone decides.
type family struct {
	product string
	pattern *regexp.Regexp
}

// families, the first that matches counts. Sources: the providers' lists of
// models, 2026-11.
var families = []family{
	{"openai", regexp.MustCompile(`^(?:ft:)?(?:gpt-(?:3\.5|4|4\.1|4\.5|4o|5|5\.\d|6|oss|image|realtime|audio)(?:[-.:].*)?|chatgpt-4o-latest|chatgpt-image.*|o[1-9](?:-(?:mini|preview|pro|deep-research|high|low).*|-\d{4}-\d{2}-\d{2})?|text-embedding-(?:ada-002|3-(?:small|large))|text-(?:davinci|curie|babbage|ada)-\d{3}|davinci-002|babbage-002|code-davinci-\d{3}|dall-e-[23]|tts-1(?:-hd)?|whisper-1|omni-moderation-.*|text-moderation-.*|computer-use-preview.*|codex-mini-latest|sora-2(?:-pro)?|gpt-4o-mini-tts)$`)},
	{"anthropic", regexp.MustCompile(`^claude-(?:instant|[1-9](?:[.-]\d)?|2\.[01]|opus|sonnet|haiku|mythos|3-(?:opus|sonnet|haiku)|3-[57]-(?:sonnet|haiku))(?:[-@.].*)?$`)},
	{"google-gemini", regexp.MustCompile(`^(?:models/)?(?:gemini-(?:\d(?:\.\d)?-(?:pro|flash|ultra|nano).*|pro.*|flash.*|ultra.*|embedding.*|exp.*|live.*|robotics.*)|gemma-?\d.*|text-embedding-00\d|embedding-001|imagen-\d.*|veo-\d.*|learnlm-.*|text-bison.*|chat-bison.*|textembedding-gecko.*)$`)},
	{"mistral", regexp.MustCompile(`^(?:open-)?(?:mistral-(?:tiny|small|medium|large|nemo|embed|saba|ocr|7b|moderation).*|mixtral-8x\d+b.*|codestral-.*|ministral-\d.*|magistral-.*|devstral-.*|pixtral-.*|voxtral-.*)$`)},
	{"cohere", regexp.MustCompile(`^(?:command-(?:r|r-plus|a|light|nightly|text)(?:[-\d].*)?|command-(?:r|a)|c4ai-aya-.*|embed-(?:english|multilingual|v4).*|rerank-(?:english|multilingual|v\d).*)$`)},
	{"deepseek", regexp.MustCompile(`^deepseek-(?:chat|reasoner|coder|v\d.*|r\d.*|llm.*)$`)},
	{"xai", regexp.MustCompile(`^grok-(?:\d|beta|vision|code|2|3|4).*$`)},
	{"dashscope", regexp.MustCompile(`^(?:qwen-(?:plus|max|turbo|long|vl|flash|coder).*|qwq-(?:plus|32b).*|qwen\d(?:\.\d)?-.*|text-embedding-v\d)$`)},
	{"moonshot", regexp.MustCompile(`^(?:moonshot-v1-.*|kimi-(?:k\d|latest|thinking).*)$`)},
	{"zai", regexp.MustCompile(`^glm-(?:\d|z1|edge|4v).*$`)},
	{"perplexity", regexp.MustCompile(`^(?:sonar|sonar-(?:pro|reasoning|reasoning-pro|deep-research))$`)},
	{"minimax", regexp.MustCompile(`^(?:MiniMax-.*|abab\d.*)$`)},
	{"amazon-bedrock", regexp.MustCompile(`^(?:(?:us|eu|apac|global|au|jp|us-gov)\.)?(?:anthropic\.claude-.*|amazon\.(?:titan|nova)-.*|meta\.llama\d.*|mistral\.mi.*|cohere\.(?:command|embed|rerank)-.*|ai21\.j.*|stability\.s.*|deepseek\.(?:r|v)\d.*|openai\.gpt-oss.*|qwen\.qwen\d.*)$`)},
	{"voyage", regexp.MustCompile(`^voyage-(?:\d|large|code|lite|law|finance|multilingual|multimodal|context).*$`)},
	{"jina", regexp.MustCompile(`^jina-(?:embeddings|reranker|clip|colbert)-v\d.*$`)},
	{"stability-ai", regexp.MustCompile(`^(?:stable-diffusion-(?:xl|v\d|3|2).*|sd3(?:\.5)?-.*|stable-image-.*)$`)},
	{"hugging-face", regexp.MustCompile(`^(?:meta-llama|mistralai|google|microsoft|Qwen|deepseek-ai|sentence-transformers|BAAI|openai|facebook|HuggingFaceH4|HuggingFaceTB|tiiuae|bigscience|EleutherAI|stabilityai|nvidia|ibm-granite|intfloat|nomic-ai|Salesforce|NousResearch|TheBloke|unsloth|CohereForAI|01-ai|allenai|black-forest-labs|runwayml|THUDM|zai-org|moonshotai|MiniMaxAI|thenlper|mixedbread-ai|Alibaba-NLP|bartowski|lmsys|teknium|databricks|Snowflake|upstage|jinaai|xai-org|coqui|suno|pyannote)/[A-Za-z0-9][\w.-]+$`)},
	{"ollama", regexp.MustCompile(`^(?:llama\d?(?:\.\d)?|llama-\d.*|codellama|mistral|mixtral|gemma\d?|qwen\d?(?:\.\d)?(?:-coder)?|phi\d?(?:\.\d)?|deepseek-(?:r1|coder|v\d)|nomic-embed-text|mxbai-embed-large|all-minilm|llava|vicuna|orca-mini|tinyllama|starcoder2?|dolphin-\w+|wizardlm2|smollm\d?|granite\d?[\w.-]*|gpt-oss|bge-m3|qwq|command-r)(?::[\w.-]+)?$`)},
}

// through are gateways that write the provider before the model.
var through = regexp.MustCompile(`^(openai|anthropic|google|google_genai|google_vertexai|gemini|vertex_ai|azure|azure_ai|azure_openai|bedrock|bedrock_converse|mistral|mistralai|meta-llama|deepseek|x-ai|xai|cohere|perplexity|qwen|groq|together|together_ai|fireworks|fireworks_ai|openrouter|ollama|ollama_chat|cerebras|nvidia_nim|huggingface|amazon|moonshotai|z-ai|minimax|nousresearch|microsoft|github|googleai|vertexai)[/:](.+)$`)

// unsure are names that are words or other things too: they count only where a
// parameter for a model takes them.
var unsure = regexp.MustCompile(`^(?:o[1-9]|mistral|mixtral|phi\d?|gemma\d?|llama\d?|vicuna|llava|command-r|command-a|sonar|qwq|codellama|command-light|davinci-002|babbage-002|starcoder2?|all-minilm|llama\d(?:\.\d)?|qwen\d?(?:\.\d)?)$`)

// providerOf is the provider of a model's name, "" if it is none.
func providerOf(name string) string {
	if len(name) < 2 || len(name) > 120 {
		return ""
	}
	if m := through.FindStringSubmatch(name); m != nil {
		if p := gatewayOf(m[1], m[2]); p != "" {
			return p
		}
	}
	for _, f := range families {
		if f.pattern.MatchString(name) {
			return f.product
		}
	}
	return ""
}

// gatewayOf is the provider that a gateway's prefix names, if the rest is a
// model's name or the prefix leaves no doubt.
func gatewayOf(prefix, rest string) string {
	switch prefix {
	case "openai", "azure", "azure_ai", "azure_openai":
		if p := providerOf(strings.TrimPrefix(rest, "openai/")); p == "" {
			return ""
		}
		if prefix != "openai" {
			return "azure-openai"
		}
		return "openai"
	case "anthropic":
		if !strings.HasPrefix(rest, "claude") {
			return ""
		}
		return "anthropic"
	case "openrouter":
		return "openrouter"
	case "ollama", "ollama_chat":
		if strings.HasPrefix(rest, "ollama") { // its image
			return ""
		}
		return "ollama"
	}
	for _, f := range families {
		if f.pattern.MatchString(rest) {
			if by := map[string]string{"groq": "groq", "bedrock": "amazon-bedrock", "bedrock_converse": "amazon-bedrock", "together": "together-ai", "together_ai": "together-ai", "fireworks": "fireworks-ai", "fireworks_ai": "fireworks-ai", "vertex_ai": "vertex-ai", "google_vertexai": "vertex-ai", "vertexai": "vertex-ai", "github": "github-models", "cerebras": "cerebras", "nvidia_nim": "nvidia"}[prefix]; by != "" {
				return by
			}
			return f.product
		}
	}
	return ""
}

var (
	// given is a name given to a parameter for a model.
	given = regexp.MustCompile(`(?i)(?:^|[^\w-])["']?((?:[\w.-]*[_.-])?(?:model|models|deployment)(?:[_-]?(?:name|id|uri|version|string|slug|path))?|[a-z]+model(?:name|id)?|engine|llm|embedder|embedding[_-]?model|azure_deployment|deploymentname|modelname|modelid|foundationmodel)["']?\s*\]?\s*(?::\s*[\w.|?\[\], <>]{1,60}?\s*=|:=|=>|=|:|,)\s*(?:[\w.]+\(\s*(?:default\s*=\s*)?)?(["'\x60])([^"'\x60\s]{2,120})["'\x60]`)
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
	// flag is a model that a command is given.
	flag = regexp.MustCompile(`--?[\w-]*model[\w-]*(?:\s+|=)["']?([A-Za-z][\w./:@-]{1,119})`)
	// inShell is a variable of a shell for a model, with a default or without.
	inShell = regexp.MustCompile(`(?i)(?:^|[\s;&|(])([a-z_]\w*)=["']?(?:\$\{\w+:?[-=])?([a-z][\w./:@-]{1,119})`)
	// paired is a variable that a list gives by name and value.
	paired = regexp.MustCompile(`(?i)\bname["']?\s*:\s*["']?([\w.-]*model[\w.-]*)["']?\s*,\s*["']?value["']?\s*:\s*["']?([a-z][\w./:@-]{1,119})`)
	// offered is an entry of a list of models, by what such lists call their names.
	offered = regexp.MustCompile(`(?:^|[{,\s(])["']?(?:id|name|value|slug|key)["']?\s*(?:=>|:|=)\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// offeredBare is one without quotes, in YAML.
	offeredBare = regexp.MustCompile(`^\s*(?:-\s+)?(?:id|name|value|slug)\s*:\s+([A-Za-z][\w./:@-]{1,119})\s*$`)
	// several is a list of models on one line.
	several = regexp.MustCompile(`(?i)models?["']?\s*(?::\s*[\w.|\[\], <>]{1,60}?\s*=|=|:|=>)\s*[\[({]([^\])}]{1,600})`)
	// setting is one without quotes: OPENAI_MODEL=gpt-4o, model: gpt-4o.
	setting = regexp.MustCompile(`(?i)^(?:export\s+|-\s+|set\s+|\$env:)?["']?([\w.-]*model[\w.-]*|[\w.-]*deployment[_-]?name|engine|llm)["']?\s*[=:]\s*["']?([A-Za-z][\w./:@-]{1,119})["']?\s*,?\s*(?:#.*)?$`)
)

// ofModels says whether a parameter is for a language model and not for
// another thing that has models: every word of its name must be one of these.
func ofModels(parameter string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(parameter), func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		switch word {
		case "model", "models", "name", "id", "uri", "version", "string", "slug", "path", "deployment", "engine", "llm", "ai", "chat", "gpt", "default", "base", "fallback", "primary", "main", "small", "large", "fast", "big", "reasoning", "embedding", "embedder", "completion",
			"agent", "judge", "eval", "openai", "azure", "anthropic", "claude", "gemini", "google", "ollama", "mistral", "groq", "deepseek", "openrouter", "bedrock", "litellm", "foundation", "self", "config", "settings", "args":
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
			if containsFold(line[m[2]:m[3]], "model") {
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
		if name := line[start:end]; len(s.choices) < maxTraces && !unsure.MatchString(name) && !inComment(line, start) {
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
	if !slices.ContainsFunc(s.choices, func(c choice) bool { return c.name != s.choices[0].name }) {
		return
	}
	for _, c := range s.choices {
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

// bare reads a setting without quotes.
func (s *search) bare(line string, take func(start, end int, sure bool)) {
	trimmed := strings.TrimLeft(line, " \t")
	if m := setting.FindStringSubmatchIndex(strings.TrimRight(trimmed, "\r ")); m != nil {
		off := len(line) - len(trimmed)
		take(off+m[4], off+m[5], sureOf(trimmed[m[2]:m[3]]))
	}
}

// taker gives what notes a model at a place of the line, once for each place.
// sure says that a model is meant, whatever its name.
func (s *search) taker(line string) func(start, end int, sure bool) {
	seen := map[int]bool{}
	return func(start, end int, sure bool) {
		name := line[start:end]
		if seen[start] || !sure && unsure.MatchString(name) {
			return
		}
		product := providerOf(name)
		if product == "" || strings.Contains(name, "${") || inComment(line, start) {
			return
		}
		seen[start] = true
		s.model(product, name, start, end)
		s.floating("product:"+product, name, line, start, end)
	}
}

// sureOf says whether a parameter takes nothing but models. Cars have engines.
func sureOf(parameter string) bool {
	return ofModels(parameter) && !strings.EqualFold(parameter, "engine")
}

// awaited is the model that a line says one of the following gives.
type awaited struct {
	lines int            // for how many of them it is waited
	as    *regexp.Regexp // how it is given
	sure  bool
}

var (
	// openValue is a parameter for a model whose value begins on the next line.
	openValue = regexp.MustCompile(`(?i)["']?\b([\w.-]*model(?:[_-]?(?:name|id))?)["']?\s*(?::|=|=>)\s*\(?\s*$`)
	nextValue = regexp.MustCompile(`^\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// openDefault is a variable, a flag or an input for a model, which may have a
	// default: Terraform's, argparse's, a workflow's.
	openDefault = regexp.MustCompile(`(?i)^(?:variable\s+"([\w-]*model[\w-]*)"\s*\{|.*["']--?([\w-]*model[\w-]*)["']|["']?([\w-]*model[\w-]*)["']?\s*:\s*\{?)`)
	nextDefault = regexp.MustCompile(`\bdefault["']?\s*[=:]\s*["']?([A-Za-z][\w./:@-]{1,119})["']?\s*(?:[,)}]|$)`)
	// openName is a variable whose value a list gives on the next line.
	openName  = regexp.MustCompile(`(?i)^(?:-\s+)?["']?name["']?\s*:\s*["']?([\w.-]*model[\w.-]*)["']?\s*,?$`)
	valueNext = regexp.MustCompile(`^\s*["']?value["']?\s*:\s*["']?([A-Za-z][\w./:@-]{1,119})`)
)

// farDefault is how many lines a default may stand below its variable.
const farDefault = 6

// expect looks at a line for what its next lines may give.
func (s *search) expect(trimmed string) {
	if !containsFold(trimmed, "model") {
		return
	}
	trimmed = strings.TrimRight(trimmed, " \t\r")
	if m := openName.FindStringSubmatch(trimmed); m != nil && s.lang == settings {
		s.awaited = awaited{1, valueNext, ofModels(m[1])}
		return
	}
	if m := openValue.FindStringSubmatch(trimmed); m != nil && s.lang != settings {
		s.awaited = awaited{1, nextValue, ofModels(m[1])}
		return
	}
	if m := openDefault.FindStringSubmatch(trimmed); m != nil && !nextDefault.MatchString(trimmed) {
		s.awaited = awaited{farDefault, nextDefault, ofModels(m[1] + m[2] + m[3])}
	}
}

// await looks at a line for what one before it has announced.
func (s *search) await(line string) {
	s.awaited.lines--
	if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "}") || strings.HasPrefix(trimmed, ")") {
		s.awaited.lines = 0
		return
	}
	if m := s.awaited.as.FindStringSubmatchIndex(line); m != nil {
		s.awaited.lines = 0
		s.taker(line)(m[2], m[3], s.awaited.sure)
	}
}

// model notes a model, and its provider with it.
func (s *search) model(product, name string, start, end int) {
	provider, ok := scanners.ProductOf(product)
	vendor := ""
	if ok {
		vendor = provider.Vendor
		s.add(provider, name, start, end, nil)
	}
	s.add(Model(name, vendor), name, start, end, func(x *scanners.Sighting) { x.Version = name })
}

// Model is the integration that a model's name stands for.
func Model(name, vendor string) scanners.Integration {
	return scanners.Integration{ID: "model:" + strings.ToLower(name), Kind: scanners.KindModel, Name: name, Vendor: vendor, Reputation: scanners.Known}
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
