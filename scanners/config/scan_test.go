package config

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

func hasher(t testing.TB) *credential.Hasher {
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func scan(t testing.TB, path, content string) scanners.Result {
	return New().Scan(scanners.File{Path: path, Data: []byte(content)}, hasher(t))
}

// canary is made-up key material of GitHub's shape.
func canary(seed uint64) string {
	const base62 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	r := rand.New(rand.NewPCG(seed, 11))
	b := make([]byte, 36)
	for i := range b {
		b[i] = base62[r.IntN(len(base62))]
	}
	return "ghp_" + string(b)
}

func TestEveryRuleIsWholeAndItsExamplesHold(t *testing.T) {
	t.Parallel()
	for _, r := range New().Rules() {
		if r.ID == "" || r.Question == "" || r.Why == "" || r.Fix == "" || r.Bad.Content == "" || r.Benign.Content == "" {
			t.Errorf("%s lacks metadata", r.ID)
		}
		raised := false
		for _, f := range scan(t, r.Bad.Path, r.Bad.Content).Findings {
			raised = raised || f.Rule == r.ID
			if f.Severity > r.Severity {
				t.Errorf("%s reports %s, more than it says (%s)", r.ID, f.Severity, r.Severity)
			}
		}
		if !raised {
			t.Errorf("%s: its bad example raises nothing of it", r.ID)
		}
		for _, f := range scan(t, r.Benign.Path, r.Benign.Content).Findings {
			t.Errorf("%s: its benign example raises %s: %s", r.ID, f.Rule, f.Message)
		}
	}
}

// line is a server in one line.
func line(s scanners.Sighting) string {
	parts := []string{s.Name, string(s.Transport), s.Integration.ID}
	for _, p := range []string{s.Pointer, s.Version, s.URL, strings.Join(s.Env, ","), s.Client} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if s.Disabled {
		parts = append(parts, "disabled")
	}
	if s.Template {
		parts = append(parts, "template")
	}
	return strings.Join(parts, " ")
}

func TestEveryFormatGivesOneShapeOfServer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, content string
		want          []string
	}{
		{".mcp.json", `{"mcpServers":{"a":{"command":"npx","args":["-y","some-mcp@1.0.0"],"env":{"K":"v"}}}}`, []string{"a stdio npm:some-mcp /mcpServers/a 1.0.0 K claude-code"}},
		{"pkg/a/.mcp.json", `{"a":{"command":"x"},"b":{"url":"https://m.acme.dev/sse"}}`, []string{"a stdio local:pkg/a/.mcp.json#a /a claude-code", "b sse host:m.acme.dev /b https://m.acme.dev/sse claude-code"}},
		{".mcp.json", `{"servers":{"a":{"type":"http","url":"https://m.acme.dev/mcp"}},"inputs":[]}`, []string{"a http host:m.acme.dev /servers/a https://m.acme.dev/mcp visual-studio"}},
		{".cursor/mcp.json", `{"mcpServers":{"a/b~c":{"command":"npx -y some-mcp","disabled":true}}}`, []string{"a/b~c stdio npm:some-mcp /mcpServers/a~1b~0c cursor disabled"}},
		{".vscode/mcp.json", "{// c\n\"servers\":{\"a\":{\"command\":\"uvx\",\"args\":[\"x-mcp\"],},},}", []string{"a stdio pypi:x-mcp /servers/a vscode"}},
		{".codex/config.toml", "model = \"m\"\n[mcp_servers.a]\ncommand = \"docker\"\nargs = [\"run\", \"-i\", \"mcp/fetch\"]\nenabled = false\n[mcp_servers.a.env]\nK = \"v\"\n", []string{"a stdio product:modelcontextprotocol-fetch /mcp_servers/a K codex disabled"}},
		{".vibe/config.toml", "[[mcp_servers]]\nname = \"a\"\ntransport = \"http\"\nurl = \"https://m.acme.dev/mcp\"\n", []string{"a http host:m.acme.dev /mcp_servers/0 https://m.acme.dev/mcp mistral-vibe"}},
		{".gemini/settings.json", `{"mcpServers":{"a":{"httpUrl":"https://m.acme.dev/mcp"}}}`, []string{"a http host:m.acme.dev /mcpServers/a https://m.acme.dev/mcp gemini-cli"}},
		{"opencode.jsonc", `{"mcp":{"a":{"type":"local","command":["npx","-y","some-mcp"],"environment":{"K":"v"},"enabled":false},"t":{"enabled":true}}}`, []string{"a stdio npm:some-mcp /mcp/a K opencode disabled"}},
		{".continue/config.yaml", "mcpServers:\n- name: a\n  command: npx\n  args: [\"-y\", \"some-mcp\"]\n", []string{"a stdio npm:some-mcp /mcpServers/0 continue"}},
		{"librechat.yaml", "interface:\n  mcpServers:\n    use: true\nmcpServers:\n  a:\n    type: streamable-http\n    url: https://m.acme.dev/mcp\n", []string{"a http host:m.acme.dev /mcpServers/a https://m.acme.dev/mcp librechat"}},
		{".zed/settings.json", `{"context_servers":{"a":{"command":{"path":"npx","args":["some-mcp"],"env":{"K":"v"}}},"b":{"settings":{}}}}`, []string{"a stdio npm:some-mcp /context_servers/a K zed"}},
		{"mcp.json.example", `{"mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:mcp.json.example#a /mcpServers/a template"}},
		{".claude.json", `{"projects":{"/home/x":{"mcpServers":{"a":{"command":"x"}}}}}`, []string{"a stdio local:.claude.json#a /projects/~1home~1x/mcpServers/a claude-code"}},
		{"mcp_servers.json", `[{"a":{"url":"https://m.acme.dev/mcp"}},{"timezone":{"x":1}}]`, []string{"a http host:m.acme.dev /0/a https://m.acme.dev/mcp"}},
		{".claude/agents/r.md", "---\nname: r\nmcpServers:\n  a:\n    command: x\n---\ntext\n", []string{"a stdio local:.claude/agents/r.md#a /mcpServers/a claude-code"}},
		{".trae/mcp.json", `{"servers":{"a":{"command":"x"}}}`, []string{"a stdio local:.trae/mcp.json#a /servers/a trae"}},
		{"opencode.json", `{"mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:opencode.json#a /mcpServers/a opencode"}},
		{"opencode.json", `{"mcp":{"b":{"type":"local","command":["y"]}},"mcpServers":{"a":{"command":"x"}}}`, []string{"b stdio local:opencode.json#b /mcp/b opencode"}},
		{"cline_mcp_settings.json", `{"servers":[{"name":"a","uri":"https://m.acme.dev/mcp"}]}`, []string{"a http host:m.acme.dev /servers/0 https://m.acme.dev/mcp cline"}},
		{".cursor/mcp.json", `{"mcpServers":{"a":{"url":"https://m.acme.dev/mcp","command":null}}}`, []string{"a http host:m.acme.dev /mcpServers/a https://m.acme.dev/mcp cursor"}},
		{"mcp_settings.json.backup", `{"mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:mcp_settings.json.backup#a /mcpServers/a template"}},
		{"mcp.json", `{"name":"x","author":{"name":"y","url":"https://acme.dev"},"repository":{"type":"git","url":"https://git.acme.dev/x"}}`, nil},
		{".vscode/settings.json", `{"github.copilot.chat.mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:.vscode/settings.json#a /github.copilot.chat.mcpServers/a vscode"}},
		{"config/mcp.json", `{"projects":{"/home/x":{"mcpServers":{"a":{"command":"x"}}}}}`, []string{"a stdio local:config/mcp.json#a /projects/~1home~1x/mcpServers/a"}},
		{"old_mcp_settings.json", `{"mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:old_mcp_settings.json#a /mcpServers/a"}},
		{"new_claude_config.json", `{"mcpServers":{"a":{"command":"x"}}}`, []string{"a stdio local:new_claude_config.json#a /mcpServers/a"}},
		{".cursor/mcp.json", `{"mcpServers":{"a":{"command":"npx","args":["-y","one-mcp"]},"a":{"command":"npx","args":["-y","two-mcp"]}}}`, []string{"a stdio npm:one-mcp /mcpServers/a cursor", "a stdio npm:two-mcp /mcpServers/a cursor"}},
		{"package.json", `{"mcpServers":{"a":{"command":"x"}}}`, nil},
		{"server.json", `{"port":1}`, nil},
	} {
		var got []string
		for _, s := range scan(t, c.path, c.content).Sightings {
			if s.Integration.Kind == scanners.KindMCPServer {
				s.Client = strings.TrimPrefix(s.Client, "generic")
				got = append(got, line(s))
			}
		}
		if strings.Contains(c.path, "servers.json") || strings.HasSuffix(c.path, ".example") { // their client is nobody's
			for i := range got {
				got[i] = trimClient(got[i])
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.path, diff)
		}
	}
}

// trimClient takes the client off a line where the format has none of note.
func trimClient(s string) string {
	fields := strings.Fields(s)
	last := len(fields) - 1
	if fields[last] == "template" {
		if !strings.HasPrefix(fields[last-1], "/") {
			return strings.Join(append(fields[:last-1:last-1], "template"), " ")
		}
		return s
	}
	if !strings.Contains(fields[last], "/") {
		return strings.Join(fields[:last], " ")
	}
	return s
}

// A credential is found in files that no parser accepts, at its own place.
func TestCredentialsInBrokenFiles(t *testing.T) {
	t.Parallel()
	key := canary(1)
	inner, _ := json.Marshal(`{"token":"` + key + `"}`)
	for name, c := range map[string]struct {
		path, content string
		invalid       bool
	}{
		"missing comma":        {".mcp.json", `{"mcpServers":{"a":{"command":"x" "env":{"TOKEN":"` + key + `"}}}}`, true},
		"unclosed":             {".mcp.json", `{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"` + key + `"`, true},
		"merge markers":        {".mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\",\"env\":{\n<<<<<<< HEAD\n\"TOKEN\":\"" + key + "\"\n=======\n\"TOKEN\":\"${T}\"\n>>>>>>> b\n}}}}", true},
		"two documents":        {".mcp.json", `{"mcpServers":{}}` + "\n" + `{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"` + key + `"}}}}`, false},
		"no braces":            {".mcp.json", `"a": {"command":"x","env":{"TOKEN":"` + key + `"}}`, true},
		"comment":              {".vscode/mcp.json", "{\"servers\":{\"a\":{\"command\":\"x\"}}}\n// old: " + key, false},
		"as a key":             {".cursor/mcp.json", `{"mcpServers":{"` + key + `":{"command":"x"}}}`, false},
		"JSON in a string":     {".cursor/mcp.json", `{"mcpServers":{"a":{"command":"x","args":["--config",` + string(inner) + `]}}}`, false},
		"JSON in YAML":         {"librechat.yaml", "mcpServers:\n  a:\n    command: x\n    env:\n      CONFIG: |\n        {\"token\": \"" + key + "\"}\n", false},
		"YAML with a tab":      {"librechat.yaml", "mcpServers:\n  a:\n    command: x\n    env:\n\tTOKEN: " + key + "\n", true},
		"TOML bad line":        {".codex/config.toml", "[mcp_servers.a]\ncommand = x y\nenv = { TOKEN = \"" + key + "\" }\n", true},
		"BOM and CRLF":         {".mcp.json", "\ufeff{\r\n\"mcpServers\":{\"a\":{\"command\":\"x\",\r\n\"env\":{\"TOKEN\":\"" + key + "\"}}}}\r\n", false},
		"duplicate keys":       {".mcp.json", `{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"` + key + `","TOKEN":"${T}"}}}}`, false},
		"permission rule":      {".claude/settings.json", `{"permissions":{"allow":["Bash(curl -H 'Authorization: Bearer ` + key + `' https://x.dev)"]}}`, false},
		"nothing but text":     {".mcp.json", "mcpServers token " + key, true},
		"NUL bytes":            {".mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\x00\",\"env\":{\"TOKEN\":\"" + key + "\"}}}}", true},
		"user, percent-encode": {".mcp.json", `{"mcpServers":{"a":{"url":"https://m.acme.dev/mcp?x=1&token=` + strings.ReplaceAll(key, "_", "%5F") + `"}}}`, false},
		"basic":                {".mcp.json", `{"mcpServers":{"a":{"url":"https://m.acme.dev/mcp","headers":{"Authorization":"Basic ` + base64.StdEncoding.EncodeToString([]byte("u:"+key)) + `"}}}}`, false},
	} {
		r := scan(t, c.path, c.content)
		found, invalid := 0, false
		for _, f := range r.Findings {
			invalid = invalid || f.Rule == ruleInvalidConfig
			if f.Credential != nil {
				found++
				if f.Credential.Provider != "GitHub" {
					t.Errorf("%s: provider %q", name, f.Credential.Provider)
				}
				if got := at(c.content, f.Region); !strings.Contains(got, key[5:]) && !strings.Contains(name, "basic") && !strings.Contains(got, key[5:20]) {
					t.Errorf("%s: the region holds %q", name, got)
				}
			}
		}
		if found != 1 || invalid != c.invalid {
			t.Errorf("%s: %d credentials, invalid %v, want 1 and %v; %v", name, found, invalid, c.invalid, r.Findings)
		}
		if out := fmt.Sprintf("%+v", r); strings.Contains(out, key) || strings.Contains(out, key[4:]) {
			t.Errorf("%s: the result shows the credential", name)
		}
	}
}

// Encodings that a file is not marked with are read all the same, or told.
func TestEncodings(t *testing.T) {
	t.Parallel()
	key := canary(3)
	for path, content := range map[string]string{
		".mcp.json":                   `{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"` + key + `"}}}}`,
		"mcp.json":                    `{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"` + key + `"}}}}`,
		"librechat.yaml":              "mcpServers:\n  a:\n    command: x\n    env:\n      TOKEN: " + key + "\n",
		".codex/config.toml":          "[mcp_servers.a]\ncommand = \"x\"\nenv = { TOKEN = \"" + key + "\" }\n",
		".github/agents/one.agent.md": "---\nmcp-servers:\n  a:\n    command: x\n    env:\n      TOKEN: " + key + "\n---\ntext\n",
	} {
		for name, order := range map[string]binary.AppendByteOrder{"le": binary.LittleEndian, "be": binary.BigEndian} {
			for _, width := range []int{2, 4} {
				var data []byte
				for _, r := range content {
					if width == 4 {
						data = order.AppendUint32(data, uint32(r))
					} else {
						data = order.AppendUint16(data, uint16(r))
					}
				}
				r := scan(t, path, string(data))
				if len(r.Findings) != 1 || r.Findings[0].Credential == nil || at(content, r.Findings[0].Region) != key {
					t.Errorf("%s in UTF-%d%s: %+v", path, width*8, name, r.Findings)
				}
			}
		}
	}
	for _, content := range []string{"{\"mcpServers\": {}}\x00", "{\"mcpServers\"\x00: {}}", "{\"mcpServers\": {}}\x01", "{\"mcpServers\": {\"a\tb\": 1}}", "\x00\x00\x00"} {
		if r := scan(t, ".mcp.json", content); len(r.Findings) != 1 || r.Findings[0].Rule != ruleInvalidConfig {
			t.Errorf("%q: %+v", content, r.Findings)
		}
	}
}

// at is the text of a region.
func at(content string, r scanners.Region) string {
	offset := func(line, column int) int {
		o := 0
		for ; line > 1; line-- {
			o += strings.IndexByte(content[o:], '\n') + 1
		}
		return o + column - 1
	}
	return content[offset(r.Line, r.Column):offset(r.EndLine, r.EndColumn)]
}

// Whatever the file looks like: the region of a finding is the credential, its
// pointer leads to the value, scanning twice says the same, and nothing that
// leaves the scanner shows it.
func TestFindingsLeadBackToTheirValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := canary(rapid.Uint64().Draw(t, "seed"))
		name := rapid.StringMatching(`[A-Za-z][A-Za-z0-9 ./~_-]{0,12}`).Draw(t, "server")
		server := map[string]any{"command": "x"}
		switch rapid.IntRange(0, 4).Draw(t, "place") {
		case 0:
			server["env"] = map[string]any{"A_TOKEN": key, "OTHER": "plain"}
		case 1:
			server["args"] = []any{"run", "--token", key}
		case 2:
			server["args"] = []any{"run", "--config", `{"a": {"token": "` + key + `"}}`}
		case 3:
			server["url"] = "https://m.acme.dev/mcp?region=eu&token=" + key
			delete(server, "command")
		case 4:
			server["url"] = "https://m.acme.dev/mcp"
			server["headers"] = map[string]any{"Authorization": "Bearer " + key}
		}
		doc := map[string]any{"mcpServers": map[string]any{name: server, "_other": map[string]any{"command": "y"}}}
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		var content []byte
		if indent == "" {
			content, _ = json.Marshal(doc)
		} else {
			content, _ = json.MarshalIndent(doc, "", indent)
		}
		h, _ := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
		f := scanners.File{Path: ".cursor/mcp.json", Data: content}
		r := New().Scan(f, h)
		var finding *scanners.Finding
		for i := range r.Findings {
			if r.Findings[i].Credential != nil {
				if finding != nil {
					t.Fatalf("more than one: %v", r.Findings)
				}
				finding = &r.Findings[i]
			}
		}
		if finding == nil {
			t.Fatalf("not found in %s", content)
		}
		if got := at(string(content), finding.Region); got != key {
			t.Fatalf("region holds %q", got)
		}
		nodes := doctree.Parse(doctree.JSON, content, doctree.Limits{}).At(finding.Pointer)
		if len(nodes) != 1 || !strings.Contains(nodes[0].Text, key) {
			t.Fatalf("pointer %s leads to %d values", finding.Pointer, len(nodes))
		}
		if diff := cmp.Diff(r, New().Scan(f, h)); diff != "" {
			t.Fatalf("a second scan differs: %s", diff)
		}
		if out := fmt.Sprintf("%+v", r); strings.Contains(out, key) {
			t.Fatal("the result shows the credential")
		}
	})
}

func TestHugeSingleLineStaysLinear(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"mcpServers":{`)
	for i := range 1500 {
		fmt.Fprintf(&b, `"s%d":{"command":"x","env":{"TOKEN":"%s"},"args":["%s"]},`, i, canary(uint64(i)), strings.Repeat("word ", 100))
	}
	b.WriteString(`"z":{"command":"x"}}}`)
	r := scan(t, ".mcp.json", b.String())
	if len(r.Findings) != 1500 || r.Incomplete != "" {
		t.Errorf("%d findings, incomplete %q", len(r.Findings), r.Incomplete)
	}
	for _, f := range r.Findings {
		if len(f.Excerpt.Text) > 400 {
			t.Fatalf("excerpt of %d bytes", len(f.Excerpt.Text))
		}
	}
}

func FuzzScan(f *testing.F) {
	key := canary(7)
	for _, path := range []string{".mcp.json", ".codex/config.toml", "librechat.yaml", ".claude/agents/a.md", ".vscode/mcp.json", ".claude/settings.local.json"} {
		f.Add(path, []byte(`{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"`+key+`"}}}}`))
		f.Add(path, []byte("mcpServers:\n- name: a\n  url: https://u:"+key+"@h.dev/?token=1\n"))
		f.Add(path, []byte("mcpServers:\n- name: a\n  url: *"+key+"\n"))
		f.Add(path, []byte("[mcp_servers.a]\ncommand = \"x\"\nargs = [\"--token\", \""+key+"\"]\n"))
	}
	h := hasher(f)
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		r := New().Scan(scanners.File{Path: path, Data: data}, h)
		for _, x := range r.Findings {
			if x.Region.Line < 0 || x.Excerpt.End > len(x.Excerpt.Text) || x.Excerpt.Start > x.Excerpt.End {
				t.Fatalf("finding %+v", x)
			}
		}
		if bytes.Contains([]byte(fmt.Sprintf("%+v", r)), []byte(key)) {
			t.Fatal("the result shows the credential")
		}
	})
}

func BenchmarkScan(b *testing.B) {
	content := []byte(`{"mcpServers":{"a":{"command":"npx","args":["-y","some-mcp@1.0.0","--token","` + canary(1) + `"],"env":{"K":"v"}}}}`)
	h := hasher(b)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		New().Scan(scanners.File{Path: ".mcp.json", Data: content}, h)
	}
}

// Three clients share the name .mcp.json; the document says whose it is.
func TestReferencesAreThoseOfTheClientTheDocumentIsFor(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]int{
		`{"servers":{"a":{"command":"x","env":{"TOKEN":"${input:t}"}}},"inputs":[{"id":"t","type":"promptString"}]}`: 0,
		`{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"${input:t}"}}}}`:                                          1,
		`{"mcpServers":{"a":{"command":"x","env":{"TOKEN":"${TOKEN}"}}}}`:                                            0,
	} {
		if got := scan(t, ".mcp.json", content).Findings; len(got) != want {
			t.Errorf("%s: findings %v, want %d", content, got, want)
		}
	}
}

// A credential may stand where a package, a version or a host could: no name is
// taken from it.
func TestNoNameIsTakenFromACredential(t *testing.T) {
	t.Parallel()
	key := "Zk8vQ2mN7xR4" + "tLpW9sYc3Hd6"
	vendor := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	for args, want := range map[string]string{
		`"command":"npx","args":["--token","KEY","some-mcp"]`:                "npm:some-mcp",
		`"command":"npx","args":["--token=KEY","some-mcp"]`:                  "npm:some-mcp",
		`"command":"uvx","args":["--api-key","KEY","some-mcp"]`:              "pypi:some-mcp",
		`"command":"docker","args":["run","--secret","KEY","acme/mcp:1"]`:    "oci:docker.io/acme/mcp",
		`"command":"npx","args":["-y","VENDOR@1.0"]`:                         "local:.mcp.json#a",
		`"command":"npx","args":["-y","some-mcp@KEY"]`:                       "npm:some-mcp",
		`"command":"npx -y some-mcp --token KEY"`:                            "npm:some-mcp",
		`"url":"https://VENDOR.acme.example/mcp"`:                            "",
		`"command":"npx","args":["mcp-remote","https://m.acme.dev/mcp/KEY"]`: "host:m.acme.dev",
	} {
		text := strings.NewReplacer("KEY", key, "VENDOR", vendor).Replace(`{"mcpServers":{"a":{` + args + `}}}`)
		result := scan(t, ".mcp.json", text)
		shown := fmt.Sprintf("%+v", result)
		for _, secret := range []string{key, strings.ToLower(key), vendor, strings.ToLower(vendor)} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s: shown in clear: %s", args, shown)
			}
		}
		for _, s := range result.Sightings {
			if s.Integration.Kind == scanners.KindMCPServer && want != "" && s.Integration.ID != want {
				t.Errorf("%s: integration %q, want %q", args, s.Integration.ID, want)
			}
		}
	}
}

func TestKeysInShellAssignmentsAndFragments(t *testing.T) {
	t.Parallel()
	key := "Zk8vQ2mN7xR4" + "tLpW9sYc3Hd6"
	for entry, want := range map[string]string{
		`"command":"sh","args":["-c","ACME_API_TOKEN='KEY' a-mcp"]`: "/mcpServers/a/args/1",
		`"command":"sh","args":["-c","ACME_API_TOKEN=KEY a-mcp"]`:   "/mcpServers/a/args/1",
		`"url":"https://m.acme.example/mcp#access_token=KEY"`:       "/mcpServers/a/url",
		`"url":"https://m.acme.example/mcp?a=b#token=KEY"`:          "/mcpServers/a/url",
	} {
		got := scan(t, ".mcp.json", strings.ReplaceAll(`{"mcpServers":{"a":{`+entry+`}}}`, "KEY", key)).Findings
		if len(got) != 1 || got[0].Pointer != want || got[0].Credential == nil {
			t.Errorf("%s: %+v", entry, got)
		}
	}
}

// A switch beside a nested launch switches it off too.
func TestNestedServersAreSwitchedOff(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		`{"mcpServers":{"a":{"transport":{"type":"stdio","command":"x"},"enabled":false}}}`,
		`{"mcpServers":{"a":{"command":"x","disabled":true}}}`,
	} {
		off := false
		for _, s := range scan(t, ".mcp.json", content).Sightings {
			off = off || s.Name == "a" && s.Disabled
		}
		if !off {
			t.Errorf("%s: the server is not off", content)
		}
	}
}

// A password inside a URL is told by the variable that holds the URL.
func TestPasswordsInURLsAreToldByTheirVariable(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		`{"mcpServers":{"a":{"command":"x","env":{"DATABASE_URI":"postgresql://app:Xk29fLpQ72a@db.acme.example/app"}}}}`: "in environment variable DATABASE_URI of MCP server a",
		`{"mcpServers":{"a":{"command":"x","args":["postgresql://app:Xk29fLpQ72a@db.acme.example/app"]}}}`:               "in a URL among the arguments of MCP server a",
	} {
		found := scan(t, ".mcp.json", content).Findings
		if len(found) == 0 || !strings.Contains(found[0].Message.String(), want) {
			t.Errorf("%s: %+v", content, found)
		}
	}
}

// GitHub Agentic Workflows name an image instead of a command.
func TestAgenticWorkflowsStartImages(t *testing.T) {
	t.Parallel()
	r := scan(t, ".github/workflows/a.md", "---\nengine: claude\nmcp-servers:\n  notes:\n    container: \"acme/notes-mcp:1.0\"\n    args: [\"--network\", \"none\"]\n    mounts: [\"/data:/data:ro\"]\ntools:\n  github:\n    toolsets: [default]\n---\nDo it.\n")
	for _, s := range r.Sightings {
		if s.Name == "notes" && s.Package == "docker.io/acme/notes-mcp" && s.Version == "1.0" {
			return
		}
	}
	t.Errorf("%+v", r.Sightings)
}
