package credential

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// holders put a credential where configurations have one.
var holders = []string{
	"%s", "Bearer %s", "https://h.dev/?token=%s&x=1", "https://u:%s@h.dev/x", "${A:-%s}", "Bearer ${A:-%s}", "https://h.dev/?k=${A:-%s}", `{"k":"%s"}`, `{"a":"{\"k\":\"%s\"}"}`,
	"X=%s npx pkg", "--token=%s", "${input:%s}", "$(curl -H 'Authorization: Bearer %s')", "{{%s}}", "op://vault/%s/x", "sid=%s; a=b", "Server=h.dev;Password=%s;", "postgres://u:${P:-%s}@h.dev/d",
}

func TestNoRenderingShowsACredential(t *testing.T) {
	t.Parallel()
	r := seeded(5)
	h, err := NewHasher([]byte(strings.Repeat("k", KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range []string{"ghp_" + gen(r, base62, 36), gen(r, base62, 40), gen(r, hexes, 64)} {
		for _, holder := range holders {
			value := fmt.Sprintf(holder, canary)
			var out strings.Builder
			for place := InField; place <= InText; place++ {
				ctx := Context{Place: place, Name: "TOKEN"}
				js := Judge(ctx, value)
				js = append(js, JudgeArgs(ctx, "x", []string{"--token", value})[1]...)
				js = append(js, Judge(Context{Place: place, Name: canary}, value)...) // the key is one itself
				render(t, &out, ctx, js, h)
				out.WriteString(Redact(value) + Redact("before "+value+" after") + RedactRanges(value, js))
			}
			shown := out.String()
			if at := strings.Index(shown, canary[4:]); at >= 0 {
				t.Errorf("%s is shown: …%s", holder, shown[max(0, at-80):at+10])
			}
		}
	}
}

func render(t *testing.T, out *strings.Builder, ctx Context, js []Judgement, h *Hasher) {
	log := slog.New(slog.NewJSONHandler(out, nil))
	text := slog.New(slog.NewTextHandler(out, nil))
	fmt.Fprintf(out, "%v %+v %#v", ctx, ctx, ctx)
	for _, j := range js {
		fmt.Fprintf(out, "%v %+v %#v %s %q %x %d %v\n", j, j, j, j.Secret, j.Secret, j.Secret, j.Secret, &j)
		b, err := json.Marshal(map[string]any{"j": j, "s": j.Secret, "p": &j})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
		log.Info("judged", "judgement", j, "secret", j.Secret)
		text.Info("judged", "judgement", j, "secret", j.Secret)
		if j.IsCredential() {
			fmt.Fprintf(out, "%+v", *h.Identity(&j))
		}
	}
}

func TestRedactKeepsWhatIsReadable(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"npx -y @modelcontextprotocol/server-filesystem@2025.8.21 /home/dev/project", "https://mcp.acme.dev:8443/v1/mcp?region=eu-west-1", "docker run -i --rm ghcr.io/github/github-mcp-server:v0.18.0",
		"${env:GITHUB_PERSONAL_ACCESS_TOKEN}", "the quick brown fox, internationalization and counterrevolutionaries", "node dist/index.js --port=8080", "YOUR_API_KEY_HERE",
		"/Users/dev/Library/Application Support/Claude/claude_desktop_config.json", "node_modules/@scope/package-name-v2/dist/esm2020/index.mjs", "GITHUB_PERSONAL_ACCESS_TOKEN=${env:GITHUB_TOKEN}",
		`"Authorization": "Bearer ${ACME_TOKEN}"`, `"API_KEY": "<your-api-key>"`, "--api-key-env OPENAI_API_KEY --token-limit 4000", "python -m acme.server --log-level=debug --transport streamable-http",
		"image: ghcr.io/acme/server@sha256:" + gen(seeded(1), hexes, 64), "getServerSidePropsForPage2 useCallbackRefV3 enabledMcpjsonServers", "postgres://app:${DB_PASSWORD}@db.acme.dev:5432/app", "uvx --from git+https://github.com/acme/mcp-tools@v1.4.2 tool",
		"uvx --from git+https://github.com/acme/mcp-tools@" + gen(seeded(2), hexes, 40) + " tool", "npx github:acme/mcp-tools#" + gen(seeded(3), hexes, 40),
		"api.eu-central-1.prod.internal.acme-corporation.example", "claude-sonnet-4-5-20250929 gpt-5-mini-2025-08-07", "x86_64-unknown-linux-gnu-1.86.0", "", "a", "••••••",
	} {
		if got := Redact(s); got != s {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	}
}

func TestRedactMasksWhatCouldBeACredential(t *testing.T) {
	t.Parallel()
	r := seeded(6)
	for range 200 {
		for _, secret := range []string{gen(r, base62, 24), gen(r, hexes, 32), gen(r, url64, 43), gen(r, base62+"+/", 40), gen(r, lower+digits, 32), uuid(r), jwt(`{"sub":"` + gen(r, lower, 8) + `"}`)} {
			for _, s := range []string{
				secret, "--token=" + secret, "--token " + secret, "https://u:" + percent(secret) + "@h/p", "a " + secret + " b", "https://h.dev/x?key=" + percent(secret), `"apiKey": "` + secret + `",`,
				`{\"token\":\"` + secret + `\"}`, "X_PASSWORD='" + secret + "'", "Authorization: Bearer " + secret,
			} {
				if got := Redact(s); strings.Contains(got, secret) || strings.Contains(got, secret[2:22]) {
					t.Fatalf("Redact(%q) = %q", s, got)
				}
			}
		}
	}
	for _, s := range []string{"DB_PASSWORD=hunter22", `"password": "hunter22"`, "--password hunter22", "mysql://root:hunter22@localhost/x", "password: hunter22", "https://h.dev/?password=hunter22"} {
		if got := Redact(s); strings.Contains(got, "hunter22") || !strings.Contains(got, Mask) {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	}
}

func TestRedactionIsStableAndHidesEveryRange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-z =:/"{}$@.-]{0,40}[A-Za-z0-9_+/-]{0,60}[a-z =:/"@?&]{0,30}`).Draw(t, "text")
		once := Redact(s)
		if twice := Redact(once); twice != once {
			t.Fatalf("Redact(%q) = %q, again %q", s, once, twice)
		}
		start := rapid.IntRange(0, len(s)).Draw(t, "start")
		end := rapid.IntRange(start, len(s)).Draw(t, "end")
		got := RedactRanges(s, []Judgement{{Class: Literal, Start: start, End: end}})
		if end > start && !strings.Contains(got, Mask) {
			t.Fatalf("RedactRanges(%q, [%d,%d)) = %q", s, start, end, got)
		}
	})
}
