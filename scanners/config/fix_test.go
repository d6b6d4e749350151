package config

import (
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
)

// A fix says what fits its place, provider and file, and nothing else.
func TestFixesFit(t *testing.T) {
	t.Parallel()
	opaque, uuid := "Zk8vQ2mN7xR4"+"tLpW9sYc3Hd6", "5f0c7d1e-"+"93ab-4c2e-8d17-6b2f9e04c3a8"
	aws := "q7ZfT2mKx9WcR4bLs8Ve/" + "Y1nHd6Jp3Ga5uT0kPwX"
	type has = []string
	for _, c := range []struct {
		path, content   string
		local           bool
		want, unwelcome has
	}{
		{".mcp.json", `{"mcpServers":{"exa":{"command":"x","env":{"SOME_TOKEN":"` + opaque + `"}}}}`, false,
			has{"if it was ever committed", "${SOME_TOKEN}"}, has{"OAuth", "history of the repository"}},
		{".mcp.json", `{"mcpServers":{"exa":{"command":"x","env":{"SOME_TOKEN":"` + opaque + `"}}}}`, true,
			has{"on this machine only", "If the file was ever committed", "${SOME_TOKEN}"}, has{"Revoke it"}},
		{".claude/settings.local.json", `{"env":{"SOME_TOKEN":"` + opaque + `"}}`, true, has{"on this machine only"}, has{"keychain"}},
		{".mcp.json", `{"mcpServers":{"my notes":{"url":"https://m.acme.dev/mcp","headers":{"Authorization":"Bearer ` + opaque + `"}}}}`, false,
			has{"${MY_NOTES_TOKEN}", "leave the credential out"}, has{"API_TOKEN"}},
		{".mcp.json", `{"mcpServers":{"notes":{"url":"https://m.acme.dev/mcp?api_key=` + opaque + `"}}}`, false, has{"${NOTES_API_KEY}", "OAuth"}, nil},
		{".mcp.json", `{"mcpServers":{"search":{"url":"https://mcp.exa.ai/mcp","headers":{"Authorization":"Bearer ` + uuid + `"}}}}`, false, has{"${EXA_API_KEY}", "at Exa"}, nil},
		{".mcp.json", `{"mcpServers":{"db":{"command":"db-mcp","args":["postgres://app:` + opaque + `@db.acme.dev/app"]}}}`, false, has{"${DB_PASSWORD}"}, has{"OAuth", "API_TOKEN"}},
		{".cursor/mcp.json", `{"mcpServers":{"a":{"command":"x","args":["--acme-api-key","` + opaque + `"]}}}`, false, has{"${env:ACME_API_KEY}"}, has{"OAuth"}},
		{".cursor/mcp.json", `{"mcpServers":{"a":{"command":"docker","args":["run","-e","MY_PAT=` + canary(4) + `","i"]}}}`, false, has{"${env:MY_PAT}", "at GitHub"}, nil},
		{".amazonq/mcp.json", `{"mcpServers":{"exa":{"command":"exa-mcp","env":{"EXA_API_KEY":"` + uuid + `"}}}}`, false, has{"EXA_API_KEY", "mcp.json"}, has{"SSO"}},
		{".amazonq/mcp.json", `{"mcpServers":{"s3":{"command":"s3-mcp","env":{"AWS_SECRET_ACCESS_KEY":"` + aws + `"}}}}`, false, has{"at AWS", "AWS_SECRET_ACCESS_KEY", "profile or SSO"}, nil},
		{".claude.json", `{}`, false, has{"git rm --cached", ".gitignore"}, has{"API_TOKEN", "{NAME}"}},
		{".claude/settings.json", "{}\n// old: " + canary(5), false, has{"GITHUB_PERSONAL_ACCESS_TOKEN"}, has{"API_TOKEN"}},
	} {
		r := New().Scan(scanners.File{Path: c.path, Data: []byte(c.content), Local: c.local}, hasher(t))
		if len(r.Findings) != 1 {
			t.Errorf("%s: %+v", c.content, r.Findings)
			continue
		}
		fix := r.Findings[0].Fix.String()
		for _, want := range c.want {
			if !strings.Contains(fix, want) {
				t.Errorf("%s: fix lacks %q: %s", c.content, want, fix)
			}
		}
		for _, not := range append(c.unwelcome, "  ", "{NAME}", "..") {
			if strings.Contains(fix, not) {
				t.Errorf("%s: fix holds %q: %s", c.content, not, fix)
			}
		}
	}
}

func TestVariableName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"exaApiKey": "EXA_API_KEY", "--exa-api-key": "EXA_API_KEY", "EXA_API_KEY": "EXA_API_KEY", "@acme/notes mcp": "ACME_NOTES_MCP", "7up": "UP", "日本": "", "": "", canary(6): "",
	} {
		if got := variableName(name); got != want {
			t.Errorf("variableName(%q) = %q, want %q", name, got, want)
		}
	}
}
