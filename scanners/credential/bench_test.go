package credential

import (
	"strings"
	"testing"
)

func BenchmarkSearch(b *testing.B) {
	r := seeded(1)
	key := " ghp_" + gen(r, base62, 36) + " "
	for name, line := range map[string]string{
		"prose":  "some ordinary text of a configuration, with words and \"quotes\": true\n",
		"json":   `{"command": "npx", "args": ["-y", "@scope/server@1.2.3", "--port", "8080"], "env": {"LOG_LEVEL": "debug"}},` + "\n",
		"hashes": `"integrity": "sha512-` + gen(r, base62, 86) + `==", "resolved": "https://registry.acme.dev/x/-/x-1.2.3.tgz"` + "\n",
	} {
		text := []byte(strings.Repeat(line, 1<<20/len(line)))
		copy(text[len(text)/2:], key)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if len(Search(text)) != 1 {
					b.Fatal("not found")
				}
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	r := seeded(1)
	for name, c := range map[string]struct {
		ctx   Context
		value string
	}{
		"opaque":   {Context{Place: InEnv, Name: "ACME_API_KEY"}, gen(r, base62, 40)},
		"shape":    {Context{Place: InEnv, Name: "GITHUB_TOKEN"}, "ghp_" + gen(r, base62, 36)},
		"plain":    {Context{Place: InField, Name: "command"}, "npx"},
		"url":      {Context{Place: InURL, Name: "url"}, "https://mcp.acme.dev/mcp?region=eu"},
		"sentence": {Context{Place: InField, Name: "description"}, "Reads the token from the environment and never prints a password"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Judge(c.ctx, c.value)
			}
		})
	}
}

func BenchmarkRedact(b *testing.B) {
	line := `"env": {"LOG_LEVEL": "debug", "ACME_API_KEY": "` + gen(seeded(1), base62, 40) + `"}`
	for b.Loop() {
		Redact(line)
	}
}

// Texts made to be slow; each is 1 MiB.
func BenchmarkSearchHostile(b *testing.B) {
	for _, part := range []string{"eyJ-", "eyJ.", "a://b@", "sk-", pemBegin, pemBegin + "PRIVATE KEY-----", "mistral=" + gen(seeded(1), base62, 32) + " "} {
		text := []byte(strings.Repeat(part, 1<<20/len(part)))
		b.Run(strings.Trim(part[:min(len(part), 12)], " /"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Search(text)
			}
		})
	}
}
