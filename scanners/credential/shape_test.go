package credential

import (
	"hash/crc32"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog"
	"maps"
	"slices"
)

// places are the ways a key gets into a configuration; found is what of it is
// judged.
var places = map[string]func(key string) []Judgement{
	"env":     func(key string) []Judgement { return Judge(Context{Place: InEnv, Name: "ACME_SETTING"}, key) },
	"default": func(key string) []Judgement { return Judge(Context{Place: InEnv, Name: "X"}, "${X:-"+key+"}") },
	"header": func(key string) []Judgement {
		return Judge(Context{Place: InHeader, Name: "Authorization"}, "Bearer "+key)
	},
	"url": func(key string) []Judgement {
		return Judge(Context{Place: InURL, Name: "url"}, "https://mcp.acme.dev/mcp?apiKey="+percent(key)+"&a=b")
	},
	"text":   func(key string) []Judgement { return Search([]byte("before \"k\": \"" + key + "\", after")) },
	"broken": func(key string) []Judgement { return Search([]byte(`{"a":{"b":"x\n` + key + `\ny`)) },
	"json":   func(key string) []Judgement { return Judge(Context{Place: InEnv, Name: "CONFIG"}, `{"a":["`+key+`"]}`) },
	"args": func(key string) []Judgement {
		return JudgeArgs(Context{}, "npx", []string{"-y", "pkg", "--setting", key})[3]
	},
	"joined": func(key string) []Judgement { return JudgeArgs(Context{}, "npx", []string{"-k=" + key})[0] },
	"shell": func(key string) []Judgement {
		return JudgeArgs(Context{}, "bash", []string{"-c", "X=" + key + " exec npx pkg"})[1]
	},
}

func percent(s string) string {
	return strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(s)
}

func TestStrongShapesAreFoundEverywhere(t *testing.T) {
	t.Parallel()
	r := seeded(21)
	for _, k := range catalog.Keys() {
		template, ok := templates[k.ID]
		if !k.Strong || !ok {
			continue
		}
		for range 60 {
			key := sample(r, template)
			for place, judge := range places {
				js := judge(key)
				if n := len(js); n == 0 || js[n-1].Kind != k.ID || js[n-1].Confidence != High || js[n-1].Secret.value != key || k.Publishable != (js[n-1].Class == Publishable) {
					t.Fatalf("%s in %s: %q gives %s", k.ID, place, key, verdict(key, nil)+kinds(js))
				}
			}
		}
	}
}

// A name can say whose key it is where the shape cannot.
func TestNamesTellTheProvider(t *testing.T) {
	t.Parallel()
	r := seeded(5)
	for _, c := range []struct {
		name, key, provider, kind string
	}{
		{"AWS_SECRET_ACCESS_KEY", gen(r, base62, 20) + "/" + gen(r, base62, 19), "AWS", "aws-secret-access-key"},
		{"AWS_SECRET_ACCESS_KEY", gen(r, base62, 24), "AWS", "opaque"},
		{"AWS_SESSION_TOKEN", gen(r, base62, 200), "AWS", "opaque"},
		{"exaApiKey", gen(r, base62, 24), "Exa", "opaque"},
		{"EXA_API_KEY", gen(r, base62, 24), "Exa", "opaque"},
		{"OPENAI_API_KEY", gen(r, base62, 24), "", "opaque"}, // of every compatible service
		{"ACME_API_KEY", gen(r, base62, 24), "", "opaque"},
	} {
		js := Judge(Context{Place: InEnv, Name: c.name}, c.key)
		if len(js) != 1 || js[0].Provider != c.provider || js[0].Kind != c.kind || (js[0].Product == "") != (c.provider == "") {
			t.Errorf("%s: %+v, want %q of %q", c.name, js, c.kind, c.provider)
		}
	}
}

func kinds(js []Judgement) string {
	var out []string
	for _, j := range js {
		out = append(out, j.Kind+"/"+[]string{"harmless", "literal", "publishable", "reference", "unexpanded", "placeholder", "variable"}[j.Class])
	}
	return strings.Join(out, " ")
}

// Most shapes are listed: a new key of the catalogue wants a template here.
func TestTemplatesCoverTheCatalogue(t *testing.T) {
	t.Parallel()
	strong, covered := 0, 0
	for _, k := range catalog.Keys() {
		if k.Strong {
			strong++
			if templates[k.ID] != "" {
				covered++
			}
		}
	}
	if covered*10 < strong*9 {
		t.Errorf("templates for %d of %d strong shapes", covered, strong)
	}
}

func TestWeakShapesNeedTheirProvider(t *testing.T) {
	t.Parallel()
	r := seeded(22)
	providers := map[string]string{
		"deepseek-api-key": "DEEPSEEK_API_KEY", "elevenlabs-api-key": "ELEVENLABS_API_KEY", "stability-api-key": "STABILITY_API_KEY", "kimi-api-key": "MOONSHOT_API_KEY",
		"cursor-api-key": "CURSOR_API_KEY", "brave-search-api-key": "BRAVE_API_KEY", "composio-api-key": "COMPOSIO_API_KEY", "mistral-api-key": "MISTRAL_API_KEY",
		"cohere-api-key": "COHERE_API_KEY", "deepgram-api-key": "DEEPGRAM_API_KEY", "zai-api-key": "ZAI_API_KEY", "kagi-api-key": "KAGI_API_KEY", "fireworks-api-key": "FIREWORKS_API_KEY",
	}
	for _, id := range slices.Sorted(maps.Keys(providers)) {
		name := providers[id]
		for range 40 {
			key := sample(r, templates[id])
			if js := Judge(Context{Place: InEnv, Name: name}, key); len(js) != 1 || js[0].Kind != id || js[0].Confidence != High {
				t.Fatalf("%s=%s: %s", name, key, kinds(js))
			}
			if js := Search([]byte(name + `="` + key + `"`)); len(js) != 1 || js[0].Kind != id {
				t.Fatalf("%s=%s in text: %s", name, key, kinds(js))
			}
			if js := Search([]byte("unrelated words, " + key)); len(js) != 0 {
				t.Fatalf("%s without its provider: %s", key, kinds(js))
			}
		}
	}
}

func TestPlaceholderBodiesAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"ghp_" + strings.Repeat("x", 36), "ghp_" + strings.Repeat("0", 36), "sk-ant-api03-" + strings.Repeat("your-api-key-here-", 5) + "AAA", "AIza" + strings.Repeat("X", 35),
		"sk-proj-" + strings.Repeat("abc123", 10), "sk_live_" + "your" + "StripeSecretKey", "hf_" + "yourHuggingFaceTokenGoesRightHereOk", "sk-or-v1-" + strings.Repeat("0123456789abcdef", 4),
		"glpat-" + "your-token-goes-here", "gsk_" + strings.Repeat("EXAMPLE", 7) + "KEY", "BSAlgorithmForSearchingTextsQuickly",
	} {
		for _, j := range Judge(Context{Place: InEnv, Name: "API_KEY"}, value) {
			if j.IsCredential() && j.Confidence > Low {
				t.Errorf("%s: %s of confidence %d", value, j.Kind, j.Confidence)
			}
		}
	}
}

func TestAChecksumProvesAGitHubToken(t *testing.T) {
	t.Parallel()
	body := "Fake" + "Example" + gen(seeded(23), base62, 19)
	sum, tail := uint64(crc32.ChecksumIEEE([]byte(body))), ""
	for range 6 {
		tail = string((digits + upper + lower)[sum%62]) + tail
		sum /= 62
	}
	token := "ghp_" + body + tail
	if !githubChecksum(token) {
		t.Fatal("a right checksum is not recognised")
	}
	if js := Judge(Context{Name: "X"}, token); len(js) != 1 || js[0].Class != Literal || js[0].Confidence != High {
		t.Errorf("a token with a right checksum: %s", kinds(js))
	}
	wrong := "ghp_" + gen(seeded(24), base62, 36)
	if js := Judge(Context{Name: "X"}, wrong); len(js) != 1 || js[0].Class != Literal || js[0].Confidence < Medium {
		t.Errorf("a token with a wrong checksum: %s", kinds(js))
	}
}
