package credential

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// opaqueTemplates are keys of shapes without a fixed beginning that templates
// lacks.
var opaqueTemplates = map[string]string{
	"assemblyai-api-key": "{l32}", "wandb-api-key-legacy": "{h40}", "ollama-api-key": "{h32}.{u24}", "ai21-api-key": "{uuid}", "clarifai-pat": "{a32}", "azure-openai-key": "{h32}",
}

// alone are the formats of AI providers that nothing but their surroundings
// tells from any other random text.
var alone = []string{"mistral-api-key", "cohere-api-key", "assemblyai-api-key", "deepgram-api-key", "wandb-api-key-legacy", "ai21-api-key", "clarifai-pat", "azure-openai-key"}

// providers are what the scan of a text is held against: all of the group but
// those that stand for others.
func providers() []catalog.Key {
	var out []catalog.Key
	for _, k := range catalog.Keys() {
		if k.Group == catalog.GroupAI && k.ID != "openai-style-key" && k.ID != "fireworks-api-key" && !k.Publishable {
			out = append(out, k)
		}
	}
	return out
}

// found is the part of the texts that a key is found in, of several keys each.
func found(t *testing.T, template string, wrap func(key string) string) float64 {
	t.Helper()
	const rounds = 40
	hits := 0
	for i := range rounds {
		key := sample(seeded(uint64(i)*31+7), template)
		text := wrap(key)
		for _, j := range KeysAnywhere([]byte(text)) {
			if text[j.Start:j.End] == key {
				hits++
				break
			}
		}
	}
	return float64(hits) / rounds
}

func TestKeysAnywhere(t *testing.T) {
	t.Parallel()
	all, shaped := 0, 0
	for _, k := range providers() {
		template, ok := templates[k.ID]
		if !ok {
			template, ok = opaqueTemplates[k.ID]
		}
		if !ok {
			t.Errorf("%s has no sample", k.ID)
			continue
		}
		all++
		neutral := found(t, template, func(key string) string { return "const filler = 1;\n  \"value\": \"" + key + "\",\n" })
		if neutral >= 0.95 {
			shaped++
		} else if !contains(alone, k.ID) {
			t.Errorf("%s: %.2f found under a name that says nothing", k.ID, neutral)
		}
		word := k.Provider
		if len(k.Context) > 0 {
			word = k.Context[0]
		}
		near := found(t, template, func(key string) string {
			return "import { Client } from '" + word + "';\nconst value = \"" + key + "\";\n"
		})
		if near < 0.95 && k.ID != "ai21-api-key" { // a UUID under a name that says nothing is an identifier
			t.Errorf("%s: %.2f found beside its provider's name", k.ID, near)
		}
		minified := found(t, template, func(key string) string {
			return strings.Repeat("function a(b,c){return b.d(c)+e[f]};", 500) + "g={h:\"" + key + "\",i:'" + word + "'};" + strings.Repeat("j(k,l);", 500)
		})
		if minified < 0.95 && k.ID != "ai21-api-key" {
			t.Errorf("%s: %.2f found in a minified bundle", k.ID, minified)
		}
	}
	t.Logf("%d of %d formats are found by their shape alone, all but AI21's (a UUID) beside their provider's name", shaped, all)
	if all < 46 || shaped < all-len(alone) {
		t.Errorf("%d of %d formats by shape", shaped, all)
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// TestKeysAnywhereFindsWhatSearchFinds holds the pass that skips against the
// one that reads every byte.
func TestKeysAnywhereFindsWhatSearchFinds(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		id := "groq-api-key"
		for k := range templates {
			if s := catalog.KeyByID(k); s != nil && s.Group == catalog.GroupAI && s.Strong && !s.Publishable && k != "google-api-key" {
				id = k
				break
			}
		}
		key := sample(r, templates[id])
		filler := "ab_c-d e"[:r.IntN(8)]
		quote := []string{`"`, "'", " ", "=", "\n", "\\n", "%22", ">", "(", "`"}[r.IntN(10)]
		text := strings.Repeat("x", r.IntN(30)) + " " + filler + quote + key + strings.TrimPrefix(quote, "=") + strings.Repeat(" y", r.IntN(20))
		slow := Search([]byte(text))
		fast := KeysAnywhere([]byte(text))
		if len(slow) == 1 && slow[0].AI && (len(fast) != 1 || fast[0].Start != slow[0].Start) {
			t.Fatalf("%d: %s in %q: %d found, want it at %d", i, id, text, len(fast), slow[0].Start)
		}
	}
}

func TestKeysAnywhereLeavesOtherTextAlone(t *testing.T) {
	t.Parallel()
	r := seeded(9)
	for name, text := range map[string]string{
		"git ids":              "commit " + gen(r, hexes, 40) + "\nparent: " + gen(r, hexes, 40) + "\n",
		"integrity":            `"integrity": "sha512-` + gen(r, base62+"+/", 86) + `=="`,
		"yarn":                 "  resolved \"https://registry.example/x/-/x-1.0.0.tgz#" + gen(r, hexes, 40) + "\"\n",
		"uuid":                 `id = "` + uuid(r) + `"`,
		"ids beside a name":    "INSERT INTO servers VALUES ('" + uuid(r) + "', 'smithery', 'exa.ai')\nmistral id=" + gen(r, lower+digits, 32) + "\nmistral_commit: " + gen(r, hexes, 40),
		"image data":           "url(data:image/png;base64," + gen(r, base62+"+/", 3000) + ")",
		"class names":          ".sk-folding-cube-animation-wrapper-large-screen { } .sk-circle-fade-dot-before-element {}",
		"asset":                "main." + gen(r, hexes, 20) + ".chunk.js",
		"snake":                "hf_transformers_model_loading_configuration_value fw_update_package_installation_state",
		"placeholders":         "sk-ant-api03-" + strings.Repeat("x", 93) + "AA hf_" + strings.Repeat("a", 34) + " sk-proj-" + strings.Repeat("0", 60) + " gsk_your_groq_api_key_goes_here_please_replace_it_now_1",
		"another shape inside": "prefixhf_" + gen(r, base62, 34) + " longer_hf_" + gen(r, base62, 34),
		"too long":             "hf_" + gen(r, base62, 60),
		"public page":          `firebase.initializeApp({apiKey: "AIza` + gen(r, base62, 35) + `", authDomain: "x.example"})`,
	} {
		for _, j := range KeysAnywhere([]byte(text)) {
			if j.Class == Literal {
				t.Errorf("%s: %s at %d of %q", name, j.Kind, j.Start, text)
			}
		}
	}
}

func FuzzKeysAnywhere(f *testing.F) {
	f.Add([]byte("a = sk-" + "ant-api03-"))
	f.Add([]byte(strings.Repeat("a", 5000)))
	f.Add([]byte("AQ.Ab8RN6\\u0022"))
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		for _, j := range KeysAnywhere(text) {
			if j.Start < last || j.End <= j.Start || j.End > len(text) {
				t.Fatalf("[%d,%d) after %d of %d", j.Start, j.End, last, len(text))
			}
			last = j.End
		}
	})
}

// sourceText is the package's own source over and over: text as programmers
// write it.
func sourceText(tb testing.TB, size int) []byte {
	tb.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	for b.Len() < size {
		for _, n := range names {
			if strings.HasSuffix(n.Name(), ".go") {
				data, err := os.ReadFile(n.Name())
				if err != nil {
					tb.Fatal(err)
				}
				b.Write(data)
			}
		}
	}
	return b.Bytes()[:size]
}

func BenchmarkKeysAnywhere(b *testing.B) {
	source := sourceText(b, 8<<20)
	r := seeded(4)
	var lock bytes.Buffer
	for lock.Len() < 8<<20 {
		fmt.Fprintf(&lock, "    \"node_modules/%s\": {\n      \"version\": \"1.2.3\",\n      \"resolved\": \"https://registry.example/%s/-/%s-1.2.3.tgz\",\n      \"integrity\": \"sha512-%s==\"\n    },\n", gen(r, lower, 9), gen(r, lower, 9), gen(r, lower, 9), gen(r, base62+"+/", 86))
	}
	minified := bytes.Repeat([]byte("function a(b,c){return b.d(c)+e[f].g(\"h\",i)}var j=k.l({m:!0,n:o=>p(o)});"), 110000)
	for _, tc := range []struct {
		name string
		text []byte
	}{{"source", source}, {"lockfile", lock.Bytes()}, {"minified", minified}} {
		b.Run(tc.name, func(b *testing.B) {
			b.SetBytes(int64(len(tc.text)))
			for b.Loop() {
				KeysAnywhere(tc.text)
			}
		})
	}
}
