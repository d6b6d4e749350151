package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// langflow reads a flow (langflow-ai/langflow, starter projects):
// data.nodes[].data with a type and node.template, data.edges by id.
func (s *scan) langflow(root *doctree.Node) *flow {
	graph := root.Get("data")
	nodes := graph.Get("nodes")
	if nodes == nil || nodes.Kind != doctree.List {
		return nil
	}
	known := false
	all := items(nodes, maxNodes)
	for _, n := range all {
		if n.Get("data").Get("node").Get("template") != nil {
			known = true
			break
		}
	}
	if !known {
		return nil
	}
	name, at := named(root, s.base(), doctree.Span{}, "name")
	f := newFlow(name, at, "langflow", "Langflow", "langflow")
	byID := map[string]*node{}
	for _, n := range all {
		x := s.langflowNode(n)
		byID[text(n.Get("id"))] = x
		f.add(x)
	}
	for _, e := range items(graph.Get("edges"), maxNodes) {
		from, to := byID[text(e.Get("source"))], byID[text(e.Get("target"))]
		if from == nil || to == nil {
			continue
		}
		f.next[from.name] = append(f.next[from.name], to.name)
		field := text(e.Get("data").Get("targetHandle").Get("fieldName"))
		if to.role == agent && (field == "tools" || field == "" && from.tool) {
			from.tool = true
			f.given[to.name] = append(f.given[to.name], from.name)
		}
	}
	return f
}

func (s *scan) langflowNode(n *doctree.Node) *node {
	data := n.Get("data")
	kind := text(data.Get("type"))
	inner := data.Get("node")
	template := inner.Get("template")
	out := &node{node: n, level: "write"}
	out.name, out.at = named(inner, kind, spanOf(data.Get("type"), n), "display_name")
	low := strings.ToLower(kind)
	value := func(field string) string { return text(template.Get(field).Get("value")) }
	switch {
	case strings.HasPrefix(low, "mcp"):
		out.role, out.tool = server, true
		if config := template.Get("mcp_server").Get("value").Get("config"); config != nil {
			out.mcp = mcpIn(config)
		} else if url := value("sse_url"); url != "" {
			out.mcp = &mcp{url: url}
		} else if words := strings.Fields(value("command")); len(words) > 0 {
			out.mcp = &mcp{command: words[0], args: words[1:]}
		} else {
			out.mcp = &mcp{}
		}
	case low == "agent" || strings.HasSuffix(low, "agent") && template.Get("tools") != nil || strings.HasSuffix(low, "crew"):
		out.role = agent
		if p := slugOf(providers, strings.ReplaceAll(value("agent_llm"), " ", "")); p != "" {
			out.product, out.model = p, value("model_name")
		}
	case strings.HasSuffix(low, "model") || low == "languagemodelcomponent" || strings.HasSuffix(low, "embeddings") || strings.HasSuffix(low, "modelcomponent"):
		out.role = model
		key := strings.TrimSuffix(strings.TrimSuffix(low, "model"), "embeddings")
		if p := value("provider"); p != "" {
			key = strings.ReplaceAll(strings.ToLower(p), " ", "")
		}
		out.product = slugOf(providers, key)
		for _, field := range []string{"model_name", "model", "model_id", "azure_deployment"} {
			if v := value(field); v != "" && out.model == "" && len(v) <= 120 {
				out.model = v
			}
		}
	case slugOf(stores, low) != "":
		out.role, out.product = store, slugOf(stores, low)
	default:
		langflowTool(out, low, kind)
	}
	s.literals(template, out)
	return out
}

func langflowTool(out *node, low, kind string) {
	switch {
	case strings.HasPrefix(low, "pythonrepl") || strings.HasPrefix(low, "pythonfunction") || strings.HasPrefix(low, "pythoncode") || low == "lambdafilter":
		out.role, out.system, out.level = system, "code", "execute"
	case low == "customcomponent":
		out.role, out.system, out.level = system, "code", "execute"
	case strings.HasPrefix(low, "apirequest"):
		out.role, out.system = system, "http"
	case low == "urlcomponent" || low == "url" || strings.HasPrefix(low, "webhook") || low == "rssreadersimple":
		if strings.HasPrefix(low, "webhook") {
			out.role, out.public = trigger, true
			return
		}
		out.role, out.system, out.level = system, "http", "read"
	case strings.HasPrefix(low, "sqlexecutor") || low == "sqlcomponent" || low == "sqlagent":
		out.role, out.system = system, "sql"
	case strings.HasPrefix(low, "composio"):
		out.role, out.system = system, systemOf(strings.TrimPrefix(strings.TrimSuffix(kind, "APIComponent"), "Composio"))
	case strings.Contains(low, "tavily") || strings.Contains(low, "search") || strings.Contains(low, "wikipedia") || strings.Contains(low, "arxiv"):
		name := hyphened(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(kind, "Component"), "Tool"), "API"))
		out.role, out.system, out.level = system, strings.TrimSuffix(name, "-search"), "read"
	case low == "directory" || low == "savetofile":
		out.role, out.system, out.level = system, "files", "read"
	case low == "file" || low == "filecomponent" || low == "prompt" || low == "prompt template" || low == "chatinput" || low == "chatoutput" || low == "textinput" || low == "textoutput" || low == "memory" || low == "note" || low == "notenode" || low == "genericnode":
	default:
		for _, known := range []string{"gmail", "googledrive", "googlecalendar", "notion", "slack", "github", "jira", "airtable", "mongodb", "supabase", "confluence"} {
			if strings.HasPrefix(low, known) {
				out.role, out.system = system, systemOf(lowerFirst(known))
			}
		}
	}
}
