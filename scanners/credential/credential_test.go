package credential

import (
	"encoding/base64"
	"strings"
	"testing"
)

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
		{InEnv, "KEY", "${HOME:-" + ghp + "}", "unexpanded literal-high[" + ghp + "]"},
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
		{InField, "apiKey", "not-needed", "placeholder"},
		{InField, "token", "auto", ""},
	} {
		ctx := Context{Place: c.place, Name: c.name, References: []string{"brace-env"}}
		if got := verdict(c.value, Judge(ctx, c.value)); got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}
