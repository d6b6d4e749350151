package credential

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestJudgeStructure(t *testing.T) {
	t.Parallel()
	r := seeded(31)
	opaque, hex, id := gen(r, base62, 32), gen(r, hexes, 32), uuid(r)
	telegram := gen(r, digits[1:], 9) + ":AA" + gen(r, base62, 33)
	enc := base64.StdEncoding.EncodeToString
	pem := pemBegin + "RSA PRIVATE KEY-----\n" + gen(r, base62+"+/", 400) + "\n" + pemEnd + "RSA PRIVATE KEY-----"
	for _, c := range []struct {
		place       Place
		name, value string
		want        string
	}{
		{InHeader, "Authorization", "Bearer ${T:-" + opaque + "}", "unexpanded literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", "Bearer ${env:T}", "reference"},
		{InHeader, "Authorization", "token " + opaque, "literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", "Token token=" + opaque, "literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", `Token token="` + opaque + `"`, "literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", "Api-Key " + opaque, "literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", opaque, "literal-medium[" + opaque + "]"},
		{InHeader, "Authorization", "Basic " + enc([]byte("app:${env:P}")), "reference"},
		{InHeader, "Authorization", "Basic " + enc([]byte(opaque+":")), "literal-medium[" + enc([]byte(opaque+":")) + "]"},
		{InHeader, "Authorization", "Basic <base64>", "placeholder"},
		{InHeader, "Cookie", "sid=" + opaque + "; lang=en; _ga=GA1." + opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "ACME_COOKIE", "li_at=" + opaque, "literal-medium[" + opaque + "]"},
		{InURL, "url", "https://h.dev/?key=${K:-" + opaque + "}", "unexpanded literal-medium[" + opaque + "]"},
		{InURL, "url", "https://h.dev/?Authorization=Bearer%20" + opaque, "literal-medium[Bearer%20" + opaque + "]"},
		{InURL, "url", "https://h.dev/?api_key=" + id + "&profile=" + id, "literal-medium[" + id + "]"},
		{InURL, "url", "https://h.dev/?key=${KEY}", "unexpanded"},
		{InURL, "url", "https://h.dev/?key=YOUR_KEY", "placeholder"},
		{InURL, "url", "https://" + hex + "@o1.ingest.sentry.io/4", "publishable[" + hex + "]"},
		{InURL, "url", "https://" + opaque + "@h.dev/x", "literal-medium[" + opaque + "]"},
		{InURL, "url", "https://mcp.acme.dev/" + id + "/mcp", "literal-low[" + id + "]"},
		{InURL, "url", "https://acme.dev/projects/" + id + "/settings", ""},
		{InURL, "url", "https://raw.githubusercontent.com/acme/x/" + gen(r, hexes, 40) + "/mcp.json", ""},
		{InURL, "url", "https://registry.acme.example/@acme/mcp@1.2.3", ""},
		{InEnv, "BOT_URL", "https://api.telegram.org/bot" + telegram + "/getMe", "literal-high[" + telegram + "]"},
		{InEnv, "WEBHOOK_URL", "https://discord.com/api/webhooks/123456789012345678/" + opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "REDIS_URL", "redis://:" + opaque + "@cache.acme.dev:6379/0", "literal-medium[" + opaque + "]"},
		{InEnv, "DATABASE_URL", "postgres://app:p/q#" + opaque + "@db.acme.dev/x?sslmode=require", "literal-medium[p/q#" + opaque + "]"},
		{InEnv, "DATABASE_URL", "postgres://user:password@db.acme.dev/x", "placeholder"},
		{InEnv, "REDIS_URL", "redis://:Spring-Tiger@cache.acme.dev/0", "literal-medium[Spring-Tiger]"},
		{InEnv, "DATABASE_URL", "postgres://acme:password@db.acme.dev/x", "literal-low[password]"},
		{InEnv, "DATABASE_URL", "postgres://app:Spring-Tiger@db.acme.dev/x", "literal-medium[Spring-Tiger]"},
		{InEnv, "DATABASE_URL", "postgres://app:Spring-Tiger@localhost/x", "literal-low[Spring-Tiger]"},
		{InEnv, "DATABASE_URL", "postgres://<user>:<password>@<host>/x", "placeholder"},
		{InEnv, "JDBC", "jdbc:postgresql://db.acme.dev/x?user=a&password=" + opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "JDBC", "jdbc:sqlserver://db.acme.dev;user=a;password=" + opaque + ";", "literal-medium[" + opaque + "]"},
		{InEnv, "DSN", "app:" + opaque + "@tcp(db.acme.dev:3306)/x", "literal-medium[" + opaque + "]"},
		{InEnv, "PG", "host=db.acme.dev user=app password='" + opaque + "'", "literal-medium[" + opaque + "]"},
		{InEnv, "STORAGE", "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + gen(seeded(1), base62+"+/", 86) + "==", "literal-medium[" + gen(seeded(1), base62+"+/", 86) + "==]"},
		{InEnv, "TLS_KEY", pem, "literal-high[" + pem + "]"},
		{InEnv, "TLS_KEY", strings.ReplaceAll(pem, "\n", `\n`), "literal-high[" + strings.ReplaceAll(pem, "\n", `\n`) + "]"},
		{InEnv, "TLS_KEY", pemBegin + "PRIVATE KEY-----\n...\n" + pemEnd + "PRIVATE KEY-----", ""},
		{InEnv, "API_KEY", "sk-${KEY}", ""},
		{InEnv, "AUTH", "${USER}:${PASS}", ""},
		{InEnv, "AWS_SECRET_ACCESS_KEY", "/a1B" + opaque[:16] + "/" + opaque[:20], "literal-medium[/a1B" + opaque[:16] + "/" + opaque[:20] + "]"},
		{InEnv, "NEXT_PUBLIC_FIREBASE_API_KEY", "AIza" + opaque + "abQ", "publishable[AIza" + opaque + "abQ]"},
		{InEnv, "RECAPTCHA_SITE_KEY", "6L" + gen(seeded(2), url64, 38), "publishable[6L" + gen(seeded(2), url64, 38) + "]"},
		{InEnv, "RECAPTCHA_SECRET_KEY", "6L" + gen(seeded(2), url64, 38), "literal-medium[6L" + gen(seeded(2), url64, 38) + "]"},
		{InField, "Note", `{"a":{"token":"` + opaque + `"},"b":"x"}`, "literal-medium[" + opaque + "]"},
		{InField, "Note", `{\"token\":\"` + opaque + `\"}`, "literal-medium[" + opaque + "]"},
		{InField, "bearer_token_env_var", "ghp_" + opaque + "abcd", "literal-high[ghp_" + opaque + "abcd]"},
		{InField, "token", "ghp_" + opaque + "abcd and ghp_" + opaque + "abce", "literal-high[ghp_" + opaque + "abcd] literal-high[ghp_" + opaque + "abce]"},
	} {
		ctx := Context{Place: c.place, Name: c.name, References: []string{"brace-env"}}
		if got := verdict(c.value, Judge(ctx, c.value)); got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

func TestJWTClaimsDecide(t *testing.T) {
	t.Parallel()
	for claims, want := range map[string]string{
		`{"sub":"a","exp":1}`:                                     "literal-high",
		`{"iss":7,"sub":[1],"aud":["a"]}`:                         "literal-high",
		`{"iss":"supabase","ref":"q","role":"anon"}`:              "publishable",
		`{"iss":"supabase","ref":"q","role":"service_role"}`:      "literal-high",
		`{"iss":"supabase-demo","role":"service_role"}`:           "placeholder",
		`{"sub":"1234567890","name":"John Doe","iat":1516239022}`: "placeholder",
		`not json`: "",
	} {
		token := jwt(claims)
		got, _, _ := strings.Cut(verdict(token, Judge(Context{Place: InEnv, Name: "X"}, token)), "[")
		if got != want {
			t.Errorf("%s: got %q, want %q", claims, got, want)
		}
	}
}

// Whatever the client does not expand is no leak, and whatever it does no
// misuse.
func TestReferencesOfClients(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value string
		known []string
		want  string
	}{
		{"${TOKEN}", []string{"brace"}, "reference"}, {"${TOKEN}", []string{"brace-env"}, "unexpanded"}, {"${TOKEN}", nil, "unexpanded"},
		{"$TOKEN", []string{"bare-dollar"}, "reference"}, {"$TOKEN", []string{"brace"}, "unexpanded"},
		{"${input:t}", []string{"vscode-input"}, "reference"}, {"{env:T}", []string{"brace"}, "unexpanded"}, {"{env:T}", []string{"opencode-env"}, "reference"},
		{"${{ secrets.T }}", []string{"gha-secret"}, "reference"}, {"op://vault/item/token", nil, "reference"}, {"{{TOKEN}}", nil, "reference"}, {"${T:-}", []string{"brace-default"}, "reference"},
		{"%TOKEN%", nil, "unexpanded"}, {"pa$SWORD", nil, "literal-low"}, {"${A:-${B:-${C}}}", []string{"brace", "brace-default"}, "reference reference reference"},
	} {
		js := Judge(Context{Place: InEnv, Name: "DB_PASSWORD", References: c.known}, c.value)
		if got, _, _ := strings.Cut(verdict(c.value, js), "["); got != c.want {
			t.Errorf("%s with %v: got %q, want %q", c.value, c.known, got, c.want)
		}
	}
}

func TestBoundsOfValues(t *testing.T) {
	t.Parallel()
	key := "ghp_" + gen(seeded(32), base62, 36)
	padding := strings.Repeat("a b ", maxValue/4)
	if js := Judge(Context{Place: InEnv, Name: "API_KEY"}, padding+key); len(js) != 1 || js[0].Start != len(padding) || js[0].Name != "API_KEY" {
		t.Errorf("a long value: %s", kinds(js))
	}
	if js := Judge(Context{Place: InEnv, Name: "API_KEY"}, strings.Repeat("Zq8x", maxValue/4+1)); len(js) != 0 {
		t.Errorf("an opaque value above the limit: %s", kinds(js))
	}
	deep := strings.Repeat("${A:-", 2000) + key + strings.Repeat("}", 2000)
	if js := Judge(Context{}, deep); len(js) == 0 || len(js) > maxDepth+2 {
		t.Errorf("nested defaults: %d judgements", len(js))
	}
}
