package catalog_test

import (
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog"
)

func TestComponentByName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ ecosystem, name, slug, kind string }{
		{"npm", "openai", "openai", "model-provider"},
		{"npm", "@ai-sdk/openai", "openai", "model-provider"}, // its own row before the framework's beginning
		{"npm", "@ai-sdk/rsc", "vercel-ai", "framework"},      // the beginning
		{"npm", "@langchain/pinecone", "pinecone", "vector-store"},
		{"pypi", "Llama_Index.readers-web", "llamaindex", "framework"},
		{"pypi", "langchain", "langchain", "framework"},
		{"go", "github.com/openai/openai-go/v2/option", "openai", "model-provider"},
		{"go", "github.com/openai/openai-gopher", "", ""},
		{"maven", "dev.langchain4j:langchain4j-open-ai", "openai", "model-provider"},
		{"maven", "dev.langchain4j:langchain4j-core", "langchain4j", "framework"},
		{"nuget", "Microsoft.SemanticKernel", "semantic-kernel", "framework"},
		{"image", "docker.io/ollama/ollama", "ollama", "runtime"},
		{"image", "docker.io/library/redis", "", ""},
		{"action", "Anthropics/Claude-Code-Action", "claude-code", "agent"},
		{"terraform", "aws_bedrockagent_agent_alias", "amazon-bedrock", "model-provider"},
		{"cloudformation", "AWS::Bedrock::Agent", "amazon-bedrock", "model-provider"},
		{"kubernetes", "Agent.kagent.dev", "kagent", "framework"},
		{"npm", "openai-", "", ""},
		{"npm", "", "", ""},
		{"none", "openai", "", ""},
	} {
		c := catalog.ComponentByName(tc.ecosystem, catalog.FoldName(tc.ecosystem, tc.name))
		if c == nil {
			c = &catalog.Component{}
		}
		if c.Slug != tc.slug || c.Kind != tc.kind {
			t.Errorf("%s:%s is %q, %q, want %q, %q", tc.ecosystem, tc.name, c.Slug, c.Kind, tc.slug, tc.kind)
		}
	}
}
