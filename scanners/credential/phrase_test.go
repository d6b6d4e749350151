package credential

import (
	"strings"
	"testing"
)

// Passwords as people choose and write them, and what only looks like one.
func TestPasswordsOfPeople(t *testing.T) {
	t.Parallel()
	r := seeded(41)
	chosen, opaque := "Lantern"+gen(r, digits[1:], 3), gen(r, base62, 20)
	app := gen(r, "bcdfg", 4) + " " + gen(r, "hklmn", 4) + " " + gen(r, "pqrst", 4) + " " + gen(r, "vwxz", 4)
	wallet := "gravity machine north sort system female filter attitude volume fold club stay"
	for _, c := range []struct {
		place       Place
		name, value string
		want        string
	}{
		{InEnv, "DB_PASSWORD", "Blue Lantern 42!", "literal-low[Blue Lantern 42!]"},
		{InEnv, "DB_PASSWORD", "correct horse battery", ""},
		{InEnv, "DB_PASSWORD", "at least 8 characters", ""},
		{InEnv, "DB_PASSWORD", "your Lantern 42", ""},
		{InEnv, "GMAIL_APP_PASSWORD", app, "literal-medium[" + app + "]"},
		{InEnv, "GMAIL_APP_PASSWORD", "abcd efgh ijkl mnop", "placeholder"},
		{InEnv, "GMAIL_APP_PASSWORD", "xxxx xxxx xxxx xxxx", "placeholder"},
		{InEnv, "WP_APP_PASSWORD", "Zq8k hXk2 9dLm 3pQs 7vTy AbRw", "literal-medium[Zq8k hXk2 9dLm 3pQs 7vTy AbRw]"},
		{InEnv, "WP_APP_PASSWORD", "xxxx xxxx xxxx xxxx xxxx xxxx", ""},
		{InEnv, "EXTRA_HEADERS", "X-Api-Key=" + opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "FLAGS", "mode=" + opaque, ""},
		{InEnv, "ACCESS_TOKENS", opaque, "literal-medium[" + opaque + "]"},
		{InEnv, "MAX_ACCESS_TOKENS", "4096", ""},
		{InEnv, "ORACLE_CONN", "app/" + chosen + "@db.acme.dev:1521/XE", "literal-medium[" + chosen + "]"},
		{InEnv, "IMAGE", "ghcr.io/acme/x@sha256:" + gen(r, hexes, 64), ""},
		{InEnv, "TITLE", app, ""},
		{InEnv, "WALLET_MNEMONIC", wallet, "literal-medium[" + wallet + "]"},
		{InEnv, "seedPhrase", wallet, "literal-medium[" + wallet + "]"},
		{InEnv, "SEED_PHRASE", strings.Repeat("test ", 11) + "junk", ""},
		{InEnv, "GREETING_PHRASE", wallet, ""},
		{InEnv, "DB_PASSWORD", "postgres", "placeholder"},
		{InEnv, "MYSQL_ROOT_PASSWORD", "root", "placeholder"},
		{InEnv, "DB_PASSWORD", "mydbpassword", "placeholder"},
		{InEnv, "JWT_SECRET", "thisismysupersecretjwtkey", "placeholder"},
		{InEnv, "DB_PASSWORD", "19780421", "literal-low[19780421]"},
		{InEnv, "DB_PASSWORD", "123456", "placeholder"},
		{InEnv, "MAX_PASS", "3600", ""},
		{InEnv, "PGPASSWORD", chosen, "literal-low[" + chosen + "]"},
		{InField, "allow", "Bash(set ACME_PASSWORD=" + chosen + "$)", "literal-low[" + chosen + "$]"},
		{InField, "allow", "Bash(PGPASSWORD=" + chosen + " psql -h db.acme.dev)", "literal-low[" + chosen + "]"},
		{InField, "allow", "Bash(PGPASSWORD=postgres psql -h localhost)", ""},
		{InField, "allow", "Bash(ACME_PASSWORD=lantern make)", ""},
		{InField, "allow", "Bash(ACME_TOKEN=lantern1 make)", ""},
		{InField, "allow", "Bash(mysql -u root -p" + chosen + " acme)", "literal-medium[" + chosen + "]"},
		{InField, "allow", "Bash(mysql -u root -p acme)", ""},
		{InField, "allow", "Bash(mysql -u root -proot acme)", ""},
		{InField, "allow", "Bash(sshpass -p '" + chosen + "' ssh deploy@acme.dev)", "literal-medium[" + chosen + "]"},
		{InField, "allow", "Bash(redis-cli -a " + opaque + " ping)", "literal-medium[" + opaque + "]"},
		{InField, "allow", "Bash(curl -u deploy:" + chosen + " https://acme.dev)", "literal-medium[" + chosen + "]"},
		{InField, "command", "echo \"$(date -u +%Y-%m-%dT%H:%M:%SZ) done\"", ""},
		{InField, "allow", "Bash(mkdir -p src/components1)", ""},
		{InField, "allow", "Bash(docker run -p 8080:80 -t acme/x:4f9a8b7c acme)", ""},
		{InField, "pwd", "allow", ""},
		{InField, "token", "deny", ""},
	} {
		if got := verdict(c.value, Judge(Context{Place: c.place, Name: c.name}, c.value)); got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

// Names that mislead, and keys that are written down everywhere.
func TestNamesAndExamplesThatMislead(t *testing.T) {
	t.Parallel()
	r := seeded(42)
	opaque, hex := gen(r, base62, 12), gen(r, hexes, 64)
	for _, c := range []struct{ name, value, want string }{
		{"SECRET_KEY_BASE", hex, "literal-medium[" + hex + "]"},
		{"API_BASE", hex, ""},
		{"FILE_HASH", hex[:32], ""},
		{"TELEGRAM_API_HASH", hex[:32], "literal-medium[" + hex[:32] + "]"},
		{"CONTRACT_TOKEN", "0x" + hex[:40], ""},
		{"ADMIN_PASSWORD", "$2b$10$" + gen(r, base62, 53), ""},
		{"ADMIN_PASSWORD", "(.*)", ""},
		{"WALLET_PRIVATE_KEY", "0x" + hex, "literal-medium[0x" + hex + "]"},
		{"WALLET_PRIVATE_KEY", "0x" + "ac0974bec39a17e3" + hex[:48], "placeholder"},
		{"API_KEY", "550e8400-e29b-41d4-a716-" + "446655440000", "placeholder"},
		{"API_KEY", "a1b2c3d4-e5f6-7890-abcd-" + "ef1234567890", "placeholder"},
		{"API_KEY", "a1b2c3d4e5f6" + "g7h8i9j0k1l2", "placeholder"},
		{"ACME_KEY", "acme_" + opaque, "literal-medium[acme_" + opaque + "]"},
		{"ACME_KEY", "OTHER_SETTING_NAME", "placeholder"},
		{"ACME_KEY", "insira-sua-chave-aqui", "placeholder"},
		{"ACME_KEY", "coloca_tu_clave", "placeholder"},
		{"ACME_KEY", "REMPLACEZ_PAR_LA_CLE", "placeholder"},
		{"ACME_KEY", "填写密钥", "placeholder"},
		{"ACME_KEY", "вставьте_ключ", "placeholder"},
		{"ACME_KEY", "ここにキー", "placeholder"},
		{"SQL", "Server=db.acme.dev;User Id=sa;Password=YourStrong" + "!Passw0rd;", "placeholder"},
		{"URL", "https://mcp.map.acme.dev/sse?ak=" + hex[:32], "literal-medium[" + hex[:32] + "]"},
	} {
		if got := verdict(c.value, Judge(Context{Place: InEnv, Name: c.name}, c.value)); got != c.want {
			t.Errorf("%s = %q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

// Hosts that are known to hand out URLs as keys make short segments tell.
func TestCapabilityURLs(t *testing.T) {
	t.Parallel()
	r := seeded(43)
	code, short := "amber-otter-lake-X"+gen(r, digits, 2)+"-k2", "3f"+gen(r, hexes, 12)
	for value, want := range map[string]string{
		"https://mcp.api-inference.modelscope.net/" + short + "/sse": "literal-medium[" + short + "]",
		"https://mcp.composio.dev/mem/" + code + "?agent=x":          "literal-low[" + code + "]",
		"https://mcp.composio.dev/composio/server":                   "",
		"https://mcp.acme.dev/mem/" + code:                           "",
		"https://mcp.acme.dev/" + short + "/sse":                     "",
	} {
		if got := verdict(value, Judge(Context{Place: InURL, Name: "url"}, value)); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

// The value of a flag of one letter is a key if it looks like nothing else.
func TestShortFlags(t *testing.T) {
	t.Parallel()
	r := seeded(44)
	opaque, id := gen(r, base62, 24), uuid(r)
	for _, c := range []struct {
		args []string
		want string // of the last argument
	}{
		{[]string{"pkg", "-k", opaque}, "literal-medium[" + opaque + "]"},
		{[]string{"pkg", "-t", opaque}, "literal-medium[" + opaque + "]"},
		{[]string{"pkg", "-k", id}, "literal-medium[" + id + "]"},
		{[]string{"pkg", "-t", id}, ""},
		{[]string{"pkg", "-p", "8080"}, ""},
		{[]string{"-p", "@acme/tool@1.2.3"}, ""},
		{[]string{"pkg", "-u", "admin", "-p", "Lantern2024x"}, "literal-medium[Lantern2024x]"},
		{[]string{"pkg", "--user=admin", "-h", "db", "-p", "Lantern2024x"}, "literal-medium[Lantern2024x]"},
		{[]string{"pkg", "-p", "Lantern2024x"}, ""},
		{[]string{"pkg", "-U", "admin", "-p", "5432"}, ""},
		{[]string{"run", "-u", "1000:1000", "-p", "127.0.0.1:8080:8080"}, ""},
		{[]string{"pkg", "-u", "admin", "-p", "${DB_PASSWORD}"}, "unexpanded"},
		{[]string{"pkg", "-p", "acme-project-2024"}, ""},
		{[]string{"pkg", "-v", opaque}, ""},
		{[]string{"-Command", `$env:ACME_KEY="` + opaque + `"; npx pkg`}, "literal-medium[" + opaque + "]"},
		{[]string{"pkg", "-k", "<key>"}, ""},
		{[]string{"pkg", "--password", "Lantern 2024"}, "literal-low[Lantern 2024]"},
	} {
		js := JudgeArgs(Context{}, "npx", c.args)
		last := len(c.args) - 1
		if got := verdict(c.args[last], js[last]); got != c.want {
			t.Errorf("%q: got %q, want %q", c.args, got, c.want)
		}
	}
}
