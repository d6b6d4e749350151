package config

import (
	"strings"
	"testing"
)

// hashesOf are the launch hashes of the servers of a file, by name.
func hashesOf(t *testing.T, servers string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range scan(t, ".mcp.json", `{"mcpServers": {`+servers+`}}`).Sightings {
		if s.LaunchHash != "" {
			out[s.Name] = s.LaunchHash
		}
	}
	return out
}

func TestLaunchHash(t *testing.T) {
	t.Parallel()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	tests := []struct {
		what, a, b string
		same       bool
	}{
		{"order and blanks", `{"command": "npx", "args": ["-y", "a-mcp@1.0.0"]}`, `{"args":["-y","a-mcp@1.0.0"],"command":"npx"}`, true},
		{"one string", `{"command": "npx", "args": ["-y", "a-mcp@1.0.0"]}`, `{"command": "npx -y a-mcp@1.0.0"}`, true},
		{"runner", `{"command": "npx", "args": ["-y", "a-mcp@1.0.0"]}`, `{"command": "bunx", "args": ["a-mcp@1.0.0"]}`, true},
		{"key and reference", `{"command": "x", "args": ["--token", "` + key + `"], "env": {"A": "` + key + `"}}`, `{"command": "x", "args": ["--token", "${GITHUB_TOKEN}"], "env": {"A": "$A"}}`, true},
		{"joined key", `{"command": "x", "args": ["--api-key=` + key + `"]}`, `{"command": "x", "args": ["--api-key=<key>"]}`, true},
		{"key in a URL", `{"url": "https://h.example/mcp?apiKey=` + key + `"}`, `{"url": "https://H.example/mcp/?apiKey=${API_KEY}"}`, true},
		{"value of the environment", `{"command": "x", "env": {"A": "1"}}`, `{"command": "x", "env": {"A": "2"}}`, true},
		{"version", `{"command": "npx", "args": ["a-mcp@1.0.0"]}`, `{"command": "npx", "args": ["a-mcp@1.0.1"]}`, false},
		{"package", `{"command": "npx", "args": ["a-mcp@1.0.0"]}`, `{"command": "npx", "args": ["b-mcp@1.0.0"]}`, false},
		{"argument", `{"command": "x", "args": ["a"]}`, `{"command": "x", "args": ["a", "--write"]}`, false},
		{"folder of a reference", `{"command": "x", "args": ["${workspaceFolder}"]}`, `{"command": "x", "args": ["${userHome}"]}`, false},
		{"host", `{"url": "https://a.example/mcp"}`, `{"url": "https://b.example/mcp"}`, false},
		{"path", `{"url": "https://a.example/mcp"}`, `{"url": "https://a.example/other"}`, false},
		{"name in the environment", `{"command": "x", "env": {"A": "1"}}`, `{"command": "x", "env": {"A": "1", "NODE_OPTIONS": "x"}}`, false},
		{"header", `{"url": "https://a.example/mcp", "headers": {"A": "1"}}`, `{"url": "https://a.example/mcp", "headers": {"B": "1"}}`, false},
		{"tools", `{"command": "x", "autoApprove": ["a"]}`, `{"command": "x", "autoApprove": ["a", "b"]}`, false},
		{"order of tools", `{"command": "x", "autoApprove": ["b", "a"]}`, `{"command": "x", "autoApprove": ["a", "b"]}`, true},
		{"trust", `{"command": "x"}`, `{"command": "x", "trust": true}`, false},
		{"no trust", `{"command": "x"}`, `{"command": "x", "trust": false}`, true},
		{"off", `{"command": "x", "disabled": true}`, `{"command": "x"}`, false},
		{"working folder", `{"command": "x"}`, `{"command": "x", "cwd": "/tmp"}`, false},
	}
	for _, test := range tests {
		h := hashesOf(t, `"a": `+test.a+`, "b": `+test.b)
		if len(h["a"]) != 64 || len(h["b"]) != 64 || (h["a"] == h["b"]) != test.same {
			t.Errorf("%s: %v, want the same: %t", test.what, h, test.same)
		}
	}
}

func TestNormalHoldsNoCredential(t *testing.T) {
	t.Parallel()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	r := scan(t, ".mcp.json", `{"mcpServers": {"a": {"command": "x", "cwd": "/`+key+`", "args": ["`+key+`", "--x=`+key+`"], "autoApprove": ["`+key+`"], "env": {"`+key+`": "1"}},
		"b": {"url": "https://u:`+key+`@h.example/`+key+`?`+key+`=1", "headers": {"`+key+`": "x"}}}}`)
	for _, s := range r.Sightings {
		if text := strings.Join(append(s.Normal, s.Dir), "\n"); strings.Contains(text, key) || strings.Contains(strings.ToLower(text), strings.ToLower(key)) {
			t.Errorf("%s", text)
		}
	}
}
