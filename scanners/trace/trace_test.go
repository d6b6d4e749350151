package trace_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/trace"
)

// seen are the sightings as "line:column id name".
func seen(path, text string) []string {
	var out []string
	for _, s := range trace.New().Scan(scanners.File{Path: path, Data: []byte(text)}, nil).Sightings {
		id := s.Integration.ID
		if s.Package != "" && len(s.Integration.Aliases) > 0 {
			id = s.Integration.Aliases[0]
		}
		out = append(out, fmt.Sprintf("%d:%d %s %s", s.Region.Line, s.Region.Column, id, s.Name))
	}
	return out
}

func TestTraces(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, path, text string
		want             []string
	}{
		{"python", "a.py", "import os, openai\nfrom google import genai\nfrom langchain_openai import ChatOpenAI\nfrom .openai import x\n# import anthropic\nimport llama_index.llms.ollama as o\n",
			[]string{"1:12 pypi:openai openai", "2:6 pypi:google-genai google-genai", "3:6 pypi:langchain-openai langchain-openai", "6:8 pypi:llama-index-llms-ollama llama-index-llms-ollama"}},
		{"docstring", "a.py", "\"\"\"Use it:\n\nimport openai\n\"\"\"\nimport anthropic\n", []string{"5:8 pypi:anthropic anthropic"}},
		{"javascript", "a.ts", "import { generateText } from 'ai';\nconst x = require(\"@anthropic-ai/sdk/shims\");\nimport a from './openai';\n// import OpenAI from 'openai'\nimport {\n  A,\n} from \"@ai-sdk/openai\";\n",
			[]string{"1:31 npm:ai ai", "2:20 npm:@anthropic-ai/sdk @anthropic-ai/sdk", "7:9 npm:@ai-sdk/openai @ai-sdk/openai"}},
		{"go", "a.go", "package a\n\nimport (\n\t\"fmt\"\n\topenai \"github.com/openai/openai-go/v2\"\n)\n\nvar s = \"github.com/anthropics/anthropic-sdk-go\"\n", []string{"5:10 go:github.com/openai/openai-go/v2 github.com/openai/openai-go/v2"}},
		{"java", "A.java", "import dev.langchain4j.model.openai.OpenAiChatModel;\nimport java.util.List; // langchain4j\n", []string{"1:8 maven:dev.langchain4j:langchain4j-open-ai dev.langchain4j:langchain4j-open-ai"}},
		{"model", "a.py", "r = client.chat(model=\"gpt-4o-2024-08-06\", x=1)\nname = \"gpt-4o\"\nllm = ChatOpenAI('gpt-4o-mini')\nlog('use o1 here')\nmodel = 'user'\n",
			[]string{"1:24 product:openai gpt-4o-2024-08-06", "1:24 model:gpt-4o-2024-08-06 gpt-4o-2024-08-06", "3:19 product:openai gpt-4o-mini", "3:19 model:gpt-4o-mini gpt-4o-mini"}},
		{"setting", ".env", "OPENAI_MODEL=gpt-4o\n# CLAUDE_MODEL=claude-sonnet-4-5\nOPENAI_BASE_URL=https://llm.acme.example/v1\nANTHROPIC_API_KEY=\n",
			[]string{"1:14 product:openai gpt-4o", "1:14 model:gpt-4o gpt-4o", "3:1 product:openai OPENAI_BASE_URL", "4:1 product:anthropic ANTHROPIC_API_KEY"}},
		{"address", "a.js", "fetch('https://api.openai.com/v1/chat/completions')\nconst docs = 'https://platform.openai.com/docs' // https://api.openai.com/v1\n", []string{"1:16 product:openai api.openai.com"}},
		{"langchain servers", "a.py", "client = MultiServerMCPClient(\n    {\n        \"files\": {\"command\": \"npx\", \"args\": [\"-y\", \"@modelcontextprotocol/server-filesystem\", root], \"transport\": \"stdio\"},\n        \"web\": {\"url\": \"https://mcp.acme.example/mcp\", \"transport\": \"streamable_http\"},\n    }\n)\n",
			[]string{"3:9 npm:@modelcontextprotocol/server-filesystem files", "4:9 host:mcp.acme.example web"}},
		{"agents sdk", "a.py", "async with MCPServerStdio(\n    name=\"Files\",\n    params={\"command\": \"uvx\", \"args\": [\"mcp-server-git\"]},\n) as s:\n", []string{"2:11 pypi:mcp-server-git Files"}},
		{"remote tool", "a.py", "tools=[{\"type\": \"mcp\", \"server_label\": \"docs\", \"server_url\": \"https://mcp.acme.example/sse\"}]\n", []string{"1:41 host:mcp.acme.example docs"}},
		{"vercel", "a.ts", "const c = await experimental_createMCPClient({\n  transport: { type: 'sse', url: 'https://mcp.acme.example/sse' },\n});\n", []string{"2:35 host:mcp.acme.example "}},
		{"spring", "application.yml", "spring:\n  ai:\n    mcp:\n      client:\n        sse:\n          connections:\n            orders:\n              url: https://mcp.acme.example\n", []string{"7:13 host:mcp.acme.example orders"}},
		{"otherwise", "a.ts", "const m = process.env.X_MODEL ?? 'gpt-4o';\nconst ok = model === 'a' || 'gpt-4o' in model;\ninterface T { model?: 'gpt-4o' | 'gpt-4o-mini' }\n", []string{"1:35 product:openai gpt-4o", "1:35 model:gpt-4o gpt-4o"}},
		{"to choose from", "a.ts", "const all = [\n  { id: 'anthropic/claude-haiku-4.5', name: 'Claude Haiku' },\n  { id: \"gpt-4o\" },\n  { id: 'microsoft/vscode' },\n]\n", []string{"2:10 product:anthropic anthropic/claude-haiku-4.5", "2:10 model:anthropic/claude-haiku-4.5 anthropic/claude-haiku-4.5", "3:10 product:openai gpt-4o", "3:10 model:gpt-4o gpt-4o"}},
		{"one name", "devcontainer.json", "{\"name\": \"gpt-4o\"}\n", nil},
		{"by id", "a.py", "a = Agent(model=OpenAIChat(id='gpt-5'))\n", []string{"1:32 product:openai gpt-5", "1:32 model:gpt-5 gpt-5"}},
		{"announced", "a.py", "x = f(\n    model=(\n        'gpt-4o'\n    ),\n)\np.add_argument('--model',\n    help='for example gpt-4.1',\n    default='o3-mini')\n", []string{"3:10 product:openai gpt-4o", "3:10 model:gpt-4o gpt-4o", "8:14 product:openai o3-mini", "8:14 model:o3-mini o3-mini"}},
		{"notebook", "a.ipynb", "{\"cells\": [\n{\"cell_type\": \"markdown\", \"source\": [\"import openai\"]},\n{\"cell_type\": \"code\", \"source\": [\n\"x = \\\"a\\\"; \\n\",\n\"f(model=\\\"gpt-4o\\\")\"\n], \"outputs\": [{\"text\": [\"import anthropic\"]}]}\n]}\n", []string{"5:12 product:openai gpt-4o", "5:12 model:gpt-4o gpt-4o"}},
		{"texts", "a.go", "package a\n\nvar ok = '`'\n\nconst doc = `\nmodel: \"gpt-4o\"\n`\n\nvar c = f{model: \"gpt-4o\"}\n", []string{"9:19 product:openai gpt-4o", "9:19 model:gpt-4o gpt-4o"}},
		{"page", "a.vue", "<template>\n  model: \"gpt-4o\"\n</template>\n<script setup>\nimport OpenAI from 'openai'\n</script>\n", []string{"5:21 npm:openai openai"}},
		{"servers of a client", "a.ts", "new MCPClient({\n  timeout: 3, // don't\n  servers: {\n    web: { url: new URL('https://mcp.acme.example/mcp') },\n    git: { command: 'uvx', args: ['mcp-server-git'] },\n  },\n})\n", []string{"4:5 host:mcp.acme.example web", "5:5 pypi:mcp-server-git git"}},
		{"server by key", "a.py", "MCPSettings(servers={\n    \"fetch\": MCPServerSettings(\n        command=\"uvx\", args=[\"mcp-server-fetch\"]),\n})\n", []string{"3:18 pypi:mcp-server-fetch fetch"}},
		{"server known later", "a.py", "p = StdioServerParameters(command=sys.executable, args=['a.py'])\nq = sse_client(url=url)\n", []string{"1:27 local:a.py# "}},
		{"nothing", "models.py", "from django.db import models\nclass Model(models.Model):\n    engine = 'gpt'\n", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, seen(tc.path, tc.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFloatingModels(t *testing.T) {
	t.Parallel()
	text := "a(model='gpt-4o')\nb(model='gpt-4o')\nc(model=\"claude-sonnet-4-5-20250929\")\nd(model='claude-sonnet-4-5')\ne(model='text-embedding-3-small')\nf(model='mistral-large-latest')\ng(model='gpt-4-0613')\nh(model='gemini-2.5-pro')\n"
	var got []string
	for _, f := range trace.New().Scan(scanners.File{Path: "a.py", Data: []byte(text)}, nil).Findings {
		got = append(got, fmt.Sprintf("%d %s %s", f.Region.Line, f.Severity, f.Slot))
	}
	if diff := cmp.Diff([]string{"1 info gpt-4o", "4 info claude-sonnet-4-5", "6 info mistral-large-latest"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := trace.New().Scan(scanners.File{Path: "a.py", Data: []byte("all = ['gpt-4o', 'gpt-4.1']\n")}, nil); len(r.Findings) != 0 || len(r.Sightings) != 4 {
		t.Errorf("a list: %+v", r)
	}
	if r := trace.New().Scan(scanners.File{Path: "a_test.py", Data: []byte(text)}, nil); len(r.Findings) != 0 {
		t.Errorf("a test: %+v", r.Findings)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("a.py", "x = MCPServerStdio(name='a', params={'command': 'npx', 'args': ['-y', 'b']})\n")
	f.Add("a.ts", "tools: [{\n\n type: 'mcp', server_label: 'a', server_url: 'https://a.example'}]")
	f.Add("a.yml", "spring:\n ai:\n  mcp:\n   client:\n    sse:\n     connections:\n      a: {url: 'http://x'}\n")
	f.Add("a.go", "import (\n\t\"github.com/openai/openai-go\"\nx := \"model=gpt-4o://")
	f.Fuzz(func(t *testing.T, path, text string) {
		for _, s := range trace.New().Scan(scanners.File{Path: path, Data: []byte(text)}, nil).Sightings {
			if s.Region.Line < 1 || s.Region.Column < 1 || s.Integration.ID == "" {
				t.Errorf("%+v", s)
			}
		}
	})
}
