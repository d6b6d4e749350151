package prompt

import "strings"

// secretNames are parts of the paths at which programs keep credentials, in
// lower case.
var secretNames = []string{
	"/.ssh", ".ssh/", "id_rsa", "id_ed25519", "id_ecdsa", ".aws/", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".kube/config",
	".docker/config.json", ".gnupg", ".config/gcloud", "application_default_credentials", "keychains", "/etc/shadow", "/etc/passwd",
	".bash_history", ".zsh_history", ".claude.json", ".credentials.json", ".cursor/mcp.json", ".config/gh/hosts", ".vault-token",
	"login data", "cookies.sqlite",
}

// fileClass says whether a path names a secret. Examples of environment files
// hold none.
func fileClass(s string) class {
	if len(s) > 512 {
		return 0
	}
	var lower [512]byte
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	l := lower[:len(s)]
	switch string(l) {
	case "requests.post", "requests.get", "httpx.post", "axios.post", "urllib.request.urlopen", "http.post":
		return cNetwork
	}
	if i := lastEnv(l); i >= 0 {
		rest := string(l[i+len(".env"):])
		switch strings.TrimLeft(rest, ".-_") {
		case "example", "sample", "template", "dist", "test", "defaults", "schema", "tpl", "ci":
			return 0
		}
		if rest == "" || rest[0] == '.' || rest[0] == '*' {
			return cSecret
		}
	}
	for _, name := range secretNames {
		if containsBytes(l, name) {
			return cSecret
		}
	}
	return 0
}

// lastEnv is where ".env" begins a segment of a path, -1 if nowhere.
func lastEnv(path []byte) int {
	i := strings.LastIndex(string(path), ".env")
	if i > 0 && path[i-1] != '/' && path[i-1] != '@' && path[i-1] != '*' {
		return -1
	}
	return i
}

func containsBytes(b []byte, s string) bool { return strings.Contains(string(b), s) }
