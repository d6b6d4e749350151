package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// n8n reads a workflow (docs.n8n.io, public workflows): nodes with a type, and
// connections by name; an edge ai_tool binds a tool to an agent.
func (s *scan) n8n(root *doctree.Node) *flow {
	nodes, connections := root.Get("nodes"), root.Get("connections")
	if nodes == nil || nodes.Kind != doctree.List || connections == nil {
		return nil
	}
	all := items(nodes, maxNodes)
	known := false
	for _, n := range all {
		if strings.Contains(text(n.Get("type")), "n8n-nodes") {
			known = true
			break
		}
	}
	if !known {
		return nil
	}
	name, at := named(root, s.base(), doctree.Span{}, "name")
	f := newFlow(name, at, "n8n", "n8n", "n8n")
	for _, n := range all {
		if text(n.Get("disabled")) == "true" {
			continue
		}
		f.add(n8nNode(n))
	}
	f.connect(connections)
	f.root = root
	return f
}

// connect reads who runs after whom, and which tools agents are given.
func (f *flow) connect(connections *doctree.Node) {
	for _, m := range connections.Members {
		for _, kind := range m.Value.Resolve().Members {
			for _, branch := range items(kind.Value, 100) {
				for _, to := range items(branch, 500) {
					target := text(to.Get("node"))
					switch {
					case target == "":
					case kind.Key == "ai_tool":
						f.given[target] = append(f.given[target], m.Key)
					case kind.Key == "main":
						f.next[m.Key] = append(f.next[m.Key], target)
					}
				}
			}
		}
	}
}

func n8nNode(n *doctree.Node) *node {
	kind := text(n.Get("type"))
	short := kind[strings.LastIndexByte(kind, '.')+1:]
	out := &node{node: n, level: "write"}
	out.name, out.at = named(n, short, spanOf(n.Get("type"), n), "name")
	parameters := n.Get("parameters")
	langchain := strings.Contains(kind, "nodes-langchain.")
	low := strings.ToLower(short)
	switch {
	case strings.Contains(low, "mcp"):
		out.role, out.tool = server, strings.HasSuffix(low, "tool")
		out.public = low == "mcptrigger" && open(parameters)
	case langchain:
		n8nAI(out, short, parameters)
		out.part = out.role == other || out.role == trigger
	case low == "openai" || low == "perplexity" || low == "mistralai" || low == "ollama":
		out.role, out.product, out.model = model, n8nModels[low], modelName(parameters)
	default:
		n8nBase(out, short, parameters)
	}
	return out
}

// n8nAI reads a node of n8n's package for AI.
func n8nAI(out *node, short string, parameters *doctree.Node) {
	low := strings.ToLower(short)
	switch {
	case low == "agent" || low == "agenttool" || low == "openaiassistant":
		out.role, out.tool = agent, low == "agenttool"
	case low == "chattrigger":
		out.role, out.public = trigger, text(parameters.Get("public")) == "true" && open(parameters)
	case strings.HasPrefix(low, "lm") || strings.HasPrefix(low, "embeddings") || low == "openai" || low == "anthropic" || low == "googlegemini" || low == "ollama":
		out.role = model
		key := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(low, "lmchat"), "lm"), "embeddings")
		out.product, out.model = n8nModels[key], modelName(parameters)
	case strings.HasPrefix(low, "vectorstore") || strings.HasPrefix(low, "memory") || strings.HasPrefix(low, "retriever"):
		key := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(low, "vectorstore"), "memory"), "retriever")
		out.role, out.product = store, n8nStores[key]
		out.tool = text(parameters.Get("mode")) == "retrieve-as-tool"
		if out.product == "" {
			out.role = chain
			out.system = n8nKept[key]
		}
	case strings.HasPrefix(low, "tool"):
		out.tool = true
		n8nTool(out, strings.TrimPrefix(short, "tool"), parameters)
	case strings.HasPrefix(low, "chain") || low == "informationextractor" || low == "textclassifier" || low == "sentimentanalysis" || low == "guardrails":
		out.role = chain
	case low == "code":
		out.role, out.system, out.level = system, "code", "execute"
	}
}

// n8nTool reads a tool that an agent is given.
func n8nTool(out *node, what string, parameters *doctree.Node) {
	switch strings.ToLower(what) {
	case "httprequest":
		out.role, out.system, out.level = system, "http", methodLevel(parameters)
	case "code":
		out.role, out.system, out.level = system, "code", "execute"
	case "workflow", "executor", "think", "vectorstore", "calculator":
		out.role = chain // of the flow itself
	case "wikipedia", "serpapi", "wolframalpha", "searxng", "wolfram":
		out.role, out.system, out.level = system, systemOf(lowerFirst(what)), "read"
	default:
		out.role, out.system = system, systemOf(lowerFirst(what))
	}
}

// n8nBase reads an ordinary node.
func n8nBase(out *node, short string, parameters *doctree.Node) {
	name, isTool := strings.CutSuffix(short, "Tool")
	out.tool = isTool
	low := strings.ToLower(name)
	switch {
	case strings.HasSuffix(low, "trigger") || low == "webhook" || low == "cron" || low == "interval" || low == "start":
		out.role = trigger
		out.public = (low == "webhook" || low == "formtrigger") && open(parameters)
		if n8nPlain[low] || low == "webhook" {
			return
		}
		if service := strings.TrimSuffix(name, "Trigger"); service != "" && low != "formtrigger" {
			out.role, out.system, out.level = system, systemOf(service), "read"
		}
	case n8nPlain[low]:
	case low == "httprequest":
		out.role, out.system, out.level = system, "http", methodLevel(parameters)
	case low == "executecommand":
		out.role, out.system, out.level = system, "shell", "execute"
	case low == "ssh": // on another machine
		out.role, out.system, out.level = system, "ssh", "execute"
	case low == "code" || low == "function" || low == "functionitem":
		out.role, out.system, out.level = system, "code", "execute"
	default:
		out.role, out.system = system, systemOf(name)
		if operation := text(parameters.Get("operation")); operation != "" {
			out.level = levelOf(operation)
		}
	}
}

// open says whether a trigger asks for nothing.
func open(parameters *doctree.Node) bool {
	a := text(parameters.Get("authentication"))
	return a == "" || a == "none"
}

func methodLevel(parameters *doctree.Node) string {
	m := text(parameters.Get("method"))
	if m == "" {
		m = text(parameters.Get("requestMethod"))
	}
	if m == "" || strings.EqualFold(m, "GET") || strings.EqualFold(m, "HEAD") {
		return "read"
	}
	return "write"
}

// modelName is the model that a node's parameters name.
func modelName(parameters *doctree.Node) string {
	for _, key := range []string{"model", "modelId", "modelName", "deployment", "modelID"} {
		n := parameters.Get(key)
		if n != nil && n.Kind == doctree.Map {
			n = n.Get("value")
		}
		if t := text(n); t != "" && !strings.HasPrefix(t, "=") && len(t) <= 120 {
			return t
		}
	}
	if n := parameters.Get("options").Get("model"); text(n) != "" && !strings.HasPrefix(n.Text, "=") {
		return n.Text
	}
	return ""
}

// spanOf is a node's place, or that of what holds it.
func spanOf(n, holder *doctree.Node) doctree.Span {
	if n != nil {
		return n.Span
	}
	return holder.Span
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// n8nModels are the providers of nodes, by what follows lmChat, lm or
// embeddings in their type, in lower case (docs.n8n.io, 2026-11).
var n8nModels = map[string]string{
	"openai": "openai", "anthropic": "anthropic", "googlegemini": "google-gemini", "googlepalm": "google-gemini", "googlevertex": "vertex-ai", "ollama": "ollama", "azureopenai": "azure-openai", "mistralcloud": "mistral", "mistralai": "mistral", "groq": "groq", "deepseek": "deepseek",
	"openrouter": "openrouter", "xaigrok": "xai", "awsbedrock": "amazon-bedrock", "cohere": "cohere", "huggingfaceinference": "hugging-face", "openhuggingfaceinference": "hugging-face", "vercelaigateway": "vercel-ai-gateway", "perplexity": "perplexity", "lemonade": "ollama", "cometapi": "", "nvidia": "nvidia", "moonshot": "moonshot", "alibabacloud": "dashscope",
}

var n8nStores = map[string]string{
	"pinecone": "pinecone", "pineconeload": "pinecone", "pineconeinsert": "pinecone", "qdrant": "qdrant", "weaviate": "weaviate", "milvus": "milvus", "pgvector": "pgvector", "zep": "zep", "zepload": "zep", "zepinsert": "zep", "chromadb": "chroma", "azureaisearch": "azure-ai-search",
}

// n8nKept are the systems in which memories and vectors are kept.
var n8nKept = map[string]string{
	"postgreschat": "postgres", "redischat": "redis", "mongodbchat": "mongodb", "xata": "xata", "motorhead": "motorhead", "supabase": "supabase", "supabaseload": "supabase", "supabaseinsert": "supabase",
	"mongodbatlas": "mongodb", "redis": "redis", "couchbasesearch": "couchbase", "oracledb": "oracle",
}

// n8nPlain are nodes that only move data about, in lower case.
var n8nPlain = map[string]bool{
	"set": true, "if": true, "switch": true, "merge": true, "noop": true, "stickynote": true, "wait": true, "splitinbatches": true, "splitout": true, "aggregate": true, "filter": true, "limit": true, "sort": true, "removeduplicates": true, "itemlists": true, "manualtrigger": true,
	"scheduletrigger": true, "cron": true, "start": true, "respondtowebhook": true, "html": true, "htmlextract": true, "markdown": true, "xml": true, "crypto": true, "datetime": true, "summarize": true, "renamekeys": true, "comparedatasets": true, "executeworkflow": true, "executeworkflowtrigger": true,
	"errortrigger": true, "stopanderror": true, "converttofile": true, "extractfromfile": true, "movebinarydata": true, "editimage": true, "interval": true, "form": true, "n8ntrigger": true, "workflowtrigger": true, "compression": true, "jwt": true, "totp": true, "readpdf": true, "spreadsheetfile": true, "debughelper": true, "evaluation": true, "evaluationtrigger": true, "ssetrigger": true, "localfiletrigger": true, "activationtrigger": true, "simulate": true, "executiondata": true,
}
