package agent

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/address"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// provider is a maker of models: how its variables begin and which domains are
// its own. Facts: the providers' API documentation, 2026-11.
type provider struct {
	name     string
	product  string // slug
	prefixes []string
	domains  []string
}

var providers = []provider{
	{"Anthropic", "anthropic", []string{"ANTHROPIC", "CLAUDE"}, []string{"anthropic.com", "claude.ai", "claude.com"}},
	{"OpenAI", "openai", []string{"OPENAI", "CODEX"}, []string{"openai.com", "chatgpt.com"}},
	{"Azure", "azure-openai", []string{"AZURE_OPENAI", "AZURE_AI", "AZURE_INFERENCE"}, []string{"openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com", "inference.ai.azure.com", "models.ai.azure.com", "azure-api.net"}},
	{"Google", "google-gemini", []string{"GEMINI", "GOOGLE_GEMINI", "GOOGLE_GENAI", "GOOGLE_VERTEX", "VERTEX", "GOOGLE_AI"}, []string{"googleapis.com"}},
	{"Amazon Web Services", "amazon-bedrock", []string{"BEDROCK", "ANTHROPIC_BEDROCK", "AWS_BEDROCK"}, []string{"amazonaws.com", "api.aws"}},
	{"Mistral AI", "mistral", []string{"MISTRAL", "CODESTRAL"}, []string{"mistral.ai"}},
	{"Groq", "groq", []string{"GROQ"}, []string{"groq.com"}},
	{"DeepSeek", "deepseek", []string{"DEEPSEEK"}, []string{"deepseek.com"}},
	{"OpenRouter", "openrouter", []string{"OPENROUTER"}, []string{"openrouter.ai"}},
	{"xAI", "xai", []string{"XAI", "GROK"}, []string{"x.ai"}},
	{"Cohere", "cohere", []string{"COHERE"}, []string{"cohere.com", "cohere.ai"}},
	{"Together AI", "together-ai", []string{"TOGETHER", "TOGETHERAI"}, []string{"together.xyz", "together.ai"}},
	{"Fireworks AI", "fireworks-ai", []string{"FIREWORKS"}, []string{"fireworks.ai"}},
	{"Perplexity", "perplexity", []string{"PERPLEXITY"}, []string{"perplexity.ai"}},
	{"Cerebras", "cerebras", []string{"CEREBRAS"}, []string{"cerebras.ai"}},
	{"Moonshot AI", "moonshot", []string{"MOONSHOT", "KIMI"}, []string{"moonshot.cn", "moonshot.ai", "kimi.com"}},
	{"Alibaba", "dashscope", []string{"DASHSCOPE", "QWEN"}, []string{"aliyuncs.com", "qwen.ai"}},
	{"Z.ai", "zai", []string{"ZAI", "ZHIPU", "ZHIPUAI", "GLM"}, []string{"bigmodel.cn", "z.ai"}},
	{"MiniMax", "minimax", []string{"MINIMAX"}, []string{"minimax.io", "minimaxi.com", "minimax.chat"}},
	{"SiliconFlow", "siliconflow", []string{"SILICONFLOW"}, []string{"siliconflow.cn", "siliconflow.com"}},
	{"Hugging Face", "hugging-face", []string{"HF", "HUGGINGFACE"}, []string{"huggingface.co", "huggingface.cloud"}},
	{"NVIDIA", "nvidia", []string{"NVIDIA", "NIM"}, []string{"nvidia.com"}},
	{"GitHub", "github-models", []string{"GITHUB_MODELS", "COPILOT"}, []string{"github.ai", "githubcopilot.com"}},
	{"Ollama", "ollama", []string{"OLLAMA"}, []string{"ollama.com"}},
	{"IBM", "watsonx", []string{"IBM", "WATSONX"}, []string{"ml.cloud.ibm.com", "watsonx.ai"}},
	{"OpenCode", "opencode", []string{"OPENCODE"}, []string{"opencode.ai"}},
	{"Vercel", "vercel-ai-gateway", []string{"AI_GATEWAY"}, []string{"ai-gateway.vercel.sh"}},
	{"Cloudflare", "cloudflare-ai", []string{"CLOUDFLARE_AI"}, []string{"gateway.ai.cloudflare.com", "api.cloudflare.com"}},
	{"Volcengine", "volcengine", []string{"ARK", "VOLCENGINE", "DOUBAO"}, []string{"volces.com", "bytepluses.com"}},
	{"Tencent", "tencent-hunyuan", []string{"HUNYUAN"}, []string{"tencent.com", "tencentcloudapi.com"}},
	{"Sambanova", "sambanova", []string{"SAMBANOVA"}, []string{"sambanova.ai"}},
	{"Replicate", "replicate", []string{"REPLICATE"}, []string{"replicate.com"}},
}

// endpointWords end the names of variables that say where a model is.
var endpointWords = []string{"_BASE_URL", "_API_BASE", "_BASEURL", "_API_BASE_URL", "_ENDPOINT", "_API_URL", "_API_ENDPOINT", "_API_HOST", "_BASE", "_HOST"}

// providerOf is whose endpoint a variable names.
func providerOf(name string) (p *provider, ok bool) {
	upper := strings.ToUpper(name)
	for _, w := range endpointWords {
		prefix, found := strings.CutSuffix(upper, w)
		if !found {
			continue
		}
		for i := range providers {
			if slices.Contains(providers[i].prefixes, prefix) {
				return &providers[i], true
			}
		}
	}
	return nil, false
}

// endpointPlaces are where clients keep the addresses of models in settings of
// their own.
var endpointPlaces = []struct{ client, at string }{
	{"opencode", "/provider/*/options/baseURL"}, {"kilo", "/provider/*/options/baseURL"}, {"codex", "/model_providers/*/base_url"}, {"codex", "/openai_base_url"}, {"codex", "/chatgpt_base_url"},
	{"aider", "/openai-api-base"}, {"qwen-code", "/modelProviders/*/*/baseUrl"}, {"qwen-code", "/security/auth/baseUrl"}, {"crush", "/providers/*/base_url"}, {"zed", "/language_models/*/api_url"},
	{"continue", "/models/*/apiBase"}, {"mcp-agent", "/openai/base_url"}, {"mcp-agent", "/anthropic/base_url"}, {"openclaw", "/models/providers/*/baseUrl"}, {"factory", "/customModels/*/baseUrl"}, {"factory", "/custom_models/*/base_url"},
}

// addresses looks at where prompts and telemetry are sent.
func (c *check) addresses() {
	for _, p := range endpointPlaces {
		if p.client != c.client() {
			continue
		}
		for _, n := range c.at(p.at) {
			if n = n.Resolve(); n != nil && n.Kind == doctree.String {
				c.endpoint(n, n.NearestKey(), nil, c.offered(n, p.at))
			}
		}
	}
	for _, at := range []string{"/otel/exporter/*/endpoint", "/otel/trace_exporter/*/endpoint", "/otel/metrics_exporter/*/endpoint", "/telemetry/otlpEndpoint", "/github.copilot.chat.otel.otlpEndpoint"} {
		for _, n := range c.at(at) {
			if n = n.Resolve(); n != nil && n.Kind == doctree.String {
				c.telemetry(config.Setting{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: n}, true)
			}
		}
	}
	env := c.environment()
	exporter := false
	for _, e := range env {
		exporter = exporter || strings.HasPrefix(e.Name, "OTEL_EXPORTER_OTLP")
		if p, ok := providerOf(e.Name); ok {
			c.endpoint(e.Value, e.Name, p, scanners.Critical)
		}
	}
	for _, e := range env {
		c.telemetry(e, exporter)
	}
}

// offered is how bad it is that settings name a host: it is critical where they
// lead a known provider elsewhere. A provider of one's own is another choice,
// and as good as made where the file makes it.
func (c *check) offered(n *doctree.Node, at string) scanners.Severity {
	if !strings.Contains(at, "*") {
		return scanners.Critical
	}
	for of := n; of != nil; of = of.Parent() {
		name := strings.ToUpper(of.Key())
		if name != "" && slices.ContainsFunc(providers, func(p provider) bool { return slices.Contains(p.prefixes, name) }) {
			return scanners.Critical
		}
		if name == "" {
			continue
		}
		for _, choice := range []string{"/model_provider", "/profiles/*/model_provider", "/model", "/small_model", "/models/*/provider"} {
			for _, chosen := range c.at(choice) {
				if t := strings.ToUpper(text(chosen)); t == name || strings.HasPrefix(t, name+"/") {
					return scanners.High
				}
			}
		}
	}
	return scanners.Medium
}

// environment are the variables that a client sets for its sessions, not those
// of servers.
func (c *check) environment() []config.Setting {
	var out []config.Setting
	for _, pointer := range []string{"/env", "/containerEnv", "/remoteEnv", "/shell_environment_policy/set", "/terminal.integrated.env.linux", "/terminal.integrated.env.osx", "/terminal.integrated.env.windows", "/set-env"} {
		for _, n := range c.at(pointer) {
			n = n.Resolve()
			if n == nil {
				continue
			}
			for _, m := range n.Members {
				if v := m.Value.Resolve(); v != nil && isScalar(v) {
					out = append(out, config.Setting{Name: m.Key, Value: v})
				}
			}
			for _, item := range n.Items { // Aider: NAME=value
				if v := item.Resolve(); v != nil && v.Kind == doctree.String {
					if name, _, ok := strings.Cut(v.Text, "="); ok {
						out = append(out, config.Setting{Name: name, Value: v})
					}
				}
			}
		}
	}
	return out
}

// endpoint judges where prompts of a provider are sent; own is nil for a
// provider that the client's own settings define.
func (c *check) endpoint(n *doctree.Node, slot string, own *provider, s scanners.Severity) {
	raw := n.Text
	if _, value, ok := strings.Cut(raw, "="); ok && !strings.Contains(strings.SplitN(raw, "=", 2)[0], "/") {
		raw = value
	}
	host := hostOf(raw)
	if host == "" || own != nil && own.owns(host) {
		return
	}
	h := config.Hit{
		Rule: ruleBaseURL, Node: n, Slot: slot, Severity: s, Host: host,
		Message: c.words("sends prompts, code and the key to ", host),
		Fix:     scanners.Say("Take it out, or name the host under ", "approved_hosts", " in the organisation's policy if it is your own gateway."),
	}
	if other := ownerOf(host); other != nil {
		if own == nil {
			return
		}
		h.Severity = scanners.Medium
		h.Message = c.words("sends to "+other.name+" what is meant for "+own.name+": ", host)
	}
	c.say(h)
}

func (p *provider) owns(host string) bool {
	return slices.ContainsFunc(p.domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
}

// ownerOf is the provider whose host it is, nil if none's.
func ownerOf(host string) *provider {
	for i := range providers {
		if providers[i].owns(host) {
			return &providers[i]
		}
	}
	return nil
}

// hostOf is the public host that an address names, lower case; "" for this
// machine, private networks, references and what is no address.
func hostOf(raw string) string {
	if _, host, r := address.Parse(raw); r == address.Public {
		return host
	}
	return ""
}

// observers are services that telemetry is often sent to.
var observers = []string{"datadoghq.com", "datadoghq.eu", "honeycomb.io", "grafana.net", "newrelic.com", "nr-data.net", "dynatrace.com", "elastic.co", "elastic-cloud.com", "sentry.io", "splunkcloud.com", "signalfx.com",
	"lightstep.com", "axiom.co", "langfuse.com", "smith.langchain.com", "arize.com", "dash0.com", "logfire.pydantic.dev", "betterstack.com", "signoz.cloud", "uptrace.dev", "googleapis.com", "amazonaws.com", "azure.com"}

// telemetry judges what of a session is sent to whom.
func (c *check) telemetry(e config.Setting, exporter bool) {
	h := config.Hit{Rule: ruleTelemetry, Node: e.Value, Slot: e.Name, Severity: scanners.Medium}
	switch {
	case strings.HasPrefix(e.Name, "OTEL_EXPORTER_OTLP") && strings.HasSuffix(e.Name, "ENDPOINT"), strings.HasSuffix(e.Name, "_TELEMETRY_OTLP_ENDPOINT"):
		host := hostOf(e.Value.Text)
		if host == "" {
			return
		}
		h.Host = host
		h.Message = c.words("reports what every session does to ", host)
		if !observes(host) {
			h.Severity = scanners.High
		}
	case (e.Name == "OTEL_LOG_USER_PROMPTS" || e.Name == "OTEL_LOG_TOOL_CONTENT") && (e.Value.Text == "1" || strings.EqualFold(e.Value.Text, "true")):
		h.Message = c.words("puts prompts into its telemetry")
		if exporter {
			h.Severity = scanners.High
		}
	default:
		return
	}
	h.Fix = telemetryFix()
	c.say(h)
}

// observes says whether a host is of a service for telemetry.
func observes(host string) bool {
	return slices.ContainsFunc(observers, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
}

func telemetryFix() scanners.Text {
	return scanners.Say("Take it out, or name the host under ", "approved_hosts", " in the organisation's policy. Managed settings are the place for telemetry of an organisation.")
}
