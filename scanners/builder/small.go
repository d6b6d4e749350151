package builder

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// makeBlueprint reads a blueprint of Make: a flow of modules "app:Action".
func (s *scan) makeBlueprint(root *doctree.Node) *flow {
	list := root.Get("flow")
	if list == nil || list.Kind != doctree.List {
		return nil
	}
	name, at := named(root, s.base(), doctree.Span{}, "name")
	f := newFlow(name, at, "make", "Make", "")
	if !s.makeModules(f, list, 0) {
		return nil
	}
	return f
}

// makeModules reads modules and those of the routes below them.
func (s *scan) makeModules(f *flow, list *doctree.Node, depth int) (known bool) {
	before := ""
	for _, m := range items(list, maxNodes) {
		kind := text(m.Get("module"))
		app, action, ok := strings.Cut(kind, ":")
		if !ok {
			continue
		}
		known = true
		x := makeModule(m, app, action)
		f.add(x)
		if before != "" {
			f.next[before] = append(f.next[before], x.name)
		}
		before = x.name
		for _, r := range items(m.Get("routes"), 50) {
			if depth < 10 {
				s.makeModules(f, r.Get("flow"), depth+1)
			}
		}
	}
	return known
}

func makeModule(m *doctree.Node, app, action string) *node {
	out := &node{node: m, level: levelOf(lowerFirst(action))}
	out.name, out.at = named(m.Get("metadata").Get("designer"), app+":"+action, spanOf(m.Get("module"), m), "name")
	app = strings.ToLower(app)
	switch {
	case strings.HasPrefix(app, "make-ai-agent") || strings.HasPrefix(app, "ai-agent"):
		out.role = agent
	case strings.HasPrefix(app, "mcp"):
		out.role = server
	case strings.HasPrefix(app, "openai"), slugOf(providers, strings.ReplaceAll(app, "-", "")) != "" && !strings.HasPrefix(app, "google-") && !strings.HasPrefix(app, "azure-"), strings.HasPrefix(app, "google-gemini"), strings.HasPrefix(app, "google-vertex"), strings.HasPrefix(app, "azure-openai"):
		out.role, out.product = model, slugOf(providers, strings.ReplaceAll(app, "-", ""))
		out.model = firstText(m.Get("mapper"), "model", "modelId")
		if out.model == "" {
			out.model = firstText(m.Get("parameters"), "model")
		}
	case app == "gateway" && strings.Contains(strings.ToLower(action), "webhook"):
		out.role, out.public = trigger, true
	case app == "builtin" || app == "util" || app == "json" || app == "regexp" || app == "datastore" || app == "gateway" || app == "placeholder" || app == "csv" || app == "xml":
	case app == "http":
		out.role, out.system = system, "http"
		if strings.Contains(strings.ToLower(action), "get") {
			out.level = "read"
		}
	case app == "code" || strings.HasPrefix(app, "code-"):
		out.role, out.system, out.level = system, "code", "execute"
	default:
		out.role, out.system = system, systemOf(strings.TrimSuffix(strings.TrimSuffix(app, "-v2"), "-2"))
	}
	return out
}

// zapier reads a Zap: steps with a selected_api. An export is a list of such
// (read).
func (s *scan) zapier(root *doctree.Node) *flow {
	var zaps []*doctree.Node
	for _, key := range []string{"nodes", "steps"} {
		if list := root.Get(key); list != nil {
			zaps = append(zaps, list)
		}
	}
	name, at := named(root, s.base(), doctree.Span{}, "title", "name")
	f := newFlow(name, at, "zapier", "Zapier", "")
	for _, list := range zaps {
		s.zapSteps(f, list, 0)
	}
	if len(f.nodes) == 0 {
		return nil
	}
	return f
}

func (s *scan) zapSteps(f *flow, list *doctree.Node, depth int) {
	list = list.Resolve()
	if list == nil || depth > 4 {
		return
	}
	each := items(list, maxNodes)
	if list.Kind == doctree.Map { // steps by number
		for _, m := range list.Members[:min(len(list.Members), maxNodes)] {
			each = append(each, m.Value.Resolve())
		}
	}
	for _, n := range each {
		api := text(n.Get("selected_api"))
		if api == "" {
			for _, key := range []string{"nodes", "steps"} {
				s.zapSteps(f, n.Get(key), depth+1)
			}
			continue
		}
		f.add(zapStep(n, api))
	}
}

func zapStep(n *doctree.Node, api string) *node {
	app, _, _ := strings.Cut(api, "@")
	app = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(app, "API"), "CLI"), "V2")
	app = strings.TrimSuffix(strings.TrimSuffix(app, "V2"), "V3")
	out := &node{node: n, level: levelOf(text(n.Get("action")))}
	out.name, out.at = named(n, app, spanOf(n.Get("selected_api"), n), "title", "name")
	low := strings.ToLower(app)
	switch {
	case strings.Contains(low, "agent"):
		out.role = agent
	case strings.Contains(low, "mcp"):
		out.role = server
	case strings.HasPrefix(low, "chatgpt") || strings.HasPrefix(low, "openai"):
		out.role, out.product = model, "openai"
	case strings.HasPrefix(low, "claude") || strings.HasPrefix(low, "anthropic"):
		out.role, out.product = model, "anthropic"
	case strings.HasPrefix(low, "googleaistudio") || strings.HasPrefix(low, "googlemakersuite") || strings.Contains(low, "gemini"):
		out.role, out.product = model, "google-gemini"
	case strings.HasPrefix(low, "aibyzapier"):
		out.role = chain
	case strings.HasPrefix(low, "webhook"):
		if strings.Contains(strings.ToLower(text(n.Get("action"))), "hook") && text(n.Get("type_of")) == "read" || text(n.Get("type")) == "trigger" {
			out.role, out.public = trigger, true
		} else {
			out.role, out.system = system, "http"
		}
	case strings.HasPrefix(low, "code"):
		out.role, out.system, out.level = system, "code", "execute"
	case low == "filter" || low == "formatter" || low == "zapierformatter" || low == "engine" || low == "delay" || low == "paths" || low == "schedule" || low == "branching" || low == "looping" || low == "storage":
	default:
		out.role, out.system = system, systemOf(lowerFirst(app))
	}
	if m := firstText(n.Get("params"), "model"); out.role == model {
		out.model = m
	}
	return out
}

// copilotStudio reads one component of a Copilot Studio agent (*.mcs.yml): a
// tool that is bound to the agent, a topic, or the agent itself.
func (s *scan) copilotStudio(root *doctree.Node) *flow {
	kind := text(root.Get("kind"))
	if !strings.HasSuffix(s.path, ".mcs.yml") || kind != "AdaptiveDialog" && kind != "TaskDialog" && kind != "GptComponentMetadata" {
		return nil
	}
	fallback := strings.TrimSuffix(path.Base(s.path), ".mcs.yml")
	name, at := named(root, fallback, spanOf(root.Get("kind"), root), "modelDisplayName", "displayName")
	f := newFlow(name, at, "m365-copilot", "Microsoft", "m365-copilot")
	f.certain = true
	a := &node{role: agent, name: name, at: at, node: root}
	if action := root.Get("action"); action != nil {
		t := &node{node: action, tool: true, role: system, level: "write", at: at, name: name}
		switch text(action.Get("kind")) {
		case "InvokeExternalAgentTaskAction":
			t.role = server
			if strings.HasPrefix(text(action.Get("operationDetails").Get("kind")), "ModelContextProtocol") {
				t.mcp = &mcp{}
			}
		case "InvokeFlowAction", "InvokeFlowTaskAction":
			t.system = "power-automate"
		default:
			t.system = systemOf(connector(text(action.Get("connectionReference"))))
			if operation := text(action.Get("operationId")); operation != "" {
				t.level = levelOf(operation)
			}
		}
		f.add(t)
		s.maker(f, action)
	}
	switch kind {
	case "AdaptiveDialog":
		a.role = chain // a topic, which the agent may come to
		f.add(a)
	case "GptComponentMetadata":
		f.add(a)
	}
	return f
}

// connector is what a connection leads to: agent.shared_office365.ID, or
// shared_office365-ID.
func connector(reference string) string {
	for part := range strings.SplitSeq(reference, ".") {
		if name, ok := strings.CutPrefix(part, "shared_"); ok {
			name, _, _ = strings.Cut(name, "-")
			return name
		}
	}
	return reference[strings.LastIndexByte(reference, '.')+1:]
}

// agentcore reads .bedrock_agentcore.yaml, which says how an agent is deployed
// (aws/bedrock-agentcore-starter-toolkit).
func (s *scan) agentcore(root *doctree.Node) *flow {
	if path.Base(s.path) != ".bedrock_agentcore.yaml" {
		return nil
	}
	f := newFlow(s.base(), doctree.Span{}, "amazon-bedrock", "Amazon Web Services", "")
	all := root.Get("agents")
	if all == nil {
		if root.Get("entrypoint") == nil || root.Get("name") == nil { // as the first versions wrote it
			return nil
		}
		f.name, f.at = named(root, s.base(), root.Span, "name")
		f.add(&node{role: agent, name: f.name, at: f.at, node: root, product: "amazon-bedrock"})
		return f
	}
	for _, m := range all.Members[:min(len(all.Members), 100)] {
		n := m.Value.Resolve()
		x := &node{role: agent, name: m.Key, at: m.KeySpan, node: n, product: "amazon-bedrock"}
		x.name, x.at = named(n, m.Key, m.KeySpan, "name")
		f.add(x)
		if len(f.nodes) == 1 {
			f.name, f.at = x.name, x.at
		}
	}
	return f
}

// adk reads an agent of Google's Agent Development Kit
// (google.github.io/adk-docs/agents/config).
func (s *scan) adk(root *doctree.Node) *flow {
	class := text(root.Get("agent_class"))
	schema := len(s.doc.Source) > 0 && strings.Contains(string(s.doc.Source[:min(len(s.doc.Source), 400)]), "AgentConfig.json")
	if !schema && !strings.HasSuffix(class, "Agent") || root.Get("name") == nil {
		return nil
	}
	name, at := named(root, s.base(), root.Span, "name")
	f := newFlow(name, at, "google-adk", "Google", "")
	f.certain = true
	a := &node{role: agent, name: name, at: at, node: root}
	switch class[strings.LastIndexByte(class, '.')+1:] {
	case "SequentialAgent", "ParallelAgent", "LoopAgent": // they run others in order, and decide nothing
		a.role = other
	}
	f.add(a)
	if m := root.Get("model"); text(m) != "" {
		f.add(&node{role: model, name: m.Text, at: m.Span, node: m, product: adkProvider(m.Text), model: m.Text})
	}
	for _, t := range items(root.Get("tools"), 100) {
		n := t.Get("name")
		if text(n) == "" {
			continue
		}
		x := &node{name: n.Text, at: n.Span, node: t, tool: true, role: system, level: "write"}
		last := n.Text[strings.LastIndexByte(n.Text, '.')+1:]
		switch low := strings.ToLower(last); {
		case strings.Contains(low, "mcptoolset"):
			x.role, x.mcp = server, adkServer(t.Get("args"))
		case low == "exit_loop" || low == "transfer_to_agent" || low == "load_memory" || low == "preload_memory" || low == "get_user_choice":
			x.role = other // of the flow itself
		case low == "url_context":
			x.system, x.level = "http", "read"
		case strings.Contains(low, "search"):
			x.system, x.level = strings.ReplaceAll(low, "_", "-"), "read"
		case strings.Contains(n.Text, "."):
			x.role = other // a function of the project
		default:
			x.system = strings.ReplaceAll(low, "_", "-")
		}
		f.add(x)
		f.given[a.name] = append(f.given[a.name], x.name)
	}
	for _, sub := range items(root.Get("sub_agents"), 100) {
		if p := sub.Get("config_path"); text(p) != "" {
			a.tools = append(a.tools, p.Text)
		}
	}
	return f
}

// adkServer is the server of a tool set of MCP.
func adkServer(args *doctree.Node) *mcp {
	for _, key := range []string{"stdio_server_params", "stdio_connection_params", "sse_connection_params", "streamable_http_connection_params", "sse_server_params"} {
		if p := args.Get(key); p != nil {
			if inner := p.Get("server_params"); inner != nil {
				p = inner
			}
			return mcpIn(p)
		}
	}
	return &mcp{}
}

func adkProvider(model string) string {
	if i := strings.IndexByte(model, '/'); i > 0 {
		return slugOf(providers, model[:i])
	}
	if strings.HasPrefix(model, "gemini") {
		return "google-gemini"
	}
	return ""
}

// rivet reads a project of Rivet: graphs with nodes whose keys hold their type
// (Ironclad/rivet; node names are not documented, those seen are read).
func (s *scan) rivet(root *doctree.Node) *flow {
	graphs := root.Get("data").Get("graphs")
	if graphs == nil || !strings.HasSuffix(s.path, ".rivet-project") {
		return nil
	}
	name, at := named(root.Get("data").Get("metadata"), s.base(), doctree.Span{}, "title")
	f := newFlow(name, at, "rivet", "Ironclad", "")
	for _, g := range graphs.Members[:min(len(graphs.Members), 200)] {
		nodes := g.Value.Resolve().Get("nodes")
		if nodes == nil {
			continue
		}
		for _, m := range nodes.Members[:min(len(nodes.Members), maxNodes)] {
			f.add(rivetNode(m))
		}
	}
	return f
}

// rivetNode reads `'[id]:chat "Ask"': {data: …}`.
func rivetNode(m doctree.Member) *node {
	n := m.Value.Resolve()
	kind, title := "", ""
	if _, rest, ok := strings.Cut(m.Key, "]:"); ok {
		kind, title, _ = strings.Cut(rest, " ")
		title = strings.Trim(title, `"`)
	}
	out := &node{node: n, name: title, at: m.KeySpan, level: "write"}
	if out.name == "" {
		out.name = kind
	}
	switch low := strings.ToLower(kind); {
	case low == "chat" || low == "llmchat" || low == "chatloop":
		out.role, out.product, out.model = model, "openai", firstText(n.Get("data"), "model")
	case strings.HasPrefix(low, "chat"):
		out.role, out.product = model, slugOf(providers, strings.TrimPrefix(low, "chat"))
	case strings.HasPrefix(low, "mcp"):
		out.role, out.mcp = server, &mcp{url: text(n.Get("data").Get("serverUrl"))}
	case low == "httpcall":
		out.role, out.system = system, "http"
	case low == "code" || low == "externalcall":
		out.role, out.system, out.level = system, "code", "execute"
	case low == "assistant" || low == "gptfunction":
		out.role = chain
	}
	return out
}
