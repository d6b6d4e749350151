package trace

import (
	"regexp"
	"strings"
)

var (
	// whole is a string that is a name in whole.
	whole = regexp.MustCompile(`["'\x60]([A-Za-z][\w./:@-]{3,119})["'\x60]`)
	// against is what stands before a name that something is compared with.
	against = regexp.MustCompile(`(?i)(?:[=!]==?|[^|]\||\b(?:case|when|in|is|not|unless|if)|\b\w*(?:prefix|startswith|starts_with|endswith|includes|contains|has|tobe|equals?|equal_to|where|match|replace|split|assert\w*|expect\w*|raises)\s*\((?:[^()]*,)?)\s*[[({]?\s*(?:["'\x60][^"'\x60]*["'\x60],\s*)*$`)
	// keyed is what stands behind a name that is a key.
	keyed = regexp.MustCompile(`^\s*(?:=>|:[^:=])`)
	// titled are fields of what people read, and of things that have names.
	titled = regexp.MustCompile(`(?i)["']?\b(?:name|title|label|description|message|help|text|tags?|keywords?|note|comment|caption|placeholder|image|bucket|branch|repo(?:sitory)?|file|path|dir|url|href|key|slug|class(?:name)?)["']?\s*(?::|=>|=)\s*(?:\[[^\]]*)?$`)
	// item is an entry of a list in YAML, or a default.
	item = regexp.MustCompile(`^\s*(?:-|default:)\s+["']?([A-Za-z][\w./:@-]{3,119})["']?\s*(?:#.*)?$`)
	// pulled is a model that a program of a runtime takes by its name.
	pulled = regexp.MustCompile(`\b(?:ollama["',\s]+(?:pull|run|create)|vllm["',\s]+serve|llama-server["',\s]+-hf)["',\s]+([A-Za-z][\w./:@-]{2,119})`)
	// optioned is a model that a command is given under another option's name.
	optioned = regexp.MustCompile(`(?:^|\s|["'])--?[a-z][\w-]*(?:=|["']?,?\s+["']?)([A-Za-z][\w./:@-]{3,119})`)
	// ofHub is a model of a hub, ORG/NAME, that a library loads.
	ofHub = regexp.MustCompile(`\b(?:from_pretrained|SentenceTransformer|CrossEncoder|pipeline)\s*\((?:[^()\n]*?[,(]\s*)?(?:model\s*=\s*)?["']([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]+)["']`)
	// inProperty is a model that a property has if it is not set: ${a.model:name}.
	inProperty = regexp.MustCompile(`\$\{[\w.-]*model[\w.-]*:([A-Za-z][\w./:@-]{2,119})\}`)
	// elseways is what a variable is worth if it is not set: ${NAME:-value}.
	elseways = regexp.MustCompile(`\$\{(\w+):?[-=]([A-Za-z][\w./:@-]{1,119})\}`)
)

// models that a line names without saying that they are: a string, or a word of a
// command, that is nothing else than a model's name. What is compared with it, and
// keys, ask for nothing.
func (s *search) spoken(line string) {
	if s.aside || strings.Contains(line, "assert") {
		return // a test compares
	}
	take := s.taker(line)
	if s.lang == settings || s.lang == shell {
		for _, p := range []*regexp.Regexp{pulled, optioned} {
			for _, m := range p.FindAllStringSubmatchIndex(line, 10) {
				if p == pulled || alone(line[m[2]:m[3]], s.lang) {
					take(m[2], m[3], p == pulled)
				}
			}
		}
		for _, m := range elseways.FindAllStringSubmatchIndex(line, 10) {
			if containsFold(line[m[2]:m[3]], "model") || alone(line[m[4]:m[5]], s.lang) {
				take(m[4], m[5], ofModels(line[m[2]:m[3]]))
			}
		}
		if m := item.FindStringSubmatchIndex(strings.TrimRight(line, "\r")); m != nil && alone(line[m[2]:m[3]], s.lang) {
			take(m[2], m[3], false)
		}
	}
	if m := ofHub.FindStringSubmatchIndex(line); m != nil && s.lang == python {
		if name := line[m[2]:m[3]]; !s.taken[at{s.line, m[2]}] && providerOf(name) == "" && !strings.HasPrefix(name, "models/") && !strings.HasPrefix(name, "data/") {
			s.taken[at{s.line, m[2]}] = true
			s.model("hugging-face", name, m[2], m[3])
		}
	}
	if m := inProperty.FindStringSubmatchIndex(line); m != nil {
		take(m[2], m[3], true)
	}
	s.unasked = true // it may be one of a list
	defer func() { s.unasked = false }()
	for _, m := range whole.FindAllStringSubmatchIndex(line, 20) {
		if line[m[0]] == '`' && s.lang != script && s.lang != golang {
			continue // in other languages it is how prose names code
		}
		if name := line[m[2]:m[3]]; alone(name, s.lang) && !against.MatchString(line[:m[0]]) && !(s.lang != settings && compared.MatchString(line[m[1]:])) && !keyed.MatchString(line[m[1]:]) && !titled.MatchString(line[:m[0]]) {
			take(m[2], m[3], false)
		}
	}
}

// alone says whether nothing but a model is called so. Deployments, volumes and
// repositories are called after open models.
func alone(name string, lang language) bool {
	if unsure.MatchString(name) || !qualified(name) || !strings.ContainsAny(name, "0123456789") && !strings.HasSuffix(name, "-latest") && !open.MatchString(name) && !through.MatchString(name) {
		return false
	}
	product := providerOf(name)
	switch {
	case product == "" || product == "hugging-face":
		return strings.HasPrefix(product, "hugging") && open.MatchString(name)
	case product == "ollama":
		return strings.Contains(name, ":") || open.MatchString(name) || lang != settings && lang != shell && strings.Contains(name, "-")
	case lang == settings || lang == shell:
		return ownNames[product] || openNames[product] || strings.Contains(name, "/")
	}
	return true
}

// open is a name that says the size or the kind of an open model.
var open = regexp.MustCompile(`(?i)\d+(?:\.\d+)?b\b|instruct|-chat\b|embed|minilm|rerank|whisper-(?:large|small|medium)`)

// qualities are what models' names say of a model behind its family and version.
var qualities = func() map[string]bool {
	out := map[string]bool{}
	for word := range strings.FieldsSeq("mini nano pro plus turbo flash lite ultra preview latest exp experimental thinking reasoning reasoner coder coding codex instruct chat vision vl audio realtime transcribe tts search image live embed embedding embeddings large small medium high low max fast beta free it versatile instant distill qwen llama mistral deepseek opus sonnet haiku mythos deep research multilingual english light nightly native dialog long scout maverick nemo hd oss moderation diarize computer use omni turbo vision bison gecko text code titan nova canvas reel sonic premier micro express image meta anthropic claude cohere rerank command amazon google gemini gemma gpt sol air highspeed multimodal large bge m reranker clip context finance law generate fp8 awq gptq gguf hf base math guard extended customtools") {
		out[word] = true
	}
	return out
}()

// qualified says whether every word of a name behind its first is a number, a
// version or a quality: what is called after a model says something else too.
func qualified(name string) bool {
	last := name[strings.LastIndexByte(name, '/')+1:]
	if provider, model, ok := strings.Cut(last, ":"); ok && !strings.ContainsAny(provider, "0123456789") && strings.Contains(model, "-") {
		last = model
	}
	words := strings.FieldsFunc(strings.ToLower(last), func(r rune) bool { return r == '-' || r == ':' || r == '.' || r == '@' || r == '_' })
	for _, w := range words[min(1, len(words)):] {
		if len(w) > 1 && !qualities[w] && !strings.ContainsAny(w, "0123456789") {
			return false
		}
	}
	return true
}
