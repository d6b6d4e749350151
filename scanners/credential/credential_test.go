package credential

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
)

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
	base62 = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits
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

// verdict is a judgement in a form that tests can state.
func verdict(value string, js []Judgement) string {
	var parts []string
	for _, j := range js {
		s := [...]string{"harmless", "literal", "publishable", "reference", "unexpanded", "placeholder", "variable"}[j.Class]
		if j.Class == Literal {
			s += [...]string{"-low", "-medium", "-high"}[j.Confidence]
		}
		if j.Class == Literal || j.Class == Publishable {
			s += "[" + value[j.Start:j.End] + "]"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestJudge(t *testing.T) {
	t.Parallel()
	r := seeded(1)
	ghp, opaque, hex, id := "ghp_"+gen(r, base62, 36), gen(r, base62, 32), gen(r, hexes, 64), uuid(r)
	basic := base64.StdEncoding.EncodeToString([]byte("deploy:" + opaque))
	testBasic := base64.StdEncoding.EncodeToString([]byte("admin:admin"))
	anon, service := jwt(`{"iss":"supabase","ref":"q","role":"anon"}`), jwt(`{"iss":"supabase","ref":"q","role":"service_role"}`)
	for _, c := range []struct {
		place       Place
		name, value string
		want        string
	}{
		{InEnv, "GITHUB_TOKEN", ghp, "literal-high[" + ghp + "]"},
		{InField, "anything", ghp, "literal-high[" + ghp + "]"},
		{InHeader, "Authorization", "Bearer " + ghp, "literal-high[" + ghp + "]"},
		{InHeader, "Authorization", "Bearer " + opaque, "literal-medium[" + opaque + "]"},
		{InHeader, "X-Api-Key", id, "literal-medium[" + id + "]"},
		{InHeader, "Authorization", "Basic " + basic, "literal-medium[" + basic + "]"},
		{InHeader, "Authorization", "Basic " + testBasic, "placeholder"},
		{InHeader, "Content-Type", "application/json", ""},
		{InHeader, "Accept", "application/json, text/event-stream", ""},
		{InHeader, "Authorization", "Bearer ${env:TOKEN}", "reference"},
		{InHeader, "Authorization", "Bearer ${TOKEN}", "unexpanded"},
		{InHeader, "Authorization", "Bearer <your-token>", "placeholder"},
		{InHeader, "Authorization", "Bearer YOUR_TOKEN", "placeholder"},
		{InEnv, "SOME_API_KEY", opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "TWENTY_FIRST_API_KEY", hex, "literal-medium[" + hex + "]"},
		{InEnv, "MISTRAL_API_KEY", opaque, "literal-high[" + opaque + "]"},
		{InEnv, "OTHER_SETTING", opaque, ""},
		{InEnv, "DB_PASSWORD", "hunter22", "literal-low[hunter22]"},
		{InEnv, "DB_PASSWORD", "Kx9!vQ2#mZ7p", "literal-medium[Kx9!vQ2#mZ7p]"},
		{InEnv, "API_TOKEN", "$API_TOKEN", "unexpanded"},
		{InEnv, "API_TOKEN", "pa$SWORD9x!Qr2", "literal-medium[pa$SWORD9x!Qr2]"},
		{InEnv, "API_TOKEN", "api_token", "placeholder"},
		{InEnv, "MAX_TOKENS", "4096", ""},
		{InEnv, "OPENAI_MODEL", "gpt-5-mini-2025-08-07", ""},
		{InEnv, "GOOGLE_APPLICATION_CREDENTIALS", "/home/dev/sa-key-9f8e7d6c5b4a.json", ""},
		{InEnv, "KEY_FILE", opaque, ""},
		{InField, "bearer_token_env_var", "ACME_TOKEN", "variable"},
		{InField, "api_key_env", "ACME_TOKEN", "variable"},
		{InField, "userID", hex, ""},
		{InField, "lastSessionId", id, ""},
		{InField, "machineID", hex, ""},
		{InField, "commit", hex[:40], ""},
		{InField, "description", "Reads the token from the environment and never prints a password", ""},
		{InEnv, "SUPABASE_ANON_KEY", anon, "publishable[" + anon + "]"},
		{InEnv, "SUPABASE_SERVICE_ROLE_KEY", service, "literal-high[" + service + "]"},
		{InEnv, "KEY", "${HOME:-" + ghp + "}", "reference literal-high[" + ghp + "]"},
		{InURL, "url", "https://mcp.search.example/mcp?searchApiKey=" + id, "literal-medium[" + id + "]"},
		{InURL, "url", "https://mcp.search.dev/mcp?token=${env:T}&k=1", "reference"},
		{InURL, "url", "https://u:" + ghp + "@git.acme.dev/x", "literal-high[" + ghp + "]"},
		{InURL, "url", "https://mcp.acme.dev/mcp", ""},
		{InURL, "url", "https://mcp.acme.dev/" + opaque + "/sse", "literal-low[" + opaque + "]"},
		{InURL, "url", "https://hooks.slack.com/services/T0000/B0000/" + opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "DATABASE_URL", "postgres://app:S3n%23or!Pw@db.acme.dev:5432/app", "literal-medium[S3n%23or!Pw]"},
		{InEnv, "DATABASE_URL", "postgres://user:password@localhost:5432/app", "placeholder"},
		{InEnv, "DATABASE_URL", "postgres://postgres:postgres@db/app", "placeholder"},
		{InEnv, "DATABASE_URL", "postgres://app:${DB_PASS}@db.acme.dev/app", "unexpanded"},
		{InEnv, "DATABASE_URL", "postgres://app@db.acme.dev/app", ""},
		{InEnv, "MSSQL", "Server=db.acme.dev;User Id=app;Password=Qx7#kLm2pZ;", "literal-medium[Qx7#kLm2pZ]"},
		{InEnv, "CONFIG", `{"apiKey":"` + ghp + `"}`, "literal-high[" + ghp + "]"},
		{InText, "allow", "Bash(curl -H 'Authorization: Bearer " + ghp + "' https://x.dev)", "literal-high[" + ghp + "]"},
		{InText, "allow", "Bash(curl -H \"Authorization: Bearer " + opaque + "\" https://x.dev)", "literal-medium[" + opaque + "]"},
		{InText, "allow", "Bash(ACME_TOKEN=" + opaque + " make deploy)", "literal-medium[" + opaque + "]"},
		{InText, "allow", "Bash(git push:*)", ""},
		{InField, "apiKey", "sk-proj-xxxxxxxxxxxxxxxxxxxxxxxx", "placeholder"},
		{InField, "apiKey", "not-needed", ""},
		{InField, "token", "auto", ""},
	} {
		ctx := Context{Place: c.place, Name: c.name, References: []string{"brace-env"}}
		if got := verdict(c.value, Judge(ctx, c.value)); got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

func TestJudgeArgs(t *testing.T) {
	t.Parallel()
	r := seeded(2)
	ghp, opaque, token := "ghp_"+gen(r, base62, 36), gen(r, base62, 32), jwt(`{"iss":"x"}`)
	doubled := `"{\"searchApiKey\":\"` + ghp + `\"}"`
	for _, c := range []struct {
		command string
		args    []string
		want    []string
	}{
		{"npx", []string{"-y", "pkg", "--api-key", opaque}, []string{"", "", "", "literal-medium[" + opaque + "]"}},
		{"npx", []string{"-y", "pkg", "--api-key=" + opaque}, []string{"", "", "literal-medium[" + opaque + "]"}},
		{"npx", []string{"-y", "pkg", "start", ghp}, []string{"", "", "", "literal-high[" + ghp + "]"}},
		{"npx", []string{"-y", "pkg", "--header", "Authorization:Bearer " + token}, []string{"", "", "", "literal-high[" + token + "]"}},
		{"npx", []string{"mcp-remote", "https://x.dev", "--header", "Authorization: Bearer ${TOKEN}"}, []string{"", "", "", "unexpanded"}},
		{"npx", []string{"pkg", "--config", doubled}, []string{"", "", "literal-high[" + ghp + "]"}},
		{"docker", []string{"run", "-e", "GITHUB_TOKEN", "img"}, []string{"", "", "variable", ""}},
		{"docker", []string{"run", "-e", "GITHUB_TOKEN=" + ghp, "img"}, []string{"", "", "literal-high[" + ghp + "]", ""}},
		{"x", []string{"--api-key-env", "OPENAI_API_KEY", "--token-limit", "4000", "--key-file", "/etc/k.pem"}, []string{"", "variable", "", "", "", ""}},
		{"bash", []string{"-c", "X_TOKEN=" + opaque + " run --quiet"}, []string{"", "literal-medium[" + opaque + "]"}},
		{"cmd", []string{"/c", "npx", "pkg", "--token", "%TOKEN%"}, []string{"", "", "", "", "reference"}},
		{"npx", []string{"pkg", "postgresql://app:Zq%4017xx@db.acme.dev/p"}, []string{"", "literal-medium[Zq%4017xx]"}},
		{"node", []string{"dist/index.js", "--port", "8080", "@scope/name@1.2.3"}, []string{"", "", "", ""}},
	} {
		js := JudgeArgs(Context{References: []string{"brace-env"}}, c.command, c.args)
		for i := range c.args {
			if got := verdict(c.args[i], js[i]); got != c.want[i] {
				t.Errorf("%s %q [%d]: got %q, want %q", c.command, c.args, i, got, c.want[i])
			}
		}
	}
}

// Values under credential names that no one would rotate.
func TestPlaceholdersAndOrdinaryValuesAreNoLeaks(t *testing.T) {
	t.Parallel()
	for _, value := range strings.Split(strings.TrimSpace(`
your-api-key|your_api_key_here|<token>|<your-token>|<jwt>|YOUR_GITHUB_PAT_HERE|sk-...|sk-ant-...|ghp_xxxxxxxxxxxxxxxxxxxx|xxxxxxxx|changeme|REPLACE_ME|replace-with-your-token
change_me|FILL_HERE|dummy|DUMMY|none|null|undefined|TODO|test|test-token-123|test-key|foo|bar|foobar|secret|password|token|api_key|some-api-key|MY_API_KEY|{api_key}|{BEARER_TOKEN}|[YOUR KEY]
sk-or-v1-****|AIza****|ntn_**********|xoxb-your-bot-token|xoxc-fake|ghp_test123|AKIAIOSFODNN7EXAMPLE|placeholder-not-a-credential|votre_cle_api|<tu-token-mcp>|tu_api_key|ihr_token
sk-ant-your_anthropic_api_key_here|sk-proj-your-key|insert-key-here|enter_token|paste-your-key|add-token-here|example-key|sample_token|demo-key|mock-token|fake-secret|redacted|REDACTED|masked
00000000-0000-0000-0000-000000000000|0000000000000000|1111111111111111|1234567890|12345678|abcdef123456|abc123|0123456789abcdef|deadbeef|qwerty|xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
true|false|yes|0|1|3600|8080|auto|required|optional|env|file|keychain|bearer|oauth|header|/run/secrets/token|./keys/service.json|~/.config/key.pem|C:\keys\k.pem|key.json|https://example.com|me@acme.dev
$TOKEN|${TOKEN}|${env:TOKEN}|{{TOKEN}}|{{ secrets.TOKEN }}|${{ secrets.X }}|$(cat token)|op://vault/item/field|not-needed|no-key-required|ollama|lm-studio|EMPTY|sk-no-key-required|local-only
my-super-secret-token|your token|my key|the-key|an_api_key|access_token|client-secret|PIPESHUB_TOKEN|GITHUB_TOKEN|COPILOT_MCP_TOKEN|MYSERVER_API_KEY|ACME_PERSONAL_ACCESS_TOKEN|set-me|fill-in|put-key-here
`), "\n") {
		for _, v := range strings.Split(value, "|") {
			for _, name := range []string{"API_KEY", "GITHUB_TOKEN", "apiKey", "--token"} {
				for _, j := range Judge(Context{Place: InEnv, Name: name}, v) {
					if j.Class == Literal && j.Confidence > Low {
						t.Errorf("%s=%s: literal of confidence %d (%s)", name, v, j.Confidence, j.Kind)
					}
				}
			}
		}
	}
}

func TestHarmlessValuesUnderTemptingNames(t *testing.T) {
	t.Parallel()
	r := seeded(9)
	for name, value := range map[string]string{
		"key_id": gen(r, hexes, 40), "KMS_KEY_ID": uuid(r), "AWS_ACCESS_KEY_ID": "AKIA" + strings.Repeat("Q7", 8), "CLIENT_ID": gen(r, base62, 32), "TENANT_ID": uuid(r),
		"PROJECT_ID": gen(r, lower+digits, 20), "USER_ID": gen(r, hexes, 24), "session_id": uuid(r), "installMethod": "native", "IMAGE": "ghcr.io/acme/x@sha256:" + gen(r, hexes, 64),
		"integrity": "sha512-" + gen(r, base62, 86) + "==", "version": "1.2.3-beta.4+build." + gen(r, hexes, 7), "TOKEN_URL": "https://login.acme.dev/oauth2/token",
		"TOKEN_ENDPOINT": "https://id.acme.dev/t", "API_KEY_HEADER": "X-Api-Key", "KEY_PREFIX": "app:prod:", "CACHE_KEY": "users-by-region-v2", "PASSWORD_FILE": "/run/secrets/pw",
		"PUBLIC_KEY": "ssh-ed25519 " + gen(r, base62, 68), "publicKeyPath": "keys/id.pub", "MAX_OUTPUT_TOKENS": "200000", "TOKEN_BUDGET": "10000", "model": "claude-sonnet-4-5-20250929",
		"cron": "0 */6 * * *", "LOCALE": "de_DE.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/opt/" + gen(r, hexes, 12), "hostname": gen(r, lower+digits, 20) + ".acme.dev", "fileHash": gen(r, hexes, 64),
	} {
		for _, j := range Judge(Context{Place: InEnv, Name: name}, value) {
			if j.Class == Literal {
				t.Errorf("%s=%s: literal (%s)", name, value, j.Kind)
			}
		}
	}
}

func TestOpaqueValuesUnderCredentialNamesAreFound(t *testing.T) {
	t.Parallel()
	r := seeded(4)
	for alphabet, want := range map[string]float64{base62: 0.995, hexes: 0.995, base62 + "-_": 0.995, lower + digits: 0.995} {
		missed := 0
		const n = 5000
		for range n {
			value := gen(r, alphabet, 20+r.IntN(60))
			js := Judge(Context{Place: InEnv, Name: "ACME_API_KEY"}, value)
			if len(js) != 1 || js[0].Class != Literal || js[0].Confidence < Medium {
				missed++
			}
		}
		if rate := 1 - float64(missed)/n; rate < want {
			t.Errorf("alphabet %.8s…: found %.2f %%, want %.2f %%", alphabet, rate*100, want*100)
		}
	}
}

func TestNoRenderingShowsACredential(t *testing.T) {
	t.Parallel()
	r := seeded(5)
	canary := "ghp_" + gen(r, base62, 36)
	h, err := NewHasher([]byte(strings.Repeat("k", KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	var rendered strings.Builder
	log := slog.New(slog.NewJSONHandler(&rendered, nil))
	for _, place := range []Place{InField, InEnv, InArgs, InURL, InHeader, InText} {
		for _, value := range []string{canary, "Bearer " + canary, "https://h.dev/?token=" + canary, "${A:-" + canary + "}", `{"k":"` + canary + `"}`} {
			for _, j := range Judge(Context{Place: place, Name: "TOKEN"}, value) {
				fmt.Fprintf(&rendered, "%v %+v %#v %s %q\n", j, j, j, j.Secret, j.Secret)
				b, err := json.Marshal(j)
				if err != nil {
					t.Fatal(err)
				}
				rendered.Write(b)
				log.Info("judged", "judgement", j, "secret", j.Secret)
				if j.IsCredential() {
					fmt.Fprintf(&rendered, "%+v", *h.Identity(&j))
				}
			}
			rendered.WriteString(Redact(value) + "\n")
			rendered.WriteString(Redact("text before "+value+" and after") + "\n")
		}
	}
	if strings.Contains(rendered.String(), canary) || strings.Contains(rendered.String(), canary[4:]) {
		t.Error("a rendering shows the credential")
	}
}

func TestRedactKeepsWhatIsReadable(t *testing.T) {
	t.Parallel()
	r := seeded(6)
	for _, s := range []string{
		"npx -y @modelcontextprotocol/server-filesystem@2025.8.21 /home/dev/project", "https://mcp.acme.dev:8443/v1/mcp?region=eu-west-1", "docker run -i --rm ghcr.io/github/github-mcp-server:v0.18.0",
		"${env:GITHUB_PERSONAL_ACCESS_TOKEN}", "the quick brown fox, internationalization and counterrevolutionaries", "node dist/index.js --port=8080", "YOUR_API_KEY_HERE",
	} {
		if got := Redact(s); got != s {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	}
	for _, secret := range []string{gen(r, base62, 24), gen(r, hexes, 32), uuid(r), jwt(`{}`)} {
		for _, s := range []string{secret, "--token=" + secret, "https://u:" + secret + "@h/p", "a " + secret + " b", "path/" + secret} {
			if strings.Contains(Redact(s), secret) {
				t.Errorf("Redact(%q) = %q", s, Redact(s))
			}
		}
	}
}

func TestHashIsKeyedAndStable(t *testing.T) {
	t.Parallel()
	one, _ := NewHasher([]byte(strings.Repeat("1", KeySize)))
	two, _ := NewHasher([]byte(strings.Repeat("2", KeySize)))
	a, b := Secret{"value"}, Secret{"other"}
	if one.Sum(a) == one.Sum(b) || one.Sum(a) == two.Sum(a) || one.KeyID() == two.KeyID() {
		t.Error("hashes are not a keyed function of the value")
	}
	if want := "k" + one.KeyID() + ":"; !strings.HasPrefix(one.Sum(a), want) || len(one.Sum(a)) != len(want)+64 {
		t.Errorf("hash %q is not %s plus 64 hex digits", one.Sum(a), want)
	}
	if _, err := NewHasher([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}

func TestOneCredentialHasOneHashHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h, _ := NewHasher([]byte(strings.Repeat("1", KeySize)))
	pass := "Zq@17#" + gen(seeded(8), base62, 14)
	escaped := strings.NewReplacer("@", "%40", "#", "%23").Replace(pass)
	basic := base64.StdEncoding.EncodeToString([]byte("app:" + pass))
	hashes := map[string]bool{}
	for name, value := range map[string]string{"DB_PASSWORD": pass, "DATABASE_URL": "postgres://app:" + escaped + "@db.acme.dev/x", "Authorization": "Basic " + basic} {
		for _, j := range Judge(Context{Place: InEnv, Name: name}, value) {
			if j.IsCredential() {
				hashes[h.Sum(j.Secret)] = true
			}
		}
	}
	if len(hashes) != 1 {
		t.Errorf("%d hashes of one password", len(hashes))
	}
}

func FuzzJudge(f *testing.F) {
	for _, s := range []string{"Bearer ${X:-ghp_a}", "https://u:p%zz@h/?a=%41&key=x#", `{"a":"{\"b\":\"c\"}"}`, "-----BEGIN PRIVATE KEY-----", `bash -c "a 'b \"c"`, "eyJ.eyJ.x", "host=a password='b"} {
		f.Add("API_KEY", s)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		for place := InField; place <= InText; place++ {
			check(t, value, Judge(Context{Place: place, Name: name}, value))
		}
		args := []string{"--" + name, value, name + "=" + value, "-H", value}
		for i, js := range JudgeArgs(Context{}, name, args) {
			check(t, args[i], js)
		}
		check(t, value, Search([]byte(value)))
		Redact(value)
	})
}

func check(t *testing.T, value string, js []Judgement) {
	end := 0
	for _, j := range js {
		if j.Start < end || j.End <= j.Start || j.End > len(value) {
			t.Fatalf("range [%d,%d) after %d in %d bytes", j.Start, j.End, end, len(value))
		}
		end = j.End
		if j.IsCredential() != (j.Secret.value != "") {
			t.Fatalf("class %d with a secret of %d bytes", j.Class, len(j.Secret.value))
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	r := seeded(1)
	text := []byte(strings.Repeat("some ordinary text of a configuration, with words and \"quotes\": true\n", 8000))
	copy(text[len(text)/2:], " ghp_"+gen(r, base62, 36)+" ")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if len(Search(text)) != 1 {
			b.Fatal("not found")
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	value := gen(seeded(1), base62, 40)
	for b.Loop() {
		Judge(Context{Place: InEnv, Name: "ACME_API_KEY"}, value)
	}
}
