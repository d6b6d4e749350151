// Package trace finds AI in source code and settings that no manifest names:
// what a program imports, the models it asks for, the addresses of providers,
// variables that lead their clients elsewhere, and MCP servers that it declares.
//
// It reads lines, not languages: an import is a line that begins as one, a model
// a quoted name that is given to a model's parameter, an address a URL of a host
// at which a provider answers. Comments count for nothing. What cannot be told
// for sure from its line is left out.
package trace

import (
	"bytes"
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/literal"
)

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of traces.
func New() Scanner { return Scanner{} }

// language is what a file is written in, as far as its lines differ.
type language uint8

const (
	none language = iota
	python
	script // JavaScript and TypeScript
	golang
	jvm // Java, Kotlin, Scala, Groovy
	csharp
	ruby
	php
	rust
	settings // NAME=value, name: value
	shell
)

var languages = map[string]language{
	".py": python, ".pyi": python, ".ipynb": python, ".js": script, ".jsx": script, ".mjs": script, ".cjs": script, ".ts": script, ".tsx": script, ".mts": script, ".cts": script, ".vue": script, ".svelte": script, ".astro": script,
	".go": golang, ".java": jvm, ".kt": jvm, ".kts": jvm, ".scala": jvm, ".groovy": jvm, ".cs": csharp, ".fs": csharp, ".vb": csharp, ".rb": ruby, ".php": php, ".rs": rust,
	".env": settings, ".yml": settings, ".yaml": settings, ".toml": settings, ".properties": settings, ".json": settings, ".jsonc": settings, ".ini": settings, ".cfg": settings, ".conf": settings, ".tf": settings, ".tfvars": settings,
	".sh": shell, ".bash": shell, ".zsh": shell, ".fish": shell, ".ps1": shell, ".envrc": shell, ".dockerfile": shell, ".mk": shell,
}

func languageOf(p string) language {
	base := path.Base(p)
	if base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") {
		return settings
	}
	switch word, _, _ := strings.Cut(base, "."); word {
	case "Dockerfile", "Containerfile", "Makefile", "GNUmakefile", "justfile", "Justfile", "Procfile":
		return shell
	}
	if base == ".envrc" {
		return shell
	}
	return languages[strings.ToLower(path.Ext(base))]
}

// skipped are folders of other people's code and lock files, which say nothing
// of their own.
var skipped = []string{"node_modules", "vendor", "third_party", ".venv", "venv", "site-packages", "dist", "build", ".next", "bower_components", "__pycache__", "target", ".yarn"}

// Candidate decides by path alone.
func (Scanner) Candidate(p string) scanners.Interest {
	if languageOf(p) == none || strings.HasSuffix(p, ".min.js") || strings.Contains(path.Base(p), "lock") || ofTranslation(p) {
		return scanners.NoInterest
	}
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		for _, s := range skipped {
			if dir == s {
				return scanners.NoInterest
			}
		}
	}
	return scanners.Anywhere
}

// marks are words of which one stands in every line that names a model, an
// address, a variable or a server. Imports begin a line and are told by that.
var marks = literal.New(
	// models
	"gpt-", "claude-", "gemini-", "gemma", "text-embedding", "embedding-", "textembedding", "text-davinci", "davinci-", "babbage-", "dall-e", "whisper-", "doubao", "eleven_", "from_pretrained", "pipeline(", "crossencoder(", "tts-1", "omni-moderation", "computer-use", "codex-mini", "sora-2", "\"o1\"", "'o1'", "\"o3\"", "'o3'", "\"o1-", "'o1-", "\"o3-", "'o3-", "\"o4-", "'o4-", "=o1-", "=o3-", "=o4-", "/o1-", "/o3-", "/o4-",
	"mistral", "mixtral", "codestral", "ministral", "magistral", "devstral", "pixtral", "voxtral", "command-", "c4ai", "embed-", "rerank-", "deepseek", "grok-", "qwen", "qwq-", "moonshot", "kimi-", "glm-", "sonar", "minimax", "abab", "anthropic.", "amazon.", "meta.llama", "cohere.", "ai21.",
	"voyage-", "jina-", "stable-", "sd3-", "sd3.", "llama", "phi-", "phi3", "phi4", "\"phi", "'phi", "imagen-", "veo-", "learnlm", "text-bison", "chat-bison", "nomic-", "mxbai-", "minilm", "llava", "vicuna", "orca-", "starcoder", "dolphin", "wizardlm", "smollm", "granite", "bge-", "chatgpt",
	"mistralai/", "google/", "microsoft/", "transformers/", "facebook/", "huggingface", "tiiuae/", "bigscience/", "eleutherai/", "stabilityai/", "nvidia/", "intfloat/", "salesforce/", "thebloke/", "unsloth/", "cohereforai/", "allenai/", "black-forest-labs/", "runwayml/", "openai/", "anthropic/", "groq/", "bedrock/", "vertex_ai/", "azure/", "x-ai/", "ollama/", "openrouter/", "perplexity/", "fireworks", "together",
	// addresses
	"openai.", "anthropic.com", "googleapis.com", "mistral.ai", "groq.com", "api.x.ai", "deepseek.com", "deepinfra", "perplexity.ai", "together.", "fireworks.ai", "cerebras.ai", "replicate.com", "nvidia.com", "openrouter.ai", "ai.azure.com", "cognitiveservices", "bedrock", "dashscope", "bigmodel", "api.z.ai", "siliconflow", "volces.com", "elevenlabs", "deepgram", "assemblyai", "stability.ai", "fal.run", "ml.cloud.ibm", "databricks", "clarifai", "runpod",
	"ollama.com", "vercel.sh", "helicone", "portkey", "smith.langchain", "langfuse", "braintrust", "pinecone.io", "qdrant.io", "weaviate", "trychroma", "tavily", "exa.ai", "firecrawl", "serper.dev", "api.e2b", "composio", "jina.ai", "voyageai", "sambanova", "github.ai", "inference.ai", "hunyuan", "lkeap", "minimax.", "gateway.ai",
	// variables
	"_base_url", "_api_base", "_baseurl", "_api_url", "_api_host", "_api_endpoint", "_endpoint", "_api_key", "openai_key", "_api_token", "hf_token", "ollama_host", "_oauth_token", "bedrock",
	// servers
	"mcpclient", "mcpserver", "mcp_server", "mcptool", "stdioserver", "stdioconnection", "sseserverparams", "sseconnection", "streamablehttp", "streamable_http", "stdioclient", "sseclienttransport", "stdiomcp", "sse_client", "\"mcp\"", "'mcp'", "ai.mcp.client", "connections:", "\"mcp_", "mcp.", "mcp_servers", "'servers'", "commandtransport", "client(\"http", "client('http", "mcptransport", "mcpclient", "childprocess", "serverparameters", "\"transport\"",
)

// Bounds of one file.
const (
	maxFile     = 2 << 20
	maxLine     = 2000 // a longer one is written by a program
	nearMark    = 600  // bytes that a value may stand below what announces it
	maxTraces   = 200
	maxPlaces   = 40 // of one integration
	asidePlaces = 5  // and in tests and examples: recordings name their model in every line
)

// Scan reads one file.
func (Scanner) Scan(f scanners.File, _ *credential.Hasher) scanners.Result {
	var r scanners.Result
	lang := languageOf(f.Path)
	if lang == none || bytes.IndexByte(f.Data[:min(len(f.Data), 8000)], 0) >= 0 {
		return r
	}
	data := f.Data[:min(len(f.Data), maxFile)]
	mark := marks.Next(data, 0)
	if mark < 0 && (lang == settings || lang == shell) && !ofClient(f.Path) {
		return r
	}
	s := &search{path: f.Path, lang: lang, text: string(data), data: data, mark: mark, seen: map[string]int{}, taken: map[at]bool{}, properties: map[string]bool{}, held: map[string]bool{}, sectioned: sectioned(f.Path), aside: config.Passive(f.Path) || ofTest(f.Path)}
	s.prose.outside = s.sectioned
	if strings.EqualFold(path.Ext(f.Path), ".ipynb") {
		s.notebook()
	} else {
		s.run()
	}
	if s.aside {
		for i := range s.out {
			s.out[i].Template = true
		}
	}
	r.Sightings = s.out
	if !s.aside {
		r.Findings = s.findings
	}
	return r
}

// ofClient says whether a file is one of those that choose providers.
func ofClient(p string) bool {
	for _, c := range chosen {
		if c.is(p) {
			return true
		}
	}
	return false
}

// ofTest says whether a file is a test by its name, as each language has it.
func ofTest(p string) bool {
	base := path.Base(p)
	name := strings.TrimSuffix(base, path.Ext(base))
	return strings.HasSuffix(name, ".test") || strings.HasSuffix(name, ".spec") || strings.HasSuffix(name, "_test") || strings.HasPrefix(name, "test_") || name == "conftest" ||
		strings.HasSuffix(name, "Test") || strings.HasSuffix(name, "Tests") || strings.HasSuffix(name, "_spec")
}

// search is one file on its way.
type search struct {
	path     string
	lang     language
	text     string
	data     []byte // the same
	mark     int    // where the next mark is, -1 for none
	line     int    // 1-based
	at       int    // where it begins
	next     int    // where the one behind it does
	out      []scanners.Sighting
	seen     map[string]int // sightings by integration
	findings []scanners.Finding
	told     map[string]bool // models that a finding is about

	aside      bool // a test, an example, a template
	sectioned  bool // only part of the file is script
	prose      prose
	group      bool // within Go's import ( … )
	agents     bool // OpenAI's Agents SDK is imported
	awaited    awaited
	choices    []choice
	properties map[string]bool // names of servers whose properties were read
	doubts     []choice        // names that are words too
	unasked    bool            // what is noted is named, not asked for
	taken      map[at]bool     // where models were noted

	declared int             // up to where declarations of servers were read
	bodies   int             // of those that were looked for
	held     map[string]bool // words that were looked for in the whole text
}

func (s *search) run() {
	for s.at = 0; s.at < len(s.text) && len(s.out) < maxTraces; {
		end := strings.IndexByte(s.text[s.at:], '\n')
		if end < 0 {
			end = len(s.text) - s.at
		}
		s.line++
		s.next = s.at + end + 1
		if line := s.text[s.at : s.at+end]; len(line) <= maxLine {
			s.look(line)
		}
		s.at = s.next
		if s.mark >= 0 && s.mark < s.at {
			s.mark = marks.Next(s.data, s.at)
		}
	}
	s.choose()
	if ending := path.Ext(s.path); ending == ".yml" || ending == ".yaml" {
		s.springFile()
	}
	s.providers()
}

// look reads one line.
func (s *search) look(line string) {
	trimmed := strings.TrimLeft(line, " \t\ufeff")
	if trimmed == "" || s.quiet(trimmed) {
		return
	}
	line = s.masked(line)
	offset := len(line) - len(trimmed)
	if s.lang != settings && s.lang != shell {
		s.imports(line, trimmed, offset)
	}
	if s.awaited.lines > 0 {
		s.await(line)
	}
	if s.mark < 0 || s.mark >= s.at+len(line) {
		if s.mark >= 0 && s.mark < s.at+len(line)+nearMark {
			s.expect(trimmed)
		}
		return
	}
	s.models(line)
	s.listed(line)
	s.spoken(line)
	s.expect(trimmed)
	s.addresses(line)
	s.clouds(line)
	s.variables(trimmed, offset)
	s.servers(line)
}

// holds says whether a word stands anywhere in the text, which is searched for it
// once.
func (s *search) holds(word string) bool {
	found, known := s.held[word]
	if !known {
		found = strings.Contains(s.text, word)
		s.held[word] = found
	}
	return found
}

// add notes an integration at part of the current line.
func (s *search) add(in scanners.Integration, name string, start, end int, change func(*scanners.Sighting)) {
	most := maxPlaces
	if s.aside {
		most = asidePlaces
	}
	if s.seen[in.ID] >= most || len(s.out) >= maxTraces {
		return
	}
	s.seen[in.ID]++
	x := scanners.Sighting{
		Integration: in, Name: credential.RedactKnown(name), Path: s.path,
		Region: scanners.Region{Line: s.line, Column: start + 1, EndLine: s.line, EndColumn: end + 1},
	}
	if change != nil {
		change(&x)
	}
	s.out = append(s.out, x)
}
