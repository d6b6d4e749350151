package trace

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

var (
	pythonImport = regexp.MustCompile(`^(?:from\s+([A-Za-z_][\w.]*)\s+import\s+(.+)|import\s+(.+))`)
	scriptImport = regexp.MustCompile(`(?:\bfrom\s*|\brequire\s*\(\s*|\bimport\s*\(\s*|^import\s*)(?:"([^"\s]+)"|'([^'\s]+)'|\x60([^\x60\s$]+)\x60)`)
	goImport     = regexp.MustCompile(`^(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"`)
	jvmImport    = regexp.MustCompile(`^import\s+(?:static\s+)?([A-Za-z_][\w.]*)`)
	usingName    = regexp.MustCompile(`^(?:global\s+)?(?:using|open|Imports)\s+(?:static\s+)?(?:\w+\s*=\s*)?([A-Z][\w.]*)\s*;?`)
	rubyRequire  = regexp.MustCompile(`^(?:require|gem)\s*\(?\s*["']([\w./-]+)["']`)
	phpUse       = regexp.MustCompile(`^use\s+(?:function\s+)?\\?([A-Z]\w*(?:\\\w+)*)`)
	rustUse      = regexp.MustCompile(`^(?:pub\s+)?(?:use|extern\s+crate)\s+(?:::)?([a-z_]\w*)`)
)

// imports reads a line that imports something.
func (s *search) imports(line, trimmed string, offset int) {
	switch s.lang {
	case python:
		s.python(trimmed, offset)
	case script:
		if !strings.Contains(line, "from") && !strings.Contains(line, "require") && !strings.Contains(line, "import") {
			return
		}
		for _, m := range scriptImport.FindAllStringSubmatchIndex(line, 10) {
			if quoted(line[:m[0]]) {
				continue
			}
			for g := 2; g < len(m); g += 2 {
				if m[g] >= 0 {
					s.named("npm", npmPackage(line[m[g]:m[g+1]]), m[g], m[g+1])
				}
			}
		}
	case golang:
		s.golang(trimmed, offset)
	case jvm:
		if !strings.HasPrefix(trimmed, "import ") {
			return
		}
		if m := jvmImport.FindStringSubmatchIndex(trimmed); m != nil {
			s.named("maven", byBeginning(jvmPackages, trimmed[m[2]:m[3]], "."), offset+m[2], offset+m[3])
		}
	case csharp:
		if strings.IndexByte("guoI", trimmed[0]) < 0 {
			return
		}
		if m := usingName.FindStringSubmatchIndex(trimmed); m != nil {
			name := byBeginning(csharpPackages, trimmed[m[2]:m[3]], ".")
			if parts := strings.Split(trimmed[m[2]:m[3]], "."); len(parts) > 3 && parts[1] == "SemanticKernel" && parts[2] == "Connectors" { // a package each
				name = strings.ToLower(strings.Join(parts[:4], "."))
			}
			s.named("nuget", name, offset+m[2], offset+m[3])
		}
	case ruby:
		if trimmed[0] != 'r' && trimmed[0] != 'g' {
			return
		}
		if m := rubyRequire.FindStringSubmatchIndex(trimmed); m != nil {
			name := trimmed[m[2]:m[3]]
			s.named("gem", rubyGem(name), offset+m[2], offset+m[3])
		}
	case php:
		if !strings.HasPrefix(trimmed, "use ") {
			return
		}
		if m := phpUse.FindStringSubmatchIndex(trimmed); m != nil {
			s.named("composer", byBeginning(phpPackages, trimmed[m[2]:m[3]], `\`), offset+m[2], offset+m[3])
		}
	case rust:
		if strings.IndexByte("upe", trimmed[0]) < 0 {
			return
		}
		if m := rustUse.FindStringSubmatchIndex(trimmed); m != nil {
			s.named("cargo", rustCrate(trimmed[m[2]:m[3]]), offset+m[2], offset+m[3])
		}
	}
}

// quoted says whether a string is open at the end of the beginning of a line.
func quoted(before string) bool { return openQuote(before) != 0 }

// openQuote is the quote of the string that is open at the end of the beginning
// of a line, 0 for none.
func openQuote(before string) byte {
	open := byte(0)
	for i := 0; i < len(before); i++ {
		switch c := before[i]; {
		case open != 0 && c == '\\':
			i++
		case c == open:
			open = 0
		case open == 0 && (c == '"' || c == '\'' || c == '`'):
			open = c
		}
	}
	return open
}

// named adds what a package stands for.
func (s *search) named(ecosystem, name string, start, end int) {
	if name == "" {
		return
	}
	name = catalog.FoldName(ecosystem, name)
	in, ok := scanners.ComponentOf(ecosystem, name)
	if !ok {
		return
	}
	s.add(in, name, start, end, func(x *scanners.Sighting) { x.Package = name })
}

// pythonModules are distributions whose modules have another name than their
// own with underscores. The longest beginning of a module counts.
var pythonModules = map[string]string{
	"google.genai": "google-genai", "google.generativeai": "google-generativeai", "google.ai.generativelanguage": "google-ai-generativelanguage", "google.adk": "google-adk", "google.cloud.aiplatform": "google-cloud-aiplatform",
	"google.cloud.discoveryengine": "google-cloud-discoveryengine", "vertexai": "google-cloud-aiplatform", "azure.ai.inference": "azure-ai-inference", "azure.ai.projects": "azure-ai-projects", "azure.ai.agents": "azure-ai-agents",
	"azure.search.documents": "azure-search-documents", "azure.ai.evaluation": "azure-ai-evaluation", "agents": "openai-agents", "haystack": "haystack-ai", "qdrant_client": "qdrant-client", "sentence_transformers": "sentence-transformers", "tavily": "tavily-python",
	"llama_index.core": "llama-index-core", "llama_index": "llama-index", "autogen_agentchat": "autogen-agentchat", "ag2": "ag2", "faiss": "faiss-cpu", "llama_cpp": "llama-cpp-python", "huggingface_hub": "huggingface-hub", "cohere": "cohere",
	"pydantic_ai": "pydantic-ai", "crewai_tools": "crewai-tools", "zhipuai": "zhipuai", "mistralai": "mistralai", "e2b_code_interpreter": "e2b-code-interpreter", "firecrawl": "firecrawl-py", "exa_py": "exa-py", "elevenlabs": "elevenlabs", "deepgram": "deepgram-sdk",
	"ibm_watsonx_ai": "ibm-watsonx-ai", "strands": "strands-agents", "strands_tools": "strands-agents-tools", "weaviate": "weaviate-client", "chromadb": "chromadb", "pymilvus": "pymilvus", "browser_use": "browser-use", "ragas": "ragas", "semantic_kernel": "semantic-kernel", "agent_framework": "agent-framework",
	"langchain_mcp_adapters": "langchain-mcp-adapters", "claude_agent_sdk": "claude-agent-sdk", "claude_code_sdk": "claude-code-sdk", "bedrock_agentcore": "bedrock-agentcore", "opentelemetry.instrumentation.openai": "opentelemetry-instrumentation-openai", "swarm": "openai-swarm", "phi": "phidata", "unstructured": "unstructured",
	"cerebras.cloud.sdk": "cerebras-cloud-sdk", "xai_sdk": "xai-sdk", "zep_cloud": "zep-cloud", "mem0": "mem0ai", "portkey_ai": "portkey-ai", "fal_client": "fal-client", "assemblyai": "assemblyai", "voyageai": "voyageai", "graphiti_core": "graphiti-core", "mcp": "mcp", "fastmcp": "fastmcp", "livekit.agents": "livekit-agents", "pipecat": "pipecat-ai", "whisper": "openai-whisper", "replicate": "replicate", "together": "together",
}

// weak are modules that other things are called too: their packages count in
// manifests alone.
var weak = map[string]bool{"agents": true, "swarm": true, "phi": true, "whisper": true, "llm": true, "evals": true, "modal": true, "serpapi": true, "guidance": true, "outlines": true, "marvin": true, "galileo": true, "cog": true, "voyager": true, "interpreter": true, "truss": true, "nomic": true, "fal": true, "hume": true, "patronus": true, "smithery": true, "codegen": true, "autogpt": true}

func (s *search) python(line string, offset int) {
	if !strings.HasPrefix(line, "from") && !strings.HasPrefix(line, "import") {
		return
	}
	m := pythonImport.FindStringSubmatchIndex(line)
	if m == nil {
		return
	}
	if m[2] >= 0 {
		module := line[m[2]:m[3]]
		name := pythonPackage(module, line[m[4]:m[5]])
		if s.own(module) || module == "haystack" && !haystackNames.MatchString(line[m[4]:m[5]]) {
			name = ""
		}
		if strings.HasPrefix(module, "agents.") && s.agents { // the SDK's, if the file has it at all
			name = "openai-agents"
		}
		if name == "openai-agents" {
			s.agents = true
		}
		if name != "" {
			s.named("pypi", name, offset+m[2], offset+m[3])
		}
		return
	}
	from := m[6]
	names, _, _ := strings.Cut(line[m[6]:m[7]], ";")
	for part := range strings.SplitSeq(names, ",") {
		module := part
		if words := strings.Fields(part); len(words) > 0 {
			module = words[0]
		}
		at := from + strings.Index(part, module)
		if isModule(module) {
			name := pythonPackage(module, "")
			if module == "whisper" && s.holds("whisper.load_model(") {
				name = "openai-whisper"
			}
			if name != "" && !s.own(module) {
				s.named("pypi", name, offset+at, offset+at+len(module))
			}
		}
		from += len(part) + 1
	}
}

// haystackNames are what programs take from Haystack itself: a search for Django
// is called so too.
var haystackNames = regexp.MustCompile(`\b(?:Pipeline|AsyncPipeline|Document|component|default_to_dict|default_from_dict|tracing|super_component|Answer|GeneratedAnswer|SuperComponent)\b`)

// own says whether a module is a folder of the project's own, in which the file
// lies.
func (s *search) own(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	return strings.Contains("/"+path.Dir(s.path)+"/", "/"+first+"/") && strings.Contains(module, ".")
}

func isModule(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// pythonPackage is the distribution that a module is of. names is what is
// imported from it: "from google import genai".
func pythonPackage(module, names string) string {
	if agentsSDK(module, names) {
		return "openai-agents"
	}
	if module == "google" || module == "google.cloud" || module == "azure.ai" {
		for part := range strings.SplitSeq(names, ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(part), " ")
			if p := pythonModules[module+"."+name]; p != "" {
				return p
			}
		}
		return ""
	}
	for m := module; m != ""; {
		if p, ok := pythonModules[m]; ok && !weak[m] {
			if m == "llama_index" && strings.Count(module, ".") >= 2 {
				break
			}
			return p
		}
		i := strings.LastIndexByte(m, '.')
		m = m[:max(i, 0)]
	}
	parts := strings.Split(module, ".")
	if weak[parts[0]] {
		return ""
	}
	if parts[0] == "llama_index" && len(parts) >= 3 {
		return strings.ReplaceAll(strings.Join(parts[:3], "-"), "_", "-")
	}
	return strings.ReplaceAll(parts[0], "_", "-")
}

// sdkNames are what programs take from OpenAI's Agents SDK, whose module has a
// name that others have too (openai.github.io/openai-agents-python, 2026-11).
var sdkNames = []string{
	"Agent", "Runner", "function_tool", "RunConfig", "ModelSettings", "RunContextWrapper", "GuardrailFunctionOutput", "InputGuardrail", "OutputGuardrail", "input_guardrail", "output_guardrail",
	"InputGuardrailTripwireTriggered", "OutputGuardrailTripwireTriggered", "FunctionTool", "WebSearchTool", "FileSearchTool", "ComputerTool", "CodeInterpreterTool", "HostedMCPTool", "ItemHelpers", "TResponseInputItem",
	"SQLiteSession", "handoff", "Handoff", "OpenAIChatCompletionsModel", "OpenAIResponsesModel", "set_default_openai_client", "set_default_openai_api", "set_default_openai_key", "set_tracing_disabled", "enable_verbose_stdout_logging", "AgentHooks", "RunHooks", "gen_trace_id",
}

// agentsSDK says whether an import is of that SDK: one of its modules for MCP,
// or two of its names.
func agentsSDK(module, names string) bool {
	switch module {
	case "agents.mcp":
		return strings.Contains(names, "MCPServer")
	case "agents.extensions.models.litellm_model", "agents.extensions.handoff_prompt", "agents.extensions.visualization", "agents.run_context", "agents.realtime", "agents.voice", "agents.tracing":
		return true
	case "agents":
		n := 0
		for name := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == ',' || r == ' ' || r == '(' || r == ')' }) {
			if slices.Contains(sdkNames, name) {
				n++
			}
		}
		return n >= 2
	}
	return false
}

// npmPackage is the package of a module that JavaScript names, "" for a file.
func npmPackage(module string) string {
	module = strings.TrimPrefix(module, "npm:")
	if module == "" || module[0] == '.' || module[0] == '/' || strings.Contains(module, "://") || strings.HasPrefix(module, "node:") {
		return ""
	}
	parts := strings.SplitN(module, "/", 3)
	name := parts[0]
	if strings.HasPrefix(module, "@") {
		if len(parts) < 2 || name == "@" {
			return ""
		}
		name += "/" + parts[1]
	}
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		name = name[:i]
	}
	return name
}

func (s *search) golang(line string, offset int) {
	switch {
	case strings.HasPrefix(line, "import ("):
		s.group = true
		return
	case s.group && line[0] == ')':
		s.group = false
		return
	case !s.group && !strings.HasPrefix(line, "import "):
		return
	}
	if m := goImport.FindStringSubmatchIndex(line); m != nil {
		s.named("go", catalog.GoModule(line[m[2]:m[3]]), offset+m[2], offset+m[3])
	}
}

func rubyGem(name string) string {
	switch {
	case strings.HasPrefix(name, "."):
		return ""
	case name == "openai":
		return "ruby-openai"
	case strings.HasPrefix(name, "ruby_llm/"):
		return "ruby_llm-" + strings.SplitN(name, "/", 3)[1]
	case name == "langchain":
		return "langchainrb"
	case strings.HasPrefix(name, "aws-sdk-bedrock"):
		return name
	}
	return strings.SplitN(name, "/", 2)[0]
}

// rustCrate is the crate of a path: dashes are underscores in code.
func rustCrate(name string) string {
	switch name {
	case "llm", "ai", "genai", "openai", "pgvector", "tokenizers", "firecrawl", "crate", "self", "super", "std":
		return map[string]string{"genai": "genai", "pgvector": "pgvector", "tokenizers": "tokenizers", "firecrawl": "firecrawl"}[name]
	case "rig":
		return "rig-core"
	}
	return strings.ReplaceAll(name, "_", "-")
}

// beginning is how the names of a package begin.
type beginning struct{ start, name string }

// byBeginning is the package of the longest beginning that a name has, at a
// border of its parts.
func byBeginning(table []beginning, name, border string) string {
	best := beginning{}
	for _, b := range table {
		if len(b.start) > len(best.start) && strings.HasPrefix(name, b.start) && (len(name) == len(b.start) || strings.HasPrefix(name[len(b.start):], border)) {
			best = b
		}
	}
	return best.name
}

// Packages by the names that code has for them (their own documentation, 2026-11).
var (
	jvmPackages = []beginning{
		{"com.openai", "com.openai:openai-java"}, {"com.theokanning.openai", "com.theokanning.openai-gpt3-java:service"}, {"com.aallam.openai", "com.aallam.openai:openai-client"}, {"com.anthropic", "com.anthropic:anthropic-java"},
		{"com.google.genai", "com.google.genai:google-genai"}, {"com.google.ai.client.generativeai", "com.google.ai.client.generativeai:generativeai"}, {"com.google.cloud.vertexai", "com.google.cloud:google-cloud-vertexai"}, {"com.google.cloud.aiplatform", "com.google.cloud:google-cloud-aiplatform"}, {"com.google.adk", "com.google.adk:google-adk"},
		{"dev.langchain4j", "dev.langchain4j:langchain4j"}, {"dev.langchain4j.model.openai", "dev.langchain4j:langchain4j-open-ai"}, {"dev.langchain4j.model.anthropic", "dev.langchain4j:langchain4j-anthropic"}, {"dev.langchain4j.model.ollama", "dev.langchain4j:langchain4j-ollama"}, {"io.quarkiverse.langchain4j", "io.quarkiverse.langchain4j:quarkus-langchain4j-core"},
		{"org.springframework.ai", "org.springframework.ai:spring-ai-core"}, {"org.springframework.ai.openai", "org.springframework.ai:spring-ai-openai"}, {"org.springframework.ai.anthropic", "org.springframework.ai:spring-ai-anthropic"}, {"org.springframework.ai.ollama", "org.springframework.ai:spring-ai-ollama"},
		{"software.amazon.awssdk.services.bedrockruntime", "software.amazon.awssdk:bedrockruntime"}, {"software.amazon.awssdk.services.bedrockagentruntime", "software.amazon.awssdk:bedrockagentruntime"}, {"software.amazon.awssdk.services.bedrock", "software.amazon.awssdk:bedrock"}, {"aws.sdk.kotlin.services.bedrockruntime", "aws.sdk.kotlin:bedrockruntime"},
		{"com.azure.ai.openai", "com.azure:azure-ai-openai"}, {"com.azure.ai.inference", "com.azure:azure-ai-inference"}, {"com.azure.search.documents", "com.azure:azure-search-documents"}, {"io.modelcontextprotocol", "io.modelcontextprotocol.sdk:mcp"}, {"com.microsoft.semantickernel", "com.microsoft.semantic-kernel:semantickernel-api"},
		{"ai.koog", "ai.koog:koog-agents"}, {"com.embabel.agent", "com.embabel.agent:embabel-agent-starter"}, {"io.pinecone", "io.pinecone:pinecone-client"}, {"io.qdrant.client", "io.qdrant:client"}, {"io.weaviate", "io.weaviate:client"}, {"io.milvus", "io.milvus:milvus-sdk-java"}, {"com.pgvector", "com.pgvector:pgvector"},
		{"io.github.ollama4j", "io.github.ollama4j:ollama4j"}, {"com.cohere", "com.cohere:cohere-java"}, {"com.alibaba.dashscope", "com.alibaba:dashscope-sdk-java"}, {"com.alibaba.cloud.ai", "com.alibaba.cloud.ai:spring-ai-alibaba-core"}, {"com.assemblyai", "com.assemblyai:assemblyai-java"}, {"org.bsc.langgraph4j", "org.bsc.langgraph4j:langgraph4j-core"}, {"ai.djl.huggingface", "ai.djl.huggingface:tokenizers"}, {"com.knuddels.jtokkit", "com.knuddels:jtokkit"}, {"com.google.firebase.ai", "com.google.firebase:firebase-ai"}, {"de.kherud.llama", "de.kherud:llama"},
	}
	csharpPackages = []beginning{
		{"OpenAI", "openai"}, {"Azure.AI.OpenAI", "azure.ai.openai"}, {"Azure.AI.Inference", "azure.ai.inference"}, {"Azure.AI.Projects", "azure.ai.projects"}, {"Azure.AI.Agents", "azure.ai.agents.persistent"}, {"Azure.Search.Documents", "azure.search.documents"}, {"Anthropic", "anthropic"}, {"Anthropic.SDK", "anthropic.sdk"},
		{"Microsoft.SemanticKernel", "microsoft.semantickernel"}, {"Microsoft.KernelMemory", "microsoft.kernelmemory"}, {"Microsoft.Extensions.AI", "microsoft.extensions.ai"}, {"Microsoft.Agents.AI", "microsoft.agents.ai"}, {"Microsoft.Extensions.VectorData", "microsoft.extensions.vectordata.abstractions"}, {"ModelContextProtocol", "modelcontextprotocol"},
		{"OllamaSharp", "ollamasharp"}, {"LLama", "llamasharp"}, {"Google.GenAI", "google.genai"}, {"Mscc.GenerativeAI", "mscc.generativeai"}, {"GenerativeAI", "google_generativeai"}, {"Amazon.BedrockRuntime", "awssdk.bedrockruntime"}, {"Amazon.BedrockAgentRuntime", "awssdk.bedrockagentruntime"}, {"Amazon.Bedrock", "awssdk.bedrock"},
		{"LangChain", "langchain"}, {"AutoGen", "autogen"}, {"Qdrant.Client", "qdrant.client"}, {"Pinecone", "pinecone.client"}, {"Pgvector", "pgvector"}, {"Mistral.SDK", "mistral.sdk"}, {"Betalgo.OpenAI", "betalgo.openai"}, {"Microsoft.ML.Tokenizers", "microsoft.ml.tokenizers"}, {"Microsoft.Bot.Builder", "microsoft.bot.builder"}, {"Google.Cloud.AIPlatform", "google.cloud.aiplatform.v1"},
	}
	phpPackages = []beginning{
		{`Prism\Relay`, "prism-php/relay"}, {`OpenAI`, "openai-php/client"}, {`OpenAI\Laravel`, "openai-php/laravel"}, {`OpenAI\Symfony`, "openai-php/symfony"}, {`Anthropic`, "anthropic-ai/sdk"}, {`Prism\Prism`, "prism-php/prism"}, {`EchoLabs\Prism`, "echolabsdev/prism"}, {`NeuronAI`, "neuron-core/neuron-ai"}, {`LLPhant`, "theodo-group/llphant"}, {`Laravel\Ai`, "laravel/ai"}, {`Laravel\Mcp`, "laravel/mcp"}, {`Symfony\AI`, "symfony/ai-platform"},
		{`PhpMcp\Server`, "php-mcp/server"}, {`PhpMcp\Client`, "php-mcp/client"}, {`Mcp`, "mcp/sdk"}, {`Gemini`, "google-gemini-php/client"}, {`Google\Cloud\AIPlatform`, "google/cloud-ai-platform"}, {`Orhanerday\OpenAi`, "orhanerday/open-ai"}, {`Probots\Pinecone`, "probots-io/pinecone-php"}, {`Qdrant`, "hkulekci/qdrant"}, {`DeepSeek`, "deepseek-php/deepseek-php-client"}, {`PhpLlm\LlmChain`, "php-llm/llm-chain"}, {`Codewithkyrian\ChromaDB`, "codewithkyrian/chromadb-php"},
	}
)
