package literal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/literal"
)

func TestIn(t *testing.T) {
	t.Parallel()
	s := literal.New("openai", "mcp_server", "gpt-", "@ai-sdk")
	for text, want := range map[string]bool{
		"": false, "gpt": false, "gpt-": true, "a GPT-4": true, "import OpenAI from": true, "open ai": false, "x@AI-SDK/": true, "`ai-sdk": false, "mcp-server mcp_serve": false, "MCP_SERVER": true,
	} {
		if got := s.In([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzIn(f *testing.F) {
	f.Add([]byte("hello openai"), "openai", "gpt-")
	f.Add([]byte("\xff\x00[{"), "[{", "{[")
	f.Fuzz(func(t *testing.T, text []byte, a, b string) {
		if len(a) < 2 || len(b) < 2 || len(a) > 200 || len(b) > 200 || !ascii(a) || !ascii(b) {
			return
		}
		lower := bytes.ToLower(ascii7(text))
		want := bytes.Contains(lower, []byte(strings.ToLower(a))) || bytes.Contains(lower, []byte(strings.ToLower(b)))
		if got := literal.New(a, b).In(ascii7(text)); got != want {
			t.Errorf("%q or %q in %q: %v, want %v", a, b, text, got, want)
		}
	})
}

func ascii(s string) bool { return bytes.Equal(ascii7([]byte(s)), []byte(s)) }

func ascii7(b []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, b)
}

func BenchmarkIn(b *testing.B) {
	s := literal.New("openai", "anthropic", "claude", "gemini", "langchain", "llama", "mistral", "cohere", "ollama", "transformers", "bedrock", "pinecone", "qdrant", "weaviate", "chroma", "milvus", "gpt-", "mcp_", "semantickernel")
	text := bytes.Repeat([]byte("func (s *server) handle(ctx context.Context, req *Request) (*Response, error) {\n\treturn s.next.Serve(ctx, req.WithValue(\"key\", 42))\n}\n"), 60000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.In(text)
	}
}
