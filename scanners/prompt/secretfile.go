package prompt

import "strings"

// secretNames are parts of the paths at which programs keep credentials, in
// lower case.
var secretNames = []string{
	"/.ssh", ".ssh/", "~/.aws", "id_rsa", "id_ed25519", "id_ecdsa", ".aws/", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".kube/config",
	".docker/config.json", ".gnupg", ".config/gcloud", "application_default_credentials", "keychains", "/etc/shadow", "/etc/passwd",
	".bash_history", ".zsh_history", ".claude.json", ".credentials.json", ".cursor/mcp.json", ".config/gh/hosts", ".vault-token",
	"login data", "cookies.sqlite", "credentials.json", "secrets.yml", "secrets.yaml", "secrets.json", "secrets.toml", "service-account.json", "master.key",
}

// maxPath is the longest path that is looked at, in bytes.
const maxPath = 512

// fileClass says whether a path names a secret, or a dotted name a call that
// sends. Examples of environment files hold no secret.
func fileClass(s string) class {
	if len(s) > maxPath {
		return 0
	}
	s = strings.ToLower(s)
	switch s {
	case ".ssh", ".aws", ".gnupg", ".kube", "*.pem", "*.key", "*.p12", "*.pfx":
		return cSecret
	case "requests.post", "requests.get", "httpx.post", "axios.post", "urllib.request.urlopen", "http.post":
		return cNetwork
	}
	if rest, ok := environmentFile(s); ok {
		switch strings.TrimLeft(rest, ".-_") {
		case "example", "sample", "template", "dist", "test", "defaults", "schema", "tpl", "ci":
			return 0
		}
		if rest == "" || rest[0] == '.' || rest[0] == '*' {
			return cSecret
		}
	}
	switch s[strings.LastIndexByte(s, '/')+1:] {
	case "credentials.yml", "credentials.yaml", "credentials.toml", "credentials.ini", "credentials.xml", "secrets.ini", "secrets.env", "secret.json", "secret.yml", "secret.yaml":
		return cSecret
	}
	if strings.Contains(s, "example") || strings.Contains(s, "sample") || strings.Contains(s, "template") {
		return 0
	}
	for _, name := range secretNames {
		if strings.Contains(s, name) {
			return cSecret
		}
	}
	return 0
}

// environmentFile is what follows ".env" where that begins the name of a file.
func environmentFile(path string) (rest string, ok bool) {
	i := strings.LastIndex(path, ".env")
	if i < 0 || i > 0 && path[i-1] != '/' && path[i-1] != '@' && path[i-1] != '*' {
		return "", false
	}
	return path[i+len(".env"):], true
}
