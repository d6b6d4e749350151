package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// piece is the longest run of a canary's bytes that may be printed, and one:
// enough to tell its provider, not enough to use it.
const piece = 12

// canaries are credentials to be planted in every slot: one that shows its
// vendor, one that only its name gives away, one that is changed by every
// encoding. Put together at run time.
func canaries() map[string]string {
	return map[string]string{
		"vendor's shape": "ghp_" + "c4N7aRyQ2wLx8Vb3Zk9T" + "m6Hs1Jd5Gf0PuYnE",
		"opaque":         "Zt8Qk3Wv6X" + "yJ2nRb9LcH4" + "sMd7GpUfA5e",
		"reserved":       "q7+Wz/2kV=" + "X9m+Lb4/Rt6" + "&Hs8=Jd3Ty5",
	}
}

// slots are files that hold a canary in one place each. Every one leaks.
func slots(canary string) files {
	quote := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err) // strings always marshal
		}
		return string(b)
	}
	q, encoded := quote(canary), url.QueryEscape(canary)
	basic := base64.StdEncoding.EncodeToString([]byte("deploy:" + canary))
	remote := func(fields string) string {
		return `{"mcpServers": {"a": {"type": "http", "url": "https://mcp.acme.example/mcp", ` + fields + `}}}`
	}
	local := func(fields string) string { return `{"mcpServers": {"a": {"command": "a-mcp", ` + fields + `}}}` }
	inner := `{"api_key": ` + q + `}`
	return files{
		"env/.mcp.json":             local(`"env": {"ACME_API_TOKEN": ` + q + `}`),
		"flag/.mcp.json":            local(`"args": ["--api-key", ` + q + `]`),
		"joined/.mcp.json":          local(`"args": [` + quote("--api-key="+canary) + `]`),
		"assigned/.mcp.json":        local(`"args": ["-e", ` + quote("ACME_API_TOKEN="+canary) + `]`),
		"shell/.mcp.json":           `{"mcpServers": {"a": {"command": "sh", "args": ["-c", ` + quote(`export ACME_API_TOKEN="`+canary+`"; a-mcp`) + `]}}}`,
		"userinfo/.mcp.json":        `{"mcpServers": {"a": {"type": "http", "url": "https://deploy:` + encoded + `@mcp.acme.example/mcp"}}}`,
		"dsn/.mcp.json":             local(`"args": ["postgresql://app:` + encoded + `@db.acme.example:5432/app"]`),
		"query/.mcp.json":           `{"mcpServers": {"a": {"type": "http", "url": "https://mcp.acme.example/mcp?api_key=` + encoded + `&x=1"}}}`,
		"bearer/.mcp.json":          remote(`"headers": {"Authorization": ` + quote("Bearer "+canary) + `}`),
		"basic/.mcp.json":           remote(`"headers": {"Authorization": "Basic ` + basic + `"}`),
		"header/.mcp.json":          remote(`"headers": {"X-Api-Key": ` + q + `}`),
		"toml/.codex/config.toml":   "[mcp_servers.a]\ncommand = \"a-mcp\"\n[mcp_servers.a.env]\nACME_API_TOKEN = " + q + "\n",
		"yaml/librechat.yaml":       "mcpServers:\n  a:\n    command: a-mcp\n    env:\n      ACME_API_TOKEN: " + q + "\n",
		"front/.claude/agents/a.md": "---\nname: a\nmcpServers:\n  a: {command: a-mcp, env: {ACME_API_TOKEN: " + q + "}}\n---\nwords\n",
		"broken/.mcp.json":          `{"mcpServers": {"a": {"command": "a-mcp" "env": {"ACME_API_TOKEN": ` + q + `, `,
		"merge/.mcp.json":           "<<<<<<< ours\n" + local(`"env": {"ACME_API_TOKEN": `+q+`}`) + "\n=======\n{}\n>>>>>>> theirs\n",
		"instring/.mcp.json":        local(`"env": {"ACME_CONFIG": ` + quote(inner) + `}`),
		"intwice/.mcp.json":         local(`"env": {"ACME_CONFIG": ` + quote(quote(inner)) + `}`),
		"unicode/.mcp.json":         local(`"env": {"ACME_API_TOKEN": "` + fmt.Sprintf(`\u%04x`, canary[0]) + q[2:] + `}`),
		"bridge/.mcp.json":          `{"mcpServers": {"a": {"command": "npx", "args": ["-y", "mcp-remote@0.1.18", "https://mcp.acme.example/sse", "--header", ` + quote("Authorization: Bearer "+canary) + `]}}}`,
		"git/.mcp.json":             `{"mcpServers": {"a": {"command": "uvx", "args": ["--from", "git+https://oauth2:` + encoded + `@git.acme.example/a/b.git", "b"]}}}`,
		"index/.mcp.json":           `{"mcpServers": {"a": {"command": "uvx", "args": ["--index-url", "https://app:` + encoded + `@pypi.acme.example/simple", "b"]}}}`,
		"argjson/.mcp.json":         local(`"args": ["--config", ` + quote(inner) + `]`),
		"envjson/.mcp.json":         local(`"env": {"ACME_HEADERS": ` + quote(`{"Authorization": `+quote("Bearer "+canary)+`}`) + `}`),
		"oauth/.mcp.json":           remote(`"oauth": {"clientId": "acme", "clientSecret": ` + q + `}`),
		"rest/opencode.json":        `{"mcp": {}, "provider": {"acme": {"options": {"apiKey": ` + q + `}}}}`,
	}
}

// names are files in which a canary that shows its vendor stands where a name
// is expected.
func names(canary string) files {
	local := func(name, env, value string) string {
		return `{"mcpServers": {"` + name + `": {"command": "a-mcp", "env": {"` + env + `": "` + value + `"}}}}`
	}
	return files{
		"server/.mcp.json":         local(canary, "A", "b"),
		"env/.mcp.json":            local("a", canary, "b"),
		"both/.mcp.json":           local(canary, canary, canary),
		"value/.mcp.json":          local("a", "A", "${"+canary+"}"),
		"default/.mcp.json":        local("a", "A", "${A:-"+canary+"}"),
		"command/.mcp.json":        `{"mcpServers": {"a": {"command": "` + canary + `", "args": ["--` + canary + `"]}}}`,
		"host/.mcp.json":           `{"mcpServers": {"a": {"url": "https://` + canary + `.acme.example/mcp"}}}`,
		"path/.mcp.json":           `{"mcpServers": {"a": {"url": "https://mcp.acme.example/` + canary + `/mcp"}}}`,
		"header/.mcp.json":         `{"mcpServers": {"a": {"url": "https://mcp.acme.example/mcp", "headers": {"` + canary + `": "b"}}}}`,
		"top/.mcp.json":            `{"` + canary + `": {"mcpServers": {}}}`,
		"broken/.mcp.json":         `{"` + canary + `": [1,`,
		"comment/.mcp.json":        "// " + canary + "\n{}",
		"table/.codex/config.toml": "[mcp_servers.\"" + canary + "\"]\ncommand = \"a\"\n",
		"anchor/librechat.yaml":    "a: &" + canary[4:] + " b\nmcpServers: {" + canary + ": {command: a-mcp}}\n",
	}
}

// TestCanaryAsName: a credential is one also where a name should stand.
func TestCanaryAsName(t *testing.T) {
	t.Parallel()
	canary := canaries()["vendor's shape"]
	dir := t.TempDir()
	c := &cage{pieces: leaks(canary), dir: dir, work: filepath.Join(dir, "work")}
	c.populate(t, names(canary))
	for _, format := range formats {
		for _, mode := range []string{"--include-ignored", "--history", "--staged"} {
			if got := c.scan(t, nil, mode, "--format", format, c.work); got.code != exitFindings {
				t.Errorf("%s %s: exit code %d, stderr %q", mode, format, got.code, got.stderr)
			}
		}
	}
}

// TestCanaryOutsideFiles: nor is it printed where it names a folder, a file, an
// author or a target, or cannot be read.
func TestCanaryOutsideFiles(t *testing.T) {
	t.Parallel()
	canary, key := canaries()["vendor's shape"], keys()["KEY_GITHUB"]
	dir := t.TempDir()
	c := &cage{pieces: leaks(canary), dir: dir, work: filepath.Join(dir, "work-"+canary)}
	if err := os.Mkdir(c.work, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, c.work, "init", "-q", "-b", "main")
	put(t, c.work, files{
		"a/" + canary + "/.mcp.json": server("a", key), "b/" + canary + ".mcp.json": server("b", key), "c/" + canary + "/mcp.yaml": "mcpServers: {c: [",
		canary + "/.codex/config.toml": "[mcp_servers.a]\ncommand = \"a-mcp\"\n", "d-" + canary + "/.mcp.json": strings.Repeat("[", 1<<20),
	})
	git(t, c.work, "add", "-A")
	git(t, c.work, "-c", "user.name="+canary, "-c", "user.email="+canary+"@acme.example", "commit", "-qm", "x", "--author="+canary+" <"+canary+"@acme.example>")
	for _, format := range formats {
		for _, mode := range []string{"--include-ignored", "--history", "--staged"} {
			for _, target := range []string{c.work, filepath.Join(c.work, "a", canary), c.work + "/none"} {
				c.scan(t, nil, mode, "--format", format, target)
			}
		}
	}
	var r output
	got := c.scan(t, nil, "--format", "json", c.work)
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil || got.code != exitError {
		t.Fatalf("exit code %d, %v", got.code, err)
	}
	want := (&scanners.Finding{Rule: "mcp-secret-in-env", Path: "a/" + canary + "/.mcp.json", Server: "a", Slot: "GITHUB_TOKEN"}).Fingerprint()
	if !strings.Contains(got.stdout, want) {
		t.Error("the fingerprint goes by the masked path")
	}
	if !strings.Contains(got.stdout, "a/"+credential.Mask+"/.mcp.json") {
		t.Errorf("the rest of the path is missing: %q", r.paths("mcp-secret-in-env"))
	}
}

// leaks are the forms in which a canary must not be printed: its pieces plain,
// percent-encoded, as they stand in JSON, and in Base64 at any offset.
func leaks(canary string) map[string]bool {
	forms := []string{canary, url.QueryEscape(canary), url.PathEscape(canary)}
	if b, err := json.Marshal(canary); err == nil {
		forms = append(forms, strings.Trim(string(b), `"`))
	}
	for offset := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + canary))
		clean := encoded[4*((offset+2)/3) : len(encoded)-len(encoded)%4-4] // only what the canary alone decides
		forms = append(forms, clean, strings.NewReplacer("+", "-", "/", "_").Replace(clean))
	}
	pieces := map[string]bool{}
	for _, form := range forms {
		for i := 0; i+piece <= len(form); i++ {
			pieces[form[i:i+piece]] = true
		}
	}
	return pieces
}

// leaked is the first piece of a canary in an output, "" if there is none. What
// terminals are told and do not show does not part a credential.
func leaked(pieces map[string]bool, out string) string {
	for _, text := range []string{out, unpainted(out)} {
		for i := 0; i+piece <= len(text); i++ {
			if pieces[text[i:i+piece]] {
				return text[max(0, i-60):min(len(text), i+60)]
			}
		}
	}
	return ""
}

// unpainted is text without colours, line breaks and indents.
func unpainted(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0x1b {
			for i < len(s) && s[i] != 'm' {
				i++
			}
			continue
		}
		if s[i] > ' ' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// TestLeaked is the proof that the search for canaries finds them.
func TestLeaked(t *testing.T) {
	t.Parallel()
	for name, canary := range canaries() {
		pieces := leaks(canary)
		for form, out := range map[string]string{
			"plain": "x" + canary + "x", "a piece": "…" + canary[9:9+piece], "percent-encoded": "?k=" + url.QueryEscape(canary) + "&",
			"Base64": base64.StdEncoding.EncodeToString([]byte(canary)), "Base64 of more": base64.StdEncoding.EncodeToString([]byte("deploy:" + canary)),
			"Base64 of more still": base64.URLEncoding.EncodeToString([]byte("deploys:" + canary + ":x")),
			"coloured":             canary[:8] + "\x1b[1m" + canary[8:], "wrapped": canary[:8] + "\n       " + canary[8:],
		} {
			if leaked(pieces, out) == "" {
				t.Errorf("%s, %s: not found", name, form)
			}
		}
		if at := leaked(pieces, "a text without "+canary[:piece-1]); at != "" {
			t.Errorf("%s: found in %q", name, at)
		}
	}
}

// TestCanary plants a credential in every slot and lets every command and
// format speak about it: nothing may repeat it.
func TestCanary(t *testing.T) {
	t.Parallel()
	for name, canary := range canaries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c := &cage{pieces: leaks(canary), dir: dir, work: filepath.Join(dir, "work")}
			c.populate(t, slots(canary))
			c.formats(t, slots(canary))
			c.modes(t)
			c.errors(t, canary)
		})
	}
}

// cage is a repository with a canary: HEAD~2 has none, HEAD~1 has it, HEAD has
// none again, and the work tree and the index have it.
type cage struct {
	pieces    map[string]bool
	dir, work string
}

func (c *cage) populate(t *testing.T, slots files) {
	put(t, c.work, files{"README.md": "words"})
	git(t, c.work, "init", "-q", "-b", "main")
	git(t, c.work, "add", "-A")
	git(t, c.work, "commit", "-qm", "words")
	put(t, c.work, slots)
	git(t, c.work, "add", "-A")
	git(t, c.work, "commit", "-qm", "canary")
	git(t, c.work, "rm", "-rq", "--cached", ".")
	git(t, c.work, "commit", "-qm", "gone")
	git(t, c.work, "add", "-A")
}

// scan runs one command line and looks for the canary in all it gives.
func (c *cage) scan(t *testing.T, settings []string, args ...string) result {
	t.Helper()
	got := castellan(t, settings, append([]string{"scan"}, args...)...)
	for where, out := range map[string]string{"stdout": got.stdout, "stderr": got.stderr} {
		if at := leaked(c.pieces, out); at != "" {
			t.Errorf("%q %q: %s holds the canary: …%s…", settings, args, where, at)
		}
	}
	return got
}

func (c *cage) formats(t *testing.T, slots files) {
	for _, format := range []string{"text", "json", "sarif", "csv", "markdown"} {
		for _, color := range []string{"NO_COLOR=1", "CLICOLOR_FORCE=1"} {
			if got := c.scan(t, []string{color}, "--format", format, c.work); got.code != exitFindings {
				t.Errorf("%s: exit code %d, stderr %q", format, got.code, got.stderr)
			}
		}
		out := filepath.Join(c.dir, "out."+format)
		c.scan(t, nil, "--format", format, "-o", out, c.work)
		data, err := os.ReadFile(out)
		if err != nil || len(data) == 0 {
			t.Fatalf("%s: %d bytes, %v", out, len(data), err)
		}
		if at := leaked(c.pieces, string(data)); at != "" {
			t.Errorf("%s holds the canary: …%s…", out, at)
		}
	}
	r := readReport(t, c.scan(t, nil, "--format", "json", c.work).stdout)
	found := map[string]bool{}
	for _, f := range r.Findings {
		found[f.Path] = found[f.Path] || f.Action == "block"
	}
	for name := range slots {
		if !found[name] {
			t.Errorf("%s: the canary was not found", name)
		}
	}
}

func (c *cage) modes(t *testing.T) {
	for _, format := range []string{"text", "json", "sarif", "csv", "markdown"} {
		for _, mode := range []string{"--history", "--range=HEAD~2..HEAD", "--range=HEAD~2..HEAD~1", "--staged"} {
			if got := c.scan(t, nil, mode, "--format", format, c.work); got.code != exitFindings {
				t.Errorf("%s: exit code %d, stderr %q", mode, got.code, got.stderr)
			}
		}
	}
	baseline := filepath.Join(c.dir, "out.json")
	if got := c.scan(t, nil, "--baseline", baseline, c.work); got.code != exitOK {
		t.Errorf("baseline: exit code %d, stderr %q", got.code, got.stderr)
	}
	c.scan(t, []string{"CASTELLAN_HASH_KEY=" + strings.Repeat("1c", 32)}, "--baseline", baseline, c.work)
	c.scan(t, nil, "--quiet", c.work)
	c.scan(t, nil, "file://"+c.work)
}

// errors has the canary in what commands complain about.
func (c *cage) errors(t *testing.T, canary string) {
	put(t, c.dir, files{
		"key.yml":       "version: 1\napprovers: [" + canary + "\n" + canary + ": " + canary + "\n",
		"waiver.yml":    "version: 1\nwaivers:\n- {rule: mcp-secret-in-env, match: \"**\", until: 2099-01-31, reason: x, approver: \"@acme/x\", credential: \"" + canary + "\"}\n",
		"own/.mcp.json": "{}", "own/.github/castellan.yml": "version: 1\nrules: {x: {action: \"" + canary + "\"}}\n",
		"base.json": `{"schema": 1, "findings": [{"fingerprint": "` + canary + `", "credential": {"hash": "` + canary + `"}}]}`,
		"cut.json":  `{"schema": 1, "findings": "` + canary,
		"hash.key":  canary,
	})
	at := func(name string) string { return filepath.Join(c.dir, name) }
	login := "https://deploy:" + url.QueryEscape(canary) + "@127.0.0.1:1/acme/app.git"
	for _, args := range [][]string{
		{login}, {"--history", login}, {"https://" + url.QueryEscape(canary) + "@127.0.0.1:1/acme/app.git"}, {"https://127.0.0.1:1/acme/app.git?token=" + url.QueryEscape(canary)},
		{"ssh://deploy:" + url.QueryEscape(canary) + "@127.0.0.1:1/acme/app.git"}, {"https://deploy:" + url.QueryEscape(canary) + "@127.0.0.1:port/acme/app.git"},
		{"--baseline", at("base.json"), c.work}, {"--baseline", at("cut.json"), c.work}, {at("own")}, {"-o", at("no/such/file"), c.work},
	} {
		c.scan(t, []string{"CASTELLAN_TOKEN=" + canary}, args...)
	}
	c.scan(t, []string{"CASTELLAN_HASH_KEY=" + canary}, c.work)
	c.scan(t, []string{"CASTELLAN_HASH_KEY=", "CASTELLAN_HASH_KEY_FILE=" + at("hash.key")}, c.work)
	for _, name := range []string{"key.yml", "waiver.yml"} {
		c.scan(t, nil, "--policy", at(name), c.work)
	}
}
