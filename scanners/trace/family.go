package trace

import (
	"regexp"
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
	{"openai", regexp.MustCompile(`^(?:ft:)?(?:gpt-(?:3\.5|4|4\.1|4\.5|4o|5|5\.\d|6|oss|image|realtime|audio)(?:[-.:].*)?|chatgpt-4o-latest|chatgpt-image.*|o[1-9](?:-(?:mini|preview|pro|deep-research|high|low).*|-\d{4}-\d{2}-\d{2})?|text-embedding-(?:ada-002|3-(?:small|large))|text-(?:davinci|curie|babbage|ada)-\d{3}|davinci-002|babbage-002|code-davinci-\d{3}|dall-e-[23]|tts-1(?:-hd)?|whisper-1|whisper-large.*|omni-moderation-.*|text-moderation-.*|computer-use-preview.*|codex-mini-latest|sora-2(?:-pro)?|gpt-4o-mini-tts)$`)},
	{"anthropic", regexp.MustCompile(`^claude-(?:instant|[12](?:\.\d)?|(?:3|3[.-][57]|[4-9](?:[.-]\d)?)-(?:opus|sonnet|haiku|mythos)|(?:opus|sonnet|haiku|mythos)(?:-[3-9](?:[.-]\d{1,2})?)?)(?:[-@.:](?:\d|latest|v\d|thinking|fast|preview|beta).*)?$`)},
	{"google-gemini", regexp.MustCompile(`^(?:models/)?(?:gemini-(?:\d(?:\.\d)?-(?:pro|flash|ultra|nano).*|pro.*|flash.*|ultra.*|embedding.*|exp.*|live.*|robotics.*)|gemma-?\d.*|text-embedding-00\d|embedding-001|imagen-\d.*|veo-\d.*|learnlm-.*|text-bison.*|chat-bison.*|textembedding-gecko.*)$`)},
	{"mistral", regexp.MustCompile(`^(?:open-)?(?:mistral-(?:tiny|small|medium|large|nemo|embed|saba|ocr|7b|moderation).*|mixtral-8x\d+b.*|codestral-.*|ministral-\d.*|magistral-.*|devstral-.*|pixtral-.*|voxtral-.*)$`)},
	{"cohere", regexp.MustCompile(`^(?:command-(?:r|r7b|r-plus|a|light|nightly|text)(?:[-\d].*)?|command-(?:r|a)|c4ai-aya-.*|embed-(?:english|multilingual|v4).*|rerank-(?:english|multilingual|v\d).*)$`)},
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
	{"elevenlabs", regexp.MustCompile(`^eleven_[a-z0-9_]{3,40}$`)},
	{"volcengine-ark", regexp.MustCompile(`^doubao-[a-z0-9.-]+$`)},
	{"hugging-face", regexp.MustCompile(`^(?:meta-llama|cross-encoder|mistralai|google|microsoft|Qwen|deepseek-ai|sentence-transformers|BAAI|openai|facebook|HuggingFaceH4|HuggingFaceTB|tiiuae|bigscience|EleutherAI|stabilityai|nvidia|ibm-granite|intfloat|nomic-ai|Salesforce|NousResearch|TheBloke|unsloth|CohereForAI|01-ai|allenai|black-forest-labs|runwayml|THUDM|zai-org|moonshotai|MiniMaxAI|thenlper|mixedbread-ai|Alibaba-NLP|bartowski|lmsys|teknium|databricks|Snowflake|upstage|jinaai|xai-org|coqui|suno|pyannote)/[A-Za-z0-9][\w.-]+$`)},
	{"ollama", regexp.MustCompile(`^(?:llama\d?(?:\.\d)?|llama-\d.*|codellama|mistral|mixtral|gemma\d?|qwen\d?(?:\.\d)?(?:-coder)?|phi\d?(?:\.\d)?(?:-mini)?|(?i:phi-\d(?:\.\d)?-(?:mini|small|medium|multimodal|vision)[\w.-]*)|deepseek-(?:r1|coder|v\d)|nomic-embed-text|mxbai-embed-large|all-minilm|llava|vicuna|orca-mini|tinyllama|starcoder2?|dolphin-\w+|wizardlm2|smollm\d?|granite\d?[\w.-]*|gpt-oss|bge-m3|qwq|command-r)(?::[\w.-]+)?$`)},
}

// through are gateways that write the provider before the model.
var through = regexp.MustCompile(`^(openai|anthropic|google|google_genai|google_vertexai|google-gla|google-vertex|meta|gemini|vertex_ai|azure|azure_ai|azure_openai|bedrock|bedrock_converse|mistral|mistralai|meta-llama|deepseek|x-ai|xai|cohere|perplexity|qwen|groq|together|together_ai|fireworks|fireworks_ai|openrouter|ollama|ollama_chat|cerebras|nvidia_nim|huggingface|amazon|moonshotai|z-ai|minimax|nousresearch|microsoft|github|googleai|vertexai)[/:](.+)$`)

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
		if strings.HasPrefix(rest, "ollama") || rest[0] < 'A' { // its image, a folder
			return ""
		}
		return "ollama"
	}
	for _, f := range families {
		if f.pattern.MatchString(rest) {
			if by := map[string]string{"groq": "groq", "bedrock": "amazon-bedrock", "bedrock_converse": "amazon-bedrock", "together": "together-ai", "together_ai": "together-ai", "fireworks": "fireworks-ai", "fireworks_ai": "fireworks-ai", "vertex_ai": "vertex-ai", "google_vertexai": "vertex-ai", "vertexai": "vertex-ai", "github": "github-models", "meta": "nvidia", "google-vertex": "vertex-ai", "cerebras": "cerebras", "nvidia_nim": "nvidia"}[prefix]; by != "" {
				return by
			}
			return f.product
		}
	}
	return ""
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
