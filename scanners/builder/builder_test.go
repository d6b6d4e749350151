package builder_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/builder"
	"github.com/castellan-app/castellan/scanners/credential"
)

func scan(t testing.TB, path, text string) scanners.Result {
	t.Helper()
	h, err := credential.NewHasher([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return builder.New().Scan(scanners.File{Path: path, Data: []byte(text)}, h)
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, r := range builder.New().Rules() {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			bad := scan(t, r.Bad.Path, r.Bad.Content)
			if !slices.ContainsFunc(bad.Findings, func(f scanners.Finding) bool { return f.Rule == r.ID && f.Severity == r.Severity }) {
				t.Errorf("the bad example raises %+v", bad.Findings)
			}
			if benign := scan(t, r.Benign.Path, r.Benign.Content); len(benign.Findings) > 0 || len(benign.Sightings) == 0 {
				t.Errorf("the benign example raises %+v, and shows %d sightings", benign.Findings, len(benign.Sightings))
			}
		})
	}
}

// seen are the sightings as "line id grants", and the findings as "line! rule".
func seen(r scanners.Result) []string {
	var out []string
	for _, s := range r.Sightings {
		id := s.Integration.ID
		if _, rest, ok := strings.Cut(id, "#"); ok {
			id = string(s.Integration.Kind) + " " + rest
		}
		line := fmt.Sprintf("%d %s", s.Region.Line, id)
		for _, g := range s.Grants {
			line += " " + g.Name + ":" + g.Level
		}
		out = append(out, line)
	}
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%d! %s", f.Region.Line, f.Rule))
	}
	return out
}

func TestFlows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, path, text string
		want             []string
	}{
		{"n8n", "a.json", `{
"name": "Desk",
"nodes": [
 {"parameters": {"public": true}, "type": "@n8n/n8n-nodes-langchain.chatTrigger",
  "name": "Chat"},
 {"type": "@n8n/n8n-nodes-langchain.agent", "parameters": {},
  "name": "Helper"},
 {"type": "@n8n/n8n-nodes-langchain.lmChatOpenAi", "parameters": {"model": {"__rl": true, "value": "gpt-4o-mini"}},
  "name": "Model"},
 {"type": "n8n-nodes-base.postgresTool", "parameters": {"operation": "select"},
  "name": "Look up"},
 {"type": "n8n-nodes-base.googleCalendarTool", "parameters": {"operation": "create"},
  "name": "Book"},
 {"type": "n8n-nodes-base.set", "name": "Fields", "parameters": {}}
],
"connections": {
 "Chat": {"main": [[{"node": "Helper", "type": "main", "index": 0}]]},
 "Model": {"ai_languageModel": [[{"node": "Helper", "type": "ai_languageModel", "index": 0}]]},
 "Look up": {"ai_tool": [[{"node": "Helper", "type": "ai_tool", "index": 0}]]},
 "Book": {"ai_tool": [[{"node": "Helper", "type": "ai_tool", "index": 0}]]}
}}`, []string{
			"2 builder-flow Desk google-calendar:write postgres:read", "5 builder-flow Desk", "7 agent Desk/Helper google-calendar:write postgres:read", "9 product:openai", "9 model:gpt-4o-mini",
			"11 builder-flow Desk postgres:read", "13 builder-flow Desk google-calendar:write", "5! builder-public-trigger",
		}},
		{"n8n without AI", "a.json", `{"nodes": [{"name": "a", "type": "n8n-nodes-base.httpRequest", "parameters": {}}], "connections": {}}`, nil},
		{"a graph of something else", "a.json", `{"nodes": [{"id": "n8n-nodes-x", "data": {"name": "a", "inputs": {}}}], "edges": []}`, nil},
		{"flowise", "b.json", `{"nodes": [
 {"id": "toolAgent_0", "data": {"name": "toolAgent", "label": "Tool Agent", "category": "Agents", "baseClasses": ["Agent"], "inputs": {}}},
 {"id": "chatOpenAI_0", "data": {"name": "chatOpenAI", "label": "ChatOpenAI", "category": "Chat Models", "baseClasses": ["ChatOpenAI"], "inputs": {"modelName": "gpt-4o"}}},
 {"id": "customTool_0", "data": {"name": "customTool", "label": "Custom Tool", "category": "Tools", "baseClasses": ["Tool"], "inputs": {}}}
], "edges": [{"source": "customTool_0", "target": "toolAgent_0"}, {"source": "chatOpenAI_0", "target": "toolAgent_0"}]}`, []string{
			"1 builder-flow b code:execute", "2 agent b/Tool Agent code:execute", "3 product:openai", "3 model:gpt-4o", "4 builder-flow b code:execute", "4! builder-shell-tool",
		}},
		{"langflow", "c.json", `{"name": "Basic", "data": {"nodes": [
 {"id": "Agent-1", "data": {"type": "Agent", "node": {"display_name": "Agent", "base_classes": [], "template": {"agent_llm": {"value": "OpenAI"}, "model_name": {"value": "gpt-4o"}, "tools": {"value": ""}, "api_key": {"password": true, "load_from_db": true, "value": "OPENAI_API_KEY"}}}}},
 {"id": "Py-1", "data": {"type": "PythonREPLComponent", "node": {"display_name": "Python REPL", "template": {}}}}
], "edges": [{"source": "Py-1", "target": "Agent-1", "data": {"targetHandle": {"fieldName": "tools"}}}]}}`, []string{
			"1 builder-flow Basic code:execute", "2 agent Basic/Agent code:execute", "2 product:openai", "2 model:gpt-4o", "3 builder-flow Basic code:execute", "3! builder-shell-tool",
		}},
		{"dify", "d.yml", "app:\n  mode: workflow\n  name: Triage\nkind: app\nversion: 0.3.0\nworkflow:\n  environment_variables: []\n  graph:\n    edges: []\n    nodes:\n    - id: '1'\n      data:\n        title: Judge\n        type: llm\n        model:\n          name: claude-sonnet-4-5\n          provider: langgenius/anthropic/anthropic\n    - id: '2'\n      data:\n        title: Send\n        type: http-request\n        method: post\n", []string{
			"3 builder-flow Triage http:write", "13 product:anthropic", "13 model:claude-sonnet-4-5",
		}},
		{"make", "e.json", `{"name": "Leads", "flow": [
 {"id": 1, "module": "openai-gpt-3:CreateCompletion", "mapper": {"model": "gpt-4o"}},
 {"id": 2, "module": "google-sheets:addRow"}
]}`, []string{"1 builder-flow Leads google-sheets:write", "2 product:openai", "2 model:gpt-4o"}},
		{"adk", "root_agent.yaml", "agent_class: LlmAgent\nname: clerk\nmodel: gemini-2.5-flash\ntools:\n  - name: google_search\n", []string{
			"2 builder-flow clerk google-search:read", "2 agent clerk/clerk google-search:read", "3 product:google-gemini", "3 model:gemini-2.5-flash", "5 builder-flow clerk google-search:read",
		}},
		{"agentcore", ".bedrock_agentcore.yaml", "default_agent: a\nagents:\n  a:\n    name: a\n    entrypoint: main.py\n", []string{"4 builder-flow a", "4 agent a/a", "4 product:amazon-bedrock"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, seen(scan(t, tc.path, tc.text))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzScan(f *testing.F) {
	for _, r := range builder.New().Rules() {
		f.Add(r.Bad.Path, r.Bad.Content)
	}
	f.Add("a.json", `[{"nodes": [{"type": "n8n-nodes-base.x"}], "connections": {"a": {"main": [[{"node": "a"}]]}}}]`)
	f.Add("a.json", `{"data": {"nodes": [{"data": {"node": {"template": {"a": null}}}}], "edges": [null]}, "x": "langflow"}`)
	f.Add("a.rivet-project", "data:\n  graphs:\n    g:\n      nodes:\n        '[1]:chat \"A\"': {data: {model: gpt-4o}}\n")
	f.Add("a.json", `{"flow": [{"module": "a:b", "routes": [{"flow": [{"module": "c:d"}]}]}]}`)
	f.Fuzz(func(t *testing.T, path, text string) {
		r := scan(t, path, text)
		for _, s := range r.Sightings {
			if s.Region.Line < 1 || s.Region.Column < 1 || s.Integration.ID == "" {
				t.Errorf("%+v", s)
			}
		}
		for _, x := range r.Findings {
			if x.Region.Line < 1 || x.Rule == "" || x.Excerpt.End > len(x.Excerpt.Text) {
				t.Errorf("%+v", x)
			}
		}
	})
}
