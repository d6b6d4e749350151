package agent

import (
	"path"
	"slices"
	"strings"
)

// Names of files, and of folders, in which credentials are kept.
const (
	secretNames   = " id_rsa id_dsa id_ecdsa id_ed25519 .npmrc .netrc _netrc .pypirc .git-credentials .pgpass .htpasswd credentials.json service-account.json secrets.yml secrets.yaml secrets.json .credentials.json oauth_creds.json .dockercfg authorized_keys "
	secretFolders = " .ssh .aws .gnupg .kube .azure .docker .password-store keychains gcloud "
	secretEndings = " .pem .key .p12 .pfx .jks .keystore .kdbx .ppk "
	samples       = " example sample template test testing dist default defaults schema ci "
)

// secretFile says whether a path or a pattern of paths is for files in which
// credentials are kept. Everything is not: "**" says nothing of secrets.
func secretFile(pattern string) bool {
	p := strings.ToLower(strings.Trim(strings.ReplaceAll(pattern, `\`, "/"), `"'`))
	p = strings.TrimPrefix(p, "//")
	for segment := range strings.SplitSeq(p, "/") {
		if among(secretFolders, segment) {
			return true
		}
	}
	if strings.Contains(p, ".config/gh/") || strings.Contains(p, ".config/gcloud/") {
		return true
	}
	base := path.Base(strings.TrimSuffix(strings.TrimSuffix(p, "/**"), "/*"))
	if among(secretNames, base) || (base == "secrets" || base == ".secrets") && base != p && strings.HasSuffix(p, "*") {
		return true
	}
	if path.Ext(base) == ".env" && base != ".env" { // *.env, production.env
		return !slices.ContainsFunc(strings.Split(base, "."), func(w string) bool { return among(samples, w) })
	}
	if rest, ok := strings.CutPrefix(base, ".env"); ok {
		return !slices.ContainsFunc(strings.FieldsFunc(rest, func(r rune) bool { return r == '.' || r == '-' || r == '_' }), func(w string) bool { return among(samples, w) })
	}
	if ending := path.Ext(base); ending != "" && among(secretEndings, ending) {
		return strings.TrimSuffix(base, ending) != "package" && !strings.Contains(base, "public") && !strings.Contains(base, "cert")
	}
	return base == "credentials" && strings.Contains(p, "/") || strings.HasSuffix(p, "etc/shadow") || strings.HasSuffix(p, ".codex/auth.json")
}

// secretCommand says whether a command reads credentials.
func secretCommand(words []string) bool {
	program := strings.ToLower(words[0])
	rest := bare(words[1:])
	if program == "gpg" || program == "gpg2" {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "--export-secret") })
	}
	line := strings.ToLower(strings.Join(append([]string{program}, rest...), " "))
	switch program {
	case "cat", "less", "more", "head", "tail", "type", "bat", "grep", "rg", "awk", "sed", "base64", "xxd", "strings", "get-content", "gc", "source", ".", "cp", "scp", "open", "vim", "nano", "tee":
		return slices.ContainsFunc(rest, secretFile)
	case "printenv":
		return true
	case "env", "set", "export":
		return len(words) == 1
	}
	for _, reader := range []string{
		"gh auth token", "gh auth status --show-token", "security find-generic-password", "security find-internet-password", "aws secretsmanager get-secret-value", "aws ssm get-parameter",
		"vault read", "vault kv get", "op read", "op item get", "gcloud secrets versions access", "gcloud auth print-access-token", "az keyvault secret show", "kubectl get secret", "kubectl get secrets", "pass show",
		"doppler secrets", "infisical secrets", "git credential fill", "aws configure export-credentials",
	} {
		if line == reader || strings.HasPrefix(line, reader+" ") || strings.HasPrefix(line, reader+"s ") {
			return true
		}
	}
	return false
}
