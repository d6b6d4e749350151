package catalog

import "testing"

func TestProviderByEnv(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"OPENAI_BASE_URL": "openai", "OPENAI_API_BASE": "openai", "openai_base_url": "openai", "ANTHROPIC_BASE_URL": "anthropic", "ANTHROPIC_API_BASE": "anthropic", "ANTHROPIC_API_URL": "anthropic",
		"AZURE_OPENAI_ENDPOINT": "azure-openai", "AZURE_OPENAI_API_BASE": "azure-openai", "AZURE_AI_PROJECT_ENDPOINT": "azure-openai", "GOOGLE_GEMINI_BASE_URL": "google-gemini", "ANTHROPIC_VERTEX_BASE_URL": "vertex-ai",
		"ANTHROPIC_BEDROCK_BASE_URL": "amazon-bedrock", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "amazon-bedrock", "HF_ENDPOINT": "hugging-face", "MINIMAX_API_HOST": "minimax", "CO_API_URL": "cohere", "OLLAMA_HOST": "ollama",
		"OPENROUTER_BASE_URL": "openrouter", "DEEPSEEK_BASE_URL": "deepseek",
		"OPENAI_API_KEY": "", "OPENAI": "", "BASE_URL": "", "_BASE_URL": "", "API_BASE_URL": "", "NEXT_PUBLIC_OPENAI_BASE_URL": "", "CO_BASE_URL": "", "ORDERS_BASE_URL": "", "DATABASE_URL": "", "AWS_ENDPOINT_URL": "", "": "",
	} {
		slug := ""
		if p := ProviderByEnv(name); p != nil {
			slug = p.Slug
		}
		if slug != want {
			t.Errorf("%s: %q, want %q", name, slug, want)
		}
	}
}

func TestProductsOwnTheirHosts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		slug, host string
		want       bool
	}{
		{"openai", "api.openai.com", true}, {"openai", "eu.api.openai.com", true}, {"openai", "llm.evil.example", false}, {"openai", "openai.com.evil.example", false}, {"openai", "api.anthropic.com", false},
		{"azure-openai", "acme.openai.azure.com", true}, {"azure-openai", "a.b/c.openai.azure.com", false}, {"amazon-bedrock", "bedrock-runtime.eu-west-1.amazonaws.com", true}, {"amazon-bedrock", "ec2.eu-west-1.amazonaws.com", false},
	} {
		if got := ProductBySlug(c.slug).Owns(c.host); got != c.want {
			t.Errorf("%s owns %s: %v", c.slug, c.host, got)
		}
	}
	if len(ProviderHosts("anthropic")) == 0 || ProviderHosts("nobody") != nil || ProductBySlug("nobody") != nil {
		t.Error("the hosts of a product are those it has")
	}
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"api.openai.com", "x.ngrok.io", "OPENAI_BASE_URL", "*.openai.azure.com", ".."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := ProductByHost(s)
		if p != nil && !p.Owns(s) {
			t.Errorf("%q is found at %s, which does not own it", s, p.Slug)
		}
		HostKnown(s)
		IsTunnelHost(s)
		ProviderByEnv(s)
		ServerByPackage("go", s)
		ServerByPackage("pypi", s)
	})
}
