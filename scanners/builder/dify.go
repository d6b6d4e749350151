package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// dify reads an app (langgenius/dify, app DSL): kind: app, with a graph of a
// workflow or the settings of a chat app.
func (s *scan) dify(root *doctree.Node) *flow {
	if text(root.Get("kind")) != "app" || root.Get("app") == nil {
		return nil
	}
	app := root.Get("app")
	name, at := named(app, s.base(), doctree.Span{}, "name")
	f := newFlow(name, at, "dify", "LangGenius", "dify")
	graph := root.Get("workflow").Get("graph")
	byID := map[string]*node{}
	for _, n := range items(graph.Get("nodes"), maxNodes) {
		x := difyNode(n)
		byID[text(n.Get("id"))] = x
		f.add(x)
		if x.role == agent {
			f.giveDify(x, items(n.Get("data").Get("agent_parameters").Get("tools").Get("value"), 100))
		}
	}
	for _, e := range items(graph.Get("edges"), maxNodes) {
		if from, to := byID[text(e.Get("source"))], byID[text(e.Get("target"))]; from != nil && to != nil {
			f.next[from.name] = append(f.next[from.name], to.name)
		}
	}
	if config := root.Get("model_config"); config != nil && config.Get("model") != nil {
		s.difyChat(f, config, text(app.Get("mode")))
	}
	s.difySecrets(root)
	return f
}

// difyProvider is the slug of a provider as Dify writes it:
// langgenius/openai/openai.
func difyProvider(name string) string {
	return slugOf(providers, strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", ""))
}

func difyNode(n *doctree.Node) *node {
	data := n.Get("data")
	kind := text(data.Get("type"))
	out := &node{node: n, level: "write"}
	out.name, out.at = named(data, kind, spanOf(data.Get("type"), n), "title")
	ask := func() {
		m := data.Get("model")
		out.product, out.model = difyProvider(text(m.Get("provider"))), text(m.Get("name"))
	}
	switch kind {
	case "llm":
		ask()
		out.role = model
	case "parameter-extractor", "question-classifier":
		ask()
		out.role = model
	case "agent":
		out.role = agent
		m := data.Get("agent_parameters").Get("model").Get("value")
		out.product, out.model = difyProvider(text(m.Get("provider"))), text(m.Get("model"))
	case "tool":
		out.tool = true
		difyTool(out, data, "provider_type")
	case "http-request":
		out.role, out.system = system, "http"
		if m := strings.ToLower(text(data.Get("method"))); m == "get" || m == "head" || m == "" {
			out.level = "read"
		}
	case "code":
		out.role, out.system, out.level = system, "code", "execute"
	case "knowledge-retrieval":
		out.role = chain
	}
	return out
}

// difyChat reads an app without a graph: a model, and tools if it is an agent.
func (s *scan) difyChat(f *flow, config *doctree.Node, mode string) {
	m := config.Get("model")
	x := &node{role: model, node: m, product: difyProvider(text(m.Get("provider"))), model: text(m.Get("name"))}
	x.name, x.at = named(m, "model", m.Span, "name")
	f.add(x)
	tools := items(config.Get("agent_mode").Get("tools"), 100)
	if mode != "agent-chat" && (len(tools) == 0 || text(config.Get("agent_mode").Get("enabled")) != "true") {
		return
	}
	a := &node{role: agent, node: config, name: f.name, at: f.at}
	f.giveDify(a, tools)
	f.add(a)
}

// giveDify reads the tools that an agent is given.
func (f *flow) giveDify(a *node, tools []*doctree.Node) {
	for _, t := range tools {
		if text(t.Get("enabled")) == "false" {
			continue
		}
		kind := "provider_type"
		if t.Get(kind) == nil {
			kind = "type"
		}
		x := &node{node: t, tool: true, level: "write"}
		x.name, x.at = named(t, "tool", t.Span, "tool_label", "tool_name", "provider_name")
		difyTool(x, t, kind)
		f.add(x)
		f.given[a.name] = append(f.given[a.name], x.name)
	}
}

// difyTool reads what a tool acts on: an MCP server, an API that the workspace
// describes, or a plugin, which is called as its system.
func difyTool(out *node, n *doctree.Node, kind string) {
	switch text(n.Get(kind)) {
	case "mcp":
		out.role, out.mcp = server, &mcp{}
		return
	case "api":
		out.role, out.system = system, "http"
		return
	case "workflow":
		out.role = chain
		return
	}
	provider := firstText(n, "provider_id", "provider_name")
	out.role, out.system = system, systemOf(provider[strings.LastIndexByte(provider, '/')+1:])
	if r := reachOf(out.system); r != nil && r[0] == "search" || strings.HasSuffix(firstText(n, "tool_name"), "_search") {
		out.level = "read"
	}
}
