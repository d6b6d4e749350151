package mcp

import "github.com/castellan-app/castellan/scanners"

// Ids never change meaning.
const (
	ruleUnpinnedPackage = "mcp-unpinned-package"
	ruleUnpinnedImage   = "mcp-unpinned-image"
	ruleUnpinnedGit     = "mcp-unpinned-git-source"
	ruleTyposquat       = "mcp-typosquat-package"
	ruleMalicious       = "mcp-malicious-package"
	ruleVulnerable      = "mcp-known-vulnerable-package"
	ruleDeprecated      = "mcp-deprecated-server"
	ruleRegistry        = "mcp-custom-registry"

	ruleRemoteCode  = "mcp-remote-code-pipe"
	ruleInlineCode  = "mcp-inline-code"
	ruleTemporary   = "mcp-temp-path-launch"
	ruleSudo        = "mcp-sudo"
	ruleShellServer = "mcp-shell-server"

	ruleDockerPrivileged = "mcp-docker-privileged"
	ruleDockerMount      = "mcp-docker-host-mount"
	ruleBroadRoot        = "mcp-filesystem-broad-root"
	ruleDatabase         = "mcp-db-superuser-url"
	ruleBindAll          = "mcp-bind-all-interfaces"
	ruleTLS              = "mcp-tls-verify-disabled"
	ruleCodeLoading      = "mcp-code-loading-env"
	ruleEnvFile          = "mcp-env-file-exposure"

	ruleHTTP          = "mcp-http-transport"
	ruleUntrustedHost = "mcp-remote-untrusted-host"
	ruleNoAuth        = "mcp-remote-no-auth"
	ruleSSE           = "mcp-sse-transport"
	ruleHeadersHelper = "mcp-headers-helper"

	ruleInput         = "mcp-input-not-masked"
	ruleDuplicateKey  = "mcp-duplicate-json-key"
	ruleShadowing     = "mcp-name-shadowing"
	ruleInstruction   = "mcp-instruction-text"
	ruleCombination   = "mcp-toxic-combination"
	ruleInvalidConfig = "mcp-invalid-config" // scanners/config has its metadata
)

// at is an example: a file at the path at which Claude Code keeps a project's servers.
func at(content string) scanners.Example {
	return scanners.Example{Path: ".mcp.json", Content: content}
}
