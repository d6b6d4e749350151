package credential

import "testing"

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
		{"npx", []string{"pkg", "--token", "-q" + opaque}, []string{"", "", "literal-medium[-q" + opaque + "]"}},
		{"npx", []string{"-y", "mcp-remote", "https://mcp.acme.dev/" + opaque + "/sse"}, []string{"", "", "literal-low[" + opaque + "]"}},
		{"uvx", []string{"--from", "git+https://github.com/acme/x@" + gen(r, hexes, 40), "x"}, []string{"", "", ""}},
		{"npx", []string{"-y", "envmcp", "npx", "pkg", "--token", "$TOKEN"}, []string{"", "", "", "", "", "reference"}},
		{"op", []string{"run", "--", "npx", "pkg", "--token", "$TOKEN"}, []string{"", "", "", "", "", "reference"}},
		{"npx", []string{"pkg", "--token", "%TOKEN%"}, []string{"", "", "unexpanded"}},
		{"npx -y pkg --token " + opaque, nil, nil},
		{"", []string{"npx -y pkg --token " + opaque + " --x"}, []string{"literal-medium[" + opaque + "]"}},
		{"curl", []string{"-u", "deploy:" + opaque, "https://x.dev"}, []string{"", "literal-medium[" + opaque + "]", ""}},
		{"docker", []string{"run", "--user", "1000:1000", "img"}, []string{"", "", "", ""}},
		{"npx", []string{"pkg", "-H", "X-Api-Key: " + opaque}, []string{"", "", "literal-medium[" + opaque + "]"}},
		{"npx", []string{"pkg", "--header=Authorization:Bearer " + opaque}, []string{"", "literal-medium[" + opaque + "]"}},
		{"npx", []string{"pkg", "-HX-Api-Key:" + opaque}, []string{"", "literal-medium[" + opaque + "]"}},
		{"npx", []string{"pkg", "--token:" + opaque, "--api-key:${KEY}"}, []string{"", "literal-medium[" + opaque + "]", "unexpanded"}},
		{"npx", []string{"pkg", "--session:24h", "--auth:oauth", "--token:", "--volume:" + opaque}, []string{"", "", "", "", ""}},
		{"docker", []string{"run", "-e", "ACME_TOKEN:" + opaque, "-e", "ACME_HOST:" + opaque, "img"}, []string{"", "", "literal-medium[" + opaque + "]", "", "", ""}},
		{"npx", []string{"pkg", opaque}, []string{"", ""}},
		{"npx", []string{"pkg", "--", "host=db.acme.dev user=app password=" + opaque}, []string{"", "", "literal-medium[" + opaque + "]"}},
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
