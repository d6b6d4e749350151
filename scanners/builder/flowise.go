package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// providers are the slugs of providers by the beginnings of the names that
// builders give to their nodes, in lower case, the longer first.
var providers = []struct{ start, slug string }{
	{"azureopenai", "azure-openai"}, {"azure_openai", "azure-openai"}, {"azurechatopenai", "azure-openai"}, {"azure", "azure-openai"}, {"openaicustom", "openai"}, {"openai", "openai"}, {"anthropic", "anthropic"}, {"googlegenerativeai", "google-gemini"}, {"googlegemini", "google-gemini"}, {"google generative", "google-gemini"}, {"gemini", "google-gemini"},
	{"googlevertex", "vertex-ai"}, {"vertex", "vertex-ai"}, {"google", "google-gemini"}, {"ollama", "ollama"}, {"mistral", "mistral"}, {"groq", "groq"}, {"deepseek", "deepseek"}, {"cohere", "cohere"}, {"awschatbedrock", "amazon-bedrock"}, {"awsbedrock", "amazon-bedrock"}, {"amazonbedrock", "amazon-bedrock"}, {"bedrock", "amazon-bedrock"}, {"huggingface", "hugging-face"},
	{"together", "together-ai"}, {"fireworks", "fireworks-ai"}, {"openrouter", "openrouter"}, {"xai", "xai"}, {"grok", "xai"}, {"perplexity", "perplexity"}, {"cerebras", "cerebras"}, {"nvidia", "nvidia"}, {"replicate", "replicate"}, {"litellm", "litellm"}, {"localai", "localai"}, {"ibm", "watsonx"}, {"watsonx", "watsonx"}, {"voyage", "voyage"}, {"jina", "jina"},
	{"alibaba", "dashscope"}, {"tongyi", "dashscope"}, {"zhipuai", "zai"}, {"moonshot", "moonshot"}, {"siliconflow", "siliconflow"}, {"minimax", "minimax"}, {"stability", "stability-ai"}, {"novita", ""}, {"sambanova", "sambanova"}, {"volcengine", "volcengine-ark"},
}

var stores = []struct{ start, slug string }{
	{"pinecone", "pinecone"}, {"qdrant", "qdrant"}, {"weaviate", "weaviate"}, {"milvus", "milvus"}, {"zilliz", "milvus"}, {"chroma", "chroma"}, {"pgvector", "pgvector"}, {"postgres", "pgvector"}, {"faiss", "faiss"}, {"upstash", "upstash-vector"}, {"zep", "zep"}, {"lancedb", "lancedb"}, {"vespa", "vespa"}, {"azureai", "azure-ai-search"}, {"astra", "astra-db"},
}

func slugOf(table []struct{ start, slug string }, name string) string {
	name = strings.ToLower(name)
	for _, t := range table {
		if strings.HasPrefix(name, t.start) {
			return t.slug
		}
	}
	return ""
}

// flowise reads a chatflow or agentflow (FlowiseAI/Flowise, marketplace
// templates): nodes with data.name and data.inputs, edges by id.
func (s *scan) flowise(root *doctree.Node) *flow {
	nodes, edges := root.Get("nodes"), root.Get("edges")
	if nodes == nil || nodes.Kind != doctree.List || edges == nil {
		return nil
	}
	known := false
	all := items(nodes, maxNodes)
	for _, n := range all {
		if d := n.Get("data"); d.Get("inputs") != nil && text(d.Get("name")) != "" && (d.Get("category") != nil || d.Get("baseClasses") != nil || d.Get("inputParams") != nil || d.Get("inputAnchors") != nil) {
			known = true
			break
		}
	}
	if !known {
		return nil
	}
	name, at := named(root, s.base(), doctree.Span{}, "name", "description")
	if root.Get("name") == nil {
		name, at = s.base(), doctree.Span{}
	}
	f := newFlow(name, at, "flowise", "FlowiseAI", "flowise")
	byID := map[string]*node{}
	for _, n := range all {
		x := flowiseNode(n)
		byID[text(n.Get("id"))] = x
		f.add(x)
		if x.role == agent {
			f.giveFlowise(x, n.Get("data").Get("inputs"))
		}
	}
	for _, e := range items(edges, maxNodes) {
		from, to := byID[text(e.Get("source"))], byID[text(e.Get("target"))]
		if from == nil || to == nil {
			continue
		}
		f.next[from.name] = append(f.next[from.name], to.name)
		if to.role == agent && (from.tool || from.role == system || from.role == server) {
			f.given[to.name] = append(f.given[to.name], from.name)
		}
	}
	return f
}

func flowiseNode(n *doctree.Node) *node {
	data := n.Get("data")
	kind := text(data.Get("name"))
	low := strings.ToLower(kind)
	category := strings.ToLower(text(data.Get("category")))
	inputs := data.Get("inputs")
	out := &node{node: n, level: "write"}
	out.name, out.at = named(data, kind, spanOf(data.Get("name"), n), "label", "name")
	switch {
	case strings.HasSuffix(low, "mcp") || strings.Contains(low, "mcp"):
		out.role, out.tool = server, true
		flowiseServer(out, kind, inputs)
	case category == "agents" || category == "multi agents" && low != "" || category == "sequential agents" && strings.Contains(low, "agent") || low == "agentagentflow" || strings.HasSuffix(low, "agent") || low == "supervisor" || low == "worker":
		out.role = agent
	case category == "chat models" || category == "llms" || category == "embeddings" || strings.HasPrefix(low, "chat") && slugOf(providers, low[4:]) != "":
		out.role = model
		key := strings.TrimPrefix(low, "chat")
		out.product = slugOf(providers, strings.TrimSuffix(key, "embedding"))
		out.model = firstText(inputs, "modelName", "model", "customModelName", "deploymentName")
	case category == "vector stores":
		out.role, out.product = store, slugOf(stores, low)
	case low == "llmagentflow" || low == "conditionagentagentflow" || category == "chains" || category == "engine" || category == "retrievers":
		out.role = chain
	case category == "tools" || category == "tools (mcp)" || low == "toolagentflow" || low == "httpagentflow" || low == "customfunctionagentflow":
		out.tool = true
		flowiseTool(out, low, kind)
	}
	if name := text(inputs.Get("toolAgentflowSelectedTool")); name != "" { // a step that calls a tool itself
		out.tool = false
		flowiseTool(out, strings.ToLower(name), name)
	}
	if out.role == chain || out.role == agent {
		for _, key := range []string{"llmModel", "agentModel", "conditionAgentModel"} {
			if m := text(inputs.Get(key)); m != "" && out.product == "" {
				out.product = slugOf(providers, strings.TrimPrefix(strings.ToLower(m), "chat"))
				out.model = firstText(inputs.Get(key+"Config"), "modelName", "model")
			}
		}
	}
	return out
}

// giveFlowise reads the tools in the inputs of an agent of an agentflow.
func (f *flow) giveFlowise(a *node, inputs *doctree.Node) {
	for _, key := range []string{"agentTools", "agentToolsBuiltInOpenAI"} {
		for _, t := range items(inputs.Get(key), 100) {
			name, at := named(t, "", t.Span, "agentSelectedTool", "selectedTool", "name")
			if name == "" {
				if name, at = text(t), t.Span; name == "" {
					continue
				}
			}
			x := &node{name: name, at: at, node: t, tool: true, level: "write"}
			if low := strings.ToLower(name); strings.HasSuffix(low, "mcp") {
				x.role = server
				flowiseServer(x, name, t.Get("agentSelectedToolConfig"))
			} else {
				flowiseTool(x, low, name)
			}
			f.add(x)
			f.given[a.name] = append(f.given[a.name], name)
		}
	}
}

// flowiseServer reads an MCP server that Flowise has a node for, slackMCP. That
// of a custom one is a document in its settings, which scanners/config reads.
func flowiseServer(out *node, kind string, inputs *doctree.Node) {
	if text(inputs.Get("mcpServerConfig")) != "" {
		return
	}
	out.mcp = &mcp{}
	if name := strings.TrimSuffix(strings.TrimSuffix(kind, "MCP"), "Mcp"); !strings.EqualFold(name, "custom") && !strings.EqualFold(name, "customServer") {
		out.system = systemOf(name)
	}
}

func flowiseTool(out *node, low, kind string) {
	out.role = system
	switch {
	case low == "customtool" || low == "customfunctionagentflow" || strings.Contains(low, "codeinterpreter") || low == "pythoninterpreter":
		out.system, out.level = "code", "execute"
	case strings.HasPrefix(low, "requestsget") || low == "webscrapertool":
		out.system, out.level = "http", "read"
	case strings.HasPrefix(low, "requests") || low == "httpagentflow" || low == "openapitoolkit":
		out.system = "http"
	case low == "retrievertool" || low == "chaintool" || low == "calculator" || low == "agentastool" || low == "chatflowtool" || low == "currentdatetime" || low == "web_search_preview" || low == "code_interpreter" || low == "toolagentflow":
		out.role = chain
	case low == "readfile" || low == "writefile":
		out.system = "files"
		if low == "readfile" {
			out.level = "read"
		}
	default:
		out.system = systemOf(strings.TrimSuffix(strings.TrimSuffix(kind, "Tool"), "API"))
		if reachOf(out.system) != nil && reachOf(out.system)[0] == "search" {
			out.level = "read"
		}
	}
}

// firstText is the first of the keys that holds a text.
func firstText(n *doctree.Node, keys ...string) string {
	for _, k := range keys {
		if t := text(n.Get(k)); t != "" && !strings.HasPrefix(t, "{{") && len(t) <= 120 {
			return t
		}
	}
	return ""
}
