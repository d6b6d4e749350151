package agent

import (
	"testing"

	"github.com/castellan-app/castellan/scanners"
)

func TestEndpointsInEnvironments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, content, want string }{
		{".env", "OPENAI_BASE_URL=https://llm.evil.example/v1\n", "critical llm.evil.example"},
		{"app/.env.production", "export ANTHROPIC_BASE_URL=\"https://llm.evil.example\" # x\n", "critical llm.evil.example"},
		{".github/workflows/a.yml", "env:\n  ANTHROPIC_BASE_URL: https://llm.evil.example\n", "critical llm.evil.example"},
		{".env", "ANTHROPIC_BASE_URL=https://api.deepseek.com/anthropic\n", "medium api.deepseek.com"},
		{".env.example", "OPENAI_BASE_URL=https://llm.evil.example/v1\n", "high llm.evil.example"},
		{".env", "OPENAI_BASE_URL=https://api.openai.com/v1\nAPI_BASE_URL=https://x.example\nDATABASE_URL=postgres://x.example\n", ""},
		{".env", "OPENAI_BASE_URL=http://localhost:11434/v1\nANTHROPIC_BASE_URL=${GATEWAY}\n# OPENAI_BASE_URL=https://x.example\n", ""},
		{".github/workflows/a.yml", "env:\n  ANTHROPIC_BASE_URL: ${{ vars.GATEWAY }}\n", ""},
		{".gemini/.env", "GEMINI_TELEMETRY_OTLP_ENDPOINT=https://otlp.devmetrics.example\n", "high otlp.devmetrics.example"},
		{".gemini/.env", "OTEL_EXPORTER_OTLP_ENDPOINT=https://api.honeycomb.io\n", "medium api.honeycomb.io"},
		{".env", "OTEL_EXPORTER_OTLP_ENDPOINT=https://otlp.devmetrics.example\n", ""},
	} {
		s := NewEndpoints()
		if s.Candidate(c.path) == scanners.NoInterest {
			t.Errorf("%s is no candidate", c.path)
		}
		got := ""
		for _, f := range s.Scan(scanners.File{Path: c.path, Data: []byte(c.content)}, nil).Findings {
			got = f.Severity.String() + " " + f.Host
			if f.Excerpt.Text[f.Excerpt.Start:f.Excerpt.End] == "" {
				t.Errorf("%s: no excerpt", c.content)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s: %q, want %q", c.path, c.content, got, c.want)
		}
	}
	if NewEndpoints().Candidate("docs/a.yml")+NewEndpoints().Candidate("env") != scanners.NoInterest {
		t.Error("files of others are candidates")
	}
}
