package credential

import (
	"encoding/base64"
	"math/rand/v2"
	"strconv"
	"strings"
)

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
	base62 = lower + upper + digits
	url64  = base62 + "-_"
	hexes  = "0123456789abcdef"
)

// gen is made-up key material, put together so that no scanner takes this
// source for a leak.
func gen(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 7)) }

func uuid(r *rand.Rand) string {
	return gen(r, hexes, 8) + "-" + gen(r, hexes, 4) + "-4" + gen(r, hexes, 3) + "-a" + gen(r, hexes, 3) + "-" + gen(r, hexes, 12)
}

func jwt(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(claims)) + "." + gen(seeded(3), base62, 43)
}

// alphabets of templates: {h32} is 32 hex digits.
var alphabets = map[byte]string{
	'h': hexes, 'a': base62, 'u': url64, 'l': lower + digits, 'U': upper + digits, 'd': digits, 'b': base62 + "+/", 'w': base62 + "_", 't': lower + "234567",
}

// templates are keys of every strong shape, and of the weak ones that begin
// with something; {uuid} is a UUID.
var templates = map[string]string{
	"anthropic-api-key": "sk-ant-api03-{u93}AA", "anthropic-admin-key": "sk-ant-admin01-{u93}AA", "anthropic-claude-code-oauth-access": "sk-ant-oat01-{u80}AA",
	"anthropic-claude-code-oauth-refresh": "sk-ant-ort01-{u80}AA", "openai-api-key-legacy": "sk-{a20}T3BlbkFJ{a20}", "openai-api-key": "sk-proj-{u74}T3BlbkFJ{u73}Q",
	"openai-admin-key": "sk-admin-{u58}T3BlbkFJ{u57}Q", "google-api-key": "AIza{u34}Q", "google-gemini-auth-key": "AQ.Ab8RN6{u44}", "huggingface-user-token": "hf_{a34}",
	"huggingface-org-token": "api_org_{a34}", "groq-api-key": "gsk_{a52}", "xai-api-key": "xai-{a80}", "perplexity-api-key": "pplx-{a48}", "replicate-api-token": "r8_{a37}",
	"openrouter-api-key": "sk-or-v1-{h64}", "langsmith-personal-token": "lsv2_pt_{h32}_{h10}", "langsmith-service-key": "lsv2_sk_{h32}_{h10}", "langfuse-secret-key": "sk-lf-{uuid}",
	"pinecone-api-key": "pcsk_{a6}_{a63}", "together-api-key": "tgp_v1_{u43}", "cerebras-api-key": "csk-{l48}", "nvidia-api-key": "nvapi-{u64}", "wandb-api-key": "wandb_v1_{a77}",
	"minimax-api-key": "sk-api-{u119}", "runpod-api-key": "rpa_{U40}{a6}", "databricks-token": "dapi{h32}", "aws-bedrock-api-key": "ABSK{b128}", "aws-session-token": "IQoJb3JpZ2lu{b700}Q", "aws-secret-access-key": "{b40}", "vercel-ai-gateway-key": "vck_{u56}",
	"devin-service-user-token": "cog_{t52}", "devin-personal-key": "apk_user_{b140}", "tavily-api-key": "tvly-dev-{a32}", "firecrawl-api-key": "fc-{h32}",
	"browserbase-api-key": "bb_live_{u26}Q", "e2b-api-key": "e2b_{h40}", "jina-api-key": "jina_{a60}", "context7-api-key": "ctx7sk-{uuid}", "apify-api-token": "apify_api_{a36}",
	"github-pat-classic": "ghp_{a36}", "github-pat-fine-grained": "github_pat_{a22}_{a59}", "github-app-or-oauth-token": "gho_{a36}", "gitlab-pat": "glpat-{w20}",
	"slack-bot-token": "xoxb-{d12}-{d12}-{a24}", "linear-api-key": "lin_api_{a40}", "notion-integration-token": "ntn_{d11}{a35}", "supabase-access-token": "sbp_{h40}",
	"supabase-secret-key": "sb_secret_{u31}", "figma-pat": "figd_{u40}", "sentry-user-token": "sntryu_{h64}", "stripe-secret-key": "sk_live_{a24}", "neon-api-key": "napi_{a64}",
	"slack-app-token": "xapp-1-{U11}-{d13}-{h64}", "slack-session-token": "xoxc-{d12}-{d12}-{h32}", "npm-token": "npm_{a36}", "pypi-token": "pypi-AgE{u150}",
	"twilio-api-key-pair": "AC{h32}/SK{h32}:{a32}", "sendgrid-api-key": "SG.{u22}.{u43}", "atlassian-api-token": "ATATT3{u180}", "airtable-pat": "pat{a14}.{h64}", "hubspot-pat": "pat-na1-{uuid}", "digitalocean-token": "dop_v1_{h64}",
	"shopify-token": "shpat_{h32}", "postman-api-key": "PMAK-{h24}-{h34}", "doppler-token": "dp.pt.{a43}", "vault-token": "hvs.{u95}", "grafana-token": "glsa_{a32}_{h8}",
	"grafana-cloud-token": "glc_eyJ{b100}", "newrelic-key": "NRAK-{U27}", "linear-oauth-token": "lin_oauth_{h64}", "sentry-org-token": "sntrys_{u120}",
	"planetscale-token": "pscale_tkn_{u42}Q", "n8n-api-key": "n8n_api_{h80}", "flyio-token": "fm2_{b200}", "dockerhub-pat": "dckr_pat_{u27}", "gitlab-other-token": "gldt-{w20}",
	"supabase-publishable-key": "sb_publishable_{u31}", "stripe-publishable-key": "pk_live_{a24}", "langfuse-public-key": "pk-lf-{uuid}", "posthog-project-key": "phc_{a43}",
	"posthog-personal-key": "phx_{a43}", "mapbox-public-token": "pk.eyJ{a60}.{a22}", "mapbox-secret-token": "sk.eyJ{a60}.{a22}",

	"deepseek-api-key": "sk-{l32}", "elevenlabs-api-key": "sk_{h48}", "stability-api-key": "sk-{a48}", "kimi-api-key": "sk-{a48}", "cursor-api-key": "key_{h64}",
	"brave-search-api-key": "BSA{a28}", "composio-api-key": "ak_{a20}", "notion-legacy-token": "secret_{a43}", "resend-api-key": "re_{a8}_{a24}", "render-api-key": "rnd_{a32}",
	"fireworks-api-key": "fw_{a24}", "mistral-api-key": "{a32}", "cohere-api-key": "{a40}", "deepgram-api-key": "{h40}", "zai-api-key": "{h32}.{a16}", "kagi-api-key": "{a11}.{a43}",
}

// sample is a made-up key of a template.
func sample(r *rand.Rand, template string) string {
	var b strings.Builder
	for template != "" {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		field, after, _ := strings.Cut(rest, "}")
		if n, err := strconv.Atoi(field[1:]); err == nil {
			b.WriteString(gen(r, alphabets[field[0]], n))
		} else {
			b.WriteString(uuid(r))
		}
		template = after
	}
	return b.String()
}
